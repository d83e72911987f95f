"""The charts of a PDF, as native vector drawings: sharp at any size, in the page's fonts, the same bytes each time.

Each function returns a Drawing of the given width in points; its height follows from the content. Labels stand beside
the data instead of in legends, rates start at zero, scores run from 0 (fair play) to 100. Charts hold numbers and
words that are already translated; whoever places one also gives it the text that says what it shows.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect
from reportlab.lib.colors import HexColor, white

from ethics.language import Reader
from ethics.palette import BAND_ORDER, LIGHT, SHAPES
from reports.client_file import HistoryLine, WeekLine
from reports.pdf.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD, width
from reports.pdf.scales import LABEL, digits, drawing, say, say_over, shape
from reports.pdf.styles import ACCENT, BORDER, GRID, INK, LINE, MUTE
from reports.pdf.text import fit

#: Into how many steps a line between two points is cut when a label looks for room.
STEPS: Final = 8


def waterfall(
    rows: Sequence[tuple[str, float]],
    unknown: Sequence[str],
    total: float,
    *,
    words: tuple[str, str],
    band: str,
    t: Reader,
    wide: float,
) -> Drawing:
    """Contributions that add up to the score. `rows` are (name, points) and `unknown` names of rows without a bar;
    `words` name the sum and what is not known."""
    step, right = 18.0, 40.0
    names = [*(name for name, _ in rows), *unknown, words[0]]
    left = min(max(width(name, SEMIBOLD, 8.5) for name in names) + 18, wide * 0.34)
    count = len(rows) + len(unknown) + 1
    d = drawing(wide, step * count + 17)
    x0, x1 = left, wide - right

    def at(points: float) -> float:
        return x0 + (x1 - x0) * min(max(points, 0.0), 100.0) / 100

    base = 15.0
    for value in (0, 25, 50, 75, 100):
        d.add(
            Line(at(value), base, at(value), d.height - 1, strokeColor=BORDER if value == 0 else GRID, strokeWidth=0.6)
        )
        say(d, at(value), 4, t.number(value), at="middle")
    y, reached = d.height - step + 1, 0.0
    for name, points in rows:
        say(d, 0, y + 4.4, fit(name, REGULAR, 8.5, left - 12), size=8.5, colour=INK)
        start, stop = sorted((at(reached), at(reached + points)))
        d.add(Rect(start, y + 2, max(stop - start, 0.8), step - 7, fillColor=ACCENT, strokeColor=None))
        reached += points
        end = at(reached)
        d.add(Line(end, y + 2, end, y - step + 14, strokeColor=MUTE, strokeWidth=0.5))
        say_over(d, max(stop, end) + 4, y + 4.6, t.number(points, 1, sign=True), font=MEDIUM, colour=INK)
        y -= step
    for name in unknown:
        say(d, 0, y + 4.4, fit(name, REGULAR, 8.5, left - 12), size=8.5)
        x = at(reached)
        d.add(Line(x, y + step - 2, x, y - step + 14, strokeColor=MUTE, strokeWidth=0.5, strokeDashArray=[1.5, 1.5]))
        say_over(d, x + 5, y + 4.6, words[1], font=REGULAR, colour=MUTE)
        y -= step
    say(d, 0, y + 4.2, words[0], size=8.5, font=SEMIBOLD, colour=INK)
    d.add(
        Rect(
            x0, y + 1, max(at(total) - x0, 0.8), step - 4, fillColor=HexColor(LIGHT.bands[band].mark), strokeColor=None
        )
    )
    say(d, at(total) + 5, y + 3.9, t.number(total), size=10, font=BOLD, colour=INK)
    return d


def _ceiling(top: float) -> tuple[float, float]:
    """A round end of an axis at or above `top`, and the step between its marks."""
    power = 10.0 ** math.floor(math.log10(top / 4)) if top > 0 else 0.25
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k * 4 >= top)
    return step * math.ceil(top / step - 1e-9) if top > 0 else 1.0, step


def trend(
    weeks: Sequence[WeekLine], *, mean_name: str, unit: str, t: Reader, wide: float, high: float = 132
) -> Drawing:
    """Mismatches per 1,000 contacts by week, from zero, with the mean of the period; weeks without contacts are gaps."""
    d = drawing(wide, high)
    x0, x1, y0, y1 = 24.0, wide - 34, 18.0, high - 17
    first, days = weeks[0].week_start, max((weeks[-1].week_start - weeks[0].week_start).days, 1)
    rates = [(w.week_start, 1000 * w.mismatches / w.contacts) for w in weeks if w.contacts]
    contacts = sum(w.contacts for w in weeks)
    mean = 1000 * sum(w.mismatches for w in weeks) / contacts if contacts else 0.0
    top, step = _ceiling(max((rate for _, rate in rates), default=0.0))
    decimals = next((k for k in range(7) if math.isclose(step, round(step, k))), 7)

    def across(day: dt.date) -> float:
        return x0 + (x1 - x0) * (day - first).days / days if len(weeks) > 1 else (x0 + x1) / 2

    def up(rate: float) -> float:
        return y0 + (y1 - y0) * rate / top

    say(d, 0, high - 7, unit)
    for k in range(round(top / step) + 1):
        d.add(Line(x0, up(k * step), x1, up(k * step), strokeColor=BORDER if k == 0 else GRID, strokeWidth=0.6))
        say(d, x0 - 5, up(k * step) - 2.6, t.number(k * step, decimals), at="end")
    if rates:
        d.add(Line(x0, up(mean), x1, up(mean), strokeColor=ACCENT, strokeWidth=0.8, strokeDashArray=[3, 2.5]))
    lines: list[list[float]] = []
    before: dt.date | None = None
    for day, rate in rates:
        if before is None or (day - before).days > 7:
            lines.append([])
        lines[-1] += [across(day), up(rate)]
        before = day
    for points in lines:
        if len(points) > 2:
            d.add(PolyLine(points, strokeColor=LINE, strokeWidth=1.6, strokeLineJoin=1, strokeLineCap=1))
        else:
            d.add(Circle(points[0], points[1], 1.6, fillColor=LINE, strokeColor=None))
    if rates:
        last, rate = rates[-1]
        d.add(Circle(across(last), up(rate), 3, fillColor=LINE, strokeColor=white, strokeWidth=1))
        say(d, across(last) + 6, up(rate) - 3.8, t.number(rate, digits(top)), size=10.5, font=BOLD, colour=LINE)
        _mean_label(
            d, f"{mean_name} {t.number(mean, digits(top))}", up(mean), [(across(day), up(r)) for day, r in rates], x0
        )
    say(d, x0, 5, t.date(first))
    if len(weeks) > 1:
        say(d, x1, 5, t.date(weeks[-1].week_start), at="end")
    return d


def _mean_label(d: Drawing, text: str, y: float, points: Sequence[tuple[float, float]], x0: float) -> None:
    """Write beside the dashed line, on the side and at the place where the data leave most room."""
    long = width(text, MEDIUM, LABEL) + 4
    last = max(x for x, _ in points) - x0 - long - 8
    places = [(x0 + 4 + k * last / 24, side) for k in range(25) for side in (4.0, -9.5)]

    def room(place: tuple[float, float]) -> float:
        x, side = place
        return min(
            (abs(py - (y + side + 2.5)) for px, py in _dense(points) if x - 6 <= px <= x + long + 6), default=99.0
        )

    x, side = max(places, key=room)
    d.add(Rect(x - 2, y + side - 2, long, 9, fillColor=white, strokeColor=None, fillOpacity=0.85))
    say(d, x, y + side, text, font=MEDIUM, colour=ACCENT)


def _dense(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points and some between each two neighbours: a line is in the way between its points, too."""
    between = [
        (a[0] + (b[0] - a[0]) * k / STEPS, a[1] + (b[1] - a[1]) * k / STEPS)
        for a, b in pairwise(points)
        for k in range(STEPS)
    ]
    return [*between, points[-1]]


def history(
    lines: Sequence[HistoryLine],
    limits: Sequence[float],
    *,
    names: Sequence[str],
    t: Reader,
    wide: float,
    high: float = 124,
) -> Drawing:
    """The score at earlier dates with its interval, over the bands and their `names`; at least one line has a score."""
    known = [(line.as_of, line.score, line.low, line.high) for line in lines if line.score is not None]
    d = drawing(wide, high)
    x0, x1, y0, y1 = 24.0, wide - 66, 18.0, high - 4
    first, days = known[0][0], max((known[-1][0] - known[0][0]).days, 1)

    def up(score: float) -> float:
        return y0 + (y1 - y0) * score / 100

    edges = [0.0, *limits, 100.0]
    for band, name, (a, b) in zip(BAND_ORDER, names, pairwise(edges), strict=False):
        colours = LIGHT.bands[band]
        d.add(Rect(x0, up(a), x1 - x0, max(up(b) - up(a) - 1, 0), fillColor=HexColor(colours.badge), strokeColor=None))
        if up(b) - up(a) > 9:
            shape(d, SHAPES[band], x1 + 9, up((a + b) / 2), r=2.4, colour=HexColor(colours.mark))
            short = fit(name, REGULAR, LABEL, wide - x1 - 15)
            say(d, x1 + 15, up((a + b) / 2) - 2.6, short, colour=HexColor(colours.text))
    reached = -99.0
    for value in edges:
        if up(value) - reached > 8:
            say(d, x0 - 5, up(value) - 2.6, t.number(value), at="end")
            reached = up(value)
    spots: list[float] = []
    for day, score, low, top in known:
        x = x0 + 14 + (x1 - x0 - 28) * (day - first).days / days
        ends = up(score if low is None else low), up(score if top is None else top)
        d.add(Line(x, ends[0], x, ends[1], strokeColor=LINE, strokeWidth=0.9))
        for end in ends:
            d.add(Line(x - 2.2, end, x + 2.2, end, strokeColor=LINE, strokeWidth=0.9))
        spots += [x, up(score)]
    d.add(PolyLine(spots, strokeColor=LINE, strokeWidth=1.5, strokeLineJoin=1))
    for x, y in zip(spots[::2], spots[1::2], strict=True):
        d.add(Circle(x, y, 2, fillColor=LINE, strokeColor=None))
    day, score, low, top = known[-1]
    above = max(up(score if top is None else top) + 4, spots[-1] + 5)
    below = up(score if low is None else low) - 11
    say(
        d,
        spots[-2],
        above if above + 8 < y1 else below,
        t.number(score),
        size=10.5,
        font=BOLD,
        colour=LINE,
        at="middle",
    )
    say(d, x0, 5, t.date(first))
    say(d, x1, 5, t.date(day), at="end")
    return d
