"""Before the first sick leave comes in, HR says that staff were heard and that an impact assessment exists."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from ethics.__main__ import app
from ethics.access import TERMINAL, Role
from ethics.database import Database, today
from ethics.imports.batches import import_file
from ethics.language import Refused, reader
from ethics.wellbeing import terms, terms_words
from tests.conftest import someone

HR = someone(Role.HR)
SPELLS = b"agent,start,end\nA1,2026-01-12,2026-01-15\n"


def bring(db: Database, *, dry_run: bool = False) -> bool:
    with db.write() as tx:
        return import_file(tx, TERMINAL, "spells", SPELLS, file_name="s.csv", dry_run=dry_run).ok


@pytest.mark.parametrize("dry_run", [False, True])
def test_no_sick_leave_comes_in_before_that_not_even_to_try(db: Database, dry_run: bool) -> None:
    with pytest.raises(Refused, match="Before the first sick leave comes in"):
        bring(db, dry_run=dry_run)


def test_confirmed_it_comes_in_and_what_was_said_can_be_read(db: Database) -> None:
    with db.write() as tx:
        terms.confirm(tx, HR, heard_on=dt.date(2026, 2, 3), assessment="  DPIA\n 12  ")
    assert bring(db)
    with db.read() as tx:
        assert terms.confirmed(tx, HR) == terms.Confirmed(dt.date(2026, 2, 3), "DPIA 12", today(), True)


def test_terms_that_have_changed_since_are_confirmed_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write() as tx:
        terms.confirm(tx, HR, heard_on=dt.date(2026, 2, 3), assessment="DPIA 12")
    monkeypatch.setattr(terms, "VERSION", terms.VERSION + 1)
    with pytest.raises(Refused, match="Before the first sick leave comes in"):
        bring(db)
    with db.read() as tx:
        said = terms.confirmed(tx, HR)
    assert said is not None
    assert not said.current


def test_the_sample_centres_word_lets_in_no_file_but_its_own(db: Database) -> None:
    with db.write() as tx:
        terms.confirm(tx, TERMINAL, heard_on=today(), assessment="sample centre", sample=True)
        assert import_file(tx, TERMINAL, "spells", SPELLS, file_name="s.csv", dry_run=True).ok
    with db.read() as tx:
        assert terms.confirmed(tx, HR) is None
        terms.require(tx, sample=True)
    with pytest.raises(Refused, match="Before the first sick leave comes in"):
        bring(db)
    with db.write() as tx:
        terms.confirm(tx, HR, heard_on=dt.date(2026, 2, 3), assessment="DPIA 12")
    assert bring(db)


@pytest.mark.parametrize(("months", "lets_in"), [(12, True), (24, True), (25, False)])
def test_who_keeps_sick_leave_longer_than_was_confirmed_confirms_anew(
    lite: Database, months: int, lets_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "settings", lambda: SimpleNamespace(absence_months=24))
    with lite.write() as tx:
        terms.confirm(tx, HR, heard_on=dt.date(2026, 2, 3), assessment="DPIA 12")
    monkeypatch.setattr(terms, "settings", lambda: SimpleNamespace(absence_months=months))
    with lite.read() as tx:
        said = terms.confirmed(tx, HR)
        assert said is not None
        assert said.current is lets_in
        if not lets_in:
            with pytest.raises(Refused, match="Before the first sick leave comes in"):
                terms.require(tx)


@pytest.mark.parametrize(
    ("days", "assessment", "match"),
    [
        (1, "DPIA 12", "has not come yet"),
        (0, " x ", "where the impact assessment is kept"),
        (0, "x" * 201, "at most 200"),
    ],
)
def test_what_cannot_be_so_is_refused(db: Database, days: int, assessment: str, match: str) -> None:
    with db.write() as tx, pytest.raises(Refused, match=match):
        terms.confirm(tx, HR, heard_on=today() + dt.timedelta(days=days), assessment=assessment)


@pytest.mark.parametrize("cents", [0, -1, terms.MOST_CENTS + 1])
def test_a_day_costs_something_and_not_too_much(db: Database, cents: int) -> None:
    with db.write() as tx, pytest.raises(Refused, match="more than nothing"):
        terms.set_day_cost(tx, HR, cents)


def test_the_newest_cost_holds(db: Database) -> None:
    with db.write() as tx:
        assert terms.day_cost(tx) is None
        terms.set_day_cost(tx, HR, 35_000)
        terms.set_day_cost(tx, HR, 37_000)
        assert terms.day_cost(tx) == 37_000


# At the terminal

SAY = ("absence-terms", "--heard-on", "2026-02-03", "--assessment", "DPIA 12")


def said(db: Database, monkeypatch: pytest.MonkeyPatch, *more: str, answer: str | None = None) -> Result:
    """The command; a person answers at a terminal, or none is there."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr("ethics.wellbeing.command.database", lambda: db)
    monkeypatch.setattr("ethics.wellbeing.command._at_terminal", lambda: answer is not None)
    return CliRunner().invoke(app, [*SAY, *more], input=answer)


def confirmed(db: Database) -> bool:
    with db.read() as tx:
        return terms.confirmed(tx, HR) is not None


@pytest.mark.parametrize(("more", "answer"), [((), "y\n"), ((), "n\n"), ((), None), (("--yes",), None)])
def test_the_terminal_prints_every_term_before_anything_is_confirmed(
    lite: Database, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], answer: str | None
) -> None:
    shown = said(lite, monkeypatch, *more, answer=answer).stdout
    lines = terms_words.lines(reader("en"))
    assert [name for name, _ in lines][:3] == ["What is stored:", "For how long:", "Who sees what:"]
    for name, says in lines:
        assert f"  {name} {says}\n" in shown


def test_terms_are_confirmed_by_a_yes_at_the_terminal(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(lite, monkeypatch, answer="y\n")
    assert "Do you confirm these terms? (y/n): " in found.stdout
    assert found.stdout.endswith("The terms are confirmed: sick leave may come in.\n")
    assert confirmed(lite)


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_anything_but_a_yes_confirms_nothing(lite: Database, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    found = said(lite, monkeypatch, answer=answer)
    assert str(found.exception) == "Nothing was confirmed."
    assert not confirmed(lite)


def test_where_nobody_can_be_asked_nothing_is_confirmed(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(lite, monkeypatch)
    assert isinstance(found.exception, Refused)
    assert str(found.exception).startswith("Nothing was confirmed: nobody can be asked here.")
    assert not confirmed(lite)


def test_a_script_that_says_yes_is_not_asked(lite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(lite, monkeypatch, "--yes")
    assert "(y/n)" not in found.stdout
    assert confirmed(lite)
