"""Photos, screenshots and papers for tests, each with everything in it that tells who made it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, PngImagePlugin

SECRET = b"Test agent 60.1699N"


def drawing(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """White on the left, dark on the right."""
    picture = Image.new(mode, size, "white")
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), 0), (size[0] // 2, 0))
    return picture


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    facts = Image.Exif()
    facts[0x0112], facts[0x010F] = orientation, SECRET.decode()
    facts.get_ifd(0x8825).update({1: "N", 2: (60.0, 10.0, 11.0), 3: "E", 4: (24.0, 56.0, 0.0)})
    return facts.tobytes()


PHOTO = saved(
    drawing(), "JPEG", exif=exif(), comment=SECRET, icc_profile=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
)


def screenshot() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", SECRET.decode())
    said.add_text("Comment", SECRET.decode(), zip=True)
    said.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return saved(drawing(), "PNG", pnginfo=said, exif=exif(), icc_profile=SECRET, dpi=(300, 300))


def huge_png(width: int, height: int) -> bytes:
    """A PNG that says it is so large; its pixels are left out."""
    parts = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0), b"IDAT", b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts
    )


def paper(change: Callable[[Pdf], None] = lambda pdf: None, *, pages: int = 1, **how: Any) -> bytes:
    """A PDF with one black square on each page, and whatever `change` adds."""
    pdf = Pdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(200, 200))
        page.obj.Contents = pdf.make_stream(b"0 0 0 rg 50 50 100 100 re f")
    change(pdf)
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def note(pdf: Pdf, **facts: Any) -> None:
    box = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 40, 40]), **facts)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(box)])


def telling(pdf: Pdf) -> None:
    """Everything that tells who made a PDF, where and with what; also inside a photo on its page."""
    said = SECRET.decode()
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = [said]
    pdf.docinfo[Name.Author] = said
    page = pdf.pages[0].obj
    photo = pdf.make_stream(
        PHOTO, Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode, Metadata=pdf.make_stream(SECRET),
    )  # fmt: skip
    page.Resources = Dictionary(XObject=Dictionary(AA=photo))
    page.Contents = pdf.make_stream(b"q 100 0 0 100 50 50 cm /AA Do Q")
    page.PieceInfo = Dictionary(App=Dictionary(Private=String(said), LastModified=String("D:20260101")))
    page.Metadata, page.Thumb = pdf.make_stream(SECRET), pdf.make_stream(SECRET)
    note(pdf, T=String(said), M=String("D:20260101"), Contents=String(said), A=Dictionary(S=Name.URI, URI=String(said)))
    pdf.Root.OpenAction = Array([page, Name.Fit])
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Title=String(said)))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(said)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Creator=String(said), OFF=Array([layer])))
