"""The commands `wellbeing`, `publish` and `absence-terms`: what was published, for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from ethics.__main__ import app
from ethics.database import Database
from ethics.language import Refused
from ethics.wellbeing import release
from ethics.wellbeing.models import AbsenceTerms, StoredRelease
from ethics.wellbeing.publishing import Prepared
from ethics.workforce.quarters import Quarter
from tests.house import House
from tests.releases import FEW, HELD, UNSURE, keep, made, ready

NAMES = {1: "Lumo Oy", 2: "Kaarna Oy", 3: "Havu Oy"}
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against a database, as an English terminal reads it."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(database: Database, *words: str) -> Result:
        monkeypatch.setattr("ethics.wellbeing.command.database", lambda: database)
        result = CliRunner().invoke(app, words)
        if isinstance(result.exception, Refused):
            raise result.exception
        return result

    return run


def told(run: Run, db: Database) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(db, "wellbeing", "--json").stdout)
    return found


def numbers(value: Any) -> set[float]:
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers, value))
    return {float(value)} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def test_before_anything_is_published_there_is_not_enough_data_and_no_number(db: Database, run: Run) -> None:
    found = told(run, db)
    assert found["headline"]["status"] == "not-enough-data"
    assert found["headline"]["reasons"] == ["no-release"]
    assert (found["quarter"], found["clients"]) == (None, [])
    assert numbers(found) == {0.0, 10.0}  # nobody, and per 10
    assert run(db, "wellbeing").stdout == "No quarter has been published yet\n"


def test_the_headline_has_the_fields_that_programs_read(db: Database, run: Run) -> None:
    keep(db, made(NAMES))
    headline = told(run, db)["headline"]
    assert {key: headline[key] for key in ("status", "claimed", "rate_ratio", "low", "high", "p", "per")} == {
        "status": "estimated",
        "claimed": True,
        "rate_ratio": 1.42,
        "low": 1.11,
        "high": 1.83,
        "p": 0.004,
        "per": 10,
    }
    assert headline["dose_only"] == {"rate_ratio": 1.57, "low": 1.21, "high": 2.04}
    assert headline["windows"] == [
        {"first": 1, "last": 2, "rate_ratio": 1.36, "low": 1.07, "high": 1.74},
        {"first": 1, "last": 8, "rate_ratio": 1.39, "low": 1.06, "high": 1.82},
    ]
    assert (headline["lead_p"], headline["same_week_p"]) == (0.412, 0.638)
    assert (headline["agents"], headline["onsets"], headline["minimum_detectable"]) == (318, 1274, 1.41)
    assert headline["attributable_days"] == {"mean": 842.0, "low": 279.0, "high": 1337.0}
    assert headline["euros"] == {"mean": 324_170.0, "low": 107_415.0, "high": 514_745.0}


@pytest.mark.parametrize("headline", [UNSURE, HELD, FEW], ids=lambda h: h.status)
def test_every_number_that_programs_read_was_published(lite: Database, run: Run, headline: Any) -> None:
    one = keep(lite, made(NAMES, headline=headline, year=True))
    assert numbers(told(run, lite)) - numbers(json.loads(release.write(one)[0])) == {10.0}


def test_what_is_withheld_is_null(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, headline=HELD))
    headline = told(run, lite)["headline"]
    assert headline["status"] == "withheld"
    assert headline["claimed"] is False
    assert (headline["attributable_days"], headline["attributable_spells"], headline["euros"]) == (None, None, None)


def test_what_is_withheld_is_read_before_anything_computed(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, headline=HELD))
    said = [line for line in run(lite, "wellbeing").stdout.splitlines() if line]
    assert said[2].startswith("Withheld: the claim, the sick leave above the calm level and its cost.")
    assert said[3] == "What speaks for the estimate"


def test_people_that_are_not_told_are_null(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, headline=replace(FEW, agents=None, onsets=None, minimum_detectable=None)))
    headline = told(run, lite)["headline"]
    assert (headline["agents"], headline["onsets"], headline["weeks"]) == (None, None, 31)
    assert "how many agents and sick leaves is not told" in run(lite, "wellbeing").stdout


def test_an_estimate_that_could_not_be_made_is_null_and_not_left_out(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, headline=UNSURE))
    assert told(run, lite)["headline"]["windows"][1] == {
        "first": 1,
        "last": 8,
        "rate_ratio": None,
        "low": None,
        "high": None,
    }


def test_clients_are_those_of_the_newest_published_year(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, "2025Q4", year=True))
    keep(lite, made(NAMES, "2026Q3", UNSURE))
    found = told(run, lite)
    assert found["quarter"] == "2026Q3"
    assert [(line["name"], line["year"], line["rate_ratio"], line["claimed"]) for line in found["clients"]] == [
        ("Lumo Oy", 2025, 1.6, True),
        ("Kaarna Oy", 2025, 0.9, False),
        (None, 2025, 0.8, False),
    ]


def test_of_a_client_programs_read_nothing_that_follows_from_its_error(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, "2025Q4", year=True))
    found = told(run, lite)["clients"]
    assert [set(line) for line in found] == 3 * [
        {"client", "name", "year", "status", "claimed", "rate_ratio", "low", "high"}
    ]


def test_people_read_sentences(lite: Database, run: Run) -> None:
    keep(lite, made(NAMES, year=True))
    text = run(lite, "wellbeing").stdout
    assert text.startswith("More mismatches go together with more sick leave: 1.42 times as many begin")
    assert "  Lumo Oy: this work goes together with more sick leave" in text
    assert "no method cures that" in text


def test_terms_are_confirmed_at_the_terminal(db: Database, run: Run) -> None:
    run(db, "absence-terms", "--heard-on", "2026-10-06", "--assessment", "DPIA 12", "--yes")
    with db.read() as tx:
        row = tx.exec(select(AbsenceTerms)).one()
    assert (row.heard_on, row.assessment, row.confirmed_by) == (dt.date(2026, 10, 6), "DPIA 12", None)


@pytest.mark.parametrize("words", [("--heard-on", "2026-10-06"), ("--assessment", "DPIA 12")])
def test_half_a_confirmation_is_refused(lite: Database, run: Run, words: tuple[str, ...]) -> None:
    assert run(lite, "absence-terms", *words).exit_code == 2
    with lite.read() as tx:
        assert tx.exec(select(AbsenceTerms)).all() == []


def test_a_quarter_is_published_at_the_terminal(unpublished: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(tx: Any, _actor: Any, quarter: Quarter) -> Prepared:
        return ready(tx, made(NAMES, str(quarter)))

    monkeypatch.setattr("ethics.wellbeing.publishing.prepare", prepare)
    assert run(unpublished.db, "publish", "2026q3").stdout == "Q3 2026 is published and frozen.\n"
    with unpublished.db.read() as tx:
        assert [(row.quarter, row.published_by) for row in tx.exec(select(StoredRelease))] == [("2026Q3", None)]


def test_what_is_no_quarter_is_refused(lite: Database, run: Run) -> None:
    with pytest.raises(Refused, match="is no quarter"):
        run(lite, "publish", "2026-09")
