"""Finnish and English: every sentence, number and date that a person reads passes through here.

A sentence is written in English in the code and looked up in `locale/fi.po`. The catalogue is complete: a test
fails on a sentence that is missing there and on one that nobody says any more. Values go in by name
(`t("{n} agents", n=14)`), never by `+`, so that a translator may move them. Sessions are threads, so there is no
process-wide language: each reader carries a `Reader`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.core import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

LANGUAGES: Final = {"en": "English", "fi": "Suomi"}
CATALOGUES: Final = Path(__file__).parent / "locale"
#: British English writes "22 Nov 2026", which no reader mistakes for another day.
BABEL_LOCALE: Final = {"en": Locale("en", "GB"), "fi": Locale("fi", "FI")}
NARROW_DATES: Final = {"en": "d MMM yyyy", "fi": "d.M.yyyy"}


@dataclass(frozen=True)
class Sentence:
    """A sentence not yet said: English text with `{named}` places, and their values.

    A value may itself be a Sentence, a number, a date or text; `Reader.say` prints each as the language writes it.
    With `many` the sentence counts: `text` is for one, `many` for other numbers of `{n}`.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        return reader("en").say(self)


def sentence(text: str, /, **values: Any) -> Sentence:
    """Mark `text` for translation and keep its values until the reader's language is known."""
    return Sentence(text, values)


def counted(one: str, many: str, n: int, /, **values: Any) -> Sentence:
    """A sentence about `n` of something, not yet said."""
    return Sentence(one, {"n": n, **values}, many)


def mark(text: str, /) -> str:
    """Mark `text` for translation without saying it: for tables of words that pages look up later."""
    return text


class Refused(Exception):
    """The request cannot be done; `sentence` says what is wrong and what would be right.

    Raised by verbs for anything a person can mend. Pages and command lines print it in the reader's language.
    """

    def __init__(self, text: str, /, **values: Any) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(text)

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Refused):
    """There is no such thing, or not for this person: the two must not be told apart."""


@cache
def catalogue(language: str) -> dict[str, str | tuple[str, ...]]:
    """Sentences of `language` by their English text; plural sentences hold a tuple (one, many)."""
    path = CATALOGUES / f"{language}.po"
    if language == "en" or not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): (m.string if isinstance(m.string, str) else tuple(m.string or ()))
        for m in messages
        if m.id
    }


@dataclass(frozen=True)
class Reader:
    """Who reads: says sentences, numbers and dates in one language. Callable: `t("Sign in")`."""

    language: str

    def __call__(self, text: str, /, **values: Any) -> str:
        """Say `text` in this language, with its `{named}` places filled."""
        return self.say(Sentence(text, values))

    def plural(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """`one` or `many` by `n`; `{n}` is printed as the language writes numbers."""
        found = catalogue(self.language).get(one)
        forms = found if isinstance(found, tuple) else (one, many)
        return self._fill(forms[0 if n == 1 else 1], {"n": n, **values})

    def say(self, what: Sentence | str) -> str:
        """The sentence in this language, with its values printed as this language prints them."""
        if isinstance(what, str):
            what = Sentence(what)
        if what.many:
            rest = {name: value for name, value in what.values.items() if name != "n"}
            return self.plural(what.text, what.many, what.values["n"], **rest)
        found = catalogue(self.language).get(what.text)
        return self._fill(found if isinstance(found, str) and found else what.text, what.values)

    def _fill(self, text: str, values: dict[str, Any]) -> str:
        return text.format(**{name: self.value(value) for name, value in values.items()}) if values else text

    def value(self, value: Any) -> str:
        """Anything that may stand in a sentence, printed for this language."""
        if isinstance(value, Sentence):
            return self.say(value)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return self.number(value, 0 if isinstance(value, int) else 1)
        if isinstance(value, dt.datetime):
            return (
                f"{self.date(value.date())} {value:%H:%M}"
                if self.language == "en"
                else f"{self.date(value.date())} klo {value:%H.%M}"
            )
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(self.value(item) for item in value)
        return str(value)

    def number(self, value: float | Decimal, decimals: int = 0, *, sign: bool = False) -> str:
        """`1,234.5` or `1 234,5`; a true minus in both languages, and "+" before gains when `sign`."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals)) + 0  # + 0: minus nought is nought
        text = format_decimal(rounded, format=pattern, locale=BABEL_LOCALE[self.language])
        text = text.replace("-", "−")
        return "+" + text if sign and value > 0 else text

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share 0–1 as `95%` or `95 %`."""
        return self.number(100 * share, decimals) + ("%" if self.language == "en" else "\N{NO-BREAK SPACE}%")

    def euros(self, cents: int) -> str:
        """Whole euros from integer cents, with a true minus."""
        text: str = format_currency(
            Decimal(cents) / 100,
            "EUR",
            format="¤#,##0" if self.language == "en" else "#,##0\N{NO-BREAK SPACE}¤",
            locale=BABEL_LOCALE[self.language],
            currency_digits=False,
        )
        return text.replace("-", "−")

    def date(self, day: dt.date) -> str:
        """`22 Nov 2026` or `22.11.2026`."""
        return format_date(day, NARROW_DATES[self.language], locale=BABEL_LOCALE[self.language])

    def week(self, monday: dt.date) -> str:
        """The ISO week that starts on `monday`: `week 47/2026` or `viikko 47/2026`."""
        year, week, _ = monday.isocalendar()
        return self("week {week}/{year}", week=str(week), year=str(year))


@cache
def reader(language: str) -> Reader:
    """The reader of `language`; an unknown language reads English."""
    return Reader(language if language in LANGUAGES else "en")


def preferred(asked: str | None) -> str:
    """The language to use for a locale such as `fi-FI` or an Accept-Language header; English when in doubt."""
    for part in (asked or "").replace("_", "-").lower().split(","):
        code = part.split(";")[0].strip().split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


_NUMBER: Final = re.compile(r"[+−-]?\d+(\.\d+)?")


def parse_number(text: str) -> Decimal:
    """A number as people write it: `2,75`, `2.75`, `1 234,5`. Raises Refused.

    A single comma or point is the decimal mark; spaces (also no-break ones) group thousands. Text with both marks
    is refused rather than guessed at: `1,234.5` and `1.234,5` differ by country.
    """
    plain = re.sub(r"(?<=\d)[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3}\b)", "", text.strip())
    plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise Refused("“{text}” is not a number. Write it like 2.75 or 2,75.", text=text[:40])
    return Decimal(plain.replace("−", "-"))
