"""Data quality: what came in of shifts and sick leave, week by week, for HR. Counts of the whole company, nobody's own.

What counts sick leave is told in tens.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ethics.access import Permission
from ethics.language import Reader
from ethics.pages import charting, desk, look
from ethics.palette import Palette
from ethics.workforce.quality import MOST_UNTOLD, DataQuality, WeekQuality, data_quality


def _answer(t: Reader, quality: DataQuality) -> str:
    if quality.weeks_without_shifts:
        return t.plural("One week has no shifts", "{n} weeks have no shifts", len(quality.weeks_without_shifts))
    if quality.spells_without_shifts:
        return t("About {n} sick leaves belong to nobody who has shifts", n=quality.spells_without_shifts)
    if quality.spells_from is None:
        return t("Shifts are in; sick leave is not yet")
    return t("Shifts and sick leave fit together")


def _about(t: Reader, n: int) -> str:
    """A number that is told in tens, as words."""
    return t("about {n}", n=n) if n else t("fewer than 10")


def _spells(t: Reader, week: WeekQuality) -> str:
    """A week's number of sick leaves begun, in tens; few are not counted out."""
    return f"1–{t.number(MOST_UNTOLD)}" if week.few else t.number(week.spells or 0)


def _chart(t: Reader, p: Palette, counts: list[tuple[dt.date, int, str]]) -> dict[str, Any]:
    """A number for each week: how high it is drawn, and how it is told."""
    frame = pd.DataFrame(
        [{"week": monday.isoformat(), "n": n, "told": told, "when": t.week(monday)} for monday, n, told in counts]
    )
    x = alt.X(
        "yearmonthdate(week):T",
        axis=alt.Axis(title=None, format="%-m/%Y" if t.language == "fi" else "%b %Y", tickCount=8, labelOverlap=True),
    )
    y = alt.Y("n:Q", title=None, axis=alt.Axis(tickCount=3, labelExpr=charting.labels(t)))
    tip = [alt.Tooltip("when:N", title=" "), alt.Tooltip("told:N", title=" ")]
    return charting.ready(
        alt.Chart(frame)
        .mark_area(color=p.accent, interpolate="step-after", line=False)
        .encode(x=x, y=y, tooltip=tip)
        .properties(height=110),
        p,
    )


def _span(t: Reader, since: dt.date | None, until: dt.date | None) -> str:
    return f"{t.date(since)}–{t.date(until)}" if since and until else t("none yet")


def show() -> None:
    """The counts, and the weeks."""
    here = desk.allowed(Permission.SEE_DATA_QUALITY)
    t = here.t
    with desk.reading() as tx:
        quality = data_quality(tx, here.actor)
    if not quality.shifts and quality.spells_from is None:
        look.title(t("No shifts or sick leave have come in yet"))
        look.empty("upload_file", t("Nothing here"), t("Bring the files in on the Import page; shifts first."))
        return
    look.title(
        _answer(t, quality), t("Counts of the whole company, for checking files. No page shows a person's absence.")
    )
    cards = st.columns(4)
    cards[0].metric(t("Shifts"), t.number(quality.shifts))
    cards[1].metric(t("Agents with shifts"), t.number(quality.agents))
    cards[2].metric(t("Sick leaves"), _about(t, quality.spells))
    cards[3].metric(t("Still going on"), _about(t, quality.spells_open))
    st.caption(t("Sick leave is counted in tens: exact counts before and after a file would tell whose is known."))
    st.table(
        {
            t("What was checked"): [
                t("Shifts cover"),
                t("Sick leaves cover"),
                t("Weeks without any shift"),
                t("Sick leaves of agents without shifts"),
                t("Shifts on a day of sick leave"),
            ],
            t("Found"): [
                _span(t, quality.shifts_from, quality.shifts_until),
                _span(t, quality.spells_from, quality.spells_until),
                t.number(len(quality.weeks_without_shifts)),
                _about(t, quality.spells_without_shifts),
                _about(t, quality.shifts_within_spells),
            ],
        },
        border="horizontal",
        hide_index=True,
        alt=t("What was checked"),
    )
    says = t("A gap or a sudden drop means a missing or a doubled file, not a change in people.")
    look.section(t("Is every week in?"), says)
    kept = [(w.week, w.spells, _spells(t, w)) for w in quality.weeks if w.spells is not None]
    for name, counts in (
        (t("Shifts"), [(w.week, w.shifts, t.number(w.shifts)) for w in quality.weeks]),
        (t("Sick leaves begun, in tens; {few} a week are told alike", few=f"1–{t.number(MOST_UNTOLD)}"), kept),
    ):
        if not counts:
            continue
        st.caption(name)
        look.chart(_chart(t, look.palette(), counts), f"{name}. {says}")
    look.download(
        t,
        "reilu-data-quality",
        [t("Week"), t("Shifts"), t("Sick leaves begun, in tens")],
        [(w.week, w.shifts, "" if w.spells is None else _spells(t, w)) for w in quality.weeks],
        key="quality_csv",
    )


show()
