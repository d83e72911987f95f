"""The weekly history: one row for each client and ended week, by what was known then, and nothing is ever overwritten."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import pytest
from scipy.stats import beta
from sqlmodel import Session, col, select

from ethics.access import TERMINAL
from ethics.clients import promises
from ethics.clients.models import Verdict
from ethics.database import Database
from ethics.mismatches.models import Certainty, Decision
from ethics.risk import analysis, burden, history, scores
from ethics.risk.models import ScoreWeek
from ethics.risk.policies import built_in
from ethics.risk.score import Evidence, Reading, score_client
from ethics.triage import rulings
from ethics.triage.models import ClientQuestion
from ethics.wellbeing.results import Ratio
from tests.centre import OFFICER, build
from tests.files import bring, take_back
from tests.ledgers import WEEK, Clock, flag, people, row, work
from tests.releases import line, store, year

MONDAY: Final = dt.date(2026, 3, 2)
WEEKS: Final = 12
#: The last day of the data, and the Wednesday after it, on which the house is looked at.
LAST: Final = MONDAY + WEEKS * WEEK - dt.timedelta(days=1)
LOOKED_AT: Final = LAST + dt.timedelta(days=3)
RULES: Final = built_in()
DAY: Final = dt.timedelta(days=1)


def sunday(k: int) -> dt.date:
    """The end of week `k`, counted from 0."""
    return MONDAY + k * WEEK + 6 * DAY


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, LOOKED_AT)


@pytest.fixture
def house(db: Database, clock: Clock) -> Database:
    """Client 1 with twelve weeks, flags and an overdue question; client 2 from the fifth week on; client 3 idle."""
    with build(db).write() as tx:
        people(tx, 3)
        work(tx, 1, MONDAY, WEEKS)
        work(tx, 2, MONDAY + 4 * WEEK, WEEKS - 4, contacts=300)
        for k in (0, 2, 2, 5, 9):
            flag(tx, 1, sunday(k) - 3 * DAY, severity=3)
        flag(tx, 1, sunday(3), category="M08", severity=4, certainty=Certainty.PROOF, decided=sunday(6))
        away = flag(tx, 1, sunday(3), category="M07", status=Decision.DISMISSED, decided=sunday(8) + DAY)
        flag(tx, 1, sunday(4), category="M10", status=Decision.OPEN, disclosed="confidential")
        tx.add(ClientQuestion(flag_id=away.id, text="Why?", asked_on=sunday(3), due_on=sunday(4) + DAY))
        tx.flush()
        analysis.analyse(tx, TERMINAL)
    return db


def rows(tx: Session, *, all_: bool = False) -> Sequence[ScoreWeek]:
    query = select(ScoreWeek).order_by(col(ScoreWeek.client_id), col(ScoreWeek.week), col(ScoreWeek.revision))
    if not all_:
        query = query.where(col(ScoreWeek.replaced_at).is_(None))
    return tx.exec(query).all()


def stored(db: Database, **options: bool) -> list[tuple[Any, ...]]:
    """What every row says, with the moments at which it was computed and replaced."""
    with db.read() as tx:
        return [(*row(week), week.computed_at, week.replaced_at) for week in rows(tx, **options)]


def test_there_is_one_row_for_each_client_and_ended_week_from_its_first_data_on(house: Database) -> None:
    with house.read() as tx:
        found = [(week.client_id, week.week, week.revision) for week in rows(tx, all_=True)]
    assert found == [(1, sunday(k), 0) for k in range(WEEKS)] + [(2, sunday(k), 0) for k in range(4, WEEKS)]


def test_a_week_says_what_the_score_of_its_sunday_says(house: Database) -> None:
    with house.read() as tx:
        found = rows(tx)
        for k in range(WEEKS):
            pictures = scores.at(tx, sunday(k))
            for week in (week for week in found if week.week == sunday(k)):
                then = pictures[week.client_id]
                assert (week.score, week.low, week.high) == (then.score, then.low, then.high), k
                assert (week.contacts, week.mismatches) == (then.contacts, then.mismatches)
                assert week.weakest == then.detail["weakest"]


def by_hand(k: int) -> Evidence:
    """What was known of client 1 on the Sunday of week `k`, counted here."""
    left = [0.5 ** (n / 26) for n in range(WEEKS + 1)]
    truth = sum(left[k - met] for met in (0, 2, 2, 5, 9) if met <= k)
    # Undecided on its Sunday, the gravest one counts from the eighth day after, and is proved two weeks later.
    conduct = left[k - 3] if k >= 5 else 0.0
    # Two of customer rights: one from its eighth day until it was dismissed, the other from its eighth day on.
    rights = (left[k - 3] if 5 <= k <= 8 else 0.0) + (left[k - 4] if k >= 6 else 0.0)
    # Beforehand 0.02 of two matters are believed gone wrong. The question was due on a Monday: from the next Sunday on
    # it has gone wrong.
    a, b = 0.04 + (k >= 5), 1.96
    mean = a / (a + b)
    low, high = min(beta.ppf(0.025, a, b), mean), max(beta.ppf(0.975, a, b), mean)
    return Evidence(
        client="1",
        contacts=1000 * sum(left[n] for n in range(k + 1)),
        counts={
            "product_truth": (0, 0, 0, truth, 0),
            "sales_conduct": (0, 0, 0, 0, conduct),
            "customer_rights": (0, 0, rights, 0, 0),
        },
        proved_severity_4=int(k >= 6),
        response=Reading(100 * mean, 100 * low, 100 * high),
    )


def test_the_rows_of_a_client_are_the_formula_of_what_was_counted_by_hand(house: Database) -> None:
    with house.read() as tx:
        found = [week for week in rows(tx) if week.client_id == 1]
    for k, week in enumerate(found):
        expected = score_client(by_hand(k), RULES)
        assert (week.score, week.low, week.high) == (expected.score, expected.low, expected.high), k
        assert week.weakest == expected.weakest


def test_analysing_again_writes_nothing_and_touches_nothing(house: Database, clock: Clock) -> None:
    before = stored(house, all_=True)
    clock.day += 5 * DAY
    with house.write() as tx:
        assert history.bring_up_to_date(tx) == 0
        analysis.analyse(tx, TERMINAL)
    assert stored(house, all_=True) == before


LATE = f"client,date,category,severity,certainty,text,status\nLumikki Oy,{sunday(5)},M08,3,saw,Myöhässä,confirmed\n"


def test_a_late_import_adds_a_revision_from_its_week_on_and_keeps_what_was_said_before(
    house: Database, clock: Clock
) -> None:
    before = stored(house)
    clock.day += DAY
    bring(house, "flags", LATE)
    after = stored(house, all_=True)
    old = [one for one in after if one[2] == 0]
    assert [one[:9] for one in old] == [one[:9] for one in before]  # every number, and when it was computed
    touched = [(1, sunday(k)) for k in range(5, WEEKS)]
    assert [one[:2] for one in old if one[9] is not None] == touched
    new = [one for one in after if one[2] == 1]
    assert [one[:2] for one in new] == touched
    assert all(one[8] == clock() and one[9] is None for one in new)
    with house.read() as tx:
        for one in new:
            assert scores.at(tx, one[1])[1].score == one[3]
        shown = history.history(tx, 1, until=LAST)
        assert [week.revision for week in shown] == [0] * 5 + [1] * 7
        assert len(history.history(tx, 1, until=LAST, superseded=True)) == WEEKS + 7
        assert [week.week for week in history.history(tx, 1, until=sunday(6), limit=2)] == [sunday(5), sunday(6)]


def test_undoing_the_import_brings_back_the_numbers_as_a_further_revision(house: Database) -> None:
    before = stored(house)
    batch = bring(house, "flags", LATE).batch_id
    take_back(house, batch)
    again = [one[:2] + one[3:8] for one in stored(house)]
    assert again == [one[:2] + one[3:8] for one in before]
    with house.read() as tx:
        known = [(week.revision, week.replaced_at is None) for week in rows(tx, all_=True) if week.week == sunday(5)]
    assert known == [(0, False), (1, False), (2, True), (0, True)]


def test_one_more_week_of_data_writes_that_weeks_rows_and_no_others(house: Database, clock: Clock) -> None:
    clock.day = LAST + WEEK + 2 * DAY
    before = stored(house, all_=True)
    with house.write() as tx:
        work(tx, 1, LAST + DAY, 1)
        work(tx, 2, LAST + DAY, 1)
        analysis.recompute(tx, {1, 2}, LAST + DAY)
    after = stored(house, all_=True)
    assert [one for one in after if one in before] == before
    new = [one for one in after if one not in before]
    assert [one[:3] for one in new] == [(1, sunday(WEEKS), 0), (2, sunday(WEEKS), 0)]


def test_weeks_that_an_undone_import_had_opened_are_taken_back_and_scored_again_when_it_returns(
    house: Database, clock: Clock
) -> None:
    clock.day = LAST + WEEK + 2 * DAY
    before = stored(house, all_=True)
    ahead = f"client,date,category,severity,status\nLumikki Oy,{LAST + WEEK},M05,1,confirmed\n"
    batch = bring(house, "flags", ahead).batch_id
    take_back(house, batch)
    taken = [one for one in stored(house, all_=True) if one not in before]
    assert [(one[:3], one[9] is None) for one in taken] == [
        ((1, sunday(WEEKS), 0), False),
        ((2, sunday(WEEKS), 0), False),
    ]
    bring(house, "flags", ahead)
    again = [one for one in stored(house) if one not in before]
    assert [one[:3] for one in again] == [(1, sunday(WEEKS), 1), (2, sunday(WEEKS), 1)]
    assert [one[3:8] for one in again] == [one[3:8] for one in taken]


EARLY = f"client,date,category,severity,status\nLumikki Oy,{MONDAY - 3 * WEEK},M05,1,confirmed\n"


def test_weeks_before_the_first_data_are_taken_back_when_the_file_that_opened_them_is_undone(house: Database) -> None:
    before = [one[:2] for one in stored(house)]
    batch = bring(house, "flags", EARLY).batch_id
    opened = [one[:2] for one in stored(house) if one[:2] not in before]
    assert opened == [(1, sunday(k)) for k in (-3, -2, -1)]
    take_back(house, batch)
    assert [one[:2] for one in stored(house)] == before


def test_when_no_data_are_left_every_week_is_taken_back(db: Database, clock: Clock) -> None:
    batch = bring(build(db), "flags", f"{EARLY}Lumikki Oy,{MONDAY - 2 * WEEK},M05,1,confirmed\n").batch_id
    assert [one[:2] for one in stored(db)] == [(1, sunday(-3))]
    take_back(db, batch)
    assert stored(db) == []


def test_the_history_starts_520_weeks_before_the_end_of_the_data(lite: Database, clock: Clock) -> None:
    with build(lite).write() as tx:
        work(tx, 1, LAST + DAY - 530 * WEEK, 530)
        flag(tx, 2, dt.date(1926, 3, 2))
        history.bring_up_to_date(tx)
        assert [week.week for week in rows(tx)] == [LAST - k * WEEK for k in range(520, -1, -1)]


def test_a_merged_flag_counts_as_overdue_until_the_day_on_which_it_was_merged_as_a_dismissed_one(
    db: Database, clock: Clock
) -> None:
    with build(db).write() as tx:
        for number, status in ((1, Decision.DISMISSED), (2, Decision.MERGED)):
            work(tx, number, MONDAY, WEEKS)
            flag(tx, number, sunday(3), severity=3, status=status, decided=sunday(8) + DAY)
        history.bring_up_to_date(tx)
        dismissed, merged = ([week for week in rows(tx) if week.client_id == number] for number in (1, 2))
    assert [week.mismatches for week in merged] == [0] * 5 + [1] * 4 + [0] * 3  # overdue on the eighth day, a Monday
    assert [row(week)[1:] for week in merged] == [row(week)[1:] for week in dismissed]


def test_a_decision_of_today_changes_no_earlier_week(house: Database) -> None:
    before = stored(house, all_=True)
    with house.write() as tx:
        key = flag(tx, 1, sunday(7), severity=3, status=Decision.OPEN, disclosed="confidential").id
        analysis.analyse(tx, TERMINAL)
    middle = stored(house, all_=True)
    assert len(middle) > len(before)  # a flag of that week came late
    for outcome in ("T6", "T1"):
        with house.write() as tx:
            ruling = rulings.Ruling(outcome, "M05", 3, None, "The invoice shows it", "It is as you said.")
            rulings.decide(tx, OFFICER, key, ruling)
            analysis.analyse(tx, TERMINAL)
    assert stored(house, all_=True) == middle


def test_a_verdict_a_withdrawal_and_an_answer_of_today_change_no_earlier_week(house: Database) -> None:
    with house.write() as tx:
        number = promises.add(tx, OFFICER, promises.Draft(1, "Cancel by one call"))
        flag(tx, 1, sunday(7), promise_id=number)
        analysis.analyse(tx, TERMINAL)
    before = stored(house, all_=True)
    with house.write() as tx:
        promises.judge(tx, OFFICER, number, verdict=Verdict.BROKEN, evidence="Seen on invoices", on=LOOKED_AT)
        promises.withdraw(tx, OFFICER, number, evidence="No longer on the page", on=LOOKED_AT)
        tx.exec(select(ClientQuestion)).one().answered_on = LOOKED_AT
        analysis.analyse(tx, TERMINAL)
    assert stored(house, all_=True) == before


def test_a_burden_is_known_from_the_sunday_after_its_publication_and_changes_no_week_before(house: Database) -> None:
    before = stored(house)
    with house.write() as tx:
        store(tx, year(2025, sunday(5) + DAY, line(1, 1.8, 1.4, 2.3), line(2)))
        analysis.analyse(tx, TERMINAL)
    after = stored(house)
    changed = [one[:3] for one in after if one not in before]
    assert changed == [(1, sunday(k), 1) for k in range(6, WEEKS)]
    low, middle, high = burden.reading(Ratio(1.8, 1.4, 2.3), RULES.burden)
    for one in after:
        if one[0] == 1 and one[1] > sunday(5):
            evidence = dataclasses.replace(
                by_hand((one[1] - sunday(0)).days // 7), agent_burden=Reading(middle, low, high)
            )
            expected = score_client(evidence, RULES)
            assert one[3:6] == (expected.score, expected.low, expected.high)


def test_a_year_published_today_changes_no_ended_week_and_analysing_again_writes_nothing(house: Database) -> None:
    before = stored(house, all_=True)
    with house.write() as tx:
        store(tx, year(2025, LOOKED_AT, line(1, 1.8, 1.4, 2.3)))
        analysis.analyse(tx, TERMINAL)
    assert stored(house, all_=True) == before
    with house.write() as tx:
        assert history.bring_up_to_date(tx) == 0


def test_only_the_clients_and_weeks_asked_for_are_scored(db: Database, clock: Clock) -> None:
    with db.write() as tx:
        people(tx, 1, 2)
        for number in (1, 2):
            work(tx, number, MONDAY, WEEKS)
        assert history.bring_up_to_date(tx, client_ids=[2], since=sunday(10)) == 2
        assert [(week.client_id, week.week) for week in rows(tx)] == [(2, sunday(10)), (2, sunday(11))]
        assert history.bring_up_to_date(tx) == 2 * WEEKS - 2


def test_an_empty_house_has_no_history(db: Database) -> None:
    with db.write() as tx:
        assert history.bring_up_to_date(tx) == 0
        people(tx, 1)
        assert history.bring_up_to_date(tx) == 0
        assert history.history(tx, 1, until=LAST) == []
