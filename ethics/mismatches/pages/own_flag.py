"""One's own flag as a card: where it stands, what it says, and its thread with the officer."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader, mark
from ethics.mismatches import form, own, thread
from ethics.mismatches.models import Decision, Side
from ethics.mismatches.own import OwnFlag
from ethics.mismatches.pages import sending
from ethics.mismatches.pages.evidence_field import evidence
from ethics.mismatches.words import CATEGORIES, NORMAL_WORK, WHISTLE_ANSWERS
from ethics.pages import desk
from ethics.pages.desk import Desk

_DECIDED: Final = {
    Decision.CONFIRMED.value: ("gray", "task_alt", mark("Decided: confirmed")),
    Decision.DISMISSED.value: ("gray", "remove", mark("Decided: not a mismatch")),
    Decision.MERGED.value: ("gray", "merge", mark("Decided: handled together with another flag")),
}
_ASKS: Final = ("blue", "help", mark("The officer asks you"))
_FINDING_OUT: Final = ("gray", "search", mark("The officer is finding out"))
_READ: Final = ("gray", "done", mark("Read by the officer"))
_WAITING: Final = ("gray", "hourglass_empty", mark("Waiting"))
_NORMAL: Final = ("gray", "task_alt", mark("Decided: normal work"))


def _state(flag: OwnFlag) -> tuple[str, str, str]:
    """Colour, icon and words of where a flag stands."""
    if flag.status == Decision.CONFIRMED and flag.category in NORMAL_WORK:
        return _NORMAL
    if flag.status in _DECIDED:
        return _DECIDED[flag.status]
    if flag.waiting:
        return _ASKS
    if flag.outcome is not None:
        return _FINDING_OUT
    return _READ if flag.acknowledged else _WAITING


def keep_open(t: Reader) -> None:
    """Threads that are open stay so over a change of language, and with them the replies that are being written."""
    sending.keep_choices(t, "thread_", ("",))


def opened(flag: OwnFlag) -> bool:
    """True when the person has the flag's thread open."""
    return bool(st.session_state.get(f"thread_{flag.id}"))


def first(flag: OwnFlag) -> bool:
    """True for a card at the top: something waits for the person, or did when the open thread was opened."""
    waits = bool(flag.unread) or (flag.waiting and not flag.closed)
    new: set[str] = st.session_state.setdefault("my_flags_new", set())
    if waits:
        new.add(flag.id)
    return waits or (flag.id in new and opened(flag))


def card(here: Desk, flag: OwnFlag) -> None:
    """The card; the thread is drawn, and marked as read, when it is opened."""
    t = here.t
    with st.container(border=True, gap="xsmall"):
        about = [markdown(flag.client), markdown(flag.campaign), t(CATEGORIES[flag.category].name)]
        st.markdown(f"**{' · '.join(part for part in about if part)}**")
        st.markdown(" ".join(_badges(t, flag)))
        if flag.text:
            st.markdown(t("“{text}”", text=markdown(flag.text)))
        else:
            st.caption(t("Its details were handed over and deleted here."))
        # The name and the icon never change: Streamlit would take it for another expander, and close it.
        with st.expander(t("Messages"), icon=":material/forum:", key=f"thread_{flag.id}", on_change="rerun"):
            if opened(flag):
                _thread(here, flag)


def _badges(t: Reader, flag: OwnFlag) -> list[str]:
    colour, icon, words = _state(flag)
    badges = [f":{colour}-badge[:material/{icon}: {t(words)}]"]
    if flag.unread:
        new = t.plural("{n} new message", "{n} new messages", flag.unread)
        badges.insert(0, f":blue-badge[:material/mark_email_unread: {new}]")
    if flag.whistle:
        says = WHISTLE_ANSWERS.get(flag.whistle_decided or "", mark("The whistle waits for an answer"))
        badges.append(f":gray-badge[:material/sports: {t(says)}]")
    if flag.closed:
        badges.append(f":gray-badge[:material/lock: {t('Closed by you')}]")
    badges.append(f":gray-badge[{t('sent {day}', day=flag.filed_on)}]")
    if flag.files:
        badges.append(f":gray-badge[:material/attach_file: {t.plural('{n} file', '{n} files', flag.files)}]")
    return badges


def _thread(here: Desk, flag: OwnFlag) -> None:
    t = here.t
    if flag.unread:
        with desk.told(t), desk.acting() as (tx, actor):
            own.read(tx, actor, flag.id)
    if not flag.messages and not flag.answer:
        st.caption(t("Nothing has been written yet. An officer reads the flag within 7 days and tells you here."))
    for line in flag.messages:
        _message(t, line)
    if flag.answer and all(line.text != flag.answer for line in flag.messages):  # answered before there were threads
        st.markdown(f":material/balance: {markdown(flag.answer)}")
    if flag.closed:
        st.caption(t("You have closed this flag. The officer goes on with it, but writes here no more."))
    else:
        _reply(here, flag)
        _close(here, flag)


def _message(t: Reader, line: thread.Line) -> None:
    mine = line.side == Side.REPORTER
    who = t("You") if mine else t("The officer")
    if mine:
        state = t("seen by the officer") if line.seen else t("not yet seen by the officer")
    else:
        state = "" if line.seen else t("new")
    with st.container(gap="xxsmall"):
        icon = "person" if mine else "balance"
        facts = [t.date(line.written_on), state]
        st.markdown(f":material/{icon}: **{who}** :gray[{' · '.join(fact for fact in facts if fact)}]")
        for paragraph in line.text.splitlines():
            if paragraph.strip():
                st.markdown(markdown(paragraph))


def _reply(here: Desk, flag: OwnFlag) -> None:
    """Write back, or add evidence. What has been sent is counted in the keys, so the next form is an empty one."""
    t = here.t
    begins = f"reply_{flag.id}_{len(flag.messages)}_{flag.files}_"
    sending.keep_choices(t, begins)
    left, right = st.columns([3, 2], gap="medium")
    text = left.text_area(
        t("Your reply") if flag.waiting else t("Write to the officer"),
        max_chars=thread.LONGEST,
        height=78,
        key=begins + "text",
        placeholder=t("Leave names and phone numbers of customers out."),
    )
    with right:
        files = evidence(t, begins + "files", aside=True)
    if sending.sent(
        here,
        form.Reply(text),
        lambda tx, actor, reply: own.reply(tx, actor, flag.id, reply.text, reply.files),
        label=t("Send"),
        begins=begins,
        files=files,
    ):
        st.rerun()


def _close(here: Desk, flag: OwnFlag) -> None:
    t = here.t
    with st.popover(t("I need no more answers"), type="tertiary"):
        st.markdown(
            t("The officer goes on with the flag, but asks you nothing more. You cannot write to it after this.")
        )
        if st.button(t("Close it for me"), key=f"close_{flag.id}"):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    own.close(tx, actor, flag.id)
                st.rerun()
