"""What a client file says of risk over time, in sentences: alarms, what would change the score, silence, events.

Screen and paper share them. Texts that people wrote go in as they are: whoever shows a sentence escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ethics.language import Sentence, counted, mark, sentence
from reports.client_file import AlarmMark, ChangeLine, ClientFile, EventLine, SilenceLine

#: Longer promises and questions are cut: whoever has to act finds them in full elsewhere.
LENGTH: Final = 140
#: From here on an expected number of flags is told without decimals.
WHOLE_FROM: Final = 10
_EVENTS: Final = {
    "broken": mark("Promise proved broken: “{text}”"),
    "withdrawn": mark("Promise withdrawn: “{text}”"),
    "check": mark("Checklist filled in: {text}"),
    "review": mark("Review {text}"),
}


def alarm_says(alarm: AlarmMark) -> Sentence:
    """What an open alarm says, in full; an earlier one is only named."""
    if alarm.open:
        if alarm.since == alarm.week:
            return sentence(
                "Open alarm: in the week of {week}, mismatches seem to have doubled. Nobody has explained it yet.",
                week=alarm.week,
            )
        return sentence(
            "Open alarm: in the weeks of {since} to {week}, mismatches seem to have doubled. Nobody has explained it yet.",
            since=alarm.since,
            week=alarm.week,
        )
    return alarm_named(alarm)


def alarm_named(alarm: AlarmMark) -> Sentence:
    """An alarm in a line of a list: whether it is open, and its weeks."""
    if alarm.since == alarm.week:
        text = mark("Open alarm: week of {week}") if alarm.open else mark("Earlier alarm: week of {week}")
        return sentence(text, week=alarm.week)
    text = (
        mark("Open alarm: weeks of {since} to {week}")
        if alarm.open
        else mark("Earlier alarm: weeks of {since} to {week}")
    )
    return sentence(text, since=alarm.since, week=alarm.week)


def alarm_counts(file: ClientFile, alarm: AlarmMark) -> Sentence | None:
    """The mismatches of its weeks beside what was to be expected; None where the file does not know."""
    weeks = [week for week in file.weeks if alarm.since <= week.week_start <= alarm.week]
    expected = [week.expected for week in weeks if week.expected is not None]
    if not weeks or weeks[0].week_start != alarm.since or not expected:
        return None
    judged = [week for week in weeks if week.expected is not None]
    return counted(
        "One mismatch, where {expected} were to be expected",
        "{n} mismatches, where {expected} were to be expected",
        sum(week.mismatches for week in judged),
        expected=round(sum(expected), 1),
    )


def change_says(line: ChangeLine) -> Sentence:
    """What it takes to change the score."""
    if line.kind == "promise":
        return sentence("Withdraw the promise: “{text}”", text=brief(line.text))
    if line.kind == "question":
        return sentence("Answer the question: “{text}”", text=brief(line.text))
    if line.kind == "requirements":
        return counted(
            "Meet the failed absolute requirement {items}.",
            "Meet the {n} failed absolute requirements: {items}.",
            len(line.items),
            items=", ".join(line.items),
        )
    return counted(
        "Decide the overdue flag that counts in the score, if it turns out to be no mismatch.",
        "Decide the {n} overdue flags that count in the score, if none of them turns out to be a mismatch.",
        line.n,
    )


def change_scores(file: ClientFile, line: ChangeLine) -> Sentence:
    """The score now and the score then; with a decimal where whole numbers would hide the difference."""
    now, then = file.score or 0.0, line.score
    if round(now) == round(then):
        return sentence("{now} → {then}", now=now, then=then)
    return sentence("{now} → {then}", now=round(now), then=round(then))


def nothing_would_change(file: ClientFile) -> Sentence:
    """Why there is no line of `would_change`."""
    if file.score is None:
        return sentence("There is no score that could change.")
    return sentence(
        "Nothing that waits in the ledger would lower the score today: no promise proved broken is still sold, no question waits, "
        "no absolute requirement has failed and no flag is overdue, or none of them weighs enough to show."
    )


def silence_asks(file: ClientFile) -> Sentence:
    """The question that silence is, as a title."""
    return sentence("Is it safe to speak about {name}?", name=file.name)


def silence_says(line: SilenceLine) -> Sentence:
    """How many flags came in, and how many one would expect."""
    expected = round(line.expected) if line.expected >= WHOLE_FROM else line.expected
    weeks = ((line.until_date - line.from_date).days + 1) // 7
    if line.by == "size":
        return counted(
            "One flag in {weeks} weeks, from {start} to {end}; about {expected} would be usual for a client of this size.",
            "{n} flags in {weeks} weeks, from {start} to {end}; about {expected} would be usual for a client of this size.",
            line.observed,
            weeks=weeks,
            expected=expected,
            start=line.from_date,
            end=line.until_date,
        )
    return counted(
        "One flag in {weeks} weeks, from {start} to {end}; about {expected} would be usual by the client’s own past.",
        "{n} flags in {weeks} weeks, from {start} to {end}; about {expected} would be usual by the client’s own past.",
        line.observed,
        weeks=weeks,
        expected=expected,
        start=line.from_date,
        end=line.until_date,
    )


def silence_means() -> Sentence:
    """What silence is not, and what to do about it."""
    return sentence(
        "Few flags are a question, not good news. Ask the agents, and see that they know where to tell and that it is safe."
    )


def checklist_titles(file: ClientFile, language: str) -> dict[str, str]:
    """The titles of the file's checklists, as they were when the file was gathered."""
    return {check.checklist: check.title.get(language, check.checklist) for check in file.checks}


def event_says(event: EventLine, titles: Mapping[str, str] | None = None) -> Sentence:
    """What was done; `titles` names checklists by their code (`checklist_titles`)."""
    text = (titles or {}).get(event.text, event.text) if event.kind == "check" else event.text
    return sentence(_EVENTS[event.kind], text=brief(text)) if event.kind in _EVENTS else Sentence(event.kind)


def brief(text: str) -> str:
    """`text`, cut after a word when it is long."""
    return text if len(text) <= LENGTH else text[: LENGTH - 1].rsplit(" ", 1)[0] + "…"
