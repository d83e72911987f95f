"""Files beside a flag: nothing but what one sees gets in, and nothing that acts."""

from __future__ import annotations

import io
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, PngImagePlugin

from ethics.cleaning import papers
from ethics.clients.models import Client
from ethics.database import Database, today
from ethics.language import NotFound, Refused
from ethics.mismatches import evidence
from ethics.mismatches.evidence import MAX_BYTES, MAX_FILES, Cleaned, clean
from ethics.mismatches.models import Flag

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


def chunks(data: bytes) -> list[bytes]:
    """The names of the chunks of a PNG file."""
    names, place = [], 8
    while place < len(data):
        names.append(data[place + 4 : place + 8])
        place += 12 + int.from_bytes(data[place : place + 4])
    return names


def test_a_photo_keeps_its_pixels_and_nothing_else() -> None:
    assert SECRET in PHOTO
    kind, cleaned = clean(PHOTO)
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert (kind, picture.format, picture.size) == ("jpeg", "JPEG", (60, 40))
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert (picture.getpixel((5, 5))[0] > 240, picture.getpixel((55, 5))[0] < 15) == (True, True)
    assert not any(word in cleaned for word in (SECRET, b"Exif", b"ICC_PROFILE", b"xmp", b"60.1699"))


def test_a_screenshot_keeps_its_pixels_and_nothing_else() -> None:
    kind, cleaned = clean(screenshot())
    assert kind == "png"
    assert set(chunks(cleaned)) == {b"IHDR", b"IDAT", b"IEND"}
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert picture.tobytes() == drawing().tobytes()


def test_a_photo_is_turned_upright_as_its_exif_said() -> None:
    """Orientation 6: the camera was held on its side; the white left becomes the top."""
    with Image.open(io.BytesIO(clean(saved(drawing(), "JPEG", exif=exif(6)))[1])) as picture:
        assert picture.size == (40, 60)
        assert (picture.getpixel((20, 5))[0] > 240, picture.getpixel((20, 55))[0] < 15) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_common_png_mode_survives(mode: str) -> None:
    picture = Image.new(mode, (7, 5), 1)
    if mode == "P":
        picture.putpalette([9, 8, 7, 200, 100, 50])
        picture.info["transparency"] = 0
    data = saved(picture, "PNG")
    with Image.open(io.BytesIO(clean(data)[1])) as after, Image.open(io.BytesIO(data)) as before:
        assert after.mode == before.mode
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_a_cmyk_photo_becomes_rgb() -> None:
    with Image.open(io.BytesIO(clean(saved(Image.new("CMYK", (4, 4)), "JPEG"))[1])) as picture:
        assert picture.mode == "RGB"


def test_what_follows_a_picture_is_gone() -> None:
    """A zip archive behind a JPEG opens as both."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("run.exe", b"MZ" + SECRET)
    both = PHOTO + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(both))
    assert not zipfile.is_zipfile(io.BytesIO(clean(both)[1]))
    assert clean(both) == clean(PHOTO)


def test_a_photo_with_a_second_picture_keeps_the_first() -> None:
    """Phones put gain maps and previews behind a photo."""
    both = saved(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (4, 4))])
    with Image.open(io.BytesIO(clean(both)[1])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (60, 40))


def huge_png(width: int, height: int) -> bytes:
    """A PNG that says it is so large; its pixels are left out."""
    parts = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0), b"IDAT", b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts
    )


def animated() -> bytes:
    return saved(drawing(), "PNG", save_all=True, append_images=[drawing(size=(60, 40)).rotate(180)])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a picture"),
        (b"MZ\x90\x00 renamed to photo.jpg", "not a picture"),
        (saved(drawing(), "GIF"), "not a picture"),
        (b"PK\x03\x04", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (saved(drawing(), "GIF") + b"%PDF-1.7", "not a picture"),
        (PHOTO[:-200], "damaged"),
        (screenshot()[:-40], "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (PHOTO + b"\xff\xda" * 100, "damaged"),
        (huge_png(7000, 7000), "more than 40 million pixels"),
        (huge_png(60_000, 60_000), "more than 40 million pixels"),
        (animated(), "moves"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "too large: 5 megabytes"),
        (b"%PDF-1.7 and nothing more", "damaged"),
    ],
)
def test_a_file_that_is_no_sound_picture_or_pdf_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        clean(data)


# PDFs


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


def pixels(data: bytes) -> Image.Image:
    """The first page as one sees it."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    return document[0].render(scale=1).to_pil().convert("L")


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opened_by_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script()


def script_in_names(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script())])))


def script_as_stream(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Rendition, JS=pdf.make_stream(b"app.alert(1)"))


def note(pdf: Pdf, **facts: Any) -> None:
    box = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 40, 40]), **facts)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(box)])


def script_after_a_link(pdf: Pdf) -> None:
    note(pdf, A=Dictionary(S=Name.URI, URI=String("https://example.com"), Next=Array([script()])))


def acts_on_page(pdf: Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://example.com")))


def with_file(pdf: Pdf) -> None:
    pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="run.exe")


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


def test_a_cleaned_file_passes_again() -> None:
    for data in (PHOTO, screenshot(), paper(telling)):
        kind, cleaned = clean(data)
        assert clean(cleaned)[0] == kind


def packed_paper(blanks: int) -> bytes:
    """A sound PDF of one page whose objects lie in one packed stream with so many blanks."""
    parts = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
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


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("seed", range(40))
def test_broken_files_are_refused_or_cleaned_never_worse(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing is logged: a line would tell when somebody added a file."""
    import random

    chance = random.Random(seed)
    for data in (PHOTO, screenshot(), paper(telling)):
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 12)):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        try:
            kind, _ = clean(bytes(broken))
        except Refused:
            continue
        assert kind in ("png", "jpeg", "pdf")
    assert caplog.records == []


# One upload


def wide(millions: int) -> bytes:
    """A small file of so many million pixels."""
    return saved(Image.new("1", (millions * 1000, 1000)), "PNG")


def never(_data: bytes) -> tuple[str, bytes]:
    raise AssertionError("a file was decoded")


def test_an_upload_is_cleaned_in_order() -> None:
    given = [PHOTO, screenshot(), paper()]
    assert evidence.cleaned(given) == tuple(Cleaned(*clean(data)) for data in given)
    assert [file.kind for file in evidence.cleaned(given)] == ["jpeg", "png", "pdf"]
    assert evidence.cleaned([]) == ()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([PHOTO] * 6, "5 files at most"),
        ([huge_png(8000, 4001)] * 2, "more than 64 million pixels together"),
        ([PHOTO, huge_png(7000, 7000)], "more than 40 million pixels"),
        ([PHOTO, b"\xff\xd8\xff" + bytes(MAX_BYTES)], "too large: 5 megabytes"),
        ([PHOTO, b"\x89PNG\r\n\x1a\n"], "damaged"),
    ],
    ids=["six files", "two large", "one too large", "too many bytes", "no picture"],
)
def test_an_upload_that_is_too_much_is_refused_before_a_pixel_is_decoded(
    monkeypatch: pytest.MonkeyPatch, files: list[bytes], says: str
) -> None:
    monkeypatch.setattr(evidence, "clean", never)
    with pytest.raises(Refused, match=says):
        evidence.cleaned(files)


def test_pictures_may_have_64_million_pixels_together() -> None:
    assert len(evidence.cleaned([wide(32), paper(), wide(32)])) == 3


def test_a_bad_file_among_good_ones_refuses_all_and_the_next_upload_is_cleaned() -> None:
    with pytest.raises(Refused, match="not a picture"):
        evidence.cleaned([PHOTO, b"MZ"])
    assert len(evidence.cleaned([PHOTO])) == 1


def test_one_file_is_cleaned_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, start = 0, 0, threading.Barrier(4)

    def slow(data: bytes) -> tuple[str, bytes]:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.01)
        busy -= 1
        return "pdf", data

    def upload(_number: int) -> int:
        start.wait(timeout=10)
        return len(evidence.cleaned([b"a", b"b", b"c"]))

    monkeypatch.setattr(evidence, "clean", slow)
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(upload, range(4))) == [3, 3, 3, 3]
    assert most == 1


# The table


@pytest.fixture
def flag_id(db: Database) -> str:
    with db.write() as tx:
        tx.add(Client(id=1, name="Lumikki Laajakaista Oy", name_key="lumikki"))
        tx.flush()
        flag = Flag(
            client_id=1, category="M05", severity=3, certainty="proof", text="x", met_on=today(), filed_on=today(),
            disclosed="anonymous",
        )  # fmt: skip
        tx.add(flag)
        return flag.id


def test_files_are_stored_as_they_were_cleaned_and_in_order(db: Database, flag_id: str) -> None:
    photo_and_screenshot, one_paper = evidence.cleaned([PHOTO, screenshot()]), evidence.cleaned([paper()])
    with db.write() as tx:
        evidence.store(tx, flag_id, photo_and_screenshot)
        evidence.store(tx, flag_id, one_paper)
    with db.read() as tx:
        lines = evidence.listed(tx, flag_id)
        assert [(line.position, line.kind) for line in lines] == [(1, "jpeg"), (2, "png"), (3, "pdf")]
        assert evidence.content(tx, lines[0].id) == (flag_id, "jpeg", clean(PHOTO)[1])
        assert lines[0].size == len(clean(PHOTO)[1])
        assert evidence.listed(tx, "another") == []


def test_a_flag_takes_five_files(db: Database, flag_id: str) -> None:
    file = Cleaned("png", b"x")
    with db.write() as tx:
        evidence.store(tx, flag_id, [file] * 4)
        with pytest.raises(Refused, match="5 files at most"):
            evidence.store(tx, flag_id, [file] * 2)
        assert len(evidence.listed(tx, flag_id)) == 4
        evidence.store(tx, flag_id, [file])
        assert len(evidence.listed(tx, flag_id)) == MAX_FILES


def test_an_unknown_file_is_not_found(lite: Database) -> None:
    with lite.read() as tx, pytest.raises(NotFound, match="no such file"):
        evidence.content(tx, "nothing")
