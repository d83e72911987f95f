"""Charts of the portfolio as ready Vega-Lite dictionaries: no Streamlit, no database.

Building an Altair chart is the slow part of a page, so pages cache what these return by data, language and theme.
Each chart has a twin sentence (`…_says`) that says what it shows; it stands above the chart and is its text for
people who do not see it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson

from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.pages.charting import decimals, labels, ready
from ethics.palette import BAND_ORDER, UNKNOWN, Palette
from ethics.risk.words import BAND_NAMES
from reports.portfolio import Portfolio, PortfolioLine
from reports.words import short

Rates = NDArray[np.float64]

#: So many of the most extreme clients are named in the funnel.
_NAMED: Final = 8
#: Names nearer than this share of the height and of the width to each other would overlap.
_HIGH: Final = 0.055
_WIDE: Final = 0.4
#: A sentence about a chart cuts longer names.
_BRIEF: Final = 60
#: From so many clients on the funnel's marks are smaller.
_MANY: Final = 100
_LIMIT_NAMES: Final = (("hi", 0.95, 0), ("ohi", 0.998, 1))
_SHAPES: Final = ["circle", "square", "triangle-up", "diamond", "circle"]


def _limits(mean: float, contacts: Rates, level: float) -> tuple[Rates, ...]:
    """Control limits of a funnel: Poisson quantiles of the portfolio's rate, as rates per 1,000."""
    expected = mean * contacts
    return tuple(1000 * _quantile(q, expected) / contacts for q in ((1 - level) / 2, (1 + level) / 2))


def _quantile(q: float, expected: Rates) -> Rates:
    """Poisson quantiles, interpolated between whole counts (Spiegelhalter 2005): else a limit is drawn as a saw."""
    k = poisson.ppf(q, expected)
    at, before = poisson.cdf(k, expected), poisson.cdf(k - 1, expected)
    return np.asarray(np.maximum(k - (at - q) / np.maximum(at - before, 1e-300), 0))


def _place(whole: Portfolio) -> tuple[list[PortfolioLine], float, Rates]:
    """The clients with contacts, their mismatches per contact, and how far each stands from that: standard deviations."""
    lines = [line for line in whole.lines if line.contacts]
    n = np.array([line.contacts for line in lines], dtype=float)
    x = np.array([line.mismatches for line in lines], dtype=float)
    mean = float(x.sum() / n.sum()) if n.sum() else 0.0
    return lines, mean, (x - mean * n) / np.sqrt(np.maximum(mean * n, 1e-9))


def _labelled(points: pd.DataFrame, top: float) -> pd.DataFrame:
    """The points to name: the farthest of those outside, none so near to another that their names would overlap."""
    span = float(np.log(points["n"].max() / points["n"].min())) or 1.0
    across, up = np.log(points["n"] / points["n"].min()) / span, points["rate"] / top
    chosen: list[int] = []
    for k in points["far"].argsort()[::-1].tolist():
        if points["out"][k] and all(abs(up[k] - up[m]) > _HIGH or abs(across[k] - across[m]) > _WIDE for m in chosen):
            chosen.append(k)
        if len(chosen) == _NAMED:
            break
    some = points.iloc[sorted(chosen)].copy()
    some["late"] = across.iloc[sorted(chosen)] > 0.55
    return some


def funnel(whole: Portfolio, t: Reader, p: Palette) -> dict[str, Any]:
    """Rates against contacts, with the limits inside which chance alone would leave 95% and 99.8% of clients."""
    lines, mean, far = _place(whole)
    sizes = np.array([line.contacts for line in lines], dtype=float)
    grid = np.geomspace(max(50.0, sizes.min() * 0.7), sizes.max() * 1.4, 90)
    (lo, hi), (outer_lo, outer_hi) = _limits(mean, grid, 0.95), _limits(mean, grid, 0.998)
    limits = pd.DataFrame({"n": grid, "lo": lo, "hi": hi, "olo": outer_lo, "ohi": outer_hi})
    above = {line.client_id for line in outside(whole)}
    points = pd.DataFrame(
        [
            {
                "name": line.name,
                "n": line.contacts,
                "rate": 1000 * line.mismatches / line.contacts,
                "band": line.band,
                "band_name": t(BAND_NAMES[line.band]),
                "out": line.client_id in above,
                "far": distance,
                "written": t.number(1000 * line.mismatches / line.contacts, 1),
                "contacts": t.number(line.contacts),
            }
            for line, distance in zip(lines, far.tolist(), strict=True)
        ]
    )
    top = float(max(points["rate"].max(), 1500 * mean, 0.1)) * 1.15
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
        alt.Tooltip("contacts:N", title=t("Contacts")),
    ]
    base, dots, named = alt.Chart(limits), alt.Chart(points), alt.Chart(_labelled(points, top))
    sides = [(named.transform_filter("!datum.late"), "left", 9), (named.transform_filter("datum.late"), "right", -9)]
    names = []
    for chart, side, dx in sides:
        style: dict[str, Any] = {"align": side, "dx": dx, "fontSize": 12, "limit": 170}
        # The first is the halo that keeps a name readable over other marks.
        names.append(chart.mark_text(**style, stroke=p.background, strokeWidth=3, strokeJoin="round"))
        names.append(chart.mark_text(**style, color=p.ink))
    return ready(
        alt.layer(
            base.mark_area(color=p.expected, opacity=0.55, clip=True).encode(x=x, y=y("olo:Q"), y2="ohi:Q"),
            base.mark_area(color=p.expected, clip=True).encode(x=x, y=y("lo:Q"), y2="hi:Q"),
            alt.Chart(pd.DataFrame([{"rate": 1000 * mean}]))
            .mark_rule(strokeDash=[4, 3], color=p.mute)
            .encode(y=y("rate:Q")),
            *_limit_names(limits, t, p, x, y, top),
            dots.mark_point(
                filled=True, size=95 if len(lines) <= _MANY else 40, opacity=1, stroke=p.background, strokeWidth=1
            ).encode(x=x, y=y("rate:Q"), color=colour, shape=shape, tooltip=tip),
            *(name.encode(x=x, y=y("rate:Q"), text="name:N") for name in names),
        ).properties(height=340),
        p,
    )


def _limit_names(
    limits: pd.DataFrame, t: Reader, p: Palette, x: alt.X, y: Callable[[str], alt.Y], top: float
) -> list[alt.Chart]:
    """The names of the two limits at their upper edge, where there is room between them."""
    room = limits[(limits["ohi"] < 0.97 * top) & (limits["ohi"] - limits["hi"] > _HIGH * top)]
    if room.empty:
        return []
    at = room.iloc[min(3, len(room) - 1)]
    rows = [{"n": at["n"], "rate": at[edge], "name": t.percent(s, d)} for edge, s, d in _LIMIT_NAMES]
    chart = alt.Chart(pd.DataFrame(rows)).mark_text(align="left", dy=9, fontSize=11, color=p.mute)
    return [chart.encode(x=x, y=y("rate:Q"), text="name:N")]


def outside(whole: Portfolio) -> list[PortfolioLine]:
    """The clients above the 99.8% limit around the average, the farthest first."""
    lines, mean, far = _place(whole)
    limits = poisson.ppf(0.999, [mean * line.contacts for line in lines])
    over = [k for k, line in enumerate(lines) if line.mismatches > limits[k]]
    return [lines[k] for k in sorted(over, key=lambda k: -far[k])]


def funnel_says(whole: Portfolio, t: Reader) -> str:
    """Who stands outside the funnel, in words."""
    out = [short(line.name, _BRIEF) for line in outside(whole)]
    if not out:
        return t("Nobody stands above what chance would explain around the average (dashed).")
    shown = ", ".join(out[:5]) + (t(" and {n} more", n=len(out) - 5) if len(out) > 5 else "")
    return t("Above what chance would explain around the average (dashed; shaded 95% and 99.8%): {names}.", names=shown)


def heatmap(whole: Portfolio, t: Reader, p: Palette, *, rows: int = 20) -> dict[str, Any]:
    """Client by category: mismatches per 1,000 contacts, for the `rows` clients of highest risk."""
    shown = [line for line in whole.lines if line.contacts][:rows]
    names = [line.name for line in shown]
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
        for line in shown
        for c in kinds
        if line.categories.get(c)
    ]
    frame = pd.DataFrame(cells, columns=["client", "category", "n", "rate", "written"])
    order = [t(CATEGORIES[c].short) for c in kinds]
    x = alt.X(
        "category:N",
        sort=order,
        scale=alt.Scale(domain=order),
        axis=alt.Axis(
            orient="top", title=None, labelAngle=-60, labelLimit=150, labelAlign="left", labelBaseline="middle"
        ),
    )
    y = alt.Y(
        "client:N",
        sort=names,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(title=None, labelLimit=150, labelColor=p.ink),
    )
    colour = alt.Color(
        "rate:Q", scale=alt.Scale(type="threshold", domain=[0.1, 0.3, 0.6, 1.2, 2.4], range=list(p.heat)), legend=None
    )
    ink = alt.condition(alt.datum.rate >= 0.6, alt.value(p.background), alt.value(p.ink))
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
            chart.mark_text(fontSize=11, opacity=alt.expr("width < 280 ? 0 : 1")).encode(
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
        name=short(name, _BRIEF),
        category=t(CATEGORIES[category].short),
        rate=t.number(rate, 1),
    )
