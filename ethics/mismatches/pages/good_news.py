"""Thanks, and contacts that turned to good: evidence too, so they have a form of their own."""

from __future__ import annotations

import streamlit as st

from ethics.mismatches import flags, form
from ethics.mismatches.flags import GoodDraft
from ethics.mismatches.models import Good
from ethics.mismatches.pages import flag_form, sending
from ethics.pages.desk import Desk


def good_news(here: Desk, offered: form.Choices, kind: Good) -> GoodDraft:
    """The short form: about which client, and what happened."""
    t = here.t
    client_id, campaign_id = flag_form.client_and_campaign(t, offered, t("Which client is it about?"))
    text = flag_form.words(
        t("What happened?"),
        t("For example: a customer called back only to say thank you for the help.")
        if kind == Good.THANKS
        else t("For example: she was angry about the invoice; we went through it together, and she stays."),
        key="flag_good",
        most=flags.MAX_GOOD,
    )
    return GoodDraft(client_id, kind.value, text, sending.submission(), campaign_id)


def good_news_card(here: Desk) -> None:
    """What good news is for."""
    t = here.t
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{t('Why tell it?')}**")
        st.markdown(f":material/balance: {t('What goes well is evidence too: it stands beside the flags.')}")
        st.markdown(f":material/favorite: {t('Good work is seldom thanked aloud. Here it is written down.')}")
        st.caption(t("It never changes a client's score, and nobody is ranked by it."))
