"""XLSX workbooks, weighed before they are opened: what is in the zip, how much it unpacks to, how large its sheets are.

A spreadsheet library builds a whole grid in memory, so a few kilobytes can ask for gigabytes: by a zip that unpacks
to much, by one cell far out, or by one long text that a million cells share. All three are counted first, in one
pass over the unpacked parts. Macros and links to other files are refused; formulas are never evaluated.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray
from python_calamine import CalamineError, CalamineWorkbook

from ethics.language import Refused

MOST_UNPACKED: Final = 512 * 1024**2
MOST_PARTS: Final = 2000
MOST_CELLS: Final = 20_000_000
_STEP: Final = 4 * 1024 * 1024
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ADDRESS: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"')
_TEXT: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")
_ROW: Final = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="([0-9]{1,7})"')
_SHARED: Final = re.compile(rb'\st="s"[^>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<')
_SHARING: Final = re.compile(rb"\bt\s*=\s*[\"'](?:s[\"']|[^\"']*&#)")


def rows(content: bytes | Path, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Number and cells, as text, of each row of `sheet` (else the first), from row 1 on. Raises Refused."""
    _require_harmless(content)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content) if isinstance(content, bytes) else str(content))
        if sheet and sheet not in book.sheet_names:
            raise Refused(
                "The workbook has no sheet “{sheet}”. It has {sheets}.",
                sheet=sheet[:40],
                sheets=[name[:40] for name in book.sheet_names[:20]],
            )
        page = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    except (CalamineError, IndexError, OSError, ValueError):
        raise _damaged() from None
    for number, row in enumerate(page.iter_rows(), start=1):
        yield number, [_text(cell) for cell in row]


def _damaged() -> Refused:
    return Refused("The workbook is damaged. Open it in a spreadsheet program and save it again as .xlsx.")


def _require_harmless(content: bytes | Path) -> None:
    """Raise Refused unless the zip is a workbook of decent size. Its directory may lie: every part is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as parts:
            names = parts.namelist()
            if "xl/workbook.xml" not in names:
                raise Refused("This is a zip file, not an Excel workbook. Unpack it and send the table inside.")
            if any("vbaproject" in name.casefold() or "macrosheets" in name.casefold() for name in names):
                raise Refused("The workbook holds macros. Save it as a workbook without macros (.xlsx).")
            if any(name.casefold().startswith("xl/externallinks/") for name in names):
                raise Refused("The workbook links to other files. Break the links, or save the sheet as CSV.")
            if len(names) > MOST_PARTS or sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise _too_large()
            weights = [_weight(stream) for name in names for stream in (parts.open(name),)]
            uses = np.concatenate([w.uses for w in weights])
            for lengths in (w.lengths for w in weights):
                if int(lengths[uses[uses < len(lengths)]].sum()) > MOST_UNPACKED:
                    raise _too_large()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise _damaged() from None


def _too_large() -> Refused:
    return Refused(
        "The workbook unpacks to more than {most} MB or {cells} cells. Split it, or save it as CSV.",
        most=MOST_UNPACKED // 1024**2,
        cells=MOST_CELLS,
    )


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that end where a tag begins, so that no tag is cut in two."""
    tail = b""
    while block := stream.read(_STEP):
        block = tail + block
        cut = block.rfind(b"<row") if b"<row" in block else block.rfind(b"<")
        if cut > 0:
            yield block[:cut]
            tail = block[cut:]
        elif len(block) > 4 * _STEP:
            raise _too_large()
        else:
            tail = block
    yield tail


@dataclass(frozen=True)
class _Weight:
    """What a part brings: as a sheet, the numbers of the shared texts its cells show; as the list of shared texts,
    the size of each. Which one it is, its contents say, because its name may be anything."""

    uses: NDArray[np.int64]
    lengths: NDArray[np.int64]


def _weight(stream: IO[bytes]) -> _Weight:
    """Unpack a part to its end. Raises Refused for a sheet whose grid would be huge."""
    last_row, letters, cells, addressed, sharing, is_sheet, at = 0, set[bytes](), 0, 0, 0, False, 0
    uses: list[NDArray[np.int64]] = []
    starts: list[int] = []
    for block in _blocks(stream):
        found = _ADDRESS.findall(block)
        letters.update(letter for letter, _ in found)
        last_row = max([last_row, *map(int, _ROW.findall(block)), *(int(row) for _, row in found[-1:])])
        cells += len(_CELL.findall(block))
        addressed += len(found)
        sharing += len(_SHARING.findall(block))
        uses.append(np.array(_SHARED.findall(block), dtype=np.int64))
        is_sheet |= b"sheetData" in block
        starts += [at + m.start() for m in _TEXT.finditer(block)]
        at += len(block)
    if is_sheet:
        if cells != addressed or sharing != sum(map(len, uses)):
            raise _damaged()  # cells written as no spreadsheet program writes them, which the counts would miss
        width = max((_column_number(letter) for letter in letters), default=0)
        if cells > MOST_CELLS or last_row * width > MOST_CELLS:
            raise _too_large()
    ends = np.array([*starts, at], dtype=np.int64)
    return _Weight(np.concatenate([np.zeros(0, dtype=np.int64), *(uses if is_sheet else ())]), ends[1:] - ends[:-1])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
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
