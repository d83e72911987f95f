"""What a client file says, in sentences: the verdict, its reasons, the decision asked for. Screen and paper share them."""

from __future__ import annotations

from typing import Final

from ethics.clients.models import SECTORS
from ethics.language import Sentence, counted, mark, sentence
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK
from reports.client_file import CheckLine, ClientFile

BAND_NAMES: Final = {
    "fair_play": mark("Fair play"),
    "watch": mark("Watch"),
    "remedy": mark("Remedy"),
    "no_thanks": mark("No thanks"),
    "unknown": mark("Not known yet"),
}
DIMENSION_NAMES: Final = {
    "product_truth": mark("Product truth"),
    "sales_conduct": mark("Sales conduct"),
    "customer_rights": mark("Customer rights"),
    "enablement": mark("Enablement"),
    "response": mark("Response"),
    "agent_burden": mark("Agent burden"),
    "floor": mark("Lifted by a floor"),
}
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
    broken = [p for p in file.promises if p.verdict == "broken"]
    if broken:
        found.append(
            sentence("A promise proved broken: “{text}”", text=_short(max(broken, key=lambda p: p.mismatches).text))
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


def _short(text: str, length: int = 140) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"
