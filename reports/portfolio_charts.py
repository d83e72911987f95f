"""Charts of the portfolio as ready Vega-Lite dictionaries: no Streamlit, no database.

Building an Altair chart is the slow part of a page, so pages cache what these return by data, language and theme.
Each chart has a twin sentence (`…_says`) that says what it shows; it stands above the chart and is its text for
people who do not see it.
"""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import poisson

from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.pages.charting import decimals, labels, ready
from ethics.palette import BAND_ORDER, UNKNOWN, Palette
from reports.portfolio import Portfolio, PortfolioLine
from reports.words import BAND_NAMES

_SHAPES: Final = ["circle", "square", "triangle-up", "diamond", "circle"]


def _limits(
    mean: float, contacts: np.ndarray[Any, Any], level: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Control limits of a funnel: Poisson quantiles of the portfolio's rate, as rates per 1,000."""
    expected = mean * contacts
    return 1000 * poisson.ppf((1 - level) / 2, expected) / contacts, 1000 * poisson.ppf(
        (1 + level) / 2, expected
    ) / contacts


def funnel(whole: Portfolio, t: Reader, p: Palette) -> dict[str, Any]:
    """Rates against contacts, with the limits inside which chance alone would leave 95% and 99.8% of clients."""
    lines = [line for line in whole.lines if line.contacts]
    mean = sum(line.mismatches for line in lines) / sum(line.contacts for line in lines)
    sizes = np.array([line.contacts for line in lines], dtype=float)
    grid = np.geomspace(max(50.0, sizes.min() * 0.7), sizes.max() * 1.4, 90)
    (lo, hi), (outer_lo, outer_hi) = _limits(mean, grid, 0.95), _limits(mean, grid, 0.998)
    limits = pd.DataFrame({"n": grid, "lo": lo, "hi": hi, "olo": outer_lo, "ohi": outer_hi})
    points = pd.DataFrame(
        [
            {
                "name": line.name,
                "n": line.contacts,
                "rate": 1000 * line.mismatches / line.contacts,
                "band": line.band,
                "band_name": t(BAND_NAMES[line.band]),
                "out": outside(line, mean),
                "written": t.number(1000 * line.mismatches / line.contacts, 1),
            }
            for line in lines
        ]
    )
    top = float(max(points["rate"].max(), 1000 * mean)) * 1.15
    x = alt.X(
        "n:Q",
        title=t("Contacts"),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(labelExpr=labels(t), tickCount=5, labelOverlap=True),
    )

    def y(field: str) -> alt.Y:
        return alt.Y(
            field,
            title=t("Mismatches per 1,000 contacts"),
            scale=alt.Scale(domain=[0, top], clamp=True, nice=False),
            axis=alt.Axis(tickCount=5, labelExpr=labels(t, decimals(top))),
        )

    bands = [*BAND_ORDER, UNKNOWN]
    colour = alt.Color("band:N", scale=alt.Scale(domain=bands, range=[p.bands[b].mark for b in bands]), legend=None)
    shape = alt.Shape("band:N", scale=alt.Scale(domain=bands, range=_SHAPES), legend=None)
    tip = [
        alt.Tooltip("name:N", title=t("Client")),
        alt.Tooltip("band_name:N", title=t("Band")),
        alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")),
        alt.Tooltip("n:Q", title=t("Contacts"), format=",d"),
    ]
    base, dots = alt.Chart(limits), alt.Chart(points)
    label = dots.transform_filter(alt.datum.out).mark_text(align="left", dx=9, fontSize=12, color=p.ink)
    return ready(
        alt.layer(
            base.mark_area(color=p.expected, opacity=0.55, clip=True).encode(x=x, y=y("olo:Q"), y2="ohi:Q"),
            base.mark_area(color=p.expected, clip=True).encode(x=x, y=y("lo:Q"), y2="hi:Q"),
            alt.Chart(pd.DataFrame([{"rate": 1000 * mean}]))
            .mark_rule(strokeDash=[4, 3], color=p.mute)
            .encode(y=y("rate:Q")),
            dots.mark_point(filled=True, size=95, opacity=1, stroke=p.background, strokeWidth=1).encode(
                x=x, y=y("rate:Q"), color=colour, shape=shape, tooltip=tip
            ),
            label.encode(x=x, y=y("rate:Q"), text="name:N"),
        ).properties(height=340),
        p,
    )


def outside(line: PortfolioLine, mean: float) -> bool:
    """True above the 99.8% limit for `mean` mismatches per contact."""
    return bool(line.contacts and line.mismatches > poisson.ppf(0.999, mean * line.contacts))


def funnel_says(whole: Portfolio, t: Reader) -> str:
    """Who stands outside the funnel, in words."""
    lines = [line for line in whole.lines if line.contacts]
    mean = sum(line.mismatches for line in lines) / max(1, sum(line.contacts for line in lines))
    out = [line.name for line in lines if outside(line, mean)]
    if not out:
        return t("Nobody stands above what chance would explain around the average (dashed).")
    shown = ", ".join(out[:5]) + (t(" and {n} more", n=len(out) - 5) if len(out) > 5 else "")
    return t("Above what chance would explain around the average (dashed; shaded 95% and 99.8%): {names}.", names=shown)


def heatmap(whole: Portfolio, t: Reader, p: Palette, *, rows: int = 20) -> dict[str, Any]:
    """Client by category: mismatches per 1,000 contacts, for the `rows` clients of highest risk."""
    names = [line.name for line in whole.lines[:rows]]
    kinds = [c for c in CATEGORIES if c not in NORMAL_WORK]
    cells = [
        {
            "client": line.name,
            "category": t(CATEGORIES[c].short),
            "n": line.categories[c],
            "rate": 1000 * line.categories[c] / line.contacts,
            "written": t.number(1000 * line.categories[c] / line.contacts, 1)
            if 1000 * line.categories[c] / line.contacts >= 0.05
            else "",
        }
        for line in whole.lines[:rows]
        for c in kinds
        if line.contacts and line.categories.get(c)
    ]
    frame = pd.DataFrame(cells, columns=["client", "category", "n", "rate", "written"])
    order = [t(CATEGORIES[c].short) for c in kinds]
    x = alt.X(
        "category:N",
        sort=order,
        scale=alt.Scale(domain=order),
        axis=alt.Axis(orient="top", title=None, labelAngle=-40, labelLimit=150, labelAlign="left"),
    )
    y = alt.Y(
        "client:N",
        sort=names,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(title=None, labelLimit=170, labelColor=p.ink),
    )
    colour = alt.Color(
        "rate:Q", scale=alt.Scale(type="threshold", domain=[0.1, 0.3, 0.6, 1.2, 2.4], range=list(p.heat)), legend=None
    )
    on_dark = p.background if p.background != "#FFFFFF" else "#FFFFFF"
    ink = alt.condition(alt.datum.rate >= 0.6, alt.value(on_dark), alt.value(p.ink))
    tip = [
        alt.Tooltip("client:N", title=t("Client")),
        alt.Tooltip("category:N", title=" "),
        alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")),
        alt.Tooltip("n:Q", title=t("Mismatches")),
    ]
    chart = alt.Chart(frame)
    return ready(
        alt.layer(
            chart.mark_rect().encode(x=x, y=y, color=colour, tooltip=tip),
            chart.mark_text(fontSize=11, opacity=alt.expr("width < 330 ? 0 : 1")).encode(
                x=x, y=y, text="written:N", color=ink
            ),
        ).properties(height=alt.Step(24)),
        p,
    )


def heatmap_says(whole: Portfolio, t: Reader) -> str:
    """The strongest cell, in words."""
    cells = [
        (1000 * n / line.contacts, line.name, c)
        for line in whole.lines
        if line.contacts
        for c, n in line.categories.items()
    ]
    if not cells:
        return t("No mismatch has been confirmed yet.")
    rate, name, category = max(cells)
    return t(
        "Mismatches per 1,000 contacts; stronger colour is more, empty is none. Most: {name}, {category}, {rate}.",
        name=name,
        category=t(CATEGORIES[category].short),
        rate=t.number(rate, 1),
    )
