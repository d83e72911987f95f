"""Silence as a question: where fewer flags come in than one would expect. Never good news, never a finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader
from ethics.pages import look
from reports import risk_words, words
from reports.client_file import ClientFile
from reports.portfolio import Portfolio

#: So many clients are asked about; the downloaded table has all of them.
SHOWN: Final = 5


def clients(t: Reader, whole: Portfolio, go: Callable[[int], None]) -> None:
    """The clients of whom one hears too little; no section when there is none."""
    some = whole.quiet()
    if not some:
        return
    look.section(t("Where is it quiet?"), t.say(risk_words.silence_means()))
    for line in some[:SHOWN]:
        if line.silence is None:
            continue
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                asks = t("Is it safe to speak about {name}?", name=f"**{markdown(line.name)}**")
                st.markdown(f":material/hearing: {asks}", width="content")
                st.button(
                    t("Open"),
                    key=f"quiet_{line.client_id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=go,
                    args=(line.client_id,),
                )
            st.caption(t.say(risk_words.silence_says(line.silence)))
    more = len(some) - SHOWN
    if more > 0:
        st.caption(t.plural("One more in the downloaded table.", "{n} more in the downloaded table.", more))


def client(t: Reader, file: ClientFile) -> None:
    """The question about one client; nothing where there is none to ask."""
    if file.silence is None:
        return
    with st.container(border=True, key="silence"):
        look.section(t.say(risk_words.silence_asks(file)))
        reason = words.quiet_reason(file)
        says = t.say(risk_words.silence_says(file.silence)) + (" " + t.say(reason) if reason else "")
        st.markdown(f":material/hearing: {says}")
        st.caption(t.say(risk_words.silence_means()))
