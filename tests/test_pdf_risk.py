"""What the review says of risk over time: alarms, what would change the score, silence, events, versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from checklists.lists import checklists
from reports import risk_words
from reports.client_file import ChangeLine, CheckLine, EventLine, HistoryLine, SilenceLine
from reports.pdf.review import render
from reports.snapshot import seal
from tests.client_files import AS_OF, rich_file
from tests.extremes import hostile_file
from tests.papers import text_of
from tests.snapshots import old_json, snapshot


def test_an_open_alarm_is_named_on_page_1_and_an_earlier_one_is_not(papers: dict[tuple[str, str], bytes]) -> None:
    says = "Open alarm: in the weeks of 14 Sept 2026 to 5 Oct 2026, mismatches seem to have doubled."
    assert says in text_of(papers["rich", "en"], 0)
    assert "Earlier alarm: week of 9 Feb 2026" in text_of(papers["rich", "en"])
    assert "Earlier alarm" not in text_of(papers["rich", "en"], 0)
    over = replace(rich_file(), alarms=rich_file().alarms[:1])
    assert "alarm" not in text_of(render(snapshot(over), "en"), 0)


def test_an_alarm_is_told_with_what_was_to_be_expected(papers: dict[tuple[str, str], bytes]) -> None:
    line = "Open alarm: weeks of 14 Sept 2026 to 5 Oct 2026 · 70 mismatches, where 46.2 were to be expected"
    assert line in text_of(papers["rich", "en"])
    assert "An alarm is a reason to look, not a finding" in text_of(papers["rich", "en"])
    assert "An alarm is" not in text_of(papers["fair", "en"])


def test_an_alarm_without_its_weeks_has_no_counts() -> None:
    (old, _) = rich_file().alarms
    assert risk_words.alarm_counts(rich_file(), old) is None


def test_three_ways_to_change_the_score_are_told_with_score_and_band(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "en"])
    assert "58 → 47 Remedy Withdraw the promise: “Hinta pysyy samana koko 24 kuukauden sopimuskauden ajan.”" in text
    assert "58 → 52 Remedy Meet the 2 failed absolute requirements: A01, A07." in text
    assert "57.8 → 57.6 Remedy Decide the 3 overdue flags that count in the score" in text
    more = replace(
        rich_file(), would_change=(*rich_file().would_change, ChangeLine("question", 57.7, "remedy", "Miksi?"))
    )
    assert "Miksi?" not in text_of(render(snapshot(more), "en"))
    one = replace(rich_file(), would_change=more.would_change[3:])
    assert "57.8 → 57.7 Remedy Answer the question: “Miksi?”" in text_of(render(snapshot(one), "en"))


def test_nothing_to_change_is_said_with_its_reason(papers: dict[tuple[str, str], bytes]) -> None:
    assert "Nothing that waits in the ledger would lower the score today" in text_of(papers["fair", "en"])


def test_silence_is_a_question(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "en"])
    assert "Is it safe to speak about Lumikki Laajakaista Oy?" in text
    assert (
        "23 flags in 24 weeks, from 18 May 2026 to 1 Nov 2026; about 108 would be usual by the client’s own past."
        in text
    )
    assert "Is it safe" not in text_of(papers["fair", "en"])
    by_size = SilenceLine("size", 1, 6.4, dt.date(2026, 5, 18), dt.date(2026, 11, 1))
    assert str(risk_words.silence_says(by_size)).endswith("about 6.4 would be usual for a client of this size.")


def test_dimensions_have_their_evidence_and_the_unknown_ones_their_name(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "en"])
    assert "Product truth Annoying 85.6 · Clear 42.8 · Serious 21.4 · Grave 0.3 71 63–78" in text
    assert "Agent burden from published sick leave, not from mismatches 51 43–58" in text
    assert "Response – not known –" in text
    assert "no mismatch counts today" in text_of(papers["fair", "en"])


def test_what_happened_is_listed_under_its_mark(papers: dict[tuple[str, str], bytes]) -> None:
    text = text_of(papers["rich", "en"])
    assert "1 20 Jul 2026 Promise proved broken: “Irtisanominen onnistuu yhdellä puhelulla.”" in text
    assert "2 20 Aug 2026 Review R-2026-004" in text
    assert "R-2025-001" not in text, "before the first week of the history"
    check = CheckLine("onboarding", AS_OF, 0.6, 13, 13, (), "no", checklists()["onboarding"].title)
    named = replace(rich_file(), checks=(check,), events=(EventLine(AS_OF, "check", "onboarding"),))
    assert "Tarkistuslista täytetty" not in text_of(render(snapshot(named), "en"))
    assert "Checklist filled in: Onboarding a client: can we say yes?" in text_of(render(snapshot(named), "en"))


def test_only_the_newest_events_are_listed() -> None:
    many = tuple(EventLine(AS_OF - dt.timedelta(days=9 * k), "review", f"R-{k:04}") for k in range(10, -1, -1))
    text = text_of(render(snapshot(replace(rich_file(), events=many)), "en"))
    assert "R-0007" in text
    assert "R-0008" not in text
    assert "3 more are in the ledger." in text


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        ((2, 2), "The same version scored every week of the history."),
        (
            (1, 2),
            "The weeks of the history were scored by versions 1, 2: a step from one to the next may be the policy’s.",
        ),
        ((0, 0), "Earlier weeks and reviews may have been scored by another version."),
    ],
)
def test_the_method_names_the_versions_that_made_the_history(versions: tuple[int, int], says: str) -> None:
    lines = tuple(
        replace(line, policy_version=version) for line, version in zip(rich_file().history[-2:], versions, strict=True)
    )
    text = text_of(render(snapshot(replace(rich_file(), history=lines, policy_version=2)), "en"))
    assert f"towards the typical one. {says}" in text
    assert ("A dashed rule marks" in text) is (versions == (1, 2))


def test_a_score_that_knows_more_than_the_last_week_says_so() -> None:
    says = "58, the score of this review, also knows what has come in since."
    assert says not in text_of(render(snapshot(rich_file()), "en"))
    late = replace(rich_file(), history=(*rich_file().history[:-1], HistoryLine(AS_OF, 56.1, 50.0, 62.0, 1)))
    assert says in text_of(render(snapshot(late), "en"))


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_review_frozen_before_all_this_still_prints(language: str) -> None:
    text = text_of(render(seal({**snapshot(rich_file()), "file": old_json(rich_file())}), language))
    assert "Lumikki Laajakaista Oy" in text
    if language == "en":
        assert "Product truth 71 63–78" in text
        assert "from 36 to 58. Shaded: the 95% interval." in text
        assert "may have been scored by another version" in text
        for later in ("What would change", "Is it safe", "alarm", "expected range", "What happened"):
            assert later not in text


def test_page_1_stays_alone_with_an_alarm_and_long_words() -> None:
    """The alarm never pushes the key figures off the first page, in either language."""
    for file in (rich_file(), hostile_file()):
        for language, label in (("en", "Place in the portfolio"), ("fi", "Sija salkussa")):
            assert label in text_of(render(snapshot(file), language), 0)


def test_long_texts_are_cut_after_a_word() -> None:
    assert risk_words.brief("sana " * 40) == "sana " * 26 + "sana…"
    assert risk_words.brief("lyhyt") == "lyhyt"
    assert len(risk_words.brief("x" * 500)) == risk_words.LENGTH
