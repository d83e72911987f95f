"""Checklists: the files, the assessment, and the way of a result into the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from checklists import checks
from checklists.assessment import Answer, Given, assess, ready
from checklists.lists import FOLDER, BadCatalogue, Checklist, checklists, read
from checklists.models import Check
from ethics.access import TERMINAL, Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.language import NotFound, Refused
from ethics.risk import scores
from ethics.risk.models import CheckResult
from tests.conftest import someone

ONBOARDING = checklists()["onboarding"]
ALL_YES = {item.id: Given(Answer.YES, "seen") for item in ONBOARDING.items}


def but(**answers: Answer) -> dict[str, Given]:
    return {**ALL_YES, **{item: Given(answer, "seen") for item, answer in answers.items()}}


def test_the_onboarding_list_holds_a01_to_a13_in_both_languages() -> None:
    assert [item.id for item in ONBOARDING.items] == [f"A{n:02d}" for n in range(1, 14)]
    assert {item.id for item in ONBOARDING.items if item.knockout} == {"A01", "A02", "A04", "A06", "A07"}
    for item in ONBOARDING.items:
        for text in (item.question, item.why, item.evidence):
            assert text["en"] != text["fi"]


GOOD = (FOLDER / "onboarding.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "onboarding"', 'id = "other"', "id must be"),
        ("version = 1", "version = 0", "version"),
        ("weight = 5", "weight = 6", "weight must be 1 to 5"),
        ("knockout = true", 'knockout = "yes"', "knockout"),
        ("question.fi", "question.sv", "question needs a text"),
        ('id = "A02"', 'id = "A01"', "same id"),
        ("knockout = true", "knokout = true", "unknown field knokout"),
        ("[[items]]", "[[itmes]]", "no items"),
        ("version = 1", "version = ", "onboarding.toml"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "onboarding.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCatalogue, match=says):
        read(path)


def test_all_yes_is_yes() -> None:
    result = assess(ONBOARDING, ALL_YES)
    assert (result.share, result.answered, result.of, result.conclusion) == (1.0, 13, 13, "yes")


def test_the_share_is_the_mean_by_weight() -> None:
    """A13 weighs 2 of 49: a "no" there costs 2/49, a "partly" half of that."""
    weights = sum(item.weight for item in ONBOARDING.items)
    assert assess(ONBOARDING, but(A13=Answer.NO)).share == pytest.approx(1 - 2 / weights)
    assert assess(ONBOARDING, but(A13=Answer.PARTLY)).share == pytest.approx(1 - 1 / weights)


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_KNOWN])
def test_a_failed_absolute_requirement_outweighs_the_mean(answer: Answer) -> None:
    result = assess(ONBOARDING, but(A01=answer))
    assert result.share is not None
    assert result.share > 0.85
    assert (result.failed_knockouts, result.conclusion) == (("A01",), "no")


def test_partly_on_an_absolute_requirement_is_a_condition() -> None:
    assert assess(ONBOARDING, but(A01=Answer.PARTLY)).conclusion == "conditions"


def test_what_is_not_relevant_is_left_out() -> None:
    result = assess(ONBOARDING, but(A13=Answer.NOT_RELEVANT))
    assert (result.share, result.of) == (1.0, 12)


def test_too_few_answers_conclude_nothing() -> None:
    assert assess(ONBOARDING, {"A13": Given(Answer.YES)}).conclusion == "open"
    assert assess(ONBOARDING, {}).share is None


ANSWERS = st.fixed_dictionaries({item.id: st.sampled_from(list(Answer)) for item in ONBOARDING.items})


@given(ANSWERS)
def test_a_better_answer_never_lowers_the_share(answers: dict[str, Answer]) -> None:
    given_ = {item: Given(answer) for item, answer in answers.items()}
    before = assess(ONBOARDING, given_)
    for item, answer in answers.items():
        if answer == Answer.NO:
            after = assess(ONBOARDING, {**given_, item: Given(Answer.YES)})
            assert (after.share or 0) >= (before.share or 0)
            assert set(after.failed_knockouts) <= set(before.failed_knockouts)


def test_a_check_is_finished_only_when_every_item_is_answered() -> None:
    with pytest.raises(Refused, match="A13"):
        ready(ONBOARDING, {item: g for item, g in ALL_YES.items() if item != "A13"})


def test_an_absolute_yes_needs_its_evidence() -> None:
    with pytest.raises(Refused, match="A01"):
        ready(ONBOARDING, {**ALL_YES, "A01": Given(Answer.YES, " ")})


MANAGER = someone(Role.MANAGER, clients=(1,))


@pytest.fixture
def centre(db: Database) -> Database:
    with db.write() as tx:
        tx.add_all(
            [Client(id=1, name="Taimi Terveys Oy", name_key="t"), Client(id=2, name="Havu Rakennus Oy", name_key="h")]
        )
        tx.flush()
        scores.compute(tx)
    return db


def test_a_check_may_be_left_half_done_and_gone_on_with(centre: Database) -> None:
    with centre.write() as tx:
        checks.save(tx, MANAGER, 1, "onboarding", {"A01": Given(Answer.PARTLY, "koetilaus")})
    with centre.read() as tx:
        found = checks.open_check(tx, MANAGER, 1, "onboarding")
    assert found.given == {"A01": Given(Answer.PARTLY, "koetilaus")}


def test_a_finished_check_goes_into_the_ledger_and_lifts_the_score(centre: Database) -> None:
    with centre.write() as tx:
        checks.finish(tx, MANAGER, 1, "onboarding", but(A07=Answer.NO))
    with centre.read() as tx:
        result = tx.exec(select(CheckResult)).one()
        score = scores.latest(tx)[1]
    assert (result.failed_knockouts, result.conclusion) == (["A07"], "no")
    assert score.score is not None
    assert score.score >= 45
    assert score.band == "remedy"


def test_the_next_check_takes_the_floor_away(centre: Database) -> None:
    for answers in (but(A07=Answer.NO), ALL_YES):
        with centre.write() as tx:
            checks.finish(tx, MANAGER, 1, "onboarding", answers)
    with centre.read() as tx:
        assert scores.latest(tx)[1].band == "unknown"
        assert [d.conclusion for d in checks.done(tx, MANAGER, 1)] == ["yes", "no"]


def test_a_finished_check_never_changes(centre: Database) -> None:
    with centre.write() as tx:
        checks.finish(tx, MANAGER, 1, "onboarding", ALL_YES)
    with centre.write() as tx:
        checks.save(tx, MANAGER, 1, "onboarding", but(A01=Answer.NO))
    with centre.read() as tx:
        first, second = tx.exec(select(Check).order_by(Check.id)).all()  # type: ignore[arg-type]
    assert first.answers["A01"]["answer"] == "yes"
    assert second.done_at is None


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda tx: checks.save(tx, MANAGER, 2, "onboarding", {}), NotFound),
        (lambda tx: checks.save(tx, MANAGER, 1, "nothing", {}), NotFound),
        (lambda tx: checks.save(tx, MANAGER, 1, "onboarding", {"Z99": Given(Answer.YES)}), NotFound),
        (lambda tx: checks.save(tx, TERMINAL, 1, "onboarding", {"A01": Given(Answer.YES, "x" * 1001)}), Refused),
    ],
    ids=["another manager's client", "no such list", "no such item", "too long"],
)
def test_what_does_not_fit_is_refused(centre: Database, call: Any, error: type[Exception]) -> None:
    with pytest.raises(error), centre.write() as tx:
        call(tx)


def test_the_catalogue_is_read_as_checklists() -> None:
    assert all(isinstance(found, Checklist) for found in checklists().values())
