"""The two plots of the model card, as SVG that needs nothing but itself and reads on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

COLOURS = ("#2563a8", "#b45309")
FRAME, TEXT = "#8a8f98", "#6b7280"
SIDE = 360
MARGIN = 64
ROW = 26
LABELS = 330
LEAST, MOST = -0.05, 0.40


def reliability_plot(reliability: Mapping[str, Any]) -> str:
    """What reviewers found by tenths of the score: on the diagonal, a score means what it says."""

    def at(score: float, found: float) -> tuple[float, float]:
        return MARGIN + SIDE * score / 100, 40 + SIDE * (1 - found / 100)

    body = [_line(*at(0, 0), *at(100, 100), FRAME, dashed=True)]
    for value in (0, 25, 50, 75, 100):
        x, y = at(value, value)
        body += [
            _line(x, 40, x, 40 + SIDE, FRAME, faint=True),
            _line(MARGIN, y, MARGIN + SIDE, y, FRAME, faint=True),
            _text(x, 40 + SIDE + 18, str(value), anchor="middle"),
            _text(MARGIN - 8, y + 4, str(value), anchor="end"),
        ]
    for place, (colour, (venue, one)) in enumerate(zip(COLOURS, reliability.items(), strict=False)):
        points = [at(*pair) for pair in zip(one["score"], one["found_by_reviewers"], strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        body += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        y = 66 + 36 * place
        held = (
            f"{100 * one['interval_coverage']:.0f} % inside the {100 * one['interval_level']:.0f} % interval"
        )
        body += [
            f'<circle cx="{MARGIN + 18}" cy="{y - 4}" r="4" fill="{colour}"/>',
            _text(MARGIN + 28, y, venue, colour=colour),
            _text(MARGIN + 28, y + 15, held),
        ]
    body += [
        _text(
            MARGIN + SIDE / 2,
            40 + SIDE + 40,
            "score given (mean of each tenth of the papers)",
            anchor="middle",
        ),
        _text(MARGIN - 8, 24, "percentile that the reviewers gave"),
    ]
    return _svg(MARGIN + SIDE + 30, SIDE + 96, "Score against what reviewers found, by tenths", body)


def agreement_plot(venues: Mapping[str, Any], ideas: Sequence[Mapping[str, Any]]) -> str:
    """Rank correlation with reviewers of the score, of one reviewer and of what else is in use, one row each."""
    span = 360

    def x(value: float) -> float:
        return LABELS + span * (value - LEAST) / (MOST - LEAST)

    body, y = [], 30.0
    for colour, (venue, one) in zip(COLOURS, venues.items(), strict=False):
        body.append(_text(10, y, f"{venue}, {one['n']:,} papers", colour=colour))
        rows: list[tuple[str, float, float | None, float | None]] = [
            (f"the score, fitted on {said}", each["spearman"], each["spearman_low"], each["spearman_high"])
            for route, said in (("folds", "all venues (folds)"), ("other venues", "other venues alone"),
                                ("years before", "years before alone"))
            for each in (one[route],)
        ]  # fmt: skip
        rows.append(("one reviewer against the others", one["reviewer_ceiling"], None, None))
        key = f"{venue}, other venues"
        rows += [
            (each["name"], each[key], None, None)
            for each in ideas
            if each["name"].endswith("alone") and "nearest" in each["name"] and each.get(key) is not None
        ]
        for name, value, low, high in rows:
            y += ROW
            body.append(_text(LABELS - 12, y + 4, name, anchor="end"))
            if low is not None and high is not None:
                body.append(_line(x(low), y, x(high), y, colour, wide=True))
            filled = colour if low is not None else "none"
            body.append(
                f'<circle cx="{x(value):.1f}" cy="{y}" r="5" fill="{filled}" stroke="{colour}" stroke-width="2"/>'
            )
            body.append(_text(x(high or value) + 10, y + 4, f"{value:.3f}"))
        y += ROW + 14
    ticks = []
    for step in range(5):
        ticks += [
            _line(x(step / 10), 14, x(step / 10), y - 10, FRAME, faint=step > 0),
            _text(x(step / 10), y + 8, f"{step / 10:.1f}", anchor="middle"),
        ]
    body.append(_text(x(0), y + 28, "rank correlation with the reviewers' mean (0 is chance)"))
    return _svg(LABELS + span + 70, y + 40, "Agreement with reviewers", ticks + body)


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> str:
    inside = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="system-ui, sans-serif" font-size="13">\n'
        f"<title>{escape(title)}</title>\n{inside}\n</svg>\n"
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = TEXT) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str,
    *, dashed: bool = False, faint: bool = False, wide: bool = False,
) -> str:  # fmt: skip
    more = ' stroke-dasharray="5 4"' if dashed else ' stroke-opacity=".3"' if faint else ""
    width = ' stroke-width="3"' if wide else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}{width}/>'
