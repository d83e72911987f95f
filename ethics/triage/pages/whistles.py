"""Whistles: proposals to stop a campaign, each answered within one working day. Never by whom."""

from __future__ import annotations

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, WHISTLE_ANSWERS
from ethics.pages import desk, look
from ethics.triage import whistles
from ethics.triage.pages import badges
from ethics.triage.pages.drafts import KEPT, field, forget
from ethics.triage.whistles import WhistleLine


def _about(t: Reader, line: WhistleLine) -> None:
    """What the whistle is about, in the reporter's words."""
    client = f"**{markdown(line.client)}**" if line.client else f"*{t('Client withheld')}*"
    place = [client, markdown(line.campaign), t(CATEGORIES[line.category].name)]
    st.markdown(" · ".join(part for part in place if part))
    if line.days is not None:
        state = look.clock(t, line.days)
    else:
        state = f":green-badge[:material/check: {t(WHISTLE_ANSWERS[line.decided or ''])}]"
    found = [state, badges.severity(t, line.severity)]
    if line.proposed:
        found.append(f":blue-badge[:material/rule: {t('Proposed by triage')}]")
    st.markdown(" ".join(found))
    st.markdown(
        f"**{t('“{text}”', text=markdown(line.text))}**" if line.text else f"*{t('The flag came without words.')}*"
    )
    when = t.week(line.filed_on) if line.week_only else t.date(line.filed_on)
    st.caption(f"{t(CERTAINTIES[line.certainty])} · {when}")


def _answer(t: Reader, line: WhistleLine, *, first: bool) -> None:
    """What was decided, and why."""
    decided = st.radio(
        t("What was decided?"),
        list(WHISTLE_ANSWERS),
        index=None,
        format_func=lambda code: t(WHISTLE_ANSWERS[code]),
        key=field(line.id, "decided", None),
        persist_state=KEPT,
    )
    st.text_area(
        t("Why?"),
        max_chars=whistles.MAX_ANSWER,
        key=field(line.id, "whistle"),
        persist_state=KEPT,
        placeholder=t("Whoever blew the whistle reads this: what was decided, and why."),
    )
    if st.button(t("Send the answer"), type="primary" if first else "secondary", key=f"{line.id}_whistle_go"):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                text = st.session_state[f"{line.id}_whistle"]
                whistles.answer(tx, actor, line.id, decided=decided or "", text=text)
            forget(line.id, "decided", "whistle")
            st.toast(t("Answered. Whoever blew the whistle can read it now."), icon=":material/check:")
            st.rerun()


def show() -> None:
    """The waiting ones with their forms, then the answered ones."""
    here = desk.allowed(Permission.ANSWER_WHISTLE)
    t = here.t
    with desk.reading() as tx:
        found = whistles.whistles(tx, here.actor)
    waiting = [line for line in found if line.days is not None]
    answered = [line for line in found if line.days is None]
    look.title(
        t.plural("{n} whistle waits for an answer", "{n} whistles wait for an answer", len(waiting))
        if waiting
        else t("No whistle waits for an answer"),
        t("A whistle is answered within one working day. It says what was met, never by whom."),
    )
    if not found:
        look.empty(
            "sports",
            t("Nobody has blown the whistle"),
            t("Agents blow it when a campaign should stop now; triage can propose the same. Both wait here."),
        )
    for line in waiting:
        with st.container(border=True, key=f"whistle_{line.id}"):
            left, right = st.columns(2, gap="large")
            with left:
                _about(t, line)
            with right:
                _answer(t, line, first=line is waiting[0])
    if answered:
        look.section(t("Answered"))
    for line in answered:
        with st.container(border=True, key=f"whistle_{line.id}", gap="xsmall"):
            _about(t, line)
            st.markdown(f":material/reply: {markdown(line.answer)}")
            if line.answered_on:
                st.caption(t("Answered {day}", day=line.answered_on))


show()
