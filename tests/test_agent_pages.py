"""The agent's pages: a flag in six steps, thanks, the whistle, what is masked, and the way back from the officer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Campaign, Client
from ethics.database import today
from ethics.mismatches import evidence, flags, own
from ethics.mismatches.models import Exclusion, Flag, GoodNews
from ethics.people import accounts
from ethics.triage import inquiries, rulings, whistles
from tests.house import House
from tests.test_own import picture
from tests.test_pages import opened, words

FLAG = "ethics/mismatches/pages/flag.py"
MINE = "ethics/mismatches/pages/my_flags.py"
TEXT = "Luvattiin 19,90 € kahdeksi vuodeksi, laskulla 34,90 €."


@pytest.fixture
def link(house: House) -> dict[str, str]:
    """What an agent desktop's button carries: a client and one of its running campaigns."""
    with house.db.read() as tx:
        client, campaign = tx.exec(select(Client, Campaign).join(Campaign).order_by(Campaign.id)).first() or ({}, {})
    assert isinstance(client, Client)
    assert isinstance(campaign, Campaign)
    return {"client": client.name.upper(), "campaign": campaign.name}


def stored(house: House) -> list[Flag]:
    """The flags that the agent of the house has filed, as they are stored."""
    with house.db.read() as tx:
        return list(tx.exec(select(Flag).where(Flag.reporter_id == house.user_ids[Role.AGENT])))


def filled(at: AppTest, **other: Any) -> AppTest:
    """The answers of a flag that may be sent."""
    at.button_group(key="flag_category").set_value("M05")
    at.text_area(key="flag_text").set_value(other.get("text", TEXT))
    at.button_group(key="flag_severity").set_value(3)
    at.button_group(key="flag_certainty").set_value("proof")
    return at.run()


def mine(house: House, **other: Any) -> str:
    """A flag of the agent, filed behind the page."""
    draft = {"text": TEXT, "disclosed": "confidential", "whistle": False, **other}
    with house.db.write() as tx:
        return flags.file(
            tx,
            house.actor(Role.AGENT),
            flags.Draft(house.client_ids[0], "M05", 3, "proof", met_on=today(), submission=uuid4().hex, **draft),
        )


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


def test_a_file_that_is_no_evidence_is_refused_and_nothing_is_filed(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([("lasku.pdf", b"MZ\x90\x00 a program", "application/pdf")])
    at.button(key="flag_send").click().run()
    assert len(at.error) == 1
    assert not stored(house)
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


@pytest.mark.parametrize(("too", "files"), [(True, 2), (False, 1)])
def test_evidence_survives_another_kind_another_page_and_another_language(
    house: House, link: dict[str, str], too: bool, files: int
) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([("a.png", picture(), "image/png")]).run()
    assert not [box for box in at.checkbox if box.key == "flag_files_too"]
    at.button_group(key="flag_kind").set_value("thanks").run()
    at.button_group(key="flag_kind").set_value("flag").run()
    assert at.checkbox(key="flag_files_too").label == "Send 1 file chosen earlier, too"
    at.switch_page(MINE).run()
    at.switch_page(FLAG).run()
    at.checkbox(key="flag_files_too").set_value(too)
    at.file_uploader(key="flag_files").set_value([("b.png", picture(), "image/png")]).run()
    at.button_group(key="language").set_value("fi").run()
    at.button(key="flag_send").click().run()
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [files]
    at.button(key="another").click().run()
    assert not [box for box in at.checkbox if box.key == "flag_files_too"]


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


def test_other_peoples_flags_are_not_shown(house: House) -> None:
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        other, _ = accounts.add_person(tx, admin, name="Test other", login="other", roles=[Role.AGENT])
        actor = accounts.actor_of(tx, other)
        assert actor is not None
    key = mine(house, text="Somebody else's words")
    with house.db.write() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        flag.reporter_id = other
    at = opened(house, Role.AGENT, MINE)
    assert "Somebody else" not in words(at)
    assert at.title[0].value == "You have not flagged anything yet"


def thread_opened(at: AppTest, key: str) -> AppTest:
    """My flags with the thread of a flag opened."""
    at.session_state[f"thread_{key}"] = True
    return at.run()


def test_the_title_counts_what_is_new_and_opening_a_thread_reads_it(house: House) -> None:
    keys = [mine(house) for _ in range(3)]
    with house.db.write() as tx:
        rulings.acknowledge(tx, house.actor(Role.OFFICER), keys[1])
    at = opened(house, Role.AGENT, MINE)
    assert at.title[0].value == "1 of your 3 flags has a new answer"
    assert "Your flag has been read" not in words(at)
    thread_opened(at, keys[1])
    assert "Your flag has been read" in words(at)
    at.run()
    assert at.title[0].value == "3 of your 3 flags wait for a decision"
    with house.db.read() as tx:
        assert own.unread(tx, house.actor(Role.AGENT)) == 0


def test_a_reply_lets_the_officer_go_on_and_is_marked_as_not_yet_seen(house: House) -> None:
    key = mine(house)
    with house.db.write() as tx:
        inquiries.ask_reporter(tx, house.actor(Role.OFFICER), key, "On which day?\n\nAnd by whom?")
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    assert "The officer asks you" in words(at)
    at.text_area(key=f"reply_{key}_1_0_text").set_value("On Tuesday, <b>twice</b>.")
    at.button(key=f"reply_{key}_1_0_send").click().run()
    assert not at.error
    assert "not yet seen by the officer" in words(at)
    assert "On Tuesday, \\<b\\>twice" in words(at)
    assert "The officer asks you" not in words(at)
    assert at.text_area(key=f"reply_{key}_2_0_text").value == ""


def test_an_empty_reply_is_refused_and_evidence_alone_is_not(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert [error.value for error in at.error] == ["Write a message first."]
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert not at.error
    assert "1 file" in words(at)


REPLY = "Soittaja oli numerosta 040 123 4567, lasku tuli osoitteesta asiakas@example.com."


def replying(house: House, text: str = REPLY) -> tuple[AppTest, str]:
    """My flags with a reply that has been sent once, and what the keys of its form begin with."""
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.text_area(key=f"reply_{key}_0_0_text").set_value(text)
    at.button(key=f"reply_{key}_0_0_send").click().run()
    return at, f"reply_{key}_0_0_"


def replies(house: House) -> list[str]:
    with house.db.read() as tx:
        return [line.text for flag in own.own(tx, house.actor(Role.AGENT)) for line in flag.messages]


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


def test_evidence_waits_with_the_reply_that_it_came_with(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.text_area(key=f"reply_{key}_0_0_text").set_value(REPLY)
    for said, files in ((0, 0), (1, 1)):
        at.button(key=f"reply_{key}_0_0_send").click().run()
        with house.db.read() as tx:
            assert [(len(flag.messages), flag.files) for flag in own.own(tx, house.actor(Role.AGENT))] == [
                (said, files)
            ]


@pytest.fixture
def cleaning(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody else writes while a file is cleaned: their changes, one for each file."""
    clean, others = evidence.clean, []

    def slow(data: bytes) -> tuple[str, bytes]:
        with house.db.write() as tx:
            accounts.choose_language(tx, house.user_ids[Role.OFFICER], "fi")
        others.append("written")
        return clean(data)

    monkeypatch.setattr(evidence, "clean", slow)
    return others


def test_others_write_while_the_files_of_a_flag_are_cleaned(
    house: House, link: dict[str, str], cleaning: list[str]
) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value([(name, picture(), "image/png") for name in ("a.png", "b.png")])
    at.button(key="flag_send").click().run(timeout=60)
    assert not at.exception, at.exception
    assert cleaning == ["written", "written"]
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [2]


def test_others_write_while_the_file_of_a_reply_is_cleaned(house: House, cleaning: list[str]) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", picture(), "image/png")])
    at.button(key=f"reply_{key}_0_0_send").click().run(timeout=60)
    assert not at.exception, at.exception
    assert cleaning == ["written"]
    with house.db.read() as tx:
        assert [flag.files for flag in own.own(tx, house.actor(Role.AGENT))] == [1]


def test_a_flag_whose_file_is_no_evidence_is_not_sent(house: House, link: dict[str, str]) -> None:
    at = filled(opened(house, Role.AGENT, FLAG, **link))
    at.file_uploader(key="flag_files").set_value(
        [("a.png", picture(), "image/png"), ("b.png", b"MZ\x90 a program", "image/png")]
    )
    at.button(key="flag_send").click().run()
    assert [error.value for error in at.error] == ["The file is not a picture (PNG or JPEG) or a PDF."]
    assert stored(house) == []
    assert at.text_area(key="flag_text").value == TEXT


def test_a_reply_whose_file_is_no_evidence_is_not_sent(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.file_uploader(key=f"reply_{key}_0_0_files").set_value([("a.png", b"MZ\x90 a program", "image/png")])
    at.text_area(key=f"reply_{key}_0_0_text").set_value("The invoice")
    at.button(key=f"reply_{key}_0_0_send").click().run()
    assert [error.value for error in at.error] == ["The file is not a picture (PNG or JPEG) or a PDF."]
    assert replies(house) == []


def test_a_closed_flag_takes_no_reply(house: House) -> None:
    key = mine(house)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    at.button(key=f"close_{key}").click().run()
    assert "Closed by you" in words(at)
    assert not [area for area in at.text_area if str(area.key).startswith("reply_")]


@pytest.mark.parametrize(
    ("outcome", "state"), [("T5", "Decided: confirmed"), ("T1", "Decided: not a mismatch"), ("T4", "is finding out")]
)
def test_where_a_flag_stands_is_said_in_plain_words(house: House, outcome: str, state: str) -> None:
    key = mine(house)
    with house.db.write() as tx:
        ruling = rulings.Ruling(outcome, "M05", 3, None, "Because of the invoice", "This is the answer.")
        rulings.decide(tx, house.actor(Role.OFFICER), key, ruling)
    at = thread_opened(opened(house, Role.AGENT, MINE), key)
    assert state in words(at)
    assert words(at).replace("\\", "").count("This is the answer.") == 1


def test_what_was_decided_on_a_whistle_is_on_its_card(house: House) -> None:
    key = mine(house, whistle=True)
    at = opened(house, Role.AGENT, MINE)
    assert "The whistle waits for an answer" in words(at)
    with house.db.write() as tx:
        whistles.answer(tx, house.actor(Role.EXECUTIVE), key, decided="paused", text="It stands still from today.")
    at.run()
    assert "The campaign is paused" in words(at)


def test_many_flags_come_in_parts(house: House) -> None:
    for _ in range(11):
        mine(house)
    at = opened(house, Role.AGENT, MINE)
    assert words(at).count(TEXT[:9]) == 10
    at.button(key="my_flags_more").click().run()
    assert words(at).count(TEXT[:9]) == 11


ENGLISH = r"\b(the|and|with|not|is|are|of|your|this|from)\b"


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


def test_my_flags_speaks_finnish_with_its_threads_open(house: House) -> None:
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.AGENT], "fi")
    keys = [mine(house, whistle=True), mine(house)]
    with house.db.write() as tx:
        inquiries.ask_reporter(tx, house.actor(Role.OFFICER), keys[0], "Milloin?")
    at = opened(house, Role.AGENT, MINE)
    for key in keys:
        at.session_state[f"thread_{key}"] = True
    at.run()
    assert "Vastaava kysyy sinulta" in words(at)
    assert not re.findall(ENGLISH, words(at))
