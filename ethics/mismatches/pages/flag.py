"""Flag: an agent says, between two calls, that something is not as promised; or thanks, or blows the whistle."""

from __future__ import annotations

from typing import Final

import streamlit as st

from ethics.access import Permission
from ethics.database import today
from ethics.language import mark
from ethics.mismatches import flags, form
from ethics.mismatches.meter import Meter
from ethics.mismatches.models import Disclosed, Good
from ethics.mismatches.pages import flag_form, sending
from ethics.mismatches.pages.good_news import good_news, good_news_card
from ethics.mismatches.words import NORMAL_WORK
from ethics.pages import desk, look

#: What may be told: its name on the switch, the title of its form, and one line that frames it.
_KINDS: Final = {
    "flag": (
        mark("Something is not as promised"),
        mark("What was not as promised?"),
        mark("About a client's product or way of selling, never about a colleague. Takes under a minute."),
    ),
    "thanks": (
        mark("Thanks"),
        mark("What is there to thank for?"),
        mark("From a customer or from a colleague. Leave customers' names out."),
    ),
    "turned": (
        mark("Turned to good"),
        mark("What turned to good?"),
        mark("A contact that began badly and ended well: what helped?"),
    ),
    "whistle": (
        mark("Blow the whistle"),
        mark("What has to stop now?"),
        mark("For serious and grave things only. You propose to stop a campaign; somebody answers at once."),
    ),
}


def _sent(here: desk.Desk, kind: str) -> None:
    """After sending: what happens now, with dates."""
    t, by = here.t, form.dates(today())
    if kind == "flag":
        look.title(t("Sent. Thank you for telling."), t("An officer reads it by {day} and tells you so.", day=by.read))
        st.markdown(t("You hear what came of it by {day}, usually much sooner.", day=by.answer))
        st.markdown(t("You find the answers on the page My flags."))
    elif kind == "whistle":
        look.title(t("Sent. The whistle is blown."), t("You get an answer by {day}.", day=by.whistle))
        st.markdown(
            t("An officer and an executive read it now: the campaign is paused, repaired, or goes on with a reason.")
        )
    elif kind == Good.THANKS:
        look.title(t("Thank you for passing the thanks on"), t("It is kept with the client's evidence."))
        st.markdown(t("Somebody's day was better because of this work. Now it is written down."))
    else:
        look.title(t("Well done"), t("It is kept with the client's evidence."))
        st.markdown(t("You turned a bad contact to good. That takes skill, and it counts as evidence too."))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if st.button(t("Tell something else"), key="another"):
            _told_once()
            st.rerun()
        st.page_link("ethics/mismatches/pages/my_flags.py", label=t("My flags"), icon=":material/inbox:")


def _told_once() -> None:
    """Go back to the form."""
    for key in ("sent", "sent_seen"):
        st.session_state.pop(key, None)


def _part(name: str, lines: list[tuple[str, str]], note: str = "") -> None:
    """A part of a card: its name, and lines with an icon each."""
    with st.container(gap="xsmall"):
        st.markdown(f"**{name}**")
        for icon, line in lines:
            st.markdown(f":material/{icon}: {line}")
        if note:
            st.caption(note)


def _flag_card(here: desk.Desk, measured: Meter | None) -> None:
    """Who sees the name, what happens next, and the way without a name."""
    t, by = here.t, form.dates(today())
    if st.session_state.get("flag_disclosed") == Disclosed.NAMED:
        who = [("group", t("The officers and this client’s managers see it, and may ask you."))]
    else:
        who = [("lock", t("Only the officers see it. Managers read the flag without a name."))]
        who += [("groups", t.say(measured.says))] if measured is not None else []
    following = [
        ("mark_email_read", t("An officer reads it by {day} and tells you so.", day=by.read)),
        ("fact_check", t("You hear what came of it by {day}, usually much sooner.", day=by.answer)),
    ]
    if st.session_state.get("flag_category") not in NORMAL_WORK:
        following.append(("campaign", t("If it is true, it counts in the client’s score.")))
    with st.container(border=True):
        _part(
            t("Who sees your name"),
            who,
            t("Nobody joins your flags with your shifts or your absences: the system keeps no link between them."),
        )
        _part(t("What happens next"), following)
        _anonymous(here)


def _anonymous(here: desk.Desk) -> None:
    t = here.t
    with st.container(gap="xsmall"):
        st.markdown(f"**{t('Rather without a name?')}**")
        st.markdown(t("The anonymous form needs no sign-in and keeps nothing that tells who you are."))
    st.link_button(t("Tell without a name"), "/flag", icon=":material/door_open:", width="stretch")
    st.caption(
        t(
            "It opens in a new tab. Do it from a device where you are not signed in if you want to be sure: your "
            "employer's network can see that the page was visited."
        )
    )


def _whistle_card(here: desk.Desk) -> None:
    t, by = here.t, form.dates(today())
    with st.container(border=True):
        _part(
            t("Who reads it"),
            [
                ("bolt", t("A fair-play officer and an executive, at once.")),
                ("lock", t("Only the officers see your name; the executive reads the words without it.")),
            ],
        )
        _part(
            t("What happens next"),
            [
                ("schedule", t("The answer comes within one working day: by {day}.", day=by.whistle)),
                ("flag", t("It is followed as a flag too, until you know what came of it.")),
            ],
        )
        _anonymous(here)


def _prefill(here: desk.Desk) -> None:
    """What a link such as /new-flag?client=… asks for, once for each link and draft."""
    wanted = {name: st.query_params.get(name, "") for name in ("client", "campaign", "category", "contact")}
    if st.session_state.get("flag_link") == wanted:
        return
    st.session_state["flag_link"] = wanted
    if not any(wanted.values()):
        return
    with desk.reading() as tx:
        asked = form.asked(tx, here.actor, **wanted)
    for key, value in (
        ("flag_client", asked.client_id),
        (f"flag_campaign_{asked.client_id}", asked.campaign_id),
        ("flag_category", asked.category),
        ("flag_contact_ref", asked.contact_ref),
    ):
        if value:
            st.session_state[key] = value


def _form(here: desk.Desk, offered: form.Choices, kind: str) -> None:
    t = here.t
    if kind == "flag":
        draft, files = flag_form.flag(here, offered)
        sending.send(here, draft, flags.file, label=t("Send the flag"), kind=kind, files=files)
    elif kind == "whistle":
        sending.send(here, flag_form.whistle(here, offered), flags.file, label=t("Blow the whistle"), kind=kind)
    else:
        sending.send(here, good_news(here, offered, Good(kind)), flags.tell_good_news, label=t("Send"), kind=kind)


def show() -> None:
    """The form of what is told, or what happens after it."""
    here = desk.allowed(Permission.FILE_FLAG)
    t = here.t
    if st.session_state.get("sent_seen") and "another" not in st.session_state:
        # The button was drawn once and is gone: the person has been on another page since.
        _told_once()
    if "sent" in st.session_state:
        _sent(here, st.session_state["sent"])
        st.session_state["sent_seen"] = True
        return
    sending.keep_choices(t)
    _prefill(here)
    with desk.reading() as tx:
        offered = form.choices(tx, here.actor, *flag_form.client_of_draft())
    kind = st.session_state.setdefault("flag_kind", "flag")
    _, asks, frame = _KINDS[kind]
    look.title(t(asks), t(frame))
    if not offered.clients:
        look.empty("storefront", t("No clients yet"), t("Clients come in from a file on the Import page."))
        return
    st.segmented_control(
        t("What do you want to tell?"),
        list(_KINDS),
        required=True,
        format_func=lambda k: t(_KINDS[k][0]),
        key="flag_kind",
        label_visibility="collapsed",
        wrap=True,
        persist_state="session",
    )
    left, right = st.columns([5, 3], gap="large")
    with left:
        _form(here, offered, kind)
    with right:
        if kind == "flag":
            _flag_card(here, offered.meter)
        elif kind == "whistle":
            _whistle_card(here)
        else:
            good_news_card(here)


show()
