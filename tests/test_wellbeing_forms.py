"""HR's forms on the page Wellbeing: the terms, what a day costs, and publishing a quarter in two steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics.access import Role
from ethics.database import Database
from ethics.language import Refused, reader
from ethics.wellbeing import terms, terms_words
from ethics.wellbeing.models import AbsenceTerms, DayCost, StoredRelease
from ethics.wellbeing.publishing import Prepared
from tests.apps import opened, words
from tests.house import House, furnish
from tests.releases import keep, made, ready

PATH = "ethics/wellbeing/pages/wellbeing.py"


@pytest.fixture
def bare(lite: Database, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house with people and nothing else."""
    monkeypatch.setattr("ethics.pages.desk.database", lambda: lite)
    return furnish(lite, sample=False)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ethics.wellbeing.publishing.today", lambda: dt.date(2026, 11, 22))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE])
def test_only_hr_publishes_and_confirms(unpublished: House, names: dict[int, str], role: Role) -> None:
    keep(unpublished.db, made(names))
    at = opened(unpublished, role, PATH)
    assert not [button.key for button in at.button if button.key and button.key.startswith(("publish", "terms", "day"))]
    assert "Terms of sick leave" not in words(at)


def test_nothing_published_says_what_comes_next(bare: House) -> None:
    text = words(opened(bare, Role.EXECUTIVE, PATH))
    assert "No quarter has been published yet" in text
    assert "HR publishes a quarter from six weeks after its end" in text


def test_hr_reads_the_terms_before_anything_else_and_confirms_them(bare: House) -> None:
    at = opened(bare, Role.HR, PATH)
    assert at.title[0].value == "Before the first sick leave comes in, confirm its terms"
    text = words(at)
    for name, says in terms_words.lines(reader("en")):  # the terminal prints the same
        assert f"- **{name}** {says}" in text
    assert "No name, no diagnosis, no reason." in text
    assert "up to 60 full months after the month in which it ended" in text
    assert "Nobody sees a person's." in text
    assert (
        "Officers see no figures of sick leave; the risk score that they see has agent burden, in steps of ten" in text
    )
    assert "Once a year also a ratio for each client" in text
    at.date_input(key="terms_heard").set_value(dt.date(2026, 10, 6))
    at.text_input(key="terms_where").set_value("DPIA 12, *shared*")
    at.button(key="terms_confirm").click().run()
    with bare.db.read() as tx:
        row = tx.exec(select(AbsenceTerms)).one()
    assert (row.version, row.heard_on, row.assessment) == (terms.VERSION, dt.date(2026, 10, 6), "DPIA 12, *shared*")
    assert at.title[0].value == "No quarter has been published yet"
    assert r"impact assessment: DPIA 12, \*shared\*" in words(at)


@pytest.mark.parametrize(
    ("heard", "where", "says"),
    [
        (None, "DPIA 12", "Say the day on which staff were heard."),
        (dt.date(2026, 10, 6), "", "Say where the impact assessment is kept"),
    ],
)
def test_half_a_confirmation_is_none(bare: House, heard: dt.date | None, where: str, says: str) -> None:
    at = opened(bare, Role.HR, PATH)
    at.date_input(key="terms_heard").set_value(heard)
    at.text_input(key="terms_where").set_value(where)
    at.button(key="terms_confirm").click().run()
    assert says in at.error[0].value
    with bare.db.read() as tx:
        assert tx.exec(select(AbsenceTerms)).all() == []


def test_hr_sets_what_a_day_costs(unpublished: House) -> None:
    at = opened(unpublished, Role.HR, PATH)
    at.number_input(key="day_cost_euros").set_value(385.5)
    at.button(key="day_cost_save").click().run()
    with unpublished.db.read() as tx:
        assert [row.cents for row in tx.exec(select(DayCost))] == [38_550]
    assert "A calendar day of sick leave, weekends included, costs 385.50 euros." in words(at)


def test_a_quarter_is_published_in_two_steps_and_then_read(
    unpublished: House, names: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []

    def prepare(tx: Any, _actor: Any, quarter: Any) -> Prepared:
        prepared.append(str(quarter))
        return ready(tx, made(names, str(quarter)))

    monkeypatch.setattr("ethics.wellbeing.publishing.prepare", prepare)
    at = opened(unpublished, Role.HR, PATH)
    at.button(key="publish_2026Q3_choose").click().run()
    assert "This cannot be taken back." in words(at)
    assert prepared == []
    at.button(key="publish_2026Q3_back").click().run()
    assert "This cannot be taken back." not in words(at)
    at.button(key="publish_2026Q3_choose").click().run()
    at.button(key="publish_2026Q3_go").click().run()
    with unpublished.db.read() as tx:
        assert [row.quarter for row in tx.exec(select(StoredRelease))] == prepared == ["2026Q3"]
    assert at.title[0].value.startswith("More mismatches go together")
    assert not [button for button in at.button if button.key and button.key.startswith("publish_2026Q3")]


def test_a_refusal_to_publish_is_a_sentence_and_stores_nothing(
    unpublished: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(_tx: Any, _actor: Any, quarter: Any) -> Prepared:
        raise Refused("{quarter} has been published already, and stays as it is.", quarter=str(quarter))

    monkeypatch.setattr("ethics.wellbeing.publishing.prepare", prepare)
    at = opened(unpublished, Role.HR, PATH)
    at.button(key="publish_2026Q3_choose").click().run()
    at.button(key="publish_2026Q3_go").click().run()
    assert [error.value for error in at.error] == ["2026Q3 has been published already, and stays as it is."]
    with unpublished.db.read() as tx:
        assert tx.exec(select(StoredRelease)).all() == []


def test_what_stands_in_the_way_of_a_quarter_is_said(unpublished: House) -> None:
    at = opened(unpublished, Role.HR, PATH)
    assert "Q4 2026 can be published from 11 Feb 2027" in words(at)
    assert not [button for button in at.button if button.key == "publish_2026Q4_choose"]


def test_hr_is_told_at_the_top_that_a_quarter_waits(unpublished: House, names: dict[int, str]) -> None:
    keep(unpublished.db, made(names, "2026Q2"))
    at = opened(unpublished, Role.HR, PATH)
    assert at.info[0].value == "One quarter can be published: at the end of this page."
