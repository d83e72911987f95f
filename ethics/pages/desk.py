"""The desk a page sits at: who is asking, in which language, and the transactions that a page may open.

Streamlit freezes identity when its websocket opens, so `here()` reads the person anew from the database on every
rerun and `acting()` once more inside the transaction that writes: a role taken away works at the next click.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from sqlmodel import Session

from ethics.access import Actor, Permission
from ethics.database import database
from ethics.language import Reader, Refused, preferred, reader
from ethics.people import sessions

log = logging.getLogger("reilu")


@dataclass(frozen=True)
class Desk:
    """Who sits here now. Callable pieces only: `t` says sentences, `actor` is handed to every verb."""

    sid: str
    actor: Actor
    t: Reader


def _sid() -> str:
    """The session's hash that the gate handed over; the only reader of `st.user`."""
    return str(st.user.get("sid") or "")


def here() -> Desk:
    """The person at this desk. Without a live session the page stops with a link to sign in."""
    sid = _sid()
    with database().read() as tx:
        actor = sessions.who(tx, sid) if sid else None
        stale = actor is not None and sessions.stale(tx, sid)
    if actor is None or actor.must_change_password:
        t = reader(preferred(st.context.locale))
        st.session_state.clear()
        st.title(t("You are signed out"), anchor=False)
        st.link_button(t("Sign in"), "/auth/sign-in", type="primary")
        st.stop()
    if stale:
        with database().write() as tx:
            sessions.seen(tx, sid)
    language = actor.language or preferred(st.context.locale)
    st.session_state["reads"] = language
    return Desk(sid, actor, reader(language))


def allowed(permission: Permission) -> Desk:
    """The desk, for a page that needs `permission`; anybody else reads why not, and the page stops."""
    desk = here()
    if not desk.actor.may(permission):
        st.title(desk.t("This page is not for your roles"), anchor=False)
        st.caption(desk.t("Ask your administrator if you need it for your work."))
        st.stop()
    return desk


@contextmanager
def reading() -> Iterator[Session]:
    """A read transaction."""
    with database().read() as tx:
        yield tx


@contextmanager
def acting() -> Iterator[tuple[Session, Actor]]:
    """A write transaction and the person as the database knows them inside it.

    Raises Refused when the session has ended since the page was drawn.
    """
    with database().write() as tx:
        actor = sessions.who(tx, _sid())
        if actor is None:
            raise Refused("Your session has ended, so nothing was saved. Sign in and do it again.")
        yield tx, actor


@contextmanager
def told(t: Reader) -> Iterator[None]:
    """Say a refusal in the reader's language instead of failing the page."""
    try:
        yield
    except Refused as refused:
        st.error(t.say(refused.sentence), icon=":material/error:")


def _reads() -> Reader:
    """The language of the page that failed, without asking the database again."""
    return reader(st.session_state.get("reads") or preferred(st.context.locale))


def on_error(error: Exception) -> bool:
    """An error nobody foresaw: a reference for the person, the place for the log; no message, since it may quote people."""
    if isinstance(error, Refused):
        st.error(_reads().say(error.sentence))
        return True
    reference = secrets.token_hex(4)
    steps = " < ".join(
        f"{step.filename}:{step.lineno}" for step in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    log.error("reference %s: %s at %s", reference, type(error).__name__, steps)
    t = _reads()
    st.error(t("Something went wrong on our side. Nothing was saved. Reference {reference}.", reference=reference))
    return True
