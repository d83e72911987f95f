"""Personal data in what a reporter wrote: shown before it is sent, with a mask for each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from ethics.door.entries import TEXTS
from ethics.masking import masking
from ethics.masking.masking import Found, Kind
from ethics.mismatches import flags

#: So many are listed one by one; whatever is found beyond them is masked without asking.
MOST_LISTED: Final = 20


@dataclass(frozen=True)
class Piece:
    """A part of a text as it would be sent; `mask` when it stands instead of something that was found."""

    text: str
    mask: bool


@dataclass(frozen=True)
class Findings:
    """What was found in each text, by the name of its field."""

    by_field: Mapping[str, tuple[Found, ...]]

    @property
    def things(self) -> list[tuple[Kind, str]]:
        """Each thing once, in the order in which it was written."""
        return list(dict.fromkeys((one.kind, one.text) for found in self.by_field.values() for one in found))

    @property
    def digest(self) -> str:
        """Tells whether exactly these findings have been looked at: a changed text has others."""
        said = repr(
            [
                (field, [(one.kind.value, one.start, one.text) for one in found])
                for field, found in self.by_field.items()
            ]
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def chosen(self, numbers: Collection[int]) -> dict[str, list[Found]]:
        """What of it is to be masked, by field: the listed things of these numbers, and all that are not listed."""
        things = self.things
        wanted = {thing for k, thing in enumerate(things) if k in numbers or k >= MOST_LISTED}
        return {
            field: [one for one in found if (one.kind, one.text) in wanted] for field, found in self.by_field.items()
        }


def findings(tx: Session, given: Mapping[str, str], texts: Collection[str] = tuple(TEXTS)) -> Findings:
    """Names, numbers and addresses of people in the fields `texts` of an entry."""
    found = {field: tuple(flags.personal_data(tx, given[field])) for field in texts if given.get(field)}
    return Findings({field: pieces for field, pieces in found.items() if pieces})


def masked(given: Mapping[str, str], chosen: Mapping[str, list[Found]], language: str) -> dict[str, str]:
    """The entry with a neutral word instead of each of `chosen`."""
    return {**given, **{field: masking.masked(given[field], found, language) for field, found in chosen.items()}}


def pieces(text: str, found: Collection[Found], language: str) -> list[Piece]:
    """A text as it would be sent with everything masked, in pieces, so that a page can point at the masks."""
    said: list[Piece] = []
    end = 0
    for one in sorted(found, key=lambda one: one.start):
        said += [Piece(text[end : one.start], mask=False), Piece(masking.MASKS[language][one.kind], mask=True)]
        end = one.end
    return [piece for piece in [*said, Piece(text[end:], mask=False)] if piece.text]
