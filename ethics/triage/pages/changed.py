"""What changed: what flags led to, client by client. You said, we did."""

from __future__ import annotations

import streamlit as st

from ethics.access import Permission
from ethics.clients import clients
from ethics.clients.models import Verdict
from ethics.clients.pages import promise_badges
from ethics.database import today
from ethics.escape import markdown
from ethics.language import Reader
from ethics.pages import desk, look
from ethics.triage import changed
from ethics.triage.changed import ChangeLine, ClientChanges, PromiseNews


def _headline(t: Reader, found: list[ClientChanges]) -> str:
    changes = [line for client in found for line in client.lines]
    if changes:
        return t.plural("Flags have led to {n} change", "Flags have led to {n} changes", len(changes))
    if any(client.promises for client in found):
        return t("Promises have been checked")
    return t("Flags have been answered") if found else t("Nothing to tell yet")


def _line(t: Reader, line: ChangeLine) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":material/chat: **{t('You said:')}** {markdown(line.said)}")
        st.markdown(f":material/check: **{t('We did:')}** {markdown(line.did)}")
        st.caption(t("four weeks from {day}", day=line.period))


def _promise(t: Reader, news: PromiseNews) -> None:
    still_sold = news.verdict == Verdict.BROKEN and news.withdrawn_on is None
    found = [promise_badges.verdict(t, news.verdict), promise_badges.sold(t, still_sold=still_sold, withdrawn_on=None)]
    with st.container(gap=None):
        st.markdown(" ".join([t("“{text}”", text=markdown(news.text)), *(badge for badge in found if badge)]))
        st.caption(_proved(t, news))


def _proved(t: Reader, news: PromiseNews) -> str:
    if news.verdict == Verdict.KEPT:
        return t("Checked {day}: the promise is kept.", day=news.verdict_on) if news.verdict_on else t("It is kept.")
    if news.withdrawn_on:
        return t("Proved broken, and no longer sold since {day}.", day=news.withdrawn_on)
    return t("Proved broken {day}.", day=news.verdict_on) if news.verdict_on else t("Proved broken.")


def _counts(t: Reader, client: ClientChanges) -> str:
    """How many flags were answered; empty when the number would show too few people. 0 stands for fewer than five."""
    if client.answered is None:
        return ""
    if not client.answered:
        return t("Fewer than five flags were answered in a year.")
    if not client.confirmed:
        return t("{n} flags were answered in a year, fewer than five of them confirmed.", n=client.answered)
    return t(
        "{n} flags were answered in a year, {confirmed} of them confirmed.",
        n=client.answered,
        confirmed=client.confirmed,
    )


def _client(t: Reader, client: ClientChanges) -> None:
    look.section(markdown(client.client), _counts(t, client))
    for line in client.lines:
        _line(t, line)
    for news in client.promises:
        _promise(t, news)


def _publish(here: desk.Desk) -> None:
    """For officers: tell every agent what flags led to, and take a line back."""
    t = here.t
    with desk.reading() as tx:
        names = {client.id or 0: client.name for client in clients.visible(tx, here.actor)}
    with st.expander(t("Tell what flags led to"), icon=":material/campaign:", key="changed_box"):
        client_id = st.selectbox(
            t("Client"),
            list(names),
            index=None,
            placeholder=t("Choose a client"),
            format_func=names.__getitem__,
            key="changed_client",
        )
        said = st.text_input(t("You said"), max_chars=changed.MAX_SAID, key="changed_said")
        did = st.text_area(t("We did"), max_chars=changed.MAX_DID, key="changed_did", height="content")
        st.caption(
            t(
                "Write in your own words, without names. Everybody reads it from {day}, when this four-week period has ended.",
                day=changed.shown_from(today()),
            )
        )
        if st.button(t("Publish"), type="primary", key="changed_publish", disabled=client_id is None):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    changed.publish(tx, actor, client_id or 0, said=said or "", did=did or "")
                for key in ("changed_said", "changed_did"):
                    st.session_state.pop(key, None)
                st.toast(t("Published."), icon=":material/check:")
                st.rerun()
        if client_id is not None:
            _published(here, client_id)


def _published(here: desk.Desk, client_id: int) -> None:
    t = here.t
    with desk.reading() as tx:
        lines = changed.published(tx, here.actor, client_id)
    for line in lines:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"{markdown(line.said)} → {markdown(line.did)}", width="stretch")
            if st.button(t("Take back"), key=f"take_back_{line.id}", type="tertiary", icon=":material/undo:"):
                with desk.told(t):
                    with desk.acting() as (tx, actor):
                        changed.take_back(tx, actor, line.id)
                    st.rerun()


def show() -> None:
    """News first; for officers the form above them."""
    here = desk.allowed(Permission.SEE_CHANGES)
    t = here.t
    with desk.reading() as tx:
        found = changed.what_changed(tx, here.actor)
    look.title(
        _headline(t, found),
        t("Changes are told when their four-week period has ended, so that nobody's flag can be recognised."),
    )
    if here.actor.may(Permission.TRIAGE):
        _publish(here)
    if not found:
        look.empty(
            "published_with_changes",
            t("Nothing has been told yet"),
            t("Officers write here what flags led to. Promises that were checked are told here too."),
        )
    for client in found:
        _client(t, client)


show()
