"""Wellbeing: do mismatches go together with sick leave? Everything here was published; nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ethics.access import Permission
from ethics.escape import markdown
from ethics.language import Reader, reader
from ethics.pages import desk, look
from ethics.palette import DARK, LIGHT
from ethics.wellbeing import publishing, releases, terms, words
from ethics.wellbeing.pages import figures, forest, publish_form, terms_form
from ethics.wellbeing.publishing import Standing
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline
from ethics.wellbeing.terms import Confirmed
from ethics.wellbeing.weighing import p_written, ratio_written


@dataclass(frozen=True, slots=True)
class _Hr:
    """What HR has to do here."""

    confirmed: Confirmed | None
    cents: int | None
    standings: list[Standing]

    @property
    def agreed(self) -> bool:
        """The present terms are confirmed."""
        return self.confirmed is not None and self.confirmed.current


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(bars: tuple[forest.Bar, ...], note: str, language: str, dark: bool) -> dict[str, Any]:
    """A chart by what it shows, the note above it, its language and theme."""
    return forest.draw(bars, reader(language), DARK if dark else LIGHT, note)


def _chart(t: Reader, bars: tuple[forest.Bar, ...], says: str, note: str = "") -> None:
    look.chart(_drawn(bars, note, t.language, look.dark()), says)


def _nothing(t: Reader, hr: _Hr | None) -> None:
    """No quarter has been published: what to do next."""
    if hr is not None and not hr.agreed:
        look.title(
            t("Before the first sick leave comes in, confirm its terms"),
            t("Staff are heard and an impact assessment is made first; until then no file of sick leave is taken."),
        )
        return
    look.title(t("No quarter has been published yet"))
    look.empty(
        "hourglass_empty",
        t("Nothing here"),
        t("Publish a quarter below, once it waits for you.")
        if hr is not None
        else t("HR publishes a quarter from six weeks after its end; then it is here for good."),
    )


def _lines(lines: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {line}" for line in lines))


def _chosen(t: Reader, found: Sequence[Release]) -> Release:
    """The quarter to read, the newest unless another is chosen."""
    if len(found) == 1:
        return found[0]
    by_name = {one.quarter: one for one in found}
    picked = st.selectbox(
        t("Quarter"),
        list(by_name),
        format_func=lambda quarter: words.quarter_name(t, quarter),
        key="wellbeing_quarter",
        width=220,
    )
    return by_name[picked]


def _headline(t: Reader, headline: Headline) -> None:
    """The estimate with its interval, and what speaks for and against it."""
    held, bars = words.not_claimed(t, headline), forest.of_headline(t, headline)
    if held:
        st.warning(held, icon=":material/front_hand:")
    if bars and headline.status != NOT_ENOUGH_DATA:
        says = words.meaning(t, headline)
        look.section(t("How much, and how sure"), says)
        _chart(t, bars, says, t("Computed, but not claimed") if held else "")
    speaks_for, speaks_against = words.speaks_for(t, headline), words.speaks_against(t, headline)
    if speaks_for or speaks_against:
        left, right = st.columns(2, gap="large")
        for side, name, lines, none in (
            (left, t("What speaks for the estimate"), speaks_for, t("None of the checks.")),
            (right, t("What speaks against it"), speaks_against, t("None of the checks.")),
        ):
            with side:
                look.section(name)
                _lines(lines or [none])
    _checks(t, headline)


def _checks(t: Reader, headline: Headline) -> None:
    """Every number that belongs beside the estimate, whatever it says."""
    unknown = t("not known")

    def number(value: float | None, decimals: int = 2) -> str:
        return unknown if value is None else t.number(value, decimals)

    def p(value: float | None) -> str:
        return unknown if value is None else p_written(t, value)

    rows = [
        (t("Estimate, 1–4 weeks before"), ratio_written(t, headline.ratio) if headline.ratio else unknown),
        *(
            (
                t("{first}–{last} weeks before", first=window.first, last=window.last),
                ratio_written(t, window.ratio) if window.ratio else unknown,
            )
            for window in headline.windows
        ),
        (t("Clients not held apart"), ratio_written(t, headline.dose_only) if headline.dose_only else unknown),
        (t("Chance (shifts within client)"), p(headline.p)),
        (t("Same week: does reporting follow burden?"), p(headline.same_week_p)),
        (t("Lead test: are agents moved after illness?"), p(headline.lead_p)),
        (t("E-value of the estimate"), number(headline.e_value)),
        (t("E-value of the limit nearer to 1"), number(headline.e_value_limit)),
        (t("Smallest ratio found four times in five"), number(headline.minimum_detectable)),
        (t("Effective number of agents"), number(headline.effective_agents, 0)),
        (t("Made of"), words.headline_counts(t, headline)),
    ]
    with st.expander(t("Every check with its number")):
        st.table(
            {t("What was checked"): [name for name, _ in rows], t("Found"): [value for _, value in rows]},
            border="horizontal",
            hide_index=True,
            alt=t("Every check with its number"),
        )


def _above_calm(t: Reader, release: Release) -> None:
    said = words.attributable(t, release.headline, release.euros)
    if said:
        look.section(t("Sick leave above the calm level"), words.calm_level(t))
        _lines(said)


def _clients(t: Reader, release: Release | None) -> None:
    """The clients of the newest published year, one below the other."""
    if release is None or release.ratios is None:
        look.section(t("Client by client"))
        look.empty(
            "calendar_month",
            t("No year has been published yet"),
            t("Clients are compared once a year, when its four quarters are published."),
        )
        return
    names, year = {client.client: client.name for client in release.clients}, str(release.ratios.year)
    lines = [(names.get(line.client) or t("Other clients together"), line) for line in release.ratios.lines]
    says = t(
        "{year}: how often sick leave begins in the four weeks after work for a client, against all other work. Filled marks are claimed; about one in twenty of such claims is wrong. 1 is no difference.",
        year=year,
    )
    look.section(t("Client by client"), says)
    bars = forest.of_clients(t, lines)
    if bars:
        _chart(t, bars, says)
    _lines([words.client_answer(t, line, markdown(name)) for name, line in lines])
    alone = {line.client for line in release.ratios.lines}
    st.caption(words.officers_see(t))
    if hidden := sum(client not in alone for client in names):
        st.caption(
            t.plural(
                "One client is not shown by itself, to protect people.",
                "{n} clients are not shown by themselves, to protect people.",
                hidden,
            )
        )


def _hidden(t: Reader, release: Release) -> None:
    said = words.hidden(t, release)
    if said:
        look.section(t("What is withheld"))
        _lines(said)


def _explained(t: Reader) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        look.section(t("What this cannot say"))
        _lines(words.limits(t))
    with right:
        look.section(t("How it is computed"))
        _lines(words.method(t))


def show() -> None:
    """The answer and everything beside it; for HR also the terms, the cost of a day and publishing."""
    here = desk.allowed(Permission.SEE_WELLBEING)
    t, hr = here.t, None
    with desk.reading() as tx:
        found = releases.releases(tx, here.actor)
        if here.actor.may(Permission.PUBLISH_WELLBEING):
            confirmed = terms.confirmed(tx, here.actor)
            hr = _Hr(confirmed, terms.day_cost(tx), publishing.standings(tx, here.actor))
    if not found:
        _nothing(t, hr)
    else:
        head = st.container()
        release = _chosen(t, found)
        with head:
            look.title(words.answer(t, release.headline), words.frame(t, release))
        if hr is not None and (waiting := publish_form.ready(hr.standings)):
            st.info(
                t.plural(
                    "One quarter can be published: at the end of this page.",
                    "{n} quarters can be published: at the end of this page.",
                    waiting,
                ),
                icon=":material/lock_clock:",
            )
        _headline(t, release.headline)
        _above_calm(t, release)
        _clients(t, next((one for one in found if one.ratios and one.quarter <= release.quarter), None))
        figures.show(t, release)
        _hidden(t, release)
        _explained(t)
    if hr is None:
        return
    if not hr.agreed or hr.confirmed is None:
        terms_form.before(here)
        return
    publish_form.show(here, hr.standings)
    terms_form.day_cost(here, hr.cents)
    terms_form.after(here, hr.confirmed)


show()
