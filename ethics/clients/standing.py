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

    A step counts from the day on which it was written down, never from an earlier one that it names: what was found is
    not known before somebody says so. Found broken again while it is still sold, it is the same stretch. A promise
    whose history does not tell, such as one from a file, is taken as it stands.
    """
    found: list[Spell] = []
    away = dt.date.min  # the day that the latest withdrawal names
    for event in events:
        if "on" not in event.facts:
            continue
        on = dt.date.fromisoformat(event.facts["on"])
        day = max(on, event.at.astimezone().date())
        last = found[-1] if found and found[-1].until is None else None
        if event.act == Act.WITHDRAWN and last is not None:
            found[-1], away = Spell(last.broken_on, day, None), on
        elif event.act == Act.JUDGED and event.facts["verdict"] != Verdict.BROKEN and last is not None:
            found[-1] = Spell(last.broken_on, last.withdrawn_on, day)
        elif event.act == Act.JUDGED and event.facts["verdict"] == Verdict.BROKEN:
            if last is not None and (last.withdrawn_on is None or on <= away):
                continue
            if last is not None:
                found[-1] = Spell(last.broken_on, last.withdrawn_on, day)
            found.append(Spell(day, None, None))
    if not found and promise.verdict == Verdict.BROKEN and promise.verdict_on is not None:
        found.append(Spell(promise.verdict_on, promise.withdrawn_on, None))
    return tuple(found)
