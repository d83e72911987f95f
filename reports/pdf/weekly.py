"""The weekly trend: mismatches per 1,000 contacts, the range in which they were expected, and the alarms."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect
from reportlab.lib.colors import Color, white

from ethics.language import Reader
from reports.client_file import AlarmMark, WeekLine
from reports.pdf.fonts import BOLD, MEDIUM, width
from reports.pdf.scales import LABEL, alarm_mark, digits, drawing, say
from reports.pdf.styles import ACCENT, ALARM, BORDER, EXPECTED, GRID, LINE

#: Into how many steps a line between two points is cut when a label looks for room.
STEPS: Final = 8
#: A week with few contacts has a wide range: it is cut at this many times the middle one, so that the others show.
HEADROOM: Final = 1.5
Spot = tuple[float, float]


def trend(
    weeks: Sequence[WeekLine],
    alarms: Sequence[AlarmMark] = (),
    *,
    mean_name: str,
    range_name: str,
    alarm_name: str,
    unit: str,
    t: Reader,
    wide: float,
    high: float = 136,
) -> Drawing:
    """Mismatches per 1,000 contacts by week, from zero; weeks without contacts are gaps.

    Behind them the range in which 95 weeks of 100 were expected, where it is known, else a line at the mean of the
    period. An open alarm is filled, an earlier one is hollow.
    """
    d = drawing(wide, high)
    x0, x1, y0, y1 = 24.0, wide - 34, 18.0, high - 25
    first, days = weeks[0].week_start, max((weeks[-1].week_start - weeks[0].week_start).days, 1)
    rates = [(w.week_start, 1000 * w.mismatches / w.contacts) for w in weeks if w.contacts]
    ranges = {
        w.week_start: (1000 * w.low / w.contacts, 1000 * w.high / w.contacts)
        for w in weeks
        if w.contacts and w.low is not None and w.high is not None
    }
    highest = max((rate for _, rate in rates), default=0.0)
    tops = sorted(above for _, above in ranges.values())
    top, step = ceiling(max(highest, min(tops[-1], HEADROOM * tops[len(tops) // 2]) if tops else 0.0))
    decimals = next((k for k in range(7) if math.isclose(step, round(step, k))), 7)

    def across(day: dt.date) -> float:
        return x0 + (x1 - x0) * (day - first).days / days if len(weeks) > 1 else (x0 + x1) / 2

    def up(rate: float) -> float:
        return y0 + (y1 - y0) * min(rate, top) / top

    say(d, 0, high - 7, unit)
    half = 3.5 * (x1 - x0) / days if len(weeks) > 1 else 12.0
    shaded = [(across(day), up(low), up(above)) for day, (low, above) in sorted(ranges.items())]
    _shade(d, shaded, half, x0, x1)
    for k in range(round(top / step) + 1):
        d.add(Line(x0, up(k * step), x1, up(k * step), strokeColor=BORDER if k == 0 else GRID, strokeWidth=0.6))
        say(d, x0 - 5, up(k * step) - 2.6, t.number(k * step, decimals), at="end")
    spots = [(across(day), up(rate)) for day, rate in rates]
    contacts = sum(w.contacts for w in weeks)
    mean = 1000 * sum(w.mismatches for w in weeks) / contacts if contacts else 0.0
    if rates and not ranges:
        d.add(Line(x0, up(mean), x1, up(mean), strokeColor=ACCENT, strokeWidth=0.8, strokeDashArray=[3, 2.5]))
    _alarms(d, alarms, {day: up(rate) for day, rate in rates}, across, y1, alarm_name)
    _draw(d, rates, across, up)
    if rates:
        last, rate = rates[-1]
        d.add(Circle(across(last), up(rate), 3, fillColor=LINE, strokeColor=white, strokeWidth=1))
        say(d, across(last) + 6, up(rate) - 3.8, t.number(rate, digits(top)), size=10.5, font=BOLD, colour=LINE)
    if rates and ranges:
        places = _inside(shaded, width(range_name, MEDIUM, LABEL), half)
        _label(d, range_name, places, spots, ends=(x0, x1), ground=EXPECTED)
    elif rates:
        says = f"{mean_name} {t.number(mean, digits(top))}"
        far = max(x for x, _ in spots) - x0 - width(says, MEDIUM, LABEL) - 12
        places = [(x0 + 4 + k * far / 24, up(mean) + side) for k in range(25) for side in (4.0, -9.5)]
        _label(d, says, places, spots, ends=(x0, d.width))
    say(d, x0, 5, t.date(first))
    if len(weeks) > 1:
        say(d, x1, 5, t.date(weeks[-1].week_start), at="end")
    return d


def ceiling(top: float) -> tuple[float, float]:
    """A round end of an axis at or above `top`, and the step between its marks."""
    power = 10.0 ** math.floor(math.log10(top / 4)) if top > 0 else 0.25
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k * 4 >= top)
    return step * math.ceil(top / step - 1e-9) if top > 0 else 1.0, step


def _shade(d: Drawing, shaded: Sequence[tuple[float, float, float]], half: float, x0: float, x1: float) -> None:
    """Fill the expected range, a step for each week; weeks without one are gaps."""
    runs: list[list[tuple[float, float, float]]] = []
    for at in shaded:
        if not runs or at[0] - runs[-1][-1][0] > 2 * half + 0.5:
            runs.append([])
        runs[-1].append(at)
    for run in runs:
        edges = [(max(x - half, x0), min(x + half, x1), low, above) for x, low, above in run]
        over = [v for a, b, _, above in edges for v in (a, above, b, above)]
        under = [v for a, b, low, _ in reversed(edges) for v in (b, low, a, low)]
        d.add(Polygon([*over, *under], fillColor=EXPECTED, strokeColor=None, strokeWidth=0))


def _inside(shaded: Sequence[tuple[float, float, float]], long: float, half: float) -> list[Spot]:
    """Where a label that long fits into the expected range."""
    found = []
    for x, *sides in shaded:
        under = [(low, above) for at, low, above in shaded if x - half <= at + half and at - half <= x + long]
        low, above = max(low for low, _ in under), min(above for _, above in under)
        found += [(x, y) for y in (sides[1] - 9, sides[0] + 3, above - 9, low + 3) if low + 2 <= y <= above - 8]
    return found


def _alarms(
    d: Drawing,
    alarms: Sequence[AlarmMark],
    heights: Mapping[dt.date, float],
    across: Callable[[dt.date], float],
    y: float,
    name: str,
) -> None:
    """A triangle over each week that raised an alarm, with a dotted line down to its count."""
    for alarm in alarms:
        if alarm.week not in heights:
            continue
        x = across(alarm.week)
        d.add(
            Line(x, heights[alarm.week] + 4, x, y + 2, strokeColor=ALARM, strokeWidth=0.8, strokeDashArray=[1.5, 1.5])
        )
        alarm_mark(d, x, y + 7, filled=alarm.open)
        right = x + 7 + width(name, MEDIUM, LABEL) < d.width
        say(d, x + (7 if right else -7), y + 4.4, name, font=MEDIUM, colour=ALARM, at="start" if right else "end")


def _draw(
    d: Drawing, rates: Sequence[tuple[dt.date, float]], across: Callable[[dt.date], float], up: Callable[[float], float]
) -> None:
    """The line through the weeks, broken where one is missing."""
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


def _label(
    d: Drawing, text: str, places: Sequence[Spot], points: Sequence[Spot], *, ends: Spot, ground: Color = white
) -> None:
    """Write at the one of `places` (left end of the baseline) where the data leave most room."""
    long = width(text, MEDIUM, LABEL) + 4

    def room(place: Spot) -> float:
        x, y = place
        return min((abs(py - (y + 2.5)) for px, py in _dense(points) if x - 6 <= px <= x + long + 6), default=99.0)

    inside = [(x, y) for x, y in places if ends[0] + 4 <= x and x + long <= ends[1]]
    if not inside:
        return
    x, y = max(inside, key=room)
    d.add(Rect(x - 2, y - 2, long, 9, fillColor=ground, strokeColor=None, fillOpacity=0.85))
    say(d, x, y, text, font=MEDIUM, colour=ACCENT)


def _dense(points: Sequence[Spot]) -> list[Spot]:
    """The points and some between each two neighbours: a line is in the way between its points, too."""
    between = [
        (a[0] + (b[0] - a[0]) * k / STEPS, a[1] + (b[1] - a[1]) * k / STEPS)
        for a, b in pairwise(points)
        for k in range(STEPS)
    ]
    return [*between, points[-1]]
