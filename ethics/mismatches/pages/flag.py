"""Flag: an agent says, between two calls, that something is not as the customer was promised."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from ethics.access import Permission
from ethics.clients import clients
from ethics.database import today
from ethics.mismatches import flags
from ethics.mismatches.models import Disclosed
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, SEVERITIES
from ethics.pages import desk, look


def _sent(here: desk.Desk) -> None:
    """After sending: what happens now."""
    t = here.t
    look.title(t("Sent. Thank you for telling."), t("The fair-play officer answers within 7 days."))
    st.markdown(
        t("You find the answer on the page My flags. If the flag is confirmed, it counts in the client's score.")
    )
    with st.container(horizontal=True):
        if st.button(t("Another flag"), type="primary", key="another"):
            for key in [k for k in st.session_state if str(k).startswith("flag_")]:
                del st.session_state[key]
            st.rerun()
        st.page_link("ethics/mismatches/pages/my_flags.py", label=t("My flags"), icon=":material/inbox:")


def _consequences(here: desk.Desk) -> None:
    t = here.t
    with st.container(border=True):
        st.markdown(f"**{t('What happens next')}**")
        st.markdown(f":material/mark_email_read: {t('The officer answers within 7 days.')}")
        st.markdown(f":material/campaign: {t('If it is true, it counts in the client’s score.')}")
        st.markdown(
            f":material/sentiment_satisfied: {t('A disappointment or an openly told outage is normal work: it never counts against a client.')}"
        )
        st.divider()
        st.markdown(f"**{t('Who sees your name')}**")
        st.caption(
            t(
                "You choose in question 5. Nobody joins your flags with your shifts or your absences: the system keeps no link between them."
            )
        )


def _form(here: desk.Desk, known: dict[int, str]) -> None:
    t = here.t
    st.session_state.setdefault("flag_submission", uuid4().hex)
    asked = st.query_params.get("client", "").casefold()
    first = next((number for number, name in known.items() if asked and name.casefold() == asked), None)
    options = list(known)
    client_id = st.selectbox(
        t("1 · Which client?"),
        options,
        index=options.index(first) if first is not None else None,
        format_func=known.__getitem__,
        placeholder=t("Choose the client"),
        key="flag_client",
    )
    category = st.pills(
        t("2 · What happened?"),
        list(CATEGORIES),
        format_func=lambda c: t(CATEGORIES[c].short),
        key="flag_category",
        wrap=True,
    )
    st.caption(t(CATEGORIES[category].means) if category else t("Choose the nearest one; its meaning shows here."))
    text = st.text_area(
        t("3 · What was promised, and what did the customer meet?"),
        max_chars=flags.MAX_TEXT,
        height=110,
        key="flag_text",
        placeholder=t(
            "For example: told 19.90 € for two years, the invoice says 34.90 €. Leave names and phone numbers out."
        ),
    )
    left, right = st.columns(2, gap="medium")
    with left:
        severity = st.selectbox(
            t("4 · How serious was it?"),
            list(SEVERITIES),
            index=None,
            format_func=lambda s: t(SEVERITIES[s]),
            placeholder=t("Choose the nearest"),
            key="flag_severity",
        )
    with right:
        met_on = look.date_field(t, t("When was the contact?"), today(), latest=today(), key="flag_met_on")
    certainty = st.segmented_control(
        t("How do you know?"),
        list(CERTAINTIES),
        format_func=lambda c: t(CERTAINTIES[c]),
        key="flag_certainty",
        wrap=True,
    )
    disclosed = st.radio(
        t("5 · Who may see your name?"),
        [Disclosed.CONFIDENTIAL.value, Disclosed.NAMED.value],
        key="flag_disclosed",
        format_func=lambda d: (
            t("Only the fair-play officer")
            if d == Disclosed.CONFIDENTIAL
            else t("The officer and the client's managers")
        ),
        captions=[t("Managers read the flag without your name."), t("They can ask you directly.")],
    )
    if st.button(t("Send the flag"), type="primary", key="flag_send"):
        draft = flags.Draft(
            client_id=client_id,
            category=category,
            severity=severity,
            certainty=certainty,
            text=text or "",
            met_on=met_on,
            disclosed=disclosed,
            submission=st.session_state["flag_submission"],
        )
        with desk.told(t):
            with desk.acting() as (tx, actor):
                flags.file(tx, actor, draft)
            st.session_state["flag_sent"] = True
            st.rerun()


def show() -> None:
    """The form, or what happens after it."""
    here = desk.allowed(Permission.FILE_FLAG)
    if st.session_state.get("flag_sent"):
        _sent(here)
        return
    with desk.reading() as tx:
        known = clients.names(tx, here.actor)
    look.title(
        here.t("What was not as promised?"),
        here.t("About a client's product or way of selling, never about a colleague. Takes under a minute."),
    )
    if not known:
        look.empty("storefront", here.t("No clients yet"), here.t("Clients come in from a file on the Import page."))
        return
    left, right = st.columns([5, 3], gap="large")
    with left:
        _form(here, known)
    with right:
        _consequences(here)


show()
