"""Assessing a check: pure rules over a checklist and its answers.

Yes counts 1, partly ½, no 0; the share is their mean by weight over the answered items. "Not known" is no answer and
"not relevant" leaves the item out. An absolute requirement (knock-out) fails on "no" and on "not known": what nobody
has looked at is not passed. A failed one means "no" whatever the share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from checklists.lists import Checklist
from ethics.language import Refused, mark


class Answer(StrEnum):
    """What may be answered to an item."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_KNOWN = "not_known"
    NOT_RELEVANT = "not_relevant"


ANSWER_NAMES: Final = {
    Answer.YES: mark("Yes"),
    Answer.PARTLY: mark("Partly"),
    Answer.NO: mark("No"),
    Answer.NOT_KNOWN: mark("Not known"),
    Answer.NOT_RELEVANT: mark("Not relevant"),
}
_WORTH: Final = {Answer.YES: 1.0, Answer.PARTLY: 0.5, Answer.NO: 0.0}
#: From this share on, with every absolute requirement met, the answer is "yes" rather than "with conditions".
GOOD_SHARE: Final = 0.8
#: Below this part of the weight answered nothing is concluded.
ENOUGH: Final = 0.6


@dataclass(frozen=True)
class Given:
    """One answer: what was answered and what was seen for it."""

    answer: Answer
    evidence: str = ""


@dataclass(frozen=True)
class Assessment:
    """The result: `share` 0–1 (None: nothing answered), counts, failed absolute requirements, the conclusion."""

    share: float | None
    answered: int
    of: int
    failed_knockouts: tuple[str, ...]
    conclusion: str


def assess(checklist: Checklist, given: Mapping[str, Given]) -> Assessment:
    """Assess the answers given so far; an item without one counts as not known."""
    relevant = [i for i in checklist.items if (g := given.get(i.id)) is None or g.answer != Answer.NOT_RELEVANT]
    answered = [(i, given[i.id].answer) for i in relevant if i.id in given and given[i.id].answer in _WORTH]
    weight = sum(item.weight for item, _ in answered)
    share = sum(item.weight * _WORTH[answer] for item, answer in answered) / weight if weight else None
    passed = {item.id for item, answer in answered if answer != Answer.NO}
    failed = tuple(item.id for item in relevant if item.knockout and item.id not in passed)
    partly = any(item.knockout and answer == Answer.PARTLY for item, answer in answered)
    if share is None or weight < ENOUGH * sum(item.weight for item in relevant):
        conclusion = "open"
    elif failed:
        conclusion = "no"
    elif share >= GOOD_SHARE and not partly:
        conclusion = "yes"
    else:
        conclusion = "conditions"
    return Assessment(share, len(answered), len(relevant), failed, conclusion)


def ready(checklist: Checklist, given: Mapping[str, Given]) -> None:
    """Raise Refused unless the check may be finished: every item answered, and evidence for each absolute yes."""
    missing = [item.id for item in checklist.items if item.id not in given]
    if missing:
        raise Refused(
            "These items have no answer yet: {items}. “Not known” is an answer too.", items=", ".join(missing)
        )
    bare = [
        item.id
        for item in checklist.items
        if item.knockout and given[item.id].answer == Answer.YES and not given[item.id].evidence.strip()
    ]
    if bare:
        raise Refused(
            "A “yes” to an absolute requirement needs its evidence written down: {items}.", items=", ".join(bare)
        )
