"""Promises: what was sold in the client's name, whether it holds, and whether what does not is still sold."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.clients.campaigns import CampaignLine, campaigns
from ethics.clients.models import VERDICT_NAMES, Verdict
from ethics.clients.pages import promise_badges
from ethics.clients.pages.client_choice import choose
from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches.ledger import Ledger, LedgerLine, ledger
from ethics.mismatches.pages import promise_forms as forms
from ethics.pages import desk, look

CLIENT_PAGE: Final = "reports/pages/client.py"
#: How many cards are drawn at first, and how many more with each click.
SHOWN: Final = 10
ALL: Final = 0


def _badges(t: Reader, line: LedgerLine) -> str:
    tied = t.plural("{n} mismatch", "{n} mismatches", line.mismatches)
    found = [
        promise_badges.verdict(t, line.verdict),
        promise_badges.sold(t, still_sold=line.still_sold, withdrawn_on=line.withdrawn_on),
        f":gray-badge[{tied}]",
    ]
    if line.open_flags:
        found.append(f":gray-badge[{t.plural('{n} undecided flag', '{n} undecided flags', line.open_flags)}]")
    return " ".join(badge for badge in found if badge)


def _facts(t: Reader, line: LedgerLine) -> str:
    facts = [markdown(part) for part in (line.product, line.campaign, line.source) if part]
    facts += [t("from {day}", day=line.from_date)] if line.from_date else []
    facts += [t("until {day}", day=line.until_date)] if line.until_date else []
    return " · ".join(facts) or t("No source and no dates yet")


def _card(here: desk.Desk, line: LedgerLine, known: dict[int, str]) -> None:
    t = here.t
    with st.container(border=True, key=f"promise_card_{line.id}"):
        with st.container(gap="xsmall"):
            st.markdown(f"**{t('“{text}”', text=markdown(line.text))}**")
            st.markdown(_badges(t, line))
            st.caption(_facts(t, line))
            if line.verdict_on and line.evidence:
                st.markdown(t("Found {day}: “{evidence}”", day=line.verdict_on, evidence=markdown(line.evidence)))
            if line.withdrawn_on and line.withdrawn_evidence:
                st.markdown(
                    t(
                        "Not sold since {day}: “{evidence}”",
                        day=line.withdrawn_on,
                        evidence=markdown(line.withdrawn_evidence),
                    )
                )
        # The forms are drawn once the box is opened: a long ledger stays quick.
        box = st.expander(_offers(here), type="compact", key=f"promise_{line.id}_box", on_change="rerun")
        if box.open:
            with box:
                forms.work_on(here, line, known)


def _offers(here: desk.Desk) -> str:
    t = here.t
    if here.actor.may(Permission.JUDGE_PROMISE):
        return t("Verdict, correction, history")
    return t("Correction and history") if here.actor.may(Permission.KEEP_LEDGER) else t("History")


def _above(here: desk.Desk, client_id: int, known: list[CampaignLine]) -> None:
    """What adds to the ledger, closed until it is needed."""
    t = here.t
    left, right = st.columns(2) if here.actor.may(Permission.KEEP_LEDGER) else (None, st.container())
    if left is not None:
        with left, st.expander(t("Add a promise"), icon=":material/add:", key=f"promises_add_{client_id}"):
            forms.add_promise(here, client_id, {line.id: line.name for line in known})
    with (
        right,
        st.expander(
            t("Campaigns · {n}", n=len(known)), icon=":material/campaign:", key=f"promises_campaigns_{client_id}"
        ),
    ):
        forms.client_campaigns(here, client_id, known)


def _filter(t: Reader, client_id: int, known: list[CampaignLine]) -> int | None:
    """The campaign that the reader looks at; None for all of them."""
    if not known:
        return None
    names = {ALL: t("All campaigns")} | {line.id: line.name for line in known}
    chosen = st.pills(
        t("Campaign"),
        list(names),
        default=ALL,
        required=True,
        format_func=lambda number: markdown(names[number]),
        key=f"promises_campaign_{client_id}",
        label_visibility="collapsed",
    )
    return chosen or None


def _download(t: Reader, found: Ledger) -> None:
    header = [
        t("Promise, word for word"),
        t("Product"),
        t("Campaign"),
        t("Source"),
        t("First day"),
        t("Last day"),
        t("Verdict"),
        t("Found on"),
        t("What shows it"),
        t("Still sold"),
        t("Not sold since"),
        t("Mismatches"),
        t("Undecided flags"),
    ]
    rows = [
        (
            line.text,
            line.product,
            line.campaign,
            line.source,
            line.from_date,
            line.until_date,
            t(VERDICT_NAMES[Verdict(line.verdict)]),
            line.verdict_on,
            line.evidence,
            t("Yes") if line.still_sold else t("No"),
            line.withdrawn_on,
            line.mismatches,
            line.open_flags,
        )
        for line in found.lines
    ]
    look.download(t, "reilu-promises", header, rows, key="promises_csv")


def show() -> None:
    """One client's ledger: the answer, what adds to it, a card for each promise."""
    here = desk.allowed(Permission.SEE_RISK)
    t = here.t
    client_id = choose(here, "client")
    if client_id is None:
        return
    with desk.told(t):
        with desk.reading() as tx:
            known = campaigns(tx, here.actor, client_id)
        campaign_id = _filter(t, client_id, known)
        with desk.reading() as tx:
            found = ledger(tx, here.actor, client_id, campaign_id=campaign_id)
        counts = t("{kept} kept, {unproven} unproven", kept=found.kept, unproven=found.unproven)
        look.title(
            t.say(found.answer), f"{markdown(found.client)} · {counts}" if found.lines else markdown(found.client)
        )
        _above(here, client_id, known)
        if not found.lines:
            look.empty(
                "handshake",
                t("Nothing here"),
                t("Promises are written down here, or come in from a file on the Import page."),
            )
        names = {line.id: line.name for line in known}
        shown = st.session_state.setdefault(f"promises_shown_{client_id}", SHOWN)
        for line in found.lines[:shown]:
            _card(here, line, names)
        if len(found.lines) > shown and st.button(t("Show more promises"), key="promises_more"):
            st.session_state[f"promises_shown_{client_id}"] = shown + SHOWN
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            if found.lines:
                _download(t, found)
            st.page_link(
                CLIENT_PAGE,
                label=t("The client's page"),
                icon=":material/storefront:",
                query_params={"id": str(client_id)},
            )


show()
