"""The page What changed: what everybody reads, and what officers write there."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import delete, select
from streamlit.testing.v1 import AppTest

from ethics.access import Permission, Role
from ethics.clients.models import Client, Promise, PromiseEvent
from ethics.database import today
from ethics.language import reader
from ethics.mismatches.clocks import monday, period
from ethics.mismatches.models import Decision, Disclosed, Flag, PublishedChange
from ethics.triage import changed
from ethics.workforce.models import Agent, AgentWeek
from tests.apps import ROOT, opened, words
from tests.house import House

PAGE = "ethics/triage/pages/changed.py"
SAID, DID = "The invoice is not what the call says.", "The client now tells the whole price."
READERS = [Role.AGENT, Role.OFFICER, Role.MANAGER, Role.EXECUTIVE]


def publish(house: House, *, weeks_ago: int = 4) -> str:
    with house.db.write() as tx:
        changed.publish(tx, house.actor(Role.OFFICER), house.client_ids[0], said=SAID, did=DID)
        row = tx.exec(select(PublishedChange)).one()
        row.period -= dt.timedelta(weeks=weeks_ago)
        return row.id


def say_nothing(house: House) -> None:
    """Take away everything that the page could tell."""
    with house.db.write() as tx:
        tx.exec(delete(PromiseEvent))
        for flag in tx.exec(select(Flag)):
            flag.promise_id, flag.status = None, Decision.OPEN
        tx.flush()
        tx.exec(delete(Promise))


def serve(house: House) -> None:
    """Twelve people work for the client this week."""
    with house.db.write() as tx:
        for number in tx.exec(select(Agent.id).limit(12)):
            week = {"week_start": monday(today()), "hours_hundredths": 3000, "contacts": 90, "shifts": 4}
            tx.add(AgentWeek(agent_id=number, client_id=house.client_ids[0], **week))


def name_of(house: House) -> str:
    with house.db.read() as tx:
        client = tx.get(Client, house.client_ids[0])
    assert client is not None
    return client.name


@pytest.mark.parametrize("role", READERS)
def test_everybody_at_work_reads_what_was_said_and_done(house: House, role: Role) -> None:
    publish(house)
    at = opened(house, role, PAGE)
    assert at.title[0].value == "Flags have led to 1 change"
    shown = words(at).replace("\\", "")
    assert f"**You said:** {SAID}" in shown
    assert f"**We did:** {DID}" in shown
    begun = reader("en").date(period(today()) - dt.timedelta(weeks=4))
    assert f"four weeks from {begun}" in shown
    assert at.header[0].value == name_of(house)


def test_a_line_of_this_period_is_not_told_yet(house: House) -> None:
    publish(house, weeks_ago=0)
    assert SAID not in words(opened(house, Role.AGENT, PAGE)).replace("\\", "")


@pytest.mark.parametrize("role", READERS)
def test_an_empty_page_says_who_writes_here(house: House, role: Role) -> None:
    say_nothing(house)
    at = opened(house, role, PAGE)
    assert at.title[0].value == "Nothing to tell yet"
    assert "Officers write here what flags led to" in words(at)


def test_promises_are_told_with_their_verdict_in_words(house: House) -> None:
    say_nothing(house)
    with house.db.write() as tx:
        for n, (verdict, withdrawn) in enumerate((("broken", dt.date(2026, 10, 5)), ("broken", None), ("kept", None))):
            tx.add(
                Promise(
                    client_id=house.client_ids[0],
                    text=f"Promise number {n}",
                    verdict=verdict,
                    verdict_on=dt.date(2026, 9, 1 + n),
                    withdrawn_on=withdrawn,
                    row_key=str(n),
                )
            )
    at = opened(house, Role.AGENT, PAGE)
    assert at.title[0].value == "Promises have been checked"
    shown = words(at)
    for part in (
        "Proved broken, and no longer sold since 5 Oct 2026.",
        "Proved broken 2 Sept 2026.",
        "Still sold",
        "Checked 3 Sept 2026: the promise is kept.",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "says"),
    [
        (9, 8, "17 flags were answered in a year, 9 of them confirmed."),
        (2, 6, "8 flags were answered in a year, fewer than five of them confirmed."),
        (2, 1, "Fewer than five flags were answered in a year."),
    ],
)
def test_counts_are_a_sentence(house: House, confirmed: int, dismissed: int, says: str) -> None:
    say_nothing(house)
    with house.db.write() as tx:
        for n in range(confirmed + dismissed):
            status = Decision.CONFIRMED if n < confirmed else Decision.DISMISSED
            values = {
                "category": "M05",
                "severity": 2,
                "certainty": "saw",
                "text": "x",
                "disclosed": Disclosed.IMPORTED,
            }
            tx.add(
                Flag(
                    client_id=house.client_ids[0],
                    met_on=today(),
                    filed_on=period(today()) - dt.timedelta(days=1),
                    status=status,
                    **values,
                )
            )
    serve(house)
    assert says in words(opened(house, Role.AGENT, PAGE))
    with house.db.write() as tx:
        tx.exec(delete(AgentWeek))
    without = words(opened(house, Role.AGENT, PAGE))
    assert "answered in a year" not in without  # nobody can tell how many people serve the client
    assert name_of(house) in [header.value for header in opened(house, Role.AGENT, PAGE).header]


def test_an_officer_publishes_and_takes_back(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    assert at.button(key="changed_publish").disabled
    at.selectbox(key="changed_client").select(house.client_ids[0]).run()
    at.text_input(key="changed_said").set_value(SAID)
    at.text_area(key="changed_did").set_value(DID)
    at.button(key="changed_publish").click().run()
    assert not at.error, at.error
    assert (at.text_input(key="changed_said").value, at.text_area(key="changed_did").value) == ("", "")
    shown = reader("en").date(changed.shown_from(today()))
    assert f"Everybody reads it from {shown}" in words(at)
    with house.db.read() as tx:
        key = tx.exec(select(PublishedChange.id)).one()
    at.button(key=f"take_back_{key}").click().run()
    with house.db.read() as tx:
        assert tx.exec(select(PublishedChange)).all() == []


def test_what_points_at_somebody_is_refused_and_stays_to_be_mended(house: House) -> None:
    at = opened(house, Role.OFFICER, PAGE)
    at.selectbox(key="changed_client").select(house.client_ids[0]).run()
    at.text_input(key="changed_said").set_value("Call 040 123 4567")
    at.text_area(key="changed_did").set_value(DID)
    at.button(key="changed_publish").click().run()
    assert at.error[0].value == "Leave “040 123 4567” out: everybody reads this."
    assert at.text_input(key="changed_said").value == "Call 040 123 4567"


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.EXECUTIVE])
def test_only_officers_write_here(house: House, role: Role) -> None:
    publish(house)
    assert not [b for b in opened(house, role, PAGE).button if str(b.key).startswith(("changed_", "take_back_"))]


@pytest.mark.parametrize("role", [Role.HR, Role.ADMINISTRATOR])
def test_nobody_else_reads_it(house: House, role: Role) -> None:
    publish(house)
    at = AppTest.from_file(str(ROOT / PAGE), default_timeout=60)
    at.user = {"sid": house.sids[role]}
    at.run()
    assert not house.actor(role).may(Permission.SEE_CHANGES)
    assert "not for your roles" in at.title[0].value
    assert SAID not in words(at)
