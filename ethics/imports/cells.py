"""One cell's text → its value, or Refused with what is wrong and what would be right.

The functions here see each distinct text once (`checking` keeps what they said), so they may be plain Python.
Dates come back as `date`, hours as hundredths, money as cents.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from stdnum.fi import hetu, ytunnus

from ethics.imports.kinds import Cell, Column
from ethics.imports.mapping import Mapping
from ethics.language import Refused, parse_number

Parser = Callable[[str], Any]
EARLIEST: Final = dt.date(2000, 1, 1)
#: Formats read without a mapping. Dots mean day first everywhere; slashes do not, so they need one.
DATE_FORMATS: Final = ("%d.%m.%Y",)
#: Texts longer than this may have several lines.
_ONE_LINE: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
#: Marks that turn the reading direction around: `exe.\u202etxt` shows something else than it holds.
_TURNING: Final = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISO_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_ISO_WEEK: Final = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
#: Day, month and year of birth, a mark for the century, and four more: Finnish whatever the last one says.
IDENTITY_CODE: Final = re.compile(
    r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d[-+–−A-FU-Y]\d{3}[0-9A-Z](?![0-9A-Z])", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")


def parser(
    column: Column, mapping: Mapping, *, today: dt.date, client: Parser, kept_since: dt.date | None = None
) -> Parser:
    """The function that reads cells of `column` as `mapping` writes them. `client` turns a name into an id; days before
    `kept_since` are refused."""
    match column.cell:
        case Cell.TEXT:
            return lambda cell: text(cell, column.most)
        case Cell.CLIENT:
            return lambda cell: client(text(cell, column.most))
        case Cell.AGENT:
            return lambda cell: agent(cell, column.most)
        case Cell.DATE:
            latest = today + dt.timedelta(days=column.most)
            return lambda cell: date(cell, mapping.formats, latest, kept_since)
        case Cell.MONDAY:
            return lambda cell: monday(cell, mapping.formats, today, any_day=mapping.any_day)
        case Cell.WHOLE:
            return lambda cell: whole(cell, mapping.decimal, column.most)
        case Cell.HOURS:
            return lambda cell: hours(cell, mapping.decimal, column.most)
        case Cell.MONEY:
            return lambda cell: money(cell, mapping.decimal, column.most)
        case Cell.WORD:
            return lambda cell: word(cell, column.words)
        case Cell.BUSINESS_ID:
            return lambda cell: business_id(cell, column.most)


def text(cell: str, most: int) -> str:
    """Text in Unicode NFC without outer white space. A text that starts with `=` stays what it is: text."""
    if found := _CONTROL.search(cell):
        raise Refused("It holds an unprintable character (code {code}). Take it out.", code=f"{ord(found.group()):04X}")
    if _TURNING.search(cell):
        raise Refused("It holds a character that turns the reading direction around. Take it out.")
    plain = unicodedata.normalize("NFC", cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if most <= _ONE_LINE:
        plain = " ".join(plain.split())
    if len(plain) > most:
        raise Refused("It is {n} characters long; {most} fit here.", n=len(plain), most=most)
    return plain


def agent(cell: str, most: int) -> str:
    """An employee number: no white space, and nothing shaped like a personal identity code, also a mistyped one."""
    plain = text(cell, most)
    if hetu.is_valid(plain) or IDENTITY_CODE.search(plain):
        raise Refused("This is a personal identity code. Use the employee number.")
    if any(c.isspace() for c in plain):
        raise Refused("An employee number has no spaces. Use the number, never a name.")
    return plain


def date(cell: str, formats: tuple[str, ...], latest: dt.date, kept_since: dt.date | None = None) -> dt.date:
    """A day from 2000, and from `kept_since`, to `latest`."""
    day = _day(cell, formats)
    if day < EARLIEST:
        raise Refused("{day} is before the year 2000. Correct the year.", day=day)
    if kept_since is not None and day < kept_since:
        raise Refused("What is about people is kept from {since} on. Leave the row out.", since=kept_since)
    if day > latest:
        raise Refused("{day} is too far ahead: {latest} is the latest day that can be right.", day=day, latest=latest)
    return day


def _day(cell: str, formats: tuple[str, ...]) -> dt.date:
    plain = cell.strip()
    if len(plain) <= 40:
        for form in formats or DATE_FORMATS:
            try:
                return dt.datetime.strptime(plain, form).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
        if iso := _ISO_DATE.fullmatch(plain):
            try:
                return dt.date.fromisoformat(iso.group(1))
            except ValueError:
                raise Refused("There is no such day in the calendar.") from None
    if formats:
        raise Refused(
            "This is not a date as the mapping writes it. Write it like {example}.",
            example=dt.date(2026, 11, 22).strftime(formats[0]),
        )
    raise Refused("This is not a date. Write it like 2026-11-22, or say its format in a mapping.")


def monday(cell: str, formats: tuple[str, ...], today: dt.date, *, any_day: bool) -> dt.date:
    """The Monday of a week: from the Monday itself, from `2026-W47`, or with `any_day` from any of its days."""
    if iso := _ISO_WEEK.fullmatch(cell.strip()):
        try:
            day = dt.date.fromisocalendar(int(iso.group(1)), int(iso.group(2)), 1)
        except ValueError:
            raise Refused("The year has no such week.") from None
        if day < EARLIEST or day > today:
            raise Refused("The week is before the year 2000 or still to come.")
        return day
    day = date(cell, formats, today)
    first = day - dt.timedelta(days=day.weekday())
    if day != first and not any_day:
        raise Refused("{day} is not a Monday; its week began on {monday}. Write that.", day=day, monday=first)
    return first


def number(cell: str, decimal: str) -> Decimal:
    """A number; with a `decimal` mark chosen, the other mark may group thousands."""
    plain = cell.strip()
    if len(plain) > 40:
        raise Refused("This is not a number.")
    if decimal:
        group = "." if decimal == "," else ","
        if re.fullmatch(rf"[+−-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
            plain = plain.replace(group, "")
    return parse_number(plain)


def whole(cell: str, decimal: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    value = number(cell, decimal)
    if value != value.to_integral_value():
        raise Refused("This needs a whole number.")
    if not 0 <= value <= most:
        raise Refused("This needs a number from {least} to {most}.", least=0, most=most)
    return int(value)


def hours(cell: str, decimal: str, most: int) -> int:
    """Hours above 0 and up to `most`, in hundredths."""
    if clock := _CLOCK.fullmatch(cell.strip()):
        spoken = Decimal(int(clock.group(1))) + Decimal(int(clock.group(2))) / 60
        raise Refused(
            "Write hours as a decimal number: {hours} for {clock}.", hours=f"{spoken:.2f}", clock=cell.strip()
        )
    value = number(cell, decimal) * 100
    if value != value.to_integral_value():
        raise Refused("Hours have two decimals at most. Round them.")
    if not 0 < value <= most * 100:
        raise Refused("Hours are more than 0 and at most {most}.", most=most)
    return int(value)


def money(cell: str, decimal: str, most: int) -> int:
    """Euros from 0 to `most`, in cents. A euro sign beside the number is left out."""
    value = number(cell.replace("€", "").strip(), decimal) * 100
    if value != value.to_integral_value():
        raise Refused("Money has two decimals at most. Round it.")
    if not 0 <= value <= most * 100:
        raise Refused("This needs a number from {least} to {most}.", least=0, most=most)
    return int(value)


def word(cell: str, words: tuple[str, ...]) -> str:
    """One of `words`, in any case."""
    wanted = cell.strip().casefold()
    for known in words:
        if known.casefold() == wanted:
            return known
    raise Refused("This is not one of {words}. Correct it, or translate it in a mapping.", words=list(words))


def business_id(cell: str, most: int) -> str:
    """A business ID; one that looks Finnish must have the right check digit."""
    plain = text(cell, most)
    if re.fullmatch(r"\d{7}-\d", plain) and not ytunnus.is_valid(plain):
        raise Refused("The check digit of this business ID is wrong. Look for two digits that changed places.")
    return plain
