"""Every cell is either a value or a line of the error table: row, column, value, what is wrong and what would be right."""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.imports.checking import MOST_ERRORS, Check, Wrong
from ethics.imports.kinds import KINDS, kind
from ethics.imports.mapping import Mapping
from ethics.imports.reading import open_source
from ethics.language import Refused

TODAY = dt.date(2026, 11, 22)
SHIFT = {"agent": "A1", "date": "2026-11-02", "client": "Acme Oy", "hours": "7.5"}
CLIENT = {"name": "Acme Oy"}
CONTACT = {"client": "Acme Oy", "week": "2026-11-02", "contacts": "10"}
SPELL = {"agent": "A1", "start": "2026-11-02"}
PROMISE = {"client": "Acme Oy", "text": "Always on"}
FLAG = {"client": "Acme Oy", "date": "2026-11-02", "category": "M05", "severity": "3"}
GOOD = {"clients": CLIENT, "contacts": CONTACT, "shifts": SHIFT, "spells": SPELL, "promises": PROMISE, "flags": FLAG}


def client(name: str) -> int:
    if name.casefold() != "acme oy":
        raise Refused("There is no client “{name}”.", name=name)
    return 7


def checked(
    name: str, text: str, mapping: Mapping | None = None, open_since: dt.date | None = None
) -> tuple[dict[str, list[object]], list[Wrong], Check]:
    source = open_source(text.encode(), most_bytes=10**8)
    check = Check(kind(name), mapping or Mapping(), source, today=TODAY, client=client, open_since=open_since)
    columns: dict[str, list[object]] = {}
    for part in check.run():
        for column, values in part.columns.items():
            columns.setdefault(column, []).extend(values.to_pylist())
    return columns, check.errors.lines, check


def one(name: str, mapping: Mapping | None = None, /, **cells: str) -> tuple[dict[str, object], str]:
    """The values of one row, and what was wrong with it."""
    row = GOOD[name] | cells
    text = "\t".join(row) + "\n" + "\t".join('"' + c.replace('"', '""') + '"' for c in row.values()) + "\n"
    columns, errors, _ = checked(name, text, mapping)
    return {c: v[0] for c, v in columns.items() if v}, " ".join(str(e.what) for e in errors)


@pytest.mark.parametrize("name", KINDS)
def test_a_good_row_of_every_kind_has_no_error(name: str) -> None:
    assert one(name)[1] == ""


@pytest.mark.parametrize(
    ("name", "column", "cell", "value"),
    [
        ("shifts", "date", "2.11.2026", dt.date(2026, 11, 2)),
        ("shifts", "date", "2026-11-02T08:00:00", dt.date(2026, 11, 2)),
        ("shifts", "date", "2027-01-21", dt.date(2027, 1, 21)),
        ("shifts", "hours", "7,25", 725),
        ("shifts", "hours", "24", 2400),
        ("shifts", "hours", "0.01", 1),
        ("shifts", "contacts", "", 0),
        ("shifts", "contacts", "2000", 2000),
        ("shifts", "contacts", "30.0", 30),
        ("shifts", "team", "", None),
        ("shifts", "team", " A   team ", "A team"),
        ("shifts", "client", " ACME  oy ", 7),
        ("shifts", "agent", "00123", "00123"),
        ("spells", "agent", "991352-308T", "991352-308T"),
        ("spells", "agent", "131052-3081A", "131052-3081A"),
        ("contacts", "week", "2026-W45", dt.date(2026, 11, 2)),
        ("contacts", "contacts", "1 234", 1234),
        ("spells", "end", "", None),
        ("spells", "end", "2026-11-02", dt.date(2026, 11, 2)),
        ("clients", "monthly_revenue", "12 500,50 €", 1250050),
        ("clients", "business_id", "2617416-4", "2617416-4"),
        ("clients", "business_id", "DE 123456789", "DE 123456789"),
        ("flags", "category", "m05", "M05"),
        ("flags", "certainty", "", "heard"),
        ("flags", "status", "", "open"),
        ("flags", "text", "", ""),
        ("flags", "text", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("flags", "text", "x" * 4000, "x" * 4000),
        ("flags", "text", "two\r\nlines", "two\nlines"),
        ("flags", "severity", "0", 0),
    ],
)
def test_what_people_write_is_read(name: str, column: str, cell: str, value: object) -> None:
    values, wrong = one(name, **{column: cell})
    assert (values.get(column), wrong) == (value, "")


@pytest.mark.parametrize(
    ("name", "column", "cell", "what"),
    [
        ("shifts", "agent", "", "The cell is empty"),
        ("shifts", "agent", "Matti Meikäläinen", "no spaces. Use the number, never a name"),
        ("shifts", "agent", "131052-308T", "personal identity code"),
        ("spells", "agent", "131052-308U", "personal identity code"),
        ("spells", "agent", "no:010126b999x", "personal identity code"),
        ("shifts", "date", "11/02/2026", "Write it like 2026-11-22"),
        ("shifts", "date", "2026-02-30", "no such day"),
        ("shifts", "date", "1999-12-31", "before the year 2000"),
        ("shifts", "date", "2027-01-22", "21 Jan 2027 is the latest day"),
        ("shifts", "hours", "0", "more than 0 and at most 24"),
        ("shifts", "hours", "24.01", "more than 0 and at most 24"),
        ("shifts", "hours", "7.555", "two decimals at most"),
        ("shifts", "hours", "7:30", "7.50 for 7:30"),
        ("shifts", "hours", "seven", "not a number"),
        ("shifts", "hours", "-7", "more than 0"),
        ("shifts", "hours", "1,234.5", "not a number"),
        ("shifts", "contacts", "2001", "from 0 to 2,000"),
        ("shifts", "contacts", "1.5", "whole number"),
        ("shifts", "contacts", "=1+1", "not a number"),
        ("shifts", "client", "Acne Oy", "no client “Acne Oy”"),
        ("shifts", "team", "A\u202eteam", "reading direction"),
        ("shifts", "team", "A\x00B", "unprintable character (code 0000)"),
        ("contacts", "week", "2026-11-04", "4 Nov 2026 is not a Monday; its week began on 2 Nov 2026"),
        ("contacts", "week", "2026-W54", "no such week"),
        ("contacts", "week", "2026-W48", "still to come"),
        ("spells", "start", "2026-11-23", "too far ahead"),
        ("spells", "end", "2026-11-01", "before the first, 2 Nov 2026"),
        ("spells", "end", "2027-12-28", "too far ahead"),
        ("promises", "text", "x" * 2001, "2,001 characters long; 2,000 fit"),
        ("clients", "business_id", "2617416-5", "check digit"),
        ("clients", "monthly_revenue", "-1", "from 0 to"),
        ("clients", "name", "x" * 121, "121 characters long; 120 fit"),
        ("flags", "text", "x" * 10_000, "10,000 characters long; 4,000 fit"),
        ("flags", "date", "2026-11-23", "too far ahead"),
        ("flags", "category", "M13", "not one of M01, M02"),
        ("flags", "severity", "5", "from 0 to 4"),
        ("flags", "severity", "", "empty"),
        ("flags", "certainty", "sure", "heard, saw, proof"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(name: str, column: str, cell: str, what: str) -> None:
    assert what in one(name, **{column: cell})[1]


def test_an_error_names_row_column_as_written_and_the_value_shortened() -> None:
    _, errors, _ = checked(
        "shifts", "Agent,DATE,client,Hours\nA1,2026-11-02,Acme Oy,7\nA1,2026-11-03,Acme Oy," + "9" * 200 + "\n"
    )
    assert [(e.row, e.column, len(e.value)) for e in errors] == [(3, "Hours", 80)]


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [("agent", "131052-308T", "…"), ("agent", "no:010126b999x", "no:…"), ("hours", "7 h, 131052-308T", "7 h, …")],
)
def test_the_error_table_never_repeats_an_identity_code(column: str, cell: str, shown: str) -> None:
    row = {"agent": "A1", "date": "2026-11-02", "client": "Acme Oy", "hours": "7"} | {column: cell}
    _, errors, _ = checked("shifts", f"{','.join(row)}\n" + ",".join(f'"{value}"' for value in row.values()) + "\n")
    assert [(e.column, e.value) for e in errors] == [(column, shown)]


def test_errors_come_in_the_order_of_the_rows_then_of_the_columns() -> None:
    _, errors, _ = checked("shifts", "hours,agent,date,client\nx,,2026-11-02,Acme Oy\n7,A1,x,Nobody\n")
    assert [(e.row, e.column) for e in errors] == [(2, "agent"), (2, "hours"), (3, "date"), (3, "client")]


def test_a_thousand_errors_are_listed_and_the_others_counted() -> None:
    _, errors, check = checked("shifts", "agent,date,client,hours\n" + "A1,x,Acme Oy,0\n" * 3000)
    assert (len(errors), check.errors.total) == (MOST_ERRORS, 6000)


@pytest.mark.parametrize("name", KINDS)
def test_a_missing_column_is_named(name: str) -> None:
    required = [c.name for c in KINDS[name].columns if c.required]
    with pytest.raises(Refused, match=f"no column “{required[0]}”. It has nothing useful"):
        checked(name, "nothing useful\nx\n")


def test_columns_that_nothing_is_taken_from_are_reported() -> None:
    assert checked("shifts", "agent,date,client,hours,Mood\nA1,2026-11-02,Acme Oy,7,x\n")[2].ignored == ("Mood",)


@pytest.mark.parametrize("heading", ["agent,start,end", "agent,start"])
def test_sick_leave_without_an_end_began_within_the_year(heading: str) -> None:
    day = dt.date(2025, 11, 22)
    commas = "," * (heading.count(",") - 1)
    text = f"{heading}\nA1,2025-11-22{commas}\nA2,2025-11-21{commas}\nA2,2024-01-01{commas}\n"
    columns, errors, _ = checked("spells", text, open_since=day)
    assert (columns["agent"], columns["start"]) == (["A1"], [day])
    assert [(e.row, e.column, e.value) for e in errors] == [(3, "start", "2025-11-21"), (4, "start", "2024-01-01")]
    assert "Fill in the last day" in str(errors[0].what)


def test_sick_leave_with_an_end_may_have_begun_long_ago() -> None:
    text = "agent,start,end\nA1,2024-01-01,2025-12-01\n"
    assert checked("spells", text, open_since=dt.date(2025, 11, 22))[1] == []


# Mappings at work


def test_a_mapping_renames_translates_and_fills_in() -> None:
    mapping = Mapping.from_toml("""
        [columns]
        client = "Company"
        date = "Received"
        category = "Issue"
        [constants]
        severity = 2
        [dates]
        format = "%m/%d/%Y"
        [values.category]
        "Billing disputes" = "M05"
        [otherwise]
        category = "skip"
        [skip_unless]
        Product = ["Loan"]
    """)
    columns, errors, check = checked(
        "flags",
        (
            "Company,Received,Issue,Product\nacme oy,1/31/2026,billing  DISPUTES,loan\nacme oy,1/31/2026,Weather,Loan\n"
            "acme oy,1/31/2026,Billing disputes,Card\nNobody,13/1/2026,Weather,Card\n"
        ),
        mapping,
    )
    assert errors == []
    assert columns == {"client": [7], "date": [dt.date(2026, 1, 31)], "category": ["M05"], "severity": [2]}
    assert check.ignored == ()


def test_a_value_that_the_mapping_does_not_know_may_be_refused() -> None:
    mapping = Mapping.from_toml('[values.category]\n"x" = "M05"\n[otherwise]\ncategory = "refuse"')
    assert "Add it to [values.category]" in one("flags", mapping, category="y")[1]


def test_a_wrong_constant_is_refused_at_once() -> None:
    with pytest.raises(Refused, match=r"the value “9” for severity is wrong: .* 0 to 4"):
        one("flags", Mapping(constants={"severity": "9"}))


def test_a_column_that_the_mapping_reads_must_be_there() -> None:
    for mapping in (Mapping(columns={"client": "Firm"}), Mapping(skip_unless={"Firm": ("x",)})):
        with pytest.raises(Refused, match="no column “Firm”"):
            one("shifts", mapping)


def test_a_date_that_does_not_fit_the_mappings_format_is_wrong() -> None:
    mapping = Mapping(formats=("%m/%d/%Y",))
    assert one("shifts", mapping, date="1/31/2026")[0]["date"] == dt.date(2026, 1, 31)
    assert "Write it like 11/22/2026" in one("shifts", mapping, date="31/1/2026")[1]
    assert one("shifts", mapping, date="2026-01-31")[1] == ""


def test_with_a_decimal_mark_chosen_the_other_groups_thousands() -> None:
    for mark, cell in ((",", "1.234.567,5"), (".", "1,234,567.5")):
        assert one("clients", Mapping(decimal=mark), monthly_revenue=cell)[0]["monthly_revenue"] == 123456750


def test_any_day_may_stand_for_its_week() -> None:
    assert one("contacts", Mapping(any_day=True), week="2026-11-04")[0]["week"] == dt.date(2026, 11, 2)
