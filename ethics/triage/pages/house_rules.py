"""The house's own answers, and the clients whose flags an officer leaves to others."""

from __future__ import annotations

import streamlit as st

from ethics.clients import clients
from ethics.language import LANGUAGES, Reader
from ethics.pages import desk
from ethics.triage import answers, handlers
from ethics.triage.outcomes import OUTCOMES


def show(here: desk.Desk) -> None:
    """Closed until it is needed; nothing is asked of the database before."""
    box = st.expander(here.t("Answers and conflicts"), icon=":material/tune:", key="triage_rules", on_change="rerun")
    if box.open:
        with box:
            _answers(here)
            _conflicts(here)


def _answers(here: desk.Desk) -> None:
    t = here.t
    st.markdown(f"**{t('Answers to reporters')}**")
    outcome = st.selectbox(
        t("Outcome"), list(OUTCOMES), format_func=lambda code: f"{code} · {t(OUTCOMES[code].name)}", key="rules_outcome"
    )
    language = st.segmented_control(
        t("Language of the answer"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        default=t.language,
        required=True,
        key="rules_language",
    )
    key = f"rules_text_{outcome}_{language}"
    if key not in st.session_state:
        with desk.reading() as tx:
            st.session_state[key] = answers.template(tx, here.actor, outcome, language)
    st.text_area(t("Answer"), max_chars=answers.LONGEST, height=140, key=key)
    with st.container(horizontal=True):
        if st.button(t("Save the answer"), key="rules_save"):
            _change(t, outcome, language, st.session_state[key])
        if st.button(t("Back to the built-in one"), type="tertiary", key="rules_restore"):
            _change(t, outcome, language, "")


def _change(t: Reader, outcome: str, language: str, text: str) -> None:
    with desk.told(t):
        with desk.acting() as (tx, actor):
            answers.change_template(tx, actor, outcome, language, text)
        st.session_state.pop(f"rules_text_{outcome}_{language}", None)
        st.toast(t("Saved. New answers begin with these words."), icon=":material/check:")
        st.rerun()


def _conflicts(here: desk.Desk) -> None:
    t = here.t
    with desk.reading() as tx:
        names = {client.id: client.name for client in clients.visible(tx, here.actor)}
        declared = list(handlers.conflicts(tx, here.actor))
    st.markdown(f"**{t('Conflicts of interest')}**")
    chosen = st.multiselect(
        t("Clients that you stand too near"),
        list(names),
        default=declared,
        format_func=lambda number: names[number],
        placeholder=t("None"),
        help=t("Flags about them are left to the other officers."),
        key="rules_conflicts",
    )
    if st.button(t("Save the conflicts"), key="rules_conflicts_save"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                handlers.declare_conflicts(tx, actor, {number for number in chosen if number is not None})
            st.session_state["triage_flag"] = None
            st.toast(t("Saved. You no longer see flags about these clients."), icon=":material/check:")
            st.rerun()
