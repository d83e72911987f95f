"""Every colour of Reilu, for screen and paper, light and dark. Knows no page and no chart.

Colours are `#RRGGBB`. A band has four of them: `mark` for shapes on the page (contrast to it at least 3.1:1), `tint`
for the range of the band on a scale, and `text` on `badge` for its name (at least 6.9:1). Colour only repeats a word
or a shape: simulated colour blindness brings two bands as near as ΔE 13, so neither may ever stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

#: From fair play (0) to no thanks (100).
BAND_ORDER: Final = ("fair_play", "watch", "remedy", "no_thanks")
#: The band of a client of whom too little is known; it has colours, but no place in the order.
UNKNOWN: Final = "unknown"
SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {"fair_play": "circle", "watch": "square", "remedy": "triangle", "no_thanks": "diamond", UNKNOWN: "ring"}
)


@dataclass(frozen=True)
class BandColours:
    """The colours of one band."""

    mark: str
    tint: str
    text: str
    badge: str


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; `bands` has a key for each of BAND_ORDER and UNKNOWN.

    `line` draws the data, `expected` fills the range in which it was expected, `accent` is the one colour that asks for
    attention, `border` frames and `grid` rules. `heat` runs from nothing to most in six steps.
    """

    background: str
    panel: str
    ink: str
    mute: str
    grid: str
    border: str
    line: str
    expected: str
    accent: str
    accent_badge: str
    bands: Mapping[str, BandColours]
    heat: tuple[str, str, str, str, str, str]


LIGHT: Final = Palette(
    background="#FFFFFF",
    panel="#F4F6F9",
    ink="#0B131E",
    mute="#4A566A",
    grid="#E4E9EF",
    border="#D5DCE5",
    line="#12263F",
    expected="#E3EBF5",
    accent="#1D4F91",
    accent_badge="#E8EFF8",
    bands=MappingProxyType(
        {
            "fair_play": BandColours("#1B8574", "#D6ECE7", "#0A5A4D", "#E2F3EF"),
            "watch": BandColours("#C48600", "#F8E6BC", "#714B00", "#FDF2D8"),
            "remedy": BandColours("#B43A0C", "#F4CDBC", "#8F2E0A", "#FCE8DF"),
            "no_thanks": BandColours("#5E1237", "#DDBECB", "#5E1237", "#F6E1EA"),
            UNKNOWN: BandColours("#5B6678", "#E4E9EF", "#4A566A", "#EEF1F5"),
        }
    ),
    heat=("#F4F6F9", "#D5E0EF", "#A9C1DF", "#6F94C4", "#3A68A6", "#153C74"),
)

DARK: Final = Palette(
    background="#0F1722",
    panel="#182231",
    ink="#E6EBF2",
    mute="#B4C0D0",
    grid="#2A374B",
    border="#33425A",
    line="#DCE5F2",
    expected="#1E2F4A",
    accent="#94BDF2",
    accent_badge="#1B2C47",
    bands=MappingProxyType(
        {
            "fair_play": BandColours("#4DB6A0", "#17433D", "#7FD4C2", "#12322F"),
            "watch": BandColours("#F5D06C", "#4A3D18", "#F5D06C", "#352C12"),
            "remedy": BandColours("#E8743B", "#57301D", "#FFA778", "#3C2015"),
            "no_thanks": BandColours("#D0487A", "#5A2039", "#FF9CBF", "#43182B"),
            UNKNOWN: BandColours("#9AA7BA", "#2A374B", "#B4C0D0", "#223045"),
        }
    ),
    heat=("#182231", "#20375A", "#2F5587", "#4D7CB8", "#83AFE2", "#C7DEF8"),
)
