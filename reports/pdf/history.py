"""The score's past: its weeks with their interval over the bands, the alarms, what was done, and changes of policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect
from reportlab.lib.colors import HexColor, white

from ethics.language import Reader
from ethics.palette import BAND_ORDER, LIGHT, SHAPES
from reports.client_file import AlarmMark, HistoryLine
from reports.pdf.fonts import BOLD, MEDIUM, REGULAR, width
from reports.pdf.scales import LABEL, alarm_mark, event_mark, say, shape
from reports.pdf.scales import drawing as empty
from reports.pdf.styles import ALARM, LINE, MUTE
from reports.pdf.text import fit

#: Room for the names of the bands, right of the weeks.
NAMES: Final = 66.0
LEFT: Final = 24.0
#: Marks nearer to each other than this (points) are one mark.
APART: Final = 11.5


@dataclass(frozen=True)
class Axis:
    """Days from left to right, between two ends (points)."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    def at(self, day: dt.date) -> float:
        """Where a day stands; what lies outside stands at the end."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)


def axis(lines: Sequence[HistoryLine], wide: float) -> Axis:
    """The axis of a chart of that width."""
    return Axis(lines[0].as_of, lines[-1].as_of, LEFT + 10, wide - NAMES - 14)


def numbered(days: Sequence[dt.date], axis: Axis) -> list[int]:
    """The mark, from 1, under which each of these days (oldest first) is shown: neighbours share one."""
    found: list[int] = []
    begun = 0.0
    for day in days:
        x = axis.at(day)
        if not found or x - begun >= APART:
            found.append(found[-1] + 1 if found else 1)
            begun = x
        else:
            found.append(found[-1])
    return found


def history(
    lines: Sequence[HistoryLine],
    limits: Sequence[float],
    *,
    names: Sequence[str],
    policy_names: Mapping[int, str],
    t: Reader,
    wide: float,
    alarms: Sequence[AlarmMark] = (),
    events: Sequence[dt.date] = (),
    high: float = 144,
) -> Drawing:
    """The score week by week with its interval, over the bands and their `names`; every line has a score.

    `events` (oldest first) are numbered as `numbered` does. Where another version of the policy begins, a rule is
    drawn with its name.
    """
    known = [(line.as_of, line.score or 0.0, line.low, line.high) for line in lines]
    d = empty(wide, high)
    lane = 14.0 if events else 0.0
    x0, x1, y0, y1 = LEFT, wide - NAMES, 18.0 + lane, high - 15
    days = axis(lines, wide)

    def up(score: float) -> float:
        return y0 + (y1 - y0) * score / 100

    _bands(d, limits, names, x0, x1, y0, y1, t)
    _policies(d, lines, days, y0, y1, policy_names)
    spots = [(days.at(day), up(score)) for day, score, _, _ in known]
    lows = [(days.at(day), up(score if low is None else low)) for day, score, low, _ in known]
    tops = [(days.at(day), up(score if top is None else top)) for day, score, _, top in known]
    if len(spots) > 1:
        around = [v for spot in (*tops, *reversed(lows)) for v in spot]
        d.add(Polygon(around, fillColor=LINE, fillOpacity=0.16, strokeColor=None, strokeWidth=0))
        flat = [v for spot in spots for v in spot]
        d.add(PolyLine(flat, strokeColor=LINE, strokeWidth=1.5, strokeLineJoin=1, strokeLineCap=1))
    for alarm in alarms:
        if not days.first <= alarm.week <= days.last:
            continue
        x = days.at(alarm.week)
        d.add(Line(x, y0, x, y1 + 2, strokeColor=ALARM, strokeWidth=0.8, strokeDashArray=[1.5, 1.5]))
        alarm_mark(d, x, y1 + 7, filled=alarm.open)
    first: dict[int, dt.date] = {}
    for day, number in zip(events, numbered(events, days), strict=True):
        first.setdefault(number, day)
    for number, day in first.items():
        x = days.at(day)
        d.add(Line(x, y0 - 3, x, y0 + 3, strokeColor=LINE, strokeWidth=0.8))
        event_mark(d, x, y0 - 8, str(number))
    (x, y), score = spots[-1], known[-1][1]
    d.add(Circle(x, y, 3, fillColor=LINE, strokeColor=white, strokeWidth=1))
    above = max(tops[-1][1] + 4, y + 5)
    label = above if above + 8 < y1 else lows[-1][1] - 11
    say(d, x, label, t.number(score), size=10.5, font=BOLD, colour=LINE, at="middle")
    say(d, x0, 5, t.date(days.first))
    say(d, x1, 5, t.date(days.last), at="end")
    return d


def _bands(
    d: Drawing, limits: Sequence[float], names: Sequence[str], x0: float, x1: float, y0: float, y1: float, t: Reader
) -> None:
    """The range of each band with its limits on the left, its mark and name on the right."""
    edges = [0.0, *limits, 100.0]
    heights = [y0 + (y1 - y0) * edge / 100 for edge in edges]
    for band, name, (a, b) in zip(BAND_ORDER, names, pairwise(heights), strict=False):
        colours = LIGHT.bands[band]
        d.add(Rect(x0, a, x1 - x0, max(b - a - 1, 0), fillColor=HexColor(colours.badge), strokeColor=None))
        if b - a > 9:
            shape(d, SHAPES[band], x1 + 9, (a + b) / 2, r=2.4, colour=HexColor(colours.mark))
            short = fit(name, REGULAR, LABEL, d.width - x1 - 15)
            say(d, x1 + 15, (a + b) / 2 - 2.6, short, colour=HexColor(colours.text))
    reached = -99.0
    for edge, y in zip(edges, heights, strict=True):
        if y - reached > 8:
            say(d, x0 - 5, y - 2.6, t.number(edge), at="end")
            reached = y


def _policies(
    d: Drawing, lines: Sequence[HistoryLine], days: Axis, y0: float, y1: float, names: Mapping[int, str]
) -> None:
    """A dashed rule where the score goes over to another version of the policy."""
    for before, line in pairwise(lines):
        if line.policy_version == before.policy_version:
            continue
        x = (days.at(before.as_of) + days.at(line.as_of)) / 2
        d.add(Line(x, y0, x, y1 + 2, strokeColor=MUTE, strokeWidth=0.8, strokeDashArray=[4, 2.5]))
        text = names.get(line.policy_version, "")
        fits = x + 3 + width(text, MEDIUM, LABEL) < d.width - NAMES
        say(d, x + (3 if fits else -3), y1 - 8, text, font=MEDIUM, at="start" if fits else "end")
