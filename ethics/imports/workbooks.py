"""XLSX workbooks, checked before they are opened: what is in the zip, how much it unpacks to, no macros, no links out."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from ethics.language import Refused

MOST_UNPACKED: Final = 512 * 1024**2
MOST_PARTS: Final = 2000
_STEP: Final = 1024 * 1024


def rows(content: bytes | Path, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Number and cells, as text, of each row of `sheet` (else the first). Raises Refused."""
    _require_harmless(content)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content) if isinstance(content, bytes) else str(content))
        if sheet and sheet not in book.sheet_names:
            raise Refused("The workbook has no sheet “{sheet}”. It has {sheets}.", sheet=sheet[:40], sheets=book.sheet_names[:20])
        page = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    except (CalamineError, IndexError, OSError, ValueError):
        raise Refused("The workbook is damaged. Open it in a spreadsheet program and save it again as .xlsx.") from None
    first = page.start[0] if page.start else 0
    # `iter_rows` starts at the first row that holds something, whatever is above it.
    for number, row in enumerate(page.iter_rows(), start=1 if first == 0 else 1):
        yield number, [_text(cell) for cell in row]


def _require_harmless(content: bytes | Path) -> None:
    """Raise Refused unless the zip is a workbook of decent size: its directory may lie, so every part is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as parts:
            names = parts.namelist()
            if "xl/workbook.xml" not in names:
                raise Refused("This is a zip file, not an Excel workbook. Unpack it and send the table inside.")
            if any("vbaproject" in name.casefold() or "macrosheets" in name.casefold() for name in names):
                raise Refused("The workbook holds macros. Save it as a workbook without macros (.xlsx).")
            if any(name.startswith("xl/externalLinks/") for name in names):
                raise Refused("The workbook links to other files. Break the links (Data, Edit links) or save it as CSV.")
            if len(names) > MOST_PARTS or sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise Refused("The workbook unpacks to more than {most} MB. Split it, or save it as CSV.",
                              most=MOST_UNPACKED // 1024**2)
            for part in parts.infolist():
                with parts.open(part) as stream:
                    while stream.read(_STEP):
                        pass
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Refused("The workbook is damaged. Open it in a spreadsheet program and save it again as .xlsx.") from None


def _text(cell: Any) -> str:
    """A cell as CSV would hold it: dates as 2026-11-22, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        plain = f"{cell:.12g}"
        # Three decimals could be taken for grouped thousands where the comma is the decimal mark.
        return plain + "0" if len(plain.partition(".")[2]) == 3 else plain
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)
