"""Why a candidate stands where they stand, in one sentence that a person would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db.kinds import Axis
from ranking.topics import named_topic
from ranking.works import Role, Score, Work

# Percentiles from which on something is a strength, and below which it is said with a "but".
STRONG, WEAK = 60.0, 40.0

# An axis that weighs less than this is spoken of only where the work is outstanding on it.
WEIGHTY, OUTSTANDING = 0.15, 80.0

# From this importance on the sentence speaks of it.
LASTING = 70.0

# Shares of the commits from which on somebody wrote a repository, or wrote it with others.
WROTE, WROTE_WITH_OTHERS = 0.5, 0.1

# Points by which another paper must be more original to be named beside the best one.
CLEARLY = 10.0

MOST_OF_A_TITLE = 90


def why(
    *,
    role: Role,
    weights: Mapping[Axis, float],
    axes: Mapping[Axis, Score],
    chosen: Mapping[Axis, Work],
    best: Work | None,
    pulled: Work | None = None,
) -> str:
    """One sentence on a candidate's works for a role, beginning with what the role looks for first.

    ``axes`` and ``chosen`` say how well the candidate does on each axis and by which work; ``best`` is their best
    paper; ``pulled`` is the one by which the recruiter's likes or dislikes moved them. A number that stands beside
    a title is that work's own; where the list shows another one for the person, that one is said with it.
    """
    shares = _shares(weights)
    # Somebody without a paper of their own is told by their code, even where the role does not weigh it.
    code = chosen.get(Axis.CODE_QUALITY) if Axis.CODE_QUALITY in shares or best is None else None
    if best is None and code is None:
        return "No assessed work yet."
    engineer = shares.get(Axis.CODE_QUALITY, 0.0) > shares.get(Axis.ORIGINALITY, 0.0)
    if code is not None and (best is None or engineer):
        sentence = _code_first(role, shares, axes, chosen, code, best)
    else:
        assert best is not None  # noqa: S101 (narrowing; the first condition returned otherwise)
        sentence = _paper_first(role, shares, axes, chosen, code, best)
    if pulled is not None and pulled.pull is not None:
        sentence += f"; {_moved(pulled, best)}"
    return sentence[0].upper() + sentence[1:] + "."


def _paper_first(
    role: Role,
    shares: Mapping[Axis, float],
    axes: Mapping[Axis, Score],
    chosen: Mapping[Axis, Work],
    code: Work | None,
    best: Work,
) -> str:
    second = _clearly_more_original(chosen, best) if _speaks_of(Axis.ORIGINALITY, axes, shares) else None
    lead = f"first author of {_named(best)}{_about(best, role)}"
    if second is not None:
        lead += f"{',' if _about(best, role) else ''} and of “{shortened(second.title)}”"
    said = _on_paper(best, second, shares, axes)
    value = code.scores[Axis.CODE_QUALITY].value if code is not None else None
    own = code is not None and code.own_repository
    counted = _counted(code, axes) if code is not None else ""
    if code is not None and value is not None and own and value >= WEAK:
        said.append(f"with {_of(code, best)} {kept(value, counted)}, {code.repository}")
    sentence = _joined(lead, said)
    if code is not None and value is not None and own and value < WEAK:
        sentence += f"; but {_of(code, best, 'the code')}, {code.repository}, is {kept(value, counted)}"
    if code is not None and value is not None and not own:
        sentence += f"; re-implemented “{shortened(code.title)}” in {code.repository}, {kept(value, counted)}"
    if code is None and Axis.CODE_QUALITY in shares:
        sentence += "; no code found yet"
    return sentence


def _code_first(
    role: Role,
    shares: Mapping[Axis, float],
    axes: Mapping[Axis, Score],
    chosen: Mapping[Axis, Work],
    code: Work,
    best: Work | None,
) -> str:
    well = kept(code.scores[Axis.CODE_QUALITY].value, _counted(code, axes))
    paper = f"{_named(code)}{_about(code, role)}"
    if code.own_repository:
        lead = f"{_did(code.share)} {code.repository}, {well}, for {paper}"
    else:
        lead = f"re-implemented {paper} in {code.repository}, {well}"
    if best is None or best.paper_row == code.paper_row:
        said = [] if best is None else _on_paper(best, None, shares, axes)
        return _joined(lead, said)
    also = f"also first author of {_named(best)}{_about(best, role)}"
    said = _on_paper(best, None, shares, axes)
    return f"{lead}; {also}{f', {_listed(said)}' if said else ''}"


def _clearly_more_original(chosen: Mapping[Axis, Work], best: Work) -> Work | None:
    """A paper that is clearly more original than the best one."""
    other, own = chosen.get(Axis.ORIGINALITY), best.scores.get(Axis.ORIGINALITY)
    if other is None or other.paper_row == best.paper_row:
        return None
    value = other.scores[Axis.ORIGINALITY].value
    return other if value >= max(STRONG, 0.0 if own is None else own.value + CLEARLY) else None


def _on_paper(
    best: Work, second: Work | None, shares: Mapping[Axis, float], axes: Mapping[Axis, Score]
) -> list[str]:
    """What the scores of a paper say, strengths first."""
    said = []
    if second is not None:
        said.append(f"the latter {original(axes[Axis.ORIGINALITY].value)}")
    elif _speaks_of(Axis.ORIGINALITY, best.scores, shares):
        own = best.scores[Axis.ORIGINALITY].value
        said.append(original(own, _elsewhere(own, axes[Axis.ORIGINALITY].value)))
    importance = best.scores.get(Axis.IMPORTANCE)
    if importance is not None and Axis.IMPORTANCE in shares and importance.value >= LASTING:
        elsewhere = _bracketed(_elsewhere(importance.value, axes[Axis.IMPORTANCE].value))
        said.append(f"on a problem likelier to last than {_percent(importance.value)} of topics{elsewhere}")
    return said


def _speaks_of(axis: Axis, scores: Mapping[Axis, Score], shares: Mapping[Axis, float]) -> bool:
    score, share = scores.get(axis), shares.get(axis, 0.0)
    return score is not None and share > 0 and (share >= WEIGHTY or score.value >= OUTSTANDING)


def original(value: float, aside: str = "") -> str:
    """What an originality of 0..100 says, to follow a title; ``aside`` is put in brackets."""
    if value >= STRONG:
        return f"more original than {_percent(value)} of comparable papers{_bracketed(aside)}"
    return f"of {'middling' if value >= WEAK else 'modest'} originality{_bracketed(f'{value:.0f} of 100', aside)}"


def _elsewhere(own: float, shown: float) -> str:
    """What another paper has, where that is what the list shows for the person."""
    return "" if _percent(own) == _percent(shown) else f"another of theirs: {shown:.0f}"


def _of(code: Work, best: Work, here: str = "code") -> str:
    """The code, with its paper's title where that was not named before."""
    return here if code.paper_row == best.paper_row else f"the code of “{shortened(code.title)}”"


def kept(value: float, aside: str = "") -> str:
    """What a code quality of 0..100 says, to follow the name of a repository; ``aside`` is put in brackets."""
    if value >= STRONG:
        return f"better kept than {_percent(value)} of research code{_bracketed(aside)}"
    said = "about as well kept as most" if value >= WEAK else "less well kept than most"
    return f"{said}{_bracketed(f'{value:.0f} of 100', aside)}"


def _counted(code: Work, axes: Mapping[Axis, Score]) -> str:
    """What a repository counts for the person, and why, where that is another number than its own."""
    own, counted = code.scores[Axis.CODE_QUALITY].value, axes[Axis.CODE_QUALITY].value
    if _percent(own) == _percent(counted):
        return ""
    if code.share is None:
        return f"counts as {counted:.0f}: their share of it is unknown"
    percent = f"{100 * code.share:.0f} %" if code.share >= 0.005 else "under 1 %"
    return f"counts as {counted:.0f}: {percent} of the commits are theirs"


def _did(share: float | None) -> str:
    if share is None:
        return "published"
    if share >= WROTE:
        return "wrote"
    return "wrote part of" if share >= WROTE_WITH_OTHERS else "had a small part in"


def _named(work: Work) -> str:
    standing = work.standing
    return f"“{shortened(work.title)}”{f' ({standing})' if standing else ''}"


def _about(work: Work, role: Role) -> str:
    """The role's topic that a work is on, by its title, or at least speaks of, by its abstract."""
    if (topic := named_topic(work.title_words, role.topics)) is not None:
        return f", on “{topic}”"
    topic = named_topic(work.words, role.topics)
    return f", which speaks of “{topic}”" if topic is not None else ""


def _moved(work: Work, best: Work | None) -> str:
    """What the recruiter's likes did, as a clause; a paper that is not the one named before is named."""
    pull = work.pull
    assert pull is not None  # noqa: S101 (narrowing; the caller asked)
    moved = "placed higher" if pull.strength > 0 else "placed lower"
    if best is not None and work.paper_row == best.paper_row:
        return f"{moved} {pull.reason}"
    if pull.words:
        return f"{moved} for “{shortened(work.title)}” {pull.reason}"
    return f"{moved} {pull.reason}, also theirs"


def _shares(weights: Mapping[Axis, float]) -> dict[Axis, float]:
    total = sum(weights.values())
    return {axis: weight / total for axis, weight in weights.items()} if total > 0 else {}


def _percent(value: float) -> str:
    # Nobody is more original than all the papers there are.
    return f"{min(99, round(value))} %"


def _bracketed(*said: str) -> str:
    told = "; ".join(filter(None, said))
    return f" ({told})" if told else ""


def _joined(lead: str, said: Sequence[str]) -> str:
    return f"{lead}: {_listed(said)}" if said else lead


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def shortened(title: str, limit: int = MOST_OF_A_TITLE) -> str:
    """A title of at most ``limit`` letters, cut between words."""
    if len(title) <= limit:
        return title
    return title[:limit].rsplit(" ", 1)[0].rstrip(",;:-") + "…"
