"""When results are computed: once a day, after a decision for its client alone, and for everybody when a week ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest
from sqlmodel import col, select

from ethics import rounds
from ethics.access import TERMINAL, NotAllowed, Role
from ethics.clients.models import Client
from ethics.database import Database
from ethics.mismatches.models import Decision
from ethics.risk import analysis, gathering, scores, watching
from ethics.risk.models import ClientWatch, ScoreWeek
from ethics.triage import rulings
from tests.centre import OFFICER, build, file
from tests.conftest import someone
from tests.files import bring
from tests.ledgers import WEEK, Clock, flag, work

MONDAY: Final = dt.date(2026, 3, 2)
DAY: Final = dt.timedelta(days=1)
#: The Wednesday of the ninth week; shifts are known until the Sunday before.
WEDNESDAY: Final = MONDAY + 8 * WEEK + 2 * DAY
YES: Final = rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "It is as you said.")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, WEDNESDAY)


@pytest.fixture
def house(lite: Database, clock: Clock) -> Database:
    """Clients 1 and 2 with eight weeks of contacts, analysed yesterday."""
    clock.day = WEDNESDAY - DAY
    with build(lite).write() as tx:
        for number in (1, 2):
            work(tx, number, MONDAY, 8)
        analysis.analyse(tx, TERMINAL)
    clock.day = WEDNESDAY
    return lite


def moments(db: Database) -> dict[int, dt.date]:
    """On which day each client's picture was computed."""
    with db.read() as tx:
        return {number: row.computed_at.date() for number, row in scores.latest(tx).items()}


def dates(db: Database) -> dict[int, dt.date]:
    """The day that each client's picture is of."""
    with db.read() as tx:
        return {number: row.as_of for number, row in scores.latest(tx).items()}


def weeks(db: Database, since: dt.date = MONDAY) -> list[tuple[int, dt.date]]:
    """Clients and weeks of the history that holds."""
    query = select(ScoreWeek.client_id, ScoreWeek.week).where(col(ScoreWeek.replaced_at).is_(None))
    with db.read() as tx:
        rows = tx.exec(query.order_by(col(ScoreWeek.week), col(ScoreWeek.client_id)))
        return [(client, week) for client, week in rows if week >= since]


def computed(db: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the daily round computes when it comes by once."""
    count: list[Any] = []
    whole = analysis._everything
    with monkeypatch.context() as patch:
        patch.setattr(analysis, "_everything", lambda tx: count.append(whole(tx)))
        analysis.analyse_daily(db)
    return len(count)


def test_the_daily_round_computes_once_a_day(house: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [computed(house, monkeypatch) for _ in range(3)] == [1, 0, 0]
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY}
    clock.day += DAY
    assert [computed(house, monkeypatch) for _ in range(2)] == [1, 0]


def test_a_decision_of_the_morning_does_not_use_up_the_days_round(
    house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.write() as tx:
        scores.compute(tx, client_ids=[1])
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY - DAY}
    assert computed(house, monkeypatch) == 1
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY}


def test_the_round_makes_an_undecided_flag_late_without_anybodys_click(house: Database, clock: Clock) -> None:
    with house.write() as tx:
        flag(tx, 2, WEDNESDAY, severity=3, status=Decision.OPEN, disclosed="named")
        analysis.analyse(tx, TERMINAL)
    seen = []
    for day in (7, 8):
        clock.day = WEDNESDAY + day * DAY
        analysis.analyse_daily(house)
        with house.read() as tx:
            seen.append({number: row.mismatches for number, row in scores.latest(tx).items()})
    assert seen == [{1: 0, 2: 0}, {1: 0, 2: 1}]


def test_an_empty_house_has_nothing_to_compute(lite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert computed(lite, monkeypatch) == 0


def test_a_house_that_was_never_analysed_and_one_with_a_new_client_are_computed(
    house: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert computed(house, monkeypatch) == 1
    with house.write() as tx:
        tx.add(Client(id=3, name="Uusi Oy", name_key="uusi oy"))
    assert [computed(house, monkeypatch) for _ in range(2)] == [1, 0]
    assert set(moments(house)) == {1, 2, 3}


def test_the_daily_round_is_one_of_the_houses_rounds() -> None:
    assert rounds._ROUNDS["ethics.risk.analysis.analyse_daily"].minutes == 60


def test_a_decision_computes_the_picture_of_its_client_alone(house: Database, clock: Clock) -> None:
    analysis.analyse_daily(house)
    with house.write() as tx:
        key = flag(tx, 1, MONDAY + 7 * WEEK, severity=3, status=Decision.OPEN, disclosed="named").id
        before = {number: row.score or 0.0 for number, row in scores.latest(tx).items()}
        watched = tx.exec(select(ClientWatch.computed_at)).all()
    clock.day += DAY
    with house.write() as tx:
        rulings.decide(tx, OFFICER, key, YES)
    assert moments(house) == {1: WEDNESDAY + DAY, 2: WEDNESDAY}
    with house.read() as tx:
        after = {number: row.score or 0.0 for number, row in scores.latest(tx).items()}
        assert tx.exec(select(ClientWatch.computed_at)).all() == watched
    assert after[1] > before[1]
    assert after[2] == before[2]


def test_a_flag_of_a_new_week_scores_the_week_that_ended_for_everybody_when_the_round_comes_by(
    house: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A week ends once the data go beyond it: the day of one signed flag is enough."""
    analysis.analyse_daily(house)
    last = MONDAY + 8 * WEEK - DAY
    assert weeks(house, last) == [(1, last), (2, last)]
    clock.day = WEDNESDAY + WEEK
    analysis.analyse_daily(house)
    assert weeks(house, last) == [(1, last), (2, last)]
    file(house, met_on=clock.day, submission="new week", disclosed="named")
    assert dates(house) == {1: clock.day, 2: last}
    assert computed(house, monkeypatch) == 1
    assert weeks(house, last) == [(1, last), (2, last), (1, last + WEEK), (2, last + WEEK)]
    assert dates(house) == {1: clock.day, 2: clock.day}
    assert computed(house, monkeypatch) == 0


def test_filing_a_confidential_flag_computes_nothing_and_a_named_one_its_client(house: Database) -> None:
    file(house, met_on=WEDNESDAY, submission="confidential", disclosed="confidential")
    assert moments(house) == {1: WEDNESDAY - DAY, 2: WEDNESDAY - DAY}
    file(house, met_on=WEDNESDAY, submission="named", disclosed="named")
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY - DAY}


#: The last day of the contacts, a Wednesday without any, and the last Sunday of its four weeks.
CONTACTS_END: Final = dt.date(2026, 4, 26)
FILED: Final = dt.date(2026, 5, 6)
PERIOD_END: Final = dt.date(2026, 5, 17)


@pytest.mark.parametrize("disclosed", ["confidential", "anonymous"])
@pytest.mark.parametrize(
    ("other", "looked_at", "until"),
    [
        ({}, dt.date(2026, 5, 13), CONTACTS_END),
        ({}, dt.date(2026, 5, 14), dt.date(2026, 5, 10)),  # overdue: the Sunday of its week
        ({"filed_on": PERIOD_END - DAY}, PERIOD_END, CONTACTS_END),
        ({"filed_on": PERIOD_END - DAY}, PERIOD_END + DAY, PERIOD_END),  # its four weeks have ended
        ({"status": Decision.CONFIRMED, "decided": FILED}, FILED, FILED),  # that Sunday is yet to come
        ({"status": Decision.DISMISSED, "decided": FILED}, FILED + 5 * DAY, dt.date(2026, 5, 10)),
        ({"status": Decision.MERGED, "decided": FILED}, FILED + 5 * DAY, CONTACTS_END),
        ({"status": Decision.CONFIRMED, "decided": FILED, "withheld": True}, PERIOD_END + DAY, CONTACTS_END),
        ({"withheld": True}, PERIOD_END + DAY, CONTACTS_END),
    ],
)
def test_an_unsigned_flag_moves_the_end_of_the_data_only_when_something_of_it_may_be_told(
    house: Database, clock: Clock, disclosed: str, other: dict[str, Any], looked_at: dt.date, until: dt.date
) -> None:
    clock.day = looked_at
    with house.write() as tx:
        flag(tx, 1, FILED, **{"status": Decision.OPEN, "disclosed": disclosed, **other})
        assert gathering.data_until(tx) == until


def test_a_signed_flag_moves_the_end_of_the_data_to_its_day_unless_it_is_withheld(
    house: Database, clock: Clock
) -> None:
    clock.day = FILED + 2 * DAY
    with house.write() as tx:
        one = flag(tx, 1, FILED, status=Decision.OPEN, disclosed="named", withheld=True)
        assert gathering.data_until(tx) == CONTACTS_END
        one.withheld = False
        tx.flush()
        assert gathering.data_until(tx) == FILED


def test_a_file_that_opens_a_new_week_scores_everybodys_ended_week_at_once(house: Database, clock: Clock) -> None:
    clock.day = WEDNESDAY + WEEK
    last = MONDAY + 8 * WEEK - DAY
    row = f"Lumikki Oy,{clock.day},M05,2,confirmed\n"
    bring(house, "flags", f"client,date,category,severity,status\n{row}")
    assert weeks(house, last) == [(1, last), (2, last), (1, last + WEEK), (2, last + WEEK)]
    assert dates(house) == {1: clock.day, 2: clock.day}


def test_a_late_file_computes_its_clients_and_leaves_the_others(house: Database) -> None:
    late = f"client,date,category,severity,status\nLumikki Oy,{MONDAY},M05,2,confirmed\n"
    bring(house, "flags", late)
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY - DAY}
    with house.read() as tx:
        revised = tx.exec(select(ScoreWeek.client_id).where(ScoreWeek.revision == 1)).all()
        assert revised == [1] * 8
        assert watching.latest(tx)[1].computed_at.date() == WEDNESDAY  # a late mismatch may raise an alarm


def test_the_first_evidence_of_a_house_computes_everything(lite: Database, clock: Clock) -> None:
    with build(lite).write() as tx:
        work(tx, 1, MONDAY, 2)
    file(lite, met_on=WEDNESDAY, disclosed="named")
    assert set(moments(lite)) == {1, 2}
    assert [client for client, _ in weeks(lite)] == [1] * 8


def test_analysing_by_hand_returns_the_last_day_of_the_data(house: Database) -> None:
    with house.write() as tx:
        assert analysis.analyse(tx, someone(Role.OFFICER)) == MONDAY + 8 * WEEK - DAY
    assert moments(house) == {1: WEDNESDAY, 2: WEDNESDAY}


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.EXECUTIVE])
def test_who_may_not_analyse_is_refused(house: Database, role: Role) -> None:
    with house.write() as tx, pytest.raises(NotAllowed):
        analysis.analyse(tx, someone(role))
