"""The small marks of a PDF: the scale of a score, pills, bars, and the strokes that all charts share.

Each function returns a Drawing of the given width in points, or draws on one; colour only repeats a word or a shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import Color, HexColor, white

from ethics.language import Reader
from ethics.palette import BAND_ORDER, LIGHT, SHAPES, UNKNOWN
from reports.pdf.fonts import REGULAR, SEMIBOLD, width
from reports.pdf.styles import ACCENT, ALARM, BORDER, INK, LINE, MUTE
from reports.pdf.text import fit

LABEL: Final = 7.5


def drawing(wide: float, high: float) -> Drawing:
    """An empty drawing of that size in points, in the page's font."""
    # Without a font of its own a drawing starts in Helvetica, which is not embedded.
    return Drawing(wide, high, initialFontName=REGULAR, initialFontSize=LABEL)


def say(
    d: Drawing,
    x: float,
    y: float,
    text: str,
    *,
    size: float = LABEL,
    font: str = REGULAR,
    colour: Color = MUTE,
    at: str = "start",
) -> None:
    """Write `text` on a drawing at (x, y)."""
    d.add(String(x, y, text, fontName=font, fontSize=size, fillColor=colour, textAnchor=at))


def say_over(d: Drawing, x: float, y: float, text: str, *, font: str, colour: Color) -> None:
    """Write on a white ground, so that no grid line runs through the text."""
    d.add(Rect(x - 1, y - 2.2, width(text, font, 8) + 2, 9.6, fillColor=white, strokeColor=None))
    say(d, x, y, text, size=8, font=font, colour=colour)


def shape(d: Drawing, kind: str, x: float, y: float, *, r: float, colour: Color) -> None:
    """The mark of a band around (x, y): the second carrier beside its colour."""
    if kind == "square":
        d.add(Rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r, fillColor=colour, strokeColor=None))
    elif kind == "triangle":
        corners = [x - 1.1 * r, y - 0.85 * r, x + 1.1 * r, y - 0.85 * r, x, y + 1.05 * r]
        d.add(Polygon(corners, fillColor=colour, strokeColor=None))
    elif kind == "diamond":
        d.add(
            Polygon(
                [x - 1.15 * r, y, x, y + 1.15 * r, x + 1.15 * r, y, x, y - 1.15 * r], fillColor=colour, strokeColor=None
            )
        )
    elif kind == "ring":
        d.add(Circle(x, y, 0.8 * r, fillColor=None, strokeColor=colour, strokeWidth=0.5 * r))
    else:
        d.add(Circle(x, y, r, fillColor=colour, strokeColor=None))


def alarm_mark(d: Drawing, x: float, y: float, *, filled: bool, r: float = 3.6) -> None:
    """The triangle of an alarm around (x, y): filled while somebody has to look, hollow afterwards."""
    corners = [x - 1.05 * r, y - 0.8 * r, x + 1.05 * r, y - 0.8 * r, x, y + 1.05 * r]
    d.add(Polygon(corners, fillColor=ALARM if filled else white, strokeColor=ALARM, strokeWidth=0.9, strokeLineJoin=1))


def alarm_sign(text: str, *, filled: bool) -> Drawing:
    """The triangle with a word, for a row of a table."""
    d = drawing(12 + width(text, REGULAR, 8), 12)
    alarm_mark(d, 4.2, 6.2, filled=filled, r=3.2)
    say(d, 11, 3.4, text, size=8, colour=INK)
    return d


def event_mark(d: Drawing, x: float, y: float, number: str) -> None:
    """A number in a disc around (x, y): something that was done, listed elsewhere under that number."""
    d.add(Circle(x, y, 5, fillColor=LINE, strokeColor=None))
    say(d, x, y - 2.3, number, size=6.5, font=SEMIBOLD, colour=white, at="middle")


def pill(text: str, band: str, *, marked: bool = True, size: float = 8.5) -> Drawing:
    """A word in a rounded field of its band's colours, as wide as the word; with the band's mark when `marked`."""
    colours, high = LIGHT.bands[band], round(size * 1.85, 1)
    lead = high * 0.98 if marked else high * 0.5
    d = drawing(lead + width(text, SEMIBOLD, size) + high * 0.55, high)
    d.add(Rect(0, 0, d.width, high, rx=high / 2, ry=high / 2, fillColor=HexColor(colours.badge), strokeColor=None))
    if marked:
        shape(d, SHAPES[band], high * 0.56, high / 2, r=size * 0.36, colour=HexColor(colours.mark))
    say(d, lead, high / 2 - size * 0.355, text, size=size, font=SEMIBOLD, colour=HexColor(colours.text))
    return d


def bands(d: Drawing, limits: Sequence[float], wide: float, *, y: float, high: float) -> list[tuple[float, float]]:
    """Draw the range of each band and return where each begins and ends."""
    spans = [(wide * a / 100, wide * b / 100) for a, b in pairwise([0.0, *limits, 100.0])]
    for band, (a, b) in zip(BAND_ORDER, spans, strict=False):
        d.add(Rect(a, y, max(b - a - 1, 0), high, fillColor=HexColor(LIGHT.bands[band].tint), strokeColor=None))
    return spans


def interval(d: Drawing, x: float, low: float, high: float, *, y: float, half: float, weight: float) -> None:
    """An interval with its value: a line with caps, and a tick with a white edge that stands out of it."""
    for at in (low, high):
        d.add(Line(at, y - half * 0.42, at, y + half * 0.42, strokeColor=INK, strokeWidth=weight * 0.75))
    d.add(Line(low, y, high, y, strokeColor=INK, strokeWidth=weight * 0.75))
    d.add(Line(x, y - half, x, y + half, strokeColor=white, strokeWidth=weight * 2.6))
    d.add(Line(x, y - half, x, y + half, strokeColor=INK, strokeWidth=weight * 1.5))


def score_scale(
    score: float | None,
    low: float | None,
    high: float | None,
    limits: Sequence[float],
    *,
    names: Sequence[str],
    band: str,
    t: Reader,
    wide: float,
) -> Drawing:
    """The score on its scale 0–100: the four bands with `names` and limits, the interval, a tick at the score."""
    d = drawing(wide, 46)
    y, tall = 16.0, 13.0
    spans = bands(d, limits, wide, y=y, high=tall)
    for name, code, (a, b) in zip(names, BAND_ORDER, spans, strict=False):
        here = code == band
        colour = HexColor(LIGHT.bands[code].text) if here else MUTE
        shape(d, SHAPES[code], a + 3, 38.6, r=2.6, colour=HexColor(LIGHT.bands[code].mark))
        say(d, a + 9, 36, fit(name, SEMIBOLD, LABEL, b - a - 14), font=SEMIBOLD if here else REGULAR, colour=colour)
    edges = [0.0, *limits, 100.0]
    for at, value in enumerate(edges):
        x = wide * value / 100 - (0.5 if 0 < at < len(edges) - 1 else 0)
        say(d, x, 4, t.number(value), at="start" if at == 0 else "end" if value == 100 else "middle")
    if score is not None:
        low, high = (score if low is None else low), (score if high is None else high)
        interval(
            d, wide * score / 100, wide * low / 100, wide * high / 100, y=y + tall / 2, half=tall / 2 + 3.5, weight=1.8
        )
    return d


def mini_scale(score: float, low: float, high: float, limits: Sequence[float], wide: float = 112) -> Drawing:
    """The same scale without words, for a row of a table."""
    # As high as a line of a table, centred on its capitals.
    d = drawing(wide, 12)
    bands(d, limits, wide, y=3.7, high=6)
    interval(d, wide * score / 100, wide * low / 100, wide * high / 100, y=6.7, half=4.5, weight=1.1)
    return d


def share_bar(share: float, wide: float, *, grey: bool = False) -> Drawing:
    """A bar of `share` (0–1) of the width, for a row of a table; `grey` for what does not count."""
    d = drawing(wide, 12)
    if share > 0:
        d.add(Rect(0, 3.4, max(wide * min(share, 1.0), 1), 6.6, fillColor=BORDER if grey else ACCENT, strokeColor=None))
    return d


def digits(rate: float) -> int:
    """Decimals with which a rate per 1,000 of this size is printed: small ones need one more."""
    return 1 if rate >= 1 else 2


def known(band: str) -> str:
    """`band` if there are colours for it, else the band of what is not known."""
    return band if band in LIGHT.bands else UNKNOWN
