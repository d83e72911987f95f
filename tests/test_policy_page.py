"""The page Policy: an administrator looks, puts in force, and is told what is wrong; others read the numbers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from ethics.access import Role
from ethics.people import accounts
from ethics.risk import policies, policy_change, policy_fields
from ethics.risk.models import StoredPolicy, StoredScore
from tests.apps import opened, words
from tests.house import House

PAGE = "ethics/risk/pages/policy.py"
SCORING = "ethics/risk/pages/scoring.py"


def at_policy(house: House) -> AppTest:
    return opened(house, Role.ADMINISTRATOR, PAGE)


def number(at: AppTest, path: str, language: str = "en") -> Any:
    return next(one for one in at.number_input if (one.key or "").endswith(f"_{language}_{path}"))


def enter(at: AppTest, path: str, value: float) -> AppTest:
    number(at, path).set_value(value).run()
    return at


def look(at: AppTest) -> AppTest:
    at.button(key="policy_look").click().run()
    assert not at.exception
    return at


def can_put(at: AppTest) -> bool:
    return any(button.key == "policy_put_button" for button in at.button)


def put(at: AppTest, reason: str) -> AppTest:
    at.text_area[0].set_value(reason)
    at.button(key="policy_put_button").click().run()
    assert not at.exception
    return at


def stored(house: House) -> list[StoredPolicy]:
    with house.db.read() as tx:
        return list(tx.exec(select(StoredPolicy)))


def test_the_title_says_by_which_policy_scores_are_made(house: House) -> None:
    assert at_policy(house).title[0].value == "Scores are made by policy 3, as it came with Reilu"


def test_the_form_shows_the_numbers_in_force(house: House) -> None:
    at = at_policy(house)
    assert number(at, "bands.watch").value == 45
    assert number(at, "dimensions.response.weight").value == 15
    assert number(at, "prior.severity_shares.3").value == 3
    assert [box.value for box in at.selectbox] == ["remedy", "remedy"]


def test_without_a_look_nothing_can_be_put_in_force(house: House) -> None:
    assert not can_put(enter(at_policy(house), "bands.watch", 40))


def test_a_look_names_the_clients_that_would_change_band(house: House) -> None:
    changes = {"bands.fair_play": 97.0, "bands.watch": 98.0, "bands.remedy": 99.0}
    with house.db.read() as tx:
        rules = policy_fields.content(policies.current(tx), changes)
        found = policy_change.preview(tx, house.actor(Role.ADMINISTRATOR), rules)
    others = [line.name for line in found.lines if not line.changes_band and line.score_before != line.score_after]
    assert 0 < found.bands < found.clients
    at = at_policy(house)
    for path in reversed(changes):
        enter(at, path, changes[path])
    look(at)
    assert f"{found.bands} of {found.clients} clients would change band" in words(at)
    assert list(at.dataframe[0].value["client"]) == [line.name for line in found.lines[: found.bands]] + others
    assert can_put(at)


def test_a_look_that_changes_no_band_says_so(house: House) -> None:
    at = look(enter(at_policy(house), "prior.contacts", 3_100))
    assert "No client would change band" in words(at)


def test_another_number_after_the_look_has_to_be_looked_at_again(house: House) -> None:
    at = look(enter(at_policy(house), "bands.remedy", 99))
    assert can_put(at)
    assert not can_put(enter(at, "bands.remedy", 98))
    assert can_put(look(at))


def test_what_is_put_in_force_is_the_title_and_the_first_version(house: House) -> None:
    at = put(look(enter(at_policy(house), "bands.remedy", 80)), "The board asks for *more* room.")
    assert at.title[0].value.startswith("Scores are made by policy 4, in force since ")
    newest = at.table[0].value.iloc[0]
    assert newest["What changed"] == "No thanks begins at: 70 points → 80 points"
    assert newest["Why"] == r"The board asks for \*more\* room\."
    assert "Test administrator" in newest["Since"]
    assert number(at, "bands.remedy").value == 80
    assert not can_put(at)
    with house.db.read() as tx:
        assert {row.policy_version for row in tx.exec(select(StoredScore))} == {4}


def test_a_reason_that_says_nothing_is_refused_at_the_page(house: House) -> None:
    at = put(look(enter(at_policy(house), "bands.remedy", 80)), "So")
    assert "Say why, in 10 letters or more" in at.error[0].value
    assert number(at, "bands.remedy").value == 80
    assert stored(house) == []


def test_weights_that_do_not_add_up_are_said_at_once_and_refused(house: House) -> None:
    at = enter(at_policy(house), "dimensions.response.weight", 25)
    assert "These add up to 110%, and should to 100%" in words(at)
    assert "must add up to 100%" in look(at).error[0].value
    assert not can_put(at)


def test_the_page_refuses_in_finnish_as_well(house: House) -> None:
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.ADMINISTRATOR], "fi")
    at = at_policy(house)
    number(at, "bands.fair_play", "fi").set_value(60).run()
    assert "Luokkien on alettava järjestyksessä" in look(at).error[0].value


def test_what_was_entered_outlives_a_change_of_language(house: House) -> None:
    at = enter(at_policy(house), "bands.watch", 50)
    at.selectbox[0].select("no_thanks").run()
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.ADMINISTRATOR], "fi")
    at.run()
    assert number(at, "bands.watch", "fi").value == 50
    assert [box.value for box in at.selectbox] == ["no_thanks", "remedy"]


def test_back_to_what_is_in_force_forgets_what_was_entered(house: House) -> None:
    at = enter(at_policy(house), "bands.watch", 50)
    at.button(key="policy_back").click().run()
    assert number(at, "bands.watch").value == 45


def test_somebody_elses_change_is_told_and_begun_from(house: House) -> None:
    at = look(enter(at_policy(house), "bands.remedy", 80))
    with house.db.write() as tx:
        content = policy_fields.content(policies.current(tx), {"bands.watch": 50.0})
        policy_change.put_in_force(tx, house.actor(Role.ADMINISTRATOR), content, "Meanwhile, by another", based_on=3)
    put(at, "The board asks for more room.")
    assert [row.version for row in stored(house)] == [4]
    assert "Policy 4 has come into force since" in at.warning[0].value
    at.button(key="policy_again").click().run()
    assert (number(at, "bands.watch").value, number(at, "bands.remedy").value) == (50, 70)
    assert not at.warning


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EXECUTIVE, Role.OFFICER])
def test_whoever_sees_risks_reads_every_number_and_changes_none(house: House, role: Role) -> None:
    at = opened(house, role, SCORING)
    shown = [text for table in at.table for text in table.value["Value"]]
    assert len(shown) == len(policy_fields.values(policies.built_in()))
    assert {
        "25 points",
        "15%",
        "26 weeks",
        "3,000 contacts",
        "30 days",
        "0.3",
        "2 years",
        "2 per 1,000 contacts",
    } <= set(shown)
    assert not at.number_input
    assert "M04 No such product" in words(at)
