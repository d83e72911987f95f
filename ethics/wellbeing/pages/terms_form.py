"""What HR reads and confirms before the first sick leave comes in, and what a day of it costs."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from ethics.database import today
from ethics.escape import markdown
from ethics.language import Reader
from ethics.pages import desk, look
from ethics.wellbeing import terms, terms_words
from ethics.wellbeing.terms import Confirmed

#: Longest text that says where the assessment is, and highest cost of a day in euros: as the verbs have it.
_LONGEST = 200
_MOST_EUROS = terms.MOST_CENTS / 100


def before(here: desk.Desk) -> None:
    """The terms and the form, while nobody has confirmed them."""
    t = here.t
    look.section(t("What sick leave is used for, and how"))
    _terms(t)
    _form(here, primary=True)


def after(here: desk.Desk, confirmed: Confirmed) -> None:
    """What was confirmed, to read again; another hearing or assessment can be put beside it."""
    t = here.t
    look.section(
        t("Terms of sick leave"),
        t(
            "Staff heard {heard}; impact assessment: {where}. Confirmed {day}.",
            heard=confirmed.heard_on,
            where=markdown(confirmed.assessment),
            day=confirmed.confirmed_on,
        ),
    )
    with st.expander(t("Read the terms, or confirm them anew"), key="terms_box", on_change="rerun"):
        _terms(t)
        _form(here, primary=False)


def day_cost(here: desk.Desk, cents: int | None) -> None:
    """What a day of sick leave costs, with the field to change it."""
    t = here.t
    look.section(
        t("Cost of a day"),
        t("A calendar day of sick leave, weekends included, costs {cost}.", cost=_euros(t, cents))
        if cents is not None
        else t("Nobody has said yet what a calendar day of sick leave costs, so no euros are shown."),
    )
    with st.form("day_cost_form", border=False):
        euros = st.number_input(
            t("Cost of a calendar day of sick leave, weekends included, in euros"),
            min_value=0.01,
            max_value=_MOST_EUROS,
            value=cents / 100 if cents is not None else None,
            step=10.0,
            format="%.2f",
            key="day_cost_euros",
            width=320,
            help=t("Holds for quarters published from now on. Those published already stay as they are."),
        )
        sent = st.form_submit_button(t("Save the cost"), key="day_cost_save")
    if sent:
        with desk.told(t):
            with desk.acting() as (tx, actor):
                terms.set_day_cost(tx, actor, round(100 * (euros or 0)))
            st.toast(t("The cost of a day is saved."), icon=":material/check:")
            st.rerun()


def _terms(t: Reader) -> None:
    """What is stored, for how long, and who sees what."""
    with st.container(border=True):
        st.markdown("\n".join(f"- **{name}** {says}" for name, says in terms_words.lines(t)))


def _form(here: desk.Desk, *, primary: bool) -> None:
    t = here.t
    with st.form("terms_form", border=False):
        heard = st.date_input(
            t("The day on which staff were heard (co-operation)"),
            None,
            max_value=today(),
            format=look.date_input_format(t),
            key="terms_heard",
            width=320,
        )
        where = st.text_input(
            t("Where the data protection impact assessment is kept"),
            max_chars=_LONGEST,
            key="terms_where",
            help=t("Such as its number or its place. Write no names."),
        )
        sent = st.form_submit_button(
            t("Staff have been heard, and the assessment exists"),
            type="primary" if primary else "secondary",
            key="terms_confirm",
        )
    if not sent:
        return
    if not isinstance(heard, dt.date):
        st.error(t("Say the day on which staff were heard."), icon=":material/error:")
        return
    with desk.told(t):
        with desk.acting() as (tx, actor):
            terms.confirm(tx, actor, heard_on=heard, assessment=where)
        st.toast(t("The terms are confirmed: sick leave may come in."), icon=":material/check:")
        st.rerun()


def _euros(t: Reader, cents: int) -> str:
    return t("{amount} euros", amount=t.number(cents / 100, 2))
