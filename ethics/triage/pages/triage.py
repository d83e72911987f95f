"""Triage: the queue by what is due first, and beside it the flag to read, to find out about and to decide."""

from __future__ import annotations

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import NotFound, Reader
from ethics.mismatches.words import CATEGORIES
from ethics.pages import desk, look
from ethics.triage import queue
from ethics.triage.pages import badges, flag_card, house_rules


def _headline(t: Reader, state: queue.QueueCount) -> str:
    if state.whistles:
        waits = t.plural("{n} whistle waits for an answer", "{n} whistles wait for an answer", state.whistles)
        return f"{waits} · {t.plural('{n} flag is late', '{n} flags are late', state.late)}" if state.late else waits
    if state.late:
        late = t.plural("{n} flag is late", "{n} flags are late", state.late)
        return late + (t(", the next is due {day}", day=state.next_due) if state.next_due else "")
    if state.next_due:
        return t("Nothing is late; the next is due {day}", day=state.next_due)
    return t("Every flag has a decision")


def _badges(t: Reader, row: queue.QueueRow) -> str:
    found = [badges.whistle(t)] if row.whistle else []
    found += [badges.clock(t, row.status, row.outcome, row.days), badges.severity(t, row.severity)]
    found.append(badges.who(t, row.disclosed))
    found += [badges.waiting(t)] if row.waiting else []
    found += [badges.unread(t, row.unread)] if row.unread else []
    return " ".join(found)


def _queue(here: desk.Desk, rows: list[queue.QueueRow], chosen: str) -> None:
    t = here.t
    for row in rows:
        client = f"**{markdown(row.client)}**" if row.client else f"*{t('Client withheld')}*"
        with (
            st.container(border=True, key=f"card_{row.id}"),
            st.container(horizontal=True, wrap=False, vertical_alignment="center"),
        ):
            with st.container(gap=None):
                st.markdown(f"{client} · {t(CATEGORIES[row.category].name)}")
                st.markdown(_badges(t, row))
            reading = row.id == chosen
            if st.button(t("Reading") if reading else t("Read"), key=f"read_{row.id}", disabled=reading):
                st.session_state["triage_flag"] = row.id
                st.rerun()


def _turn(t: Reader, page: int, total: int) -> None:
    """Earlier and next ones, when they do not fit one page."""
    pages = -(-total // queue.PAGE)
    if pages <= 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button(t("Earlier ones"), key="triage_back", disabled=page == 0, icon=":material/arrow_back:")
        st.caption(t("Page {page} of {pages}", page=page + 1, pages=pages), width="content")
        on = st.button(t("Next ones"), key="triage_next", disabled=page + 1 >= pages, icon=":material/arrow_forward:")
    if back or on:
        st.session_state.update(triage_page=page - 1 if back else page + 1, triage_flag=None)
        st.rerun()


def show() -> None:
    """The queue on the left, the flag on the right (below it on a phone)."""
    here = desk.allowed(Permission.TRIAGE)
    t = here.t
    decided = st.session_state.get("triage_view") == "decided"
    page = int(st.session_state.get("triage_page", 0))
    with desk.reading() as tx:
        state = queue.count(tx, here.actor)
        rows = queue.queue(tx, here.actor, decided=decided, page=page)
        if not rows and page:
            page = 0
            rows = queue.queue(tx, here.actor, decided=decided)
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
        house_rules.show(here)
        return
    chosen = str(st.session_state.get("triage_flag") or rows[0].id)
    left, right = st.columns([4, 5], gap="large")
    with left:
        _queue(here, rows, chosen)
        _turn(t, page, state.decided if decided else state.open)
        house_rules.show(here)
    with right, desk.told(t):
        try:
            flag_card.show(here, chosen)
        except NotFound:
            st.session_state["triage_flag"] = None
            raise


show()
