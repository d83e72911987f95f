"""What sections are built of: headings that keep their company, paragraphs, tables and figures in the house's style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from reportlab.graphics.shapes import Drawing
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Spacer

from ethics.language import Reader
from reports.pdf import styles as s
from reports.pdf.flowables import Grid, Heading, Picture, Text
from reports.pdf.text import plain, safe, settled

#: A page is for reading: past this many rows a table says how many more there are.
ROWS: Final = 40
#: Room for a heading and a sentence or two; a table needs more.
ALONE: Final = 60.0
TABLE: Final = 120.0


def heading(text: str, room: float = TABLE) -> list[Any]:
    """A heading that begins a new page unless `room` points are left for what belongs to it."""
    return [CondPageBreak(room), Heading(text, s.H2, 1)]


def p(text: str, style: ParagraphStyle = s.BODY, limit: int = 600) -> Text:
    """A paragraph of plain text."""
    return Text(settled(safe(text, limit)), style)


def grid(
    head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float], numbers: Iterable[int] = ()
) -> Grid:
    """A table of data; the columns in `numbers` are set right. Cells are text or flowables; widths are points."""
    right = set(numbers)
    top = [p(text, s.HEAD_RIGHT if at in right else s.HEAD) for at, text in enumerate(head)]
    body = [
        [
            p(cell, s.NUMBER if at in right else s.CELL) if isinstance(cell, str) and cell else cell
            for at, cell in enumerate(row)
        ]
        for row in rows
    ]
    # The head takes two rows along, and the last row does not travel alone.
    keep = [("NOSPLIT", (0, 0), (-1, min(2, len(body)))), ("NOSPLIT", (0, max(len(body) - 1, 0)), (-1, len(body)))]
    return Grid([top, *body], colWidths=widths, style=[*s.TABLE, *keep], repeatRows=1, hAlign="LEFT", spaceAfter=7)


def figure(drawing: Drawing, alt: str) -> Picture:
    """A chart with what it shows in words."""
    picture = Picture(drawing, alt=plain(alt, 1000))
    picture.spaceAfter = 5
    return picture


def more(count: int, t: Reader, limit: int = ROWS) -> list[Any]:
    """The sentence under a list that was cut; nothing when it was not."""
    if count <= limit:
        return []
    return [
        Spacer(0, 5),
        p(t.plural("{n} more is in the ledger.", "{n} more are in the ledger.", count - limit), s.SMALL),
    ]
