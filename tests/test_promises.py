"""Promises: what is proved broken is still sold until somebody shows it withdrawn, and nothing is forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from ethics.access import Actor, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.clients import campaigns, promises
from ethics.clients.models import Campaign, Product
from ethics.clients.standing import still_sold
from ethics.database import Database
from ethics.language import NotFound, Refused
from ethics.mismatches.ledger import history, ledger
from tests.conftest import someone
from tests.promises import DAY, DRAFT, MANAGER, OFFICER, OTHER, WEEK, build, found, judge, line, withdraw, write


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


# Still sold


@pytest.mark.parametrize(
    ("verdict", "withdrawn_on", "sold"),
    [("broken", None, True), ("broken", DAY, False), ("kept", None, False), ("unproven", None, False)],
)
def test_only_what_is_proved_broken_and_not_withdrawn_is_still_sold(
    verdict: str, withdrawn_on: dt.date | None, sold: bool
) -> None:
    assert still_sold(verdict, withdrawn_on) is sold


def test_a_new_promise_is_unproven_and_holds_what_was_written(centre: Database) -> None:
    number = write(centre, text="  Cancel by\none call ")
    one = line(centre, number)
    assert (one.text, one.product, one.source, one.verdict) == ("Cancel by\none call", "Fibre", "web page", "unproven")
    assert not one.still_sold


def test_a_broken_promise_is_still_sold_until_it_is_shown_withdrawn(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken", DAY - 3 * WEEK)
    assert (line(centre, number).still_sold, line(centre, number).evidence) == (True, "Seen on 40 invoices")
    withdraw(centre, number, DAY - WEEK)
    after = line(centre, number)
    assert (after.still_sold, after.withdrawn_on) == (False, DAY - WEEK)
    assert after.withdrawn_evidence == "The page says so no more"


def test_found_broken_again_after_the_withdrawal_it_is_sold_again(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken", DAY - 3 * WEEK)
    withdraw(centre, number, DAY - 2 * WEEK)
    judge(centre, number, "broken", DAY - WEEK)
    assert (line(centre, number).still_sold, line(centre, number).withdrawn_on) == (True, None)


def test_better_evidence_for_the_old_verdict_does_not_undo_the_withdrawal(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken", DAY - 3 * WEEK)
    withdraw(centre, number, DAY - WEEK)
    judge(centre, number, "broken", DAY - 3 * WEEK, evidence="Recordings as well")
    assert (line(centre, number).withdrawn_on, line(centre, number).evidence) == (DAY - WEEK, "Recordings as well")


def test_a_verdict_can_be_taken_back_with_a_reason(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken")
    judge(centre, number, "unproven", evidence="The invoices were of another product")
    one = line(centre, number)
    assert (one.verdict, one.still_sold) == ("unproven", False)
    assert one.evidence == "The invoices were of another product"


@pytest.mark.parametrize(
    ("verdict", "evidence", "on", "says"),
    [
        ("broken", " x ", DAY, "Write what shows it"),
        ("kept", "", DAY, "Write what shows it"),
        ("unproven", "", DAY, "Write why it is unproven"),
        ("maybe", "Seen", DAY, "Choose a verdict"),
        ("broken", "Seen", DAY + dt.timedelta(days=1), "is in the future"),
        ("broken", "x" * 2001, DAY, "too long"),
    ],
)
def test_a_verdict_needs_evidence_and_a_day_that_has_been(
    centre: Database, verdict: str, evidence: str, on: dt.date, says: str
) -> None:
    number = write(centre)
    with pytest.raises(Refused, match=says):
        judge(centre, number, verdict, on, evidence)
    assert (line(centre, number).verdict, line(centre, number).steps) == ("unproven", 1)


@pytest.mark.parametrize("verdict", ["unproven", "kept"])
def test_only_a_broken_promise_is_withdrawn(centre: Database, verdict: str) -> None:
    number = write(centre)
    judge(centre, number, verdict)
    with pytest.raises(Refused, match="Only a promise proved broken"):
        withdraw(centre, number)


def test_a_withdrawal_needs_evidence_and_a_day_that_has_been(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken")
    for evidence, on, says in (("", DAY, "Write what shows"), ("The page", DAY + WEEK, "is in the future")):
        with pytest.raises(Refused, match=says), centre.write() as tx:
            promises.withdraw(tx, OFFICER, number, evidence=evidence, on=on)


# Writing down and correcting


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"text": " \n "}, "Write the promise, word for word"),
        ({"text": "x" * 2001}, "too long: 2,000"),
        ({"source": "x" * 201}, "too long: 200"),
        ({"product": "x" * 121}, "too long: 120"),
        ({"until_date": DAY - 21 * WEEK}, "The last day is before the first"),
        ({"campaign_id": 1}, "belongs to another client"),
        ({"campaign_id": 99}, "belongs to another client"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(centre: Database, other: dict[str, Any], says: str) -> None:
    with centre.write() as tx:
        tx.add(Campaign(id=1, client_id=2, name="Theirs"))
    with pytest.raises(Refused, match=says):
        write(centre, **other)
    assert found(centre).lines == ()


def test_the_same_promise_is_written_once_for_each_campaign_and_first_day(centre: Database) -> None:
    with centre.write() as tx:
        campaign = campaigns.add_campaign(tx, MANAGER, 1, name="Autumn")
    write(centre)
    with pytest.raises(Refused, match="in the ledger already"):
        write(centre, text="cancel  by ONE call")
    write(centre, campaign_id=campaign)
    write(centre, from_date=DAY)
    assert len(found(centre).lines) == 3
    assert [one.campaign for one in found(centre, campaign_id=campaign).lines] == ["Autumn"]


def test_a_product_is_known_again_however_it_is_spelled(centre: Database) -> None:
    write(centre)
    write(centre, text="No fees", product=" FIBRE ")
    write(centre, text="No queue", product="")
    with centre.read() as tx:
        assert tx.exec(select(Product.name)).all() == ["Fibre"]
    assert [one.product for one in found(centre).lines] == ["Fibre", "Fibre", ""]


def test_control_characters_never_reach_the_database(centre: Database) -> None:
    number = write(centre, text="Cancel\0 by\ud800 one call\x1b[2J", source="\0")
    assert (line(centre, number).text, line(centre, number).source) == ("Cancel by one call[2J", "")


def test_a_correction_keeps_the_words_and_remembers_what_was_before(centre: Database) -> None:
    number = write(centre)
    until = DAY - WEEK
    with centre.write() as tx:
        campaign = campaigns.add_campaign(tx, OFFICER, 1, name="Autumn")
        promises.change(
            tx, MANAGER, number, source="letter", from_date=DRAFT.from_date, until_date=until, campaign_id=campaign
        )
    after = line(centre, number)
    assert (after.text, after.source, after.until_date, after.campaign) == (DRAFT.text, "letter", until, "Autumn")
    with centre.read() as tx:
        facts = history(tx, MANAGER, number)[0].facts
    assert facts == {"source": ["web page", "letter"], "until": [None, until.isoformat()], "campaign": ["", "Autumn"]}


def test_a_correction_that_changes_nothing_leaves_no_trace(centre: Database) -> None:
    number = write(centre)
    with centre.write() as tx:
        promises.change(
            tx, MANAGER, number, source="web page", from_date=DRAFT.from_date, until_date=None, campaign_id=None
        )
    assert line(centre, number).steps == 1


def test_a_correction_may_not_make_two_promises_one(centre: Database) -> None:
    write(centre)
    number = write(centre, from_date=DAY)
    with pytest.raises(Refused, match="in the ledger already"), centre.write() as tx:
        promises.change(tx, MANAGER, number, source="", from_date=DRAFT.from_date, until_date=None, campaign_id=None)


# History


def test_the_history_tells_who_did_what_and_keeps_earlier_evidence(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken", evidence="First evidence")
    judge(centre, number, "kept", evidence="Second evidence")
    with centre.read() as tx:
        events = history(tx, MANAGER, number)
    assert [(e.act, e.who) for e in events] == [
        ("judged", "Test officer"),
        ("judged", "Test officer"),
        ("added", "Test manager"),
    ]
    assert [e.facts.get("evidence") for e in events] == ["Second evidence", "First evidence", None]


def test_the_audit_trail_has_every_deed_and_nothing_that_people_wrote(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken", evidence="Secret evidence")
    withdraw(centre, number)
    with centre.write() as tx:
        promises.change(tx, OFFICER, number, source="Secret source", from_date=None, until_date=None, campaign_id=None)
        campaigns.add_campaign(tx, OFFICER, 1, name="Secret name")
        bodies = tx.exec(select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    acts = [json.loads(body)["act"] for body in bodies]
    assert acts == ["add promise", "judge promise", "withdraw promise", "change promise", "add campaign"]
    assert not any("ecret" in body or "Cancel" in body or "page" in body for body in bodies)


# Who may


DEEDS: dict[str, tuple[Callable[[Session, Actor, int], Any], set[Role]]] = {
    "add": (lambda tx, a, _: promises.add(tx, a, replace(DRAFT, text="New")), {Role.MANAGER, Role.OFFICER}),
    "change": (
        lambda tx, a, n: promises.change(tx, a, n, source="s", from_date=None, until_date=None, campaign_id=None),
        {Role.MANAGER, Role.OFFICER},
    ),
    "judge": (lambda tx, a, n: promises.judge(tx, a, n, verdict="kept", evidence="Seen", on=DAY), {Role.OFFICER}),
    "withdraw": (lambda tx, a, n: promises.withdraw(tx, a, n, evidence="Seen", on=DAY), {Role.MANAGER, Role.OFFICER}),
    "campaigns": (lambda tx, a, _: campaigns.campaigns(tx, a, 1), {Role.MANAGER, Role.OFFICER, Role.EXECUTIVE}),
    "add_campaign": (lambda tx, a, _: campaigns.add_campaign(tx, a, 1, name="New"), {Role.MANAGER, Role.OFFICER}),
    "ledger": (lambda tx, a, _: ledger(tx, a, 1), {Role.MANAGER, Role.OFFICER, Role.EXECUTIVE}),
    "history": (lambda tx, a, n: history(tx, a, n), {Role.MANAGER, Role.OFFICER, Role.EXECUTIVE}),
    "running": (lambda tx, a, _: campaigns.running(tx, a), {Role.AGENT}),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", Role)
def test_each_deed_is_for_its_roles(centre: Database, deed: str, role: Role) -> None:
    call, roles = DEEDS[deed]
    number = write(centre)
    judge(centre, number, "broken")
    actor = someone(role, user_id=1, clients=(1,))
    with centre.write() as tx:
        if role in roles:
            call(tx, actor, number)
        else:
            with pytest.raises(NotAllowed):
                call(tx, actor, number)


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {"judge", "running"}))
def test_another_managers_client_is_not_there(centre: Database, deed: str) -> None:
    number = write(centre)
    judge(centre, number, "broken")
    with pytest.raises(NotFound), centre.write() as tx:
        DEEDS[deed][0](tx, OTHER, number)


@pytest.mark.parametrize("deed", ["change", "withdraw", "history"])
def test_not_mine_and_not_there_sound_the_same(centre: Database, deed: str) -> None:
    number, messages = write(centre), []
    judge(centre, number, "broken")
    for asked in (number, 10_000):
        with pytest.raises(NotFound) as refused, centre.write() as tx:
            DEEDS[deed][0](tx, OTHER, asked)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
