"""One flag as an officer reads it: what was said, by whom as far as anybody may know, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader
from ethics.mismatches.models import Decision, Disclosed, Side
from ethics.mismatches.words import CATEGORIES, CERTAINTIES, CHANNELS, FAMILY, FREQUENCIES, STEPS, WHISTLE_ANSWERS
from ethics.pages import desk, look
from ethics.triage import card, rulings, similar
from ethics.triage.pages import badges, deciding, finding_out, messages, side_by_side
from ethics.triage.pages.drafts import KEPT, field, forget

_KINDS: Final = {"png": "PNG", "jpeg": "JPEG", "pdf": "PDF"}


def show(here: desk.Desk, flag_id: str) -> None:
    """The card of a flag; what its reporter wrote counts as read from now on. Raises NotFound."""
    t = here.t
    with desk.reading() as tx:
        flag = card.card(tx, here.actor, flag_id)
    alike = _alike(here, flag_id)
    new = [line for line in flag.messages if line.side == Side.REPORTER and not line.seen]
    with st.container(border=True, key="triage_card"):
        _head(t, flag, len(alike))
        _said(t, flag)
        _files(t, flag)
        _who(t, flag)
        _reply(t, flag)
        _whistle(here, flag)
        if flag.mine:
            st.info(t("You filed this flag yourself; another officer decides on it."), icon=":material/person_off:")
        else:
            _first_steps(t, flag)
            _rooms(here, flag, alike)
    if new:
        with desk.acting() as (tx, actor):
            card.read(tx, actor, flag_id)


def _alike(here: desk.Desk, flag_id: str) -> list[similar.Similar]:
    """What is alike, weighed once for each flag that is opened: every click on the card draws it again."""
    weighed: tuple[str, list[similar.Similar]] = st.session_state.get("triage_alike", ("", []))
    if weighed[0] != flag_id:
        with desk.reading() as tx:
            weighed = flag_id, similar.similar(tx, here.actor, flag_id)
        st.session_state["triage_alike"] = weighed
    return weighed[1]


def _head(t: Reader, flag: card.FlagCard, alike: int) -> None:
    client = markdown(flag.client) if flag.client else t("Client withheld")
    place = [client, markdown(flag.campaign), _when(t, flag)]
    look.section(t(CATEGORIES[flag.category].name), " · ".join(part for part in place if part))
    found = [badges.whistle(t)] if flag.whistle else []
    found += [badges.clock(t, flag.status, flag.outcome, flag.days), badges.severity(t, flag.severity)]
    found += [badges.waiting(t)] if flag.waiting_since else []
    found += [badges.alike(t, alike)] if alike else []
    st.markdown(" ".join(found))
    if flag.counted:
        st.caption(t("Nobody decided in seven days, so it counts in the score as reported."))


def _when(t: Reader, flag: card.FlagCard) -> str:
    if flag.week_only:
        return t("flag in {week}", week=t.week(flag.filed_on))
    if flag.met_on == flag.filed_on:
        return t("contact and flag on {day}", day=flag.filed_on)
    return t("flag on {day}, contact on {met}", day=flag.filed_on, met=flag.met_on)


def _said(t: Reader, flag: card.FlagCard) -> None:
    """Everything the reporter wrote: what is so, what was promised, what the customer believed and felt."""
    with st.container(gap="xsmall"):
        st.markdown(
            f"**{t('“{text}”', text=markdown(flag.text))}**" if flag.text else f"*{t('The flag came without words.')}*"
        )
        promise = dict(flag.promises).get(flag.promise_id or 0, "")
        if promise:
            st.markdown(t("Promise in the ledger: “{text}”", text=markdown(promise)))
        if flag.said:
            st.markdown(t("What was promised: “{text}”", text=markdown(flag.said)))
        if flag.said_where:
            st.markdown(t("Where it was promised: “{text}”", text=markdown(flag.said_where)))
        if flag.experience:
            st.markdown(t("The customer believed and felt: “{text}”", text=markdown(flag.experience)))
    facts = [t(CERTAINTIES[flag.certainty])]
    facts += [
        t(words[code])
        for words, code in ((FREQUENCIES, flag.frequency), (STEPS, flag.step), (CHANNELS, flag.channel))
        if code in words
    ]
    if flag.for_family in FAMILY:
        facts.append(t("would buy it for the family: {answer}", answer=t(FAMILY[flag.for_family])))
    if flag.contact_ref:
        facts.append(t("contact {reference}", reference=markdown(flag.contact_ref)))
    st.caption(" · ".join(facts))


def _files(t: Reader, flag: card.FlagCard) -> None:
    """Evidence, one link each: the route checks again who asks."""
    if not flag.files:
        return
    with st.container(horizontal=True):
        for file in flag.files:
            st.link_button(
                t("File {n} ({kind})", n=file.position, kind=_KINDS.get(file.kind, file.kind)),
                f"/files/evidence/{file.id}",
                icon=":material/attach_file:",
                type="tertiary",
                key=f"file_{file.id}",
            )


def _who(t: Reader, flag: card.FlagCard) -> None:
    if flag.disclosed == Disclosed.CONFIDENTIAL:
        said = t("You see the name, nobody else does: {name}.", name=markdown(flag.reporter))
        st.markdown(f":material/lock: **{t('Confidential.')}** {said}")
    elif flag.disclosed == Disclosed.NAMED:
        st.markdown(f":material/person: **{t('Named.')}** {t('Filed by {name}.', name=markdown(flag.reporter))}")
    elif flag.disclosed == Disclosed.ANONYMOUS:
        said = t("Nothing here tells who filed it. The reporter reads your messages with a receipt.")
        st.markdown(f":material/visibility_off: **{t('Anonymous.')}** {said}")
    else:
        st.markdown(f":material/upload_file: {t('This flag came from a file: there is nobody to answer.')}")


def _reply(t: Reader, flag: card.FlagCard) -> None:
    """The reporter's last word, when nobody has answered it yet."""
    if flag.messages and flag.messages[-1].side == Side.REPORTER and flag.messages[-1].text:
        with st.container(border=True):
            messages.line(t, flag.messages[-1])


def _whistle(here: desk.Desk, flag: card.FlagCard) -> None:
    t = here.t
    if flag.whistle_decided:
        decided = t(WHISTLE_ANSWERS[flag.whistle_decided])
        st.markdown(f":material/sports: {t('The whistle has its answer: {decided}.', decided=decided)}")
    elif (flag.whistle or flag.outcome == "T6") and here.actor.may(Permission.ANSWER_WHISTLE):
        st.page_link("ethics/triage/pages/whistles.py", label=t("Answer the whistle"), icon=":material/sports:")


def _first_steps(t: Reader, flag: card.FlagCard) -> None:
    """What comes before a decision: the client's name where it is withheld, and telling that the flag has been read."""
    if flag.withheld:
        st.markdown(
            t(
                "The client's name is withheld, because few people could have written this. "
                "You need it to decide; asking for it is recorded."
            )
        )
        st.text_input(t("Why you need it"), max_chars=200, key=field(flag.id, "why"), persist_state=KEPT)
        if st.button(t("Ask for the client's name"), key=f"{flag.id}_show", icon=":material/visibility:"):
            with desk.told(t):
                with desk.acting() as (tx, actor):
                    rulings.show_client(tx, actor, flag.id, st.session_state[f"{flag.id}_why"])
                forget(flag.id, "why")
                st.session_state.pop("triage_alike", None)
                st.rerun()
    unread = flag.status == Decision.OPEN and flag.answerable and flag.acknowledged_on is None
    if unread and st.button(
        t("Tell that it has been read"),
        key=f"{flag.id}_acknowledge",
        icon=":material/done_all:",
        help=t("Stops the seven-day clock; the answer is then due within three months."),
    ):
        with desk.told(t):
            with desk.acting() as (tx, actor):
                rulings.acknowledge(tx, actor, flag.id)
            st.toast(t("The reporter has been told."), icon=":material/check:")
            st.rerun()


def _rooms(here: desk.Desk, flag: card.FlagCard, alike: list[similar.Similar]) -> None:
    t = here.t
    rooms: dict[str, Callable[[], None]] = {t("Decide"): lambda: deciding.show(here, flag)}
    if flag.answerable:
        rooms[t("Messages")] = lambda: messages.show(t, flag)
    rooms[t("Find out")] = lambda: finding_out.show(t, flag)
    if alike or flag.merged:
        rooms[t("Alike")] = lambda: side_by_side.show(t, flag, alike)
    rooms[t("Notes")] = lambda: finding_out.notes(t, flag)
    for tab, room in zip(st.tabs(list(rooms), key=f"{flag.id}_rooms"), rooms.values(), strict=True):
        with tab:
            room()
