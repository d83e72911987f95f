"""The thread of a flag as an officer sees it, and the question to the reporter."""

from __future__ import annotations

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches.clocks import LONGEST_PAUSE
from ethics.mismatches.models import Side
from ethics.mismatches.thread import LONGEST, Line
from ethics.pages import desk
from ethics.triage import inquiries
from ethics.triage.card import FlagCard
from ethics.triage.pages.drafts import KEPT, field, forget


def line(t: Reader, message: Line) -> None:
    """One message, with who wrote it, when, and whether the other side has read it."""
    ours = message.side == Side.OFFICER
    when = t.week(message.written_on) if message.week_only else t.date(message.written_on)
    facts = [t("To the reporter") if ours else t("From the reporter"), when]
    if ours:
        facts.append(t("read") if message.seen else t("not read yet"))
    with st.container(gap=None):
        st.caption(f":material/{'reply' if ours else 'chat'}: {' · '.join(facts)}")
        st.markdown(markdown(message.text) if message.text else f"*{t('The text has been deleted.')}*")


def show(t: Reader, flag: FlagCard) -> None:
    """The thread, and the form to ask the reporter."""
    if not flag.messages:
        st.caption(t("Nothing has been written yet."))
    for message in flag.messages:
        line(t, message)
    if flag.closed:
        st.caption(t("The reporter has closed this flag and reads no more messages."))
        return
    st.text_area(
        t("Question to the reporter"),
        max_chars=LONGEST,
        key=field(flag.id, "ask"),
        persist_state=KEPT,
        help=t("The clocks stand still until the reply, at most {n} days.", n=LONGEST_PAUSE),
    )
    if st.button(t("Ask the reporter"), key=f"{flag.id}_ask_go", icon=":material/send:"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                inquiries.ask_reporter(tx, actor, flag.id, st.session_state[f"{flag.id}_ask"])
            forget(flag.id, "ask")
            st.toast(
                t("Asked. The clocks stand still until the reply, at most {n} days.", n=LONGEST_PAUSE),
                icon=":material/check:",
            )
            st.rerun()
