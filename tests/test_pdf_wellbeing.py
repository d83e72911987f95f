"""Published sick leave in the review: the answer and what belongs beside it, and no figure that is not shown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ethics.language import reader
from ethics.wellbeing import words as wellbeing_words
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline, Ratio
from reports.pdf.review import render
from tests.client_files import rich_file, wellbeing_lines
from tests.papers import text_of
from tests.snapshots import snapshot


def test_the_review_tells_the_answer_with_everything_that_belongs_beside_it(
    papers: dict[tuple[str, str], bytes],
) -> None:
    text, t = text_of(papers["rich", "en"]), reader("en")
    release = rich_file().wellbeing.release  # type: ignore[union-attr]
    said = [
        wellbeing_words.answer(t, release.headline),
        wellbeing_words.frame(t, release),
        wellbeing_words.meaning(t, release.headline),
        *wellbeing_words.speaks_for(t, release.headline),
        *wellbeing_words.speaks_against(t, release.headline),
        *wellbeing_words.attributable(t, release.headline, release.euros),
        wellbeing_words.calm_level(t),
        *wellbeing_words.limits(t),
    ]
    for sentence in said:
        assert re.sub(r"\s+", " ", sentence) in text
    assert "€458,850" in text
    assert "5a1e" * 16 in text
    assert "Lumikki Laajakaista Oy 34 19 97" in text
    assert "The whole company 320 171 904" in text
    assert "1.4 (1.1–1.8)" in text
    assert "Smallest ratio found four times in five: 1.24 · Effective number of agents: 612" in text


def test_the_review_says_the_same_in_finnish(papers: dict[tuple[str, str], bytes]) -> None:
    text, t = text_of(papers["rich", "fi"]), reader("fi")
    release = rich_file().wellbeing.release  # type: ignore[union-attr]
    for sentence in (wellbeing_words.answer(t, release.headline), *wellbeing_words.limits(t)):
        assert re.sub(r"\s+", " ", sentence) in text
    assert "1,38 (1,12–1,70)" in text


def test_figures_that_are_not_shown_are_said_to_be_so_with_a_reason_in_general_words(
    papers: dict[tuple[str, str], bytes],
) -> None:
    text = text_of(papers["fair", "en"])
    assert "Pihlajan Puutarha Oy not shown not shown not shown" in text
    assert wellbeing_words.why_hidden(reader("en")) in text
    assert "The figures of one client or team, to protect people." in text
    assert wellbeing_words.why_hidden(reader("en")) not in text_of(papers["rich", "en"])


def test_without_enough_data_there_is_an_answer_and_no_figure(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["fair", "en"])
    assert "Not enough data to tell whether mismatches go together with sick leave: fewer than 6 clients" in text
    assert "2025 · Pihlajan Puutarha Oy: not enough data to tell." in text
    assert "1–4 weeks before" not in text
    assert "Above the calm level" not in text


def test_a_withheld_claim_has_no_amounts_and_says_why(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["hostile", "en"])
    assert "No claim about mismatches and sick leave: reporting may follow burden." in text
    assert text.index("Withheld: the claim") < text.index("Computed, but not claimed") < text.index("1–4 weeks before")
    assert "not claimed" not in text_of(papers["rich", "en"])
    assert "Above the calm level:" not in text
    assert "€" not in text[text.index("No claim about mismatches") :]


def test_nobody_reads_of_a_client_that_had_no_team_or_no_year() -> None:
    release = replace(wellbeing_lines().release, clients=())
    text = text_of(render(snapshot(replace(rich_file(), wellbeing=wellbeing_lines(release=release, year=None))), "en"))
    assert "No team belonged to this client in the quarter." in text
    assert "Lumikki Laajakaista Oy 34" not in text
    assert "Clients are compared once a year, when its four quarters are published." in text
    alone = text_of(render(snapshot(replace(rich_file(), wellbeing=wellbeing_lines(ratio=None))), "en"))
    assert "2025 · Lumikki Laajakaista Oy: nothing was published of this client alone." in alone


@pytest.mark.parametrize(
    "headline",
    [
        Headline(NOT_ENOUGH_DATA, ("no-fit",)),
        replace(wellbeing_lines().release.headline, claimed=False, p=0.4, ratio=Ratio(1.02, 0.8, 1.3)),
        replace(wellbeing_lines().release.headline, ratio=Ratio(0.71, 0.52, 0.96)),
        replace(wellbeing_lines().release.headline, days=None, spells=None, windows=(), dose_only=None, lead_p=None),
    ],
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_answer_is_printed(headline: Headline, language: str) -> None:
    file = replace(rich_file(), wellbeing=wellbeing_lines(headline))
    text, t = text_of(render(snapshot(file), language)), reader(language)
    assert re.sub(r"\s+", " ", wellbeing_words.answer(t, headline)) in text
