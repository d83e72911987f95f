"""Promises that files bring and people work on: neither overwrites the other, and a batch takes only its own back."""

from __future__ import annotations

import datetime as dt
from hashlib import blake2b

import pytest
from sqlmodel import select

from ethics.access import Role
from ethics.clients import promises
from ethics.clients.models import Campaign, Client, Product, Promise
from ethics.database import Database
from ethics.language import Refused
from tests.conftest import someone
from tests.files import CLIENTS, FILES, bring, everything, take_back
from tests.promises import DAY

CLERK = someone(Role.OFFICER)  # without an account


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
