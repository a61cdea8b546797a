"""Which repositories belong to a paper, of what kind, how surely, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from db.kinds import GONE
from db.records import (
    Evidence,
    ImplementationKind,
    ImplementationLink,
    PaperRecord,
    RepositoryRecord,
)
from db.store.papers import public_id_of
from sourcing.implementations.cues import find_promise
from sourcing.implementations.features import Comparison, compare, words_of
from sourcing.implementations.lists import is_survey
from sourcing.implementations.model import LinkModel, shipped_model
from sourcing.implementations.readme import (
    ReadmeFacts,
    ReadmeLevel,
    authors_named,
    facts_of,
    names_method,
    readme_level,
)
from sourcing.implementations.statements import Statement, Statements, read_statements
from sourcing.implementations.titles import alnum

# A project page names its code's repository or owner in about half of the cases (19 of 36 papers of Hugging
# Face's daily lists: 11 the repository itself, 8 another of the owner's): evidence, not a statement.
_PAGE_REPOSITORY = 2.5
_PAGE_OWNER = 1.5
# An address cut off after the account still says whose account it is.
_OWNER_STATED = 3.0
# A README that speaks of somebody else's paper, under an account that is no author's: that it names the paper
# then speaks for it no more. A fork is its parent's code.
_UNOFFICIAL = -4.0
_FORK = -1.5
# The repository's own words move a statement of the paper this far at most (log-odds).
_README_ON_STATED = (-2.0, 2.0)
_GONE = -3.0
_MENTION = 0.05


@dataclass(frozen=True, slots=True)
class _Judged:
    """A repository held against the paper; ``score`` is its log-odds up to a constant."""

    repository: RepositoryRecord
    comparison: Comparison
    level: ReadmeLevel
    facts: ReadmeFacts | None
    score: float
    notes: tuple[str, ...]

    @property
    def names_paper(self) -> bool:
        return self.level in (ReadmeLevel.TITLE_ON_TOP, ReadmeLevel.TITLE_CITED)

    @property
    def redone(self) -> str | None:
        """The words by which a repository under no author's account is somebody else's implementation."""
        if self.facts is None or self.comparison.owner is not None:
            return None
        if self.facts.unofficial is not None:
            return self.facts.unofficial
        if self.facts.official:
            return None
        if self.facts.framework is not None:
            return self.facts.framework
        return "implementation" if self.facts.implements and self.comparison.framework else None

    @property
    def was_never_there(self) -> bool:
        """Whether its host had nothing to show whenever it was asked."""
        one = self.repository
        return _is_gone(self) and not (one.readme or one.description or one.pushed or one.was_read)

    def gone(self) -> Evidence:
        """That it is gone, and since when."""
        one = self.repository
        since = f" since {one.gone_since:%Y-%m-%d}" if one.gone_since is not None else ""
        said = "nothing there" if self.was_never_there else "gone"
        return Evidence(text=f"{said}{since}: its host answers that it is {one.status}", url=one.url)

    def why_not_theirs(self, paper: PaperRecord) -> str | None:
        """By what its README says of itself it cannot be this paper's code, though the paper states it.

        It lists papers and not this one; or it asks to cite another paper, and neither its name, its account, the
        paper's method nor an author joins it to this one.
        """
        facts = self.facts
        if facts is None or self.level not in (ReadmeLevel.OTHER_PAPER, ReadmeLevel.SILENT):
            return None
        if facts.listing is not None and not is_survey(paper):
            return f"its README is a list of papers: “{facts.listing}”"
        cited = [one for one in facts.cited if len(one.split()) >= 4]
        joined = self.comparison.said or names_method(words_of(paper), facts) or authors_named(paper, facts)
        if joined or not 0 < len(cited) <= 3:
            return None
        return f"its README is another paper's: “{cited[0]}”"

    def evidence(self) -> list[Evidence]:
        """What speaks for and against it, in words."""
        url = self.repository.url
        said = [Evidence(text=text, kind="name", url=url) for text in (*self.comparison.said, *self.notes)]
        if self.level not in (ReadmeLevel.ABSENT, ReadmeLevel.SILENT):
            said.append(Evidence(text=f"its README {self.level}", kind="readme", url=url))
        if (words := self.redone) is not None:
            said.append(Evidence(text=f"its README says “{words}”", kind="readme", url=url))
        return said


def find_links(
    paper: PaperRecord, repositories: Sequence[RepositoryRecord] = (), *, model: LinkModel | None = None
) -> tuple[ImplementationLink, ...]:
    """Link a paper to repositories, the surest first; nothing where nothing is sure enough.

    What the paper states counts before what merely fits. ``repositories`` come into question, as their hosts
    describe them: those that the paper states (their README and status then speak for or against it) and
    those found by search. Where nothing is stated, or what is stated is gone, the one that fits best is
    ``official`` if its probability, among all of them and "none", reaches the model's threshold. A repository
    whose README names this paper but says that it is not its authors' is ``third_party``; one that the text
    only builds upon, or that holds data or a model instead of code, a ``mention``; so is one of which nobody has
    seen more than its address. ``probability`` is that of the kind given; for a mention, that of being an
    implementation after all.
    """
    model = model or shipped_model()
    stated = read_statements(paper)
    judged = {one.key: _judge(paper, one, stated, model) for one in repositories}
    names = _every_name(repositories)
    links: dict[str, ImplementationLink] = {}
    for statement in stated.repositories:
        link = _stated_link(paper, statement, names, judged, model)
        links.setdefault(link.repository_key, link)
    standing = [link for link in links.values() if link.kind is ImplementationKind.OFFICIAL]
    if all(_is_gone(judged.get(link.repository_key)) for link in standing):
        fitting = _fitting_link(
            paper, stated, [one for key, one in judged.items() if key not in links], model
        )
        if fitting is not None:
            links[fitting.repository_key] = fitting
    for link in _re_implementations(paper, (one for key, one in judged.items() if key not in links)):
        links[link.repository_key] = link
    return tuple(sorted(links.values(), key=lambda link: (_RANK[link.kind], -link.probability)))


_RANK = {ImplementationKind.OFFICIAL: 0, ImplementationKind.THIRD_PARTY: 1, ImplementationKind.MENTION: 2}


def _judge(paper: PaperRecord, repository: RepositoryRecord, stated: Statements, model: LinkModel) -> _Judged:
    comparison = compare(paper, repository, model.rarity)
    facts = facts_of(repository)
    level = readme_level(paper, facts)
    score = model.score(comparison.values, level)
    notes = []
    owner = repository.key.rsplit("/", 1)[0]
    if repository.is_fork:
        score += _FORK
        notes.append(f"it is a fork of {repository.parent_key or 'another repository'}")
    if any(page.key == repository.key for page in stated.pages):
        score += _PAGE_REPOSITORY
        notes.append("it serves the paper's project page")
    elif any(page.key.rsplit("/", 1)[0] == owner for page in stated.pages):
        score += _PAGE_OWNER
        notes.append("its account serves the paper's project page")
    if any(one.owner == owner for one in stated.owners):
        score += _OWNER_STATED
        notes.append("the text names its account, without the repository")
    judged = _Judged(repository, comparison, level, facts, score, tuple(notes))
    if judged.redone is None:
        return judged
    return replace(judged, score=score + _UNOFFICIAL - max(0.0, model.readme_weight(level)))


def _every_name(repositories: Sequence[RepositoryRecord]) -> Mapping[str, str]:
    """Every key a repository may be printed under, earlier names and lost hyphens included → its key."""
    names: dict[str, str] = {}
    for one in repositories:
        for key in (one.key, *one.redirected_from):
            names.setdefault(_squeezed(key), one.key)
    names.update({former: one.key for one in repositories for former in one.redirected_from})
    names.update({one.key: one.key for one in repositories})
    return names


def _meant(printed: str, quote: str, judged: Mapping[str, _Judged]) -> str | None:
    """The account's repository whose name was cut short, or had the next sentence stuck to it.

    ``None`` unless it can only be one; of several, the one that the sentence goes on to spell.
    """
    owner, _, name = printed.rpartition("/")
    begun = alnum(name)
    fits = {}
    for key, one in judged.items():
        account, _, whole = key.rpartition("/")
        cut = len(begun) >= 2 and alnum(whole).startswith(begun)
        if (
            account == owner
            and key != printed
            and not _is_gone(one)
            and (cut or name.startswith(f"{whole}."))
        ):
            fits[key] = alnum(whole)
    if len(fits) > 1:
        spelled = alnum(quote)
        fits = {key: whole for key, whole in fits.items() if whole in spelled}
    return next(iter(fits)) if len(fits) == 1 else None


def _squeezed(key: str) -> str:
    return "/".join(alnum(part) for part in key.split("/"))


def _stated_link(
    paper: PaperRecord,
    statement: Statement,
    names: Mapping[str, str],
    judged: Mapping[str, _Judged],
    model: LinkModel,
) -> ImplementationLink:
    printed = statement.address.key
    key = names.get(printed) or names.get(_squeezed(printed)) or printed
    if key not in judged or _is_gone(judged[key]):
        key = _meant(printed, statement.quote, judged) or key
    found = judged.get(key)
    quote = statement.quote if len(statement.quote) <= 300 else f"…{statement.quote[-300:]}"
    evidence = [Evidence(text=f"{statement.where} says “{quote}”", kind="stated", url=paper.url)]
    if statement.mended:
        evidence.append(Evidence(text="the printed address was broken and put together", kind="stated"))
    if key != printed:
        evidence.append(Evidence(text=f"printed as {printed}, found as {key}", kind="stated"))
    why = statement.why_not_theirs
    if why is None and found is not None and statement.address.subdirectory is None:
        why = found.why_not_theirs(paper)
    if found is not None and _is_gone(found):
        evidence.append(found.gone())
    if why is not None:
        evidence.append(Evidence(text=why, kind="stated"))
        kind, probability = ImplementationKind.MENTION, _MENTION
    elif found is not None and found.was_never_there:
        kind, probability = ImplementationKind.MENTION, _MENTION
    else:
        kind = ImplementationKind.OFFICIAL
        odds = _logit(model.stated[statement.cue])
        if found is not None:
            low, high = _README_ON_STATED
            odds += max(low, min(high, model.readme_weight(found.level)))
            evidence += found.evidence()
            if _is_gone(found):
                odds += _GONE
        probability = 1 / (1 + exp(-odds))
    return ImplementationLink(
        paper_id=public_id_of(paper),
        repository_key=key,
        kind=kind,
        probability=round(probability, 4),
        evidence=tuple(evidence),
        subdirectory=statement.address.subdirectory,
        code_promised=find_promise(statement.quote) is not None,
    )


def _fitting_link(
    paper: PaperRecord, stated: Statements, judged: Sequence[_Judged], model: LinkModel
) -> ImplementationLink | None:
    """The one repository that fits so much better than the others and than none that it can be answered."""
    if not judged:
        return None
    shares = model.probabilities([one.score for one in judged])
    share, best = max(zip(shares, judged, strict=True), key=lambda pair: pair[0])
    if share < model.threshold or _is_gone(best):
        return None
    others = len(judged) - 1
    if others:
        rest = Evidence(text=f"{others} other repositories fit less", kind="margin")
    else:
        rest = Evidence(text="no other repository was found", kind="margin")
    return ImplementationLink(
        paper_id=public_id_of(paper),
        repository_key=best.repository.key,
        kind=ImplementationKind.OFFICIAL,
        probability=round(share, 4),
        evidence=(*best.evidence(), rest),
        code_promised=stated.promise is not None,
    )


def _re_implementations(paper: PaperRecord, judged: Iterable[_Judged]) -> list[ImplementationLink]:
    """Repositories that say of themselves that they implement somebody else's paper: this one."""
    found = []
    for one in judged:
        facts = one.facts
        if facts is None or one.comparison.owner is not None or one.repository.is_fork or not one.names_paper:
            continue
        if facts.unofficial is not None:
            probability = 0.9
        elif one.redone is not None:
            probability = 0.8
        elif facts.implements and not facts.official:
            probability = 0.6
        else:
            continue
        found.append(
            ImplementationLink(
                paper_id=public_id_of(paper),
                repository_key=one.repository.key,
                kind=ImplementationKind.THIRD_PARTY,
                probability=probability,
                evidence=(
                    *one.evidence(),
                    Evidence(
                        text="its account is none of the authors'", kind="owner", url=one.repository.url
                    ),
                ),
            )
        )
    return found


def _is_gone(one: _Judged | None) -> bool:
    return one is not None and one.repository.status in GONE


def _logit(share: float) -> float:
    return log(share / (1 - share))
