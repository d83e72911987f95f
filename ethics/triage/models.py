"""Tables of triage: private notes, questions to clients, verifications, conflicts of interest, answers' templates."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

from sqlmodel import Field

from ethics.database import Moment, Table
from ethics.language import mark
from ethics.mismatches.models import new_key, of_flag


class Method(StrEnum):
    """How a flag was verified."""

    TEST_PURCHASE = "purchase"
    RECORDING = "recording"
    DOCUMENT = "document"


METHOD_NAMES: Final = {
    Method.TEST_PURCHASE: mark("Test purchase"),
    Method.RECORDING: mark("Recording sample"),
    Method.DOCUMENT: mark("Document"),
}


class Result(StrEnum):
    """What a verification showed."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    UNCLEAR = "unclear"


RESULT_NAMES: Final = {
    Result.SUPPORTS: mark("Supports the flag"),
    Result.CONTRADICTS: mark("Contradicts the flag"),
    Result.UNCLEAR: mark("Unclear"),
}


class Note(Table, table=True):
    """An officer's private note: other officers read it, the reporter and the managers never."""

    __tablename__ = "triage_note"

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    flag_id: str = of_flag(index=True)
    text: str = Field(max_length=4000)
    written_by: int | None = Field(default=None, foreign_key="user_account.id")
    written_at: dt.datetime = Field(sa_type=Moment)


class ClientQuestion(Table, table=True):
    """A question to the client about a flag, with the day its answer is due. It shows no reporter."""

    __tablename__ = "client_question"

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    flag_id: str = of_flag(index=True)
    text: str = Field(max_length=4000)
    asked_on: dt.date
    due_on: dt.date
    asked_by: int | None = Field(default=None, foreign_key="user_account.id")
    answer: str = Field(default="", max_length=4000)
    answered_on: dt.date | None = None


class Verification(Table, table=True):
    """A test purchase, a recording sample or a document: its result with a date."""

    __tablename__ = "verification"

    id: str = Field(default_factory=new_key, primary_key=True, max_length=32)
    flag_id: str = of_flag(index=True)
    method: str = Field(max_length=10)
    done_on: dt.date
    result: str = Field(max_length=12)
    text: str = Field(max_length=2000)
    done_by: int | None = Field(default=None, foreign_key="user_account.id")


class AnswerTemplate(Table, table=True):
    """The house's own wording of an outcome's answer; the built-in one holds where there is none."""

    __tablename__ = "answer_template"

    outcome: str = Field(primary_key=True, max_length=3)
    language: str = Field(primary_key=True, max_length=2)
    text: str = Field(max_length=2000)
