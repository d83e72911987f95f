"""What the review says: a first page that stands alone, and words for what is empty, unknown or failed."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest

from checklists.lists import checklists
from reports import words
from reports.client_file import CheckLine, HistoryLine
from reports.pdf.review import render
from tests.client_files import AS_OF, rich_file
from tests.extremes import fair_file
from tests.papers import text_of
from tests.snapshots import snapshot


def test_the_first_page_stands_alone(papers: dict[tuple[str, str], bytes]) -> None:
    file, page = rich_file(), text_of(papers["rich", "en"], 0)
    assert "Fair-play review · confidential" in page
    assert "R-2026-007 · as of 22 Nov 2026" in page
    assert "Lumikki Laajakaista Oy must repair" in page
    assert "Remedy" in page
    assert " 58 " in page
    assert "Likely between 52 and 63 (95% interval)." in page
    assert len(words.reasons(file)) == 3
    for reason in words.reasons(file):
        assert str(reason) in page
    assert "Agree on a remedy plan with dates with the client" in page
    assert "385 mismatches in 84,120 contacts." in page


def test_every_page_has_its_foot(papers: dict[tuple[str, str], bytes]) -> None:
    short = snapshot(rich_file())["sha256"][:12]
    pages = len(pypdf.PdfReader(io.BytesIO(papers["rich", "en"])).pages)
    for page in range(pages):
        foot = f"Lumikki Laajakaista Oy · R-2026-007 · snapshot {short} · confidential"
        assert foot in text_of(papers["rich", "en"], page)
        assert f"Page {page + 1} of {pages}" in text_of(papers["rich", "en"], page)


def test_empty_unknown_and_hidden_are_three_sentences(papers: dict[tuple[str, str], bytes]) -> None:
    empty = text_of(papers["empty", "en"])
    assert "No promises have been recorded for this client." in empty
    assert "Nobody has flagged anything about this client in the period." in empty
    assert "There is no score: nothing has been counted yet." in empty
    assert "What is not known is left out, not counted as zero." in empty
    assert "No figures on sick leave had been published when this review was made." in empty
    assert "In the agents’ own words" not in empty
    assert " 0 of 100" not in empty


def test_the_change_adds_up_as_printed(papers: dict[tuple[str, str], bytes]) -> None:
    assert "Score 49 58 +9" in text_of(papers["rich", "en"])
    assert "Mismatches per 1,000 contacts 3.7 4.6 +0.9" in text_of(papers["rich", "en"])


def test_failed_requirements_quotes_and_promises_are_there(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "en"])
    assert "Failed absolute requirements: A01; A07" in text
    assert "Delivery fails · Serious · week 46/2026" in text
    assert "“Irtisanominen onnistuu yhdellä puhelulla.” Kaikki liittymät · Sopimusehdot § 9" in text
    assert "Broken 2 · Unproven 2 · Kept 2" in text


def test_finnish_letters_numbers_and_dates_come_out_as_they_went_in(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "fi"])
    for words_of_agents in ("Järjestelmässä ei näy tilausta", "99 €", "Test Executive", "ensimmäinen kuukausi"):
        assert words_of_agents in text
    assert "4,6" in text
    assert "22.11.2026" in text
    assert "+14,9" in text


def test_a_flat_history_is_not_drawn_and_a_longer_one_is() -> None:
    file = fair_file()
    assert "How the risk has moved" not in text_of(render(snapshot(file), "en"))
    more = replace(file, history=(HistoryLine(AS_OF.replace(month=5), 14.0, 9.0, 21.0), file.history[-1]))
    assert "from 14 to 11. Shaded: the 95% interval." in text_of(render(snapshot(more), "en"))


def test_weeks_without_contacts_draw_no_trend() -> None:
    silent = replace(rich_file(), weeks=tuple(replace(week, contacts=0, mismatches=0) for week in rich_file().weeks))
    assert "There are no weeks to draw a trend from yet." in text_of(render(snapshot(silent), "en"))


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("en", "Onboarding a client: can we say yes?", "Does the contract let agents tell customers the truth"),
        ("fi", "Asiakkuuden aloitus: voimmeko sanoa kyllä?", "Salliiko sopimus kertoa asiakkaalle totuuden"),
    ],
)
def test_a_failed_absolute_requirement_is_printed_with_its_question(language: str, title: str, question: str) -> None:
    """The words are frozen with the review: the list may change later, the paper may not."""
    item = next(item for item in checklists()["onboarding"].items if item.id == "A07")
    check = CheckLine(
        "onboarding", AS_OF, 0.6, 13, 13, ("A07",), "no", checklists()["onboarding"].title, (item.question,)
    )
    text = " ".join(text_of(render(snapshot(replace(rich_file(), checks=(check,))), language)).split())
    assert title in text
    assert f"A07 {question}" in text
