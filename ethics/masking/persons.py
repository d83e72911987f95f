"""Where a text names a person: the rules around the dictionary of names. A name alone, a first name with what follows,
a title with what follows; never a company, a product or a compound word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ethics.masking.names import (
    COMPANY,
    DETERMINERS,
    INTRODUCED,
    ROLE,
    TITLES,
    WORD,
    Certain,
    Known,
    beside,
    dictionary,
    of_people,
    of_things,
)

_SPACE: Final = re.compile(r"[ \t]{1,2}|[ \t]?\n[ \t]?")
_OPENING: Final = " \t\"'“”‘’«»„()[]-*–—>"
_ENDS: Final = ".!?…:;\n\r•|"
_INITIAL: Final = re.compile(r"(?<!\w)[A-ZÅÄÖ]\.[ ]?$")
_NAMED: Final = re.compile(r"-(?:nimi[ns]|nimis)", re.IGNORECASE)

#: Finnish surnames that no list has, alone or in a case ending.
_NEN: Final = re.compile(r"[^\W\d_]{2,}[aeiouyäö](?:nen|sen|selle|sell[aä]|selt[aä]|seen)")
_UNLISTED: Final = Known(first=False, last=True, certain=Certain.INSIDE)
_SURNAME: Final = Known(first=False, last=True, certain=Certain.ALWAYS)


@dataclass
class _Word:
    """One word: `gap` is what stands before it."""

    text: str
    start: int
    end: int
    gap: str
    known: Known | None = None
    thing: bool = False

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def title_case(self) -> bool:
        return self.capital and not self.text.isupper()


class _Reading:
    """One text, word by word."""

    def __init__(self, text: str, people: tuple[str, ...], ignore: tuple[str, ...]) -> None:
        self.text = text
        self.people = of_people(people) if people else None
        self.words: list[_Word] = []
        end = 0
        for match in WORD.finditer(text):
            self.words.append(_Word(match[0], match.start(), match.end(), text[end : match.start()]))
            end = match.end()
        things = of_things(ignore) if ignore else None
        for word in self.words:
            if word.capital:
                word.known = self._known(word.text)
                word.thing = things is not None and things.find(word.text) is not None
            elif self.people is not None:
                word.known = self.people.find(word.text)
        self._companies()

    def _known(self, text: str) -> Known | None:
        ours = self.people.find(text) if self.people is not None else None
        return ours or dictionary().find(text) or (_UNLISTED if _NEN.fullmatch(text) else None)

    def _companies(self) -> None:
        """A run of capitals before Oy or Ltd is a company, and so is what follows a leading Oy or Tmi."""
        for k, word in enumerate(self.words):
            if word.text.split(":")[0].casefold() not in COMPANY or not (word.capital or word.text.islower()):
                continue
            word.thing = True
            back = k - 1
            while back >= 0 and self.near(back + 1) and self.words[back].capital and not self.words[back].thing:
                self.words[back].thing = True
                back -= 1
            ahead = k + 1
            while back == k - 1 and word.capital and ahead < min(k + 3, len(self.words)) and self.follows(ahead):
                self.words[ahead].thing = True
                ahead += 1

    def near(self, k: int) -> bool:
        """True when word `k` stands right after the one before it."""
        return 0 < k < len(self.words) and (
            self.words[k].gap in ("-", " & ") or bool(_SPACE.fullmatch(self.words[k].gap))
        )

    def follows(self, k: int) -> bool:
        """True when word `k` stands right after the one before it and has a capital."""
        return self.near(k) and self.words[k].capital

    def opens(self, k: int) -> bool:
        """True at the start of a sentence, a line or a quotation."""
        before = self.text[max(0, self.words[k].start - 12) : self.words[k].start].rstrip(_OPENING)
        return not before or before[-1] in _ENDS or (k > 0 and "\n" in self.words[k].gap)

    def introduced(self, k: int) -> bool:
        """True after a title, or after words such as “my name is”."""
        word = self.words[k]
        if k and self.words[k - 1].text.casefold() in TITLES and word.gap in (" ", ". ", "."):
            return True
        return bool(INTRODUCED.search(self.text[max(0, word.start - 30) : word.start]))

    def has_role(self, k: int) -> bool:
        """True after a word such as seller or customer."""
        return self.near(k) and bool(ROLE.match(self.words[k - 1].text.casefold()))

    def presents(self, k: int) -> bool:
        """True after such a word when two words with a capital follow: fitter Abdi Warsame."""
        return self.has_role(k) and self.follows(k + 1) and _may_be_surname(self.words[k + 1])

    def is_compound(self, k: int) -> bool:
        """True in Onni-paketti; not in Matti-niminen."""
        end = self.words[k].end
        rest = self.text[end : end + 8]
        return len(rest) > 1 and rest[0] == "-" and rest[1].islower() and not _NAMED.match(rest)


def persons(text: str, people: Sequence[str] = (), ignore: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Start and end of each name of a person, in order."""
    reading = _Reading(text, tuple(people), tuple(ignore))
    found: list[tuple[int, int]] = []
    k = 0
    while k < len(reading.words):
        after = _name_from(reading, k)
        if after == k:
            k += 1
            continue
        start, end = _start(reading, k), reading.words[after - 1].end
        if found and reading.near(k) and found[-1][1] == reading.words[k - 1].end:
            found[-1] = (found[-1][0], end)
        else:
            found.append((max(start, found[-1][1]) if found else start, end))
        k = after
    return found


def _name_from(reading: _Reading, k: int) -> int:
    """The index after the name that begins at word `k`; `k` when none does."""
    word = reading.words[k]
    if not word.capital:
        return _uncapitalised(reading, k)
    if reading.is_compound(k):
        return k
    known = word.known
    stranger = known is None and _may_be_surname(word)
    if not word.thing and ((reading.introduced(k) and (known or stranger)) or (stranger and reading.presents(k))):
        return _rest(reading, k, known or Known(first=True, last=False, certain=Certain.ALWAYS))
    if known is None or (word.thing and not known.ours):
        return k
    if not known.first and known.certain < Certain.ALWAYS and reading.opens(k) and not reading.has_role(k):
        return k
    after = _rest(reading, k, known)
    if after > k + 1 or known.certain == Certain.ALWAYS or reading.has_role(k):
        return after if len(word.text) > 3 or not word.text.isupper() or after > k + 1 else k
    if known.certain == Certain.SELDOM or reading.opens(k) or word.text.isupper():
        return k
    if reading.words[k - 1].text.casefold() in DETERMINERS or (
        not known.first and reading.follows(after) and not reading.words[after].known
    ):
        return k  # the Holly box; Ranta Netti
    return after


def _rest(reading: _Reading, k: int, known: Known) -> int:
    """The index after the further words of the name that begins at `k`."""
    double = known.first and reading.follows(k + 1) and reading.words[k + 1].gap == "-"
    opening = reading.opens(k) and known.certain < Certain.ALWAYS and not double
    while reading.follows(k + 1) and not reading.is_compound(k + 1):
        word = reading.words[k + 1]
        if "\n" in word.gap or "&" in word.gap or not _belongs(known, word, opening=opening):
            break
        known = word.known or _SURNAME
        k += 1
    return k + 1


def _belongs(known: Known, word: _Word, *, opening: bool) -> bool:
    """True when `word` goes on with the name that ended in `known` so far."""
    other = word.known
    if not known.first and not (known.as_is and known.certain):
        return False
    if other is not None and (known.certain + other.certain or (other.last and known.as_is)):
        return True
    return known.first and known.as_is and known.certain > Certain.SELDOM and not opening and _may_be_surname(word)


def _may_be_surname(word: _Word) -> bool:
    return word.title_case and not word.thing and len(word.text) > 1 and beside().find(word.text) is None


def _uncapitalised(reading: _Reading, k: int) -> int:
    """`rouva virtanen`, `matti virtanen`; alone only somebody in the house whose name is no word."""
    word, listed = reading.words[k], dictionary()
    ours, known = word.known, listed.whole.get(word.text.casefold())
    if k and reading.words[k - 1].text.casefold() in TITLES and word.gap in (" ", ". "):
        known = listed.find(word.text)
        return k + 1 if known is not None and known.last and known.certain == Certain.ALWAYS else k
    if reading.near(k + 1):
        other = reading.words[k + 1]
        if (
            ours
            and other.known
            and other.known.ours
            and (ours.first, ours.last) != (other.known.first, other.known.last)
        ):
            return k + 2
        if known and known.first and known.certain == Certain.ALWAYS and len(other.text) > 4:
            last = listed.find(other.text)
            if last is not None and last.last and last.certain == Certain.ALWAYS:
                return k + 2
    if ours and ours.certain == Certain.ALWAYS and len(word.text) > 3 and not reading.is_compound(k):
        known = listed.find(word.text)
        return k + 1 if known is not None and known.certain == Certain.ALWAYS else k
    return k


def _start(reading: _Reading, k: int) -> int:
    """The start of the name at word `k`, with an initial or an unknown first name before it."""
    word, known = reading.words[k], reading.words[k].known
    initial = _INITIAL.search(reading.text[max(0, word.start - 4) : word.start])
    if initial is not None:
        return word.start - len(initial[0])
    if known is None or not known.last or known.first or not reading.follows(k) or word.gap == "-":
        return word.start
    before = reading.words[k - 1]
    small = before.text.casefold()
    stranger = _may_be_surname(before) and not before.known and not reading.opens(k - 1)
    if stranger and not small.endswith("n") and small not in TITLES and not ROLE.match(small):
        return before.start
    return word.start
