"""Flags that say nearly the same: read them together, handle them as one."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.escape import markdown
from ethics.language import Reader, mark
from ethics.mismatches.models import Decision
from ethics.mismatches.words import CATEGORIES
from ethics.pages import desk
from ethics.triage import rulings
from ethics.triage.card import FlagCard
from ethics.triage.pages import badges
from ethics.triage.similar import Similar

#: How alike from which share on, in words; the last holds for the rest.
_LIKENESS: Final = ((0.75, mark("Nearly the same")), (0.5, mark("Much alike")), (0.0, mark("Somewhat alike")))


def show(t: Reader, flag: FlagCard, alike: list[Similar]) -> None:
    """The flags that are alike, each with the way to handle it together with this one; then those that already are."""
    for other in alike:
        with st.container(border=True, gap="xsmall", key=f"alike_{other.id}"):
            words = next(words for least, words in _LIKENESS if other.likeness >= least)
            st.markdown(f"**{t(words)}** · {t.percent(other.likeness)}")
            st.markdown(
                t("“{text}”", text=markdown(other.text)) if other.text else f"*{t('The flag came without words.')}*"
            )
            st.markdown(f"{badges.severity(t, other.severity)} :gray-badge[{t(CATEGORIES[other.category].name)}]")
            if st.button(t("Handle together"), key=f"merge_{other.id}", icon=":material/merge:"):
                _merge(t, flag, other)
    if flag.merged:
        st.caption(t("Handled together with this flag; its reporters read the same answers:"))
        for part in flag.merged:
            said = t("“{text}”", text=markdown(part.text)) if part.text else f"*{t('no words')}*"
            st.markdown(f":material/merge: {said}")


def _merge(t: Reader, flag: FlagCard, other: Similar) -> None:
    """The later flag goes with the earlier one: its reporter is told that somebody was before."""
    earlier = flag.status == Decision.OPEN and other.filed_on < flag.filed_on
    kept, merged = (other.id, flag.id) if earlier else (flag.id, other.id)
    with desk.told(t):
        with desk.acting() as (tx, actor):
            rulings.merge(tx, actor, merged, kept)
        st.session_state["triage_flag"] = kept
        st.session_state.pop("triage_alike", None)
        st.toast(t("Handled together from now on. The later reporter has been told."), icon=":material/check:")
        st.rerun()
