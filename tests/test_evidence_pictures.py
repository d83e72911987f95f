"""A picture beside a flag keeps its pixels and nothing else; what is no sound picture is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from ethics.language import Refused
from ethics.mismatches.evidence import MAX_BYTES, clean
from tests.attachments import PHOTO, SECRET, drawing, exif, huge_png, saved, screenshot


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
        assert (picture.getpixel((5, 5))[0] > 240, picture.getpixel((55, 5))[0] < 15) == (True, True)  # type: ignore[index]
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
        assert (picture.getpixel((20, 5))[0] > 240, picture.getpixel((20, 55))[0] < 15) == (True, True)  # type: ignore[index]


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
