"""My flags: what one filed, and what came of it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import mark
from ethics.mismatches import flags
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES
from ethics.pages import desk, look

_STATES: Final = {
    Decision.OPEN: ("gray", "hourglass_empty", mark("Waiting for the officer")),
    Decision.CONFIRMED: ("green", "check", mark("Confirmed")),
    Decision.DISMISSED: ("gray", "close", mark("Not a mismatch")),
}


def show() -> None:
    """One card a flag, newest first."""
    here = desk.allowed(Permission.FILE_FLAG)
    t = here.t
    with desk.reading() as tx:
        own = flags.own(tx, here.actor)
    answered = sum(flag.status != Decision.OPEN for flag in own)
    if not own:
        look.title(t("You have not flagged anything yet"))
        look.empty("inbox", t("Nothing here"), t("What you send on the page Flag is followed here."))
        return
    look.title(
        t("{answered} of your {n} flags have an answer", answered=answered, n=len(own))
        if answered
        else t("Your flags wait for an answer"),
        t("The officer answers within 7 days."),
    )
    for flag in own:
        colour, icon, state = _STATES[Decision(flag.status)]
        with st.container(border=True):
            st.markdown(f"**{markdown(flag.client)}** · {t(CATEGORIES[flag.category].name)}")
            st.markdown(
                f":{colour}-badge[:material/{icon}: {t(state)}] :gray-badge[{t('sent {day}', day=flag.filed_on)}]"
            )
            st.markdown(f"“{markdown(flag.text)}”")
            if flag.answer:
                st.markdown(f":material/reply: {markdown(flag.answer)}")


show()
