"""Charts of one client as ready Vega-Lite dictionaries: no Streamlit, no database.

Building an Altair chart is the slow part of a page, so pages cache what these return by data, language and theme.
Each chart has a twin sentence (`…_says`) that says what it shows; it stands above the chart and is its text for
people who do not see it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ethics.language import Reader
from ethics.pages.charting import labels, ready
from ethics.palette import BAND_ORDER, Palette
from ethics.risk.words import BAND_NAMES, DIMENSION_NAMES
from reports.client_file import ClientFile


def score_scale(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """Where the score stands on the four bands, with its interval."""
    edges = [0.0, *file.band_limits, 100.0]
    zones = pd.DataFrame(
        [
            {"band": band, "a": a, "b": b, "m": (a + b) / 2, "name": t(BAND_NAMES[band])}
            for band, a, b in zip(BAND_ORDER, edges, edges[1:], strict=False)
        ]
    )
    score = pd.DataFrame(
        [
            {
                "s": file.score,
                "lo": file.low,
                "hi": file.high,
                "ls": t.number(file.low or 0),
                "hs": t.number(file.high or 0),
                "ss": t.number(file.score or 0),
            }
        ]
    )

    def x(field: str) -> alt.X:
        return alt.X(field, scale=alt.Scale(domain=[0, 100]), axis=None)

    colour = alt.Color(
        "band:N", scale=alt.Scale(domain=list(BAND_ORDER), range=[p.bands[b].tint for b in BAND_ORDER]), legend=None
    )
    zone, one = alt.Chart(zones), alt.Chart(score)
    return ready(
        alt.layer(
            zone.mark_rect(height=14, stroke=p.background, strokeWidth=2).encode(
                x=x("a:Q"), x2="b:Q", y=alt.value(42), color=colour
            ),
            zone.mark_text(fontSize=12, color=p.mute).encode(x=x("m:Q"), y=alt.value(66), text="name:N"),
            one.mark_bar(height=14, color=p.bands[file.band].mark).encode(x=x("lo:Q"), x2="hi:Q", y=alt.value(42)),
            one.mark_tick(thickness=3, size=26, color=p.ink, orient="vertical").encode(x=x("s:Q"), y=alt.value(42)),
            one.mark_text(dx=-16, align="right", fontSize=12, color=p.ink).encode(
                x=x("lo:Q"), y=alt.value(22), text="ls:N"
            ),
            one.mark_text(dx=16, align="left", fontSize=12, color=p.ink).encode(
                x=x("hi:Q"), y=alt.value(22), text="hs:N"
            ),
            one.mark_text(fontSize=18, fontWeight=700, color=p.ink).encode(x=x("s:Q"), y=alt.value(16), text="ss:N"),
        ).properties(height=78),
        p,
    )


def score_scale_says(file: ClientFile, t: Reader) -> str:
    """The scale in words."""
    return t(
        "Risk {score} of 100, 95% interval {low} to {high}: {band}.",
        score=round(file.score or 0),
        low=round(file.low or 0),
        high=round(file.high or 0),
        band=t(BAND_NAMES[file.band]),
    )


def waterfall(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """Contributions that add up: each bar starts where the one before ended; the last row is their sum."""
    rows: list[dict[str, Any]] = []
    at = 0.0
    for name, points in file.contributions:
        kind = "weak" if name == file.weakest else "part"
        rows.append(
            {
                "name": t(DIMENSION_NAMES[name]),
                "a": at,
                "b": at + points,
                "text": t.number(points, 1, sign=True),
                "kind": kind,
            }
        )
        at += points
    rows += [
        {"name": t(DIMENSION_NAMES[name]), "a": 0, "b": 0, "text": t("not known"), "kind": "none"}
        for name in file.unknown
    ]
    rows.append(
        {"name": t("Risk score"), "a": 0, "b": file.score or 0, "text": t.number(file.score or 0, 1), "kind": "sum"}
    )
    names = [row["name"] for row in rows]
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(
            domain=["weak", "part", "none", "sum"], range=[p.bands[file.band].mark, p.accent, p.mute, p.line]
        ),
    )
    y = alt.Y("name:N", sort=names, axis=alt.Axis(title=None, labelColor=p.ink, labelFontSize=13, labelLimit=190))
    top = max(file.band_limits[-1], at) * 1.12
    x = alt.X(
        "a:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title=None, values=[0, *file.band_limits], grid=True, labelExpr=labels(t)),
    )
    chart = alt.Chart(pd.DataFrame(rows))
    return ready(
        alt.layer(
            chart.mark_bar(height=14).encode(x=x, x2="b:Q", y=y, color=colour),
            chart.mark_text(align="left", dx=6, fontSize=13, fontWeight=600).encode(x="b:Q", y=y, text="text:N"),
        ).properties(height=alt.Step(30)),
        p,
    )


def waterfall_says(file: ClientFile, t: Reader) -> str:
    """What the score is made of, in words."""
    parts = [f"{t(DIMENSION_NAMES[name])} {t.number(points, 1)}" for name, points in file.contributions if points]
    left_out = [t(DIMENSION_NAMES[name]) for name in file.unknown]
    says = t("The points add up to the score; the weakest dimension has the band's colour.")
    if parts:
        says += " " + ", ".join(parts) + "."
    return says + (" " + t("Not known, so left out: {names}.", names=", ".join(left_out)) if left_out else "")
