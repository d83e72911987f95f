"""Notices: to whom, how often, and never what a flag says. The mail server is real, on loopback."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import Database, now
from ethics.mismatches.models import Conflict, Exclusion, Flag, Message, WhistleAnswer
from ethics.notices import digest, post, urgent
from ethics.notices.models import Digest
from ethics.people.models import User, UserRole
from ethics.settings import load
from ethics.triage.waiting import Waiting, counts_for
from tests.mailserver import Mailbox, served

DAY = dt.date(2026, 11, 18)  # a Wednesday
CLIENT, TEXT, REPORTER = "Lumikki Laajakaista Oy", "Luvattiin 19,90 €, laskulla 34,90 €.", "Test agent"
FINNISH, ENGLISH, CHIEF, AGENT, MANAGER = (
    f"{name}@centre.example" for name in ("finnish", "english", "chief", "agent", "manager")
)
OFFICERS = [ENGLISH, FINNISH]
#: number, role, address, language
PEOPLE = (
    (1, Role.OFFICER, FINNISH, "fi"),
    (2, Role.OFFICER, ENGLISH, None),
    (3, Role.EXECUTIVE, CHIEF, "en"),
    (4, Role.AGENT, AGENT, "fi"),
    (5, Role.MANAGER, MANAGER, "fi"),
    (6, Role.OFFICER, None, "fi"),
)


@pytest.fixture
def centre(db: Database) -> Database:
    """Two clients, and people of several roles; one officer has no address."""
    with db.write() as tx:
        for number, name in ((1, CLIENT), (2, "Oiva Lehdet Oy")):
            tx.add(Client(id=number, name=name, name_key=name.casefold()))
        for number, role, address, language in PEOPLE:
            tx.add(
                User(
                    id=number,
                    name=f"Test {role.value}",
                    login=f"person{number}",
                    password_hash="x",
                    email=address,
                    language=language,
                    created_at=now(),
                )
            )
        tx.flush()
        tx.add_all(UserRole(user_id=number, role=role) for number, role, _, _ in PEOPLE)
    return db


def configure(monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
    """The settings as far as notices read them."""
    given = {"smtp_security": "none", "smtp_from": "Reilu <reilu@centre.example>", **given}
    chosen = load(address="https://reilu.centre.example/", **given)
    for module in ("mail", "post"):
        monkeypatch.setattr(f"ethics.notices.{module}.settings", lambda: chosen)


def at(monkeypatch: pytest.MonkeyPatch, hour: int, day: dt.date = DAY) -> None:
    """Set the clock of the daily notice to an hour where the centre is."""
    moment = dt.datetime.combine(day, dt.time(hour)).astimezone(dt.UTC)
    monkeypatch.setattr("ethics.notices.digest.now", lambda: moment)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that takes everything, in the settings; it is ten in the morning."""
    post._FAILED.clear()
    with served() as found:
        configure(monkeypatch, smtp_host="127.0.0.1", smtp_port=found.port)
        at(monkeypatch, 10)
        yield found


def flagged(db: Database, **other: Any) -> str:
    """A confidential flag of the agent, filed on the day; `other` changes its columns."""
    flag = Flag(
        **{
            "client_id": 1,
            "category": "M05",
            "severity": 2,
            "certainty": "proof",
            "text": TEXT,
            "met_on": DAY,
            "filed_on": DAY,
            "disclosed": "confidential",
            "reporter_id": 4,
            **other,
        }
    )
    with db.write() as tx:
        tx.add(flag)
        tx.flush()
        return flag.id


def add(db: Database, *rows: Any) -> None:
    with db.write() as tx:
        tx.add_all(rows)


def counted(db: Database, user_id: int = 1, on: dt.date = DAY) -> Waiting:
    with db.read() as tx:
        return counts_for(tx, user_id, on)


def alerted(db: Database) -> list[bool]:
    with db.read() as tx:
        return sorted(tx.exec(select(Flag.alerted)).all())


def looked_at(db: Database) -> dict[int, dt.date]:
    with db.read() as tx:
        return {row.user_id: row.sent_on for row in tx.exec(select(Digest))}


# What is counted


@pytest.mark.parametrize(
    ("flag", "on", "waits"),
    [
        ({}, DAY, Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=4), Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=5), Waiting(new=1, due_soon=1, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=7), Waiting(new=1, due_soon=1, late=0, whistles=0, replies=0)),
        ({}, DAY + dt.timedelta(days=8), Waiting(new=1, due_soon=0, late=1, whistles=0, replies=0)),
        ({"acknowledged_on": DAY}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"whistle": True}, DAY, Waiting(new=1, due_soon=1, late=0, whistles=1, replies=0)),
        ({"status": "held"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"status": "merged"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"status": "confirmed"}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        ({"reporter_id": 1}, DAY, Waiting(new=0, due_soon=0, late=0, whistles=0, replies=0)),
        (
            {"reporter_id": None, "disclosed": "imported"},
            DAY,
            Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0),
        ),
    ],
)
def test_what_waits_is_counted(centre: Database, flag: dict[str, Any], on: dt.date, waits: Waiting) -> None:
    flagged(centre, **flag)
    assert counted(centre, on=on) == waits


def test_an_answered_whistle_waits_as_a_flag_only(centre: Database) -> None:
    key = flagged(centre, whistle=True)
    add(centre, WhistleAnswer(flag_id=key, decided="paused", text="Tauko", answered_on=DAY))
    assert counted(centre) == Waiting(new=1, due_soon=0, late=0, whistles=0, replies=0)


@pytest.mark.parametrize(("side", "seen", "status", "replies"), [
    ("reporter", False, "open", 1),
    ("reporter", False, "confirmed", 1),
    ("reporter", False, "merged", 1),
    ("reporter", False, "held", 0),
    ("reporter", True, "open", 0),
    ("officer", False, "open", 0),
])  # fmt: skip
def test_replies_that_no_officer_has_seen_are_counted(
    centre: Database, side: str, seen: bool, status: str, replies: int
) -> None:
    key = flagged(centre, status=status)
    add(centre, Message(flag_id=key, position=1, side=side, text="Hei", written_on=DAY, seen=seen))
    assert counted(centre).replies == replies


def test_a_flag_that_an_officer_must_not_handle_is_not_counted_for_them(centre: Database) -> None:
    excluded, _ = flagged(centre), flagged(centre, client_id=2)
    add(centre, Exclusion(flag_id=excluded, user_id=1), Conflict(user_id=2, client_id=2, since=DAY))
    add(centre, Message(flag_id=excluded, position=1, side="reporter", text="Hei", written_on=DAY))
    found = {number: (counted(centre, number).new, counted(centre, number).replies) for number in (1, 2, 6)}
    assert found == {1: (1, 0), 2: (1, 1), 6: (2, 1)}


# The daily notice


def test_officers_get_one_daily_notice_in_their_own_language(centre: Database, box: Mailbox) -> None:
    flagged(centre)
    flagged(centre)
    for _ in range(3):
        digest.send_digest(centre)
    assert box.to() == OFFICERS
    assert box.sessions == 1
    assert "- 2 new flags\n" in box.text(ENGLISH)
    assert "https://reilu.centre.example/triage\n" in box.text(ENGLISH)
    assert "once a day at most" in box.text(ENGLISH)
    assert {letter["Content-Transfer-Encoding"] for _, letter in box.letters} <= {
        "7bit",
        "quoted-printable",
        "base64",
        "8bit",
    }


def test_the_next_day_brings_the_next_notice(centre: Database, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    flagged(centre)
    digest.send_digest(centre)
    at(monkeypatch, 9, DAY + dt.timedelta(days=1))
    digest.send_digest(centre)
    assert box.to() == sorted(OFFICERS * 2)


@pytest.mark.parametrize(("hour", "letters"), [(0, 0), (7, 0), (8, 2), (23, 2)])
def test_the_daily_notice_waits_for_eight_in_the_morning(
    centre: Database, box: Mailbox, monkeypatch: pytest.MonkeyPatch, hour: int, letters: int
) -> None:
    flagged(centre)
    at(monkeypatch, hour)
    digest.send_digest(centre)
    assert len(box.letters) == letters
    assert len(looked_at(centre)) == (3 if letters else 0)


@pytest.mark.parametrize("flags", [0, 3])
def test_the_table_of_notices_is_the_same_whether_something_waited_or_not(
    centre: Database, box: Mailbox, flags: int
) -> None:
    for _ in range(flags):
        flagged(centre)
    digest.send_digest(centre)
    assert looked_at(centre) == {1: DAY, 2: DAY, 3: DAY}


def test_nobody_gets_a_daily_notice_when_nothing_waits(centre: Database, box: Mailbox) -> None:
    digest.send_digest(centre)
    assert (box.to(), box.sessions) == ([], 0)


def test_executives_hear_of_unanswered_whistles_and_of_nothing_else(centre: Database, box: Mailbox) -> None:
    flagged(centre, severity=4)
    digest.send_digest(centre)
    assert CHIEF not in box.to()
    with centre.write() as tx:
        tx.delete(tx.get_one(Digest, 3))
    flagged(centre, whistle=True)
    digest.send_digest(centre)
    assert [line for line in box.text(CHIEF).splitlines() if line.startswith("- ")] == ["- 1 whistle without an answer"]
    assert "https://reilu.centre.example/whistles\n" in box.text(CHIEF)


def test_agents_and_managers_and_who_was_switched_off_get_nothing(centre: Database, box: Mailbox) -> None:
    flagged(centre, whistle=True)
    with centre.write() as tx:
        tx.get_one(User, 2).active = False
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    assert sorted(set(box.to())) == [CHIEF, FINNISH]


def test_an_officer_with_a_conflict_gets_no_notice_of_it(centre: Database, box: Mailbox) -> None:
    flagged(centre)
    add(centre, Conflict(user_id=2, client_id=1, since=DAY))
    digest.send_digest(centre)
    assert box.to() == [FINNISH]


def test_a_notice_that_failed_is_tried_again_and_nobodys_day_is_set(
    centre: Database, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    flagged(centre)
    box.full = True
    digest.send_digest(centre)
    assert (box.to(), looked_at(centre)) == ([], {})
    box.full = False
    digest.send_digest(centre)
    assert (box.to(), len(looked_at(centre))) == (OFFICERS, 3)


def test_without_a_mail_server_nobody_is_looked_at(
    centre: Database, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch)
    flagged(centre)
    digest.send_digest(centre)
    assert looked_at(centre) == {}


# The urgent notice


@pytest.mark.parametrize(
    ("flag", "to"),
    [
        ({"whistle": True}, [CHIEF, *OFFICERS]),
        ({"severity": 4}, OFFICERS),
        ({"severity": 4, "whistle": True}, [CHIEF, *OFFICERS]),
        ({"severity": 3}, []),
        ({"severity": 4, "status": "held"}, []),
        ({"severity": 4, "status": "dismissed"}, []),
        ({"severity": 4, "alerted": True}, []),
    ],
)
def test_whistles_go_at_once_to_officers_and_executives_and_grave_flags_to_officers(
    centre: Database, box: Mailbox, flag: dict[str, Any], to: list[str]
) -> None:
    flagged(centre, **flag)
    for _ in range(2):
        urgent.send_urgent(centre)
    assert box.to() == to
    assert alerted(centre) == [bool(to) or bool(flag.get("alerted"))]


def test_several_urgent_flags_make_one_letter_for_each(centre: Database, box: Mailbox) -> None:
    for _ in range(3):
        flagged(centre, whistle=True)
    flagged(centre, severity=4)
    urgent.send_urgent(centre)
    assert box.to() == [CHIEF, *OFFICERS]
    assert "3 whistles" in box.text(CHIEF)
    assert "urgent flag" not in box.text(CHIEF)
    assert "1 urgent flag came in" in box.text(ENGLISH)
    assert alerted(centre) == [True] * 4


def test_an_excluded_officer_hears_nothing_of_an_urgent_flag(centre: Database, box: Mailbox) -> None:
    key = flagged(centre, severity=4)
    add(centre, Exclusion(flag_id=key, user_id=1))
    urgent.send_urgent(centre)
    assert box.to() == [ENGLISH]


def test_who_blew_the_whistle_gets_no_notice_of_it(centre: Database, box: Mailbox) -> None:
    flagged(centre, whistle=True, reporter_id=3)
    urgent.send_urgent(centre)
    assert box.to() == OFFICERS


def test_an_urgent_notice_that_failed_is_tried_again(centre: Database, box: Mailbox) -> None:
    flagged(centre, whistle=True)
    box.full = True
    urgent.send_urgent(centre)
    assert (box.to(), alerted(centre)) == ([], [False])
    box.full = False
    urgent.send_urgent(centre)
    assert (box.to(), alerted(centre)) == ([CHIEF, *OFFICERS], [True])


def test_one_address_that_is_refused_keeps_no_letter_from_the_others(centre: Database, box: Mailbox) -> None:
    flagged(centre, whistle=True)
    box.refuses = {ENGLISH}
    for _ in range(2):
        urgent.send_urgent(centre)
    assert (box.to(), alerted(centre)) == ([CHIEF, FINNISH], [True])


def test_without_a_mail_server_an_urgent_flag_is_settled_without_a_letter(
    centre: Database, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch)
    flagged(centre, whistle=True)
    urgent.send_urgent(centre)
    assert alerted(centre) == [True]


def test_an_urgent_flag_is_settled_when_nobody_has_an_address(centre: Database, box: Mailbox) -> None:
    with centre.write() as tx:
        for user in tx.exec(select(User)):
            user.email = None
    flagged(centre, whistle=True)
    urgent.send_urgent(centre)
    assert (box.to(), alerted(centre)) == ([], [True])


# What a notice says, and what is left behind


@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_header_and_no_body_holds_anything_of_a_flag(centre: Database, box: Mailbox, language: str) -> None:
    with centre.write() as tx:
        for user in tx.exec(select(User)):
            user.language = language
    keys = [flagged(centre, whistle=True, severity=4, said="Ikuinen hinta", contact_ref="C-77", experience="Petos")]
    keys.append(flagged(centre, disclosed="named"))
    add(centre, Message(flag_id=keys[0], position=1, side="reporter", text="Terveisin vuorosta", written_on=DAY))
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    assert len(box.letters) == 6
    for raw, (_, letter) in zip(box.raw, box.letters, strict=True):
        whole = raw.decode() + str(letter.get_content()) + " ".join(str(value) for value in letter.values())
        for secret in (
            *keys,
            CLIENT,
            "Lumikki",
            "M05",
            TEXT,
            "19,90",
            REPORTER,
            "Ikuinen",
            "C-77",
            "Petos",
            "Terveisin",
        ):
            assert secret not in whole
        assert set(letter) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
            "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip


def test_every_notice_is_said_in_finnish_too(centre: Database, box: Mailbox) -> None:
    """A sentence without its Finnish would come in English."""
    flagged(centre, whistle=True)
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    finnish = " ".join(str(letter.get_content()) for to, letter in box.letters if to == FINNISH)
    assert "odottaa" in finnish
    assert not {"This", "flag", "whistle", "notice"} & set(finnish.split())


def test_success_leaves_no_line_in_the_log_no_audit_entry_and_no_time(
    centre: Database, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="reilu")
    caplog.set_level(logging.DEBUG, logger="ethics")
    flagged(centre, whistle=True)
    digest.send_digest(centre)
    urgent.send_urgent(centre)
    post.tell_failures(centre)
    assert [record for record in caplog.records if record.name.startswith(("reilu", "ethics"))] == []
    with centre.read() as tx:
        assert audit.head(tx) == (0, audit.FIRST)


def test_a_failure_is_told_by_the_hourly_round_and_not_when_it_happens(
    centre: Database, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    flagged(centre, whistle=True)
    box.full = True
    for _ in range(5):
        urgent.send_urgent(centre)
    assert caplog.text == ""
    post.tell_failures(centre)
    post.tell_failures(centre)
    told = [record.getMessage() for record in caplog.records]
    assert told == ["notices: The mail server 127.0.0.1 did not take the message."]
