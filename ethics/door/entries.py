"""What the door's form holds: read into a draft, and everything that is missing or wrong said at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from ethics.clients.promises import tidy
from ethics.door.filing import Choices
from ethics.language import Sentence, sentence
from ethics.mismatches import flags
from ethics.mismatches.flags import Draft
from ethics.mismatches.models import Certainty, Disclosed
from ethics.mismatches.words import CATEGORIES, SEVERITIES, WHISTLE_SEVERITIES

#: What is written in free words, and how long it may be.
TEXTS: Final = {
    "said": flags.MAX_SAID,
    "said_where": flags.MAX_WHERE,
    "text": flags.MAX_TEXT,
    "experience": flags.MAX_TEXT,
}
CHOSEN: Final = (
    *("client", "campaign", "promise", "category", "severity", "certainty", "step", "channel", "frequency"),
    *("for_family", "exclude", "whistle", "withhold", "when", "token", "link"),
)
#: A choice is a number, a few numbers or a short word; a link is a handle. Anything longer is nothing of ours.
LONGEST_CHOICE: Final = 400
MIX_IN: Final = "mix"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field; `field` is its name on the page, empty for the form as a whole."""

    field: str
    sentence: Sentence


def entry(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a posted form that belong to a flag, tidied: without what no database and no page can hold."""
    given = {
        name: choice for name in CHOSEN if (choice := fields.get(name, "").strip()) and len(choice) <= LONGEST_CHOICE
    }
    given |= {name: words for name in TEXTS if (words := tidy(fields.get(name, "")))}
    return given


def number(text: str | None) -> int | None:
    """The number that a choice stands for; None when it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def numbers(text: str | None) -> tuple[int, ...]:
    """The numbers of a choice that may be made several times."""
    return tuple(found for part in (text or "").split(",") if (found := number(part)) is not None)


def draft(given: Mapping[str, str], *, language: str, on: dt.date) -> Draft:
    """The flag that an entry makes, unchecked; the week and the token's hash are put in where it is filed."""
    return Draft(
        client_id=number(given.get("client")),
        campaign_id=number(given.get("campaign")),
        promise_id=number(given.get("promise")),
        category=given.get("category"),
        severity=number(given.get("severity")),
        certainty=given.get("certainty"),
        step=given.get("step"),
        channel=given.get("channel"),
        frequency=given.get("frequency"),
        for_family=given.get("for_family"),
        text=given.get("text", ""),
        experience=given.get("experience", ""),
        said=given.get("said", ""),
        said_where=given.get("said_where", ""),
        whistle=bool(given.get("whistle")),
        exclude=numbers(given.get("exclude")),
        language=language,
        met_on=on,
        disclosed=Disclosed.ANONYMOUS,
        submission="",
    )


def choices(given: Mapping[str, str], receipt_id: str | None) -> Choices:
    """How an entry is to be sent."""
    return Choices(
        mix_in=given.get("when") == MIX_IN, withhold=bool(given.get("withhold")), receipt_id=receipt_id or None
    )


def problems(given: Mapping[str, str], officers: Collection[int]) -> list[Problem]:
    """Everything that is missing or wrong in an entry, in the order of the page; empty when it can be sent."""
    found: list[Problem] = []
    for name, longest in TEXTS.items():
        words = given.get(name, "")
        if len(words) > longest:
            found.append(Problem(name, sentence("The text is too long: {n} characters at most.", n=longest)))
        elif name == "text" and not words:
            found.append(Problem(name, sentence("Write what was promised and what the customer met.")))
    severity = number(given.get("severity"))
    if given.get("category") not in CATEGORIES:
        found.append(Problem("category", sentence("Choose what happened.")))
    if severity not in SEVERITIES:
        found.append(Problem("severity", sentence("Choose how serious it was.")))
    if given.get("certainty") not in set(Certainty):
        found.append(Problem("certainty", sentence("Choose how you know.")))
    if officers and not set(officers) - set(numbers(given.get("exclude"))):
        found.append(Problem("exclude", sentence("Somebody has to handle the flag: leave at least one officer.")))
    if given.get("whistle") and severity in SEVERITIES and severity not in WHISTLE_SEVERITIES:
        found.append(
            Problem("whistle", sentence("The whistle is for serious and grave things. Send this as a flag instead."))
        )
    return found
