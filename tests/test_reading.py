"""Files are what their bytes say: tables are read as text, everything else is refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ethics.imports import workbooks
from ethics.imports.reading import Source, from_frame, open_source
from ethics.language import Refused

ENOUGH = 10 * 1024**2


def opened(content: bytes | str | Path, *, sheet: str = "") -> Source:
    return open_source(content.encode() if isinstance(content, str) else content, most_bytes=ENOUGH, sheet=sheet)


def table(content: bytes | str | Path, *, sheet: str = "") -> list[tuple[int, ...] | list[str]]:
    """The headings, then each row with its number."""
    source = opened(content, sheet=sheet)
    found: list[list[str]] = [list(source.headings)]
    for chunk in source.chunks(range(len(source.headings))):
        columns = [c.to_pylist() for c in chunk.cells]
        found += [[str(n), *row] for n, *row in zip(chunk.rows.tolist(), *columns, strict=True)]
    return found


def workbook(*rows: list[object], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], **extra: bytes) -> bytes:
    """A zip with its parts changed, and `extra` parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in extra.items():
            new.writestr(name, data)
    return out.getvalue()


def same(_name: str, data: bytes) -> bytes:
    return data


# CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_finnish_letters_survive_in_every_encoding_that_office_programs_write(encoding: str) -> None:
    text = "client;note\r\nSähkö Öljy Oy;hyvää työtä – 5 €\r\n"
    assert table(text.encode(encoding)) == [["client", "note"], ["2", "Sähkö Öljy Oy", "hyvää työtä – 5 €"]]


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac_roman", "cp1251", "koi8-r", "shift_jis"])
def test_an_encoding_that_cannot_be_told_is_refused(encoding: str) -> None:
    text = (
        "nimi\nпривет всем\n"
        if encoding in ("cp1251", "koi8-r")
        else "nimi\n東京都\n"
        if encoding == "shift_jis"
        else "nimi\nhyvää päivää\n"
    )
    with pytest.raises(Refused, match="CSV UTF-8"):
        opened(text.encode(encoding))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_heading(mark: str) -> None:
    assert table(f'a{mark}"b"\n1{mark}"x{mark}y"\n') == [["a", "b"], ["2", "1", f"x{mark}y"]]


def test_decimal_commas_do_not_part_cells_where_semicolons_do() -> None:
    assert table("agent;hours\nA1;7,5\n") == [["agent", "hours"], ["2", "A1", "7,5"]]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    """Blank rows count although nothing is in them; a cell with line breaks is one row."""
    assert table('a,b\n1,2\n\n,\n3,"x\ny"\n4,5\n') == [["a", "b"], ["2", "1", "2"], ["5", "3", "x\ny"], ["6", "4", "5"]]


def test_a_row_of_another_width_is_reported_and_the_next_keep_their_numbers() -> None:
    source = opened("a,b\n1,2\n3\n4,5\n6,7,8\n9,9\n")
    chunks = list(source.chunks([0, 1]))
    assert [m.row for c in chunks for m in c.misshapen] == [3, 5]
    assert [n for c in chunks for n in c.rows.tolist()] == [2, 4, 6]


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    with pytest.raises(Refused, match="never closed"):
        table('a,b\n1,"x\n2,y\n3,z\n')


def test_a_quoted_cell_longer_than_a_block_is_refused() -> None:
    with pytest.raises(Refused, match="never closed"):
        table('a,b\n1,"' + "x\n" * 5_000_000)


def test_headings_alone_are_a_table_without_rows() -> None:
    assert table("a,b") == [["a", "b"]]
    assert table("a,b\r\n") == [["a", "b"]]


def test_empty_columns_at_the_right_of_the_heading_are_no_columns() -> None:
    assert table("a,b,,\n1,2,,\n") == [["a", "b"], ["2", "1", "2"]]


@pytest.mark.parametrize("heading", ["Agent,agent", "start date,Start_Date", "a,\ufeffa"])
def test_two_columns_of_one_name_are_refused(heading: str) -> None:
    with pytest.raises(Refused, match="Two columns"):
        opened(heading + "\n1,2\n")


def test_the_same_bytes_have_the_same_hash_from_memory_and_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert opened(path).sha256 == opened(b"a,b\n1,2\n").sha256
    assert table(path) == table(b"a,b\n1,2\n")


# Not tables


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"MZ\x90\x00\x03", "Windows program"),
        (b"\x7fELF\x02\x01", "program"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"#!/bin/sh\n", "script"),
        (b"<!DOCTYPE html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or password-protected"),
        (b"", "empty"),
        (b"a,b\n" + b"\0" * 500, "not text"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"\n\n\n", "first row is empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whatever_its_name(start: bytes, what: str) -> None:
    with pytest.raises(Refused, match=what):
        table(start)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="Split it"):
        open_source(b"a,b\n" * 1024**2, most_bytes=1024**2)


# Workbooks


def test_cells_of_a_workbook_become_the_text_that_csv_would_hold() -> None:
    content = workbook(
        ["agent", "date", "hours", "at"],
        [1001, date(2026, 1, 5), 7.5, datetime.fromisoformat("2026-01-05 13:00")],
        [],
        ["=A2", None, 8, "x"],
    )
    assert table(content) == [
        ["agent", "date", "hours", "at"],
        ["2", "1001", "2026-01-05", "7.5", "2026-01-05 13:00:00"],
        ["4", "", "", "8", "x"],
    ]


def test_three_decimals_of_a_workbook_are_never_taken_for_thousands() -> None:
    assert table(workbook(["hours"], [1.125]))[1] == ["2", "1.1250"]


def test_a_heading_may_stand_below_empty_rows() -> None:
    book = openpyxl.Workbook()
    book.active["B4"], book.active["B6"] = "a", 1  # type: ignore[index]
    assert table(saved(book)) == [["a"], ["6", "1"]]


def test_a_sheet_is_chosen_by_name() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("2026").append(["a"])
    assert opened(saved(book), sheet="2026").headings == ("a",)
    with pytest.raises(Refused, match=r"no sheet “2025”. It has Sheet, 2026"):
        opened(saved(book), sheet="2025")


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links"),
    ],
)
def test_macros_and_links_to_other_files_are_refused(part: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        opened(repacked(workbook(["a"], [1]), same, **{part: b"x"}))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("../../etc/passwd.csv", "a,b")
    with pytest.raises(Refused, match="zip file"):
        opened(out.getvalue())


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 20 * 1024**2)

    def blown(name: str, data: bytes) -> bytes:
        return b" " * (workbooks.MOST_UNPACKED + 1) if name == "xl/styles.xml" else data

    content = repacked(workbook(["a"], [1]), blown)
    assert len(content) < 100 * 1024
    with pytest.raises(Refused, match="unpacks to more"):
        opened(content)


def test_a_zip_whose_directory_lies_about_sizes_is_refused() -> None:
    content = repacked(workbook(["a"], [1]), lambda n, d: d + b" " * 10**6 if n == "xl/styles.xml" else d)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        true = parts.getinfo("xl/styles.xml").file_size
    with pytest.raises(Refused, match="damaged"):
        opened(content.replace(true.to_bytes(4, "little"), (1000).to_bytes(4, "little")))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b'r="A2"', b'r="XFD1048576"', "unpacks to more"),
        (b'<row r="2"', b'<row r="1048576"', None),
        (b'<c r="A2"', b"<c", "damaged"),
        (b"</sheetData>", b"</sheetDat", "damaged"),
    ],
)
def test_a_few_bytes_cannot_ask_for_a_huge_grid(old: bytes, new: bytes, what: str | None) -> None:
    content = repacked(workbook(["a"], [1]), lambda n, d: d.replace(old, new) if "sheet1" in n else d)
    if what is None:
        opened(content)
        return
    with pytest.raises(Refused, match=what):
        opened(content)


@pytest.mark.parametrize("place", ["xl/sharedStrings.xml", "xl/elsewhere.xml"])
def test_a_long_text_shared_by_many_cells_is_weighed_as_often_as_it_is_shown(place: str) -> None:
    def shared(name: str, data: bytes) -> bytes:
        return data.replace(b't="inlineStr"><is><t>x</t></is>', b't="s"><v>0</v>') if "sheet1" in name else data

    content = workbook(["a"], *(["x"] for _ in range(20_000)))
    grown = repacked(content, shared, **{place: b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"})
    assert len(grown) < 1024**2
    with pytest.raises(Refused, match="unpacks to more"):
        opened(grown)


# Data frames


def test_a_data_frame_reads_like_the_csv_file_that_it_would_be() -> None:
    frame = pd.DataFrame(
        {
            "agent": ["A1", "A2"],
            "date": [date(2026, 1, 5), date(2026, 1, 6)],
            "day": pd.to_datetime(["2026-01-05", None]),
            "hours": [7.5, float("nan")],
            "contacts": pd.array([3, None], dtype="Int64"),
            "text": ["=1+1", None],
        }
    )
    chunk = next(from_frame(frame).chunks(range(6)))
    assert [c.to_pylist() for c in chunk.cells] == [
        ["A1", "A2"],
        ["2026-01-05", "2026-01-06"],
        ["2026-01-05", ""],
        ["7.5", ""],
        ["3", ""],
        ["=1+1", ""],
    ]
    assert chunk.rows.tolist() == [2, 3]
