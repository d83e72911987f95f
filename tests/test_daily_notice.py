"""The daily notice: to whom, in which language, once a day, and only when something waits. The mail server is real."""

from __future__ import annotations

import datetime as dt

import pytest

from ethics.database import Database
from ethics.mismatches.models import Conflict
from ethics.notices import digest, urgent
from ethics.notices.models import Digest
from ethics.people.models import User
from tests.mailserver import Mailbox
from tests.recipients import CHIEF, DAY, ENGLISH, FINNISH, OFFICERS, add, at, build, configure, flagged, looked_at


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


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
