"""What each role does on its page and what the house holds after it: a flag, a decision, a review, a checklist."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from ethics.access import Role
from ethics.mismatches.models import Flag
from ethics.risk import scores
from reports.models import Review
from tests.apps import opened, words
from tests.house import House


def test_an_agent_files_a_flag_and_finds_it_again(house: House) -> None:
    at = opened(house, Role.AGENT, client="lumikki laajakaista oy")
    at.button_group(key="flag_category").set_value("M05")
    at.text_area(key="flag_text").set_value("Luvattiin 19,90 €. <b>Laskulla</b> 34,90 €.")
    at.selectbox(key="flag_client").select(house.client_ids[0])
    at.button_group(key="flag_severity").set_value(3)
    at.button_group(key="flag_certainty").set_value("proof")
    at.button(key="flag_send").click().run()
    assert at.title[0].value == "Sent. Thank you for telling."
    at.switch_page("ethics/mismatches/pages/my_flags.py").run()
    assert "Luvattiin 19,90 €" in words(at).replace("\\", "")


def test_an_incomplete_flag_says_what_is_missing_and_keeps_what_was_written(house: House) -> None:
    at = opened(house, Role.AGENT)
    at.text_area(key="flag_text").set_value("Half a story")
    at.button(key="flag_send").click().run()
    assert "Choose" in at.error[0].value
    assert at.text_area(key="flag_text").value == "Half a story"


def test_an_officer_dismisses_and_the_client_score_moves(house: House) -> None:
    at = opened(house, Role.OFFICER, "ethics/triage/pages/triage.py")
    key = next(b.key for b in at.button if b.key and b.key.endswith("_decide")).removesuffix("_decide")
    with house.db.read() as tx:
        flag = tx.get(Flag, key)
        assert flag is not None
        before = scores.latest(tx)[flag.client_id]
    at.selectbox(key=key + "_outcome").select("T10")
    at.text_input(key=key + "_reason").set_value("The terms said so")
    at.button(key=key + "_decide").click().run()
    assert not at.error, at.error
    with house.db.read() as tx:
        after = scores.latest(tx)[flag.client_id]
        decided = tx.get(Flag, key)
    assert decided is not None
    assert decided.status == "dismissed"
    assert (after.score or 0) <= (before.score or 0)


def test_the_client_page_of_another_manager_is_not_found(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id=str(house.client_ids[-1]))
    assert at.title[0].value == "There is no such client."


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.EXECUTIVE])
def test_the_client_page_draws_for_everybody_who_sees_risks(house: House, role: Role) -> None:
    at = opened(house, role, "reports/pages/client.py", id=str(house.client_ids[0]))
    assert not at.error, [error.value for error in at.error]
    assert any("Reviews" in header.value for header in at.header)


def test_a_client_number_that_is_no_number_is_harmless(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id="1 OR 1=1")
    assert at.title[0].value == "Which client?"


def test_a_manager_makes_a_review_on_the_clients_page(house: House) -> None:
    at = opened(house, Role.MANAGER, "reports/pages/client.py", id=str(house.client_ids[0]))
    at.button(key="make_review").click().run()
    assert not at.error
    with house.db.read() as tx:
        assert len(tx.exec(select(Review)).all()) == 1


def test_a_checklist_is_filled_in_finished_and_shown_on_the_client(house: House) -> None:
    from checklists.assessment import Answer
    from checklists.lists import checklists

    client_id = house.client_ids[0]
    at = opened(house, Role.MANAGER, "checklists/pages/check.py")
    at.selectbox(key="check_client").select(client_id).run()
    at.button(key="check_finish").click().run()
    assert "no answer yet" in at.error[0].value
    for item in checklists()["onboarding"].items:
        at.button_group(key=f"check_{client_id}_{item.id}_answer").set_value(
            Answer.NO if item.id == "A01" else Answer.YES
        )
        at.text_input(key=f"check_{client_id}_{item.id}_evidence").set_value("seen on 1 November")
    at.button(key="check_finish").click().run()
    assert not at.error, at.error
    at.switch_page("reports/pages/client.py")
    at.query_params["id"] = str(client_id)
    at.run()
    assert "A01" in words(at)


def test_the_administrator_adds_a_person_who_gets_a_one_time_password(house: House) -> None:
    at = opened(house, Role.ADMINISTRATOR, "ethics/people/pages/people.py")
    at.text_input(key="people_name").set_value("Uusi Ihminen")
    at.text_input(key="people_login").set_value("uusi")
    at.multiselect(key="people_roles").set_value(["agent"])
    next(b for b in at.button if b.label == "Add").click().run()
    assert not at.error, at.error
    assert re.search(r"One-time password: \w{5}-\w{5}-\w{5}", at.code[0].value)
