"""The ladder that people climb in this field, with what was seen of a candidate on each rung.

Interest, software skills, breadth, finished projects, creativity: from what anybody can show to what few can. It is for
reading beside the scores and moves none of them. A rung without evidence is unseen, which says nothing against anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.kinds import Axis
from ranking.topics import named_topic
from ranking.why import kept, original, shortened
from ranking.works import ACCEPTED, Role, Work

# From this percentile on, a score is evidence for a rung; below it is evidence too, but weak.
FROM = 50.0
MOST_EVIDENCE = 3


class Step(StrEnum):
    """The rungs, lowest first; an achievement names one of the values as its rung."""

    INTEREST = "interest"
    SOFTWARE = "software"
    BREADTH = "breadth"
    FINISHED = "finished"
    CREATIVITY = "creativity"


NAMES = {
    Step.INTEREST: "interest",
    Step.SOFTWARE: "software skills",
    Step.BREADTH: "breadth",
    Step.FINISHED: "finished projects",
    Step.CREATIVITY: "creativity",
}


class Seen(StrEnum):
    """What was seen on a rung."""

    CLEAR = "seen"
    WEAK = "weak"
    UNSEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was seen: a sentence fragment and where to look at it, if it still can be."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder with its evidence, strongest first."""

    step: Step
    seen: Seen
    signs: tuple[Sign, ...]

    @property
    def name(self) -> str:
        """What the rung is called."""
        return NAMES[self.step]


@dataclass(frozen=True, slots=True)
class Achievement:
    """Something that is no paper and no repository, with the rung it stands on."""

    rung: str
    title: str
    url: str


def ladder(works: Sequence[Work], achievements: Iterable[Achievement], role: Role) -> tuple[Rung, ...]:
    """The five rungs of one candidate, lowest first; only the interest depends on the role."""
    own = [work for work in works if work.own_repository]
    others = [work for work in works if not work.own_repository]
    found = {
        Step.INTEREST: _interest(own, others, role),
        Step.SOFTWARE: _software(works),
        Step.BREADTH: _breadth(own),
        Step.FINISHED: _finished(own),
        Step.CREATIVITY: _creativity(own),
    }
    done: dict[str, list[Sign]] = {}
    for one in achievements:
        done.setdefault(one.rung, []).append(Sign(one.title, one.url))
    rungs = []
    for step, (seen, signs) in found.items():
        more = done.get(step.value, [])
        signs = [*signs, *more] if seen is Seen.CLEAR else [*more, *signs]
        rungs.append(Rung(step, Seen.CLEAR if more else seen, tuple(signs[:MOST_EVIDENCE])))
    return tuple(rungs)


_Found = tuple[Seen, list[Sign]]


def _interest(own: Sequence[Work], others: Sequence[Work], role: Role) -> _Found:
    signs = []
    for work in sorted([*own, *others], key=lambda work: (not work.title_words, _newest(work))):
        topic = named_topic(work.title_words, role.topics) or named_topic(work.words, role.topics)
        if topic is not None:
            signs.append(Sign(f"“{shortened(work.title)}” speaks of “{topic}”", _page(work)))
    # Nobody asks anybody to write somebody else's paper again: it is done from interest.
    signs += [Sign(f"re-implemented “{shortened(one.title)}” unasked", _page(one)) for one in others]
    signs = _once(signs)
    if signs:
        return Seen.CLEAR, signs
    newest = sorted(own, key=_newest)[:1]
    if not role.topics:
        return (Seen.CLEAR, [_works_on(newest[0])]) if newest else (Seen.UNSEEN, [])
    return (Seen.WEAK, [_works_on(newest[0], "beside the role's topics: ")]) if newest else (Seen.UNSEEN, [])


def _works_on(work: Work, before: str = "") -> Sign:
    area = f" ({work.areas[0]})" if work.areas else ""
    return Sign(f"{before}wrote “{shortened(work.title)}”{area}", work.url)


def _software(works: Sequence[Work]) -> _Found:
    scored = [work for work in works if Axis.CODE_QUALITY in work.scores and work.repository]
    scored.sort(key=lambda work: (-work.scores[Axis.CODE_QUALITY].value, work.repository or ""))
    signs = [
        Sign(
            f"{work.repository}: {kept(work.scores[Axis.CODE_QUALITY].value)}{_share(work)}{_gone(work)}",
            _code_url(work),
        )
        for work in scored
    ]
    if signs:
        clear = scored[0].scores[Axis.CODE_QUALITY].value >= FROM
        return (Seen.CLEAR if clear else Seen.WEAK), _once(signs)
    unread = [
        Sign(f"{one.repository}: not scored{_gone(one)}", _code_url(one)) for one in works if one.repository
    ]
    return (Seen.WEAK, _once(unread)) if unread else (Seen.UNSEEN, [])


def _share(work: Work) -> str:
    return "" if work.share is None else f", {100 * work.share:.0f} % of the commits theirs"


def _gone(work: Work) -> str:
    return "" if work.gone_since is None else f", gone since {work.gone_since:%Y-%m-%d}"


def _page(work: Work) -> str | None:
    """The paper's, or of somebody else's paper the code's."""
    return work.url if work.own_repository else _code_url(work)


def _code_url(work: Work) -> str | None:
    return None if work.gone_since is not None else f"https://{work.repository}"


def _breadth(own: Sequence[Work]) -> _Found:
    areas: dict[str, Work] = {}
    for work in sorted(own, key=_newest):
        for area in work.areas[:1]:
            areas.setdefault(area, work)
    if len(areas) > 1:
        signs = [Sign(f"{area}: “{shortened(work.title)}”", work.url) for area, work in areas.items()]
        return Seen.CLEAR, signs
    listed = [work for work in own if len(work.areas) > 1]
    signs = [Sign(f"“{shortened(one.title)}” is listed in {', '.join(one.areas)}", one.url) for one in listed]
    return (Seen.WEAK, signs) if signs else (Seen.UNSEEN, [])


def _finished(own: Sequence[Work]) -> _Found:
    signs = []
    for work in sorted(own, key=lambda work: (-_execution(work), work.repository is None, _newest(work))):
        taken = work.decision in ACCEPTED
        if taken or work.repository:
            how = [work.standing or "accepted"] if taken else []
            how += [f"with its code in {work.repository}{_gone(work)}"] if work.repository else []
            signs.append(Sign(f"“{shortened(work.title)}”: {', '.join(how)}", work.url))
    signs = _once(signs)
    if signs:
        return Seen.CLEAR, signs
    rest = [
        Sign(f"“{shortened(work.title)}”: a paper without code", work.url)
        for work in sorted(own, key=_newest)
    ]
    return (Seen.WEAK, rest[:1]) if rest else (Seen.UNSEEN, [])


def _creativity(own: Sequence[Work]) -> _Found:
    awards = [Sign(f"“{shortened(work.title)}”: {award}", work.url) for work in own for award in work.awards]
    scored = [work for work in own if Axis.ORIGINALITY in work.scores]
    scored.sort(key=lambda work: (-work.scores[Axis.ORIGINALITY].value, work.url))
    strong = [work for work in scored if work.scores[Axis.ORIGINALITY].value >= FROM]
    signs = awards + [
        Sign(f"“{shortened(work.title)}”: {original(work.scores[Axis.ORIGINALITY].value)}", work.url)
        for work in strong or scored[:1]
    ]
    if not signs:
        return Seen.UNSEEN, []
    return (Seen.CLEAR if awards or strong else Seen.WEAK), _once(signs)


def _execution(work: Work) -> float:
    score = work.scores.get(Axis.EXECUTION)
    return 0.0 if score is None or work.decision not in ACCEPTED else score.value


def _newest(work: Work) -> tuple[float, str]:
    return (0.0 if work.published is None else -work.published.timestamp()), work.url


def _once(signs: Iterable[Sign]) -> list[Sign]:
    """A paper with two repositories is two works."""
    return list({sign.text: sign for sign in signs}.values())
