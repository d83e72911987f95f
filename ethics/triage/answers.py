"""The answers that outcomes send: the house's own wording where an officer wrote one, else the built-in one."""

from __future__ import annotations

from sqlmodel import Session

from ethics import audit
from ethics.access import Actor, Permission
from ethics.language import LANGUAGES, Refused, reader
from ethics.triage.models import AnswerTemplate
from ethics.triage.outcomes import OUTCOMES

LONGEST = 2000


def template(tx: Session, actor: Actor, outcome: str, language: str) -> str:
    """The answer of an outcome in a language. Raises Refused for an unknown outcome."""
    actor.require(Permission.TRIAGE)
    return wording(tx, outcome, language)


def wording(tx: Session, outcome: str, language: str) -> str:
    """As `template`, for verbs that have checked who asks."""
    if outcome not in OUTCOMES:
        raise Refused("Choose one of the answers that are offered.")
    own = tx.get(AnswerTemplate, (outcome, language if language in LANGUAGES else "en"))
    return own.text if own is not None else reader(language)(OUTCOMES[outcome].answer)


def change_template(tx: Session, actor: Actor, outcome: str, language: str, text: str) -> None:
    """Set the house's own answer; an empty text brings the built-in one back. Raises Refused."""
    actor.require(Permission.TRIAGE)
    if outcome not in OUTCOMES or language not in LANGUAGES:
        raise Refused("Choose one of the answers that are offered.")
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused("The text is too long: {n} characters at most.", n=LONGEST)
    own = tx.get(AnswerTemplate, (outcome, language))
    if own is not None:
        tx.delete(own)
        tx.flush()
    if text and text != reader(language)(OUTCOMES[outcome].answer):
        tx.add(AnswerTemplate(outcome=outcome, language=language, text=text))
    audit.record(tx, actor, "change answer", outcome, language=language)
    tx.flush()
