"""What the door's pages show: the form for one client, where a followed flag stands, and what happens next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from ethics.clients import campaigns, promises
from ethics.clients.names import key
from ethics.door import filing
from ethics.door.filing import PERIOD, Choices
from ethics.door.follow import Followed
from ethics.language import Refused, Sentence, mark, sentence
from ethics.mismatches import flags
from ethics.mismatches.clocks import DAYS_TO_DECIDE, MONTHS_TO_ANSWER, monday, months_later, period
from ethics.mismatches.meter import Meter
from ethics.mismatches.models import Decision
from ethics.mismatches.words import WHISTLE_ANSWERS
from ethics.triage.outcomes import OUTCOMES

#: The meter in a word; the page draws as many heads as there are people to hide among.
COVER: Final = {
    "green": mark("Good cover"),
    "amber": mark("Some cover"),
    "red": mark("Little cover"),
    "unknown": mark("Cover not known"),
}


@dataclass(frozen=True)
class Sheet:
    """What the form offers for one client. `held_until`: the day on which flags that are mixed in come to light."""

    client_id: int
    client: str
    meter: Meter
    campaigns: dict[int, str]
    promises: dict[int, str]
    officers: dict[int, str]
    held_until: dt.date

    @property
    def cover(self) -> str:
        """The meter in a word."""
        return COVER[self.meter.level]


def sheet(tx: Session, client_id: int | None, receipt_id: str | None, *, on: dt.date) -> Sheet:
    """The form for a client, and for a receipt that is to lead to the flag too. Raises Refused."""
    served = filing.clients(tx)
    if client_id not in served:
        raise Refused("Choose the client that the flag is about.")
    officers = flags.officers(tx)
    return Sheet(
        client_id=client_id,
        client=served[client_id],
        meter=filing.measured(tx, client_id, receipt_id, on=on),
        campaigns=campaigns.running_for(tx, on).get(client_id, {}),
        promises=promises.for_flags(tx, client_id, on=on),
        officers=officers if len(officers) > 1 else {},
        held_until=period(on) + PERIOD,
    )


def prefilled(tx: Session, client: str, campaign: str, *, on: dt.date) -> dict[str, str]:
    """What a link names, as the form's fields: a client, and one of its running campaigns. What is unknown stays open."""
    number = _named(filing.clients(tx), client)
    if number is None:
        return {}
    found = _named(campaigns.running_for(tx, on).get(number, {}), campaign)
    return {"client": str(number)} | ({"campaign": str(found)} if found is not None else {})


def _named(names: dict[int, str], wanted: str) -> int | None:
    return next((number for number, name in names.items() if key(wanted) and key(name) == key(wanted)), None)


def next_steps(choices: Choices, *, whistle: bool, on: dt.date) -> list[Sentence]:
    """What happens to a flag that has just been sent, with the last day of each step."""
    filed = period(on) + PERIOD if choices.mix_in else monday(on)
    steps = []
    if choices.mix_in:
        steps.append(sentence("Until {day} nobody sees it. Then it is shown, shuffled with the others.", day=filed))
    elif whistle:
        steps.append(sentence("An officer and an executive see it at once. They answer within one working day."))
    read_by = filed + dt.timedelta(days=DAYS_TO_DECIDE)
    steps.append(sentence("By {day} an officer has read it and says so here.", day=read_by))
    steps.append(sentence("By {day} you can read here what came of it.", day=months_later(filed, MONTHS_TO_ANSWER)))
    steps.append(sentence("The officer may ask you something here. Whether you answer is up to you."))
    return steps


def stands(flag: Followed) -> tuple[str, Sentence]:
    """Where a flag stands: a mark for the page (`held`, `sent`, `read`, `asked`, `done`) and the words for it."""
    if flag.status == Decision.HELD:
        return "held", sentence("Held until {day}", day=flag.shown_from)
    if flag.status != Decision.OPEN:
        if flag.outcome in OUTCOMES:
            return "done", sentence("Decided: {outcome}", outcome=Sentence(OUTCOMES[flag.outcome].name))
        return "done", sentence("Decided")
    if flag.waiting:
        return "asked", sentence("The officer asks you something")
    if flag.acknowledged:
        return "read", sentence("Read by an officer")
    return "sent", sentence("Sent and waiting")


def whistle_stands(flag: Followed) -> Sentence | None:
    """What came of the proposal to stop the campaign; None when the flag makes none."""
    if not flag.whistle:
        return None
    if flag.whistle_decided in WHISTLE_ANSWERS:
        return sentence("Whistle: {decided}", decided=Sentence(WHISTLE_ANSWERS[flag.whistle_decided]))
    return sentence("Your proposal to stop the campaign waits for an answer")
