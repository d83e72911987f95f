"""How a client answers and repairs: what each matter counts on each day, and the share of them that went wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc
from sqlmodel import Session

from ethics.clients import promises
from ethics.clients.models import Verdict
from ethics.database import Database
from ethics.mismatches.counted import NEVER
from ethics.mismatches.models import Decision, Disclosed
from ethics.risk import gathering, mending, response
from ethics.risk.policies import built_in
from ethics.risk.response import Stretch
from ethics.triage.models import ClientQuestion
from tests.centre import MANAGER, OFFICER, build
from tests.ledgers import Clock, flag, work

RULES: Final = replace(built_in(), half_life_weeks=10, window_weeks=30)
DUE: Final = 1000


def on(stretches: list[Stretch], day: int) -> tuple[float, float]:
    """How much went wrong of how many matters on a day, for client 1."""
    wrong, weight = response.sums(stretches, [1], [day], RULES)
    return float(wrong[0, 0]), float(weight[0, 0])


def question(answered: int | None) -> list[Stretch]:
    return list(response.question(1, DUE, answered, RULES.response, NEVER))


def promise(withdrawn: int | None, ended: int = NEVER) -> list[Stretch]:
    """A promise found broken on day 1000: its grace ends with day 1030."""
    return list(response.broken_promise(1, 1000, withdrawn, ended, RULES.response))


HALF = 0.5 ** (1 / 10)  # what a week leaves of a settled matter


@pytest.mark.parametrize(
    ("stretches", "day", "expected"),
    [
        (question(None), DUE, (0, 0)),
        (question(None), DUE + 1, (1, 1)),
        (question(None), DUE + 5000, (1, 1)),
        (question(DUE - 3), DUE - 4, (0, 0)),
        (question(DUE - 3), DUE - 3, (0, 1)),
        (question(DUE - 3), DUE + 4, (0, HALF)),
        (question(DUE), DUE + 1, (0, 1)),
        (question(DUE + 9), DUE, (0, 0)),
        (question(DUE + 9), DUE + 8, (1, 1)),
        (question(DUE + 9), DUE + 9, (0.5, 1)),
        (question(DUE + 9), DUE + 9 + 70, (0.25, 0.5)),
        (promise(None), 1030, (0, 0)),
        (promise(None), 1031, (1, 1)),
        (promise(None), 9000, (1, 1)),
        (promise(1030), 1029, (0, 0)),
        (promise(1030), 1030, (0, 1)),
        (promise(1031), 1030, (0, 0)),
        (promise(1031), 1031, (0.5, 1)),
        (promise(1050), 1049, (1, 1)),
        (promise(1050), 1050 + 70, (0.25, 0.5)),
        (promise(990), 1000, (0, 1)),
        (promise(990), 999, (0, 0)),
    ],
)
def test_a_matter_counts_by_its_day(stretches: list[Stretch], day: int, expected: tuple[float, float]) -> None:
    assert on(stretches, day) == pytest.approx(expected)


def test_a_settled_matter_is_forgotten_after_the_window_and_an_open_one_never() -> None:
    last = DUE + 7 * RULES.window_weeks - 1
    assert on(question(DUE), last)[1] > 0
    assert on(question(DUE), last + 1) == (0, 0)
    assert on(question(None), last + 1) == (1, 1)


def test_matters_of_a_client_add_up_and_those_of_others_do_not_count() -> None:
    other = [replace(stretch, client=2) for stretch in question(None)]
    assert on(question(None) + promise(None) + question(DUE) + other, DUE + 60) == pytest.approx((2, 2 + HALF**8))


def read(wrong: float, weight: float) -> tuple[float, float, float]:
    low, mean, high = response.readings(np.array([[wrong]]), np.array([[weight]]), RULES.response)[0, 0].tolist()
    return low, mean, high


@given(weight=st.floats(0.01, 200), share=st.floats(0, 1))
def test_the_reading_is_the_beta_posterior_with_its_central_95_percent(weight: float, share: float) -> None:
    low, mean, high = read(share * weight, weight)
    a, b = 0.04 + share * weight, 1.96 + weight - share * weight
    assert mean == pytest.approx(100 * a / (a + b))
    for end, level in ((low, 0.025), (high, 0.975)):
        if end != mean:  # an end that was widened to hold the mean lies further out
            assert betainc(a, b, end / 100) == pytest.approx(level, abs=1e-9)
    assert betainc(a, b, low / 100) <= 0.025 + 1e-9
    assert betainc(a, b, high / 100) >= 0.975 - 1e-9
    assert 0 <= low <= mean <= high <= 100


@given(weight=st.floats(0.5, 50), share=st.floats(0, 0.9), more=st.floats(0.01, 5))
def test_more_gone_wrong_raises_every_number_and_more_done_right_lowers_it(
    weight: float, share: float, more: float
) -> None:
    wrong = share * weight
    before, worse, better = read(wrong, weight), read(wrong + more, weight + more), read(wrong, weight + more)
    late = read(wrong + 0.5 * min(more, weight - wrong), weight)
    assert all(b > a for a, b in zip(before, worse, strict=True))
    assert all(b < a for a, b in zip(before, better, strict=True))
    assert all(b >= a for a, b in zip(before, late, strict=True))


def test_without_a_matter_the_reading_is_what_is_believed_beforehand() -> None:
    low, mean, high = read(0, 0)
    assert mean == pytest.approx(2)
    assert 0 <= low < 0.1
    assert 20 < high < 30


def test_one_late_answer_makes_no_bad_client_and_ten_left_out_do() -> None:
    assert read(0.5, 1)[1] == pytest.approx(18)  # (0.04 + 0.5) of 3
    assert read(10, 10)[1] == pytest.approx(100 * 10.04 / 12)


BROKEN = dt.date(2026, 3, 2)


def day(n: int) -> dt.date:
    """So many days after the promise was found broken."""
    return BROKEN + dt.timedelta(days=n)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, day(300))


@pytest.fixture
def made(db: Database, clock: Clock) -> Database:
    """A promise of client 1, number 1, of which nothing is known."""
    with build(db).write() as tx:
        promises.add(tx, OFFICER, promises.Draft(1, "Cancel by one call"))
    return db


@pytest.fixture
def sold(made: Database, clock: Clock) -> Database:
    """That promise, found broken on BROKEN and written down on the same day."""
    with made.write() as tx:
        judge(tx, clock, 0)
    return made


def judge(tx: Session, clock: Clock, n: int, verdict: str = Verdict.BROKEN, *, written: int | None = None) -> None:
    """A verdict of day `n`, written down on that day or on a later one."""
    clock.day = day(n if written is None else written)
    promises.judge(tx, OFFICER, 1, verdict=verdict, evidence="Seen on invoices", on=day(n))
    clock.day = day(300)


def withdraw(tx: Session, clock: Clock, n: int, *, written: int | None = None) -> None:
    clock.day = day(n if written is None else written)
    promises.withdraw(tx, MANAGER, 1, evidence="No longer on the page", on=day(n))
    clock.day = day(300)


def gathered(tx: Session, *days: int) -> list[tuple[float, float]]:
    _, stretches = gathering.matters(tx, RULES, None)
    return [on(stretches, day(n).toordinal()) for n in days]


def test_a_promise_of_the_ledger_goes_wrong_when_its_grace_is_over(sold: Database) -> None:
    with sold.read() as tx:
        assert gathered(tx, 30, 31, 300) == [(0, 0), (1, 1), (1, 1)]
        assert gathering.matters(tx, RULES, [2]) == ({}, [])


def test_a_verdict_counts_from_the_day_on_which_it_was_written_down(made: Database, clock: Clock) -> None:
    with made.write() as tx:
        judge(tx, clock, 0, written=40)
        assert gathered(tx, 31, 70, 71) == [(0, 0), (0, 0), (1, 1)]


def test_a_withdrawal_counts_from_the_day_on_which_it_was_written_down(sold: Database, clock: Clock) -> None:
    with sold.write() as tx:
        withdraw(tx, clock, 10, written=100)
        assert gathered(tx, 30, 99, 100) == [(0, 0), (1, 1), (0.5, 1)]
        assert gathering.matters(tx, RULES, None)[0] == {1: [(day(100).toordinal(), NEVER)]}


def test_found_broken_again_while_it_is_sold_a_promise_gets_no_new_grace(sold: Database, clock: Clock) -> None:
    with sold.write() as tx:
        judge(tx, clock, 20)
        judge(tx, clock, 60)
        assert gathered(tx, 30, 31, 61, 300) == [(0, 0), (1, 1), (1, 1), (1, 1)]


def test_a_promise_that_was_withdrawn_late_is_half_wrong_from_that_day(sold: Database, clock: Clock) -> None:
    with sold.write() as tx:
        withdraw(tx, clock, 100)
        assert gathered(tx, 99, 100, 170) == [(1, 1), (0.5, 1), (pytest.approx(0.25), pytest.approx(0.5))]
        assert gathering.matters(tx, RULES, None)[0] == {1: [(day(100).toordinal(), NEVER)]}


def test_found_broken_after_its_withdrawal_a_promise_is_sold_again_with_a_new_grace(
    sold: Database, clock: Clock
) -> None:
    with sold.write() as tx:
        withdraw(tx, clock, 10)
        judge(tx, clock, 100)
        assert gathered(tx, 10, 100, 130, 131, 300) == [(0, 1), (0, 0), (0, 0), (1, 1), (1, 1)]
        assert gathering.matters(tx, RULES, None)[0] == {1: [(day(10).toordinal(), day(100).toordinal())]}


def test_a_verdict_taken_back_ends_the_matter_and_what_was_so_before_stays(sold: Database, clock: Clock) -> None:
    with sold.write() as tx:
        judge(tx, clock, 100, Verdict.UNPROVEN)
        assert gathered(tx, 99, 100, 300) == [(1, 1), (0, 0), (0, 0)]


def asked(tx: Session, **other: Any) -> None:
    """A flag about client 1, of day 299 and undecided, with a question whose answer is two hundred days late."""
    key = flag(tx, 1, day(299), **{"status": Decision.OPEN, "disclosed": Disclosed.ANONYMOUS, **other}).id
    tx.add(ClientQuestion(flag_id=key, text="Why?", asked_on=day(50), due_on=day(100)))
    tx.flush()


def named(tx: Session, clock: Clock) -> list[str]:
    """The kinds of things that could be put right with client 1."""
    found = mending.mended(tx, clock.day, RULES, [], judged_on=clock.day, clients=[1], withdrawn={})
    return [one.kind for one in found]


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ({}, False),
        ({"disclosed": Disclosed.CONFIDENTIAL}, False),
        ({"disclosed": Disclosed.NAMED}, True),
        ({"disclosed": Disclosed.NAMED, "withheld": True}, False),
        ({"status": Decision.CONFIRMED}, True),
        ({"status": Decision.CONFIRMED, "withheld": True}, False),
        ({"filed_on": day(293)}, False),  # seven days ago
        ({"filed_on": day(292)}, True),  # overdue
    ],
)
def test_a_question_counts_and_is_named_only_when_its_flag_may_be_shown(
    made: Database, clock: Clock, other: dict[str, Any], shown: bool
) -> None:
    with made.write() as tx:
        asked(tx, **other)
        assert gathered(tx, 300) == [(1, 1) if shown else (0, 0)]
        assert named(tx, clock) == (["question"] if shown else [])


def test_a_question_about_an_anonymous_flag_counts_once_its_four_weeks_have_ended(made: Database, clock: Clock) -> None:
    ends = day(300) + dt.timedelta(days=28 - (day(300) - dt.date(2024, 1, 1)).days % 28)
    with made.write() as tx:
        asked(tx, filed_on=ends - dt.timedelta(days=1))
        clock.day = ends - dt.timedelta(days=1)
        assert gathered(tx, 300) == [(0, 0)]
        clock.day = ends
        assert gathered(tx, 300) == [(1, 1)]


def scores(tx: Session) -> list[float]:
    """The score of the response of clients 1 and 2 on day 300."""
    found = gathering.gather(tx, [day(300)], RULES)
    place = {client: k for k, client in enumerate(found.clients)}
    return [float(found.readings[place[client], 0, 0, 1]) for client in (1, 2)]


def test_the_response_is_known_of_whoever_was_served_flagged_or_asked_and_of_nobody_else(
    made: Database, clock: Clock
) -> None:
    with made.write() as tx:
        assert np.isnan(scores(tx)).all()
        judge(tx, clock, 0)
        assert scores(tx) == [pytest.approx(100 * 1.04 / 3), pytest.approx(np.nan, nan_ok=True)]
        work(tx, 2, day(280), 1)
        assert scores(tx)[1] == pytest.approx(2)


def test_one_mismatch_is_enough_for_the_response_to_be_known(made: Database) -> None:
    with made.write() as tx:
        flag(tx, 1, day(290), severity=0)
        assert np.isnan(scores(tx)).all()
        flag(tx, 1, day(290))
        assert scores(tx) == [pytest.approx(2), pytest.approx(np.nan, nan_ok=True)]
