"""Who is who among mentions of one name: evidence adds up, and a name alone is never enough. Pure."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db.keys.names import name_key

_WORD = re.compile(r"[a-z][a-z0-9]+")
_COMMON_WORDS = frozenset([
    "a", "an", "the", "of", "for", "and", "in", "on", "with", "via", "to", "from", "by", "using", "based",
    "towards", "toward", "is", "are", "as", "at", "learning", "model", "models", "university",
    "institute", "department", "school", "college", "technology", "science", "sciences", "engineering",
    "computer", "research", "laboratory", "lab",
])  # fmt: skip
_MAIL_HOSTS = frozenset(
    ["gmail.com", "qq.com", "163.com", "126.com", "outlook.com", "hotmail.com", "yahoo.com"]
)

# Log-odds of two mentions of one name being one person, fitted on half of the name families of resolved profiles; see
# docs/decisions. Each is a point of the explanation.
INTERCEPT = 5.49
PER_LOG_MENTION, SHORT_NAME = -0.74, -2.52
SHARED_COAUTHOR, FURTHER_COAUTHOR = 3.76, 0.70
TITLE, AFFILIATION, OTHER_AFFILIATION, DOMAIN, OTHER_DOMAIN = 2.69, 1.55, -1.86, 0.27, -1.06
PER_YEAR = 0.02
MERGE_AT = 3.0
# A block this large is the name of very many people; only pairs with a co-author in common are looked at.
LARGE_BLOCK = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name on a paper with what stands beside it."""

    id: str
    paper_id: str
    name: str
    title: str = ""
    year: int | None = None
    coauthors: tuple[str, ...] = ()
    affiliation: str | None = None
    email_domain: str | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()
    person: str | None = None


@dataclass(slots=True)
class _Seen:
    mention: Mention
    coauthors: frozenset[str]
    title: frozenset[str]
    affiliation: frozenset[str]
    domain: str


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    papers: set[str] = field(default_factory=set)
    person: str | None = None
    orcids: set[str] = field(default_factory=set)


def resolve(mentions: Iterable[Mention]) -> dict[str, str]:
    """Give each mention a cluster, named after its person where one is known, else after its first mention."""
    blocks: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        blocks[name_key(mention.name)].append(mention)
    found: dict[str, str] = {}
    for key in sorted(blocks):
        found.update(resolve_block(sorted(blocks[key], key=lambda one: one.id)))
    return found


def resolve_block(mentions: Sequence[Mention]) -> dict[str, str]:
    """Cluster mentions of one name. Persons already known are never joined here; two places on a paper never meet."""
    seen = [_see(mention) for mention in mentions]
    clusters = _start(seen)
    links = _links(seen)
    while len(clusters) > 1 and (best := _best(clusters, links)) is not None:
        keep, join = best
        merged, gone = clusters[keep], clusters[join]
        merged.members += gone.members
        merged.papers |= gone.papers
        merged.orcids |= gone.orcids
        merged.person = merged.person or gone.person
        del clusters[join]
    return {
        mentions[member].id: cluster.person or mentions[min(cluster.members)].id
        for cluster in clusters
        for member in cluster.members
    }


def _see(mention: Mention) -> _Seen:
    domain = (mention.email_domain or "").casefold()
    parts = domain.split(".")
    kept = 3 if len(parts) > 2 and parts[-2] in {"ac", "edu", "co", "com", "org"} else 2
    own = name_key(mention.name)
    return _Seen(
        mention,
        frozenset(key for name in mention.coauthors if (key := name_key(name)) != own),
        frozenset(_WORD.findall(mention.title.casefold())) - _COMMON_WORDS,
        frozenset(word for word in _WORD.findall((mention.affiliation or "").casefold()) if len(word) > 2)
        - _COMMON_WORDS,
        "" if domain in _MAIL_HOSTS else ".".join(parts[-kept:]),
    )


def _points(one: _Seen, other: _Seen) -> dict[str, float]:
    found: dict[str, float] = {}
    if shared := len(one.coauthors & other.coauthors):
        found["co-authors in common"] = SHARED_COAUTHOR + FURTHER_COAUTHOR * (min(shared, 4) - 1)
    if words := len(one.title & other.title):
        found["words of the titles"] = TITLE * words / min(len(one.title), len(other.title))
    if one.affiliation and other.affiliation:
        same = len(one.affiliation & other.affiliation) / min(len(one.affiliation), len(other.affiliation))
        found["affiliation"] = AFFILIATION * same if same else OTHER_AFFILIATION
    if one.domain and other.domain:
        found["e-mail domain"] = DOMAIN if one.domain == other.domain else OTHER_DOMAIN
    return found


def _links(seen: Sequence[_Seen]) -> Mapping[tuple[int, int], float]:
    n = len(seen)
    short = SHORT_NAME if seen and len(name_key(seen[0].mention.name).replace(" ", "")) <= 8 else 0.0
    prior = INTERCEPT + short + PER_LOG_MENTION * math.log(max(1, n))
    links: dict[tuple[int, int], float] = {}
    for i in range(n):
        for j in range(i):
            if n > LARGE_BLOCK and not seen[i].coauthors & seen[j].coauthors:
                continue
            said = _points(seen[i], seen[j])
            # Without anything that speaks for it, the name is all there is.
            if any(value > 0 for value in said.values()):
                links[j, i] = prior + sum(said.values())
    return links


def _start(seen: Sequence[_Seen]) -> list[_Cluster]:
    """One cluster for each person known, each ORCID, and each other mention."""
    clusters: list[_Cluster] = []
    by_person: dict[str, _Cluster] = {}
    by_orcid: dict[str, _Cluster] = {}
    for index, one in enumerate(seen):
        orcids = {value for kind, value in one.mention.identifiers if kind == "orcid"}
        home = by_person.get(one.mention.person or "") or next(
            (by_orcid[orcid] for orcid in sorted(orcids) if orcid in by_orcid and one.mention.person is None),
            None,
        )
        if home is None:
            home = _Cluster([], person=one.mention.person)
            clusters.append(home)
        home.members.append(index)
        home.papers.add(one.mention.paper_id)
        home.orcids |= orcids
        if one.mention.person:
            by_person[one.mention.person] = home
        by_orcid.update(dict.fromkeys(orcids, home))
    return clusters


def _best(clusters: Sequence[_Cluster], links: Mapping[tuple[int, int], float]) -> tuple[int, int] | None:
    best: tuple[float, int, int] | None = None
    for b in range(len(clusters)):
        for a in range(b):
            one, other = clusters[a], clusters[b]
            if one.papers & other.papers or (one.person and other.person) or (one.orcids and other.orcids):
                continue
            found = [
                links[pair]
                for i in one.members
                for j in other.members
                if (pair := (min(i, j), max(i, j))) in links
            ]
            if not found:
                continue
            # The best link alone would chain people together; the mean alone would miss those who changed field.
            mean = sum(found) / (len(one.members) * len(other.members))
            value = 0.5 * max(found) + 0.5 * mean
            if value >= MERGE_AT and (best is None or value > best[0]):
                best = (value, a, b)
    return best[1:] if best is not None else None
