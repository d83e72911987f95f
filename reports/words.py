"""What a client file says, in sentences: the verdict, its reasons, the decision asked for. Screen and paper share them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from ethics.clients.models import SECTORS
from ethics.language import Reader, Sentence, counted, mark, sentence
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK, SEVERITY_WORDS
from ethics.risk.alarms import AlarmLine
from ethics.risk.words import DIMENSION_NAMES
from reports.client_file import CheckLine, ClientFile, DimensionLine

_VERDICTS: Final = {
    "fair_play": mark("{name} plays fair: what was sold roughly matches what customers get."),
    "watch": mark("{name} needs watching: some promises do not hold."),
    "remedy": mark("{name} must repair: promises break too often to go on like this."),
    "no_thanks": mark("With {name} we cannot go on with a straight back unless a lot changes."),
    "unknown": mark("Too little is known of {name} to say anything yet."),
}
_ASKED: Final = {
    "fair_play": mark("Decision asked for: continue, and look again in six months."),
    "watch": mark("Decision asked for: continue, tell the client what we see, and look again in three months."),
    "remedy": mark(
        "Decision asked for: agree on a remedy plan with dates with the client, and look again in six weeks."
    ),
    "no_thanks": mark("Decision asked for: pause the sales or say “no thanks”. Two people decide together."),
    "unknown": mark("Decision asked for: none yet. Gather contacts and flags first."),
}
CONCLUSIONS: Final = {
    "yes": mark("Yes"),
    "conditions": mark("With conditions"),
    "no": mark("Not yet"),
    "open": mark("Too few answers"),
}
FLOORS: Final = {
    "proved_severity_4": mark("A grave mismatch has been proved; the score cannot be lower than {points}."),
    "failed_knockout": mark("An absolute requirement of a checklist failed; the score cannot be lower than {points}."),
}
#: Dimensions that count no mismatches: what they are read from, and why they may be unknown.
READ_FROM: Final = {
    "response": mark("from the answers to questions, and from broken promises that are still sold"),
    "agent_burden": mark("from published sick leave, not from mismatches"),
}
_UNKNOWN: Final = {
    "response": mark("nothing has been asked of the client, and no promise proved broken"),
    "agent_burden": mark("no yearly ratio of sick leave has been published of this client"),
}
#: A score is compared with the one so many weeks before.
_MOVED_WEEKS: Final = 8
#: A promise withdrawn so long before a silence may explain part of it.
_WITHDRAWN_WEEKS: Final = 52


def failed(check: CheckLine, language: str) -> list[str]:
    """The absolute requirements that failed, each with its question where the checklist has it."""
    questions = [*check.failed_questions, *({} for _ in check.failed_knockouts)]
    pairs = zip(check.failed_knockouts, questions, strict=False)
    return [f"{item} {question.get(language, '')}".strip() for item, question in pairs]


def sector(file: ClientFile) -> Sentence | str:
    """The line of business: said in the reader's language when it is a common one, else as the file wrote it."""
    return Sentence(file.sector) if file.sector in SECTORS else file.sector or ""


def verdict(file: ClientFile) -> Sentence:
    """The verdict in one sentence."""
    return sentence(_VERDICTS[file.band], name=file.name)


def decision_asked(file: ClientFile) -> Sentence:
    """What the reader is asked to decide."""
    return sentence(_ASKED[file.band])


def likely(file: ClientFile) -> Sentence:
    """The interval in words."""
    if file.score is None:
        return sentence("There is no score: nothing has been counted yet.")
    return sentence(
        "Likely between {low} and {high} (95% interval).", low=round(file.low or 0), high=round(file.high or 0)
    )


def evidence(file: ClientFile) -> Sentence:
    """How much the figures rest on."""
    return counted(
        "One mismatch in {contacts} contacts.",
        "{n} mismatches in {contacts} contacts.",
        file.mismatches,
        contacts=file.contacts,
    )


def moved(file: ClientFile) -> Sentence | None:
    """How far the score has moved in eight weeks; None where that is not known or another policy scored then."""
    then = file.as_of - dt.timedelta(weeks=_MOVED_WEEKS)
    week = next((line for line in reversed(file.history) if line.as_of <= then), None)
    if file.score is None or week is None or week.score is None or week.policy_version != file.policy_version:
        return None
    points = round(file.score) - round(week.score)
    if not points:
        return sentence("Unchanged in eight weeks.")
    if points > 0:
        return counted("Up one point in eight weeks.", "Up {n} points in eight weeks.", points)
    return counted("Down one point in eight weeks.", "Down {n} points in eight weeks.", -points)


def raised(alarm: AlarmLine) -> Sentence:
    """The mismatches in the weeks that raised an alarm, beside what was to be expected where that was known."""
    weeks = [week for week in alarm.weeks if week.expected is not None] or list(alarm.weeks)
    n = sum(week.mismatches for week in weeks)
    span = counted("in one week", "in {n} weeks", len(weeks))
    if weeks and weeks[0].expected is None:
        return counted("One mismatch {span}", "{n} mismatches {span}", n, span=span)
    expected = round(float(sum(week.expected or 0 for week in weeks)), 1)
    return counted(
        "One mismatch {span}, where {expected} were to be expected",
        "{n} mismatches {span}, where {expected} were to be expected",
        n,
        span=span,
        expected=expected,
    )


def quiet_reason(file: ClientFile) -> Sentence | None:
    """A promise withdrawn that may explain part of a silence; None where there is neither."""
    if file.silence is None:
        return None
    since = file.silence.from_date - dt.timedelta(weeks=_WITHDRAWN_WEEKS)
    days = [e.day for e in file.events if e.kind == "withdrawn" and since <= e.day <= file.silence.until_date]
    if not days:
        return None
    return sentence("A promise was withdrawn on {day}: part of the quiet may be that it helped.", day=max(days))


def rests_on(line: DimensionLine, t: Reader) -> str:
    """What a dimension rests on: its mismatches by severity as they weigh today, or what it is read from."""
    if line.matters and not line.matters[1]:
        return t("nothing to answer or to repair yet; this is what is believed beforehand")
    if line.matters:
        wrong, matters = (t.number(n, 0 if n == round(n) else 1) for n in line.matters)
        return t(
            "{wrong} of {matters} matters went wrong: questions that came due, promises proved broken",
            wrong=wrong,
            matters=matters,
        )
    if line.name in READ_FROM:
        return t(READ_FROM[line.name])
    found = [(severity, n) for severity, n in enumerate(line.evidence) if severity and round(n, 1) > 0]
    if not found:
        return t("no mismatch counts today")
    return " · ".join(f"{t(SEVERITY_WORDS[severity])} {t.number(n, 1)}" for severity, n in found)


def unknown_because(name: str) -> str:
    """Why a dimension is not known, as marked English."""
    return _UNKNOWN.get(name, mark("nothing has been counted yet"))


def reasons(file: ClientFile) -> tuple[Sentence, ...]:
    """At most three reasons for the score, strongest first."""
    found: list[Sentence] = []
    if file.floor:
        found.append(sentence(FLOORS[file.floor], points=round(file.band_limits[1])))
    kinds = [c for c in file.categories if c.confirmed and c.category not in NORMAL_WORK]
    largest = max(kinds, key=lambda c: c.confirmed, default=None)
    if largest is not None:
        found.append(
            sentence(
                "Most often: {category}, {n} confirmed.",
                category=Sentence(CATEGORIES[largest.category].name),
                n=largest.confirmed,
            )
        )
    broken = [p for p in file.promises if p.verdict == "broken" and p.withdrawn_on is None]
    if broken:
        found.append(
            sentence("A promise proved broken: “{text}”", text=short(max(broken, key=lambda p: p.mismatches).text))
        )
    if file.overdue_flags:
        found.append(
            counted(
                "One flag has waited more than 7 days for a decision; it counts as reported.",
                "{n} flags have waited more than 7 days for a decision; they count as reported.",
                file.overdue_flags,
            )
        )
    if file.weakest is not None and file.mismatches:
        found.append(sentence("The weakest link: {dimension}.", dimension=Sentence(DIMENSION_NAMES[file.weakest])))
    if not found and file.contacts:
        found.append(sentence("No confirmed mismatch in {contacts} contacts.", contacts=file.contacts))
    if file.normal_work and len(found) < 3:
        found.append(
            counted(
                "One disappointment or open outage was normal work: it does not count.",
                "{n} disappointments and open outages were normal work: they do not count.",
                file.normal_work,
            )
        )
    return tuple(found[:3])


def short(text: str, length: int = 140) -> str:
    """`text`, cut after a word when it is longer."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
