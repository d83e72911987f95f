"""Finnish is complete, and numbers and dates are written as each language writes them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from string import Formatter

import pytest

from ethics.language import Refused, Sentence, catalogue, counted, parse_number, preferred, reader, sentence
from tests.sentences import sentences

FI, EN = reader("fi"), reader("en")
NBSP = "\N{NO-BREAK SPACE}"


def test_every_sentence_has_its_finnish() -> None:
    known = catalogue("fi")
    missing = [texts[0] for texts in sentences() if not known.get(texts[0]) or not all(known[texts[0]])]
    assert missing == []


def test_no_translation_is_left_over() -> None:
    said = {texts[0] for texts in sentences()}
    assert sorted(set(catalogue("fi")) - said) == []


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_places() -> None:
    known = catalogue("fi")
    for texts in sentences():
        translated = known.get(texts[0], "")
        for text in (translated,) if isinstance(translated, str) else translated[1:]:
            assert _places(text) == _places(texts[-1]), texts


def test_finnish_uses_one_vocabulary() -> None:
    """Words that design §3 does not use: an officer gets observations, nobody is informed upon."""
    for english, finnish in catalogue("fi").items():
        text = finnish if isinstance(finnish, str) else " ".join(finnish)
        assert not re.search(r"ilmianto|valitettavasti|asiakasyritys", text, re.IGNORECASE), english


@pytest.mark.parametrize(
    ("value", "decimals", "english", "finnish"),
    [
        (1234.5, 1, "1,234.5", f"1{NBSP}234,5"),
        (-3, 0, "−3", "−3"),
        (0.04, 1, "0.0", "0,0"),
        (-0.04, 1, "0.0", "0,0"),
        (1_000_000, 0, "1,000,000", f"1{NBSP}000{NBSP}000"),
    ],
)
def test_numbers(value: float, decimals: int, english: str, finnish: str) -> None:
    assert (EN.number(value, decimals), FI.number(value, decimals)) == (english, finnish)


def test_dates_percent_and_euros() -> None:
    day = dt.date(2026, 11, 2)
    assert (EN.date(day), FI.date(day)) == ("2 Nov 2026", "2.11.2026")
    assert (EN.percent(0.95), FI.percent(0.95)) == ("95%", f"95{NBSP}%")
    assert (EN.euros(1_234_500), FI.euros(1_234_500)) == ("€12,345", f"12{NBSP}345{NBSP}€")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2,75", "2.75"), ("2.75", "2.75"), ("1 234,5", "1234.5"), (f"1{NBSP}234", "1234"), ("−3", "-3"), (" 7 ", "7")],
)
def test_a_number_may_be_written_either_way(written: str, meant: str) -> None:
    assert parse_number(written) == Decimal(meant)


@pytest.mark.parametrize("written", ["1,234.5", "1.234,5", "", "kaksi", "1e5", "NaN", "--2", "1 23"])
def test_a_number_that_could_mean_two_things_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="not a number"):
        parse_number(written)


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fi-FI", "fi"), ("fi_FI", "fi"), ("sv-FI,fi;q=0.8", "fi"), ("de", "en"), (None, "en"), ("", "en")],
)
def test_the_language_follows_the_browser(asked: str | None, language: str) -> None:
    assert preferred(asked) == language


def test_plurals_and_values_inside_sentences() -> None:
    assert EN.say(counted("{n} day late", "{n} days late", 1)) == "1 day late"
    assert FI.say(counted("{n} day late", "{n} days late", 2)) == "2 päivää myöhässä"
    inner = sentence("The weakest link: {dimension}.", dimension=Sentence("Product truth"))
    assert FI.say(inner) == "Heikoin lenkki: Tuotteen totuus."


def test_braces_in_what_people_wrote_are_left_alone() -> None:
    assert EN("There is no client “{name}”.", name="{x} {0}") == "There is no client “{x} {0}”."
