"""A repository's tree in, an assessment out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from db.keys.repositories import folder_key
from db.records import LANGUAGE_NOT_READ, Assessment, AssessmentStatus, Axis, Evidence, Part, SubjectKind
from ranking.code_quality.authorship.known_functions import Origin, shipped_origins
from ranking.code_quality.documents.texts import LONGEST_LINE
from ranking.code_quality.documents.wording_model import WordingFit, WordingModel, shipped_wording
from ranking.code_quality.isolation.supervisor import ReadingLimits
from ranking.code_quality.kinds import group_of, wider_group
from ranking.code_quality.layout import language_of
from ranking.code_quality.left_out import left_out_notes, origin_notes, why_left_out
from ranking.code_quality.linked_folder import located, tree_of_folder, why_not_there
from ranking.code_quality.model import CodeQualityModel, shipped_model
from ranking.code_quality.parts.completeness.measures import completeness
from ranking.code_quality.parts.engineering.measures import engineering
from ranking.code_quality.parts.facets import FACET_OF, FACETS, PARTS, facet_values
from ranking.code_quality.parts.hygiene.measures import hygiene
from ranking.code_quality.parts.hygiene.secrets import LIES_OPEN
from ranking.code_quality.parts.measure import Measure, note
from ranking.code_quality.parts.process import process
from ranking.code_quality.reading import FilesRead, Reading, read_tree
from ranking.code_quality.tree import SourceTree
from ranking.code_quality.unread import unread_languages, unread_notes

SCORER = "code_quality"
MIN_CODE_LINES = 40  # fewer authored lines than this are no implementation yet
MOST_REASONS = 4  # so many reasons for leaving files unread are told one by one


def measure_parts(reading: Reading, wording: WordingFit) -> dict[str, list[Measure]]:
    """All measures, by part; ``wording`` is what READMEs are held against."""
    return {
        "completeness": completeness(reading, wording),
        "engineering": engineering(reading),
        "hygiene": hygiene(reading),
        "process": process(reading),
    }


@dataclass(frozen=True, slots=True)
class CodeQualityScorer:
    """Judges code from the code. Stars, owner, names and venues are not looked at."""

    model: CodeQualityModel
    wording: WordingModel
    origins: tuple[Origin, ...] = ()
    limits: ReadingLimits | None = None
    judges_fitted: bool = False

    @classmethod
    def load(cls, *, judges_fitted: bool = False) -> CodeQualityScorer:
        """The shipped scorer.

        With ``judges_fitted``, READMEs that its wording was fitted on are held against a fit that did not see them:
        for measuring it on those repositories.
        """
        return cls(shipped_model(), shipped_wording(), shipped_origins(), judges_fitted=judges_fitted)

    def assess(
        self,
        repository_key: str,
        tree: SourceTree,
        *,
        parent: SourceTree | None = None,
        folder: str = "",
        seen: FilesRead | None = None,
    ) -> Assessment:
        """Assess a repository at one commit, or one ``folder`` of it.

        Give ``parent`` where the repository is a fork: what it inherited is not counted. The score is a
        percentile, 0..100, among the reference repositories of the model; so are the parts. Without authored
        code the status is insufficient evidence and ``reason`` says why. A folder is assessed under a name of
        its own (:func:`db.keys.repositories.folder_key`); where it is not there the evidence is insufficient, as
        what lies beside it is of other papers. ``seen`` keeps what was read of files for trees that are nearly the
        same.
        """
        if folder:
            return self._of_folder(repository_key, tree, parent, folder, seen)
        reading = read_tree(
            repository_key, tree, origins=self.origins, parent=parent, limits=self.limits, seen=seen
        )
        blank = replace(self._blank(repository_key, tree), evidence=reading_notes(reading))
        if reading.code_lines < MIN_CODE_LINES:
            said = (*blank.evidence, *_promise(reading))
            return replace(blank, reason=_why_nothing(reading), evidence=said)
        return self._scored(blank, reading)

    def _of_folder(
        self,
        repository_key: str,
        tree: SourceTree,
        parent: SourceTree | None,
        folder: str,
        seen: FilesRead | None,
    ) -> Assessment:
        subject_id = folder_key(repository_key, folder)
        inner = tree_of_folder(tree, folder)
        if inner is None:
            return replace(self._blank(subject_id, tree), reason=why_not_there(tree, folder))
        found = located(self.assess(repository_key, inner, parent=parent, seen=seen), tree, folder)
        text = f"only the linked folder {folder}/ counts"
        return replace(
            found, subject_id=subject_id, evidence=(Evidence(text=text, kind="extent"), *found.evidence)
        )

    def _blank(self, subject_id: str, tree: SourceTree) -> Assessment:
        """An assessment that says nothing yet."""
        return Assessment(
            subject_kind=SubjectKind.REPOSITORY,
            subject_id=subject_id,
            axis=Axis.CODE_QUALITY,
            scorer=SCORER,
            scorer_version=self.model.version,
            status=AssessmentStatus.INSUFFICIENT,
            input_hash=tree.digest,
        )

    def _scored(self, blank: Assessment, reading: Reading) -> Assessment:
        model = self.model
        worded = reading.documents.wording
        measured = measure_parts(
            reading, self.wording.unseen(worded) if self.judges_fitted else self.wording.whole
        )
        facets = facet_values(measured)
        group = group_of(reading)
        whole = model.spreads["whole"]
        score = whole.percentile(model.value(facets))
        replicas = sorted(whole.percentile(model.value(facets, weights=drawn)) for drawn in model.replicas)
        low, high = _interval(replicas, score, _doubt(reading, measured))
        parts = tuple(self._part(part, measured[part], facets, group) for part in PARTS)
        among = self._among("whole", model.value(facets), group)
        return replace(
            blank,
            status=AssessmentStatus.SCORED,
            score=round(score, 1),
            low=round(low, 1),
            high=round(high, 1),
            parts=parts,
            evidence=(*_summary(parts), among, *blank.evidence),
            validated_on=model.validated_on,
        )

    def _part(self, part: str, measures: list[Measure], facets: Mapping[str, float], group: str) -> Part:
        weight = round(sum(w for name, w in self.model.weights.items() if name.startswith(f"{part}/")), 3)
        if not any(name.startswith(f"{part}/") for name in facets):
            why = "unknown"
            if part == "process":
                why = "unknown: no history of its own, or one squashed into a few commits"
                why = next((one.text for measure in measures for one in measure.evidence), why)
            return Part(name=part, score=None, weight=weight, evidence=(Evidence(text=why, kind="code"),))
        raw = self.model.value(facets, part=part)
        return Part(
            name=part,
            score=round(self.model.spreads[part].percentile(raw), 1),
            weight=weight,
            evidence=(self._among(part, raw, group), *self._said(measures)),
        )

    def _among(self, part: str, raw: float, group: str) -> Evidence:
        """Where it stands on both scales: the score's own, all that it was compared with, and its like alone."""
        if group not in self.model.groups:
            group = wider_group(group)
        text = f"better than {_percent(self.model.spreads[part].percentile(raw))} of all research code"
        its_kind = self.model.groups.get(group, {}).get(part)
        if its_kind is not None:
            text += f", and than {_percent(its_kind.percentile(raw))} of its kind ({group})"
        return Evidence(text=text, kind="percentile")

    def _said(self, measures: Sequence[Measure]) -> list[Evidence]:
        """What moved the score most comes first. ``weight`` is how far, in points at the middle of the scale."""
        model = self.model
        points_per_unit = 100 / (
            2.5066 * model.spreads["whole"].deviation
        )  # the normal curve's slope at its mean
        said: list[tuple[float, Evidence]] = []
        for measure in measures:
            if measure.value is None or not measure.evidence:
                continue
            part, facet = FACET_OF.get(measure.name, ("", ""))
            name = f"{part}/{facet}"
            share = len(FACETS[part][facet].measures) if part else 1
            typical = model.typical.get(name, 0.5)
            points = round(
                points_per_unit * model.weights.get(name, 0.0) * (measure.value - typical) / share, 1
            )
            first, *more = measure.evidence
            said.append((abs(points), replace(first, weight=points if part else None)))
            said += [(abs(points), other) for other in more]
        return [
            evidence for _, evidence in sorted(said, key=lambda pair: (pair[1].kind != LIES_OPEN, -pair[0]))
        ]


def _percent(value: float) -> str:
    # Nobody is better than everybody, nor worse.
    return f"{min(99, max(1, round(value)))} %"


def _summary(parts: Sequence[Part]) -> tuple[Evidence, ...]:
    """What a reviewer would say first: the three findings that speak most for it and against it.

    An open key comes before all others: it is acted on at once, however little it tells of the code.
    """
    open_key = [e.text for part in parts for e in part.evidence if e.kind == LIES_OPEN][:1]
    said = [
        e
        for part in parts
        for e in part.evidence
        if e.weight and e.kind != LIES_OPEN and not e.text.startswith("dependencies stated")
    ]
    said.sort(key=lambda e: -abs(e.weight or 0.0))
    found = []
    for opening, sign in (("for it", 1), ("against it", -1)):
        best = [e.text for e in said if (e.weight or 0.0) * sign >= 0.5]
        best = [*(open_key if sign < 0 else ()), *best][:3]
        if best:
            found.append(Evidence(text=f"{opening}: {'; '.join(best)}", kind="summary"))
    return tuple(found)


def _doubt(reading: Reading, measured: Mapping[str, list[Measure]]) -> float:
    """How much wider the interval gets: other languages, little code, files left unread, no history."""
    doubt = 0.5 * (1 - reading.python_share)
    doubt += 0.5 * max(0.0, 1 - reading.code_lines / 500)
    doubt += (
        0.5 if reading.tree.partial else min(0.5, len(reading.aside) / max(1, len(list(reading.every()))))
    )
    return doubt + (0.0 if any(one.value is not None for one in measured["process"]) else 0.3)


def _interval(replicas: Sequence[float], score: float, doubt: float) -> tuple[float, float]:
    """A 90 % interval of the refitted scores, at least ±4 points wide, stretched by ``doubt``."""
    last = len(replicas) - 1
    below = max(4.0, score - replicas[round(0.05 * last)]) if replicas else 15.0
    above = max(4.0, replicas[round(0.95 * last)] - score) if replicas else 15.0
    return max(0.0, score - below * (1 + doubt)), min(100.0, score + above * (1 + doubt))


def _why_nothing(reading: Reading) -> str:
    if reading.documents.promise and reading.authorship.copied_lines <= MIN_CODE_LINES:
        return "no code yet: the README announces it"
    if reading.authorship.copied_lines > MIN_CODE_LINES:
        few = {0: "none of its code counts", 1: "only 1 line of code counts"}.get(
            reading.code_lines, f"only {reading.code_lines} lines of code count"
        )
        return f"{few} as its own: {why_left_out(reading)}"
    unread = unread_languages(reading.tree)
    if unread and not any(language_of(one.path) for one in reading.aside):
        return f"{LANGUAGE_NOT_READ}: {', '.join(unread)}"
    if reading.aside:
        return f"its code could not be read: {reading.aside[0].reason}"
    lines = f"only {reading.code_lines} line{'s' * (reading.code_lines != 1)} of code"
    return lines if reading.code_lines else "no code yet"


def _promise(reading: Reading) -> tuple[Evidence, ...]:
    """The line of the README that announces code to come."""
    documents = reading.documents
    if not documents.promise:
        return ()
    text, line = documents.promise
    return note(f"announces code to come: “{text}”", documents.readme, line)


def reading_notes(reading: Reading) -> tuple[Evidence, ...]:
    """What the whole assessment rests on: how much code, how much of it is not counted, what was not read."""
    notes = [Evidence(text=_extent(reading), kind="extent"), *_coarsely_read(reading)]
    notes += [*left_out_notes(reading), *origin_notes(reading)]
    grouped: dict[str, list[str]] = {}
    for skipped in reading.aside:
        if skipped.path:
            grouped.setdefault(skipped.reason, []).append(skipped.path)
        else:  # of the list of files itself: how many are missing is not known
            notes.append(Evidence(text=skipped.reason, kind="not read"))
    by_count = sorted(grouped.items(), key=lambda item: -len(item[1]))
    for reason, paths in by_count[:MOST_REASONS]:
        text = f"{_files(paths)} not read: {reason}"
        notes.append(Evidence(text=text, kind="not read", location=paths[0]))
    if rest := [path for _, paths in by_count[MOST_REASONS:] for path in paths]:
        text = f"{_files(rest)} not read for {len(by_count) - MOST_REASONS} more reasons"
        notes.append(Evidence(text=text, kind="not read", location=rest[0]))
    notes += _readme_lines(reading)
    if reading.tree.submodules:
        count = len(reading.tree.submodules)
        text = f"{count} submodules were not fetched" if count > 1 else "one submodule was not fetched"
        notes.append(Evidence(text=text, kind="not read", location=reading.tree.submodules[0]))
    notes += unread_notes(reading.tree)
    notes += [Evidence(text=text, kind="not read") for text in reading.tree.notes]
    return tuple(notes)


def _readme_lines(reading: Reading) -> list[Evidence]:
    """What of the README is left out: all that reads documents passes over such lines."""
    readme = reading.documents.readme
    content = reading.tree.by_path[readme].content if readme is not None else None
    long = sum(len(line) > LONGEST_LINE for line in (content or b"").split(b"\n"))
    if not long:
        return []
    text = f"{f'{long} lines' if long > 1 else 'one line'} of it over {LONGEST_LINE:,} bytes not read"
    return [Evidence(text=text, kind="not read", location=readme)]


def _files(paths: Sequence[str]) -> str:
    """How many files, or folders, with the verb."""
    what = "folder" if all(path.endswith("/") for path in paths) else "file"
    return f"{len(paths)} {what}s were" if len(paths) > 1 else f"one {what} was"


def _coarsely_read(reading: Reading) -> tuple[Evidence, ...]:
    """Says why the interval is wider where a good part of the code is in other languages than Python."""
    lines: dict[str, int] = {}
    for file in reading.every():
        if file.language not in ("Python", "Jupyter"):
            lines[file.language] = lines.get(file.language, 0) + file.code_lines
    if sum(lines.values()) < 0.2 * reading.code_lines or not lines:
        return ()
    main = " and ".join(sorted(lines, key=lambda name: -lines[name])[:2])
    text = f"{main}: read by lines and braces and not by the grammar, so less sure"
    return (Evidence(text=text, kind="less sure"),)


def _extent(reading: Reading) -> str:
    lines: dict[str, int] = {}
    for file in reading.every():
        lines[file.language] = lines.get(file.language, 0) + file.code_lines
    whole = reading.code_lines
    if not whole:
        return "no authored code"
    main = sorted(lines.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {100 * count / whole:.0f} %" for name, count in main if count / whole >= 0.01)
    files = sum(1 for _ in reading.every())
    authored = f"{whole:,} authored line{'s' * (whole != 1)} of code"
    return f"{authored} ({named}) in {files} file{'s' * (files != 1)}"
