"""One's own flags: nobody else's are reachable; replies, seen marks, closing and evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlmodel import Session, select

from ethics.access import TERMINAL, Actor, NotAllowed, Role
from ethics.clients.models import Campaign, Client
from ethics.database import Database, now, today
from ethics.language import NotFound, Refused
from ethics.mismatches import evidence, flags, own, thread
from ethics.mismatches.models import Flag, Message, Side, WhistleAnswer
from ethics.people.models import User, UserRole
from ethics.triage import inquiries, rulings
from tests.conftest import someone

DAY = today()
DRAFT = flags.Draft(1, "M05", 3, "proof", "Luvattiin 19,90 €, laskulla 34,90 €.", DAY, "confidential", "one")
AGENT, OTHER, OFFICER = (someone(role, user_id=n) for n, role in ((1, Role.AGENT), (2, Role.AGENT), (3, Role.OFFICER)))


@pytest.fixture
def centre(db: Database) -> Database:
    """One client with a campaign; two agents (1 and 2) and an officer (3)."""
    with db.write() as tx:
        tx.add(Client(id=1, name="Lumikki Laajakaista Oy", name_key="lumikki laajakaista oy"))
        tx.flush()
        tx.add(Campaign(id=1, client_id=1, name="Syyskampanja"))
        for number, login in ((1, "agent"), (2, "other"), (3, "officer")):
            tx.add(User(id=number, name=f"Test {login}", login=login, password_hash="x", created_at=now()))
        tx.flush()
        tx.add(UserRole(user_id=3, role=Role.OFFICER))
    return db


def file(db: Database, who: Actor = AGENT, **other: Any) -> str:
    draft = dataclasses.replace(DRAFT, submission=uuid4().hex, **other)
    with db.write() as tx:
        return flags.file(tx, who, draft)


def mine(db: Database, who: Actor = AGENT) -> list[own.OwnFlag]:
    with db.read() as tx:
        return own.own(tx, who)


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (8, 8), "white").save(data, "PNG")
    return data.getvalue()


SEEN = evidence.Cleaned("png", picture())


def test_one_sees_ones_own_flags_and_nobody_elses(centre: Database) -> None:
    key = file(centre, campaign_id=1)
    other = file(centre, OTHER)
    assert [(f.id, f.client, f.campaign, f.status) for f in mine(centre)] == [
        (key, "Lumikki Laajakaista Oy", "Syyskampanja", "open")
    ]
    assert [f.id for f in mine(centre, OTHER)] == [other]


Act = Callable[[Session, Actor, str], None]
ACTS: dict[str, Act] = {
    "read": own.read,
    "reply": lambda tx, actor, key: own.reply(tx, actor, key, "More"),
    "close": own.close,
    "add files": lambda tx, actor, key: own.add_files(tx, actor, key, [SEEN]),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
@pytest.mark.parametrize("who", [OTHER, TERMINAL], ids=["another agent", "the terminal"])
def test_the_flag_of_somebody_else_does_not_exist(centre: Database, act: Act, who: Actor) -> None:
    key = file(centre)
    with centre.write() as tx, pytest.raises(NotFound, match="no such flag"):
        act(tx, who, key)


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_a_flag_that_nobody_signed_belongs_to_nobody(centre: Database, act: Act) -> None:
    key = file(centre)
    with centre.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.reporter_id, flag.disclosed = None, "anonymous"
    for who in (AGENT, TERMINAL):
        with centre.write() as tx, pytest.raises(NotFound):
            act(tx, who, key)
    assert not mine(centre)


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_an_officer_does_not_write_for_the_reporter(centre: Database, act: Act) -> None:
    key = file(centre)
    with centre.write() as tx, pytest.raises(NotAllowed):
        act(tx, OFFICER, key)


def test_an_answer_is_unread_until_it_is_read(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, key)
    assert [(f.unread, f.acknowledged, f.waiting) for f in mine(centre)] == [(1, True, False)]
    with centre.read() as tx:
        assert (own.unread(tx, AGENT), own.unread(tx, OTHER)) == (1, 0)
    with centre.write() as tx:
        own.read(tx, AGENT, key)
    assert [(f.unread, [line.seen for line in f.messages]) for f in mine(centre)] == [(0, [True])]
    with centre.read() as tx:
        assert own.unread(tx, AGENT) == 0


def test_reading_marks_the_officers_messages_and_not_ones_own(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        own.reply(tx, AGENT, key, "It happened again")
        own.read(tx, AGENT, key)
    assert [(line.side, line.seen) for line in mine(centre)[0].messages] == [(Side.REPORTER, False)]
    with centre.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        thread.seen(tx, flag, by=Side.OFFICER)
    assert [line.seen for line in mine(centre)[0].messages] == [True]


def test_what_is_unread_comes_before_what_is_newer(centre: Database) -> None:
    old = file(centre, text="old")
    new = file(centre, text="new")
    with centre.write() as tx:
        flag = tx.get(Flag, old)
        assert flag is not None
        flag.filed_on = DAY - dt.timedelta(days=3)
    assert [f.id for f in mine(centre)] == [new, old]
    with centre.write() as tx:
        rulings.acknowledge(tx, OFFICER, old)
    assert [f.id for f in mine(centre)] == [old, new]


def test_a_reply_lets_the_clocks_go_on(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "On which day was it?")
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.waiting_since = DAY - dt.timedelta(days=4)
    assert mine(centre)[0].waiting
    with centre.write() as tx:
        own.reply(tx, AGENT, key, "  On Tuesday.  ")
    with centre.read() as tx:
        after = tx.get(Flag, key)
        assert after is not None
        assert (after.waiting_since, after.paused_days) == (None, 4)
    assert [(line.side, line.text) for line in mine(centre)[0].messages] == [
        (Side.OFFICER, "On which day was it?"),
        (Side.REPORTER, "On Tuesday."),
    ]
    assert not mine(centre)[0].waiting


@pytest.mark.parametrize(("text", "says"), [("  \n ", "Write a message"), ("x" * 4001, "too long")])
def test_an_empty_or_endless_reply_is_refused(centre: Database, text: str, says: str) -> None:
    key = file(centre)
    with centre.write() as tx, pytest.raises(Refused, match=says):
        own.reply(tx, AGENT, key, text)
    assert not mine(centre)[0].messages


def test_after_closing_nobody_waits_for_the_reporter_and_nobody_writes(centre: Database) -> None:
    key = file(centre)
    with centre.write() as tx:
        inquiries.ask_reporter(tx, OFFICER, key, "On which day was it?")
        own.close(tx, AGENT, key)
    assert [(f.closed, f.waiting) for f in mine(centre)] == [(True, False)]
    with centre.write() as tx, pytest.raises(Refused, match="closed this flag"):
        own.reply(tx, AGENT, key, "One more thing")
    with centre.write() as tx, pytest.raises(Refused, match="closed this flag"):
        inquiries.ask_reporter(tx, OFFICER, key, "And when?")


def test_evidence_is_added_later_and_counted(centre: Database) -> None:
    key = file(centre, files=(SEEN,))
    with centre.write() as tx:
        own.add_files(tx, AGENT, key, [SEEN, SEEN])
    assert mine(centre)[0].files == 3
    with centre.write() as tx, pytest.raises(Refused, match="5 files at most"):
        own.add_files(tx, AGENT, key, [SEEN] * 3)
    assert mine(centre)[0].files == 3


@pytest.mark.parametrize(("text", "said"), [("The invoice", ["The invoice"]), ("  ", [])])
def test_evidence_comes_with_a_reply_or_alone(centre: Database, text: str, said: list[str]) -> None:
    key = file(centre)
    with centre.write() as tx:
        own.reply(tx, AGENT, key, text, [SEEN])
    assert [([line.text for line in f.messages], f.files) for f in mine(centre)] == [(said, 1)]


def test_a_reply_with_too_many_files_is_not_sent(centre: Database) -> None:
    key = file(centre, files=(SEEN,))
    with pytest.raises(Refused, match="5 files at most"), centre.write() as tx:
        own.reply(tx, AGENT, key, "The invoice", [SEEN] * 5)
    assert [(f.messages, f.files) for f in mine(centre)] == [((), 1)]


def test_too_many_files_stop_the_whole_flag(centre: Database) -> None:
    with pytest.raises(Refused, match="5 files at most"):
        file(centre, files=(SEEN,) * 6)
    assert not mine(centre)
    with centre.read() as tx:
        assert not tx.exec(select(Flag.id)).all()


def test_a_decision_and_a_whistles_answer_are_shown(centre: Database) -> None:
    key = file(centre, whistle=True)
    assert [(f.whistle, f.whistle_decided) for f in mine(centre)] == [(True, None)]
    with centre.write() as tx:
        tx.add(WhistleAnswer(flag_id=key, decided="paused", text="It stands still.", answered_on=DAY, answered_by=3))
        rulings.decide(tx, OFFICER, key, rulings.Ruling("T5", "M05", 3, None, "The invoice shows it", "As you said."))
    shown = mine(centre)[0]
    assert (shown.status, shown.outcome, shown.answer, shown.whistle_decided) == (
        "confirmed",
        "T5",
        "As you said.",
        "paused",
    )


def test_good_news_is_listed_for_who_told_it(centre: Database) -> None:
    draft = flags.GoodDraft(1, "thanks", "The customer called back to say thank you.", "good", campaign_id=1)
    for _ in range(2):  # a repeated click is one piece of news
        with centre.write() as tx:
            flags.tell_good_news(tx, AGENT, draft)
    with centre.read() as tx:
        assert [(g.client, g.kind, g.filed_on) for g in own.good_news(tx, AGENT)] == [
            ("Lumikki Laajakaista Oy", "thanks", DAY)
        ]
        assert own.good_news(tx, OTHER) == []


def test_a_reply_stands_in_the_thread_of_its_own_flag_only(centre: Database) -> None:
    key = file(centre)
    file(centre)
    with centre.write() as tx:
        own.reply(tx, AGENT, key, "Again")
    with centre.read() as tx:
        assert [(m.flag_id, m.position) for m in tx.exec(select(Message))] == [(key, 1)]
