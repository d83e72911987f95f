"""Tagging for open-source ReportLab: a canvas that a screen reader can follow, and the facts around its pages.

ReportLab writes no structure of its own. Here the canvas keeps a tree of elements (H1, H2, P, Table, TR, TH, TD,
Figure) and wraps what belongs to one in marked content; everything else on a page, such as rules, panels and page
furniture, is an Artifact. When the file is saved, the tree, its index by page, the language, an sRGB output intent
and XMP metadata go into the catalogue (ISO 32000-1 §14.7 and §14.8). No conformance to PDF/UA or PDF/A is claimed:
no validator has confirmed it.

`reports.pdf.flowables` are the things that open and close elements while they are drawn.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import XMP, PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas

# ReportLab writes only the keys that these lists name.
pdfdoc.PDFPage.__NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
pdfdoc.PDFCatalog.__NoDefault__ = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]

_XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><dc:format>application/pdf</dc:format>'
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
    "<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
    "<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>"
    "<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
    "<xmp:CreatorTool>{creator}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>"
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


class Element:
    """A node of the structure tree. `kids` are elements and marks: (index of the page, marked-content number)."""

    def __init__(
        self, role: str, parent: Element | None, alt: str = "", attributes: dict[str, Any] | None = None
    ) -> None:
        self.role, self.parent, self.alt, self.attributes = role, parent, alt, attributes
        self.kids: list[Element | tuple[int, int]] = []
        self.written = PDFDictionary({})
        self.written.__RefOnly__ = 1


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas with a structure tree. `made_on` stands for the clock; `foot(canvas, page, pages)` draws the foot of
    each page once the number of pages is known."""

    def __init__(
        self, *args: object, made_on: dt.date, foot: Callable[[Any, int, int], None] | None = None, **settings: object
    ) -> None:
        self._tree = Element("Document", None)
        self._open = [self._tree]
        self._marked: list[Element] = []
        self._marked_by_page: list[list[Element]] = []
        self._tagged_pages: list[Any] = []
        self._foot = foot
        self._made_on = made_on
        #: While set, `begin` and `end` leave no mark: what is drawn was read out on an earlier page.
        self.silent = False
        self.headings = 0
        self._lang = str(settings.get("lang") or "")
        super().__init__(*args, **settings)
        # The file's identifier starts from a clock even when `invariant` is set (SOURCE_DATE_EPOCH moves it).
        self._doc.signature = hashlib.md5(b"reilu", usedforsecurity=False)
        self._begin_page()

    def _begin_page(self) -> None:
        self._marked = []
        self._code.append("/Artifact BMC")
        if self._foot is not None:
            self.doForm(f"foot{len(self._tagged_pages) + 1}")

    def push(
        self, role: str, element: Element | None = None, alt: str = "", attributes: dict[str, Any] | None = None
    ) -> Element:
        """Open an element that holds other elements; `element` goes on with one from an earlier page."""
        if element is None:
            element = Element(role, self._open[-1], alt, attributes)
            self._open[-1].kids.append(element)
        self._open.append(element)
        return element

    def pop(self) -> None:
        """Close what `push` opened."""
        self._open.pop()

    def begin(
        self, role: str, element: Element | None = None, alt: str = "", attributes: dict[str, Any] | None = None
    ) -> Element:
        """Open an element that holds what is drawn until `end`."""
        if self.silent:
            return element or Element(role, None)
        found = self.push(role, element, alt, attributes)
        found.kids.append((len(self._tagged_pages), len(self._marked)))
        self._code.append(f"EMC /{role} <</MCID {len(self._marked)}>> BDC")
        self._marked.append(found)
        return found

    def end(self) -> None:
        """Close what `begin` opened."""
        if self.silent:
            return
        self.pop()
        self._code.append("EMC /Artifact BMC")

    def showPage(self) -> None:  # noqa: N802
        """Close the page and begin the next one."""
        marked = self._marked
        self._code.append("EMC")
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.StructParents = len(self._tagged_pages)
        page.Tabs = PDFName("S")
        self._tagged_pages.append(page)
        self._marked_by_page.append(marked)
        self._begin_page()

    def save(self) -> None:
        """Draw the feet, write the structure and save the file."""
        # What `_begin_page` wrote for a page that never comes; everything else ended in showPage.
        self._code[:] = []
        self._formsinuse[:] = []
        pages = len(self._tagged_pages)
        if self._foot is not None:
            for page in range(1, pages + 1):
                self.beginForm(f"foot{page}")
                self._foot(self, page, pages)
                self.endForm()
        self._write_tree()
        self._write_facts()
        super().save()

    def _write_tree(self) -> None:
        refer = self._doc.Reference
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        root.__RefOnly__ = 1
        waiting = [self._tree]
        while waiting:
            element = waiting.pop()
            entry = element.written.dict
            entry["Type"], entry["S"] = PDFName("StructElem"), PDFName(element.role)
            entry["P"] = refer(element.parent.written if element.parent else root)
            if element.alt:
                entry["Alt"] = PDFString(element.alt)
            if element.attributes:
                entry["A"] = PDFDictionary(element.attributes)
            entry["K"] = PDFArray(
                [
                    refer(kid.written)
                    if isinstance(kid, Element)
                    else PDFDictionary(
                        {"Type": PDFName("MCR"), "Pg": refer(self._tagged_pages[kid[0]]), "MCID": kid[1]}
                    )
                    for kid in element.kids
                ]
            )
            waiting.extend(kid for kid in element.kids if isinstance(kid, Element))
        numbers: list[Any] = []
        for index, marked in enumerate(self._marked_by_page):
            numbers += [index, PDFArray([refer(element.written) for element in marked])]
        by_page = PDFDictionary({"Nums": PDFArray(numbers)})
        by_page.__RefOnly__ = 1
        root["K"], root["ParentTree"] = PDFArray([refer(self._tree.written)]), refer(by_page)
        root["ParentTreeNextKey"] = len(self._marked_by_page)
        self._doc.Catalog.StructTreeRoot = root

    def _write_facts(self) -> None:
        catalogue, info = self._doc.Catalog, self._doc.info
        stamp = self._doc._timeStamp
        stamp.YMDhms, stamp.dhh, stamp.dmm = (*self._made_on.timetuple()[:3], 0, 0, 0), 0, 0
        catalogue.MarkInfo = PDFDictionary({"Marked": "true"})
        catalogue.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
        profile = PDFStream(PDFDictionary({"N": 3}), _srgb())
        profile.__RefOnly__ = 1
        intent = {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB"),
            "Info": PDFString("sRGB"),
            "DestOutputProfile": self._doc.Reference(profile),
        }
        catalogue.OutputIntents = PDFArray([PDFDictionary(intent)])
        packet = _XMP.format(
            day=self._made_on.isoformat(),
            lang=escape(self._lang),
            **{name: escape(getattr(info, name)) for name in ("title", "author", "subject", "creator", "producer")},
        )
        catalogue.Metadata = XMP(creator=lambda _: packet.encode())


@cache
def _srgb() -> bytes:
    """The sRGB profile, without the moment at which the library made it."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((0x07, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(profile)
