"""A mapping is a small page that either says something clear or is refused with the line that does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethics.clients.names import key, nearest
from ethics.imports.kinds import KINDS, kind
from ethics.imports.mapping import Mapping, heading_key
from ethics.language import Refused

PAGE = """
create_clients = true
decimal = ","
sheet = "2026"
[columns]
client = "Company"
category = "Issue"
[constants]
severity = 2
[dates]
format = ["%m/%d/%Y", "%d.%m.%Y"]
[values.category]
"Billing  Disputes" = "M05"
[otherwise]
category = "skip"
[skip_unless]
Product = ["Mortgage", "Loan"]
"""


def test_a_mapping_says_what_its_page_says() -> None:
    mapping = Mapping.from_toml(PAGE)
    assert mapping.columns == {"client": "Company", "category": "Issue"}
    assert mapping.constants == {"severity": "2"}
    assert mapping.formats == ("%m/%d/%Y", "%d.%m.%Y")
    assert mapping.values == {"category": {"billing disputes": "M05"}}
    assert mapping.otherwise == {"category": "skip"}
    assert mapping.skip_unless == {"Product": ("mortgage", "loan")}
    assert (mapping.create_clients, mapping.decimal, mapping.sheet) == (True, ",", "2026")
    mapping.require_fit(kind("flags"))


def test_a_mapping_survives_being_stored() -> None:
    for mapping in (Mapping(), Mapping.from_toml(PAGE), Mapping(counts_rows=True, any_day=True)):
        assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping


def test_a_file_on_disk_reads_like_its_text(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(PAGE, encoding="utf-8-sig")
    assert Mapping.from_toml(path) == Mapping.from_toml(PAGE)


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("columns = ", "not TOML"),
        ("[colums]\nclient = 'x'", "setting “colums” that does not exist"),
        ("[dates]\nformats = '%Y'", "setting “dates.formats” that does not exist"),
        ("[dates]\nformat = '%m/%d'", "“%m/%d” is not a date format"),
        ("[dates]\nformat = 7", "not a date format"),
        ("[dates]\nany_day = 'yes'", "any_day is true or false"),
        ("columns = 'x'", r"write \[columns\] on a line of its own"),
        ("[values]\ncategory = 'x'", "is a section"),
        ("[columns]\nclient = 3", "columns.client needs text"),
        ("[constants]\nseverity = [1]", "constants.severity needs text, a number or a date"),
        ("[otherwise]\ncategory = 'drop'", 'otherwise.category is one of "keep", "skip", "refuse"'),
        ("[count]\ncontacts = 'sum'", 'contacts = "rows"'),
        ("decimal = ';'", "decimal is one of"),
        ("create_clients = 1", "create_clients is true or false"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_is_wrong(page: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        Mapping.from_toml(page)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        Mapping.from_toml(tmp_path / "none.toml")
    (tmp_path / "m.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="UTF-8"):
        Mapping.from_toml(tmp_path / "m.toml")


@pytest.mark.parametrize(
    ("page", "name", "what"),
    [
        ({"columns": {"hour": "h"}}, "shifts", "a column “hour” that shifts do not have. They have agent, date"),
        ({"columns": {"client": "c"}, "constants": {"client": "Acme"}}, "contacts", "Keep one"),
        ({"count": {"contacts": "rows"}}, "flags", "Only contacts can be counted"),
        ({"count": {"contacts": "rows"}, "columns": {"contacts": "n"}}, "contacts", "Keep one"),
        ({"create_clients": True}, "spells", "names no clients"),
    ],
)
def test_a_mapping_for_another_kind_of_file_is_refused(page: dict[str, Any], name: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        Mapping.from_dict(page).require_fit(kind(name))


def test_headings_match_in_any_case_and_spacing() -> None:
    assert {heading_key(h) for h in ("Business ID", " business_id ", "BUSINESS-ID", "\ufeffbusiness  id")} == {
        "business_id"
    }


def test_there_are_six_kinds_of_file() -> None:
    assert list(KINDS) == ["clients", "contacts", "shifts", "spells", "promises", "flags"]
    with pytest.raises(Refused, match="one of clients, contacts, shifts"):
        kind("invoices")


# Names of clients


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wells Fargo & Company", "WELLS  FARGO & COMPANY "),
        ("Acme, Inc.", "ACME Inc"),
        ("Acme,Inc", "Acme, Inc."),
        ("U.S. Bancorp", "US Bancorp"),
        ("L’Oréal", "L'ORÉAL"),
        ("Ａｃｍｅ Ｏｙ", "Acme\u00a0Oy"),
        ("Land–Home", "Land-Home"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("Acme Oy", "Acme Oyj"), ("Acme", "Acme Oy"), ("Säästö", "Saasto")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key(key(name)) == key(name)


def test_a_near_miss_is_named_and_a_far_one_is_not() -> None:
    assert nearest("Acmee Oy", ["Acme Oy", "Beta Oy"]) == "Acme Oy"
    assert nearest("Zzz", ["Acme Oy", "Beta Oy"]) is None
