"""The agent's page for a flag, thanks and the whistle: six steps, what is missing, and drafts that survive."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Campaign, Client
from ethics.database import today
from ethics.mismatches import own
from ethics.mismatches.models import Exclusion, GoodNews
from ethics.people import accounts
from ethics.triage import whistles
from tests.agent import ENGLISH, FLAG, MINE, TEXT, filled, link_of, stored
from tests.apps import opened, words
from tests.house import House
from tests.test_own import picture


@pytest.fixture
def link(house: House) -> dict[str, str]:
    return link_of(house)


#: Each thing that a person does on a prefilled flag.
STEPS: list[Callable[[AppTest], Any]] = [
    lambda at: at.button_group(key="flag_category").set_value("M05"),
    lambda at: at.text_area(key="flag_text").set_value(TEXT),
    lambda at: at.button_group(key="flag_severity").set_value(3),
    lambda at: at.button_group(key="flag_certainty").set_value("saw"),
    lambda at: at.button(key="flag_send").click(),
]


def test_a_prefilled_flag_is_sent_in_six_steps_or_fewer(house: House, link: dict[str, str]) -> None:
    at = opened(house, Role.AGENT, FLAG, **link)
    assert len(STEPS) <= 6
    for step in STEPS:
        assert not stored(house)
        step(at).run()
    assert at.title[0].value == "Sent. Thank you for telling."
    flag = stored(house)[0]
    with house.db.read() as tx:
        campaign, client = tx.get(Campaign, flag.campaign_id), tx.get(Client, flag.client_id)
    assert campaign is not None
    assert client is not None
    assert (client.name.upper(), campaign.name) == (link["client"], link["campaign"])
    assert (flag.disclosed, flag.met_on, flag.text, flag.whistle) == ("confidential", today(), TEXT, False)


def test_a_link_prefills_the_category_and_the_contact_too(house: House, link: dict[str, str]) -> None:
    at = opened(house, Role.AGENT, FLAG, **link, category="m07", contact="C-881")
    assert at.button_group(key="flag_category").value == "M07"
    assert at.text_input(key="flag_contact_ref").value == "C-881"


def test_a_link_to_what_is_not_known_opens_an_empty_form(house: House) -> None:
    at = opened(house, Role.AGENT, FLAG, client="<b>Nobody</b>", campaign="'", category="M99", contact="")
    assert at.selectbox(key="flag_client").value is None
    assert at.button_group(key="flag_category").value is None


def test_the_meaning_of_a_choice_is_said_below_it(house: House) -> None:
    at = opened(house, Role.AGENT, FLAG)
    at.button_group(key="flag_category").set_value("M02")
    at.button_group(key="flag_severity").set_value(4).run()
    said = words(at)
    assert "It normally works, is broken now, and the customer was told so." in said
    assert "it never counts against a client" in said
    assert "it counts in the client’s score" not in said
    assert "4 · Grave: suspected fraud" in said


def test_who_sees_the_name_follows_the_choice_and_the_meter_the_client(house: House, link: dict[str, str]) -> None:
    at = opened(house, Role.AGENT, FLAG, **link)
    assert "Only the officers see it" in words(at)
    assert "could have written this" in words(at)
    at.radio(key="flag_disclosed").set_value("named").run()
    assert "client’s managers see it, and may ask you" in words(at)
    assert "could have written this" not in words(at)


def test_the_way_without_a_name_leads_to_the_door(house: House) -> None:
    at = opened(house, Role.AGENT, FLAG)
    assert [button.url for button in at.get("link_button") if button.label == "Tell without a name"] == ["/flag"]


def test_everything_else_that_one_knows_goes_along(house: House, link: dict[str, str]) -> None:
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        second, _ = accounts.add_person(tx, admin, name="Test second", login="second", roles=[Role.OFFICER])
    at = filled(opened(house, Role.AGENT, FLAG, **link, contact="C-881"))
    at.text_area(key="flag_said").set_value("Hinta ei muutu")
    at.text_input(key="flag_said_where").set_value("Myyntipuhe")
    at.text_area(key="flag_experience").set_value("Luuli sopineensa kahdesta vuodesta")
    at.selectbox(key="flag_step").select("invoice")
    at.selectbox(key="flag_channel").select("phone")
    at.selectbox(key="flag_frequency").select("repeated")
    at.button_group(key="flag_for_family").set_value("no")
    at.multiselect(key="flag_exclude").set_value([house.user_ids[Role.OFFICER]])
    at.radio(key="flag_disclosed").set_value("named")
    at.file_uploader(key="flag_files").set_value([("lasku.png", picture(), "image/png")])
    at.button(key="flag_send").click().run()
    assert not at.error, [error.value for error in at.error]
    flag = stored(house)[0]
    assert (flag.said, flag.said_where, flag.experience) == (
        "Hinta ei muutu",
        "Myyntipuhe",
        "Luuli sopineensa kahdesta vuodesta",
    )
    assert (flag.step, flag.channel, flag.frequency, flag.for_family) == ("invoice", "phone", "repeated", "no")
    assert (flag.contact_ref, flag.disclosed) == ("C-881", "named")
    with house.db.read() as tx:
        assert [(e.flag_id, e.user_id) for e in tx.exec(select(Exclusion))] == [(flag.id, house.user_ids[Role.OFFICER])]
        assert own.own(tx, house.actor(Role.AGENT))[0].files == 1
    assert second


def test_a_promise_of_the_ledger_takes_the_place_of_words(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    promise = at.selectbox(key="flag_promise")
    at = promise.select_index(0).run()
    assert not [area for area in at.text_area if area.key == "flag_said"]
    at.button(key="flag_send").click().run()
    assert stored(house)[0].promise_id is not None


def test_nobody_is_asked_whom_to_keep_out_when_there_is_one_officer(house: House) -> None:
    at = opened(house, Role.AGENT, FLAG)
    assert not [field for field in at.multiselect if field.key == "flag_exclude"]


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ("flag_client", "Choose the client that the flag is about."),
        ("flag_category", "Choose what happened."),
        ("flag_severity", "Choose how serious it was."),
        ("flag_certainty", "Choose how you know."),
        ("flag_text", "Write what was promised and what the customer met."),
    ],
)
def test_a_refusal_says_what_is_missing_and_keeps_the_rest(
    house: House, link: dict[str, str], left_out: str, says: str
) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    if left_out == "flag_client":
        at.selectbox(key=left_out).set_value(None)
    elif left_out == "flag_text":
        at.text_area(key=left_out).set_value("")
    else:
        at.button_group(key=left_out).set_value(None)
    at.button(key="flag_send").click().run()
    assert [error.value for error in at.error] == [says]
    assert not stored(house)
    if left_out != "flag_text":
        assert at.text_area(key="flag_text").value == TEXT


def test_after_sending_there_are_dates_and_the_next_form_is_empty(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link, contact="C-881"))
    at.button(key="flag_send").click().run()
    assert at.title[0].value == "Sent. Thank you for telling."
    assert "My flags" in words(at)
    at.button(key="another").click().run()
    assert at.text_area(key="flag_text").value == ""
    assert at.button_group(key="flag_category").value is None
    assert at.text_input(key="flag_contact_ref").value == ""
    assert at.selectbox(key="flag_client").value is not None  # the link still says so
    filled(at).button(key="flag_send").click().run()
    assert len(stored(house)) == 2


@pytest.mark.parametrize("other", [MINE, "ethics/triage/pages/changed.py"])
def test_what_happens_next_stays_until_the_page_is_left(house: House, link: dict[str, str], other: str) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.button(key="flag_send").click().run()
    for language, title in (("fi", "Lähetetty. Kiitos, että kerroit."), ("en", "Sent. Thank you for telling.")):
        at.button_group(key="language").set_value(language).run()
        assert at.title[0].value == title
    at.switch_page(other).run()
    at.switch_page(FLAG).run()
    assert at.title[0].value == "What was not as promised?"


def test_a_draft_survives_a_change_of_language(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.radio(key="flag_disclosed").set_value("named")
    at.selectbox(key="flag_step").select("invoice")
    at.button_group(key="flag_for_family").set_value("unsure").run()
    at.button_group(key="language").set_value("fi").run()
    assert at.title[0].value == "Mikä ei ollut niin kuin luvattiin?"
    at.button(key="flag_send").click().run()
    flag = stored(house)[0]
    assert (flag.category, flag.severity, flag.certainty, flag.text) == ("M05", 3, "proof", TEXT)
    assert (flag.disclosed, flag.step, flag.for_family, flag.language) == ("named", "invoice", "unsure", "fi")


def test_a_draft_survives_a_look_at_another_page(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.switch_page(MINE).run()
    at.switch_page(FLAG).run()
    at.button(key="flag_send").click().run()
    assert [(flag.category, flag.text) for flag in stored(house)] == [("M05", TEXT)]


def test_the_same_draft_sent_twice_is_one_flag(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    draft = at.session_state["flag_submission"]
    at.button(key="flag_send").click().run()
    assert [flag.submission for flag in stored(house)] == [draft]
    again = filled(opened(house, Role.AGENT, FLAG, **link))
    again.session_state["flag_submission"] = draft
    again.button(key="flag_send").click().run()
    assert len(stored(house)) == 1
    assert not again.error


def test_the_whistle_says_who_reads_it_and_by_when(house: House, link: dict[str, str]) -> None:
    at = opened(house, Role.AGENT, FLAG, **link)
    at.button_group(key="flag_kind").set_value("whistle").run()
    assert at.title[0].value == "What has to stop now?"
    assert "A fair-play officer and an executive, at once." in words(at)
    assert "within one working day" in words(at)
    assert len(at.button_group(key="flag_grave").options) == 2
    at.button_group(key="flag_category").set_value("M12")
    at.text_area(key="flag_text").set_value("Myyntipuhe käskee valehdella.")
    at.button_group(key="flag_grave").set_value(4)
    at.button_group(key="flag_certainty").set_value("saw")
    at.button(key="flag_send").click().run()
    assert at.title[0].value == "Sent. The whistle is blown."
    flag = stored(house)[0]
    assert (flag.whistle, flag.severity, flag.disclosed, flag.campaign_id is None) == (True, 4, "confidential", False)
    with house.db.read() as tx:
        assert flag.id in [line.id for line in whistles.whistles(tx, house.actor(Role.EXECUTIVE))]


@pytest.mark.parametrize(
    ("kind", "title"), [("thanks", "Thank you for passing the thanks on"), ("turned", "Well done")]
)
def test_good_news_has_a_form_and_an_answer_of_its_own(
    house: House, link: dict[str, str], kind: str, title: str
) -> None:
    at = opened(house, Role.AGENT, FLAG, **link)
    at.button_group(key="flag_kind").set_value(kind).run()
    assert not [field for field in at.button_group if field.key == "flag_category"]
    at.button(key="flag_send").click().run()
    assert [error.value for error in at.error] == ["Write what happened."]
    at.text_area(key="flag_good").set_value("Asiakas soitti numerosta 040 123 4567 vain kiittääkseen.")
    at.button(key="flag_send").click().run()
    at.button(key="flag_send").click().run()
    assert at.title[0].value == title
    with house.db.read() as tx:
        assert [(news.kind, news.text) for news in tx.exec(select(GoodNews))] == [
            (kind, "Asiakas soitti numerosta [phone] vain kiittääkseen.")
        ]
    at.switch_page(MINE).run()
    assert "Good news that you told" in [header.value for header in at.header]


@pytest.mark.parametrize("kind", ["flag", "thanks", "turned", "whistle"])
def test_every_form_speaks_finnish(house: House, link: dict[str, str], kind: str) -> None:
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.AGENT], "fi")
    at = opened(house, Role.AGENT, FLAG, **link)
    at.button_group(key="flag_kind").set_value(kind).run()
    labels = [
        str(getattr(one, "label", "")) for kind in ("text_area", "selectbox", "button") for one in getattr(at, kind)
    ]
    assert not re.findall(ENGLISH, "\n".join([words(at), *labels]))
