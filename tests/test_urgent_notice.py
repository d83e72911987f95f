"""The urgent notice: to whom a whistle and a grave flag go at once, and how often. The mail server is real."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from ethics.database import Database
from ethics.mismatches.models import Exclusion
from ethics.notices import urgent
from ethics.people.models import User
from tests.mailserver import Mailbox
from tests.recipients import CHIEF, ENGLISH, FINNISH, OFFICERS, add, alerted, build, configure, flagged


@pytest.fixture
def centre(db: Database) -> Database:
    return build(db)


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
