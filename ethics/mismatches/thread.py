"""The thread of a flag: what officer and reporter write to each other, and what the other side has seen.

No verb of its own: triage, My flags and the door check who may, then call this.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, func, select, update

from ethics.language import Refused
from ethics.mismatches import clocks
from ethics.mismatches.models import Disclosed, Flag, Message, Side

LONGEST: Final = 4000


@dataclass(frozen=True)
class Line:
    """One message. `seen` by the other side; `week_only` when `written_on` is the Monday of an unknown day."""

    side: str
    text: str
    written_on: dt.date
    seen: bool
    week_only: bool


def lines(tx: Session, flag: Flag) -> tuple[Line, ...]:
    """The thread in the order in which it was written."""
    rows = tx.exec(select(Message).where(Message.flag_id == flag.id).order_by(col(Message.position)))
    anonymous = flag.disclosed == Disclosed.ANONYMOUS
    return tuple(
        Line(row.side, row.text, row.written_on, row.seen, anonymous and row.side == Side.REPORTER) for row in rows
    )


def add(tx: Session, flag: Flag, side: Side, text: str, *, on: dt.date) -> None:
    """Append a message. Raises Refused when it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused("Write a message first.")
    if len(text) > LONGEST:
        raise Refused("The text is too long: {n} characters at most.", n=LONGEST)
    last = tx.exec(select(func.max(Message.position)).where(Message.flag_id == flag.id)).one()
    tx.add(Message(flag_id=flag.id, position=(last or 0) + 1, side=side, text=text, written_on=on))
    tx.flush()


def seen(tx: Session, flag: Flag, by: Side) -> None:
    """Note that one side has read what the other wrote."""
    other = Side.REPORTER if by == Side.OFFICER else Side.OFFICER
    tx.execute(
        update(Message)
        .where(col(Message.flag_id) == flag.id, col(Message.side) == other, col(Message.seen).is_(False))
        .values(seen=True)
    )


def reply(tx: Session, flag: Flag, text: str, *, on: dt.date) -> None:
    """The reporter writes: the clocks go on. For an anonymous flag only the week of `on` is kept. Raises Refused."""
    if flag.closed:
        raise Refused("You have closed this flag, so nothing more can be written to it.")
    add(tx, flag, Side.REPORTER, text, on=_kept(flag, on))
    go_on(tx, flag, on=on)


def close(tx: Session, flag: Flag, *, on: dt.date) -> None:
    """The reporter needs no more answers. The flag goes its way; nobody waits for the reporter any longer."""
    flag.closed = True
    go_on(tx, flag, on=on)


def go_on(tx: Session, flag: Flag, *, on: dt.date) -> None:
    """Let the clocks go on after a question to the reporter."""
    flag.paused_days += clocks.pause(flag.waiting_since, _kept(flag, on))
    flag.waiting_since = None
    tx.flush()


def _kept(flag: Flag, on: dt.date) -> dt.date:
    return clocks.monday(on) if flag.disclosed == Disclosed.ANONYMOUS else on
