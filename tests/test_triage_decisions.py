"""Deciding on the triage page: the outcome, its answer, what is missing, and flags handled together."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from ethics.mismatches.models import Flag
from ethics.triage import answers
from tests.apps import words
from tests.centre import DAY
from tests.house import House
from tests.officer import at_flag, click, file, flag_of, heard, rules


def test_an_outcome_brings_its_answer_in_the_reporters_language_until_it_is_edited(house: House) -> None:
    key = file(house, language="fi")
    at = at_flag(house, key)
    with house.db.read() as tx:
        template = {code: answers.wording(tx, code, "fi") for code in ("T2", "T5", "T10")}
    for code in ("T5", "T2"):
        at.selectbox(key=f"{key}_outcome").select(code).run()
        assert at.text_area(key=f"{key}_answer").value == template[code]
    at.text_area(key=f"{key}_answer").set_value("Omin sanoin.").run()
    at.selectbox(key=f"{key}_outcome").select("T10").run()
    assert at.text_area(key=f"{key}_answer").value == "Omin sanoin."


def test_an_officer_decides_answers_and_goes_on_to_the_next(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T5").run()
    at.selectbox(key=f"{key}_severity").select(2)
    at.text_input(key=f"{key}_reason").set_value("The invoice shows it")
    at.text_area(key=f"{key}_answer").set_value("It is as you said.")
    click(at, f"{key}_decide")
    assert not at.error, at.error
    flag = flag_of(house, key)
    assert (flag.status, flag.outcome, flag.severity) == ("confirmed", "T5", 2)
    assert heard(house) == ["It is as you said."]
    assert not [button for button in at.button if button.key == f"{key}_decide"]


@pytest.mark.parametrize(
    ("outcome", "reason", "says"),
    [
        (None, "Because", "Choose what comes of the flag."),
        ("T5", "", "Write the reason: somebody will ask for it."),
        ("T3", "Because", "Write the question to the client first"),
    ],
)
def test_an_incomplete_decision_says_what_is_missing(house: House, outcome: str | None, reason: str, says: str) -> None:
    key = file(house)
    at = at_flag(house, key)
    if outcome:
        at.selectbox(key=f"{key}_outcome").select(outcome).run()
    at.text_input(key=f"{key}_reason").set_value(reason)
    click(at, f"{key}_decide")
    assert says in at.error[0].value
    assert flag_of(house, key).status == "open"
    assert at.text_input(key=f"{key}_reason").value == reason


def test_a_draft_is_kept_while_another_flag_is_read(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.text_input(key=f"{key}_reason").set_value("Half a reason").run()
    other = next(str(b.key) for b in at.button if str(b.key).startswith("read_") and b.key != f"read_{key}")
    click(at, other)
    at.session_state["triage_flag"] = key
    at.run()
    assert at.text_input(key=f"{key}_reason").value == "Half a reason"


def test_handing_over_warns_and_deletes_the_details(house: House) -> None:
    key = file(house, experience="A quarrel in the office")
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T9").run()
    assert "are deleted here" in at.warning[0].value
    at.text_input(key=f"{key}_reason").set_value("For HR")
    click(at, f"{key}_decide")
    assert (flag_of(house, key).text, flag_of(house, key).experience) == ("", "")


@pytest.mark.parametrize(
    ("outcome", "category", "says"),
    [
        ("T1", "M01", "confirmed as normal work"),
        ("T1", "M05", "does not count"),
        ("T4", "M05", "stays open"),
        ("T5", "M05", "counts in the client's score"),
        ("T6", "M05", "waits on the page Whistles"),
    ],
)
def test_the_page_says_where_an_outcome_leaves_the_flag(house: House, outcome: str, category: str, says: str) -> None:
    key = file(house, category=category)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select(outcome).run()
    assert says in words(at)


def test_an_imported_flag_needs_no_answer(house: House) -> None:
    with house.db.read() as tx:
        key = tx.exec(select(Flag.id).where(Flag.disclosed == "imported", Flag.status == "open")).first()
    assert key is not None
    at = at_flag(house, key)
    assert not [area for area in at.text_area if area.key == f"{key}_answer"]
    at.selectbox(key=f"{key}_outcome").select("T5").run()
    at.text_input(key=f"{key}_reason").set_value("The terms say so")
    click(at, f"{key}_decide")
    assert flag_of(house, key).status == "confirmed"


def test_among_the_decided_the_outcome_stands_in_the_place_of_the_clock(house: House) -> None:
    key = file(house)
    at = at_flag(house, key)
    at.selectbox(key=f"{key}_outcome").select("T10").run()
    at.text_input(key=f"{key}_reason").set_value("No trace of it")
    click(at, f"{key}_decide")
    at.button_group(key="triage_view").set_value("decided").run()
    assert at.button(key=f"read_{key}").disabled
    shown = words(at)
    assert "Not a mismatch" in shown
    assert "Cannot be assessed" in shown
    assert "Reason on file: No trace of it" in shown


def test_the_house_writes_its_own_answers_and_takes_the_built_in_one_back(house: House) -> None:
    at = rules(house)
    at.selectbox(key="rules_outcome").select("T5").run()
    built_in = at.text_area(key="rules_text_T5_en").value
    at.text_area(key="rules_text_T5_en").set_value("Our own words.")
    click(at, "rules_save")
    with house.db.read() as tx:
        assert answers.wording(tx, "T5", "en") == "Our own words."
        assert answers.wording(tx, "T5", "fi") != "Our own words."
    click(at, "rules_restore")
    assert at.text_area(key="rules_text_T5_en").value == built_in


# Flags that are alike


def test_flags_that_are_alike_are_handled_together_from_the_card(house: House) -> None:
    key, other = file(house), file(house, submission="two")
    at = at_flag(house, key)
    assert "Nearly the same" in words(at)
    click(at, f"merge_{other}")
    assert flag_of(house, other).merged_into == key
    assert not [button for button in at.button if button.key == f"merge_{other}"]
    assert "Handled together with this flag" in words(at)


def test_the_later_flag_goes_with_the_earlier_one(house: House) -> None:
    key, earlier = file(house), file(house, submission="two")
    with house.db.write() as tx:
        flag = tx.get(Flag, earlier)
        assert flag is not None
        flag.filed_on = flag.met_on = DAY - dt.timedelta(days=1)
    at = click(at_flag(house, key), f"merge_{earlier}")
    assert flag_of(house, key).merged_into == earlier
    assert at.session_state["triage_flag"] == earlier


def test_a_merged_flag_leads_to_the_one_that_is_decided(house: House) -> None:
    key, other = file(house), file(house, submission="two")
    at = click(at_flag(house, key), f"merge_{other}")
    at.session_state["triage_flag"] = other
    at.run()
    click(at, f"{other}_kept")
    assert at.session_state["triage_flag"] == key
