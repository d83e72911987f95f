"""Alarms on screen: the lines at the top of the portfolio, the open one of a client with its form, and the earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader, Refused
from ethics.pages import desk, look
from ethics.risk import alarms
from ethics.risk.alarms import AlarmLine
from reports import risk_words, words
from reports.client_file import AlarmMark

#: So many open alarms stand at the top of the portfolio; the table has all of them.
SHOWN: Final = 3


def _badge(t: Reader) -> str:
    return f":orange-badge[▲ {t('Alarm')}]"


def lines(here: desk.Desk, waiting: Sequence[AlarmLine], go: Callable[[int], None]) -> None:
    """The oldest open alarms, each with its numbers and the way to the client."""
    if not waiting:
        return
    t = here.t
    with st.container(border=True, gap=None, key="open_alarms"):
        for alarm in waiting[:SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                says = t(
                    "{name}, since {day}: {counts}.",
                    name=f"**{markdown(alarm.name)}**",
                    counts=words.raised(alarm),
                    day=alarm.since,
                )
                st.markdown(f"{_badge(t)} {says}", width="content")
                st.button(
                    t("Open"),
                    key=f"alarm_{alarm.alarm_id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=go,
                    args=(alarm.client_id,),
                )
        more = len(waiting) - SHOWN
        note = t.plural("One more in the table.", "{n} more in the table.", more) + " " if more > 0 else ""
        if here.actor.may(Permission.CLOSE_ALARM):
            st.caption(note + t("Yours to do: look, and write on the client's page what was found and what is done."))
        else:
            st.caption(note + t("The client's managers and the officers look, and write what was found."))


def card(here: desk.Desk, alarm: AlarmLine) -> None:
    """An open alarm of a client: the weeks that raised it, and the form that closes it."""
    t = here.t
    with st.container(border=True, key="open_alarm"):
        look.section(t("Alarm: what has happened since {day}?", day=alarm.since))
        st.markdown(f"{t.say(risk_words.alarm_says(_mark(alarm)))} {t.say(words.raised(alarm))}.")
        left, right = st.columns([2, 3], gap="large")
        with left:
            _weeks(t, alarm)
        with right:
            if here.actor.may(Permission.CLOSE_ALARM):
                _form(t, alarm)
            else:
                st.caption(t("The client's managers and the officers look, and write what was found."))


def _mark(alarm: AlarmLine) -> AlarmMark:
    return AlarmMark(alarm.week, alarm.since, alarm.statistic, alarm.threshold, alarm.open)


def _weeks(t: Reader, alarm: AlarmLine) -> None:
    """The weeks that raised an alarm, as they were counted then; where that has changed, as they are counted now, too."""
    weeks = alarm.weeks

    def known(value: float | None, decimals: int = 0) -> str:
        return t("not known") if value is None else t.number(value, decimals)

    now = {t("Now"): [known(week.now) for week in weeks]} if alarm.changed else {}
    rows = {
        t("Week"): [t.week(week.week) for week in weeks],
        t("Contacts"): [t.number(week.contacts) for week in weeks],
        t("Mismatches"): [t.number(week.mismatches) for week in weeks],
        **now,
        t("Expected"): [known(week.expected, 1) for week in weeks],
    }
    st.table(rows, border="horizontal", hide_index=True, alt=t("The weeks that raised the alarm"))
    if alarm.changed:
        st.caption(t("The counts have changed since the alarm was raised."))


def _form(t: Reader, alarm: AlarmLine) -> None:
    # A refused reason stays in its field; a reason that is kept takes the whole card away.
    with st.form(f"close_alarm_{alarm.alarm_id}", border=False):
        reason = st.text_area(
            t("What was found, and what is done?"),
            key=f"alarm_reason_{alarm.alarm_id}",
            max_chars=alarms.MAX_REASON,
            height=110,
            help=t("Everybody who sees the client reads it, and the alarm starts to count anew."),
        )
        if not st.form_submit_button(t("Close the alarm"), type="primary", icon=":material/check:"):
            return
    try:
        with desk.acting() as (tx, actor):
            alarms.close(tx, actor, alarm.alarm_id, reason)
    except Refused as refused:
        st.error(t.say(refused.sentence), icon=":material/error:")
        return
    st.toast(t("The alarm is closed."), icon=":material/check:")
    st.rerun()


def earlier(t: Reader, known: Sequence[AlarmLine]) -> None:
    """The alarms that are nobody's task any more, the newest first, each with what was found."""
    some = [alarm for alarm in reversed(known) if not alarm.open]
    if not some:
        return
    with st.expander(t.plural("One earlier alarm", "{n} earlier alarms", len(some)), icon=":material/history:"):
        for alarm in some:
            with st.container(gap=None):
                st.markdown(f"**{t.say(risk_words.alarm_named(_mark(alarm)))}.** {t.say(words.raised(alarm))}.")
                if alarm.closed_on is not None:
                    st.markdown(t("Closed {day}: “{reason}”", day=alarm.closed_on, reason=markdown(alarm.reason)))
                else:
                    st.caption(t("Found afterwards in old data: it was never anybody's task."))
