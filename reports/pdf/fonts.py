"""The fonts of every PDF: Inter in four weights, and two whose figures are all of one width, for columns of numbers.

The files are Inter 4.1 (npm `inter-ui` 4.1.1, licence beside them in `fonts/OFL.txt`), unpacked from WOFF2 without
hinting and layout tables: ReportLab reads neither, nor CFF outlines. In the tabular pair the figures and signs are
Inter's own `tnum` forms, put in their usual places because ReportLab cannot ask for a font feature.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER: Final = Path(__file__).parent / "fonts"
REGULAR: Final = "Inter-Regular"
MEDIUM: Final = "Inter-Medium"
SEMIBOLD: Final = "Inter-SemiBold"
BOLD: Final = "Inter-Bold"
#: Latin letters, figures and signs only: for text that the house itself prints.
FIGURES: Final = "InterTabular-Regular"
FIGURES_SEMIBOLD: Final = "InterTabular-SemiBold"


@cache
def install() -> frozenset[int]:
    """Register the fonts with ReportLab, once per process. Returns the code points that every weight of Inter has."""
    covered: list[frozenset[int]] = []
    for name in (REGULAR, MEDIUM, SEMIBOLD, BOLD, FIGURES, FIGURES_SEMIBOLD):
        font = TTFont(name, str(FOLDER / f"{name}.ttf"))
        pdfmetrics.registerFont(font)
        if name not in (FIGURES, FIGURES_SEMIBOLD):
            covered.append(frozenset(font.face.charToGlyph))
    return frozenset.intersection(*covered)


def width(text: str, font: str, size: float) -> float:
    """Width of `text` in points."""
    install()
    return float(pdfmetrics.stringWidth(text, font, size))
