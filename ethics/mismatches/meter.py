"""The anonymity meter: how many people could have written a flag, said before it is sent.

The number of people who worked for the client in the last four weeks is an upper bound: a text that names a call or a
shift points at fewer. It narrows when flags can be linked to one reporter, because only who worked for all of those
clients can have written them all (design §6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from sqlmodel import Session

from ethics.language import Sentence, sentence
from ethics.workforce import rostered

GREEN_FROM: Final = 10
AMBER_FROM: Final = 5
Level = Literal["green", "amber", "red", "unknown"]


@dataclass(frozen=True)
class Meter:
    """`people` who could have written it (None: nobody can tell), and what follows from that."""

    people: int | None

    @property
    def level(self) -> Level:
        """Green from ten people, amber from five, red below."""
        if self.people is None:
            return "unknown"
        return "green" if self.people >= GREEN_FROM else "amber" if self.people >= AMBER_FROM else "red"

    @property
    def withholds(self) -> bool:
        """True when the client's name is withheld until an officer asks for it."""
        return self.level == "red"

    @property
    def says(self) -> Sentence:
        """The meter in one sentence. From twenty on, whole tens: nobody needs the roster from here."""
        if self.people is None:
            return sentence("Nobody can tell how many people could have written this: there are no recent shifts here.")
        if self.level == "red":
            return sentence("Fewer than {n} people could have written this.", n=AMBER_FROM)
        if self.level == "amber":
            return sentence("Only {low} to {high} people could have written this.", low=AMBER_FROM, high=GREEN_FROM - 1)
        return sentence(
            "About {n} people could have written this.", n=self.people if self.people < 20 else self.people // 10 * 10
        )


def meter(tx: Session, client_ids: Collection[int], *, on: dt.date) -> Meter:
    """The meter for flags about these clients that may be linked to one reporter."""
    return Meter(rostered.people(tx, client_ids, on=on))
