"""The page Promises: what an officer, a manager and an executive see and can do there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.clients.models import Campaign, Client, Promise
from ethics.people import accounts, sessions
from tests.apps import opened, words
from tests.house import House

PAGE = "ethics/mismatches/pages/promises.py"
LUMIKKI, KAARNA = "Lumikki Laajakaista Oy", "Kaarna Kodinkone Oy"


def client_of(house: House, name: str = LUMIKKI) -> int:
    with house.db.read() as tx:
        return tx.exec(select(Client.id).where(Client.name == name)).one() or 0


@pytest.fixture
def ours(house: House) -> House:
    """The house, where the manager has Lumikki and nobody else."""
    with house.db.write() as tx:
        admin = house.actor(Role.ADMINISTRATOR)
        accounts.change_person(
            tx, admin, house.user_ids[Role.MANAGER], roles=[Role.MANAGER], client_ids=[client_of(house)], active=True
        )
    with house.db.write() as tx:
        sid = sessions.token_hash(sessions.start(tx, house.user_ids[Role.MANAGER]))
    return replace(house, sids={**house.sids, Role.MANAGER: sid})


def promises_of(house: House) -> dict[str, Promise]:
    with house.db.read() as tx:
        rows = tx.exec(select(Promise).where(Promise.client_id == client_of(house)))
        return {promise.text: promise for promise in rows}


def at_ledger(house: House, role: Role, name: str = LUMIKKI) -> AppTest:
    return opened(house, role, PAGE, client=str(client_of(house, name)))


def at_promise(house: House, role: Role, text: str) -> tuple[AppTest, str]:
    """The page with the box of this promise open, and what the keys of its fields begin with."""
    at, key = at_ledger(house, role), f"promise_{promises_of(house)[text].id}_"
    open_box(at, key)
    return at, key


def open_box(at: AppTest, key: str) -> None:
    at.session_state[f"{key}box"] = True
    at.run()
    assert not at.exception, at.exception


def test_the_title_is_the_answer(ours: House) -> None:
    at = at_ledger(ours, Role.MANAGER)
    assert at.title[0].value == "2 of 5 promises are broken and still sold"
    assert "Lumikki Laajakaista Oy · 0 kept, 3 unproven" in words(at)


def test_a_promise_shows_its_verdict_its_evidence_and_where_it_was_made(ours: House) -> None:
    said = words(at_ledger(ours, Role.EXECUTIVE)).replace("\\", "")
    assert "“19,90 €/kk kaksi vuotta, hinta ei muutu.”" in said
    assert ":orange-badge[:material/close: Broken]" in said
    assert ":orange-badge[:material/sell: Still sold]" in said
    assert "Lumikki Kuitu · Syyskampanja · Puhelinmyynnin puhe · from" in said
    assert "Tarkistettu 40 laskua." in said


def test_an_officer_gives_a_verdict_and_a_promise_found_broken_is_still_sold(ours: House) -> None:
    at, key = at_promise(ours, Role.OFFICER, "Ei avausmaksua, ei laitevuokraa.")
    at.button_group(key=f"{key}judge_verdict").set_value("broken")
    at.text_area(key=f"{key}judge_evidence").set_value("Opening fee on <b>12</b> invoices")
    at.button(key=f"{key}judge_go").click().run()
    assert not at.error
    assert at.title[0].value == "3 of 5 promises are broken and still sold"
    assert "Opening fee on \\<b\\>12\\</b\\> invoices" in words(at)
    stored = promises_of(ours)["Ei avausmaksua, ei laitevuokraa."]
    assert (stored.verdict, stored.verdict_evidence) == ("broken", "Opening fee on <b>12</b> invoices")


def test_a_verdict_without_evidence_says_what_is_missing_and_keeps_what_was_chosen(ours: House) -> None:
    at, key = at_promise(ours, Role.OFFICER, "Ei avausmaksua, ei laitevuokraa.")
    at.button_group(key=f"{key}judge_verdict").set_value("kept")
    at.button(key=f"{key}judge_go").click().run()
    assert at.error[0].value == "Write what shows it: somebody will ask for it."
    assert at.button_group(key=f"{key}judge_verdict").value == "kept"


def test_a_manager_shows_a_withdrawal_and_cannot_judge(ours: House) -> None:
    at, key = at_promise(ours, Role.MANAGER, "Irtisano milloin vain, ilman kuluja.")
    assert not any("_judge_" in str(button.key) for button in at.button)
    at.text_area(key=f"{key}withdraw_evidence").set_value("The page was changed")
    at.button(key=f"{key}withdraw_go").click().run()
    assert not at.error
    assert at.title[0].value == "2 of 5 promises are broken, 1 of them is still sold"


def test_an_executive_reads_the_history_and_finds_no_form(ours: House) -> None:
    at, _ = at_promise(ours, Role.EXECUTIVE, "Irtisano milloin vain, ilman kuluja.")
    assert "Verdict: Broken, found 20 Sept 2026" in words(at)
    assert "The promise came in from a file." in words(at)
    assert not at.text_area
    assert not any("promise_" in str(button.key) for button in at.button)


def test_a_manager_corrects_the_source_and_the_history_tells(ours: House) -> None:
    at, key = at_promise(ours, Role.MANAGER, "Ei avausmaksua, ei laitevuokraa.")
    at.text_input(key=f"{key}change_source").set_value("Radiomainos")
    at.button(key=f"{key}change_go").click().run()
    open_box(at, key)
    assert "Source: “Tv\\-mainos” → “Radiomainos”" in words(at)


def test_a_manager_writes_a_promise_down_in_a_new_campaign(ours: House) -> None:
    client = client_of(ours)
    at = at_ledger(ours, Role.MANAGER)
    at.text_input(key=f"new_campaign_{client}_name").set_value("Kevätkampanja")
    at.button(key=f"new_campaign_{client}_add").click().run()
    with ours.db.read() as tx:
        campaign = tx.exec(select(Campaign).where(Campaign.name == "Kevätkampanja")).one()
    at.text_area(key=f"new_promise_{client}_text").set_value("Asennus kuuluu hintaan.")
    at.selectbox(key=f"new_promise_{client}_campaign").set_value(campaign.id)
    at.button(key=f"new_promise_{client}_add").click().run()
    assert not at.error
    assert promises_of(ours)["Asennus kuuluu hintaan."].campaign_id == campaign.id
    assert at.text_area(key=f"new_promise_{client}_text").value == ""
    at.button_group(key=f"promises_campaign_{client}").set_value(campaign.id).run()
    assert at.title[0].value == "The one promise is not proved broken"


def test_a_promise_without_words_says_what_is_missing(ours: House) -> None:
    client = client_of(ours)
    at = at_ledger(ours, Role.MANAGER)
    at.button(key=f"new_promise_{client}_add").click().run()
    assert at.error[0].value == "Write the promise, word for word."


@pytest.mark.parametrize("asked", ["theirs", "99999", "0", "x", "9" * 5000, "²"])
def test_another_managers_client_and_nonsense_are_not_there(ours: House, asked: str) -> None:
    number = str(client_of(ours, KAARNA)) if asked == "theirs" else asked
    at = opened(ours, Role.MANAGER, PAGE, client=number)
    assert at.title[0].value in {"There is no such client.", "Which client?"}
    assert not at.expander


def test_a_long_ledger_shows_its_first_cards_and_more_on_request(ours: House) -> None:
    with ours.db.write() as tx:
        for place in range(12):
            tx.add(Promise(client_id=client_of(ours), text=f"Promise {place}", row_key=f"k{place}"))
    at = at_ledger(ours, Role.EXECUTIVE)
    cards = [box for box in at.expander if box.label == "History"]
    assert len(cards) == 10
    at.button(key="promises_more").click().run()
    assert len([box for box in at.expander if box.label == "History"]) == 17
    assert not any(button.key == "promises_more" for button in at.button)


def test_the_clients_page_says_what_is_still_sold_in_which_campaign(ours: House) -> None:
    at = opened(ours, Role.MANAGER, "reports/pages/client.py", id=str(client_of(ours)))
    said = words(at)
    assert said.count("Still sold") == 2
    assert "Lumikki Kuitu · Syyskampanja · Puhelinmyynnin puhe" in said


def test_what_was_withdrawn_says_since_when(ours: House) -> None:
    said = words(at_ledger(ours, Role.OFFICER, KAARNA))
    assert "1 of 3 promises is broken; it is not sold any more" in said
    assert "withdrawn 29 Apr 2026" in said
    assert "Not sold since 29 Apr 2026: “Verkkosivulla luvataan nyt viisi arkipäivää\\.”" in said
