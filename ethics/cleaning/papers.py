"""PDFs that agents add to a flag: checked for what acts or hides, then built anew from their pages alone.

What is refused would be lost in the new file anyway; it is refused because a paper that carries a script or another
file is not what its sender believes it to be. What is drawn on a page stays: forms and notes become part of the page.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from types import ModuleType
from typing import Any, Final

from ethics.language import Refused

MAX_PAGES: Final = 50
MAX_OBJECTS: Final = 100_000
#: Bytes that one packed stream may unpack to while the file is read.
MAX_UNPACKED: Final = 50_000_000

_PAGE_KEYS: Final = frozenset(
    f"/{key}"
    for key in (
        "Type", "Parent", "Resources", "MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox", "Contents", "Rotate",
        "Group", "UserUnit",
    )
)  # fmt: skip
#: They tell who made what when and with what, or lead out of the file.
_TELLTALE: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Alternates", "/Measure", "/PtData",
                    "/StructParent", "/StructParents")  # fmt: skip
_MEDIA: Final = frozenset(
    f"/{name}"
    for name in ("RichMedia", "Screen", "Movie", "Sound", "3D", "Rendition", "RichMediaExecute", "GoTo3DView")
)


@cache
def _pikepdf() -> ModuleType:
    """The library, with its limits set for the whole process: a small file must not unpack into a large one.

    Its log is off: a line in it would tell when somebody added a file.
    """
    import pikepdf
    from pikepdf import settings

    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)
    settings.set_qpdf_limits(
        doc_max_warnings=1000,
        parser_max_container_size=MAX_OBJECTS,
        dct_max_memory=4 * MAX_UNPACKED,
        dct_max_progressive_scans=64,
        flate_max_memory=MAX_UNPACKED,
        png_max_memory=MAX_UNPACKED,
        run_length_max_memory=MAX_UNPACKED,
        tiff_max_memory=MAX_UNPACKED,
    )
    return pikepdf


def clean_paper(data: bytes) -> bytes:
    """The pages of a PDF in a new file without scripts, files, notes, forms and facts about its making.

    The same PDF gives the same bytes. Raises Refused.
    """
    pikepdf = _pikepdf()
    try:
        with pikepdf.open(BytesIO(data)) as old:
            if old.is_encrypted:
                raise _protected()
            if len(old.objects) > MAX_OBJECTS or not len(old.pages):
                raise _damaged()
            if len(old.pages) > MAX_PAGES:
                raise Refused("The PDF has {n} pages, {most} at most. Add the pages that matter.", n=len(old.pages), most=MAX_PAGES)  # fmt: skip
            _check(old)
            _flatten(old)
            _strip(old)
            return _rebuilt(old)
    except pikepdf.PasswordError:
        raise _protected() from None
    except (pikepdf.PikepdfError, pikepdf.QpdfRuntimeError, RuntimeError, ValueError, TypeError, KeyError,
            AttributeError, IndexError, NotImplementedError, OverflowError):  # fmt: skip
        raise _damaged() from None


def _protected() -> Refused:
    return Refused("The PDF is protected with a password. Print it to a new PDF, or add a picture of it.")


def _damaged() -> Refused:
    return Refused("The PDF is damaged. Print it to a new PDF, or add a picture of it.")


def _things(pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream of the file, also those inside others."""
    from pikepdf import Array, Dictionary, Stream

    for indirect in pdf.objects:
        waiting = [indirect]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, Array):
                inside = list(thing)
            elif isinstance(thing, (Dictionary, Stream)):
                yield thing
                inside = [value for _, value in thing.items()]
            else:
                continue
            waiting += [v for v in inside if isinstance(v, (Array, Dictionary, Stream)) and not v.is_indirect]


def _check(pdf: Any) -> None:
    """Raise Refused with the reason when the file holds more than pages."""
    from pikepdf import Dictionary, Name, Stream, String

    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and "/JavaScript" in names:
        raise _script()
    if (isinstance(names, Dictionary) and "/EmbeddedFiles" in names) or "/Collection" in pdf.Root:
        raise _another_file()
    for thing in _things(pdf):
        does = {thing.get(key) for key in ("/S", "/Type", "/Subtype") if isinstance(thing.get(key), Name)}
        if Name.JavaScript in does or isinstance(thing.get("/JS"), (String, Stream)):
            raise _script()
        if "/XFA" in thing:
            raise Refused("The PDF holds a form that changes by itself (XFA). Print it to a new PDF, or add a picture of it.")  # fmt: skip
        if does & {Name.Launch, Name.SubmitForm, Name.ImportData} or _acts(thing.get("/AA")):
            raise Refused("The PDF does something by itself when it is opened or clicked. Print it to a new PDF, or add a picture of it.")  # fmt: skip
        if does & {Name.EmbeddedFile, Name.FileAttachment, Name.GoToE} or isinstance(thing.get("/EF"), Dictionary):
            raise _another_file()
        if any(str(name) in _MEDIA for name in does):
            raise Refused("The PDF holds sound, video or 3D. Print it to a new PDF, or add a picture of it.")


def _acts(value: Any) -> bool:
    """True for additional actions; a font may be called AA too."""
    from pikepdf import Dictionary

    return isinstance(value, Dictionary) and any(isinstance(v, Dictionary) and "/S" in v for _, v in value.items())


def _script() -> Refused:
    return Refused("The PDF holds a script. Print it to a new PDF, or add a picture of it.")


def _another_file() -> Refused:
    return Refused("The PDF holds another file. Print it to a new PDF, or add a picture of it.")


def _flatten(pdf: Any) -> None:
    """Draw what forms and notes show onto the pages."""
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def _strip(pdf: Any) -> None:
    from pikepdf import Name, Stream

    for thing in _things(pdf):
        for key in _TELLTALE:
            if key in thing:
                del thing[key]
        if isinstance(thing, Stream):
            for key in ("/F", "/FFilter", "/FDecodeParms", "/Ref"):  # data that lie in another file
                if key in thing:
                    del thing[key]
            if thing.get("/Subtype") == Name.Image:
                _strip_photo(pdf, thing)
    for page in pdf.pages:
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]


def _strip_photo(pdf: Any, image: Any) -> None:
    """Take EXIF and the like out of a photo inside the PDF; its pixels stay as they are."""
    from pikepdf import Array, Name

    filters = image.get("/Filter")
    chain = list(filters) if isinstance(filters, Array) else [filters] if filters is not None else []
    if not chain or chain[-1] not in (Name.DCTDecode, Name.JPXDecode):
        return
    parms = image.get("/DecodeParms")
    parms = list(parms) if isinstance(parms, Array) else [parms] * len(chain)
    data = image.read_raw_bytes()
    if len(chain) > 1:
        packed = pdf.make_stream(data)
        packed.Filter = Array(chain[:-1])
        data = packed.read_bytes()
    bare = bare_jpeg(data) if chain[-1] == Name.DCTDecode else bare_jpeg2000(data)
    image.write(bare, filter=chain[-1], decode_parms=parms[-1] if len(parms) == len(chain) else None)


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG file without application segments (Adobe's stays: colours need it), comments and what follows its end."""
    if not data.startswith(b"\xff\xd8"):
        raise _damaged()
    out, place = [data[:2]], 2
    while place + 4 <= len(data):
        marker = data[place : place + 2]
        if marker[0] != 0xFF or marker == b"\xff\xd9":
            break
        if marker[1] == 0xFF:  # a fill byte
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if marker == b"\xff\xda":
            end = _scan_end(data, end)
        if not (0xE0 <= marker[1] <= 0xEF or marker[1] == 0xFE) or marker[1] == 0xEE:
            out.append(data[place:end])
        place = end
    return b"".join(out) + b"\xff\xd9"


def _scan_end(data: bytes, place: int) -> int:
    """Where the next marker after a scan stands; stuffed bytes and restarts belong to the scan."""
    while (place := data.find(b"\xff", place)) >= 0:
        if place + 1 < len(data) and data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2
    return len(data)


def bare_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 file with its picture boxes only; a bare code stream stays as it is."""
    if data.startswith(b"\xff\x4f"):
        return data
    out, place = [], 0
    while place + 8 <= len(data):
        size, name, head = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16]), 16
        end = len(data) if size == 0 else place + size
        if end < place + head:
            raise _damaged()
        if name in (b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"):
            out.append(data[place:end])
        place = end
    return b"".join(out)


def _rebuilt(old: Any) -> bytes:
    from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, String

    with Pdf.new() as new:
        for page in old.pages:
            new.pages.append(page)
        layers = old.Root.get("/OCProperties")
        if isinstance(layers, Dictionary) and isinstance(layers.get("/OCGs"), Array):
            for layer in layers.OCGs:
                for key in set(layer.keys()) - {"/Type"}:
                    del layer[key]
                layer.Name = String("Layer")
            shown = layers.get("/D")
            kept = {k: v for k, v in shown.items() if k in ("/ON", "/OFF", "/BaseState")} if isinstance(shown, Dictionary) else {}  # fmt: skip
            tidy = old.make_indirect(Dictionary(OCGs=layers.OCGs, D=Dictionary(kept)))
            new.Root[Name.OCProperties] = new.copy_foreign(tidy)
        out = BytesIO()
        new.save(out, min_version=old.pdf_version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
        return out.getvalue()
