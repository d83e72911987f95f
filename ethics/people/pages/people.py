"""People: the administrator adds colleagues, gives roles and clients, and takes them away."""

from __future__ import annotations

import streamlit as st

from ethics.access import ROLE_NAMES, Permission, Role
from ethics.clients import clients
from ethics.escape import markdown
from ethics.pages import desk, look
from ethics.people import accounts

_ROLES = [role.value for role in Role]


def _email(here: desk.Desk, key: str, value: str = "") -> str:
    """The field of somebody's e-mail address, with what it is for."""
    t = here.t
    return st.text_input(
        t("E-mail address"),
        value,
        max_chars=accounts.LONGEST_EMAIL,
        key=key,
        help=t("For notices that something waits; never what a flag says. It may be left empty."),
    )


def _one_time(here: desk.Desk) -> None:
    """The one-time password of somebody just added or reset; shown until the page is left."""
    shown = st.session_state.get("people_password")
    if not shown:
        return
    t, (name, login, password) = here.t, shown
    with st.container(border=True, key="one_time"):
        st.markdown(f":material/key: **{t('Hand this to {name}. It is not shown again.', name=markdown(name))}**")
        st.code(f"{t('User name')}: {login}\n{t('One-time password')}: {password}", language=None)
        if st.button(t("Handed over"), key="people_handed"):
            del st.session_state["people_password"]
            st.rerun()


def _add(here: desk.Desk) -> None:
    t = here.t
    with st.form("people_add", clear_on_submit=False, border=True):
        st.markdown(f"**{t('Add a person')}**")
        name = st.text_input(t("Name"), max_chars=100, key="people_name")
        login = st.text_input(
            t("User name"),
            max_chars=64,
            key="people_login",
            help=t("Letters a–z, digits, and . _ - @. Not the employee number."),
        )
        roles = st.multiselect(
            t("Roles"),
            _ROLES,
            format_func=lambda r: t(ROLE_NAMES[Role(r)]),
            key="people_roles",
            placeholder=t("Choose"),
        )
        email = _email(here, "people_email")
        sent = st.form_submit_button(t("Add"), type="primary", key="people_add_button")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                _, password = accounts.add_person(
                    tx, actor, name=name, login=login, roles=[Role(r) for r in roles], email=email
                )
            st.session_state["people_password"] = (name, login.strip().lower(), password)
            st.rerun()


def _edit(here: desk.Desk, person: accounts.Person, client_names: dict[int, str]) -> None:
    t, key = here.t, f"person_{person.id}_"
    state = "" if person.active else f" · {t('switched off')}"
    roles_text = ", ".join(t(ROLE_NAMES[role]) for role in person.roles)
    with st.expander(f"**{markdown(person.name)}** · {markdown(person.login)} · {roles_text}{state}", key=key + "box"):
        roles = st.multiselect(
            t("Roles"),
            _ROLES,
            default=[r.value for r in person.roles],
            key=key + "roles",
            format_func=lambda r: t(ROLE_NAMES[Role(r)]),
            placeholder=t("Choose"),
        )
        chosen = st.multiselect(
            t("Clients (for a manager)"),
            list(client_names),
            default=[c for c in person.client_ids if c in client_names],
            format_func=client_names.__getitem__,
            key=key + "clients",
            placeholder=t("Choose"),
        )
        email = _email(here, key + "email", person.email or "")
        active = st.toggle(t("May sign in"), value=person.active, key=key + "active")
        with st.container(horizontal=True):
            if st.button(t("Save"), key=key + "save", type="primary"):
                with desk.told(t):
                    with desk.acting() as (tx, actor):
                        accounts.change_person(
                            tx,
                            actor,
                            person.id,
                            roles=[Role(r) for r in roles],
                            client_ids=chosen,
                            active=active,
                            email=email,
                        )
                    st.toast(t("Saved."), icon=":material/check:")
                    st.rerun()
            if st.button(t("New one-time password"), key=key + "reset"):
                with desk.told(t):
                    with desk.acting() as (tx, actor):
                        password = accounts.reset_password(tx, actor, person.id)
                    st.session_state["people_password"] = (person.name, person.login, password)
                    st.rerun()


def show() -> None:
    """Everybody, and the form for the next one."""
    here = desk.allowed(Permission.MANAGE_PEOPLE)
    t = here.t
    with desk.reading() as tx:
        people = accounts.people(tx, here.actor)
        client_names = clients.all_names(tx, here.actor)
    active = sum(person.active for person in people)
    missing = [
        role
        for role in (Role.OFFICER, Role.MANAGER, Role.EXECUTIVE)
        if not any(role in p.roles and p.active for p in people)
    ]
    look.title(
        t("Nobody is {role} yet", role=t(ROLE_NAMES[missing[0]]).lower())
        if missing
        else t.plural("One person can sign in", "{n} people can sign in", active),
        t("Roles decide what a person sees; managers see the clients given to them here."),
    )
    _one_time(here)
    left, right = st.columns([5, 3], gap="large")
    with left:
        for person in people:
            _edit(here, person, client_names)
    with right:
        _add(here)


show()
