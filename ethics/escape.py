"""The doors that user text goes through: one for Markdown, one for CSV. (HTML: Jinja's autoescape. PDF: reports.pdf.text.)"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

_MARKDOWN: Final = frozenset(r"\`*_{}[]()#+-.!|~:$<>&^=@")
#: Renderers make links of bare addresses after escapes are gone; an invisible joiner inside keeps them text.
_LINKS: Final = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)
_JOINER: Final = "\N{WORD JOINER}"
#: A spreadsheet reads a cell that starts so as a formula, even after spaces.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "−")


def markdown(text: str) -> str:
    """`text` as it is, for a place that renders Markdown: no links, images, directives, formulas or line breaks."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cs", "Co"))
    plain = _LINKS.sub(_JOINER, plain)
    return "".join("\\" + c if c in _MARKDOWN else c for c in plain)


def cell(value: Any) -> Any:
    """A value for a spreadsheet: text that would run as a formula gets a quote in front; numbers stay numbers."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA):
        return "'" + value
    return value


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that Excel opens in the right encoding (UTF-8 with a byte-order mark, CRLF)."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()
