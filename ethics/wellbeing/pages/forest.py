"""Rate ratios with their intervals, one below the other, as a ready Vega-Lite dictionary: no Streamlit, no database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import altair as alt
import pandas as pd

from ethics.language import Reader
from ethics.pages.charting import labels, ready
from ethics.palette import Palette
from ethics.wellbeing.results import ClientRatio, Headline, Ratio
from ethics.wellbeing.weighing import ratio_written

#: Ratios outside are drawn at the edge; a limit may be nought, which no logarithm has.
FLOOR: Final = 0.1
CEILING: Final = 10.0
_TICKS: Final = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
#: Part of the width that the numbers at the right need.
_ROOM: Final = 0.35
#: Height of a row, in pixels.
_ROW: Final = 32


class Bar(NamedTuple):
    """One interval: `strong` ones are claimed, and drawn full."""

    name: str
    ratio: float
    low: float
    high: float
    strong: bool
    written: str


def of_headline(t: Reader, headline: Headline) -> tuple[Bar, ...]:
    """The answer, and beside it the other windows and the estimate without clients held apart."""
    found: list[tuple[str, Ratio | None, bool]] = [(t("1–4 weeks before"), headline.ratio, headline.claimed)]
    for window in headline.windows:
        name = t("{first}–{last} weeks before", first=window.first, last=window.last)
        found.append((name, window.ratio, False))
    found.append((t("Clients not held apart"), headline.dose_only, False))
    return tuple(_bar(t, name, ratio, strong, 2) for name, ratio, strong in found if ratio is not None)


def of_clients(t: Reader, lines: Sequence[tuple[str, ClientRatio]]) -> tuple[Bar, ...]:
    """A year's clients by name, the highest ratio first; those without enough data have none."""
    known = [(name, line.ratio, line.claimed) for name, line in lines if line.ratio is not None]
    known.sort(key=lambda one: -one[1].rate_ratio)
    return tuple(_bar(t, name, ratio, claimed, 1) for name, ratio, claimed in known)


def draw(bars: Sequence[Bar], t: Reader, p: Palette, note: str = "") -> dict[str, Any]:
    """The intervals on one logarithmic axis; the dashed line is 1, no link. With a note above them all is grey.

    On a phone there is no room for the numbers beside the intervals: whoever shows a chart tells each of them in words
    near it, as `ethics.wellbeing.words` does.
    """
    frame = pd.DataFrame(
        [
            bar._asdict() | {"ratio": _inside(bar.ratio), "low": _inside(bar.low), "high": _inside(bar.high)}
            for bar in bars
        ]
    )
    bottom, top = min(0.8, frame["low"].min() / 1.05), max(1.25, frame["high"].max() * 1.05)
    domain = [bottom, top * (top / bottom) ** _ROOM]
    x = alt.X(
        "low:Q",
        title=None,
        scale=alt.Scale(type="log", domain=domain, nice=False, clamp=True),
        axis=alt.Axis(
            values=[tick for tick in _TICKS if domain[0] <= tick <= top], labelExpr=labels(t, 1), labelOverlap=True
        ),
    )
    names, ink = list(frame["name"]), p.mute if note else p.ink
    y = alt.Y(
        "name:N",
        sort=names,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(title=None, labelLimit=180, labelColor=ink, grid=False),
    )
    colour = alt.condition(alt.datum.strong, alt.value(p.accent), alt.value(p.mute))
    fill = alt.condition(alt.datum.strong, alt.value(p.accent), alt.value(p.background))
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("written:N", title=t("Ratio (95% interval)"))]
    base = alt.Chart(frame)
    spec = ready(
        alt.layer(
            alt.Chart(pd.DataFrame([{"low": 1.0}])).mark_rule(strokeDash=[4, 3], color=p.mute).encode(x=x),
            base.mark_rule(strokeWidth=2.5, strokeCap="round").encode(x=x, x2="high:Q", y=y, color=colour, tooltip=tip),
            base.mark_point(filled=True, size=90, opacity=1, strokeWidth=2).encode(
                x=_of(x, "ratio:Q"), y=y, fill=fill, stroke=colour, tooltip=tip
            ),
            base.mark_text(align="left", dx=8, color=ink, opacity=alt.expr("width < 260 ? 0 : 1")).encode(
                x=_of(x, "high:Q"), y=y, text="written:N"
            ),
        ).properties(height=_ROW * len(names), title=_above(note, p)),
        p,
    )
    # Only the width is fitted, and the height is a number: Vega warns in the console of a fit where rows have a step.
    return spec | {"autosize": {"type": "fit-x", "contains": "padding"}}


def _above(note: str, p: Palette) -> alt.TitleParams:
    return alt.TitleParams(note, anchor="start", color=p.mute, fontSize=13, fontWeight=500, offset=8)


def _of(axis: alt.X, field: str) -> alt.X:
    """The same axis for another field."""
    other: alt.X = axis.copy()
    other.shorthand = field
    return other


def _bar(t: Reader, name: str, ratio: Ratio, strong: bool, decimals: int) -> Bar:
    return Bar(name, ratio.rate_ratio, ratio.low, ratio.high, strong, ratio_written(t, ratio, decimals))


def _inside(ratio: float) -> float:
    return min(max(ratio, FLOOR), CEILING)
