"""The one door for text into a PDF: what comes out is printable, bounded and without meaning to ReportLab.

ReportLab reads markup in paragraphs, and an `<img src="/etc/…">` in it really embeds that file; control characters,
bidirectional overrides and zero-width characters can make a line say something else than its letters; a code point
above U+FFFF is lost when the text is copied out. So everything that a person wrote goes through `safe` (paragraphs)
or `plain` (charts, page furniture), and so do our own sentences, because they carry such text inside.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

from reports.pdf.fonts import install, width

#: Stands for whatever Inter cannot print; a run of such characters becomes one.
REPLACEMENT: Final = "\N{WHITE SQUARE}"
LIMIT: Final = 600
SHORT: Final = 12
# Control, format (bidirectional, zero-width, soft hyphen) and surrogates say nothing on paper.
_SILENT: Final = frozenset({"Cc", "Cf", "Cs"})
_SPACES: Final = re.compile(r"\s*\n\s*|\s{2,}|[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")
_REPLACED: Final = re.compile(f"{REPLACEMENT}{{2,}}")


def plain(text: object, limit: int = LIMIT) -> str:
    """`text` as one line of at most `limit` characters that Inter can print; cut text ends in “…”. Not for markup."""
    # Cut before normalising: the work must not grow with what somebody pasted in.
    raw = unicodedata.normalize("NFC", str(text)[: 4 * limit + 100])
    spaced = _SPACES.sub(" ", "".join(map(_printable, raw)))
    line = _REPLACED.sub(REPLACEMENT, spaced).strip(" ")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe(text: object, limit: int = LIMIT) -> str:
    """`plain(text, limit)` with `&`, `<` and `>` escaped: the only text that may go into a paragraph."""
    return escape(plain(text, limit))


def settled(text: str) -> str:
    """`text` with its last two words held together, so that no line of a paragraph holds one short word alone."""
    rest, space, last = text.rpartition(" ")
    return f"{rest}\N{NO-BREAK SPACE}{last}" if space and len(last) <= SHORT and rest.count(" ") > 3 else text


def unprintable(text: str) -> bool:
    """Whether anything in `text` (of any length) has to be replaced."""
    return any(_printable(character) == REPLACEMENT for character in set(unicodedata.normalize("NFC", text)))


def fit(text: str, font: str, size: float, room: float) -> str:
    """`text` shortened with “…” until it is no wider than `room` points; empty when not even that fits."""
    if width(text, font, size) <= room:
        return text
    while text and width(text + "…", font, size) > room:
        text = text[:-1].rstrip()
    return text + "…" if text else ""


@cache
def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return character
    if category in _SILENT:
        return ""
    code = ord(character)
    # A combining mark that did not compose would be drawn over its neighbour: ReportLab does not place marks.
    known = code <= 0xFFFF and code in install() and category not in {"Co", "Mn", "Mc", "Me", "Zl", "Zp"}
    return character if known else REPLACEMENT
