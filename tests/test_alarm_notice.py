"""The notice of a new alarm: to those who may close it, once, and without the client's name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import select

from ethics.access import Role
from ethics.database import Database, now
from ethics.people.models import ClientManager
from ethics.risk import notice
from ethics.risk.models import Alarm
from tests.mailserver import Mailbox
from tests.recipients import settle

#: number, role, address, language
PEOPLE = (
    (1, Role.OFFICER, "officer@centre.example", "fi"),
    (2, Role.MANAGER, "own@centre.example", "en"),
    (3, Role.MANAGER, "other@centre.example", "en"),
    (4, Role.EXECUTIVE, "chief@centre.example", "en"),
    (5, Role.AGENT, "agent@centre.example", "en"),
)
#: The client of each manager.
MANAGED = {2: 1, 3: 2}


@pytest.fixture
def house_of_two(db: Database) -> Database:
    """Two clients, five people with addresses, and an alarm at the first client."""
    with db.write() as tx:
        settle(tx, PEOPLE)
        tx.add_all(ClientManager(user_id=user_id, client_id=client_id) for user_id, client_id in MANAGED.items())
        tx.add(raised(1))
    return db


def raised(client_id: int, **given: Any) -> Alarm:
    week = dt.date(2026, 11, 9)
    facts: dict[str, Any] = {
        "week": week,
        "since": week,
        "statistic": 700.0,
        "threshold": 624.0,
        "raised_at": now(),
        **given,
    }
    return Alarm(client_id=client_id, **facts)


def test_officers_and_the_clients_own_managers_are_told_once(house_of_two: Database, box: Mailbox) -> None:
    notice.send_alarms(house_of_two)
    notice.send_alarms(house_of_two)
    assert sorted(address for address, _ in box.letters) == ["officer@centre.example", "own@centre.example"]


def test_the_notice_names_no_client_and_leads_to_the_portfolio(house_of_two: Database, box: Mailbox) -> None:
    notice.send_alarms(house_of_two)
    texts = [letter.get_content() for _, letter in box.letters]
    for text in texts:
        assert "Lumikki" not in text
        assert "https://reilu.centre.example/portfolio" in text
    assert any("Yhdellä toimeksiantajalla" in text for text in texts)


@pytest.mark.parametrize("given", [{"past": True}, {"closed_on": dt.date(2026, 11, 20)}])
def test_nobody_is_told_of_what_is_no_task(house_of_two: Database, box: Mailbox, given: dict[str, Any]) -> None:
    notice.send_alarms(house_of_two)
    with house_of_two.write() as tx:
        tx.add(raised(2, **given))
    notice.send_alarms(house_of_two)
    assert sorted(address for address, _ in box.letters) == ["officer@centre.example", "own@centre.example"]


def test_without_a_mail_server_an_alarm_is_settled_without_a_letter(house_of_two: Database) -> None:
    notice.send_alarms(house_of_two)
    with house_of_two.read() as tx:
        assert tx.exec(select(Alarm.told)).all() == [True]
