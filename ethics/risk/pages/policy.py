"""Policy: the numbers by which scores are made; the administrator looks at what a change would do before making it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from ethics.access import Permission
from ethics.language import Reader
from ethics.pages import desk, look
from ethics.risk import policies, policy_change
from ethics.risk.pages import policy_form, policy_tables
from ethics.risk.policy import Policy
from ethics.risk.policy_fields import content

#: The content last looked at, and what was found.
_SEEN: Final = "policy_seen"


def _title(t: Reader, rules: Policy, since: dt.date | None) -> None:
    look.title(
        t("Scores are made by policy {version}, in force since {day}", version=rules.version, day=since)
        if since
        else t("Scores are made by policy {version}, as it came with Reilu", version=rules.version),
        t("Change a number, see what it would do to every client, and only then put it in force."),
    )


def _overtaken(here: desk.Desk, rules: Policy, based_on: int) -> None:
    """The form was filled before somebody else changed the policy."""
    if rules.version == based_on:
        return
    t = here.t
    st.warning(
        t("Policy {version} has come into force since you opened this page.", version=rules.version),
        icon=":material/update:",
    )
    st.button(t("Begin again from it"), key="policy_again", on_click=policy_form.begin_anew)


def _look(here: desk.Desk, tables: Mapping[str, Any]) -> None:
    """The button that looks at what the numbers in the form would do."""
    t = here.t
    with st.container(horizontal=True):
        asked = st.button(t("See what would change"), key="policy_look", icon=":material/compare_arrows:")
        st.button(t("Back to what is in force"), key="policy_back", type="tertiary", on_click=policy_form.begin_anew)
    if asked:
        st.session_state.pop(_SEEN, None)
        with desk.told(t), desk.reading() as tx, st.spinner(t("Scoring every client by these numbers…")):
            st.session_state[_SEEN] = (tables, policy_change.preview(tx, here.actor, tables))


def _put_in_force(here: desk.Desk, tables: Mapping[str, Any], based_on: int) -> None:
    t = here.t
    with st.form("policy_put", border=True):
        reason = st.text_area(
            t("Why is it changed?"),
            max_chars=policy_change.LONGEST_REASON,
            key=policy_form.key_of(t, "reason"),
            help=t("It stays beside the version for good. Write no names."),
        )
        sent = st.form_submit_button(t("Put in force"), type="primary", key="policy_put_button")
    if not sent:
        return
    with desk.told(t):
        with desk.acting() as (tx, actor):
            version = policy_change.put_in_force(tx, actor, tables, reason, based_on=based_on)
        st.session_state.pop(_SEEN, None)
        policy_form.begin_anew()
        st.toast(
            t("Policy {version} is in force. Every score is made by it.", version=version), icon=":material/check:"
        )
        st.rerun()


def show() -> None:
    """The form, what it would change, and the versions so far."""
    here = desk.allowed(Permission.CHANGE_POLICY)
    t = here.t
    with desk.reading() as tx:
        rules, since = policies.in_force(tx, here.actor), policies.in_force_since(tx, here.actor)
        lines = policies.versions(tx, here.actor)
    based_on = policy_form.fill(t, rules)
    _title(t, rules, since)
    _overtaken(here, rules, based_on)
    tables = content(rules, policy_form.draw(t, rules))
    _look(here, tables)
    seen = st.session_state.get(_SEEN)
    if seen is not None and seen[0] == tables:
        policy_tables.effect(t, seen[1])
        _put_in_force(here, tables, based_on)
    policy_tables.versions(t, lines)


show()
