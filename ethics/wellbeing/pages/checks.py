"""Every number that belongs beside the estimate, whatever it says: as a table and as a file. Shown as published."""

from __future__ import annotations

from typing import Final, NamedTuple

import streamlit as st

from ethics.language import Reader, mark
from ethics.pages import look
from ethics.wellbeing import words
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import Headline, Ratio
from ethics.wellbeing.weighing import p_written, ratio_written

_HEADER: Final = (mark("Quarter"), mark("What was checked"), mark("Found"), mark("Value"), mark("Low"), mark("High"))
#: A cell of the file where there is no number.
_NONE: Final = ""

Cell = float | str


class Row(NamedTuple):
    """A check: its name, what was found in words, and the same as numbers for the file."""

    name: str
    found: str
    value: Cell = _NONE
    low: Cell = _NONE
    high: Cell = _NONE


def rows(t: Reader, headline: Headline) -> list[Row]:
    """Every check with its number, in the order in which they are read."""
    windows = [
        (t("{first}–{last} weeks before", first=window.first, last=window.last), window.ratio)
        for window in headline.windows
    ]
    return [
        _ratio(t, t("Estimate, 1–4 weeks before"), headline.ratio),
        *(_ratio(t, name, ratio) for name, ratio in windows),
        _ratio(t, t("Clients not held apart"), headline.dose_only),
        _p(t, t("Chance (shifts within client)"), headline.p),
        _p(t, t("Same week: does reporting follow burden?"), headline.same_week_p),
        _p(t, t("Lead test: are agents moved after illness?"), headline.lead_p),
        _number(t, t("E-value of the estimate"), headline.e_value),
        _number(t, t("E-value of the limit nearer to 1"), headline.e_value_limit),
        _number(t, t("Smallest ratio found four times in five"), headline.minimum_detectable),
        _number(t, t("Effective number of agents"), headline.effective_agents, 0),
        Row(t("Made of"), words.headline_counts(t, headline)),
    ]


def show(t: Reader, release: Release) -> None:
    """The checks of a published quarter, and their file."""
    found, name = rows(t, release.headline), t("Every check with its number")
    with st.expander(name):
        st.table(
            {t("What was checked"): [row.name for row in found], t("Found"): [row.found for row in found]},
            border="horizontal",
            hide_index=True,
            alt=name,
        )
        with st.container(horizontal_alignment="right"):
            look.download(
                t,
                f"reilu-sick-leave-checks-{release.quarter}",
                [t(column) for column in _HEADER],
                [(release.quarter, *row) for row in found],
                key="leave_checks_csv",
            )


def _ratio(t: Reader, name: str, ratio: Ratio | None) -> Row:
    if ratio is None:
        return Row(name, t("not known"))
    return Row(name, ratio_written(t, ratio), ratio.rate_ratio, ratio.low, ratio.high)


def _p(t: Reader, name: str, p: float | None) -> Row:
    return Row(name, t("not known")) if p is None else Row(name, p_written(t, p), p)


def _number(t: Reader, name: str, value: float | None, decimals: int = 2) -> Row:
    return Row(name, t("not known")) if value is None else Row(name, t.number(value, decimals), value)
