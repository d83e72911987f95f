"""Alarms as tasks, and what the watches say: raised once by the worsening that was planted, closed with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.access import TERMINAL, Actor, NotAllowed
from ethics.access import Role as Seat
from ethics.audit import AuditEntry
from ethics.clients.models import Client
from ethics.database import Database
from ethics.imports.sample import Role, Truth, generate
from ethics.language import NotFound, Refused
from ethics.mismatches.clocks import period
from ethics.mismatches.models import Decision, Flag
from ethics.risk import alarms, analysis, watching
from ethics.risk.alarms import AlarmLine
from ethics.risk.models import Alarm
from ethics.workforce.models import AgentWeek, ClientWeek
from tests.conftest import someone
from tests.ledgers import LOOKED_AT, UNTIL, WEEK, Clock, flag, sample

REASON: Final = "Prices were wrong in the script; the client corrects it by Friday."
DAY: Final = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return generate(until=UNTIL).truth


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = sample(tmp_path_factory, tmp_path_factory.mktemp("alarms"))
    yield db
    db.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, LOOKED_AT)


@pytest.fixture
def centre(shared: Database, clock: Clock) -> Iterator[Session]:
    """The sample centre; what a test changes in it is thrown away."""
    with shared.read() as tx:
        yield tx


@pytest.fixture
def hidden(centre: Session, truth: Truth) -> int:
    """The number of the client with hidden terms."""
    return centre.exec(select(Client.id).where(Client.name == truth.clients[Role.HIDDEN_TERMS][0])).one() or 0


def one(tx: Session) -> AlarmLine:
    (alarm,) = alarms.waiting(tx, TERMINAL)
    return alarm


def officer() -> Actor:
    return someone(Seat.OFFICER)


def test_the_client_that_was_planted_to_worsen_and_only_it_has_an_open_alarm(
    centre: Session, truth: Truth, hidden: int
) -> None:
    found = one(centre)
    assert (found.client_id, found.name, found.open) == (hidden, truth.clients[Role.HIDDEN_TERMS][0], True)
    assert centre.exec(select(Alarm.client_id)).all() == [hidden]
    assert truth.worsens_from <= found.since <= found.week <= UNTIL
    assert found.statistic >= found.threshold == 52 * 12


def test_an_alarm_keeps_the_weeks_that_raised_it_as_the_ledger_counts_them(centre: Session, hidden: int) -> None:
    found = one(centre)
    mondays = [week.week for week in found.weeks]
    assert mondays == [found.since + k * WEEK for k in range((found.week - found.since).days // 7 + 1)]
    for week in found.weeks:
        about = select(sa.func.count()).select_from(Flag).where(Flag.client_id == hidden)
        about = about.where(Flag.met_on >= week.week, Flag.met_on < week.week + WEEK)
        about = about.where(col(Flag.category).not_in(["M01", "M02"]))
        assert (
            week.mismatches == centre.exec(about.where(col(Flag.status).in_([Decision.CONFIRMED, Decision.OPEN]))).one()
        )
        worked = select(ClientWeek.contacts).where(ClientWeek.client_id == hidden, ClientWeek.week_start == week.week)
        assert week.contacts == centre.exec(worked).one()
        assert week.expected is not None
        assert week.mismatches > week.expected


def test_the_watch_shows_half_a_year_with_what_was_usual_and_counts_todays_standings(
    centre: Session, hidden: int
) -> None:
    whole = watching.latest(centre)
    assert len(whole) == 12
    weeks = whole[hidden].weeks
    newest = dt.date(2026, 11, 2)  # the flags of the week after it may still wait undecided
    assert [week["week"] for week in weeks] == [(newest - k * WEEK).isoformat() for k in range(25, -1, -1)]
    raised = [week for week in weeks if week["mismatches"] > week["high"]]
    assert len(raised) >= 3
    assert all(week["week"] >= "2026-09-07" for week in raised)
    assert watching.latest(centre, client_ids=[]) == {}


def test_analysing_again_raises_nothing_twice(centre: Session) -> None:
    before = one(centre)
    for _ in range(2):
        analysis.analyse(centre, TERMINAL)
    assert one(centre) == before


def test_an_alarm_whose_flags_were_dismissed_since_tells_that_its_counts_have_changed(
    centre: Session, hidden: int
) -> None:
    before = one(centre)
    assert ([week.now for week in before.weeks], before.changed) == ([week.mismatches for week in before.weeks], False)
    dismissed = sa.update(Flag).where(col(Flag.client_id) == hidden, col(Flag.met_on) >= before.week)
    centre.execute(dismissed.where(col(Flag.met_on) < before.week + WEEK).values(status=Decision.DISMISSED))
    watching.update(centre)
    for after in (one(centre), *alarms.of_client(centre, hidden)):
        assert after.changed
        assert [week.mismatches for week in after.weeks] == [week.mismatches for week in before.weeks]
        assert [week.now for week in after.weeks] == [*(week.now for week in before.weeks[:-1]), 0]


def test_weeks_that_are_too_old_to_be_counted_again_have_not_changed(centre: Session, hidden: int) -> None:
    watch = watching.latest(centre)[hidden]
    watch.weeks = [week for week in watch.weeks if week["week"] > one(centre).week.isoformat()]
    centre.flush()
    found = one(centre)
    assert ({week.now for week in found.weeks}, found.changed) == ({None}, False)


def test_the_counts_of_all_open_alarms_are_one_query(centre: Session, hidden: int) -> None:
    def queries() -> int:
        asked: list[str] = []
        sa.event.listen(centre.connection(), "before_cursor_execute", lambda *about: asked.append(about[2]))
        alarms.waiting(centre, TERMINAL)
        return len(asked)

    first = queries()
    for client in sorted(set(watching.latest(centre)) - {hidden})[:3]:
        values = centre.exec(select(Alarm)).first()
        assert values is not None
        centre.add(Alarm(**(values.model_dump() | {"id": None, "client_id": client})))
    centre.flush()
    assert (queries(), len(alarms.waiting(centre, TERMINAL))) == (first, 4)


def close(tx: Session, actor: Actor = TERMINAL, reason: str = REASON) -> None:
    alarms.close(tx, actor, one(tx).alarm_id, reason)


def test_a_closed_alarm_is_nobodys_task_and_tells_what_was_found(centre: Session, hidden: int) -> None:
    close(centre, officer(), f"  {REASON} ")
    watching.update(centre)
    assert alarms.waiting(centre, TERMINAL) == []
    (line,) = alarms.of_client(centre, hidden)
    assert (line.open, line.closed_on, line.reason) == (False, LOOKED_AT, REASON)
    assert alarms.of_client(centre, hidden, until=line.week - DAY) == []


def statistics(tx: Session, client_id: int) -> dict[str, float]:
    """What the watch said after each of the shown weeks."""
    return {week["week"]: week["statistic"] for week in watching.latest(tx)[client_id].weeks}


def test_closed_the_statistic_starts_anew_and_what_crosses_again_is_a_new_task_at_once(
    centre: Session, clock: Clock, hidden: int
) -> None:
    before, week, closed = statistics(centre, hidden), "2026-10-19", one(centre)
    clock.day = dt.date(2026, 10, 21)
    close(centre)
    clock.day = LOOKED_AT
    for _ in range(2):
        analysis.analyse(centre, TERMINAL)
    again = one(centre)
    assert [line.alarm_id for line in alarms.of_client(centre, hidden)] == [closed.alarm_id, again.alarm_id]
    assert dt.date(2026, 10, 19) <= again.since
    assert dt.date(2026, 10, 21) < again.week < closed.week + 8 * WEEK
    after = statistics(centre, hidden)
    assert [after[other] for other in after if other < week] == [before[other] for other in before if other < week]
    # R is (1 + what it was a week before) times the week's ratio of likelihoods; begun anew it was nothing.
    assert after[week] == pytest.approx(before[week] / (1 + before["2026-10-12"]), rel=0.02)


def worsen(tx: Session, client_id: int, clock: Clock) -> dt.date:
    """Four weeks more, with sixty mismatches in each; returns the first Monday. Looked at on the Monday after them."""
    first = UNTIL + DAY
    for k in range(4):
        monday = first + k * WEEK
        tx.add(ClientWeek(client_id=client_id, week_start=monday, hours_hundredths=9, contacts=4000, agents=9))
        for _ in range(60):
            flag(tx, client_id, monday)
    flag(tx, client_id, first + 4 * WEEK - DAY)
    clock.day = first + 4 * WEEK
    return first


def test_a_further_worsening_long_after_the_alarm_was_closed_is_a_new_task(
    centre: Session, clock: Clock, hidden: int
) -> None:
    clock.day = UNTIL - 6 * DAY
    close(centre)
    first = worsen(centre, hidden, clock)
    watching.update(centre)
    again = one(centre)
    assert again.week >= first
    assert len(alarms.of_client(centre, hidden)) == 2


def test_what_happens_while_an_alarm_stands_open_belongs_to_it_even_after_it_is_closed(
    centre: Session, clock: Clock, hidden: int
) -> None:
    before = one(centre)
    worsen(centre, hidden, clock)
    watching.update(centre)
    assert one(centre) == before
    close(centre)
    watching.update(centre)
    assert alarms.waiting(centre, TERMINAL) == []


@pytest.mark.parametrize("reason", ["", " " * 12, "Looked at", "  Looked at   ", "x" * 2001])
def test_an_alarm_is_not_closed_without_a_reason_that_can_be_read(centre: Session, reason: str) -> None:
    with pytest.raises(Refused):
        close(centre, reason=reason)
    assert one(centre).open


def test_an_alarm_is_closed_once(centre: Session) -> None:
    number = one(centre).alarm_id
    close(centre)
    with pytest.raises(Refused, match="already"):
        alarms.close(centre, TERMINAL, number, REASON)


def test_another_managers_alarm_is_not_there(centre: Session, hidden: int) -> None:
    mine, other = (someone(Seat.MANAGER, clients=clients) for clients in ((hidden,), (hidden + 1,)))
    assert [line.client_id for line in alarms.waiting(centre, mine)] == [hidden]
    assert alarms.waiting(centre, other) == []
    heard = []
    for number in (one(centre).alarm_id, 10_000):
        with pytest.raises(NotFound) as refused:
            alarms.close(centre, other, number, REASON)
        heard.append(str(refused.value))
    assert heard[0] == heard[1]
    close(centre, mine)


def test_an_executive_sees_an_alarm_and_closes_none(centre: Session) -> None:
    executive = someone(Seat.EXECUTIVE)
    assert len(alarms.waiting(centre, executive)) == 1
    with pytest.raises(NotAllowed):
        close(centre, executive)


@pytest.mark.parametrize("role", [Seat.AGENT, Seat.HR, Seat.ADMINISTRATOR])
def test_who_sees_no_risk_sees_no_alarm(centre: Session, role: Seat) -> None:
    with pytest.raises(NotAllowed):
        alarms.waiting(centre, someone(role))


def test_the_audit_trail_names_the_deed_and_holds_none_of_its_words(centre: Session, hidden: int) -> None:
    close(centre)
    entry = centre.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc())).first()
    assert entry is not None
    assert '"close alarm"' in entry.body
    assert f'"client":{hidden}' in entry.body
    for word in ("Prices", "script", "Friday"):
        assert word not in entry.body


def test_an_alarm_that_is_found_in_old_data_is_nobodys_task(centre: Session, clock: Clock, hidden: int) -> None:
    week = one(centre).week
    for later, open_ in ((week + 13 * WEEK, True), (week + 13 * WEEK + DAY, False)):
        centre.execute(sa.delete(Alarm))
        clock.day = later
        watching.update(centre)
        (line,) = alarms.of_client(centre, hidden)
        assert (line.week, line.open, line.past) == (week, open_, not open_)
        assert len(alarms.waiting(centre, TERMINAL)) == open_
    with pytest.raises(Refused):
        alarms.close(centre, TERMINAL, line.alarm_id, REASON)


def heard(tx: Session) -> dict[int, dict[str, Any]]:
    watching.update(tx)
    return {client: row.silence for client, row in watching.latest(tx).items()}


def test_a_client_that_fewer_than_five_people_serve_has_no_silence_result(centre: Session, hidden: int) -> None:
    before = heard(centre)
    assert before[hidden]["observed"] > 0
    recent = select(AgentWeek.agent_id).where(AgentWeek.client_id == hidden, AgentWeek.week_start > UNTIL - 4 * WEEK)
    agents = sorted(set(centre.exec(recent)))
    for kept, there in ((5, True), (4, False)):
        centre.execute(
            sa.delete(AgentWeek).where(
                col(AgentWeek.client_id) == hidden,
                col(AgentWeek.week_start) > UNTIL - 4 * WEEK,
                col(AgentWeek.agent_id).in_(agents[kept:]),
            )
        )
        after = heard(centre)
        assert bool(after[hidden]) is there, kept
        assert [bool(said) for said in after.values()].count(False) == (not there)


def test_what_is_sent_in_the_running_four_weeks_does_not_move_the_silence_watch(centre: Session, hidden: int) -> None:
    before, running = heard(centre), period(UNTIL)
    assert before[hidden]["until"] == (running - DAY).isoformat()
    for met, disclosed in ((running, "imported"), (running, "anonymous"), (running - DAY, "confidential")):
        for _ in range(20):
            flag(centre, hidden, met, filed_on=running, disclosed=disclosed, status=Decision.OPEN)
    assert heard(centre) == before
    flag(centre, hidden, running - DAY, disclosed="confidential", status=Decision.OPEN)  # of a period that has ended
    assert heard(centre)[hidden]["observed"] == before[hidden]["observed"] + 1


def test_an_empty_house_is_watched_without_a_word(lite: Database, clock: Clock) -> None:
    with lite.write() as tx:
        watching.update(tx)
        assert watching.latest(tx) == {}
        assert alarms.waiting(tx, TERMINAL) == []
