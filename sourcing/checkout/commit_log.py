"""The commit log, counted. Addresses serve to tell authors apart while it is read, and are then dropped."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from ranking.code_quality.tree import AuthorShare, CommitFacts

# %x02 ends a record; fields are parted by %x00. ``--format`` fields: https://git-scm.com/docs/pretty-formats
LOG_FORMAT = "%ae%x00%an%x00%at%x00%P%x00%s%x00%b%x02"
# Whole names: people called Travis commit, too.
_ROBOT = re.compile(
    r"\[bot\]|\A(?:github[- ]actions?|dependabot(?:-preview)?|travis(?:[- ]?ci)?|pre-commit-ci|greenkeeper(?:io)?"
    r"|codacy-badger)(?: bot)?\Z",
    re.I,
)
_NOREPLY_HOST = "users.noreply.github.com"
_NOREPLY = re.compile(rf"(?:\d+\+)?([^@+]+)@{re.escape(_NOREPLY_HOST)}\Z", re.I)
_PLAIN = re.compile(
    r"(?:(?:small |minor |some |more |quick |bug ?|first |initial |final |latest |new |my )*"
    r"(?:update[sd]?|fix(?:e[sd])?|commit|change[sd]?|upload(?:ed)?|add(?:ed)?|edit(?:ed)?|wip|tmp|temp|test|save"
    r"|init(?:ial(?:i[sz]e)?)?|version|release|push|cleanup|clean up|refactor|modif(?:y|ied)|misc|done|ok|bugfix)"
    r"(?: (?:files?|code|readme(?:\.md|\.rst)?|commit|all|stuff|bugs?|version|release|repo(?:sitory)?"
    r"|[\w.-]+\.(?:py|md|ipynb|txt|sh|ya?ml)))*[.! ]*|\W*|.{0,3}|create [\w./-]+|delete [\w./-]+"
    r"|add files via upload|rename .*|merge .*|\d[\d./ -]*)\Z",
    re.I,
)
_WEB = re.compile(
    r"(?:add files via upload|(?:update|create|delete|rename) [\w./-]+(?: to [\w./-]+)?)\Z", re.I
)
_RELEASE = re.compile(r"(?:release[-/_ ]?)?v?\d+(?:\.\d+)+[\w.+-]*\Z|v\d+\Z", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLog:
    """A log as git printed it (:data:`LOG_FORMAT`). It holds addresses: it is read in memory and never stored.

    ``complete`` says whether it reaches the root.
    """

    raw: bytes
    complete: bool
    tags: tuple[str, ...] = ()

    def counted(self) -> CommitFacts:
        """Its facts."""
        return count_commits(self.raw, complete=self.complete, tags=self.tags)

    def without(self, other: CommitLog) -> CommitLog:
        """The commits that ``other`` does not have, told by author, date and message: rebasing keeps those.

        Where either was cut the difference is not known to be whole.
        """
        theirs = set(map(_told, other.raw.split(b"\x02")))
        own = [record for record in self.raw.split(b"\x02") if _told(record) not in theirs]
        whole = self.complete and other.complete
        return CommitLog(raw=b"\x02".join(own), complete=whole, tags=self.tags)

    def under(self, name: Callable[[str], str], text: Callable[[str], str]) -> CommitLog:
        """The same commits by people of other names: ``name`` gives a person, an address or a login another one,
        ``text`` changes names in messages.

        Robots keep their names, and GitHub's no-reply addresses their host.
        """
        records = []
        for record in self.raw.decode("utf-8", "replace").split("\x02"):
            fields = record.split("\x00")
            if len(fields) == 6 and not is_robot(fields[1]):
                mail, printed, stamp, parents, subject, body = fields
                user, at, host = mail.rpartition("@")
                host = host if host.strip().lower() == _NOREPLY_HOST else name(host)
                mail = f"{name(user)}{at}{host}"
                record = "\x00".join((mail, name(printed), stamp, parents, text(subject), text(body)))
            records.append(record)
        return CommitLog(raw="\x02".join(records).encode(), complete=self.complete, tags=self.tags)


def _told(record: bytes) -> tuple[bytes, ...]:
    """What a commit says of itself, without its parents."""
    fields = record.lstrip(b"\n").split(b"\x00")
    return (*fields[:3], *fields[4:])


def count_commits(log: bytes, *, complete: bool, tags: Iterable[str] = ()) -> CommitFacts:
    """Facts of a log printed with :data:`LOG_FORMAT`. ``complete`` says whether the log reaches the root."""
    total, rows = 0, []
    for record in log.decode("utf-8", "replace").split("\x02"):
        fields = record.lstrip("\n").split("\x00")
        if len(fields) != 6:
            continue
        total += 1
        mail, name, stamp, parents, subject, body = fields
        if parents.count(" ") or is_robot(name):
            continue
        rows.append((mail.strip().lower(), " ".join(name.split())[:80], _when(stamp), subject.strip(), body))
    releases = tuple(sorted(tag[:60] for tag in tags if _RELEASE.match(tag)))
    if not rows:
        return CommitFacts(total=total, authored=0, complete=complete, releases=releases)
    dates = [when for _, _, when, _, _ in rows if when is not None]
    return CommitFacts(
        total=total,
        authored=len(rows),
        complete=complete,
        first=min(dates, default=None),
        last=max(dates, default=None),
        active_weeks=len({when.isocalendar()[:2] for when in dates}),
        plain_messages=sum(bool(_PLAIN.match(subject)) for _, _, _, subject, _ in rows) / len(rows),
        web_uploads=sum(bool(_WEB.match(subject)) for _, _, _, subject, _ in rows) / len(rows),
        explained=sum(len(body.strip()) > 20 for *_, body in rows) / len(rows),
        authors=_shares([(mail, name) for mail, name, *_ in rows]),
        releases=releases,
    )


def is_robot(name: str) -> bool:
    """Whether a name that commits is a robot's."""
    return _ROBOT.search(name.strip()) is not None


def _when(stamp: str) -> datetime | None:
    """Author date; ``None`` for stamps that no calendar holds (forged or broken commits have them)."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _shares(signed: list[tuple[str, str]]) -> tuple[AuthorShare, ...]:
    """Authors, most commits first. Commits with the same address or the same full name are one author's."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for mail, name in set(signed):
        if " " in name and "@" in mail:  # a one-word name ("root", "ubuntu") is borne by many
            leader[find(f"mail {mail}")] = find(f"name {name.lower()}")
    commits: Counter[str] = Counter()
    names: dict[str, Counter[str]] = defaultdict(Counter)
    logins: dict[str, set[str]] = defaultdict(set)
    for mail, name in signed:
        who = find(f"mail {mail}" if "@" in mail else f"name {name.lower()}")
        commits[who] += 1
        if name and "@" not in name:
            names[who][name] += 1
        if noreply := _NOREPLY.match(mail):
            logins[who].add(noreply.group(1).lower())
    return tuple(
        AuthorShare(
            names=tuple(form for form, _ in names[who].most_common(5)),
            logins=tuple(sorted(logins[who])),
            commits=count,
            share=count / len(signed),
        )
        for who, count in commits.most_common(50)
    )
