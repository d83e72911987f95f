"""Pictures that agents add to a flag: decoded and written again, so that only what one sees is left."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Final

from ethics.language import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
MAX_PIXELS: Final = 40_000_000
#: A photo has about ten progressive scans. Each may cost a pass over all pixels, so thousands are an attack.
MAX_SCANS: Final = 64
QUALITY: Final = 90
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
)
_MODES: Final = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")


@cache
def _pillow() -> ModuleType:
    """The library, with its warnings off: a line in a log would tell when somebody added a file."""
    from PIL import Image

    warnings.filterwarnings("ignore", module=r"PIL\.")
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image


def clean_picture(data: bytes) -> tuple[str, bytes]:
    """A PNG or JPEG upright and without EXIF, colour profile, texts, comments and thumbnail. Raises Refused.

    A photo that carries further pictures (gain maps, previews) keeps the first; an animation is refused.
    """
    kind = _kind(data)
    if kind == "jpeg" and data.count(b"\xff\xda") > MAX_SCANS:
        raise Refused("The picture is damaged. Open it, save it again and add that.")
    with _opened(data) as opened:
        if kind == "png" and getattr(opened, "n_frames", 1) > 1:
            raise Refused("The picture moves. Add a still picture, such as a screenshot.")
        opened.load()
        upright = _upright(opened) if opened.getexif() else opened
        return kind, _written(upright, kind)


def pixels(data: bytes) -> int:
    """How many pixels a PNG or JPEG has, by its head: nothing is decoded. Raises Refused."""
    with _opened(data) as opened:
        return opened.width * opened.height


def _kind(data: bytes) -> str:
    return "png" if data.startswith(PNG) else "jpeg"


@contextmanager
def _opened(data: bytes) -> Iterator[Image]:
    """The picture, not yet decoded. Whatever is wrong with it, here or later in the block, is Refused."""
    pillow = _pillow()
    try:
        with pillow.open(BytesIO(data), formats=[_kind(data).upper()]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _too_many_pixels()
            yield opened
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except _BROKEN:
        raise Refused("The picture is damaged. Open it, save it again and add that.") from None


def _too_many_pixels() -> Refused:
    return Refused("The picture has more than {n} million pixels. Make it smaller.", n=MAX_PIXELS // 1_000_000)


def _upright(picture: Image) -> Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except _BROKEN:  # EXIF that nobody can read turns nothing
        return picture


def _written(picture: Image, kind: str) -> bytes:
    if kind == "jpeg" and picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    elif picture.mode not in _MODES:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    # A new picture of the same pixels: whatever the old one carried beside them stays behind.
    bare = _pillow().frombytes(picture.mode, picture.size, picture.tobytes())
    if picture.mode == "P":
        bare.putpalette(picture.getpalette("RGB") or [], "RGB")
    see_through = picture.info.get("transparency") if kind == "png" and picture.mode in ("L", "P", "RGB") else None
    kept = {} if see_through is None else {"transparency": see_through}
    out = BytesIO()
    if kind == "png":
        bare.save(out, "PNG", **kept)
    else:
        bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
