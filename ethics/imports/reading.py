"""Bytes → a table of text, a chunk at a time: CSV in the encodings people have, XLSX as it is stored.

What a file is, its first bytes say; its name is only shown. A row's number is the one a spreadsheet shows: the
heading is row 1, a cell with line breaks is still one row. Rows whose used cells are all empty are passed over.
Nothing is ever evaluated: a formula in CSV is text, in XLSX the value that the workbook stored.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from ethics.imports import encodings, workbooks
from ethics.imports.mapping import heading_key
from ethics.language import Refused, Sentence, mark, sentence

if TYPE_CHECKING:  # a command that reads a file starts without it, in half the time
    import pandas as pd

MOST_ROWS: Final = 10_000_000
MOST_COLUMNS: Final = 200
LONGEST_HEADING: Final = 200
DELIMITERS: Final = (",", ";", "\t", "|")
#: Bytes of CSV parsed at once: what bounds the memory, and the longest row.
BLOCK: Final = 4 * 1024 * 1024
_START: Final = 256 * 1024
_ROWS_A_CHUNK: Final = 100_000
#: First bytes of what people rename by mistake, or not by mistake.
_MAGIC: Final = (
    (b"MZ", mark("a Windows program")),
    (b"\x7fELF", mark("a program")),
    (b"\xcf\xfa\xed\xfe", mark("a program")),
    (b"#!", mark("a script")),
    (b"%PDF", mark("a PDF")),
    (b"\x89PNG", mark("a picture")),
    (b"\xff\xd8\xff", mark("a picture")),
    (b"GIF8", mark("a picture")),
    (b"\x1f\x8b", mark("a compressed file")),
    (b"7z\xbc\xaf", mark("a compressed file")),
    (b"Rar!", mark("a compressed file")),
    (b"{\\rtf", mark("a text document")),
    (b"SQLite format", mark("a database")),
    (b"PAR1", mark("a Parquet file")),
    (b"<!DOCTYPE", mark("a web page")),
    (b"<html", mark("a web page")),
    (b"<?xml", mark("an XML file")),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Misshapen:
    """A row with more or fewer cells than the heading."""

    row: int
    what: Sentence


@dataclass(frozen=True)
class Chunk:
    """Some rows: `rows` their numbers in the file, `cells` one text column for each position asked for."""

    rows: NDArray[np.int64]
    cells: tuple[pa.StringArray, ...]
    misshapen: tuple[Misshapen, ...] = ()


@dataclass(frozen=True)
class Source:
    """A file opened: its headings as written, the hash of its bytes, and its rows, once, by column positions."""

    headings: tuple[str, ...]
    sha256: str
    chunks: Callable[[Sequence[int]], Iterator[Chunk]]


def open_source(content: bytes | Path, *, most_bytes: int, sheet: str = "") -> Source:
    """Open a CSV or XLSX file. Raises Refused with what it is instead, or what is wrong with it as a whole."""
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size == 0:
        raise Refused("The file is empty.")
    if size > most_bytes:
        raise Refused(
            "The file has {size} MB; {most} MB is the most. Split it, for example by month.",
            size=-(-size // 1024**2),
            most=most_bytes // 1024**2,
        )
    with _opened(content) as file:
        start = file.read(_START)
    if start.startswith(b"PK\x03\x04"):
        return _workbook(content, sheet)
    if start.startswith(_OLD_OFFICE):
        raise Refused(
            "This is an old or password-protected Office file. Save it as an Excel workbook (.xlsx) or as CSV."
        )
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise Refused(
                "This is {what}, not a table. Send a CSV file or an Excel workbook (.xlsx).", what=Sentence(what)
            )
    return _csv(content)


def from_frame(frame: pd.DataFrame) -> Source:
    """A data frame as a source: every cell as the text that a CSV file would hold."""
    columns = [_texts(frame.iloc[:, i]) for i in range(frame.shape[1])]
    digest = hashlib.sha256()
    for name, column in zip(frame.columns, columns, strict=True):
        digest.update(repr((str(name), len(column))).encode())
        for buffer in column.buffers():
            digest.update(buffer or b"")

    def chunks(positions: Sequence[int]) -> Iterator[Chunk]:
        for first in range(0, len(frame), _ROWS_A_CHUNK):
            cells = [columns[i].slice(first, _ROWS_A_CHUNK) for i in positions]
            yield _without_blanks(np.arange(first, min(first + _ROWS_A_CHUNK, len(frame))) + 2, cells)

    return Source(_headings([str(name) for name in frame.columns]), digest.hexdigest(), chunks)


def _opened(content: bytes | Path) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _texts(series: pd.Series) -> pa.StringArray:
    if series.dtype.kind == "M":
        series = series.dt.strftime("%Y-%m-%d")
    missing = series.isna().tolist()
    return pa.array(["" if empty else str(v) for v, empty in zip(series.tolist(), missing, strict=True)], pa.string())


def _headings(names: Sequence[str]) -> tuple[str, ...]:
    names = [name.replace("\ufeff", "").strip() for name in names]
    while names and not names[-1]:
        names.pop()  # a spreadsheet's empty columns at the right
    if not names:
        raise Refused("The first row is empty. It must hold the headings of the columns.")
    if len(names) > MOST_COLUMNS:
        raise Refused("The file has {n} columns; {most} is the most.", n=len(names), most=MOST_COLUMNS)
    seen: dict[str, str] = {}
    for name in names:
        if len(name) > LONGEST_HEADING:
            raise Refused("A heading is {n} characters long. Is the first row really the headings?", n=len(name))
        if name and heading_key(name) in seen:
            raise Refused("Two columns have the heading “{heading}”. Rename or remove one.", heading=name)
        seen[heading_key(name)] = name
    return tuple(names)


def _without_blanks(
    rows: NDArray[np.int64], cells: Sequence[pa.StringArray], misshapen: tuple[Misshapen, ...] = ()
) -> Chunk:
    filled: pa.BooleanArray | None = None
    for column in cells:
        used = pc.greater(pc.binary_length(column), 0)
        filled = used if filled is None else pc.or_(filled, used)
        if pc.all(filled, min_count=0).as_py():
            return Chunk(rows, tuple(cells), misshapen)
    if filled is None:
        return Chunk(rows, (), misshapen)
    return Chunk(rows[filled.to_numpy(zero_copy_only=False)], tuple(c.filter(filled) for c in cells), misshapen)


def _workbook(content: bytes | Path, sheet: str) -> Source:
    digest = hashlib.sha256()
    with _opened(content) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    rows = workbooks.rows(content, sheet)
    first = next(((number, row) for number, row in rows if any(row)), None)
    if first is None:
        raise Refused("The sheet is empty.")
    headings = _headings(first[1])

    def chunks(positions: Sequence[int]) -> Iterator[Chunk]:
        kept: list[tuple[int, list[str]]] = []
        for number, row in rows:
            kept.append((number, row))
            if len(kept) == _ROWS_A_CHUNK:
                yield _of_rows(kept, positions)
                kept = []
        if kept:
            yield _of_rows(kept, positions)

    return Source(headings, digest.hexdigest(), chunks)


def _of_rows(kept: list[tuple[int, list[str]]], positions: Sequence[int]) -> Chunk:
    columns = [pa.array([row[i] if i < len(row) else "" for _, row in kept], pa.string()) for i in positions]
    return _without_blanks(np.array([number for number, _ in kept], dtype=np.int64), columns)


def _csv(content: bytes | Path) -> Source:
    with _opened(content) as file:
        found = encodings.detect(file)
    with _opened(content) as file:
        head = io.TextIOWrapper(file, encoding=found.encoding, newline="").read(_START)
    delimiter = _delimiter(head)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error:
        raise Refused("The first row cannot be read as headings.") from None
    headings = _headings(names)
    width, lines_before, quotes_match = len(names), reader.line_num, found.quotes % 2 == 0

    def chunks(positions: Sequence[int]) -> Iterator[Chunk]:
        if (
            not head[sum(len(line) for line in head.splitlines(keepends=True)[:lines_before]) :].strip()
            and len(head) < _START
        ):
            return  # headings alone: Arrow cannot skip the last line
        misshapen: list[Misshapen] = []

        def refuse(row: arrow_csv.InvalidRow) -> str:
            misshapen.append(
                Misshapen(
                    row.number,
                    sentence(
                        "The row has {n} cells, the heading has {width}. Put text with a “{delimiter}” in it between "
                        "quotation marks.",
                        n=row.actual_columns,
                        width=width,
                        delimiter=delimiter,
                    ),
                )
            )
            return "skip"

        labels = [f"c{i}" for i in range(width)]
        first_row, last = 2, None
        with _opened(content) as file:
            try:
                stream = arrow_csv.open_csv(
                    file,
                    read_options=arrow_csv.ReadOptions(
                        use_threads=False,
                        block_size=BLOCK,
                        column_names=labels,
                        skip_rows=lines_before,
                        encoding=found.encoding,
                    ),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=delimiter,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=refuse,
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        column_types=dict.fromkeys(labels, pa.string()),
                        strings_can_be_null=False,
                        null_values=[],
                        include_columns=[labels[i] for i in positions],
                    ),
                )
                seen = 0
                for batch in stream:
                    numbers = _numbers(first_row, batch.num_rows, [m.row for m in misshapen[seen:]])
                    first_row = int(numbers[-1]) + 1 if len(numbers) else first_row
                    new = tuple(misshapen[seen:])
                    seen = len(misshapen)
                    if first_row - 2 > MOST_ROWS:
                        raise Refused(
                            "The file has more than {most} rows. Split it, for example by month.", most=MOST_ROWS
                        )
                    last = batch
                    yield _without_blanks(numbers, batch.columns, new)
                if len(misshapen) > seen:
                    yield Chunk(
                        np.empty(0, np.int64),
                        tuple(pa.array([], pa.string()) for _ in positions),
                        tuple(misshapen[seen:]),
                    )
            except pa.ArrowInvalid as wrong:
                if "straddl" in str(wrong):
                    raise Refused(
                        "A row near row {row} is too long to be one: a quotation mark is opened there and never closed.",
                        row=first_row,
                    ) from None
                raise Refused("The file cannot be read as CSV near row {row}.", row=first_row) from None
        if not quotes_match and last is not None and any("\n" in (c[-1].as_py() or "") for c in last.columns):
            raise Refused(
                "The file ends inside a cell: a quotation mark is opened in row {row} and never closed.",
                row=first_row - 1,
            )

    return Source(headings, found.sha256, chunks)


def _numbers(first: int, n: int, skipped: Sequence[int]) -> NDArray[np.int64]:
    """Row numbers of `n` good rows that start at `first`, with the numbers of skipped rows left out."""
    candidates = np.arange(first, first + n + len(skipped), dtype=np.int64)
    return candidates[~np.isin(candidates, np.asarray(skipped, dtype=np.int64))][:n]


def _delimiter(head: str) -> str:
    """The mark that parts the heading's cells: the one that occurs most outside quotation marks."""
    lines = head.lstrip("\ufeff\r\n").splitlines() or [""]
    outside = "".join(lines[0].split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))
