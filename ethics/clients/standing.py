"""Where a promise stands, and where it stood: pure rules over its verdict, its withdrawal and its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ethics.clients.models import Promise, PromiseEvent, Verdict


class Act(StrEnum):
    """One kind of step in a promise's history."""

    ADDED = "added"
    CHANGED = "changed"
    JUDGED = "judged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Standing:
    """Where a promise stands: its verdict, and when it was withdrawn from sale."""

    verdict: str
    verdict_on: dt.date | None
    withdrawn_on: dt.date | None

    @property
    def still_sold(self) -> bool:
        """True while a promise proved broken has not been shown withdrawn."""
        return still_sold(self.verdict, self.withdrawn_on)


def still_sold(verdict: str, withdrawn_on: dt.date | None) -> bool:
    """A promise proved broken is still sold until somebody has shown it withdrawn."""
    return verdict == Verdict.BROKEN and withdrawn_on is None


def known_on(promise: Promise, events: Iterable[PromiseEvent], day: dt.date) -> Standing:
    """Where a promise stood on `day`; `events` are its own, in their order. What is dated later was not known yet."""
    present = Standing(promise.verdict, promise.verdict_on, promise.withdrawn_on)
    if all(on is None or on <= day for on in (present.verdict_on, present.withdrawn_on)):
        return present
    if present.verdict_on is None or present.verdict_on <= day:
        return Standing(present.verdict, present.verdict_on, None)
    then = Standing(Verdict.UNPROVEN, None, None)
    for event in events:
        on = dt.date.fromisoformat(event.facts["on"]) if "on" in event.facts else None
        if on is None or on > day:
            continue
        if event.act == Act.JUDGED:
            then = judged(then, event.facts["verdict"], on)
        elif event.act == Act.WITHDRAWN:
            then = Standing(then.verdict, then.verdict_on, on)
    return then


def judged(before: Standing, verdict: str, on: dt.date) -> Standing:
    """Where a promise stands after a verdict: found broken anew on a day after it was withdrawn, it is sold again."""
    again = verdict == Verdict.BROKEN and before.withdrawn_on is not None and on > before.withdrawn_on
    return Standing(verdict, on, None if again else before.withdrawn_on)


@dataclass(frozen=True)
class Spell:
    """A stretch of time in which a promise stood as broken: from its verdict until the verdict was taken back or given
    anew (None: until now), and the day from which it was withdrawn, if it was."""

    broken_on: dt.date
    withdrawn_on: dt.date | None
    until: dt.date | None


def spells(promise: Promise, events: Iterable[PromiseEvent]) -> tuple[Spell, ...]:
    """The stretches in which a promise stood as broken, in their order; `events` are its own, in their order.

    A promise whose history does not tell, such as one from a file, is taken as it stands.
    """
    days = sorted({dt.date.fromisoformat(event.facts["on"]) for event in events if "on" in event.facts})
    known = [(day, known_on(promise, list(events), day)) for day in days]
    present = Standing(promise.verdict, promise.verdict_on, promise.withdrawn_on)
    if present.verdict_on is not None and (not known or known[-1][1] != present):
        known.append((max([present.verdict_on, *days]), present))
    found: list[Spell] = []
    for day, stood in known:
        last = found[-1] if found and found[-1].until is None else None
        if stood.verdict == Verdict.BROKEN and stood.verdict_on is not None:
            if last is not None and last.broken_on == stood.verdict_on:
                found[-1] = Spell(last.broken_on, stood.withdrawn_on, None)
                continue
            if last is not None:
                found[-1] = Spell(last.broken_on, last.withdrawn_on, stood.verdict_on)
            found.append(Spell(stood.verdict_on, stood.withdrawn_on, None))
        elif last is not None:
            found[-1] = Spell(last.broken_on, last.withdrawn_on, day)
    return tuple(found)
