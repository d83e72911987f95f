"""What changed: told in an officer's own words, late enough and wide enough that no reporter can be recognised."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from ethics.clients.models import Promise, Verdict
from ethics.database import Database, now
from ethics.language import NotFound, Refused
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.models import Decision, Flag, PublishedChange
from ethics.triage import changed
from ethics.triage.changed import ClientChanges
from ethics.workforce.models import Agent, AgentWeek
from tests.centre import AGENT, DAY, MANAGER, OFFICER, build, file

SAID, DID = "The invoice is not what the call says.", "The client now tells the whole price before the order."
LONG = "Asiakkaalle luvattiin puhelimessa sama hinta koko kahden vuoden ajaksi ja lasku nousi heti."


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


def told(db: Database) -> dict[str, ClientChanges]:
    with db.read() as tx:
        return {changes.client: changes for changes in changed.what_changed(tx, AGENT)}


def publish(db: Database, said: str = SAID, did: str = DID, client_id: int = 1) -> None:
    with db.write() as tx:
        changed.publish(tx, OFFICER, client_id, said=said, did=did)


def end_the_period(db: Database) -> None:
    with db.write() as tx:
        for row in tx.exec(select(PublishedChange)):
            row.period -= dt.timedelta(weeks=4)


def serve(db: Database, people: int) -> None:
    """So many people worked for client 1 last week."""
    with db.write() as tx:
        for number in range(1, people + 1):
            tx.add(Agent(id=number, pseudonym=f"{number:032d}"))
        tx.flush()
        for number in range(1, people + 1):
            week = monday(DAY) - dt.timedelta(weeks=1)
            tx.add(
                AgentWeek(agent_id=number, week_start=week, client_id=1, hours_hundredths=3000, contacts=90, shifts=4)
            )


def answered(db: Database, confirmed: int, dismissed: int, category: str = "M05") -> None:
    for n in range(confirmed + dismissed):
        key = file(db, submission=f"{category}{n}", category=category)
        with db.write() as tx:
            flag = tx.get(Flag, key)
            assert flag is not None
            flag.status = Decision.CONFIRMED if n < confirmed else Decision.DISMISSED
            flag.filed_on = period(DAY) - dt.timedelta(days=1)


def test_nothing_to_tell_is_an_empty_list(centre: Database) -> None:
    assert told(centre) == {}


def test_a_line_shows_when_its_four_week_period_has_ended(centre: Database) -> None:
    publish(centre)
    assert told(centre) == {}
    with centre.read() as tx:
        assert [line.said for line in changed.published(tx, OFFICER, 1)] == [SAID]
    end_the_period(centre)
    line = told(centre)["Lumikki Oy"].lines[0]
    assert (line.said, line.did, line.period) == (SAID, DID, period(DAY) - dt.timedelta(weeks=4))


@pytest.mark.parametrize("day", [dt.date(2026, 10, 5), dt.date(2026, 11, 1), dt.date(2024, 1, 1)])
def test_the_form_says_from_which_monday_on_everybody_reads_it(day: dt.date) -> None:
    shown = changed.shown_from(day)
    assert shown.weekday() == 0
    assert period(shown) > period(day) == period(shown - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("said", "did", "says"),
    [
        ("", DID, "Write both"),
        (SAID, " a ", "Write both"),
        ("x" * 301, DID, "too long: 300"),
        (SAID, "x" * 601, "too long: 600"),
        ("Test agent told us about the invoice.", DID, "Leave “Test"),
        (SAID, "Call 040 123 4567 if it goes on.", "Leave “040 123 4567” out"),
        ("Luvattiin puhelimessa sama hinta koko kahden vuoden ajaksi ja lasku nousi.", DID, "quotes a flag"),
    ],
)
def test_a_line_that_points_at_somebody_is_refused(centre: Database, said: str, did: str, says: str) -> None:
    file(centre, text=LONG)
    with pytest.raises(Refused, match=says):
        publish(centre, said, did)
    with centre.read() as tx:
        assert changed.published(tx, OFFICER, 1) == []


def test_a_line_can_be_taken_back_and_only_once(centre: Database) -> None:
    publish(centre)
    end_the_period(centre)
    key = told(centre)["Lumikki Oy"].lines[0].id
    with centre.write() as tx:
        changed.take_back(tx, OFFICER, key)
    assert told(centre) == {}
    with centre.write() as tx, pytest.raises(NotFound):
        changed.take_back(tx, OFFICER, key)


def test_a_line_about_no_such_client_is_not_found(centre: Database) -> None:
    with pytest.raises(NotFound):
        publish(centre, client_id=99)


def test_promises_proved_broken_or_kept_are_told_and_unproven_ones_are_not(centre: Database) -> None:
    with centre.write() as tx:
        for n, (verdict, withdrawn) in enumerate(
            ((Verdict.BROKEN, DAY), (Verdict.KEPT, None), (Verdict.UNPROVEN, None)), 1
        ):
            tx.add(
                Promise(
                    client_id=1,
                    text=f"Promise {n}",
                    verdict=verdict,
                    verdict_on=None if verdict == Verdict.UNPROVEN else DAY - dt.timedelta(days=n),
                    withdrawn_on=withdrawn,
                    row_key=str(n),
                )
            )
    news = told(centre)["Lumikki Oy"].promises
    assert [(one.text, one.verdict, one.withdrawn_on) for one in news] == [
        ("Promise 1", "broken", DAY),
        ("Promise 2", "kept", None),
    ]


@pytest.mark.parametrize(("people", "shown"), [(0, None), (9, None), (10, 7), (30, 7)])
def test_counts_are_shown_for_clients_that_ten_people_serve(centre: Database, people: int, shown: int | None) -> None:
    answered(centre, confirmed=5, dismissed=2)
    serve(centre, people)
    found = told(centre)["Lumikki Oy"]
    assert (found.answered, found.confirmed) == (shown, None if shown is None else 5)


@pytest.mark.parametrize(("confirmed", "dismissed", "shown"), [(4, 0, (0, 0)), (4, 3, (7, 0)), (5, 0, (5, 5))])
def test_fewer_than_five_are_not_counted_out(
    centre: Database, confirmed: int, dismissed: int, shown: tuple[int, int]
) -> None:
    answered(centre, confirmed, dismissed)
    serve(centre, 12)
    found = told(centre)["Lumikki Oy"]
    assert (found.answered, found.confirmed) == shown


def test_normal_work_is_answered_but_no_mismatch(centre: Database) -> None:
    answered(centre, confirmed=6, dismissed=0, category="M01")
    serve(centre, 12)
    found = told(centre)["Lumikki Oy"]
    assert (found.answered, found.confirmed) == (6, 0)


def test_what_was_decided_in_the_running_four_weeks_waits_for_their_end(centre: Database) -> None:
    """Otherwise whoever looks every day could say when a flag was decided."""
    answered(centre, confirmed=6, dismissed=0)
    serve(centre, 12)
    with centre.write() as tx:
        tx.exec(select(Flag).order_by(Flag.id)).first().decided_at = now()  # type: ignore[union-attr]
    assert told(centre)["Lumikki Oy"].confirmed == 5


def test_undecided_withheld_and_old_flags_are_not_counted(centre: Database) -> None:
    answered(centre, confirmed=6, dismissed=0)
    serve(centre, 12)
    with centre.write() as tx:
        rows = tx.exec(select(Flag).order_by(Flag.id)).all()
        rows[0].status = Decision.OPEN
        rows[1].withheld = True
        rows[2].filed_on = DAY - changed.WINDOW
    found = told(centre)["Lumikki Oy"]
    assert (found.answered, found.confirmed) == (0, 0)


def test_managers_read_what_changed_and_publish_nothing(centre: Database) -> None:
    publish(centre)
    end_the_period(centre)
    with centre.write() as tx:
        assert [client.client for client in changed.what_changed(tx, MANAGER)] == ["Lumikki Oy"]
        with pytest.raises(Refused, match="Your roles do not allow this"):
            changed.publish(tx, MANAGER, 1, said=SAID, did=DID)
