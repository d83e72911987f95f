"""Every table of the page Wellbeing can be downloaded, and its file holds what was published and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ethics.access import Role
from ethics.wellbeing import release
from ethics.wellbeing.release import Month
from ethics.wellbeing.results import NOT_ENOUGH_DATA, ClientRatio
from tests.apps import opened
from tests.downloads import Files, caught
from tests.house import House
from tests.releases import UNSURE, keep, made

PATH = "ethics/wellbeing/pages/wellbeing.py"


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethics.wellbeing.publishing.today", lambda: dt.date(2026, 11, 22))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    return caught(monkeypatch)


def test_the_months_come_as_they_were_published(unpublished: House, names: dict[int, str], files: Files) -> None:
    keep(unpublished.db, made(names))
    opened(unpublished, Role.EXECUTIVE, PATH)
    assert files["leave_months_csv"] == [
        ("2026Q3", "2026-07", 301, 61, 322),
        ("2026Q3", "2026-08", 302, 62, 323),
        ("2026Q3", "2026-09", 303, 63, 324),
    ]


def test_a_month_that_is_not_shown_is_a_word_in_the_file(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names, months=(Month(dt.date(2026, 7, 1), None),)))
    opened(unpublished, Role.EXECUTIVE, PATH)
    assert files["leave_months_csv"] == [("2026Q3", "2026-07", "not shown", "not shown", "not shown")]


def test_the_file_of_the_checks_has_every_row_of_their_table_and_its_numbers(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names, headline=replace(UNSURE, minimum_detectable=None)))
    at = opened(unpublished, Role.EXECUTIVE, PATH)
    table = next(one.value for one in at.table if "What was checked" in one.value)
    rows = files["leave_checks_csv"]
    assert [(row[1], row[2]) for row in rows] == list(zip(table["What was checked"], table["Found"], strict=True))
    found = {name: values for _, name, *values in rows}
    assert found["Estimate, 1–4 weeks before"] == ["1.13 (0.78–1.64)", 1.13, 0.78, 1.64]
    assert found["1–2 weeks before"] == ["0.97 (0.69–1.37)", 0.97, 0.69, 1.37]
    assert found["1–8 weeks before"] == ["not known", "", "", ""]
    assert found["Chance (shifts within client)"] == ["p = 0.472", 0.472, "", ""]
    assert found["E-value of the estimate"] == ["1.51", 1.51, "", ""]
    assert found["Smallest ratio found four times in five"] == ["not known", "", "", ""]
    assert found["Made of"][0] == "318 agents, 1,274 sick leaves begun, 12 clients, 96 weeks"


def test_the_clients_of_a_year_come_with_their_intervals(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names, "2025Q4", year=True))
    keep(unpublished.db, made(names))
    opened(unpublished, Role.EXECUTIVE, PATH)
    first, second = (names[number] for number in sorted(names)[:2])
    assert files["leave_clients_csv"] == [
        (2025, first, 1.6, 1.2, 2.1, "yes"),
        (2025, second, 0.9, 0.6, 1.4, "no"),
        (2025, "Other clients together", 0.8, 0.7, 1.1, "no"),
    ]


def test_a_client_without_enough_data_is_said_to_be_so_in_the_file(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    lines = (ClientRatio(min(names), NOT_ENOUGH_DATA),)
    keep(unpublished.db, made(names, ratios=release.YearRatios(2026, lines)))
    opened(unpublished, Role.EXECUTIVE, PATH)
    assert files["leave_clients_csv"] == [(2026, names[min(names)], *["not enough data"] * 3, "no")]


def test_a_manager_s_files_hold_the_own_clients_only(unpublished: House, names: dict[int, str], files: Files) -> None:
    keep(unpublished.db, made(names, "2025Q4", year=True))
    keep(unpublished.db, made(names))
    opened(unpublished, Role.MANAGER, PATH)
    own = {names[client] for client in unpublished.client_ids[:2]}
    assert {row[1] for row in files["leave_clients_csv"]} <= own
    assert not any(name in repr(files) for name in set(names.values()) - own)


def test_without_a_published_year_there_is_no_file_of_one(
    unpublished: House, names: dict[int, str], files: Files
) -> None:
    keep(unpublished.db, made(names))
    opened(unpublished, Role.EXECUTIVE, PATH)
    assert set(files) == {"leave_csv", "leave_months_csv", "leave_checks_csv"}
