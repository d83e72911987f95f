"""Employee numbers → pseudonyms: keyed BLAKE2b, so that the database alone leads back to nobody.

The key comes from the settings and is never stored beside the data. Employee numbers live in memory for the length
of one import.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.settings import settings
from ethics.workforce.models import Agent, Shift, ShiftBefore, Spell, SpellBefore

DIGEST_SIZE: Final = 16
PERSON: Final = b"agent-v1"
KEY_VERSION: Final = 1
#: Names in one IN list: SQLite takes 32,766 values in one statement.
_STEP: Final = 10_000


def pseudonym(number: str) -> str:
    """32 hexadecimal digits for an employee number, the same for the same key."""
    key = settings().pseudonym_key.get_secret_value().encode()
    # BLAKE2b takes a key of 64 bytes at most; a longer secret is hashed down to one.
    key = key if len(key) <= 64 else blake2b(key, digest_size=64).digest()
    return blake2b(number.encode(), key=key, digest_size=DIGEST_SIZE, person=PERSON).hexdigest()


class Agents:
    """The ids of agents by employee number for one import; unknown agents are added as they come."""

    def __init__(self, tx: Session) -> None:
        self.tx = tx
        self._ids: dict[str, int] = {}

    def ids(self, numbers: Iterable[str]) -> list[int]:
        """The id of each of `numbers`, in their order."""
        numbers = list(numbers)
        unknown = {pseudonym(n): n for n in numbers if n not in self._ids}
        names = list(unknown)
        for start in range(0, len(names), _STEP):
            part = names[start : start + _STEP]
            known = self._stored(part)
            if new := [name for name in part if name not in known]:
                self.tx.connection().execute(
                    sa.insert(Agent), [{"pseudonym": name, "key_version": KEY_VERSION} for name in new]
                )
                known |= self._stored(new)
            self._ids.update((unknown[name], number) for name, number in known.items())
        return [self._ids[n] for n in numbers]

    def _stored(self, names: list[str]) -> dict[str, int]:
        rows = self.tx.exec(select(Agent.pseudonym, Agent.id).where(col(Agent.pseudonym).in_(names)))
        return {name: number for name, number in rows if number is not None}


def forget(tx: Session, ids: Collection[int]) -> None:
    """Delete those of the agents who have neither a shift nor a spell any more, and what imports overwrote of them.

    SQLite gives the largest number again once it is free: nothing may be left that would then be another's.
    """
    numbers = list(ids)
    for start in range(0, len(numbers), _STEP):
        part = numbers[start : start + _STEP]
        gone = list(
            tx.connection().scalars(
                sa.delete(Agent)
                .where(
                    col(Agent.id).in_(part),
                    ~sa.exists().where(col(Shift.agent_id) == Agent.id),
                    ~sa.exists().where(col(Spell.agent_id) == Agent.id),
                )
                .returning(col(Agent.id))
            )
        )
        if gone:
            tx.connection().execute(sa.delete(SpellBefore).where(col(SpellBefore.agent_id).in_(gone)))
            tx.connection().execute(sa.delete(ShiftBefore).where(col(ShiftBefore.agent_id).in_(gone)))
