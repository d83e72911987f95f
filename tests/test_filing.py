"""The anonymous door's verbs: what is stored, what is held, what is withheld, and what the receipt opens."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database, now, today
from ethics.door import filing, follow, receipts
from ethics.imports.models import Batch
from ethics.language import NotFound, Refused
from ethics.mismatches import flags, tally
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.evidence import Cleaned
from ethics.mismatches.models import Exclusion, Flag, Receipt
from ethics.people.models import User, UserRole
from ethics.risk.models import StoredScore
from ethics.triage import card, handlers, inquiries, queue, rulings
from ethics.workforce.models import Agent, AgentWeek
from tests.conftest import someone

DAY = today()
WORDS = flags.Draft(1, "M04", 3, "saw", "Kukaan ei ole saanut palvelua.", DAY, None, "")
OFFICER = someone(Role.OFFICER, user_id=2)
PLAIN = filing.Choices()


def serve(tx: Any, client_id: int, agents: range) -> None:
    """These agents worked for the client last week."""
    week = monday(DAY) - dt.timedelta(weeks=1)
    for number in agents:
        if tx.get(Agent, number) is None:
            tx.add(Agent(id=number, pseudonym=f"{number:032d}", key_version=1))
            tx.flush()
        tx.add(
            AgentWeek(agent_id=number, week_start=week, client_id=client_id, hours_hundredths=750, contacts=9, shifts=1)
        )
    tx.flush()


@pytest.fixture
def centre(db: Database) -> Database:
    """Clients served by 14, 7, 3 and 14 people, the last ones others than the first; two officers (2 and 3)."""
    with db.write() as tx:
        tx.add(Batch(id=1, kind="clients", file_name="f", sha256="0", rows=4, imported_by="t", imported_at=now()))
        for number in (1, 2, 3):
            tx.add(User(id=number, name=f"Test {number}", login=f"test{number}", password_hash="x", created_at=now()))
        tx.flush()
        tx.add_all(UserRole(user_id=number, role="officer") for number in (2, 3))
        for number, name in ((1, "Lumikki Oy"), (2, "Oiva Oy"), (3, "Tuisku Oy"), (4, "Kaarna Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        tx.flush()
        for number, agents in ((1, range(1, 15)), (2, range(1, 8)), (3, range(1, 4)), (4, range(12, 26))):
            serve(tx, number, agents)
    return db


def send(db: Database, *, token: str | None = None, choices: filing.Choices = PLAIN, **other: Any) -> str | None:
    token = token or receipts.new_token()
    slow = receipts.slow_hash(receipts.code(token))
    with db.write() as tx:
        return filing.file(tx, dataclasses.replace(WORDS, **other), token, slow, choices, on=DAY)


def only(db: Database) -> Flag:
    with db.read() as tx:
        return tx.exec(select(Flag)).one()


def opened(db: Database, code: str | None) -> list[follow.Followed]:
    with db.write() as tx:
        receipt = receipts.found(tx, code or "")
        assert receipt is not None
        return follow.followed(tx, receipt)


def test_an_anonymous_flag_keeps_the_words_and_the_week_and_nobody(centre: Database) -> None:
    send(
        centre,
        met_on=DAY - dt.timedelta(days=3),
        contact_ref="case-77",
        files=(Cleaned("png", b"x"),),
        disclosed="named",
    )
    flag = only(centre)
    assert (flag.text, flag.disclosed, flag.status) == (WORDS.text, "anonymous", "open")
    assert (flag.reporter_id, flag.contact_ref, flag.batch_id) == (None, "", None)
    assert flag.filed_on == flag.met_on == monday(DAY)
    with centre.read() as tx:
        assert card.card(tx, OFFICER, flag.id).files == ()


def test_filing_writes_no_audit_entry_and_no_score(centre: Database) -> None:
    send(centre)
    with centre.read() as tx:
        assert audit.head(tx) == (0, audit.FIRST)
        assert tx.exec(select(StoredScore)).all() == []


def test_the_same_form_sent_twice_is_one_flag_with_the_same_receipt(centre: Database) -> None:
    token = receipts.new_token()
    first, second = send(centre, token=token), send(centre, token=token)
    assert first == second
    assert first is not None
    assert only(centre).submission != token


def test_a_form_that_this_house_did_not_make_is_refused(centre: Database) -> None:
    with pytest.raises(Refused, match="not from here"):
        send(centre, token="made-up.0000")


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"client_id": 9}, "Choose the client"),
        ({"category": None}, "Choose what happened"),
        ({"severity": 9}, "how serious"),
        ({"text": " "}, "Write what was promised"),
        ({"text": "x" * 4001}, "too long"),
        ({"whistle": True, "severity": 2}, "serious and grave"),
        ({"promise_id": 5}, "another client"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_stored(centre: Database, other: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        send(centre, **other)
    with centre.read() as tx:
        assert tx.exec(select(Flag)).all() == []
        assert tx.exec(select(Receipt)).all() == []


@pytest.mark.parametrize(
    ("client_id", "level", "withheld"), [(1, "green", False), (2, "amber", False), (3, "red", True)]
)
def test_below_five_people_the_clients_name_is_withheld(
    centre: Database, client_id: int, level: str, withheld: bool
) -> None:
    with centre.read() as tx:
        assert filing.measured(tx, client_id, None, on=DAY).level == level
    send(centre, client_id=client_id)
    assert only(centre).withheld is withheld


def test_without_recent_shifts_nobody_can_tell(db: Database) -> None:
    with db.write() as tx:
        tx.add(Client(id=1, name="A", name_key="a"))
        tx.flush()
        assert filing.measured(tx, 1, None, on=DAY).level == "unknown"


def test_shifts_of_half_a_year_ago_tell_nothing_of_now(centre: Database) -> None:
    with centre.read() as tx:
        assert filing.measured(tx, 1, None, on=DAY + dt.timedelta(weeks=26)).level == "unknown"


def test_a_roster_of_weeks_to_come_and_shifts_without_hours_hide_nobody(centre: Database) -> None:
    """Three people serve client 3. Twelve planned for next month and twelve with no hours do not make it fifteen."""
    with centre.write() as tx:
        for number in range(30, 54):
            tx.add(Agent(id=number, pseudonym=f"{number:032d}"))
        tx.flush()
        for number in range(30, 54):
            ahead, hours = (5, 750) if number < 42 else (-1, 0)
            week = monday(DAY) + dt.timedelta(weeks=ahead)
            tx.add(
                AgentWeek(agent_id=number, week_start=week, client_id=3, hours_hundredths=hours, contacts=0, shifts=1)
            )
        tx.flush()
        assert filing.measured(tx, 3, None, on=DAY).people == 3


def test_an_officer_in_conflict_does_not_vanish_from_a_withheld_flag(centre: Database) -> None:
    """If the flag left the queue of who declares a conflict, the queue would tell whose client it is."""
    send(centre, client_id=3)
    with centre.write() as tx:
        handlers.declare_conflicts(tx, OFFICER, {3})
        assert len(queue.queue(tx, OFFICER)) == 1
        rulings.show_client(tx, OFFICER, tx.exec(select(Flag.id)).one(), "Needed")
        assert queue.queue(tx, OFFICER) == []


def test_a_conflict_that_would_leave_a_flag_without_handler_is_refused(centre: Database) -> None:
    send(centre, exclude=(3,))
    with pytest.raises(Refused, match="leave at least one officer"), centre.write() as tx:
        handlers.declare_conflicts(tx, OFFICER, {1})


def test_the_reporter_may_withhold_the_clients_name_always(centre: Database) -> None:
    send(centre, choices=filing.Choices(withhold=True))
    assert only(centre).withheld


def test_a_withheld_client_is_shown_nowhere_until_an_officer_asks_and_the_trail_says_who(centre: Database) -> None:
    send(centre, client_id=3)
    key = only(centre).id
    with centre.read() as tx:
        assert queue.queue(tx, OFFICER)[0].client == ""
        hidden = card.card(tx, OFFICER, key)
        assert (hidden.client, hidden.promises, hidden.campaign) == ("", (), "")
        assert list(tally.tallies(tx, since=DAY - dt.timedelta(60), until=DAY)) == []
    with pytest.raises(Refused, match="Ask for the client's name first"), centre.write() as tx:
        rulings.decide(tx, OFFICER, key, rulings.Ruling("T5", "M04", 3, None, "Because", "Thanks"))
    with centre.write() as tx:
        rulings.show_client(tx, OFFICER, key, "Cannot verify without it")
    with centre.read() as tx:
        assert card.card(tx, OFFICER, key).client == "Tuisku Oy"
        entry = tx.exec(select(audit.AuditEntry)).one()
    assert "show withheld client" in entry.body
    assert '"actor":2' in entry.body


def test_linked_flags_narrow_the_meter_to_those_who_served_all_the_clients(centre: Database) -> None:
    """Fourteen people could have written each; only three served both."""
    code = send(centre, client_id=1)
    with centre.read() as tx:
        receipt = receipts.found(tx, code or "")
        assert receipt is not None
        assert filing.measured(tx, 4, None, on=DAY).people == 14
        assert filing.measured(tx, 4, receipt.id, on=DAY).people == 3
    assert send(centre, client_id=4, choices=filing.Choices(receipt_id=receipt.id)) is None
    with centre.read() as tx:
        assert [flag.withheld for flag in tx.exec(select(Flag))] == [True, True]
    assert len(opened(centre, code)) == 2


def test_a_flag_on_somebody_elses_receipt_is_refused(centre: Database) -> None:
    with pytest.raises(Refused, match="not known here"):
        send(centre, choices=filing.Choices(receipt_id="0" * 32))


def test_a_held_flag_is_seen_by_nobody_before_its_period_ends(centre: Database) -> None:
    code = send(centre, choices=filing.Choices(mix_in=True))
    ends = period(DAY) + dt.timedelta(weeks=4)
    flag = only(centre)
    assert (flag.status, flag.filed_on, flag.met_on) == ("held", ends, period(DAY))
    with centre.write() as tx:
        assert queue.queue(tx, OFFICER) == []
        assert queue.count(tx, OFFICER) == queue.QueueCount(0, 0, 0, None)
        with pytest.raises(NotFound):
            card.card(tx, OFFICER, flag.id)
        assert list(tally.tallies(tx, since=DAY - dt.timedelta(60), until=DAY)) == []
        assert tally.last_day(tx) is None
        assert filing.release(tx, on=ends - dt.timedelta(days=1)) == 0
    assert opened(centre, code)[0].shown_from == ends
    with centre.write() as tx:
        assert filing.release(tx, on=ends) == 1
        assert [row.id for row in queue.queue(tx, OFFICER)] == [flag.id]


def test_an_excluded_officer_never_meets_the_flag(centre: Database) -> None:
    send(centre, exclude=(2,))
    key = only(centre).id
    with centre.read() as tx:
        assert queue.queue(tx, OFFICER) == []
        assert [row.id for row in queue.queue(tx, someone(Role.OFFICER, user_id=3))] == [key]
        with pytest.raises(NotFound):
            card.card(tx, OFFICER, key)


def test_somebody_has_to_be_left_to_handle_it(centre: Database) -> None:
    with pytest.raises(Refused, match="leave at least one officer"):
        send(centre, exclude=(2, 3))
    with centre.read() as tx:
        assert tx.exec(select(Exclusion)).all() == []


def test_reporter_and_officer_write_to_each_other_and_see_what_was_read(centre: Database) -> None:
    code = send(centre)
    key = only(centre).id
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "Which script says so?")
    first = opened(centre, code)[0]
    assert [(line.text, line.seen) for line in first.messages] == [("Which script says so?", False)]
    assert first.waiting
    with centre.read() as tx:
        assert card.card(tx, OFFICER, key).messages[0].seen
    with centre.write() as tx:
        receipt = receipts.found(tx, code or "")
        assert receipt is not None
        follow.reply(tx, receipt, key, "The one of this autumn.", on=DAY)
    again = opened(centre, code)[0]
    assert (again.waiting, again.replies, again.unseen) == (False, 1, 1)
    with centre.write() as tx:
        shown = card.card(tx, OFFICER, key).messages[-1]
        assert (shown.text, shown.written_on, shown.week_only) == ("The one of this autumn.", monday(DAY), True)
        card.read(tx, OFFICER, key)
    assert opened(centre, code)[0].unseen == 0


def test_the_reporters_own_words_are_not_shown_to_who_holds_the_receipt(centre: Database) -> None:
    code = send(centre)
    assert WORDS.text not in repr(opened(centre, code))


def test_a_receipt_reaches_its_own_flags_only(centre: Database) -> None:
    code, _ = send(centre), send(centre, client_id=2)
    with centre.write() as tx:
        receipt = receipts.found(tx, code or "")
        assert receipt is not None
        other = tx.exec(select(Flag).where(Flag.client_id == 2)).one()
        with pytest.raises(NotFound):
            follow.reply(tx, receipt, other.id, "Mine?", on=DAY)


def test_closing_ends_the_receipt_and_leaves_the_flag(centre: Database) -> None:
    code = send(centre)
    with centre.write() as tx:
        receipt = receipts.found(tx, code or "")
        assert receipt is not None
        follow.close(tx, receipt, on=DAY)
    with centre.write() as tx:
        assert receipts.found(tx, code or "") is None
        key = tx.exec(select(Flag.id)).one()
        assert queue.queue(tx, OFFICER)[0].id == key
        with pytest.raises(Refused, match="has closed"):
            inquiries.ask_reporter(tx, OFFICER, key, "One more thing?")
