"""The score of one client by week, as a ready Vega-Lite dictionary, and the sentence that says what it shows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from ethics.language import Reader
from ethics.pages.charting import labels, ready
from ethics.palette import BAND_ORDER, Palette
from ethics.risk.words import BAND_NAMES
from reports.client_file import ClientFile, EventLine, HistoryLine
from reports.time_marks import alarm_marks, dated, days_axis, done_marks, monday


def known(file: ClientFile) -> list[HistoryLine]:
    """The weeks of the history from the first to the last that has a score."""
    places = [k for k, line in enumerate(file.history) if line.score is not None]
    return list(file.history[places[0] : places[-1] + 1]) if places else []


def done(file: ClientFile) -> list[EventLine]:
    """What was done in the time that the history shows."""
    lines = known(file)
    return [event for event in file.events if lines and event.day > lines[0].as_of]


def history(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """The score at the end of each week with its 95% interval, over the bands; with alarms and what was done."""
    lines = known(file)
    first, last = lines[0].as_of, lines[-1].as_of
    frame = pd.DataFrame([_score(line, t) for line in lines])
    edges = [0.0, *file.band_limits, 100.0]
    zones = pd.DataFrame(
        [
            {"band": band, "a": a, "b": b, "m": (a + b) / 2, "name": t(BAND_NAMES[band])}
            for band, a, b in zip(BAND_ORDER, edges, edges[1:], strict=False)
        ]
    )
    x = days_axis(first, last)
    scale = alt.Scale(domain=[0, 100], nice=False)
    y = alt.Y(
        "score:Q", title=t("Risk score"), scale=scale, axis=alt.Axis(values=edges, grid=False, labelExpr=labels(t))
    )
    tints = alt.Color(
        "band:N", scale=alt.Scale(domain=list(BAND_ORDER), range=[p.bands[b].tint for b in BAND_ORDER]), legend=None
    )
    tip = [
        alt.Tooltip("when:N", title=t("Week")),
        alt.Tooltip("written:N", title=t("Risk score")),
        alt.Tooltip("interval:N", title=t("95% interval")),
        alt.Tooltip("policy:N", title=t("Policy version")),
    ]
    chart, zone, end = alt.Chart(frame), alt.Chart(zones), alt.Chart(frame.iloc[[-1]])
    layers: list[Any] = [
        zone.mark_rect(opacity=0.5, cornerRadius=0).encode(y=alt.Y("a:Q", scale=scale), y2="b:Q", color=tints),
        zone.mark_text(align="left", dx=alt.expr("width < 330 ? 26 : 8"), fontSize=11, color=p.mute).encode(
            x=alt.value("width"), y=alt.Y("m:Q", scale=scale), text="name:N"
        ),
        chart.mark_area(color=p.line, opacity=0.2).encode(
            x=dated(t, x, years=True), y=alt.Y("lo:Q", scale=scale), y2="hi:Q"
        ),
        *_policies(lines, t, p, x),
        *done_marks(file, done(file), (first, last), t, p, x),
        chart.mark_line().encode(x=x, y=y),
        end.mark_point(filled=True, size=60, opacity=1, color=p.line).encode(x=x, y=y),
        end.mark_text(dx=9, align="left", fontSize=15, fontWeight=700).encode(x=x, y=y, text="written:N"),
        chart.mark_point(filled=True, size=80, opacity=0.0001).encode(x=x, y=y, tooltip=tip),
    ]
    at = {monday(line.as_of): line.score for line in lines}
    layers += alarm_marks([(alarm, at.get(alarm.week)) for alarm in file.alarms], t, p, x, y, shift=6)
    return ready(alt.layer(*layers).properties(height=260, padding={"right": 80, "left": 4, "top": 4, "bottom": 4}), p)


def _score(line: HistoryLine, t: Reader) -> dict[str, Any]:
    return {
        "day": line.as_of.isoformat(),
        "score": line.score,
        "lo": line.low,
        "hi": line.high,
        "when": t.week(line.as_of),
        "written": t.number(line.score) if line.score is not None else t("not known"),
        "interval": f"{t.number(line.low or 0)}–{t.number(line.high or 0)}" if line.score is not None else "–",
        "policy": str(line.policy_version),
    }


def _policies(lines: list[HistoryLine], t: Reader, p: Palette, x: alt.X) -> list[Any]:
    """A dashed rule where another version of the policy begins."""
    rows = [
        {"day": now.as_of.isoformat(), "label": t("policy version {version}", version=now.policy_version)}
        for before, now in pairwise(lines)
        if before.policy_version != now.policy_version
    ]
    if not rows:
        return []
    chart = alt.Chart(pd.DataFrame(rows))
    return [
        chart.mark_rule(strokeDash=[6, 4], color=p.ink).encode(x=x),
        chart.mark_text(align="right", dx=-5, dy=-6, fontSize=11, color=p.ink).encode(
            x=x, y=alt.value("height"), text="label:N"
        ),
    ]


def history_says(file: ClientFile, t: Reader) -> str:
    """The history in words."""
    lines = known(file)
    scores = [line.score for line in lines if line.score is not None]
    says = t(
        "From {start} on {first} to {end} on {last}; highest {top}. Band around the line: 95% interval.",
        start=round(scores[0]),
        first=lines[0].as_of,
        end=round(scores[-1]),
        last=lines[-1].as_of,
        top=round(max(scores)),
    )
    if any(lines[0].as_of <= alarm.week for alarm in file.alarms):
        says += " " + t("▲ is an alarm.")
    if done(file):
        says += " " + t("◆ is an event: a verdict, a withdrawal, a check or a review.")
    if len({line.policy_version for line in lines}) > 1:
        says += " " + t("A dashed rule marks where another version of the score policy begins.")
    if file.score is not None and round(file.score) != round(scores[-1]):
        says += " " + t(
            "Each week is scored by what was known when it ended; the {score} above also knows what has come in since.",
            score=round(file.score),
        )
    return says
