"""A PDF beside a flag keeps what one sees and nothing else; one that acts, hides or is locked is refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from ethics.cleaning import papers
from ethics.language import Refused
from ethics.mismatches.evidence import MAX_BYTES, clean
from tests.attachments import PHOTO, SECRET, exif, note, paper, saved, telling


def pixels(data: bytes) -> Image.Image:
    """The first page as one sees it."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    seen: Image.Image = document[0].render(scale=1).to_pil()
    return seen.convert("L")


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opened_by_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script()


def script_in_names(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script())])))


def script_as_stream(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Rendition, JS=pdf.make_stream(b"app.alert(1)"))


def script_after_a_link(pdf: Pdf) -> None:
    note(pdf, A=Dictionary(S=Name.URI, URI=String("https://example.com"), Next=Array([script()])))


def acts_on_page(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://example.com")))


def with_file(pdf: Pdf) -> None:
    pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="run.exe")  # type: ignore[call-arg]


def file_of_a_note(pdf: Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=pdf.make_stream(b"MZ")))
    note(pdf, FS=spec)


def changing_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (opened_by_script, "script"),
        (script_in_names, "script"),
        (script_as_stream, "script"),
        (script_after_a_link, "script"),
        (lambda pdf: note(pdf, A=script()), "script"),
        (lambda pdf: note(pdf, A=Dictionary(S=Name.Launch, F=String("run.exe"))), "by itself when it is opened"),
        (lambda pdf: note(pdf, A=Dictionary(S=Name.SubmitForm, F=String("x"))), "by itself when it is opened"),
        (lambda pdf: note(pdf, A=Dictionary(S=Name.ImportData, F=String("x"))), "by itself when it is opened"),
        (acts_on_page, "by itself when it is opened"),
        (with_file, "another file"),
        (file_of_a_note, "another file"),
        (lambda pdf: note(pdf, A=Dictionary(S=Name.GoToE)), "another file"),
        (lambda pdf: pdf.Root.__setitem__("/Collection", Dictionary()), "another file"),
        (lambda pdf: note(pdf, A=Dictionary(S=Name.RichMediaExecute)), "sound, video or 3D"),
        (changing_form, "XFA"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_that_acts_or_hides_is_refused_with_the_reason(
    change: Callable[[Pdf], None], says: str, packed: bool
) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pytest.raises(Refused, match=says):
        clean(paper(change, object_stream_mode=mode))


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_protected_pdf_is_refused_also_when_it_opens_without_a_password(password: str) -> None:
    data = paper(encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(Refused, match="password"):
        clean(data)


def test_fifty_pages_are_taken_and_one_more_is_not() -> None:
    assert len(Pdf.open(io.BytesIO(clean(paper(pages=50))[1])).pages) == 50
    with pytest.raises(Refused, match="51 pages, 50 at most"):
        clean(paper(pages=51))


def everything(data: bytes) -> bytes:
    """All that a PDF holds, unpacked."""
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, qdf=True)
    return out.getvalue()


def test_a_pdf_keeps_what_one_sees_and_nothing_else() -> None:
    data = paper(telling)
    assert everything(data).count(SECRET) > 8
    kind, cleaned = clean(data)
    assert kind == "pdf"
    assert SECRET not in everything(cleaned)
    assert SECRET not in cleaned
    with Pdf.open(io.BytesIO(cleaned)) as pdf:
        assert set(pdf.trailer.keys()) <= {
            "/Root",
            "/ID",
            "/Size",
            "/Type",
            "/W",
            "/Index",
            "/Length",
            "/Filter",
            "/DecodeParms",
        }
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/OCProperties"}
        assert set(pdf.pages[0].obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
        assert not pdf.is_linearized
    assert pixels(cleaned).tobytes() == pixels(data).tobytes()
    assert pixels(cleaned).getextrema() == (0, 255)


@pytest.mark.parametrize("filters", [[Name.DCTDecode], [Name.FlateDecode, Name.DCTDecode]])
def test_a_photo_in_a_pdf_loses_its_exif_and_keeps_its_pixels(filters: list[Name]) -> None:
    def change(pdf: Pdf) -> None:
        telling(pdf)
        if len(filters) > 1:
            pdf.pages[0].obj.Resources.XObject.AA.write(zlib.compress(PHOTO), filter=Array(filters))

    with Pdf.open(io.BytesIO(clean(paper(change))[1])) as pdf:
        inside = pdf.pages[0].obj.Resources.XObject.AA.read_raw_bytes()
    assert b"Exif" not in inside
    with Image.open(io.BytesIO(inside)) as after, Image.open(io.BytesIO(PHOTO)) as before:
        assert after.tobytes() == before.tobytes()


def test_progressive_photos_and_jpeg_2000_are_stripped_too() -> None:
    noise = Image.effect_noise((64, 64), 80)
    data = saved(noise, "JPEG", progressive=True, exif=exif(), restart_marker_blocks=2)
    bare = papers.bare_jpeg(data + SECRET)
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after, Image.open(io.BytesIO(data)) as before:
        assert after.tobytes() == before.tobytes()
    boxed = saved(noise, "JPEG2000") + struct.pack(">I", 8 + len(SECRET)) + b"xml " + SECRET
    bare = papers.bare_jpeg2000(boxed)
    assert SECRET not in bare
    with Image.open(io.BytesIO(bare)) as after, Image.open(io.BytesIO(boxed)) as before:
        assert after.tobytes() == before.tobytes()


def test_a_filled_form_is_drawn_onto_its_page() -> None:
    """Without its fields a form would lose what was written into it."""

    def change(pdf: Pdf) -> None:
        look = pdf.make_stream(
            b"0.5 g 0 0 40 40 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 40, 40])
        )
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 40, 40]), FT=Name.Tx, T=String("field"), F=4,
            V=String("x"), AP=Dictionary(N=look), DA=String("/Helv 0 Tf 0 g"),
        )  # fmt: skip
        box = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([box])
        pdf.Root.AcroForm = Dictionary(Fields=Array([box]))

    cleaned = clean(paper(change))[1]
    assert pixels(cleaned).getpixel((20, 180)) in range(100, 156)
    with Pdf.open(io.BytesIO(cleaned)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Annots" not in pdf.pages[0].obj


def test_earlier_states_of_a_pdf_are_gone() -> None:
    """An incremental update leaves what it replaced in the file."""
    data = paper(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    hidden = b"\n99 0 obj\n(" + SECRET + b")\nendobj\n"
    assert SECRET not in clean(data + hidden)[1]


def test_the_same_pdf_gives_the_same_bytes() -> None:
    data = paper(telling)
    assert clean(data) == clean(data)


def packed_paper(blanks: int) -> bytes:
    """A sound PDF of one page whose objects lie in one packed stream with so many blanks."""
    parts: tuple[bytes, ...] = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    parts += (b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",)
    head = b"1 0 2 %d 3 %d " % (len(parts[0]), len(parts[0] + parts[1]))
    packed = zlib.compress(head + b"".join(parts) + b" " * blanks)
    stream = b"<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(head), len(packed))
    body = b"%PDF-1.7\n"
    at = len(body)
    body += b"5 0 obj\n" + stream + packed + b"\nendstream\nendobj\n"
    rows = ((0, 0, 0), (2, 5, 0), (2, 5, 1), (2, 5, 2), (0, 0, 0), (1, at, 0), (1, len(body), 0))
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    head = b"6 0 obj\n<</Type/XRef/W[1 4 1]/Size 7/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + head + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)


def test_a_small_file_that_unpacks_into_a_large_one_is_refused() -> None:
    assert clean(packed_paper(1000))[0] == "pdf"
    bomb = packed_paper(2 * papers.MAX_UNPACKED)
    assert len(bomb) < MAX_BYTES
    with pytest.raises(Refused, match="damaged"):
        clean(bomb)
