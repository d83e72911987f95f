"""Rate ratios with their intervals, one below the other on a logarithmic axis; the dashed line is 1, no link."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line
from reportlab.lib.colors import white

from ethics.language import Reader
from ethics.wellbeing.results import Ratio
from reports.pdf.fonts import MEDIUM, REGULAR, width
from reports.pdf.scales import drawing, say, say_over
from reports.pdf.styles import ACCENT, GRID, INK, MUTE
from reports.pdf.text import fit

#: Ratios outside are drawn at the edge; a limit may be nought, which no logarithm has.
FLOOR: Final = 0.1
CEILING: Final = 10.0
TICKS: Final = (0.1, 0.2, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0)
#: Ticks nearer to each other than this (points) are not both written.
APART: Final = 22.0
_STEP: Final = 17.0
_BASE: Final = 15.0
_SIZE: Final = 8.5


@dataclass(frozen=True)
class Row:
    """An interval; `strong` ones are claimed, and their mark is full. `written`: its numbers."""

    name: str
    ratio: Ratio
    written: str
    strong: bool = False


def intervals(rows: Sequence[Row], *, t: Reader, wide: float) -> Drawing:
    """The rows in their order; names stand on the left, numbers on the right."""
    d = drawing(wide, _STEP * len(rows) + _BASE + 2)
    left = min(max(width(row.name, REGULAR, _SIZE) for row in rows) + 16, wide * 0.4)
    right = max(width(row.written, MEDIUM, 8) for row in rows) + 12
    ends = [_inside(end) for row in rows for end in (row.ratio.low, row.ratio.high)]
    low, high = min(0.8, *ends) / 1.05, max(1.25, *ends) * 1.05

    def at(ratio: float) -> float:
        share = math.log(_inside(ratio) / low) / math.log(high / low)
        return left + (wide - left - right) * share

    _axis(d, {tick: at(tick) for tick in TICKS if low <= tick <= high}, t)
    y = d.height - _STEP / 2 - 1
    for row in rows:
        colour = ACCENT if row.strong else MUTE
        say(d, 0, y - 3, fit(row.name, REGULAR, _SIZE, left - 10), size=_SIZE, colour=INK)
        d.add(Line(at(row.ratio.low), y, at(row.ratio.high), y, strokeColor=colour, strokeWidth=2, strokeLineCap=1))
        dot = Circle(at(row.ratio.rate_ratio), y, 3.4, strokeColor=colour, strokeWidth=1.4)
        dot.fillColor = colour if row.strong else white
        d.add(dot)
        say_over(d, wide - right + 12, y - 2.9, row.written, font=MEDIUM, colour=INK)
        y -= _STEP
    return d


def _axis(d: Drawing, ticks: Mapping[float, float], t: Reader) -> None:
    """Grid lines at their places with numbers where there is room, and the dashed line of no link."""
    written = [ticks[1.0]]
    for tick, x in ticks.items():
        none = tick == 1
        line = Line(x, _BASE, x, d.height, strokeColor=MUTE if none else GRID, strokeWidth=0.8 if none else 0.6)
        line.strokeDashArray = [3, 2] if none else None
        d.add(line)
        if none or min(abs(x - other) for other in written) >= APART:
            say(d, x, 4, t.number(tick, 1), at="middle", font=MEDIUM if none else REGULAR)
            written.append(x)


def _inside(ratio: float) -> float:
    return min(max(ratio, FLOOR), CEILING)
