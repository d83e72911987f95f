"""Which encoding a text file is in, told from all of its bytes in one pass with its hash.

UTF-8 and UTF-16 (with its mark) prove themselves. Windows-1252 cannot: every byte means something in it. It is taken
only when what it gives looks like Western European text; otherwise the file is refused rather than guessed at,
because a wrong guess turns names into others.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from ethics.language import Refused

_STEP: Final = 1024 * 1024
_LETTER: Final = "A-Za-zÀ-ÖØ-öø-ÿŠšŽžŒœŸ"
#: Signs that Windows-1252 was not it: DOS and Macintosh put their ä and ö where it has quotation marks and capitals.
_UNLIKELY: Final = re.compile(
    rf"[a-zß-öø-ÿ][À-ÖØ-ÞŠŽŸ][a-z]|[{_LETTER}][„”†‡‰‹›•™ˆ˜¡-¿×÷][{_LETTER}]|[À-ÿ]{{4,}}|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)


@dataclass(frozen=True)
class Found:
    """What one pass over a file tells: its encoding, SHA-256 of its bytes, and how many `"` it has."""

    encoding: str
    sha256: str
    quotes: int


def detect(file: BinaryIO) -> Found:
    """Read `file` to its end. Raises Refused when it is not text, or not in an encoding that can be told."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    found = _decoded(file, encoding)
    if found is None and encoding == "utf-8":
        file.seek(0)
        found = _decoded(file, "cp1252")
    if found is None:
        raise Refused(
            "The file's letters are in an encoding that cannot be told. Save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."
        )
    return found


def _decoded(file: BinaryIO, encoding: str) -> Found | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, quotes, nulls, size, tail = hashlib.sha256(), 0, 0, 0, ""
    while True:
        block = file.read(_STEP)
        digest.update(block)
        size += len(block)
        if encoding != "utf-16":
            nulls += block.count(0)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError:
            return None
        if encoding == "cp1252" and _UNLIKELY.search(tail + text):
            return None
        tail = text[-4:]
        quotes += text.count('"')
        if nulls > 16 and nulls * 100 > size:  # a few are stray characters, for the error table
            raise Refused("This is not text. Send a CSV file or an Excel workbook (.xlsx).")
        if not block:
            return Found(encoding, digest.hexdigest(), quotes)
