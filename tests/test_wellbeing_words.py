"""What a published quarter says in sentences: claims, doubts, and the two answers that claim nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ethics.disclosure import Figures
from ethics.language import Reader, reader
from ethics.wellbeing import words
from ethics.wellbeing.release import Cell, euros
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, REASONS, Amount, ClientRatio, Headline, Ratio
from tests.releases import DOWN, FEW, HELD, UNSURE, UP, made

EN = reader("en")
STATES = {"up": UP, "down": DOWN, "unsure": UNSURE, "held": HELD, "few": FEW}
NAMES = {1: "Lumo Oy", 2: "Kaarna Oy", 3: "Havu Oy"}


def said(t: Reader, headline: Headline) -> list[str]:
    """Everything that is ever said of a headline."""
    one = made(NAMES, headline=headline, year=True)
    assert one.ratios is not None
    return [
        words.answer(t, headline),
        words.meaning(t, headline),
        words.frame(t, one),
        *words.speaks_for(t, headline),
        *words.speaks_against(t, headline),
        *words.attributable(t, headline, one.euros),
        words.not_claimed(t, headline),
        *words.hidden(t, one),
        *(words.client_answer(t, line, "Lumo Oy") for line in one.ratios.lines),
        *words.limits(t),
        *words.method(t),
        words.calm_level(t),
        words.why_hidden(t),
        words.officers_see(t),
    ]


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("language", ["en", "fi"])
def test_nothing_is_ever_said_to_cause_anything(language: str, state: str) -> None:
    text = " ".join(said(reader(language), STATES[state]))
    assert not re.search(
        r"\bcaus|\blead(s|ing)? to\b|\bmakes? (people )?ill|due to|aiheut|johtu[uv]|johtaa|seuraus", text
    )


@pytest.mark.parametrize("state", ["up", "down", "unsure", "few"])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_answer_speaks_of_going_together(language: str, state: str) -> None:
    assert re.search("go together|yhteydessä|liittyy", words.answer(reader(language), STATES[state]))


def test_a_claim_upwards_tells_its_ratio_and_interval() -> None:
    assert words.answer(EN, UP) == (
        "More mismatches go together with more sick leave: 1.42 times as many begin for each 10 more per 1,000 "
        "contacts (95% interval 1.11–1.83)"
    )


def test_a_claim_downwards_is_told_as_plainly() -> None:
    assert words.answer(EN, DOWN).startswith("More mismatches go together with less sick leave: 0.71 times as many")


def test_without_a_claim_the_answer_is_that_we_cannot_tell_and_what_would_go_unseen() -> None:
    assert words.answer(EN, UNSURE) == (
        "We cannot tell whether mismatches go together with sick leave; a ratio below 1.72 would often go unseen"
    )
    assert words.answer(EN, replace(UNSURE, minimum_detectable=None)) == (
        "We cannot tell whether mismatches go together with sick leave"
    )


def test_too_few_data_say_what_is_missing() -> None:
    assert words.answer(EN, FEW) == (
        "Not enough data to tell whether mismatches go together with sick leave: fewer than 52 weeks, fewer than 200 "
        "sick leaves begun"
    )


def test_every_reason_has_words() -> None:
    assert set(words.MISSING) == set(REASONS) - {"same-week"}


def test_what_is_withheld_makes_no_claim_and_says_why() -> None:
    assert words.answer(EN, HELD) == "No claim about mismatches and sick leave: reporting may follow burden"
    assert words.meaning(EN, HELD).startswith("Computed, but not claimed")
    assert words.attributable(EN, HELD, euros(UP.days, 100)) == [
        "Sick leave above the calm level and its cost are withheld: reporting may follow burden."
    ]
    assert words.not_claimed(EN, HELD).startswith(
        "Withheld: the claim, the sick leave above the calm level and its cost."
    )
    assert "p = 0.007" in words.not_claimed(EN, HELD)


@pytest.mark.parametrize("state", ["up", "down", "unsure", "few"])
def test_nothing_but_a_withheld_answer_is_said_to_be_withheld(state: str) -> None:
    assert words.not_claimed(EN, STATES[state]) == ""


def test_a_clear_estimate_has_everything_for_it_and_nothing_against() -> None:
    assert words.speaks_for(EN, UP) == [
        "Chance alone would rarely show as much (p = 0.004).",
        "The interval 1.11–1.83 leaves out 1, which is no link.",
        "Nothing shows that reporting follows burden (same week, p = 0.638).",
        "Mismatches of the 1–2 weeks before: 1.36 (1.07–1.74), to the same effect.",
        "Mismatches of the 1–8 weeks before: 1.39 (1.06–1.82), to the same effect.",
        "Without holding clients apart: 1.57 (1.21–2.04), to the same effect.",
        "Nothing shows that agents are moved after illness (lead test, p = 0.412).",
        "To explain the estimate away, something unmeasured would have to go together with both 2.19 times as strongly; "
        "to bring the interval to 1, 1.46 times.",
    ]
    assert words.speaks_against(EN, UP) == []


def test_a_doubtful_estimate_has_each_doubt_told() -> None:
    assert words.speaks_against(EN, UNSURE) == [
        "Chance alone would often show as much (p = 0.472).",
        "The interval 0.78–1.64 holds 1, which is no link.",
        "Mismatches of the 1–2 weeks before: 0.97 (0.69–1.37), on the other side of 1.",
        "Mismatches of the 1–8 weeks before: could not be estimated.",
        "Illness goes together with the clients that come after it (p = 0.018): agents may be moved after illness. The "
        "method bears some of that.",
        "There is little power: only a ratio of 1.72 or more would be found four times in five.",
    ]


def test_a_window_that_is_not_clear_of_one_speaks_against() -> None:
    other = replace(UP, windows=(replace(UP.windows[0], ratio=Ratio(1.2, 0.9, 1.6)),))
    assert "Mismatches of the 1–2 weeks before: 1.20 (0.90–1.60), which holds 1." in words.speaks_against(EN, other)


def test_too_few_data_have_nothing_for_or_against() -> None:
    few = replace(FEW, ratio=Ratio(1.2, 0.9, 1.6), p=0.2)
    assert words.speaks_for(EN, few) + words.speaks_against(EN, few) + words.attributable(EN, few) == []
    assert words.meaning(EN, few) == ""


def test_an_interval_that_touches_one_holds_it() -> None:
    touching = replace(UP, ratio=Ratio(1.4, 1.0, 1.9))
    assert "The interval 1.00–1.90 holds 1, which is no link." in words.speaks_against(EN, touching)


@pytest.mark.parametrize(("p", "written"), [(0.0, "p < 0.001"), (0.001, "p = 0.001"), (0.05, "p = 0.050")])
def test_p_is_never_told_as_nought(p: float, written: str) -> None:
    assert f"Chance alone would rarely show as much ({written})." in words.speaks_for(EN, replace(UP, p=p))


def test_what_lies_above_the_calm_level_may_be_less_than_nothing() -> None:
    found = words.attributable(EN, UNSURE, Amount(100.0, -2500.0, 4100.0))
    assert found == [
        "Above the calm level: 58 sick leaves begun in 96 weeks (95% interval from −124 to 208).",
        "Above the calm level: 261 days of sick leave (95% interval from −558 to 936).",
        "At the cost of a calendar day that HR set, weekends included, these days come to €100 (95% interval from −€2,500 to €4,100).",
        "The interval holds 0: it may be none at all.",
    ]


def test_without_a_day_cost_no_euros_are_told() -> None:
    assert not any("€" in line for line in words.attributable(EN, UP))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            ClientRatio(1, ESTIMATED, Ratio(1.6, 1.2, 2.1), 0.01, claimed=True),
            "Lumo Oy: this work goes together with more sick leave, 1.6 times as much as the other work (95% interval "
            "1.2–2.1).",
        ),
        (
            ClientRatio(1, ESTIMATED, Ratio(1.6, 0.9, 2.8), 0.06),
            "Lumo Oy: we cannot tell; 1.6 times as much as the other work (95% interval 0.9–2.8).",
        ),
        (ClientRatio(1, NOT_ENOUGH_DATA), "Lumo Oy: not enough data to tell."),
        (ClientRatio(0, NOT_ENOUGH_DATA), "Other clients together: not enough data to tell."),
    ],
)
def test_a_client_has_an_answer_of_its_own(line: ClientRatio, expected: str) -> None:
    assert words.client_answer(EN, line, "Lumo Oy") == expected


def test_hidden_figures_are_counted_and_none_of_them_has_a_reason() -> None:
    assert words.hidden(EN, made(NAMES)) == ["The figures of 2 clients and teams, to protect people."]
    shown = (Cell(1, "Lumo Oy", Figures(31, 13, 71)),)
    assert words.hidden(EN, made(NAMES, clients=shown, teams=())) == []
    assert words.hidden(EN, made(NAMES, total=None)) == ["The figures of the quarter, to protect people."]


def test_that_no_method_cures_reporting_that_follows_burden_is_said_always() -> None:
    assert any("no method cures that" in line for line in words.first_limits(EN))
    assert words.limits(EN)[:2] == words.first_limits(EN)


@pytest.mark.parametrize("state", list(STATES))
def test_finnish_calls_the_interval_a_confidence_interval_and_the_link_a_link(state: str) -> None:
    text = " ".join(said(reader("fi"), STATES[state]))
    assert not re.search(r"%:n väli|\b[Vv]älille\b|kulke|eroteta|erottamatta|mutta ei väitetty|vuosineljän", text)
    assert "luottamusväli" in text


def test_what_the_estimate_is_made_of_is_counted_in_the_singular_and_the_plural() -> None:
    assert words.headline_counts(EN, UP) == "318 agents, 1,274 sick leaves begun, 12 clients, 96 weeks"
    one = Headline(NOT_ENOUGH_DATA, agents=1, onsets=1, clients=1, weeks=1)
    assert words.headline_counts(EN, one) == "1 agent, 1 sick leave begun, 1 client, 1 week"


@pytest.mark.parametrize("changes", [{"agents": None, "onsets": None}, {"agents": None}, {"onsets": None}])
def test_people_that_are_not_told_are_not_counted_and_the_rest_is(changes: dict[str, None]) -> None:
    few = replace(FEW, effective_agents=None, minimum_detectable=None, **changes)
    assert words.headline_counts(EN, few) == (
        "6 clients, 31 weeks; how many agents and sick leaves is not told, to protect people"
    )
    assert not re.search(r"None|57|83", " ".join(said(EN, few)))
    assert words.answer(EN, few) == words.answer(EN, FEW)


def test_a_rate_that_cannot_be_true_says_that_contacts_are_missing() -> None:
    found = words.answer(EN, replace(FEW, reasons=("absurd-rates",)))
    assert found.endswith(": contacts are missing: a client's rate cannot be true")


def test_what_an_agent_near_illness_flags_is_said_to_be_taken_out_in_part() -> None:
    assert any("takes that out in part only" in line for line in words.limits(EN))
    assert any("taken out in part, by the hours" in line for line in words.method(EN))
    assert not any("cannot be taken out" in line for line in (*words.limits(EN), *words.method(EN)))


def test_whose_knowledge_hidden_figures_stand_against_is_said() -> None:
    assert "what one manager knows of the clients assigned on the day of publishing" in words.why_hidden(EN)
    assert "Two people who pool what they know are not covered." in words.why_hidden(EN)
