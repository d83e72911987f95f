"""Mismatches of one client by week, as a ready Vega-Lite dictionary, and the sentence that says what it shows."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from ethics.language import Reader, counted
from ethics.pages.charting import decimals, labels, ready
from ethics.palette import Palette
from reports.client_file import ClientFile, WeekLine
from reports.time_marks import alarm_marks, dated, days_axis

#: So many of the last weeks are compared with what was to be expected.
_RECENT: Final = 8


def weekly(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """Mismatches per 1,000 contacts by week, over the range that the weeks before would make one expect."""
    frame = pd.DataFrame([_week(line, t) for line in file.weeks])
    top = max(1.0, float(np.nanmax(frame[["rate", "hi"]].to_numpy(dtype=float), initial=1.0))) * 1.15
    x = days_axis(file.weeks[0].week_start, file.weeks[-1].week_start)
    y = alt.Y(
        "rate:Q",
        title=t("Mismatches per 1,000 contacts"),
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=5, labelExpr=labels(t, decimals(top))),
    )
    tip = [
        alt.Tooltip("when:N", title=t("Week")),
        alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")),
        alt.Tooltip("n:Q", title=t("Mismatches")),
        alt.Tooltip("usual:N", title=t("Expected")),
        alt.Tooltip("contacts:N", title=t("Contacts")),
    ]
    chart, last = alt.Chart(frame), alt.Chart(frame.iloc[[-1]])
    at = {line.week_start: _rate(line) for line in file.weeks}
    return ready(
        alt.layer(
            chart.mark_area(color=p.expected, interpolate="step").encode(
                x=dated(t, x, years=False), y=alt.Y("lo:Q", title=t("Mismatches per 1,000 contacts")), y2="hi:Q"
            ),
            chart.mark_line().encode(x=x, y=y),
            last.mark_point(filled=True, size=60, opacity=1, color=p.line).encode(x=x, y=y),
            last.mark_text(dx=10, align="left", fontSize=15, fontWeight=700).encode(x=x, y=y, text="written:N"),
            chart.mark_point(filled=True, size=80, opacity=0.0001).encode(x=x, y=y, tooltip=tip),
            *alarm_marks([(alarm, at.get(alarm.week)) for alarm in file.alarms], t, p, x, y),
        ).properties(height=250, padding={"right": 16, "left": 4, "top": 4, "bottom": 4}),
        p,
    )


def _rate(line: WeekLine) -> float | None:
    return 1000 * line.mismatches / line.contacts if line.contacts else None


def _week(line: WeekLine, t: Reader) -> dict[str, Any]:
    rate, judged = _rate(line), line.low is not None and line.high is not None and line.contacts
    return {
        "day": line.week_start.isoformat(),
        "rate": rate,
        "n": line.mismatches,
        "contacts": t.number(line.contacts),
        "lo": 1000 * (line.low or 0) / line.contacts if judged else None,
        "hi": 1000 * (line.high or 0) / line.contacts if judged else None,
        "when": t.week(line.week_start),
        "written": t.number(rate, 1) if rate is not None else t("no contacts"),
        "usual": f"{line.low}–{line.high}" if judged else t("not known"),
    }


def weekly_says(file: ClientFile, t: Reader) -> str:
    """The weekly chart in words."""
    total = sum(line.mismatches for line in file.weeks)
    weeks = counted("in one week", "in {n} weeks", len(file.weeks))
    says = t.plural("One mismatch {span}.", "{n} mismatches {span}.", total, span=weeks)
    judged = [line for line in file.weeks if line.high is not None]
    if not judged:
        return says + " " + t("Too little was known before these weeks to say how many were to be expected.")
    recent = judged[-_RECENT:]
    above = sum(line.mismatches > (line.high or 0) for line in recent)
    says += " " + t("Shaded: what earlier weeks let one expect in 95 weeks of 100.")
    if above:
        says += " " + t.plural(
            "Of the last {of} weeks, one lies above it.",
            "Of the last {of} weeks, {n} lie above it.",
            above,
            of=len(recent),
        )
    else:
        says += " " + t.plural(
            "The last week is not above it.", "None of the last {n} weeks lies above it.", len(recent)
        )
    if any(alarm.week >= file.weeks[0].week_start for alarm in file.alarms):
        says += " " + t("▲ is an alarm.")
    return says
