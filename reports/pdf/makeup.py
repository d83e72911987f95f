"""How the score is made up: what each dimension adds, the evidence behind it, and what would change the score."""

from __future__ import annotations

from typing import Any, Final

from reportlab.platypus import KeepTogether

from ethics.language import Reader
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES
from reports import risk_words, words
from reports.client_file import ChangeLine, ClientFile, DimensionLine
from reports.pdf import charts, scales
from reports.pdf import styles as s
from reports.pdf.blocks import ALONE, figure, grid, heading, p
from reports.pdf.flowables import Heading, Picture
from reports.pdf.text import plain

#: So many ways to change the score are told.
CHANGES: Final = 3
#: Dimensions that count no mismatches, and what they are read from.


def makeup(file: ClientFile, t: Reader) -> list[Any]:
    """The waterfall, the table of dimensions, and what is not known."""
    title = t("How the score is made up")
    names = [_dimension(name, t) for name in file.unknown]
    left_out = p(t("Not known: {names}. What is not known is left out, not counted as zero.", names=names))
    if file.score is None:
        return [*heading(title, ALONE), p(t.say(words.likely(file))), *([left_out] if file.unknown else [])]
    says = [t("The score is the sum of what each dimension adds.")]
    if file.weakest is not None:
        says.append(t("The weakest link is {dimension}.", dimension=_dimension(file.weakest, t)))
    if file.floor in words.FLOORS:
        says.append(t(words.FLOORS[file.floor], points=round(file.band_limits[1])))
    rows = [(_dimension(name, t), points) for name, points in file.contributions]
    parts = "; ".join(f"{name} {t.number(points, 1, sign=True)}" for name, points in rows)
    alt = t("What each dimension adds to the score: {parts}. Sum: {score}.", parts=parts, score=round(file.score))
    chart = charts.waterfall(
        rows,
        names,
        file.score,
        words=(t("Score"), t("not known: left out")),
        band=scales.known(file.band),
        t=t,
        wide=s.MEASURE,
    )
    about = [t("Each dimension on the same scale from 0 to 100, and what its weight lets it add.")]
    if any(line.evidence for line in file.dimensions):
        about.append(
            t("Below its name: the mismatches behind it by severity, as they weigh today; older ones weigh less.")
        )
    below = [p(" ".join(about), s.APART), _dimensions(file, t)]
    return [
        KeepTogether([Heading(title, s.H2, 1), p(" ".join(says)), figure(chart, alt)]),
        KeepTogether([*below, left_out] if file.unknown else below),
    ]


def _dimension(name: str, t: Reader) -> str:
    return plain(t(DIMENSION_NAMES.get(name, name)), 60)


def _dimensions(file: ClientFile, t: Reader) -> Any:
    """The known dimensions, then the unknown ones by name."""
    known = [line for line in file.dimensions if line.score is not None]
    unknown = [DimensionLine(name, None, None, None, 0.0) for name in file.unknown]
    return grid(
        [t("Dimension"), t("Of 100"), t("95% interval"), "", t("Adds")],
        [_dimension_row(line, file, t) for line in [*known, *unknown]],
        [226, 42, 74, s.MEASURE - 392, 50],
        numbers=(1, 4),
    )


def _dimension_row(line: DimensionLine, file: ClientFile, t: Reader) -> list[Any]:
    name = _dimension(line.name, t)
    if line.score is None:
        return [p(name, s.CELL_MUTE), p("–", s.NUMBER_MUTE), p(t("not known"), s.CELL_MUTE), "", p("–", s.NUMBER_MUTE)]
    low, high = line.low if line.low is not None else line.score, line.high if line.high is not None else line.score
    note = _evidence(line, t)
    return [
        [p(name, s.CELL), p(note, s.CELL_NOTE)] if note else name,
        t.number(line.score),
        f"{t.number(low)}–{t.number(high)}",
        Picture(scales.mini_scale(line.score, low, high, file.band_limits, 109)),
        t.number(line.contribution, 1, sign=True),
    ]


def _evidence(line: DimensionLine, t: Reader) -> str:
    """The evidence of a dimension; empty for one of an older review, which did not keep it."""
    if not (line.evidence or line.matters or line.name in words.READ_FROM):
        return ""
    return words.rests_on(line, t)


def would_change(file: ClientFile, t: Reader) -> list[Any]:
    """What would lower the score, the strongest first."""
    title = t("What would change the score")
    if not file.would_change:
        # A review of before this was kept says nothing here: it does not know.
        return [] if _old(file) else [*heading(title, ALONE), p(t.say(risk_words.nothing_would_change(file)))]
    table = grid(
        [t("Score"), t("Band"), t("What it takes")],
        [_change_row(file, line, t) for line in file.would_change[:CHANGES]],
        [82, 110, s.MEASURE - 192],
    )
    table.setStyle([("TOPPADDING", (1, 1), (1, -1), 3.5)])
    says = t(
        "What the score would be today if one thing were put right. It is no forecast: the lines do not add up, and new "
        "mismatches can come."
    )
    return [KeepTogether([Heading(title, s.H2, 1), p(says), table])]


def _change_row(file: ClientFile, line: ChangeLine, t: Reader) -> list[Any]:
    band = scales.known(line.band)
    pill = Picture(scales.pill(plain(t(BAND_NAMES[band]), 30), band, size=7.5), role="P")
    return [
        p(t.say(risk_words.change_scores(file, line)), s.CELL_STRONG),
        pill,
        p(t.say(risk_words.change_says(line)), s.CELL, 400),
    ]


def _old(file: ClientFile) -> bool:
    """Whether the file is of the time before evidence and changes were kept."""
    return not any(line.evidence for line in file.dimensions)
