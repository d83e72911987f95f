"""My flags: where one's own flags stand, what the officer wrote, and the good news that one told."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches import own
from ethics.mismatches.own import OwnFlag, OwnGoodNews
from ethics.mismatches.pages import own_flag
from ethics.mismatches.words import GOOD
from ethics.pages import desk, look

#: Flags that are shown at first, and more at each click.
_STEP: Final = 10


def _answer(t: Reader, flags: list[OwnFlag]) -> str:
    """The title: what is new, else what waits, else that everything is decided."""
    total = len(flags)
    new = sum(flag.unread > 0 for flag in flags)
    asked = sum(flag.waiting and not flag.closed for flag in flags)
    waiting = sum(flag.status == "open" for flag in flags)
    if total == 1:
        if new:
            return t("Your flag has a new answer")
        if asked:
            return t("The officer asks you about your flag")
        return t("Your flag waits for a decision") if waiting else t("Your flag is decided")
    if new:
        return t.plural(
            "{n} of your {of} flags has a new answer", "{n} of your {of} flags have a new answer", new, of=total
        )
    if asked:
        return t.plural(
            "The officer asks you about {n} of your {of} flags",
            "The officer asks you about {n} of your {of} flags",
            asked,
            of=total,
        )
    if waiting:
        return t.plural(
            "{n} of your {of} flags waits for a decision",
            "{n} of your {of} flags wait for a decision",
            waiting,
            of=total,
        )
    return t("All of your {n} flags are decided", n=total)


def _good_news(t: Reader, told: list[OwnGoodNews]) -> None:
    look.section(t("Good news that you told"), t("It is kept with the client's evidence."))
    for news in told:
        with st.container(gap="xxsmall"):
            st.markdown(f"**{markdown(news.client)}** :gray[{t(GOOD[news.kind])} · {t.date(news.filed_on)}]")
            st.markdown(t("“{text}”", text=markdown(news.text)))


def show() -> None:
    """One card a flag: what is unread first, then the newest."""
    here = desk.allowed(Permission.FILE_FLAG)
    t = here.t
    own_flag.keep_open(t)
    with desk.reading() as tx:
        flags, told = own.own(tx, here.actor), own.good_news(tx, here.actor)
    if not flags:
        look.title(t("You have not flagged anything yet"))
        look.empty("inbox", t("Nothing here"), t("What you send on the page Flag is followed here."))
    else:
        look.title(
            _answer(t, flags), t("What waits for you comes first, then the newest. Nobody but you sees this page.")
        )
        flags.sort(key=lambda flag: not own_flag.first(flag))
        shown = st.session_state.get("my_flags_shown", _STEP)
        for flag in flags[:shown]:
            own_flag.card(here, flag)
        if len(flags) > shown and st.button(t("Show older flags"), key="my_flags_more"):
            st.session_state["my_flags_shown"] = shown + _STEP
            st.rerun()
    if told:
        _good_news(t, told)


show()
