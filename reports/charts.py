"""Charts of the portfolio and of a client as ready Vega-Lite dictionaries: no Streamlit, no database.

Building an Altair chart is the slow part of a page, so pages cache what these return by data, language and theme.
Each chart has a twin sentence (`…_says`) that says what it shows; it stands above the chart and is its text for
people who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import poisson

from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from ethics.pages.charting import labels, ready
from ethics.palette import BAND_ORDER, UNKNOWN, Palette
from reports.client_file import ClientFile
from reports.portfolio import Portfolio, PortfolioLine
from reports.words import BAND_NAMES, DIMENSION_NAMES

_SHAPES: Final = ["circle", "square", "triangle-up", "diamond", "circle"]


def _decimals(top: float) -> int:
    """Decimals that an axis from 0 to `top` with about five ticks needs so that no two labels are alike."""
    return 0 if top >= 5 else 1 if top >= 0.5 else 2


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
        [{"s": file.score, "lo": file.low, "hi": file.high, "ls": t.number(file.low or 0), "hs": t.number(file.high or 0), "ss": t.number(file.score or 0)}]
    )

    def x(field: str) -> alt.X:
        return alt.X(field, scale=alt.Scale(domain=[0, 100]), axis=None)

    colour = alt.Color("band:N", scale=alt.Scale(domain=list(BAND_ORDER), range=[p.bands[b].tint for b in BAND_ORDER]), legend=None)
    zone, one = alt.Chart(zones), alt.Chart(score)
    return ready(
        alt.layer(
            zone.mark_rect(height=14, stroke=p.background, strokeWidth=2).encode(x=x("a:Q"), x2="b:Q", y=alt.value(42), color=colour),
            zone.mark_text(fontSize=12, color=p.mute).encode(x=x("m:Q"), y=alt.value(66), text="name:N"),
            one.mark_bar(height=14, color=p.bands[file.band].mark).encode(x=x("lo:Q"), x2="hi:Q", y=alt.value(42)),
            one.mark_tick(thickness=3, size=26, color=p.ink, orient="vertical").encode(x=x("s:Q"), y=alt.value(42)),
            one.mark_text(dx=-16, align="right", fontSize=12, color=p.ink).encode(x=x("lo:Q"), y=alt.value(22), text="ls:N"),
            one.mark_text(dx=16, align="left", fontSize=12, color=p.ink).encode(x=x("hi:Q"), y=alt.value(22), text="hs:N"),
            one.mark_text(fontSize=18, fontWeight=700, color=p.ink).encode(x=x("s:Q"), y=alt.value(16), text="ss:N"),
        ).properties(height=78),
        p,
    )


def score_scale_says(file: ClientFile, t: Reader) -> str:
    """The scale in words."""
    return t(
        "Risk {score} of 100, 95% interval {low} to {high}: {band}.", score=round(file.score or 0), low=round(file.low or 0),
        high=round(file.high or 0), band=t(BAND_NAMES[file.band]),
    )


def waterfall(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """Contributions that add up: each bar starts where the one before ended; the last row is their sum."""
    rows: list[dict[str, Any]] = []
    at = 0.0
    for name, points in file.contributions:
        kind = "weak" if name == file.weakest else "part"
        rows.append({"name": t(DIMENSION_NAMES[name]), "a": at, "b": at + points, "text": t.number(points, 1, sign=True), "kind": kind})
        at += points
    rows += [{"name": t(DIMENSION_NAMES[name]), "a": 0, "b": 0, "text": t("not known"), "kind": "none"} for name in file.unknown]
    rows.append({"name": t("Risk score"), "a": 0, "b": file.score or 0, "text": t.number(file.score or 0, 1), "kind": "sum"})
    names = [row["name"] for row in rows]
    colour = alt.Color(
        "kind:N", legend=None,
        scale=alt.Scale(domain=["weak", "part", "none", "sum"], range=[p.bands[file.band].mark, p.accent, p.mute, p.line]),
    )
    y = alt.Y("name:N", sort=names, axis=alt.Axis(title=None, labelColor=p.ink, labelFontSize=13, labelLimit=190))
    top = max(file.band_limits[-1], at) * 1.12
    x = alt.X("a:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(title=None, values=[0, *file.band_limits], grid=True, labelExpr=labels(t)))
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


def weekly(file: ClientFile, t: Reader, p: Palette) -> dict[str, Any]:
    """Mismatches per 1,000 contacts by week, over the range that the window's rate would make one expect."""
    rows = []
    mean = file.rate_mean / 1000
    for line in file.weeks:
        low, high = poisson.ppf([0.025, 0.975], mean * line.contacts) if line.contacts else (0, 0)
        share = 1000 / line.contacts if line.contacts else None
        rows.append(
            {
                "week": line.week_start.isoformat(), "rate": line.mismatches * share if share else None, "n": line.mismatches,
                "contacts": line.contacts, "lo": low * share if share else None, "hi": high * share if share else None,
                "when": t.week(line.week_start), "written": t.number(line.mismatches * share, 1) if share else t("no contacts"),
            }
        )
    frame = pd.DataFrame(rows)
    top = max(1.0, float(np.nanmax(frame[["rate", "hi"]].to_numpy(dtype=float)))) * 1.15
    x = alt.X("week:T", axis=alt.Axis(title=None, format="%-d.%-m." if t.language == "fi" else "%-d %b", tickCount=7, labelOverlap=True))
    y = alt.Y("rate:Q", title=t("Mismatches per 1,000 contacts"), scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5, labelExpr=labels(t, _decimals(top))))
    tip = [
        alt.Tooltip("when:N", title=" "), alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")),
        alt.Tooltip("n:Q", title=t("Mismatches")), alt.Tooltip("contacts:Q", title=t("Contacts")),
    ]
    chart, last = alt.Chart(frame), alt.Chart(frame.iloc[[-1]])
    return ready(
        alt.layer(
            chart.mark_area(color=p.expected, interpolate="step", opacity=0.9).encode(x=x, y=alt.Y("lo:Q", title=t("Mismatches per 1,000 contacts")), y2="hi:Q"),
            chart.mark_line().encode(x=x, y=y),
            last.mark_point(filled=True, size=60, opacity=1, color=p.line).encode(x="week:T", y=y),
            last.mark_text(dx=10, align="left", fontSize=15, fontWeight=700).encode(x="week:T", y=y, text="written:N"),
            chart.mark_point(filled=True, size=80, opacity=0.0001).encode(x=x, y=y, tooltip=tip),
        ).properties(height=250, padding={"right": 40, "left": 4, "top": 4, "bottom": 4}),
        p,
    )


def weekly_says(file: ClientFile, t: Reader) -> str:
    """The weekly chart in words."""
    total = sum(line.mismatches for line in file.weeks)
    return t.plural(
        "One mismatch in {weeks} weeks; shaded: what {rate} per 1,000 contacts would let one expect in 95 weeks of 100.",
        "{n} mismatches in {weeks} weeks; shaded: what {rate} per 1,000 contacts would let one expect in 95 weeks of 100.",
        total, weeks=len(file.weeks), rate=t.number(file.rate_mean, 1),
    )


def _limits(mean: float, contacts: np.ndarray[Any, Any], level: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Control limits of a funnel: Poisson quantiles of the portfolio's rate, as rates per 1,000."""
    expected = mean * contacts
    return 1000 * poisson.ppf((1 - level) / 2, expected) / contacts, 1000 * poisson.ppf((1 + level) / 2, expected) / contacts


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
                "name": line.name, "n": line.contacts, "rate": 1000 * line.mismatches / line.contacts, "band": line.band,
                "band_name": t(BAND_NAMES[line.band]), "out": outside(line, mean), "written": t.number(1000 * line.mismatches / line.contacts, 1),
            }
            for line in lines
        ]
    )
    top = float(max(points["rate"].max(), 1000 * mean)) * 1.15
    x = alt.X("n:Q", title=t("Contacts"), scale=alt.Scale(type="log", nice=False), axis=alt.Axis(labelExpr=labels(t), tickCount=5, labelOverlap=True))

    def y(field: str) -> alt.Y:
        return alt.Y(field, title=t("Mismatches per 1,000 contacts"), scale=alt.Scale(domain=[0, top], clamp=True, nice=False), axis=alt.Axis(tickCount=5, labelExpr=labels(t, _decimals(top))))

    bands = [*BAND_ORDER, UNKNOWN]
    colour = alt.Color("band:N", scale=alt.Scale(domain=bands, range=[p.bands[b].mark for b in bands]), legend=None)
    shape = alt.Shape("band:N", scale=alt.Scale(domain=bands, range=_SHAPES), legend=None)
    tip = [
        alt.Tooltip("name:N", title=t("Client")), alt.Tooltip("band_name:N", title=t("Band")),
        alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")), alt.Tooltip("n:Q", title=t("Contacts"), format=",d"),
    ]
    base, dots = alt.Chart(limits), alt.Chart(points)
    label = dots.transform_filter(alt.datum.out).mark_text(align="left", dx=9, fontSize=12, color=p.ink)
    return ready(
        alt.layer(
            base.mark_area(color=p.expected, opacity=0.55, clip=True).encode(x=x, y=y("olo:Q"), y2="ohi:Q"),
            base.mark_area(color=p.expected, clip=True).encode(x=x, y=y("lo:Q"), y2="hi:Q"),
            alt.Chart(pd.DataFrame([{"rate": 1000 * mean}])).mark_rule(strokeDash=[4, 3], color=p.mute).encode(y=y("rate:Q")),
            dots.mark_point(filled=True, size=95, opacity=1, stroke=p.background, strokeWidth=1).encode(x=x, y=y("rate:Q"), color=colour, shape=shape, tooltip=tip),
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
            "client": line.name, "category": t(CATEGORIES[c].short), "n": line.categories[c], "rate": 1000 * line.categories[c] / line.contacts,
            "written": t.number(1000 * line.categories[c] / line.contacts, 1) if 1000 * line.categories[c] / line.contacts >= 0.05 else "",
        }
        for line in whole.lines[:rows]
        for c in kinds
        if line.contacts and line.categories.get(c)
    ]
    frame = pd.DataFrame(cells, columns=["client", "category", "n", "rate", "written"])
    order = [t(CATEGORIES[c].short) for c in kinds]
    x = alt.X("category:N", sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(orient="top", title=None, labelAngle=-40, labelLimit=150, labelAlign="left"))
    y = alt.Y("client:N", sort=names, scale=alt.Scale(domain=names), axis=alt.Axis(title=None, labelLimit=170, labelColor=p.ink))
    colour = alt.Color("rate:Q", scale=alt.Scale(type="threshold", domain=[0.1, 0.3, 0.6, 1.2, 2.4], range=list(p.heat)), legend=None)
    on_dark = p.background if p.background != "#FFFFFF" else "#FFFFFF"
    ink = alt.condition(alt.datum.rate >= 0.6, alt.value(on_dark), alt.value(p.ink))
    tip = [
        alt.Tooltip("client:N", title=t("Client")), alt.Tooltip("category:N", title=" "),
        alt.Tooltip("written:N", title=t("Mismatches per 1,000 contacts")), alt.Tooltip("n:Q", title=t("Mismatches")),
    ]
    chart = alt.Chart(frame)
    return ready(
        alt.layer(
            chart.mark_rect().encode(x=x, y=y, color=colour, tooltip=tip),
            chart.mark_text(fontSize=11, opacity=alt.expr("width < 330 ? 0 : 1")).encode(x=x, y=y, text="written:N", color=ink),
        ).properties(height=alt.Step(24)),
        p,
    )


def heatmap_says(whole: Portfolio, t: Reader) -> str:
    """The strongest cell, in words."""
    cells = [(1000 * n / line.contacts, line.name, c) for line in whole.lines if line.contacts for c, n in line.categories.items()]
    if not cells:
        return t("No mismatch has been confirmed yet.")
    rate, name, category = max(cells)
    return t(
        "Mismatches per 1,000 contacts; stronger colour is more, empty is none. Most: {name}, {category}, {rate}.",
        name=name, category=t(CATEGORIES[category].short), rate=t.number(rate, 1),
    )
