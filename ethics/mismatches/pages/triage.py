"""Triage: the officer reads a flag, confirms or dismisses it with a reason, and answers the reporter."""

from __future__ import annotations

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches import triage
from ethics.mismatches.models import Decision, Disclosed
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, SEVERITIES, SEVERITY_WORDS
from ethics.pages import desk, look


def _headline(t: Reader, state: triage.QueueCount) -> str:
    if state.late:
        late = t.plural("{n} flag is late", "{n} flags are late", state.late)
        return late + (t(", the next is due {day}", day=state.next_due) if state.next_due else "")
    if state.next_due:
        return t("Nothing is late; the next is due {day}", day=state.next_due)
    return t("Every flag has a decision")


def _who(t: Reader, disclosed: str) -> str:
    if disclosed == Disclosed.NAMED:
        return f":gray-badge[:material/person: {t('Named')}]"
    if disclosed == Disclosed.CONFIDENTIAL:
        return f":gray-badge[:material/lock: {t('Confidential')}]"
    return f":gray-badge[:material/upload_file: {t('Imported')}]"


def _queue(here: desk.Desk, rows: list[triage.QueueRow], chosen: str | None) -> None:
    t = here.t
    for row in rows:
        with st.container(border=True, key=f"card_{row.id}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"**{markdown(row.client)}** · {t(CATEGORIES[row.category].name)}", width="content")
                reading = row.id == chosen
                if st.button(t("Reading") if reading else t("Read"), key=f"read_{row.id}", disabled=reading):
                    st.session_state["triage_flag"] = row.id
                    st.rerun()
            severity = f":{look.SEVERITY_COLOUR[row.severity]}-badge[{row.severity} {t(SEVERITY_WORDS[row.severity])}]"
            st.markdown(f"{look.clock(t, row.days)} {severity} {_who(t, row.disclosed)}")


def _card(here: desk.Desk, flag_id: str) -> None:
    t = here.t
    with desk.reading() as tx:
        card = triage.card(tx, here.actor, flag_id)
    with st.container(border=True, key="triage_card"):
        look.section(t(CATEGORIES[card.category].name), f"{markdown(card.client)} · {_when(t, card)}")
        st.markdown(f"**“{markdown(card.text)}”**" if card.text else f"*{t('The flag came without words.')}*")
        st.caption(f"{t(CERTAINTIES[card.certainty])} · {t(SEVERITIES[card.severity])}")
        if card.disclosed == Disclosed.CONFIDENTIAL:
            st.markdown(
                f":material/lock: **{t('Confidential.')}** {t('You see the name, nobody else does: {name}.', name=markdown(card.reporter))}"
            )
        elif card.disclosed == Disclosed.NAMED:
            st.markdown(f":material/person: **{t('Named.')}** {t('Filed by {name}.', name=markdown(card.reporter))}")
        _ruling(t, card)


def _when(t: Reader, card: triage.FlagCard) -> str:
    if card.met_on == card.filed_on:
        return t("contact and flag on {day}", day=card.filed_on)
    return t("flag on {day}, contact on {met}", day=card.filed_on, met=card.met_on)


def _ruling(t: Reader, card: triage.FlagCard) -> None:
    if card.status != Decision.OPEN:
        said = t("Confirmed") if card.status == Decision.CONFIRMED else t("Not a mismatch")
        st.markdown(f"**{said}**" + (f": {markdown(card.reason)}" if card.reason else ""))
    key = f"{card.id}_"
    decision = st.segmented_control(
        t("Decision"),
        [Decision.CONFIRMED.value, Decision.DISMISSED.value],
        key=key + "decision",
        format_func=lambda d: t("Confirm: it is a mismatch") if d == Decision.CONFIRMED else t("Dismiss: it is not"),
        default=card.status if card.status != Decision.OPEN else None,
    )
    categories, severities = list(CATEGORIES), list(SEVERITIES)
    category = st.selectbox(
        t("Category"),
        categories,
        index=categories.index(card.category),
        key=key + "category",
        format_func=lambda c: f"{c} · {t(CATEGORIES[c].name)}",
        help=t("Correct it if another one fits better."),
    )
    severity = st.selectbox(
        t("Severity"), severities, index=card.severity, key=key + "severity", format_func=lambda s: t(SEVERITIES[s])
    )
    promises = dict(card.promises)
    promise = st.selectbox(
        t("Which promise does it break?"),
        [None, *promises],
        key=key + "promise",
        index=[None, *promises].index(card.promise_id),
        format_func=lambda p: t("None in the ledger") if p is None else promises[p],
    )
    reason = st.text_input(t("Reason, for the file"), value=card.reason, max_chars=2000, key=key + "reason")
    answer = ""
    if card.disclosed == Disclosed.IMPORTED:
        st.caption(t("This flag came from a file: there is nobody to answer."))
    else:
        answer = (
            st.text_area(
                t("Answer to the reporter"),
                value=card.answer,
                max_chars=2000,
                key=key + "answer",
                placeholder=t("Plain words: what you found and what happens now."),
            )
            or ""
        )
    if st.button(
        t("Decide and answer") if card.disclosed != Disclosed.IMPORTED else t("Decide"),
        type="primary",
        key=key + "decide",
    ):
        ruling = triage.Ruling(decision or "", category, severity, promise, reason or "", answer)
        with desk.told(t):
            with desk.acting() as (tx, actor):
                triage.decide(tx, actor, card.id, ruling)
            st.session_state.pop("triage_flag", None)
            st.toast(t("Decided. The client's score is up to date."), icon=":material/check:")
            st.rerun()


def show() -> None:
    """The queue on the left, the flag on the right (below it on a phone)."""
    here = desk.allowed(Permission.TRIAGE)
    t = here.t
    decided = st.session_state.get("triage_view") == "decided"
    page = int(st.session_state.get("triage_page", 0))
    with desk.reading() as tx:
        state = triage.count(tx, here.actor)
        rows = triage.queue(tx, here.actor, decided=decided, page=page)
    look.title(
        _headline(t, state),
        t.plural("{n} waits for a decision", "{n} wait for a decision", state.open)
        + " · "
        + t("an undecided flag counts as reported after day 7"),
    )
    st.segmented_control(
        t("Show"),
        ["open", "decided"],
        default="open",
        required=True,
        key="triage_view",
        label_visibility="collapsed",
        format_func=lambda v: t("Waiting · {n}", n=state.open) if v == "open" else t("Decided · {n}", n=state.decided),
        on_change=lambda: st.session_state.update(triage_page=0, triage_flag=None),
    )
    if not rows:
        look.empty(
            "task_alt", t("Nothing waits here"), t("New flags appear as agents send them or files bring them in.")
        )
        return
    chosen = st.session_state.get("triage_flag")
    if chosen not in {row.id for row in rows}:
        chosen = rows[0].id
    left, right = st.columns([5, 4], gap="large")
    with left:
        _queue(here, rows, chosen)
        total = state.decided if decided else state.open
        pages = -(-total // triage.PAGE)
        if pages > 1:
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(t("Earlier ones"), key="triage_back", disabled=page == 0, icon=":material/arrow_back:"):
                    st.session_state.update(triage_page=page - 1)
                    st.rerun()
                st.caption(t("Page {page} of {pages}", page=page + 1, pages=pages), width="content")
                if st.button(
                    t("Next ones"), key="triage_next", disabled=page + 1 >= pages, icon=":material/arrow_forward:"
                ):
                    st.session_state.update(triage_page=page + 1)
                    st.rerun()
    with right, desk.told(t):
        _card(here, chosen)


show()
