"""Personal data in free text, found and masked: names, phone numbers, e-mail addresses, identity codes, accounts.

Numbers are judged by the libraries that know them, so a price, a date or an order number stays. Names are found by a
dictionary and the words around them (`persons.py`): most, not all. Finnish and English may be mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ethics.language import mark
from ethics.masking.persons import persons


class Kind(StrEnum):
    """What was found. An account is an IBAN or the number of a payment card."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY_CODE = "identity_code"
    ACCOUNT = "account"


KIND_NAMES: Final = {
    Kind.NAME: mark("a name"),
    Kind.PHONE: mark("a phone number"),
    Kind.EMAIL: mark("an e-mail address"),
    Kind.IDENTITY_CODE: mark("a personal identity code"),
    Kind.ACCOUNT: mark("an account or card number"),
}
#: What is written instead, in the language of the text rather than in its reader's.
MASKS: Final = {
    "fi": {
        Kind.NAME: "[nimi]",
        Kind.PHONE: "[puhelin]",
        Kind.EMAIL: "[sähköposti]",
        Kind.IDENTITY_CODE: "[henkilötunnus]",
        Kind.ACCOUNT: "[tilinumero]",
    },
    "en": {
        Kind.NAME: "[name]",
        Kind.PHONE: "[phone]",
        Kind.EMAIL: "[e-mail]",
        Kind.IDENTITY_CODE: "[identity code]",
        Kind.ACCOUNT: "[account]",
    },
}


@dataclass(frozen=True)
class Found:
    """One piece of personal data: `text` stands at `start` to `end` (characters, the end not included)."""

    kind: Kind
    start: int
    end: int
    text: str


#: Signs that look alike, one for one, so that places in the text stay.
_ALIKE: Final = str.maketrans(
    {"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " "}
    | dict.fromkeys("\N{EN DASH}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}\N{HYPHEN}", "-")
)
_AT: Final = re.compile(r"@|\((?:at|ät)\)|\[(?:at|ät)\]", re.IGNORECASE)
_LOCAL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}+\Z")
_DOMAIN: Final = re.compile(r"\s{0,1}((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24})(?![\w@])")
_IBAN: Final = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?=[ -]?\w)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,}+(?!\w)")
#: How the numbers of the card companies begin: a long order number seldom does.
_ISSUER: Final = re.compile(r"4|5[0-8]|2[2-7]|3[0-9]|6")
_CODE: Final = re.compile(r"(?<!\w)\d{6} ?[-+A-FU-Y] ?\d{3}[0-9A-Y](?!\w)", re.IGNORECASE)
_NOT_PHONE: Final = re.compile(
    r"(?<![\d.])\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})?(?!\d)|(?<!\d)\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}(?!\d)"
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)0[.,]\d+|(?<!\d)\d{7}-\d(?!\d)"
)
_PHONE: Final = re.compile(r"(?:(?<![\w(+.,/-])|(?<=[A-Za-zÅÄÖåäö][:./]))(?:\+|\(\+?|00)?\d[\d ().\-/]{4,}+")
#: A number of one or two digits that only stands before a phone number.
_COUNT: Final = re.compile(r"\d{1,2}[ .)]+(?=[+0(])")
_CALL: Final = re.compile(
    r"\b(?:puh|puhelin\w*|p|tel|phone|mobile|gsm|call(?:ed|s|ing)?|soit\w*|numero(?:on|sta|lla|ni|nsa))\b[ .:]*"
    r"(?:(?:me|him|her|us|back|on|at|to|is|was|number|numero\w*)\b[ .:]*){0,4}$",
    re.IGNORECASE,
)
#: Words that say that the number after them is something else.
_OTHER_NUMBER: Final = re.compile(
    r"(?:tila[ui]\w*|asiakas|viite|lasku\w*|sopimus|tuote\w*|seuranta\w*|tunnus|tunniste|reklamaatio\w*|lähetys\w*"
    r"|order|ref\w*|invoice|contract|customer|ticket|case|id|parcel|tracking|item|serial)[ :.#-]{0,2}"
    r"(?:numero\w*|koodi\w*|tunnus\w*|nro|no|nr|number|code|id)?[ :.#]{0,3}$",
    re.IGNORECASE,
)


def find(text: str, *, people: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Found]:
    """Personal data in `text`, in order, never overlapping.

    `people` are full names that are always found, in Finnish case endings too. `ignore` are names of clients,
    campaigns and products, which are no persons.
    """
    plain = text.translate(_ALIKE)
    found: list[Found] = []
    for kind, search in (
        (Kind.EMAIL, _addresses),
        (Kind.ACCOUNT, _accounts),
        (Kind.IDENTITY_CODE, _codes),
        (Kind.PHONE, _phones),
        (Kind.NAME, lambda rest: persons(rest, tuple(people), tuple(ignore))),
    ):
        for start, end in search(plain):
            found.append(Found(kind, start, end, text[start:end]))
            plain = plain[:start] + "\0" * (end - start) + plain[end:]
    return sorted(found, key=lambda one: one.start)


def masked(text: str, found: Iterable[Found], language: str) -> str:
    """`text` with a neutral word in brackets instead of each of `found`: `[nimi]`, `[name]`."""
    masks = MASKS.get(language, MASKS["en"])
    for one in sorted(found, key=lambda one: -one.start):
        text = text[: one.start] + masks[one.kind] + text[one.end :]
    return text


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for at in _AT.finditer(text):
        before = text[max(0, at.start() - 65) : at.start()].rstrip(" ") if at[0] != "@" else None
        head = before if before is not None else text[max(0, at.start() - 65) : at.start()]
        local = _LOCAL.search(head)
        domain = _DOMAIN.match(text, at.end())
        if local is None or domain is None or (at[0] == "@" and domain[0] != domain[1]):
            continue
        name = local[0].lstrip(".'`*{|/=")
        if name:
            yield max(0, at.start() - 65) + len(head) - len(name), domain.end()


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    from stdnum import iban, luhn

    after = 0
    for begun in _IBAN.finditer(text):
        if begun.start() < after:
            continue
        for end in _group_ends(text, begun.start()):
            if iban.is_valid(text[begun.start() : end]):
                yield begun.start(), end
                after = end
                break
    for run in _DIGITS.finditer(text):  # an expiry date or a second card may follow a card
        after = 0
        for group in re.finditer(r"\d+", run[0]):
            start = run.start() + group.start()
            if start < after or not _ISSUER.match(group[0]):
                continue
            for end in _group_ends(run.string[: run.end()], start, shortest=13):
                if len(digits := re.sub(r"\D", "", text[start:end])) <= 19 and luhn.is_valid(digits):
                    yield start, end
                    after = end
                    break


def _group_ends(text: str, start: int, *, shortest: int = 15) -> list[int]:
    """Where an account that begins at `start` may end: after any of its groups, the longest first."""
    ends: list[int] = []
    signs = 0
    for place in range(start, min(len(text), start + 44)):
        if text[place].isascii() and text[place].isalnum():
            signs += 1
            if signs >= shortest and not text[place + 1 : place + 2].isalnum():
                ends.append(place + 1)
        elif text[place] not in " -" or not text[place + 1 : place + 2].isalnum():
            break
    return ends[::-1]


def _codes(text: str) -> Iterator[tuple[int, int]]:
    from stdnum.fi import hetu

    for code in _CODE.finditer(text):
        if hetu.is_valid(code[0].replace(" ", ""), allow_temporary=True):
            yield code.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    text = _NOT_PHONE.sub(lambda other: "\0" * len(other[0]), text)
    for window in _PHONE.finditer(text):
        counted = _COUNT.match(window[0])
        start = window.start() + (counted.end() if counted else 0)
        digits = text[start : window.end()]
        called = bool(_CALL.search(text[max(0, start - 30) : start]))
        trusted = Leniency.POSSIBLE if called or digits.startswith("+") else Leniency.VALID
        for region, leniency in (("FI", Leniency.VALID), ("GB", Leniency.VALID), ("FI", trusted)):
            matches = [
                match
                for match in PhoneNumberMatcher(digits, region, leniency=leniency, max_tries=200)
                if _is_phone(match.raw_string, text[: start + match.start], called=called)
            ]
            for match in matches:
                # "(040 …)": the library takes the opening parenthesis along, never the closing one.
                opened = match.raw_string.startswith("(") and ")" not in match.raw_string
                yield start + match.start + opened, start + match.end
            if matches:
                break


def _is_phone(raw: str, before: str, *, called: bool) -> bool:
    """True unless `raw` may be an order number or another bare row of digits."""
    if raw.startswith(("+", "(+")):
        return True
    if ".." in raw or "--" in raw:
        return False
    bare, digits = raw.isdigit(), sum(sign.isdigit() for sign in raw)
    if bare and _OTHER_NUMBER.search(before[-40:]):
        return False
    return digits >= (7 if called else 9 if bare else 8) and (called or raw[0] in "0(")
