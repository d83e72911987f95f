"""Finding out: ask the reporter, ask the client, verify, and the officers' private notes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from sqlmodel import Session

from ethics import audit, changes
from ethics.access import Actor, Permission
from ethics.database import now, today
from ethics.language import NotFound, Refused
from ethics.mismatches import thread
from ethics.mismatches.models import Disclosed, Flag, Side
from ethics.people.models import User
from ethics.triage.handlers import acted_on, handled
from ethics.triage.models import ClientQuestion, Method, Note, Result, Verification

LONGEST: Final = 4000
LONGEST_FINDING: Final = 2000
MIN_TEXT: Final = 3
LONGEST_WAIT: Final = dt.timedelta(days=90)


def _text(text: str, longest: int = LONGEST) -> str:
    text = text.strip()
    if len(text) < MIN_TEXT:
        raise Refused("Write a few words first.")
    if len(text) > longest:
        raise Refused("The text is too long: {n} characters at most.", n=longest)
    return text


def ask_reporter(tx: Session, actor: Actor, flag_id: str, text: str) -> None:
    """Ask the reporter: the clocks stand still until the reply, fourteen days at most. Raises Refused, NotFound."""
    flag = acted_on(tx, actor, flag_id)
    if flag.disclosed == Disclosed.IMPORTED:
        raise Refused("This flag came from a file: there is nobody to answer.")
    if flag.closed:
        raise Refused("The reporter has closed this flag and reads no more messages.")
    thread.add(tx, flag, Side.OFFICER, _text(text), on=today())
    if flag.waiting_since is None:
        flag.waiting_since = today()
    if flag.acknowledged_on is None:
        flag.acknowledged_on = today()
    audit.record(tx, actor, "ask reporter", flag.id)
    tx.flush()


def ask_client(tx: Session, actor: Actor, flag_id: str, text: str, due_on: dt.date) -> str:
    """Note a question to the client with the day its answer is due; returns its key. It shows no reporter.

    Raises Refused when the question holds the reporter's name, or the day is not within the next ninety.
    """
    flag = acted_on(tx, actor, flag_id)
    text = _text(text)
    if flag.withheld:
        raise Refused("Ask for the client's name first: nobody can judge a promise without knowing whose it is.")
    if not today() < due_on <= today() + LONGEST_WAIT:
        raise Refused("The answer must be due within the next {n} days.", n=LONGEST_WAIT.days)
    if _points_at_reporter(tx, flag, text):
        raise Refused("The question names the reporter or quotes the flag word for word. Ask in your own words.")
    question = ClientQuestion(flag_id=flag.id, text=text, asked_on=today(), due_on=due_on, asked_by=actor.user_id)
    tx.add(question)
    audit.record(tx, actor, "ask client", flag.id, due=due_on.isoformat())
    changes.announce(tx, {flag.client_id})
    return question.id


#: So many words in a row are the reporter's voice: the client could recognise who speaks.
QUOTED_WORDS: Final = 8


def _points_at_reporter(tx: Session, flag: Flag, text: str) -> bool:
    said = " ".join(text.casefold().split())
    if flag.reporter_id is not None:
        user = tx.get(User, flag.reporter_id)
        if user is not None and user.name.casefold() in said:
            return True
    return quotes(f"{flag.text} {flag.experience}", text)


def quotes(source: str, text: str) -> bool:
    """True when `text` repeats so many words of `source` in a row that its writer could be recognised."""
    words, said = _words(source), f" {' '.join(_words(text))} "
    runs = (" ".join(words[k : k + QUOTED_WORDS]) for k in range(len(words) - QUOTED_WORDS + 1))
    return any(f" {run} " in said for run in runs)


def _words(text: str) -> list[str]:
    """The words without punctuation: a comma more or less does not make a quote another text."""
    return re.findall(r"\w+", text.casefold())


def note_client_answer(tx: Session, actor: Actor, question_id: str, answer: str) -> None:
    """Note what the client answered, or correct the note: the day of the first one stays. Raises NotFound, Refused."""
    actor.require(Permission.TRIAGE)
    question = tx.get(ClientQuestion, question_id)
    if question is None:
        raise NotFound("There is no such flag.")
    flag = acted_on(tx, actor, question.flag_id)
    question.answer, question.answered_on = _text(answer), question.answered_on or today()
    audit.record(tx, actor, "note client answer", flag.id)
    changes.announce(tx, {flag.client_id})


def verify(tx: Session, actor: Actor, flag_id: str, *, method: str, result: str, text: str, done_on: dt.date) -> None:
    """Note a test purchase, a recording sample or a document: what it showed, and when. Raises Refused, NotFound."""
    flag = acted_on(tx, actor, flag_id)
    if method not in set(Method) or result not in set(Result):
        raise Refused("Choose one of the answers that are offered.")
    if done_on > today():
        raise Refused("That day is in the future.")
    text = _text(text, LONGEST_FINDING)
    tx.add(
        Verification(flag_id=flag.id, method=method, result=result, text=text, done_on=done_on, done_by=actor.user_id)
    )
    audit.record(tx, actor, "verify flag", flag.id, method=method, result=result)
    tx.flush()


def add_note(tx: Session, actor: Actor, flag_id: str, text: str) -> None:
    """Add a private note, for officers only. Raises Refused, NotFound."""
    flag = handled(tx, actor, flag_id)
    tx.add(Note(flag_id=flag.id, text=_text(text), written_by=actor.user_id, written_at=now()))
    tx.flush()
