"""What agents told about a client, as the client's page shows it: their words, by four-week period, and good news."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader, mark
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES, GOOD, SEVERITY_WORDS
from ethics.pages import desk, look
from ethics.triage.told import PAGE, Told, told

_STATES: Final = {
    Decision.OPEN: ("gray", "hourglass_empty", mark("Undecided")),
    Decision.CONFIRMED: ("orange", "check", mark("Confirmed")),
    Decision.DISMISSED: ("gray", "close", mark("Dismissed")),
}


def show(here: desk.Desk, client_id: int) -> None:
    """The section: flags a page at a time, then thanks."""
    t = here.t
    key = f"told_page_{client_id}"
    page = int(st.session_state.get(key, 0))
    with desk.reading() as tx:
        found = told(tx, here.actor, client_id, page=page)
    look.section(
        t("In the agents' own words"),
        t(
            "Named flags at once; the others when their four weeks have ended, without a name or a day. "
            "People's names and numbers are masked."
        ),
    )
    if not found.of:
        look.empty("format_quote", t("Nothing to read yet"), t("What agents write of this client is shown here."))
    for flag in found.flags:
        colour, icon, state = _STATES[Decision(flag.status)]
        with st.container(border=True, gap="xsmall"):
            st.markdown(t("“{text}”", text=markdown(flag.text)))
            if flag.experience:
                st.caption(t("The customer: {text}", text=markdown(flag.experience)))
            facts = [
                f":{colour}-badge[:material/{icon}: {t(state)}]",
                f":{look.SEVERITY_COLOUR[flag.severity]}-badge[{flag.severity} {t(SEVERITY_WORDS[flag.severity])}]",
                f":gray-badge[{t(CATEGORIES[flag.category].short)}]",
                f":gray-badge[{t('four weeks from {day}', day=flag.period)}]",
            ]
            if flag.reporter:
                facts.append(f":gray-badge[:material/person: {markdown(flag.reporter)}]")
            st.markdown(" ".join(facts))
    _pages(t, key, page, -(-found.of // PAGE))
    _good(t, found)


def _pages(t: Reader, key: str, page: int, pages: int) -> None:
    if pages < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("Later ones"), key=f"{key}_back", disabled=page == 0, icon=":material/arrow_back:"):
            st.session_state[key] = page - 1
            st.rerun()
        st.caption(t("Page {page} of {pages}", page=page + 1, pages=pages), width="content")
        if st.button(t("Older ones"), key=f"{key}_on", disabled=page + 1 >= pages, icon=":material/arrow_forward:"):
            st.session_state[key] = page + 1
            st.rerun()


def _good(t: Reader, found: Told) -> None:
    if not found.good:
        return
    look.section(
        t("Good news"),
        t.plural("{n} thank-you in a year", "{n} thank-yous in a year", found.thanks)
        + " · "
        + t.plural("{n} contact turned to good", "{n} contacts turned to good", found.turned),
    )
    for good in found.good:
        st.markdown(":material/sentiment_satisfied: " + t("“{text}”", text=markdown(good.text)))
        st.caption(f"{t(GOOD[good.kind])} · {t('four weeks from {day}', day=good.period)}")
