"""Text, pictures and tables that tag themselves while they are drawn on a TaggedCanvas.

An element that is split over pages stays one element; a header row repeated on the next page is an Artifact there.
Boxes are points from the bottom left corner of the page.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfdoc import PDFArray, PDFName
from reportlab.platypus import Flowable, Paragraph, Table

from reports.pdf.fonts import REGULAR
from reports.pdf.tags import Element, TaggedCanvas


class _Once:
    """The element of a flowable that may be split: all parts share it, the first one drawn opens it."""

    element: Element | None = None


class Text(Paragraph):  # type: ignore[misc]
    """A paragraph; its style's `role` (P when it has none) is its tag."""

    def __init__(self, *args: object, **settings: object) -> None:
        super().__init__(*args, **settings)
        self._once = _Once()

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """The parts that fit; they remain one element."""
        parts: list[Any] = super().split(available_width, available_height)
        for part in parts:
            part._once = self._once
        return parts

    def draw(self) -> None:
        """Draw as one element."""
        self._once.element = self.canv.begin(getattr(self.style, "role", "P"), self._once.element)
        super().draw()
        self.canv.end()


class Heading(Text):
    """A heading that also stands in the outline; `level` 0 is the document's title. `text` is plain, not markup."""

    def __init__(self, text: str, style: ParagraphStyle, level: int) -> None:
        super().__init__(escape(text), style)
        self._outlined, self._level = text, level

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """Nothing: a heading goes to the next page whole."""
        return []

    def draw(self) -> None:
        """Draw, and put a bookmark at the heading's upper edge."""
        self.canv.headings += 1
        key = f"h{self.canv.headings}"
        self.canv.bookmarkHorizontal(key, 0, self.height + 6)
        self.canv.addOutlineEntry(self._outlined, key, self._level)
        super().draw()


class Picture(Flowable):  # type: ignore[misc]
    """A drawing. With `alt` it is a Figure; with `role` it is text in a shape; with neither it only decorates."""

    def __init__(self, drawing: Drawing, alt: str = "", role: str = "") -> None:
        super().__init__()
        self._drawing, self._alt, self._role = drawing, alt, "Figure" if alt else role
        self.width, self.height = drawing.width, drawing.height

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        """Its own size, whatever is available."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw as one element, with the box that it takes on the page."""
        x, y = self.canv.absolutePosition(0, 0)
        box = PDFArray([round(v, 2) for v in (x, y, x + self.width, y + self.height)])
        layout = {"O": PDFName("Layout"), "Placement": PDFName("Block"), "BBox": box}
        if self._role:
            self.canv.begin(self._role, alt=self._alt, attributes=layout if self._alt else None)
        renderPDF.draw(self._drawing, self.canv, 0, 0)
        if self._role:
            self.canv.end()


class Columns(Table):  # type: ignore[misc]
    """A table for layout: its cells are read one after the other, and no tag says that they were cells."""

    def __init__(self, *args: object, **settings: object) -> None:
        super().__init__(*args, **settings)
        # The default cell font is Helvetica, which would end up in the file without being embedded.
        if not settings.get("normalizedData"):
            self.setStyle([("FONTNAME", (0, 0), (-1, -1), REGULAR)])


class Grid(Columns):
    """A table of data: the first `repeatRows` rows are column headers, the first column of other rows is a row header.

    Cells are flowables that tag themselves (lists of them, too) or "".
    """

    def __init__(self, *args: object, **settings: object) -> None:
        super().__init__(*args, **settings)
        self._once = _Once()
        self._renderCB = self._tag

    def onSplit(self, part: Grid, byRow: int = 1) -> None:  # noqa: N802, N803
        """The parts remain one element."""
        part._once = self._once

    @staticmethod
    def _tag(table: Grid, event: str, *where: int) -> None:
        canvas: TaggedCanvas = table.canv
        headers = table.repeatRows or 0
        if event == "startTable":
            table._again = table._once.element is not None
            table._once.element = canvas.push("Table", table._once.element)
        elif event == "startRow":
            table._row = where[0]
            canvas.silent = table._again and where[0] < headers
            if not canvas.silent:
                canvas.push("TR")
        elif event == "startCell" and not canvas.silent:
            header = table._row < headers
            if header or where[1] == 0:
                scope = {"O": PDFName("Table"), "Scope": PDFName("Column" if header else "Row")}
                canvas.push("TH", attributes=scope)
            else:
                canvas.push("TD")
        elif event == "endRow" and canvas.silent:
            canvas.silent = False
        elif event in ("endTable", "endRow", "endCell") and not canvas.silent:
            canvas.pop()
