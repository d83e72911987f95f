"""Checklists: can we say yes to this client? Questions, evidence, and what the answers amount to."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from checklists import checks
from checklists.assessment import ANSWER_NAMES, Answer, Assessment, Given, assess
from checklists.lists import Checklist, Item, checklists
from ethics.access import Permission
from ethics.clients import clients
from ethics.escape import markdown
from ethics.language import Reader, mark
from ethics.pages import desk, look

CONCLUSIONS = {
    "yes": mark("Yes: we can serve this client with a straight back"),
    "conditions": mark("Yes, on conditions: what is partly or not met has to be repaired"),
    "no": mark("Not yet: an absolute requirement is not met"),
    "open": mark("Too few answers to conclude anything"),
}
COLOURS = {"yes": "green", "conditions": "yellow", "no": "red", "open": "gray"}


def _key(client_id: int, item: str, part: str) -> str:
    return f"check_{client_id}_{item}_{part}"


def _item(t: Reader, client_id: int, item: Item, before: Given | None) -> Given | None:
    language = t.language
    with st.container(border=True, key=_key(client_id, item.id, "card")):
        badge = f" :red-badge[{t('absolute requirement')}]" if item.knockout else ""
        st.markdown(f"**{item.id} · {markdown(item.question[language])}**{badge}")
        rule = f" · {item.rule}" if item.rule else ""
        st.caption(markdown(item.why[language] + rule))
        answer = st.segmented_control(
            t("Answer to {item}", item=item.id),
            list(Answer),
            default=before.answer if before else None,
            label_visibility="collapsed",
            format_func=lambda a: t(ANSWER_NAMES[Answer(a)]),
            key=_key(client_id, item.id, "answer"),
        )
        evidence = st.text_input(
            t("What was seen (for example: {example})", example=item.evidence[language]),
            value=before.evidence if before else "",
            max_chars=checks.MAX_EVIDENCE,
            key=_key(client_id, item.id, "evidence"),
        )
    return Given(Answer(answer), evidence or "") if answer is not None else None


def _result(t: Reader, result: Assessment, answered: Collection[str]) -> None:
    """What the answers amount to so far. An absolute requirement counts as failed here once it has been answered."""
    failed = [item for item in result.failed_knockouts if item in answered]
    with st.container(border=True, key="check_result"):
        st.markdown(f":{COLOURS[result.conclusion]}-badge[{t(CONCLUSIONS[result.conclusion])}]")
        if result.share is not None:
            st.metric(t("Met, by weight"), t.percent(result.share))
        answers = t(
            "{answered} of {of} items answered; “not known” is not an answer.", answered=result.answered, of=result.of
        )
        st.caption(answers)
        if failed:
            st.markdown(f":material/block: {t('Absolute requirements not met: {items}', items=', '.join(failed))}")
        st.caption(t("Revenue is not shown while a client is assessed."))


def _buttons(here: desk.Desk, client_id: int, checklist: Checklist, given: dict[str, Given]) -> None:
    """Leave it for later, or finish it: below the last question, where the reader arrives."""
    t = here.t
    with st.container(horizontal=True):
        finished = st.button(t("Finish the check"), key="check_finish", type="primary")
        saved = st.button(t("Save for later"), key="check_save")
    with desk.told(t):
        if saved:
            with desk.acting() as (tx, actor):
                checks.save(tx, actor, client_id, checklist.id, given)
            st.toast(t("Saved."), icon=":material/check:")
        if finished:
            with desk.acting() as (tx, actor):
                checks.finish(tx, actor, client_id, checklist.id, given)
            for key in [k for k in st.session_state if str(k).startswith(f"check_{client_id}_")]:
                del st.session_state[key]
            st.toast(t("Finished. The result is in the client's score and its reviews."), icon=":material/check:")
            st.rerun()


def _fill(here: desk.Desk, client_id: int, checklist: Checklist) -> None:
    t = here.t
    with desk.reading() as tx:
        present = checks.open_check(tx, here.actor, client_id, checklist.id)
        done = checks.done(tx, here.actor, client_id)
    left, right = st.columns([5, 3], gap="large")
    with left:
        given = {
            item.id: g
            for item in checklist.items
            if (g := _item(t, client_id, item, present.given.get(item.id))) is not None
        }
        _buttons(here, client_id, checklist, given)
    with right:
        _result(t, assess(checklist, given), given)
        if done:
            look.section(t("Earlier checks"))
        for check in done[:5]:
            share = f" · {t.percent(check.share)}" if check.share is not None else ""
            st.markdown(f":{COLOURS[check.conclusion]}-badge[{t(CONCLUSIONS[check.conclusion])}]")
            st.caption(f"{t.date(check.done_on)}{share}" + (f" · {markdown(check.by)}" if check.by else ""))


def show() -> None:
    """Choose a client, fill the list in."""
    here = desk.allowed(Permission.FILL_CHECK)
    t = here.t
    checklist = checklists()["onboarding"]
    look.title(
        checklist.title[t.language],
        t(
            "{n} questions, {k} of them absolute requirements. It may be left half done.",
            n=len(checklist.items),
            k=sum(i.knockout for i in checklist.items),
        ),
    )
    with desk.reading() as tx:
        seen = {client.id: client.name for client in clients.visible(tx, here.actor) if client.id is not None}
    if not seen:
        look.empty(
            "storefront",
            t("No clients to show yet"),
            t(
                "Clients come in from a file on the Import page; the administrator gives each manager their clients on the People page."
            ),
        )
        return
    client_id = st.selectbox(
        t("Client"),
        list(seen),
        index=None,
        format_func=seen.__getitem__,
        placeholder=t("Choose the client"),
        key="check_client",
    )
    if client_id is None:
        look.empty("checklist", t("Choose a client above"), t("The answers are saved for each client on their own."))
        return
    with desk.told(t):
        _fill(here, client_id, checklist)


show()
