"""The look of every chart: Altair in, a Vega-Lite dictionary out. No Streamlit, so rule files may draw too.

Never `alt.theme.enable`: it is process-wide, while light or dark is each reader's own.
"""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from ethics.language import Reader
from ethics.palette import Palette

FONT: Final = "Inter, Segoe UI, Roboto, Helvetica, Arial, sans-serif"


def ready(chart: alt.LayerChart | alt.Chart | alt.FacetChart, p: Palette) -> dict[str, Any]:
    """The chart as a dictionary in Reilu's look: no frame, horizontal grid only, Inter."""
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 500,
        "labelColor": p.mute,
        "titleColor": p.mute,
        "gridColor": p.grid,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 10,
    }
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("$schema", None)
    spec["config"] = {
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "padding": 4,
        "axis": axis,
        "axisX": {"grid": False},
        "axisY": {
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "start",
            "titleY": -14,
            "titleX": 0,
            "titleBaseline": "bottom",
        },
        "text": {"font": FONT, "fontSize": 12, "color": p.ink},
        "line": {"strokeWidth": 2, "color": p.line},
        "rule": {"color": p.mute},
        "rect": {"cornerRadius": 2},
        "bar": {"cornerRadius": 2},
        "scale": {"bandPaddingInner": 0.12},
    }
    return spec


def labels(t: Reader, decimals: int = 0) -> str:
    """A Vega expression that writes an axis label as the reader's language does."""
    written = f"format(datum.value, ',.{decimals}f')"
    if t.language == "fi":
        written = f"replace(replace(replace({written}, ',', '\N{NO-BREAK SPACE}'), '.', ','), '-', '−')"
    return written


def decimals(top: float) -> int:
    """Decimals that an axis from 0 to `top` with about five ticks needs so that no two labels are alike."""
    return 0 if top >= 5 else 1 if top >= 0.5 else 2
