"""A repository's tree in, an assessment out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, SubjectKind
from ranking.code_quality.isolation import ReadingLimits
from ranking.code_quality.kinds import group_of
from ranking.code_quality.known_functions import shipped_functions
from ranking.code_quality.model import PARTS, CodeQualityModel, shipped_model
from ranking.code_quality.parts.completeness import completeness
from ranking.code_quality.parts.engineering import engineering
from ranking.code_quality.parts.hygiene import hygiene
from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.parts.process import process
from ranking.code_quality.reading import Reading, read_tree
from ranking.code_quality.tree import SourceTree

SCORER = "code_quality"
MIN_CODE_LINES = 40  # fewer authored lines than this are no implementation yet
_PART_MEASURES: Mapping[str, Callable[[Reading], list[Measure]]] = {
    "completeness": completeness,
    "engineering": engineering,
    "hygiene": hygiene,
    "process": process,
}


def measure_parts(reading: Reading) -> dict[str, list[Measure]]:
    """All measures, by part."""
    return {part: _PART_MEASURES[part](reading) for part in PARTS}


@dataclass(frozen=True, slots=True)
class CodeQualityScorer:
    """Judges code from the code. Stars, owner, names and venues are not looked at."""

    model: CodeQualityModel
    known_functions: Collection[str] = frozenset()
    limits: ReadingLimits | None = None

    @classmethod
    def load(cls) -> CodeQualityScorer:
        """The shipped scorer."""
        return cls(shipped_model(), shipped_functions())

    def assess(
        self, repository_key: str, tree: SourceTree, *, parent: SourceTree | None = None
    ) -> Assessment:
        """Assess a repository at one commit.

        Give ``parent`` where the repository is a fork: what it inherited is not counted. The score is a
        percentile, 0..100, among the reference repositories of the model; so are the parts. Without authored
        code the status is insufficient evidence and ``reason`` says why.
        """
        reading = read_tree(
            repository_key, tree, known_functions=self.known_functions, parent=parent, limits=self.limits
        )
        blank = Assessment(
            subject_kind=SubjectKind.REPOSITORY,
            subject_id=repository_key,
            axis=Axis.CODE_QUALITY,
            scorer=SCORER,
            scorer_version=self.model.version,
            status=AssessmentStatus.INSUFFICIENT,
            input_hash=tree.digest,
            evidence=reading_notes(reading),
        )
        if reading.code_lines < MIN_CODE_LINES:
            return replace(blank, reason=_why_nothing(reading))
        return self._scored(blank, reading)

    def _scored(self, blank: Assessment, reading: Reading) -> Assessment:
        model = self.model
        measured = measure_parts(reading)
        values = {
            f"{part}/{m.name}": m.value for part, ms in measured.items() for m in ms if m.value is not None
        }
        group = group_of(reading)
        raw = weighted(model, values)
        score = model.spreads["whole"].percentile(raw)
        replicas = sorted(
            model.spreads["whole"].percentile(_with(replica, values, model.typical))
            for replica in model.replicas
        )
        low, high = _interval(replicas, score, _doubt(reading, measured))
        parts = tuple(self._part(part, measured[part], values, group) for part in PARTS)
        return replace(
            blank,
            status=AssessmentStatus.SCORED,
            score=round(score, 1),
            low=round(low, 1),
            high=round(high, 1),
            parts=parts,
            validated_on=model.validated_on,
        )

    def _part(self, part: str, measures: list[Measure], values: Mapping[str, float], group: str) -> Part:
        weights = self.model.weights[part]
        total = sum(weights.values())
        share = round(total, 3)
        if not any(m.value is not None for m in measures) or not total:
            why = Evidence(text="unknown: no history, or one squashed into a few commits", kind="code")
            return Part(name=part, score=None, weight=share, evidence=(why,) if part == "process" else ())
        raw = part_value(self.model, part, values)
        among = self.model.groups.get(group, {}).get(part)
        said = []
        if among is not None:
            better = among.percentile(raw)
            said.append(Evidence(text=f"better than {better:.0f}% of its kind ({group})", kind="percentile"))
        return Part(
            name=part,
            score=round(self.model.spreads[part].percentile(raw), 1),
            weight=share,
            evidence=(*said, *self._said(part, measures)),
        )

    def _said(self, part: str, measures: Sequence[Measure]) -> list[Evidence]:
        """What moved the score most comes first; ``weight`` is in points of the raw score, signed."""
        weights, typical = self.model.weights[part], self.model.typical
        deviation = self.model.spreads["whole"].deviation
        said: list[tuple[float, Evidence]] = []
        for measure in measures:
            if measure.value is None or not measure.evidence:
                continue
            moved = weights.get(measure.name, 0.0) * (
                measure.value - typical.get(f"{part}/{measure.name}", 0.5)
            )
            points = round(100 * moved / (2.5 * deviation), 1)
            first, *more = measure.evidence
            said.append((abs(points), replace(first, weight=points)))
            said += [(abs(points), other) for other in more]
        return [evidence for _, evidence in sorted(said, key=lambda pair: -pair[0])]


def part_value(model: CodeQualityModel, part: str, values: Mapping[str, float]) -> float:
    """The weighted mean of one part's measures, 0..1."""
    weights = model.weights[part]
    total = sum(weights.values()) or 1.0
    keys = {name: f"{part}/{name}" for name in weights}
    return sum(w * values.get(keys[n], model.typical.get(keys[n], 0.5)) for n, w in weights.items()) / total


def weighted(model: CodeQualityModel, values: Mapping[str, float]) -> float:
    """The weighted mean of all measures, 0..1; a measure that is unknown counts as typical."""
    flat = {f"{part}/{name}": w for part, ws in model.weights.items() for name, w in ws.items()}
    return _with(flat, values, model.typical)


def _with(weights: Mapping[str, float], values: Mapping[str, float], typical: Mapping[str, float]) -> float:
    total = sum(weights.values()) or 1.0
    return sum(w * values.get(name, typical.get(name, 0.5)) for name, w in weights.items()) / total


def _doubt(reading: Reading, measured: Mapping[str, list[Measure]]) -> float:
    """How much wider the interval gets: other languages, little code, files left unread, no history."""
    doubt = 0.5 * (1 - reading.python_share)
    doubt += 0.5 * max(0.0, 1 - reading.code_lines / 500)
    doubt += (
        0.5 if reading.tree.partial else min(0.5, len(reading.aside) / max(1, len(list(reading.every()))))
    )
    return doubt + (0.0 if measured["process"] else 0.3)


def _interval(replicas: Sequence[float], score: float, doubt: float) -> tuple[float, float]:
    """A 90 % interval of the refitted scores, at least ±4 points wide, stretched by ``doubt``."""
    last = len(replicas) - 1
    below = max(4.0, score - replicas[round(0.05 * last)]) if replicas else 15.0
    above = max(4.0, replicas[round(0.95 * last)] - score) if replicas else 15.0
    return max(0.0, score - below * (1 + doubt)), min(100.0, score + above * (1 + doubt))


def _why_nothing(reading: Reading) -> str:
    if reading.documents.promise:
        return "no code yet: the README announces it"
    if reading.authorship.copied_lines > MIN_CODE_LINES:
        return "all of its code is vendored, copied or generated"
    if reading.aside:
        return f"its code could not be read: {reading.aside[0].reason}"
    return "no code yet" if not reading.code_lines else f"only {reading.code_lines} lines of code"


def reading_notes(reading: Reading) -> tuple[Evidence, ...]:
    """What the whole assessment rests on: how much code, how much of it is not counted, what was not read."""
    notes = [Evidence(text=_extent(reading), kind="extent")]
    left_out = reading.authorship.left_out
    if reading.authorship.foreign_share >= 0.01:
        reasons: dict[str, list[str]] = {}
        for path, reason in left_out.items():
            reasons.setdefault(reason, []).append(path)
        reason, paths = max(reasons.items(), key=lambda item: len(item[1]))
        text = f"{reading.authorship.foreign_share:.0%} of the code is not counted: mostly {reason}"
        notes.append(Evidence(text=text, kind="not counted", location=paths[0]))
    grouped: dict[str, list[str]] = {}
    for skipped in reading.aside:
        grouped.setdefault(skipped.reason, []).append(skipped.path)
    for reason, paths in sorted(grouped.items(), key=lambda item: -len(item[1]))[:4]:
        count = f"{len(paths)} files were" if len(paths) > 1 else "one file was"
        notes.append(Evidence(text=f"{count} not read: {reason}", kind="not read", location=paths[0] or None))
    if reading.tree.submodules:
        text = f"{len(reading.tree.submodules)} submodule(s) were not fetched"
        notes.append(Evidence(text=text, kind="not read", location=reading.tree.submodules[0]))
    notes += [Evidence(text=text, kind="not read") for text in reading.tree.notes]
    return tuple(notes)


def _extent(reading: Reading) -> str:
    lines: dict[str, int] = {}
    for file in reading.every():
        lines[file.language] = lines.get(file.language, 0) + file.code_lines
    whole = reading.code_lines
    if not whole:
        return "no authored code"
    main = sorted(lines.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {count / whole:.0%}" for name, count in main if count / whole >= 0.01)
    return f"{whole:,} authored lines of code ({named}) in {sum(1 for _ in reading.every())} files"
