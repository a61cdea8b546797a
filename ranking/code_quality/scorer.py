"""A repository's tree in, an assessment out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from db.keys.repositories import folder_key
from db.records import Assessment, AssessmentStatus, Axis, Evidence, Part, SubjectKind
from ranking.code_quality.authorship.known_functions import Origin, shipped_origins
from ranking.code_quality.documents.wording_model import WordingFit, WordingModel, shipped_wording
from ranking.code_quality.interval import doubt_of, interval, spread_of
from ranking.code_quality.isolation.supervisor import ReadingLimits
from ranking.code_quality.kinds import group_of, wider_group
from ranking.code_quality.linked_folder import located, tree_of_folder, why_not_there
from ranking.code_quality.model import CodeQualityModel, shipped_model
from ranking.code_quality.notes.extent import reading_notes
from ranking.code_quality.notes.no_score import promise_note, why_no_score
from ranking.code_quality.notes.summary import summary
from ranking.code_quality.parts.completeness.measures import completeness
from ranking.code_quality.parts.engineering.measures import engineering
from ranking.code_quality.parts.facets import FACET_OF, FACETS, PARTS, facet_values
from ranking.code_quality.parts.hygiene.measures import hygiene
from ranking.code_quality.parts.hygiene.secrets import LIES_OPEN
from ranking.code_quality.parts.measure import Measure
from ranking.code_quality.parts.process import process
from ranking.code_quality.reading import MIN_CODE_LINES, FilesRead, Reading, read_tree
from ranking.code_quality.tree import SourceTree

SCORER = "code_quality"


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
            said = (*blank.evidence, *promise_note(reading))
            return replace(blank, reason=why_no_score(reading), evidence=said)
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
        low, high = interval(replicas, score, spread_of(reading, measured, model), doubt_of(reading))
        parts = tuple(self._part(part, measured[part], facets, group) for part in PARTS)
        among = self._among("whole", model.value(facets), group)
        return replace(
            blank,
            status=AssessmentStatus.SCORED,
            score=round(score, 1),
            low=round(low, 1),
            high=round(high, 1),
            parts=parts,
            evidence=(*summary(parts), among, *blank.evidence),
            validated_on=model.validated_on,
        )

    def _part(self, part: str, measures: list[Measure], facets: Mapping[str, float], group: str) -> Part:
        weight = round(sum(w for name, w in self.model.weights.items() if name.startswith(f"{part}/")), 3)
        if not any(name.startswith(f"{part}/") for name in facets):
            why = "unknown: no history of its own, or one squashed into a few commits"
            untold = Evidence(text=why if part == "process" else "unknown", kind="code")
            said = next((one for measure in measures for one in measure.evidence), untold)
            return Part(name=part, score=None, weight=weight, evidence=(said,))
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
        said: list[tuple[float, Evidence]] = []
        for measure in measures:
            if measure.value is None or not measure.evidence:
                continue
            part, facet = FACET_OF.get(measure.name, ("", ""))
            name = f"{part}/{facet}"
            share = len(FACETS[part][facet].measures) if part else 1
            typical = model.typical.get(name, 0.5)
            points = round(model.slope * model.weights.get(name, 0.0) * (measure.value - typical) / share, 1)
            first, *more = measure.evidence
            said.append((abs(points), replace(first, weight=points if part else None)))
            said += [(abs(points), other) for other in more]
        return [
            evidence for _, evidence in sorted(said, key=lambda pair: (pair[1].kind != LIES_OPEN, -pair[0]))
        ]


def _percent(value: float) -> str:
    # Nobody is better than everybody, nor worse.
    return f"{min(99, max(1, round(value)))} %"
