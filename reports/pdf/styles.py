"""Type, colours and measures of every PDF. Points throughout; A4 upright.

One grey family, one accent and four bands (`ethics.palette`). Body text is 9.5 on 14, tables 8.5 on 12, small print 8
on 11.5. A style's `role` is the tag of its paragraphs.
"""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from ethics.palette import LIGHT
from reports.pdf.fonts import FIGURES, FIGURES_SEMIBOLD, MEDIUM, REGULAR, SEMIBOLD

PAGE: Final[tuple[float, float]] = A4
MARGIN: Final = 42.0
TOP: Final = 56.0
BOTTOM: Final = 58.0
#: Width of the text.
MEASURE: Final = PAGE[0] - 2 * MARGIN

INK: Final = HexColor(LIGHT.ink)
MUTE: Final = HexColor(LIGHT.mute)
GRID: Final = HexColor(LIGHT.grid)
BORDER: Final = HexColor(LIGHT.border)
LINE: Final = HexColor(LIGHT.line)
PANEL: Final = HexColor(LIGHT.panel)
ACCENT: Final = HexColor(LIGHT.accent)
EXPECTED: Final = HexColor(LIGHT.expected)
#: An alarm has a shape of its own; its colour is that of the band that asks for repair.
ALARM: Final = HexColor(LIGHT.bands["remedy"].mark)


def _style(
    name: str, size: float, leading: float, font: str = REGULAR, colour: Color = INK, **more: object
) -> ParagraphStyle:
    found = {
        "fontName": font,
        "fontSize": size,
        "leading": leading,
        "textColor": colour,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    # A bullet that is never drawn still names its font in the file.
    return ParagraphStyle(
        name, **{**found, "bulletFontName": font, "bulletFontSize": size, "splitLongWords": 1, **more}
    )


BODY: Final = _style("body", 9.5, 14, spaceAfter=7)
#: Begins something new under the same heading.
APART: Final = _style("apart", 9.5, 14, spaceBefore=16, spaceAfter=7)
#: Names what follows, below a heading.
STRONG: Final = _style("strong", 9.5, 14, SEMIBOLD, spaceBefore=5, spaceAfter=3)
LEAD: Final = _style("lead", 13, 19, MEDIUM)
SMALL: Final = _style("small", 8, 11.5, colour=MUTE, spaceAfter=4)
EYEBROW: Final = _style("eyebrow", 8.5, 12, colour=MUTE)
EYEBROW_RIGHT: Final = _style("eyebrow-right", 8.5, 12, colour=MUTE, alignment=TA_RIGHT)
H1: Final = _style("h1", 24, 29, "Inter-Bold", LINE, role="H1", spaceBefore=3, spaceAfter=3)
H1_LONG: Final = _style("h1-long", 17, 22, "Inter-Bold", LINE, role="H1", spaceBefore=3, spaceAfter=3)
H2: Final = _style("h2", 13.5, 18, SEMIBOLD, LINE, role="H2", spaceBefore=17, spaceAfter=5)
#: Without space above, for headings inside columns.
H2_FLUSH: Final = _style("h2-flush", 13.5, 18, SEMIBOLD, LINE, role="H2", spaceAfter=5)
BULLET: Final = _style("bullet", 9.5, 14, leftIndent=13, bulletIndent=1, bulletColor=MUTE, spaceAfter=3)
NUMBERED: Final = _style("numbered", 9.5, 14, leftIndent=15, bulletIndent=0, bulletColor=ACCENT, spaceAfter=5)
NUMBERED.bulletFontName = SEMIBOLD
ASKED: Final = _style("asked", 10.5, 15.5, MEDIUM)
ALARM_NOTE: Final = _style("alarm", 8.5, 12.5, MEDIUM, HexColor(LIGHT.bands["remedy"].text), leftIndent=14)
ALARM_LINE: Final = _style("alarm-line", 9.5, 14, leftIndent=15, bulletIndent=1, bulletColor=ALARM, spaceAfter=4)
ALARM_LINE.bulletFontSize = 7.5
QUOTE: Final = _style("quote", 10, 15)
HEAD: Final = _style("head", 8, 11, SEMIBOLD, MUTE)
HEAD_RIGHT: Final = _style("head-right", 8, 11, SEMIBOLD, MUTE, alignment=TA_RIGHT)
CELL: Final = _style("cell", 8.5, 12)
CELL_MUTE: Final = _style("cell-mute", 8.5, 12, colour=MUTE)
CELL_STRONG: Final = _style("cell-strong", 8.5, 12, SEMIBOLD)
CELL_NOTE: Final = _style("cell-note", 7.5, 10.5, colour=MUTE, spaceBefore=1.5)
NUMBER: Final = _style("number", 8.5, 12, FIGURES, alignment=TA_RIGHT)
NUMBER_STRONG: Final = _style("number-strong", 8.5, 12, FIGURES_SEMIBOLD, alignment=TA_RIGHT)
NUMBER_MUTE: Final = _style("number-mute", 8.5, 12, colour=MUTE, alignment=TA_RIGHT)
NO_SCORE: Final = _style("no-score", 24, 30, MEDIUM, MUTE)
KEY: Final = _style("key", 8, 11.5, colour=MUTE)
FIGURE: Final = _style("figure", 17, 21, SEMIBOLD, LINE)
SCORE: Final = _style("score", 46, 50, "Inter-Bold", LINE)
HASH: Final = _style("hash", 8, 11.5, FIGURES)

#: Tables: a dark rule under the head, light ones between rows, no vertical ones.
TABLE: Final[list[tuple[Any, ...]]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 10),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 4.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, 0), 2),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.9, LINE),
    ("LINEBELOW", (0, 1), (-1, -1), 0.5, GRID),
]
#: Layout without a trace.
BARE: Final[list[tuple[Any, ...]]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]
