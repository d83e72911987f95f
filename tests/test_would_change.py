"""What would change a score is what the score becomes once it has really been done."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlmodel import Session, select

from ethics.access import TERMINAL
from ethics.clients import promises
from ethics.clients.models import PromiseEvent, Verdict
from ethics.database import Database, now
from ethics.mismatches.models import Certainty, Decision, Flag
from ethics.risk import analysis, scores, would_change
from ethics.risk.evidence import panel
from ethics.risk.models import CheckResult, StoredScore
from ethics.risk.policies import built_in
from ethics.risk.would_change import Mended, Now, changes
from ethics.triage import inquiries, rulings
from ethics.triage.models import ClientQuestion
from tests.centre import MANAGER, OFFICER, build
from tests.ledgers import WEEK, Clock, flag, work
from tests.releases import line, store, year
from tests.test_panel import LAST, RULES, days, ledger, one

#: A Monday in the middle of the data, and the day on which the house is looked at.
MONDAY: Final = dt.date(2026, 2, 2)
DAY: Final = MONDAY + 30 * WEEK
NO: Final = rulings.Ruling("T1", "M05", 3, None, "The invoice is right", "What was promised holds.")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, DAY)


@pytest.fixture
def house(lite: Database, clock: Clock) -> Database:
    """Client 1 with thirty weeks of contacts and some mismatches of every kind; client 2 with one flag."""
    with build(lite).write() as tx:
        work(tx, 1, MONDAY, 30, contacts=800)
        work(tx, 2, MONDAY, 30, contacts=800)
        for k, category in enumerate(("M03", "M08", "M10", "M09", "M05") * 2):
            flag(tx, 1, MONDAY + 3 * k * WEEK, category=category, severity=1 + k % 3)
        flag(tx, 2, MONDAY)
    return lite


def broken(tx: Session, days: int, *, flags: int = 6) -> int:
    """A promise found broken so many days ago, and written down then, with mismatches tied to it."""
    number = promises.add(tx, OFFICER, promises.Draft(1, f"Promise of {days} days"))
    on = DAY - dt.timedelta(days=days)
    promises.judge(tx, OFFICER, number, verdict=Verdict.BROKEN, evidence="Seen on invoices", on=on)
    for step in tx.exec(select(PromiseEvent).where(PromiseEvent.promise_id == number)):
        step.at = dt.datetime.combine(on, dt.time(12), dt.UTC)
    for k in range(flags):
        flag(tx, 1, DAY - (k + 2) * WEEK, severity=3, promise_id=number)
    return number


def asked(tx: Session, due: int) -> str:
    """A question to the client, due so many days from now."""
    key = flag(tx, 1, DAY - 9 * WEEK, severity=3).id
    question = ClientQuestion(flag_id=key, text="Why?", asked_on=DAY - 9 * WEEK, due_on=DAY + dt.timedelta(days=due))
    tx.add(question)
    tx.flush()
    return question.id


def waiting(tx: Session, n: int, **other: Any) -> list[str]:
    """Flags that nobody has decided for three weeks."""
    met, open_ = DAY - 3 * WEEK, {"status": Decision.OPEN, "disclosed": "confidential", "severity": 3}
    return [flag(tx, 1, met, **{**open_, **other}).id for _ in range(n)]


def check(tx: Session, *failed: str) -> None:
    done: dict[str, Any] = {
        "version": 1,
        "done_on": DAY,
        "recorded_at": now(),
        "answered": 20,
        "of": 20,
        "conclusion": "no",
    }
    tx.add(CheckResult(client_id=1, checklist="onboarding", failed_knockouts=list(failed), **done))
    tx.flush()


def burdened(tx: Session) -> None:
    """A ratio of last year's sick leave at client 1, published half a year ago."""
    store(tx, year(2025, MONDAY + 2 * WEEK, line(1, 1.7, 1.3, 2.2)))


def picture(tx: Session, *, client_id: int = 1) -> StoredScore:
    analysis.analyse(tx, TERMINAL)
    return scores.latest(tx)[client_id]


def promised(tx: Session, kind: str) -> tuple[float, str]:
    """The score and band that putting one thing of this kind right is said to lead to."""
    (found,) = [one for one in picture(tx).detail["would_change"] if one["kind"] == kind]
    return found["score"], found["band"]


def withdraw(tx: Session) -> None:
    promises.withdraw(tx, MANAGER, 1, evidence="No longer on the page", on=DAY)


def answer(tx: Session) -> None:
    inquiries.note_client_answer(tx, OFFICER, tx.exec(select(ClientQuestion)).one().id, "We have put it right.")


def dismiss(tx: Session) -> None:
    for key, category in tx.exec(select(Flag.id, Flag.category).where(Flag.status == Decision.OPEN)).all():
        rulings.decide(tx, OFFICER, key, dataclasses.replace(NO, category=category))


@pytest.mark.parametrize(
    ("kind", "before", "put_right"),
    [
        ("promise", [lambda tx: broken(tx, 60)], withdraw),
        ("promise", [lambda tx: broken(tx, 31)], withdraw),
        ("promise", [lambda tx: broken(tx, 30)], withdraw),
        ("promise", [lambda tx: broken(tx, 60), lambda tx: asked(tx, -3)], withdraw),
        ("question", [lambda tx: asked(tx, -3)], answer),
        ("question", [lambda tx: asked(tx, -3), lambda tx: broken(tx, 60)], answer),
        ("question", [lambda tx: broken(tx, 60), lambda tx: asked(tx, 3)], answer),
        ("promise", [burdened, lambda tx: broken(tx, 60)], withdraw),
        ("question", [burdened, lambda tx: asked(tx, -3), lambda tx: waiting(tx, 2)], answer),
        ("requirements", [burdened, lambda tx: check(tx, "A07")], check),
        ("flags", [burdened, lambda tx: waiting(tx, 4), lambda tx: broken(tx, 60)], dismiss),
        ("requirements", [lambda tx: check(tx, "A07")], check),
        ("requirements", [lambda tx: check(tx, "A07", "A12"), lambda tx: waiting(tx, 3)], check),
        ("flags", [lambda tx: waiting(tx, 1)], dismiss),
        ("flags", [lambda tx: waiting(tx, 4), lambda tx: waiting(tx, 3, category="M08", severity=4)], dismiss),
        ("flags", [lambda tx: waiting(tx, 4), lambda tx: broken(tx, 60)], dismiss),
    ],
)
def test_what_is_said_comes_true_to_the_tenth(
    house: Database, kind: str, before: list[Callable[[Session], Any]], put_right: Callable[[Session], None]
) -> None:
    with house.write() as tx:
        for step in before:
            step(tx)
        said, band = promised(tx, kind)
        present = scores.latest(tx)[1].score
        put_right(tx)
        after = picture(tx)
    assert (after.score, after.band) == (said, band)
    assert present is not None
    assert said < present


@pytest.mark.parametrize("weeks", [0, 3, 5])
def test_flags_of_a_withdrawn_promise_free_only_what_they_still_count(
    house: Database, clock: Clock, weeks: int
) -> None:
    """Met three weeks ago: before the withdrawal they count less, on its day and after it whole."""
    with house.write() as tx:
        number = broken(tx, 60)
        waiting(tx, 4, promise_id=number)
        clock.day = DAY - weeks * WEEK
        promises.withdraw(tx, MANAGER, number, evidence="No longer on the page", on=clock.day)
        clock.day = DAY
        said, _ = promised(tx, "flags")
        dismiss(tx)
        assert picture(tx).score == said


def test_the_wait_of_a_flag_is_over_only_when_every_one_of_them_is_decided(house: Database) -> None:
    with house.write() as tx:
        keys = waiting(tx, 3)
        flag(tx, 1, DAY - dt.timedelta(days=3), status=Decision.OPEN, disclosed="confidential")
        found = picture(tx).detail["would_change"]
        assert [(one["kind"], one["subject"]) for one in found] == [("flags", "3")]
        rulings.decide(tx, OFFICER, keys[0], NO)
        found = picture(tx).detail["would_change"]
        assert [(one["kind"], one["subject"]) for one in found] == [("flags", "2")]


def test_at_most_three_are_named_the_best_first_and_each_lowers_the_score(house: Database) -> None:
    with house.write() as tx:
        for n in (2, 9, 5):
            broken(tx, 60 + n, flags=n)
        asked(tx, -3)
        waiting(tx, 4)
        found = picture(tx)
    assert len(found.detail["would_change"]) == 3
    said = [one["score"] for one in found.detail["would_change"]]
    assert said == sorted(said)
    assert found.score is not None
    assert all(score < found.score for score in said)
    assert found.detail["would_change"][0]["subject"] == "2"  # the promise that nine mismatches broke


def test_a_client_with_nothing_to_put_right_is_told_nothing(house: Database) -> None:
    with house.write() as tx:
        assert picture(tx).detail["would_change"] == []
        broken(tx, 60)
        waiting(tx, 4)
        assert picture(tx, client_id=2).detail["would_change"] == []


def test_under_a_floor_nothing_that_leaves_the_floor_is_promised(house: Database) -> None:
    with house.write() as tx:
        check(tx, "A07")
        waiting(tx, 1)
        once = [one["kind"] for one in picture(tx).detail["would_change"]]
        flag(tx, 1, DAY, category="M08", severity=4, certainty=Certainty.PROOF)
        twice = picture(tx).detail["would_change"]  # the other floor stays
        assert picture(tx).score == 45
    assert (once, twice) == (["requirements"], [])


def test_what_was_withdrawn_answered_or_decided_is_no_longer_named(house: Database) -> None:
    with house.write() as tx:
        broken(tx, 60)
        asked(tx, -3)
        waiting(tx, 2)
        kinds = {one["kind"] for one in picture(tx).detail["would_change"]}
        for step in (withdraw, answer, dismiss):
            step(tx)
        after = picture(tx).detail["would_change"]
    assert (kinds, after) == ({"promise", "question", "flags"}, [])


def test_an_earlier_day_is_told_what_could_be_put_right_on_it(house: Database, clock: Clock) -> None:
    """What was asked or found broken later was not known yet; what was answered or withdrawn later still waited."""
    then = DAY - 3 * WEEK
    with house.write() as tx:
        broken(tx, 60)
        asked(tx, -40)
        last = flag(tx, 1, DAY).id
        clock.day = then
        known = scores.at(tx, then)[1].detail["would_change"]
        assert {one["kind"] for one in known} == {"promise", "question"}
        clock.day = DAY
        withdraw(tx)
        answer(tx)
        promises.add(tx, OFFICER, promises.Draft(1, "A later one"))
        promises.judge(tx, OFFICER, 2, verdict=Verdict.BROKEN, evidence="Seen on invoices", on=DAY - 2 * WEEK)
        tx.add(ClientQuestion(flag_id=last, text="And this?", asked_on=DAY - 2 * WEEK, due_on=DAY + WEEK))
        tx.flush()
        assert scores.at(tx, then)[1].detail["would_change"] == known


def test_a_verdict_is_not_known_before_the_day_on_which_it_was_written_down(house: Database) -> None:
    with house.write() as tx:
        promises.add(tx, OFFICER, promises.Draft(1, "Cancel by one call"))
        promises.judge(tx, OFFICER, 1, verdict=Verdict.BROKEN, evidence="Seen", on=DAY - 60 * dt.timedelta(days=1))
        flag(tx, 1, DAY - 9 * WEEK, severity=3, promise_id=1)
        assert scores.at(tx, DAY - 2 * WEEK)[1].detail["would_change"] == []
        assert [one["kind"] for one in picture(tx).detail["would_change"]] == ["promise"]


@pytest.mark.parametrize("disclosed", ["confidential", "anonymous"])
@pytest.mark.parametrize("due", [-1, 3])
def test_a_question_about_an_unsigned_flag_shows_nowhere_in_its_four_weeks_before_somebody_has_decided(
    house: Database, disclosed: str, due: int
) -> None:
    def shown(tx: Session) -> tuple[Any, ...]:
        found = picture(tx)
        return found.score, found.low, found.high, found.detail["dimensions"], found.detail["would_change"]

    with house.write() as tx:
        before = shown(tx)
        key = flag(tx, 1, DAY - WEEK, status=Decision.OPEN, disclosed=disclosed).id
        due_on = DAY + dt.timedelta(days=due)
        tx.add(ClientQuestion(flag_id=key, text="Why?", asked_on=DAY - WEEK, due_on=due_on))
        tx.flush()
        assert shown(tx) == before
        rulings.decide(tx, OFFICER, key, NO)
        score, *_, named = shown(tx)
    assert (score > before[0]) is (due < 0)
    assert [one["kind"] for one in named] == ["question"]


def test_more_is_never_freed_than_counts() -> None:
    """A flag that is spared twice over, or lies outside the window, or is normal work."""
    on = days(1)
    found = panel(ledger([one(met=LAST - 10)], [(4, LAST - 6, 4000)], on), on, RULES)
    nothing = panel(ledger([], [(4, LAST - 6, 4000)], on), on, RULES)
    spared = (("M05", 3, dt.date.fromordinal(LAST - 10), 5.0), ("M01", 3, dt.date.fromordinal(LAST), 5.0))
    old = ("M05", 3, dt.date.fromordinal(LAST - 7 * built_in().window_weeks), 5.0)
    scored = {}
    for name, evidence, some in (("freed", found, spared), ("none", nothing, ()), ("old", found, (old,))):
        now_ = Now(evidence, evidence.contacts[:, 0] * 0, evidence.contacts[:, 0] * 0, {4: 100.0})
        scored[name] = changes(now_, [Mended(4, "flags", "1", some)], RULES)[4][0].score
    assert scored["freed"] == scored["none"] < scored["old"]
    assert would_change.SHOWN == 3
