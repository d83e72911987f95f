"""What an officer finds out: questions to the client, verifications, private notes, stepping aside."""

from __future__ import annotations

import datetime as dt
from typing import Final

import streamlit as st

from ethics.database import today
from ethics.escape import markdown
from ethics.language import Reader
from ethics.pages import desk, look
from ethics.triage import handlers, inquiries
from ethics.triage.card import FlagCard, QuestionLine, VerificationLine
from ethics.triage.models import METHOD_NAMES, RESULT_NAMES, Method, Result
from ethics.triage.pages.drafts import KEPT, field, forget

_RESULT_LOOK: Final = {
    Result.SUPPORTS: ("orange", "flag"),
    Result.CONTRADICTS: ("green", "check"),
    Result.UNCLEAR: ("gray", "help"),
}
#: A client gets this long to answer, unless the officer sets another day.
_USUAL_WAIT: Final = dt.timedelta(days=14)
_DAY: Final = dt.timedelta(days=1)


def show(t: Reader, flag: FlagCard) -> None:
    """Questions to the client and verifications: what is known, then the forms."""
    for question in flag.questions:
        _question(t, flag, question)
    for verification in flag.verifications:
        _verification(t, verification)
    with st.expander(t("Ask the client a question"), icon=":material/contact_support:", key=f"{flag.id}_client_box"):
        _ask_client(t, flag)
    with st.expander(t("Note what a check showed"), icon=":material/fact_check:", key=f"{flag.id}_verify_box"):
        _verify(t, flag)


def _question(t: Reader, flag: FlagCard, question: QuestionLine) -> None:
    with st.container(border=True, gap="xsmall", key=f"question_{question.id}"):
        if question.days is None:
            state = f":green-badge[:material/check: {t('Answered {day}', day=question.answered_on)}]"
        else:
            state = look.clock(t, question.days)
        asked = t("Asked the client {day}, answer due {due}", day=question.asked_on, due=question.due_on)
        st.markdown(f"{state} {asked}")
        st.code(question.text, language=None, wrap_lines=True)
        if question.days is None:
            st.markdown(f":material/reply: {t('“{text}”', text=markdown(question.answer))}")
            return
        st.caption(t("Copy the question from here: it says nothing of the reporter."))
        st.text_area(
            t("What the client answered"),
            max_chars=inquiries.LONGEST,
            key=field(question.id, "heard"),
            persist_state=KEPT,
        )
        if st.button(t("Save the client's answer"), key=f"heard_{question.id}"):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    inquiries.note_client_answer(tx, actor, question.id, st.session_state[f"{question.id}_heard"])
                forget(question.id, "heard")
                st.rerun()


def _ask_client(t: Reader, flag: FlagCard) -> None:
    if flag.withheld:
        st.caption(t("Ask for the client's name first: nobody can judge a promise without knowing whose it is."))
        return
    st.caption(t("Write in your own words: nothing that names the reporter or quotes the flag."))
    st.text_area(
        t("Question to the client"), max_chars=inquiries.LONGEST, key=field(flag.id, "client"), persist_state=KEPT
    )
    due = st.date_input(
        t("Answer due by"),
        min_value=today() + _DAY,
        max_value=today() + inquiries.LONGEST_WAIT,
        format=look.date_input_format(t),
        key=field(flag.id, "due", today() + _USUAL_WAIT),
        persist_state=KEPT,
    )
    if st.button(t("Save the question"), key=f"{flag.id}_client_go"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                day = due if isinstance(due, dt.date) else today()
                inquiries.ask_client(tx, actor, flag.id, st.session_state[f"{flag.id}_client"], day)
            forget(flag.id, "client", "due")
            st.toast(t("Saved. Copy the question and send it to the client."), icon=":material/check:")
            st.rerun()


def _verification(t: Reader, line: VerificationLine) -> None:
    colour, icon = _RESULT_LOOK[Result(line.result)]
    badge = f":{colour}-badge[:material/{icon}: {t(RESULT_NAMES[Result(line.result)])}]"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"{badge} {t(METHOD_NAMES[Method(line.method)])} · {t.date(line.done_on)}")
        st.markdown(t("“{text}”", text=markdown(line.text)))


def _verify(t: Reader, flag: FlagCard) -> None:
    left, right = st.columns(2)
    method = left.selectbox(
        t("How it was checked"),
        [code.value for code in Method],
        index=None,
        placeholder=t("Choose"),
        format_func=lambda code: t(METHOD_NAMES[Method(code)]),
        key=field(flag.id, "method", None),
        persist_state=KEPT,
    )
    done_on = right.date_input(
        t("Checked on"),
        max_value=today(),
        format=look.date_input_format(t),
        key=field(flag.id, "done", today()),
        persist_state=KEPT,
    )
    result = st.segmented_control(
        t("What it showed"),
        [code.value for code in Result],
        format_func=lambda code: t(RESULT_NAMES[Result(code)]),
        key=field(flag.id, "result", None),
        persist_state=KEPT,
    )
    st.text_area(
        t("What was seen"),
        max_chars=inquiries.LONGEST_FINDING,
        key=field(flag.id, "seen"),
        persist_state=KEPT,
        placeholder=t("What you checked, and what it showed. Nobody's name."),
    )
    if st.button(t("Save the check"), key=f"{flag.id}_verify_go"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                inquiries.verify(
                    tx,
                    actor,
                    flag.id,
                    method=method or "",
                    result=result or "",
                    text=st.session_state[f"{flag.id}_seen"],
                    done_on=done_on if isinstance(done_on, dt.date) else today(),
                )
            forget(flag.id, "method", "done", "result", "seen")
            st.rerun()


def notes(t: Reader, flag: FlagCard) -> None:
    """The officers' private notes, and the way out for an officer who stands too near."""
    for note in flag.notes:
        with st.container(gap=None):
            st.caption(" · ".join(part for part in (markdown(note.by), t.value(note.at)) if part))
            st.markdown(markdown(note.text))
    st.text_area(
        t("Private note"),
        max_chars=inquiries.LONGEST,
        key=field(flag.id, "note"),
        persist_state=KEPT,
        help=t("Officers read it; the reporter, the client and the managers never do."),
    )
    if st.button(t("Save the note"), key=f"{flag.id}_note_go"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                inquiries.add_note(tx, actor, flag.id, st.session_state[f"{flag.id}_note"])
            forget(flag.id, "note")
            st.rerun()
    with st.popover(t("Step aside…"), icon=":material/logout:", type="tertiary"):
        st.markdown(
            t(
                "If you stand too near the client or the people in this flag, leave it to the other officers. "
                "You will not see it again."
            )
        )
        if st.button(t("Step aside from this flag"), key=f"{flag.id}_aside"):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    handlers.step_aside(tx, actor, flag.id)
                st.session_state.pop("triage_flag", None)
                st.toast(t("You have stepped aside; the other officers handle it."), icon=":material/check:")
                st.rerun()
