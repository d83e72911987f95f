"""Personal data on the agent's pages: shown before a flag or a reply is sent, and masked unless it is taken out."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from tests.agent import FLAG, MINE, REPLY, filled, link_of, mine, replies, stored, thread_opened
from tests.apps import opened, words
from tests.house import House


@pytest.fixture
def link(house: House) -> dict[str, str]:
    return link_of(house)


# In a flag


def test_personal_data_is_shown_before_it_is_sent_and_masked(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link), text="Asiakas soitti numerosta 040 123 4567 ja odotti.")
    at.button(key="flag_send").click().run()
    assert not stored(house)
    assert "This may tell who somebody is" in words(at)
    assert "[phone]" in words(at).replace("\\", "")
    at.button(key="flag_send").click().run()
    assert [flag.text for flag in stored(house)] == ["Asiakas soitti numerosta [phone] ja odotti."]


def test_what_is_taken_out_of_the_list_is_sent_as_it_is(house: House, link: dict[str, str]) -> None:
    at = filled(
        opened(house, Role.AGENT, FLAG, **link), text="Numero 040 123 4567 on yhtiön oma; asiakas@example.com ei ole."
    )
    at.button(key="flag_send").click().run()
    masks = next(group for group in at.button_group if str(group.key).startswith("flag_mask_"))
    assert masks.value == [0, 1]
    masks.set_value([1]).run()
    at.button(key="flag_send").click().run()
    assert [flag.text for flag in stored(house)] == ["Numero 040 123 4567 on yhtiön oma; [e-mail] ei ole."]


def test_new_personal_data_is_shown_again(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link), text="Soitti numerosta 040 123 4567.")
    at.button(key="flag_send").click().run()
    at.text_area(key="flag_text").set_value("Soitti numerosta 040 123 4567, kirjoitti asiakas@example.com.").run()
    at.button(key="flag_send").click().run()
    assert not stored(house)
    at.button(key="flag_send").click().run()
    assert [flag.text for flag in stored(house)] == ["Soitti numerosta [phone], kirjoitti [e-mail]."]


# In a reply


def replying(house: House, text: str = REPLY) -> tuple[AppTest, str]:
    """My flags with a reply that has been sent once, and what the keys of its form begin with."""
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.text_area(key=f"reply_{key}_0_0_text").set_value(text)
    at.button(key=f"reply_{key}_0_0_send").click().run()
    return at, f"reply_{key}_0_0_"


def test_personal_data_in_a_reply_is_shown_before_it_is_sent_and_masked(house: House) -> None:
    at, form = replying(house)
    assert replies(house) == []
    assert "This may tell who somebody is" in words(at)
    assert "It will read: “Soittaja oli numerosta [phone], lasku tuli osoitteesta [e-mail].”" in words(at).replace(
        "\\", ""
    )
    at.button(key=f"{form}send").click().run()
    assert replies(house) == ["Soittaja oli numerosta [phone], lasku tuli osoitteesta [e-mail]."]
    assert f"{form}found" not in at.session_state


def test_what_is_taken_out_of_the_list_of_a_reply_is_sent_as_it_is(house: House) -> None:
    at, form = replying(house)
    masks = next(group for group in at.button_group if str(group.key).startswith(f"{form}mask_"))
    assert masks.value == [0, 1]
    masks.set_value([1]).run()
    assert "numerosta 040 123 4567, lasku" in words(at)
    at.button_group(key="language").set_value("fi").run()
    at.button(key=f"{form}send").click().run()
    assert replies(house) == ["Soittaja oli numerosta 040 123 4567, lasku tuli osoitteesta [sähköposti]."]


def test_new_personal_data_in_a_reply_is_shown_again(house: House) -> None:
    at, form = replying(house, "Soittaja oli numerosta 040 123 4567.")
    at.text_area(key=f"{form}text").set_value("Soittaja oli numerosta 050 765 4321.").run()
    at.button(key=f"{form}send").click().run()
    assert replies(house) == []
    at.button(key=f"{form}send").click().run()
    assert replies(house) == ["Soittaja oli numerosta [phone]."]
