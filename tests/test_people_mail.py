"""The e-mail address of a person: for notices, one plain address, set and taken away by administrators."""

from __future__ import annotations

import pytest
from sqlmodel import select

from ethics import audit
from ethics.access import Role
from ethics.database import Database
from ethics.language import Refused
from ethics.people import accounts
from tests.apps import opened
from tests.conftest import someone
from tests.house import House

ADMIN = someone(Role.ADMINISTRATOR)
PAGE = "ethics/people/pages/people.py"


def added(db: Database, email: str | None = None) -> int:
    with db.write() as tx:
        return accounts.add_person(tx, ADMIN, name="Test officer", login="officer", roles=[Role.OFFICER], email=email)[
            0
        ]


def changed(db: Database, user_id: int, **given: str | None) -> str | None:
    with db.write() as tx:
        accounts.change_person(tx, ADMIN, user_id, roles=[Role.OFFICER], client_ids=[], active=True, **given)  # type: ignore[arg-type]
        return accounts.people(tx, ADMIN)[0].email


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("officer@centre.example", "officer@centre.example"),
        ("  officer@centre.example ", "officer@centre.example"),
        ("reilu.peli+ilta@centre.example", "reilu.peli+ilta@centre.example"),
        ("päivä@keskus.example", "päivä@keskus.example"),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_an_address_is_stored_as_written(db: Database, written: str | None, stored: str | None) -> None:
    added(db, written)
    with db.read() as tx:
        assert [person.email for person in accounts.people(tx, ADMIN)] == [stored]


@pytest.mark.parametrize(
    "written",
    [
        "officer",
        "@centre.example",
        "officer@",
        "a@b@c.example",
        "a b@centre.example",
        "a@centre.example\nBcc: b@centre.example",
        "a@centre.example\r",
        "a@centre.example\t",
        "a@centre.example,b@centre.example",
        "a@centre.example;b@centre.example",
        "Officer <a@centre.example>",
        '"a"@centre.example',
        "a\N{NO-BREAK SPACE}b@centre.example",
        "a\x00@centre.example",
        "a\N{RIGHT-TO-LEFT OVERRIDE}b@centre.example",
        "x" * 240 + "@centre.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(lite: Database, written: str) -> None:
    with pytest.raises(Refused, match="e-mail address cannot be used"):
        added(lite, written)
    user_id = added(lite, "officer@centre.example")
    with pytest.raises(Refused, match="e-mail address cannot be used"):
        changed(lite, user_id, email=written)
    with lite.read() as tx:
        assert [person.email for person in accounts.people(tx, ADMIN)] == ["officer@centre.example"]


def test_an_address_of_254_characters_is_the_longest(lite: Database) -> None:
    longest = "x" * 239 + "@centre.example"
    user_id = added(lite, longest)
    with pytest.raises(Refused):
        changed(lite, user_id, email="x" + longest)


def test_a_change_that_names_no_address_leaves_it_and_an_empty_one_takes_it_away(db: Database) -> None:
    user_id = added(db, "officer@centre.example")
    assert changed(db, user_id) == "officer@centre.example"
    assert changed(db, user_id, email="night@centre.example") == "night@centre.example"
    assert changed(db, user_id, email="") is None


def test_the_audit_trail_says_that_an_address_changed_and_not_which(lite: Database) -> None:
    user_id = added(lite, "officer@centre.example")
    changed(lite, user_id)
    changed(lite, user_id, email="night@centre.example")
    with lite.read() as tx:
        bodies = [entry.body for entry in tx.exec(select(audit.AuditEntry).order_by(audit.AuditEntry.seq))]  # type: ignore[arg-type]
    assert ['"email_changed":true' in body for body in bodies] == [False, False, True]
    assert "centre.example" not in "".join(bodies)


def test_the_people_page_shows_and_changes_the_address(house: House) -> None:
    officer = house.user_ids[Role.OFFICER]
    at = opened(house, Role.ADMINISTRATOR, PAGE)
    field = at.text_input(key=f"person_{officer}_email")
    assert "never what a flag says" in field.help
    field.set_value("officer@centre.example")
    at.button(key=f"person_{officer}_save").click().run()
    assert not at.exception
    with house.db.read() as tx:
        found = {person.id: person.email for person in accounts.people(tx, ADMIN)}
    assert found[officer] == "officer@centre.example"
    assert opened(house, Role.ADMINISTRATOR, PAGE).text_input(key=f"person_{officer}_email").value == found[officer]


def test_the_people_page_adds_a_person_with_an_address_and_says_what_is_wrong_with_one(house: House) -> None:
    at = opened(house, Role.ADMINISTRATOR, PAGE)
    at.text_input(key="people_name").set_value("Test newcomer")
    at.text_input(key="people_login").set_value("newcomer")
    at.multiselect(key="people_roles").set_value(["officer"])
    at.text_input(key="people_email").set_value("two words@centre.example")
    at.button(key="people_add_button").click().run()
    assert any("e-mail address cannot be used" in error.value for error in at.error)
    at.text_input(key="people_email").set_value("newcomer@centre.example")
    at.button(key="people_add_button").click().run()
    with house.db.read() as tx:
        found = {person.login: person.email for person in accounts.people(tx, ADMIN)}
    assert found["newcomer"] == "newcomer@centre.example"
