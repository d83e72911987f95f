"""What was published is read as it was published, by those who may, and never shown once it was altered."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from typer.testing import CliRunner

from ethics.__main__ import app
from ethics.access import TERMINAL, NotAllowed, Role
from ethics.database import Database
from ethics.disclosure import Figures
from ethics.language import Refused
from ethics.wellbeing import release, releases
from ethics.wellbeing.models import StoredRelease
from ethics.wellbeing.release import YearRatios
from ethics.wellbeing.results import Amount, Ratio
from tests.conftest import someone
from tests.releases import RELEASE, UP, line, published, year


@pytest.mark.parametrize("statement", ["UPDATE wellbeing_release SET content = '{}'", "DELETE FROM wellbeing_release"])
def test_the_database_itself_refuses_to_change_one(db: Database, statement: str) -> None:
    with db.write() as tx:
        published(tx)
    with pytest.raises(DBAPIError, match="never changed"), db.write() as tx:
        tx.execute(sa.text(statement))


#: Other figures with a hash that fits them, as somebody with the file alone would put them.
REPLACED = (
    "INSERT OR REPLACE INTO wellbeing_release ({row}quarter, published_on, published_by, ratios_of, content, sha256)"
    " SELECT {number}'{quarter}', published_on, published_by, ratios_of, ?, ? FROM wellbeing_release"
)


@pytest.mark.parametrize(
    "names",
    [{"row": "", "number": "", "quarter": "2026Q2"}, {"row": "rowid, ", "number": "rowid, ", "quarter": "2026Q3"}],
)
def test_nobody_replaces_one_with_the_file_of_the_database(lite: Database, names: dict[str, str]) -> None:
    with lite.write() as tx:
        published(tx)
    content, sha256 = release.write(replace(RELEASE, total=Figures(226, 93, 530)))
    lite.dispose()
    with (
        closing(sqlite3.connect(lite.url.removeprefix("sqlite:///"))) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        connection.execute(REPLACED.format(**names), (content, sha256))


def put(tx: Session, told: release.Release) -> None:
    """Store it behind Reilu's back."""
    content, sha256 = release.write(told)
    columns = {"published_on": told.published_on, "ratios_of": told.ratios.year if told.ratios else None}
    tx.add(StoredRelease(quarter=told.quarter, content=content, sha256=sha256, **columns))
    tx.flush()


def test_what_the_audit_trail_does_not_know_was_not_published(lite: Database) -> None:
    with lite.write() as tx:
        published(tx)
        for trigger in ("update", "delete", "replace"):
            tx.execute(sa.text(f"DROP TRIGGER release_no_{trigger}"))
        tx.execute(sa.text("DELETE FROM wellbeing_release"))
        put(tx, replace(RELEASE, total=Figures(226, 93, 530)))
        published(tx, quarter="2026Q1", total=Figures(220, 90, 531))
        tx.execute(sa.text("UPDATE wellbeing_release SET published_on = '2026-01-02' WHERE quarter = '2026Q1'"))
        published(tx, quarter="2025Q4", ratios=None)
        tx.execute(sa.text("DELETE FROM wellbeing_release WHERE quarter = '2025Q4'"))
        published(tx, quarter="2025Q3", ratios=None)
    with lite.read() as tx:
        for altered in ("2026Q1", "2026Q2"):
            with pytest.raises(Refused, match="it was altered"):
                releases.of_quarter(tx, altered)
        assert releases.of_quarter(tx, "2025Q3") is not None
        assert releases.altered(tx, TERMINAL) == ["2025Q4", "2026Q1", "2026Q2"]


def test_checking_the_audit_trail_checks_what_was_published(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr("ethics.__main__.database", lambda: lite)
    with lite.write() as tx:
        published(tx, quarter="2026Q1")
    assert CliRunner().invoke(app, ["audit"]).exit_code == 0
    with lite.write() as tx:
        put(tx, RELEASE)
    answer = CliRunner().invoke(app, ["audit"])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "What is stored of 2026Q2 is not what was published: it was altered.\n"


def test_an_altered_years_ratios_are_left_out_and_stop_nothing(
    lite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    good = year(2024, dt.date(2025, 2, 20), line(1, 1.2, 1.0, 1.5))
    with lite.write() as tx:
        published(tx, **{name: getattr(good, name) for name in ("quarter", "ratios", "published_on")})
        put(tx, year(2025, dt.date(2026, 2, 20), line(1, 9.9, 8.0, 11.0)))
    with lite.read() as tx, caplog.at_level(logging.ERROR):
        assert [one.ratios for one in releases.years(tx)] == [good.ratios]
    assert "2025Q4 is not what was published" in caplog.text


def test_one_that_was_altered_all_the_same_is_never_shown(lite: Database) -> None:
    with lite.write() as tx:
        published(tx)
        tx.execute(sa.text("DROP TRIGGER release_no_update"))
        tx.execute(sa.text("UPDATE wellbeing_release SET content = replace(content, '529', '530')"))
    with lite.read() as tx, pytest.raises(Refused, match="it was altered"):
        releases.releases(tx, someone(Role.HR))


def test_a_manager_reads_the_company_and_the_managers_own_clients(lite: Database) -> None:
    with lite.write() as tx:
        published(tx)
    with lite.read() as tx:
        (seen,) = releases.releases(tx, someone(Role.MANAGER, user_id=1, clients=(1,)))
        (whole,) = releases.releases(tx, someone(Role.EXECUTIVE))
    assert whole == RELEASE
    assert (seen.total, seen.headline) == (RELEASE.total, RELEASE.headline)
    assert [c.client for c in (*seen.clients, *seen.teams)] == [1, 1]
    assert seen.ratios is not None
    assert [line.client for line in seen.ratios.lines] == [1]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AGENT, Role.ADMINISTRATOR])
def test_others_read_nothing(lite: Database, role: Role) -> None:
    with lite.write() as tx:
        published(tx)
    with lite.read() as tx, pytest.raises(NotAllowed):
        releases.releases(tx, someone(role))


def test_a_release_written_and_read_is_the_same_and_so_are_its_bytes() -> None:
    content, sha256 = release.write(RELEASE)
    assert release.read(content) == RELEASE
    assert release.write(release.read(content)) == (content, sha256)


def test_of_a_client_nothing_is_stored_that_follows_from_its_error() -> None:
    """Beside an interval of one decimal the smallest ratio that would be found, or p, tells the number of spells."""
    fine = line(1, 1.2471, 1.0438, 1.4901)
    told = json.loads(
        release.write(year(2025, dt.date(2026, 2, 20), release.rounded_client(replace(fine, p=0.013))))[0]
    )
    assert told["ratios"]["lines"] == [
        {
            "client": 1,
            "status": "estimated",
            "claimed": False,
            "p": None,
            "ratio": {"rate_ratio": 1.2, "low": 1.0, "high": 1.5},
        }
    ]


def test_a_quarter_that_was_stored_with_more_is_read_without_it() -> None:
    """The first releases held the smallest ratio that would be found of every client."""
    told = json.loads(release.write(RELEASE)[0])
    for one in told["ratios"]["lines"]:
        one["minimum_detectable"] = 1.5
    assert release.read(json.dumps(told)) == RELEASE


FOUR = [f"2025Q{number}" for number in range(1, 5)]


@pytest.mark.parametrize(
    ("quarters", "compared", "without"),
    [
        ([], {}, None),
        (FOUR[:3], {}, None),
        (FOUR, {}, 2025),
        (FOUR, {"2025Q4": 2025}, None),
        (FOUR, {"2025Q2": 2025}, None),  # the second quarter was the last to be published
        (["2024Q4", *FOUR], {"2024Q4": 2024}, 2025),
        ([*FOUR, "2026Q4"], {"2026Q4": 2026}, None),
        (["2024Q4", *FOUR[1:]], {}, None),  # four in a row, of two years
    ],
)
def test_a_year_whose_quarters_are_all_published_and_brought_no_ratios_never_gets_any(
    lite: Database, quarters: list[str], compared: dict[str, int], without: int | None
) -> None:
    with lite.write() as tx:
        for name in quarters:
            published(tx, quarter=name, ratios=YearRatios(compared[name], ()) if name in compared else None)
        assert releases.year_without_ratios(tx) == without


def test_a_year_is_without_ratios_from_the_day_of_its_fourth_quarter_on(lite: Database) -> None:
    days = [dt.date(2025, 5, 20), dt.date(2025, 8, 20), dt.date(2025, 11, 20), dt.date(2026, 2, 20)]
    with lite.write() as tx:
        for name, day in zip(FOUR, days, strict=True):
            published(tx, quarter=name, published_on=day, ratios=None)
        found = [releases.year_without_ratios(tx, dt.date(2026, 2, day)) for day in (19, 20)]
    assert found == [None, 2025]


def test_what_is_no_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        release.write(replace(RELEASE, headline=replace(UP, ratio=Ratio(1.4, 1.1, float("inf")))))


def test_nothing_finer_than_what_is_shown_is_stored() -> None:
    fine = replace(
        UP, ratio=Ratio(1.41803, 1.10711, 1.82891), p=0.00416, effective_agents=210.7, days=Amount(842.3, 278.6, 1336.9)
    )
    assert release.rounded(fine) == replace(UP, onsets=1270)
    (_, line) = RELEASE.ratios.lines if RELEASE.ratios else ()
    rough = replace(line, ratio=Ratio(2.3571, 1.3891, 4.0449), p=0.0004)
    assert release.rounded_client(rough) == line


def test_euros_are_days_times_the_cost_and_unknown_without_either() -> None:
    assert release.euros(Amount(10.0, -2.0, 22.0), 37_050) == Amount(3705.0, -741.0, 8151.0)
    assert release.euros(None, 37_050) is None
    assert release.euros(Amount(1, 1, 1), None) is None
