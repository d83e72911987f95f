"""What charts over time share: the axis of days, ▲ for alarms and ◆ for what was done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from ethics.language import Reader, mark
from ethics.palette import Palette
from reports import risk_words
from reports.client_file import AlarmMark, ClientFile, EventLine

#: The word beside the mark of something that was done.
EVENT_NAMES: Final = {
    "broken": mark("Proved broken"),
    "withdrawn": mark("Withdrawn"),
    "check": mark("Checked"),
    "review": mark("Review"),
}
#: About how wide a letter of a label is, as a share of the time shown.
_LETTER: Final = 0.0075
#: Labels would cover each other on a chart that is narrower; their marks and tooltips stay.
_NARROW: Final = "width < 480 ? 0 : 1"
#: Room for the last value, as a share of the time shown.
_ROOM: Final = 0.05


def days_axis(first: dt.date, last: dt.date) -> alt.X:
    """The axis of time, with room for the last value."""
    until = last + dt.timedelta(days=max(7, round(_ROOM * (last - first).days)))
    ends = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in (first, until)]
    return alt.X("day:T", scale=alt.Scale(domain=ends, nice=False))


def dated(t: Reader, x: alt.X, *, years: bool) -> alt.X:
    """The axis with its dates as the reader writes them; `years`: months and years, for a long time."""
    form = {"fi": "%-m/%Y" if years else "%-d.%-m."}.get(t.language, "%b %Y" if years else "%-d %b")
    return x.axis(title=None, format=form, tickCount=7, labelOverlap="greedy", labelSeparation=8)


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def sides(days: Sequence[dt.date], labels: Sequence[str], first: dt.date, last: dt.date) -> list[str]:
    """Where each label stands beside its mark: "right", "left", or "" where it would cover another mark or label."""
    places, start, end = [day.toordinal() for day in days], first.toordinal(), last.toordinal()
    taken: list[tuple[float, float]] = []
    found = []
    for place, label in zip(places, labels, strict=True):
        wide = (len(label) + 2) * _LETTER * (end - start)
        options = {"right": (place, place + wide), "left": (place - wide, place)}
        side = next((name for name, room in options.items() if _free(room, places, taken, start, end)), "")
        if side:
            taken.append(options[side])
        found.append(side)
    return found


def _free(
    room: tuple[float, float], places: Sequence[int], taken: Sequence[tuple[float, float]], start: int, end: int
) -> bool:
    """True where a label would lie inside the chart and cover no mark and no other label."""
    a, b = room
    covered = any(a < place < b for place in places) or any(a < d and c < b for c, d in taken)
    return start <= a and b <= end and not covered


def done_marks(
    file: ClientFile, done: Iterable[EventLine], ends: tuple[dt.date, dt.date], t: Reader, p: Palette, x: alt.X
) -> list[Any]:
    """◆ for each week between `ends` in which something was done, with a dotted rule down to the line."""
    weeks: dict[dt.date, list[EventLine]] = defaultdict(list)
    for event in done:
        weeks[max(monday(event.day), ends[0])].append(event)
    if not weeks:
        return []
    days = sorted(weeks)
    names = [", ".join(dict.fromkeys(t(EVENT_NAMES[e.kind]) for e in weeks[d] if e.kind in EVENT_NAMES)) for d in days]
    titles = risk_words.checklist_titles(file, t.language)
    rows = [
        {
            "day": day.isoformat(),
            "when": t.week(day),
            "side": side,
            "label": name,
            "what": "; ".join(t.say(risk_words.event_says(event, titles)) for event in weeks[day]),
        }
        for day, name, side in zip(days, names, sides(days, names, *ends), strict=True)
    ]
    chart = alt.Chart(pd.DataFrame(rows))
    tip = [alt.Tooltip("when:N", title=t("Week")), alt.Tooltip("what:N", title=t("What happened"))]
    right, left = (chart.transform_filter(alt.datum.side == side) for side in ("right", "left"))
    shown = alt.expr(_NARROW)
    labels = [
        right.mark_text(align="left", dx=9, fontSize=11, color=p.ink, opacity=shown),
        left.mark_text(align="right", dx=-9, fontSize=11, color=p.ink, opacity=shown),
    ]
    return [
        chart.mark_rule(strokeDash=[1, 3], color=p.mute).encode(x=x),
        *(one.encode(x=x, y=alt.value(9), text="label:N") for one in labels),
        chart.mark_point(shape="diamond", filled=True, size=90, opacity=1, color=p.accent).encode(
            x=x, y=alt.value(9), tooltip=tip
        ),
    ]


def alarm_marks(
    placed: Iterable[tuple[AlarmMark, float | None]], t: Reader, p: Palette, x: alt.X, y: alt.Y, *, shift: int = 0
) -> list[Any]:
    """▲ over the line in the week of each alarm; `shift` days later where weeks are drawn at their end."""
    rows = [
        {
            "day": (alarm.week + dt.timedelta(days=shift)).isoformat(),
            y.shorthand.removesuffix(":Q"): value,
            "label": t("Alarm"),
            "what": t.say(risk_words.alarm_named(alarm)),
        }
        for alarm, value in placed
        if value is not None
    ]
    if not rows:
        return []
    chart, colour = alt.Chart(pd.DataFrame(rows)), p.bands["remedy"].mark
    tip = [alt.Tooltip("what:N", title=" ")]
    return [
        chart.mark_point(shape="triangle-up", filled=True, size=110, opacity=1, color=colour, yOffset=-14).encode(
            x=x, y=y, tooltip=tip
        ),
        chart.mark_text(dy=-29, fontSize=12, fontWeight=600, color=colour).encode(x=x, y=y, text="label:N"),
    ]
