"""The promise ledger: what is proved broken is still sold until somebody shows it withdrawn, and nothing is forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import pytest
from sqlmodel import Session, select

from ethics.access import Actor, NotAllowed, Role
from ethics.audit import AuditEntry
from ethics.clients import campaigns, promises
from ethics.clients.models import Campaign, Client, Product, Promise, PromiseEvent
from ethics.clients.standing import Standing, known_on, still_sold
from ethics.database import Database, now, today
from ethics.language import NotFound, Refused
from ethics.mismatches.ledger import Ledger, LedgerLine, answer, history, ledger
from ethics.mismatches.models import Flag
from ethics.people.models import User
from reports.client_file import PromiseLine, from_json, to_json
from reports.gather import client_file
from reports.pdf.review import render
from tests.conftest import someone
from tests.files import CLIENTS, FILES, bring, everything, take_back
from tests.snapshots import rich_file, snapshot
from tests.test_pdf import text_of

DAY = today()
WEEK = dt.timedelta(days=7)
OFFICER = someone(Role.OFFICER, user_id=1)
MANAGER = someone(Role.MANAGER, user_id=2, clients=(1,))
CLERK = someone(Role.OFFICER)  # without an account
OTHER = someone(Role.MANAGER, user_id=2, clients=(2,))
DRAFT = promises.Draft(1, "Cancel by one call", "web page", "Fibre", None, DAY - 20 * WEEK)


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients, an officer (1) and a manager (2)."""
    with db.write() as tx:
        for number, name in ((1, "Acme Oy"), (2, "Beta Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        for number, login in ((1, "officer"), (2, "manager")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
    return db


def write(db: Database, actor: Actor = MANAGER, **other: Any) -> int:
    with db.write() as tx:
        return promises.add(tx, actor, replace(DRAFT, **other))


def judge(db: Database, number: int, verdict: str, on: dt.date = DAY, evidence: str = "Seen on 40 invoices") -> None:
    with db.write() as tx:
        promises.judge(tx, OFFICER, number, verdict=verdict, evidence=evidence, on=on)


def withdraw(db: Database, number: int, on: dt.date = DAY) -> None:
    with db.write() as tx:
        promises.withdraw(tx, MANAGER, number, evidence="The page says so no more", on=on)


def found(db: Database, client_id: int = 1, **options: Any) -> Ledger:
    with db.read() as tx:
        return ledger(tx, OFFICER, client_id, **options)


def line(db: Database, number: int) -> LedgerLine:
    return next(line for line in found(db).lines if line.id == number)


def flag(tx: Session, promise_id: int, **other: Any) -> None:
    values = {"category": "M05", "status": "open", **other}
    tx.add(
        Flag(
            client_id=1,
            promise_id=promise_id,
            severity=3,
            certainty="saw",
            text="x",
            met_on=DAY,
            filed_on=DAY,
            disclosed="imported",
            **values,
        )
    )


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


# Campaigns


@pytest.mark.parametrize(
    ("name", "days", "says"),
    [
        (" . ", (None, None), "Write the campaign's name"),
        ("x" * 121, (None, None), "too long"),
        ("AUTUMN,", (None, None), "a campaign called “Autumn” already"),
        ("Spring", (DAY, DAY - WEEK), "The last day is before the first"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(
    centre: Database, name: str, days: tuple[dt.date | None, dt.date | None], says: str
) -> None:
    with centre.write() as tx:
        campaigns.add_campaign(tx, MANAGER, 1, name="Autumn")
        campaigns.add_campaign(tx, OFFICER, 2, name="Autumn")  # another client's may be called the same
    with pytest.raises(Refused, match=says), centre.write() as tx:
        campaigns.add_campaign(tx, MANAGER, 1, name=name, from_date=days[0], until_date=days[1])


def test_reporters_are_offered_the_campaigns_that_run_today_of_clients_that_are_served(centre: Database) -> None:
    with centre.write() as tx:
        for name, first, last in (
            ("Always", None, None),
            ("Last day", DAY - WEEK, DAY),
            ("Over", None, DAY - dt.timedelta(days=1)),
            ("To come", DAY + dt.timedelta(days=1), None),
        ):
            campaigns.add_campaign(tx, OFFICER, 1, name=name, from_date=first, until_date=last)
        campaigns.add_campaign(tx, OFFICER, 2, name="Gone")
        beta = tx.get(Client, 2)
        assert beta is not None
        beta.status = "ended"
    with centre.read() as tx:
        assert [list(names.values()) for names in campaigns.running_for(tx, DAY).values()] == [["Always", "Last day"]]
        assert campaigns.running(tx, someone(Role.AGENT)) == campaigns.running_for(tx, DAY)
        assert [(line.name, line.running) for line in campaigns.campaigns(tx, MANAGER, 1)] == [
            ("Always", True),
            ("Last day", True),
            ("Over", False),
            ("To come", False),
        ]


def test_reporters_pick_promises_that_are_made_now_or_broken_and_still_sold(centre: Database) -> None:
    with centre.write() as tx:
        autumn, spring = (campaigns.add_campaign(tx, OFFICER, 1, name=name) for name in ("Autumn", "Spring"))
    write(centre, text="Made now")
    write(centre, text="Of autumn", campaign_id=autumn)
    write(centre, text="Of spring", campaign_id=spring)
    write(centre, text="To come", from_date=DAY + WEEK)
    over = {name: write(centre, text=name, until_date=DAY - WEEK) for name in ("Over", "Still sold", "Withdrawn")}
    judge(centre, over["Still sold"], "broken")
    judge(centre, over["Withdrawn"], "broken")
    withdraw(centre, over["Withdrawn"])
    with centre.read() as tx:
        assert list(promises.for_flags(tx, 1).values()) == ["Made now", "Of autumn", "Of spring", "Still sold"]
        assert list(promises.for_flags(tx, 1, autumn).values()) == ["Made now", "Of autumn", "Still sold"]
        assert list(promises.for_flags(tx, 1, on=DAY + WEEK).values())[-1] == "To come"
        assert promises.for_flags(tx, 2) == {}


# What pages and reviews read


def test_the_ledger_counts_what_was_tied_to_each_promise(centre: Database) -> None:
    number, other = write(centre), write(centre, text="No fees")
    with centre.write() as tx:
        for values in (
            {"status": "confirmed"},
            {"status": "confirmed", "category": "M01"},  # normal work
            {"status": "dismissed"},
            {"status": "open"},
            {"status": "open", "withheld": True},
            {"status": "held"},
        ):
            flag(tx, number, **values)
    assert (line(centre, number).mismatches, line(centre, number).open_flags) == (1, 1)
    assert (line(centre, other).mismatches, line(centre, other).open_flags) == (0, 0)


def test_what_is_still_sold_comes_first(centre: Database) -> None:
    for text, verdict in (("Kept", "kept"), ("Withdrawn", "broken"), ("Unproven", "unproven"), ("Sold", "broken")):
        judge(centre, write(centre, text=text), verdict)
    withdraw(centre, next(one.id for one in found(centre).lines if one.text == "Withdrawn"))
    whole = found(centre)
    assert [one.text for one in whole.lines] == ["Sold", "Withdrawn", "Unproven", "Kept"]
    assert (whole.broken, whole.still_sold, whole.unproven, whole.kept) == (2, 1, 1, 1)
    assert str(whole.answer) == "2 of 4 promises are broken, 1 of them is still sold"


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((0, 0, 0), "No promises in the ledger"),
        ((1, 0, 0), "The one promise is not proved broken"),
        ((6, 0, 0), "None of 6 promises is proved broken"),
        ((6, 1, 1), "1 of 6 promises is broken and still sold"),
        ((6, 1, 0), "1 of 6 promises is broken; it is not sold any more"),
        ((6, 2, 0), "2 of 6 promises are broken; none of them is sold any more"),
        ((6, 2, 2), "2 of 6 promises are broken and still sold"),
        ((6, 3, 2), "3 of 6 promises are broken, 2 of them are still sold"),
    ],
)
def test_the_answer_says_how_many_are_broken_and_still_sold(counts: tuple[int, int, int], says: str) -> None:
    assert str(answer(*counts)) == says


def _event(act: str, on: dt.date, **facts: str) -> PromiseEvent:
    return PromiseEvent(promise_id=1, at=now(), act=act, facts={"on": on.isoformat(), **facts})


@pytest.mark.parametrize(
    ("weeks_ago", "verdict", "withdrawn_weeks_ago", "sold"),
    [
        (9, "unproven", None, False),
        (8, "broken", None, True),
        (6, "broken", 6, False),
        (4, "broken", None, True),
        (2, "kept", None, False),
    ],
)
def test_at_an_earlier_day_a_promise_stands_as_it_stood_then(
    weeks_ago: int, verdict: str, withdrawn_weeks_ago: int | None, sold: bool
) -> None:
    promise = Promise(client_id=1, text="x", row_key="x", verdict="kept", verdict_on=DAY - 2 * WEEK)
    events = [
        PromiseEvent(promise_id=1, at=now(), act="added", facts={}),
        _event("judged", DAY - 8 * WEEK, verdict="broken"),
        _event("withdrawn", DAY - 6 * WEEK),
        _event("judged", DAY - 4 * WEEK, verdict="broken"),
        _event("judged", DAY - 2 * WEEK, verdict="kept"),
    ]
    stood = known_on(promise, events, DAY - weeks_ago * WEEK)
    withdrawn = None if withdrawn_weeks_ago is None else DAY - withdrawn_weeks_ago * WEEK
    assert (stood.verdict, stood.withdrawn_on, stood.still_sold) == (verdict, withdrawn, sold)


def test_a_withdrawal_of_later_was_not_known_yet() -> None:
    promise = Promise(
        client_id=1, text="x", row_key="x", verdict="broken", verdict_on=DAY - 4 * WEEK, withdrawn_on=DAY - WEEK
    )
    assert known_on(promise, [], DAY - 2 * WEEK) == Standing("broken", DAY - 4 * WEEK, None)
    assert known_on(promise, [], DAY) == Standing("broken", DAY - 4 * WEEK, DAY - WEEK)


def test_todays_verdict_is_in_todays_client_file_and_not_in_an_earlier_one(centre: Database) -> None:
    number = write(centre)
    judge(centre, number, "broken")
    with centre.read() as tx:
        now_known = client_file(tx, MANAGER, 1).promises[0]
        then_known = client_file(tx, MANAGER, 1, as_of=DAY - WEEK).promises[0]
    assert (now_known.verdict, now_known.still_sold, now_known.verdict_on) == ("broken", True, DAY)
    assert (then_known.verdict, then_known.still_sold, then_known.verdict_on) == ("unproven", False, None)


def test_a_review_made_before_withdrawals_were_kept_is_still_read() -> None:
    data = to_json(rich_file())
    for promise in data["promises"]:
        for name in ("campaign", "still_sold", "withdrawn_on", "verdict_on"):
            del promise[name]
    assert from_json(data) == rich_file()


def test_a_review_says_on_paper_what_is_still_sold_and_what_was_withdrawn() -> None:
    lines = (
        PromiseLine("First", "", "", None, None, "broken", 3, "Autumn", True, None, dt.date(2026, 11, 1)),
        PromiseLine("Second", "", "", None, None, "broken", 9, "", False, dt.date(2026, 11, 2), dt.date(2026, 11, 1)),
    )
    text = text_of(render(snapshot(replace(rich_file(), promises=lines)), "en"))
    assert "A broken promise counts as still sold until somebody shows it withdrawn." in text
    assert "“First” Autumn Broken Still sold 3 “Second” Broken withdrawn 2 Nov 2026 9" in text
    silent = text_of(render(snapshot(replace(rich_file(), promises=lines[1:])), "en"))
    assert "still sold" not in silent.casefold()


# Files and people


WITH_CAMPAIGN = (
    "client,product,campaign,text,source,from,until\n"
    "Acme Oy,Fast,Autumn,Always on,web,2026-01-01,\nAcme Oy,Fast,AUTUMN.,No fees,web,2026-01-01,\nBeta Oy,,,Free,,,\n"
)


def only(db: Database, text: str) -> Promise:
    with db.read() as tx:
        return tx.exec(select(Promise).where(Promise.text == text)).one()


def test_campaigns_come_with_their_promises_and_go_with_them(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    before = everything(db)
    outcome = bring(db, "promises", WITH_CAMPAIGN)
    with db.read() as tx:
        assert tx.exec(select(Campaign.name)).all() == ["Autumn"]
    assert (only(db, "Always on").campaign_id, only(db, "Free").campaign_id) == (only(db, "No fees").campaign_id, None)
    take_back(db, outcome.batch_id)
    assert everything(db) == before


def test_a_file_with_campaigns_brought_again_changes_nothing(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "promises", WITH_CAMPAIGN)
    again = bring(db, "promises", WITH_CAMPAIGN + "\n")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)


def test_a_file_without_campaigns_finds_its_promises_by_the_keys_they_always_had(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "promises", FILES["promises"])
    said = b'["promise", "beta oy", "", "Free", null]'
    assert only(db, "Free").row_key == blake2b(said, digest_size=32).hexdigest()
    with_empty = bring(db, "promises", "client,campaign,text\nBeta Oy,,Free\n")
    assert (with_empty.added, with_empty.unchanged) == (0, 1)


def test_a_campaign_that_something_else_uses_stays_when_its_batch_goes(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    outcome = bring(db, "promises", WITH_CAMPAIGN)
    campaign_id, client_id = only(db, "Always on").campaign_id, only(db, "Always on").client_id
    with db.write() as tx:
        promises.add(tx, CLERK, promises.Draft(client_id, "By hand", campaign_id=campaign_id))
    take_back(db, outcome.batch_id)
    with db.read() as tx:
        assert tx.exec(select(Campaign.name)).all() == ["Autumn"]
        assert tx.exec(select(Promise.text)).all() == ["By hand"]


def test_what_was_corrected_by_hand_no_file_overwrites(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "promises", FILES["promises"])
    number = only(db, "Always on").id or 0
    with db.write() as tx:
        promises.change(tx, CLERK, number, source="letter", from_date=None, until_date=DAY, campaign_id=None)
    outcome = bring(db, "promises", FILES["promises"].replace(",web,", ",leaflet,").replace("Free,,", "Free,leaflet,"))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 1, 1)
    assert (only(db, "Always on").source, only(db, "Always on").until_date) == ("letter", DAY)
    assert only(db, "Free").source == "leaflet"


def test_a_judged_promise_keeps_its_verdict_when_a_file_brings_its_end(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    bring(db, "promises", FILES["promises"])
    judge_by = only(db, "Always on").id or 0
    with db.write() as tx:
        promises.judge(tx, CLERK, judge_by, verdict="broken", evidence="Seen", on=DAY)
    bring(db, "promises", FILES["promises"].replace("2026-01-01,", "2026-01-01,2026-06-01"))
    after = only(db, "Always on")
    assert (after.verdict, after.until_date) == ("broken", dt.date(2026, 6, 1))


@pytest.mark.parametrize("deed", ["correct", "judge and take back"])
def test_a_batch_whose_promises_people_have_worked_on_is_not_undone(db: Database, deed: str) -> None:
    bring(db, "clients", CLIENTS)
    outcome = bring(db, "promises", FILES["promises"])
    number = only(db, "Free").id or 0
    with db.write() as tx:
        if deed == "correct":
            promises.change(tx, CLERK, number, source="page", from_date=None, until_date=None, campaign_id=None)
        else:
            for verdict in ("broken", "unproven"):
                promises.judge(tx, CLERK, number, verdict=verdict, evidence="Seen", on=DAY)
    with pytest.raises(Refused, match="judged or flagged"):
        take_back(db, outcome.batch_id)


def test_a_promise_written_by_hand_belongs_to_no_batch(db: Database) -> None:
    bring(db, "clients", CLIENTS)
    outcome = bring(db, "promises", FILES["promises"])
    with db.write() as tx:
        client_id = tx.exec(select(Client.id).where(Client.name == "Acme Oy")).one() or 0
        promises.add(tx, CLERK, promises.Draft(client_id, "By hand", product="fast"))
    assert only(db, "By hand").row_key.startswith("manual-")
    take_back(db, outcome.batch_id)
    with db.read() as tx:
        assert tx.exec(select(Promise.text, Product.name).join(Product)).all() == [("By hand", "Fast")]
