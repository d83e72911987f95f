"""What a published quarter says of mismatches and sick leave, in sentences. Screen, paper and terminal share them.

"Goes together with", never more: nothing here knows why. "Not enough data" and "cannot tell" are answers in full.
Every number is one that was published. Names go in as they are: whoever shows a sentence escapes it.
"""

from __future__ import annotations

from typing import Final

from ethics.language import Reader, mark, sentence
from ethics.wellbeing.association import (
    LEAST_CLIENTS,
    LEAST_EFFECTIVE,
    LEAST_ONSETS,
    LEAST_WEEKS,
    LEVEL,
    MOST_DETECTABLE,
)
from ethics.wellbeing.release import Release
from ethics.wellbeing.results import ESTIMATED, NOT_ENOUGH_DATA, PER, WITHHELD, Amount, ClientRatio, Headline
from ethics.wellbeing.weighing import numbers, p_written, weighed
from ethics.workforce.quarters import Quarter

#: What there is too little of, by its code.
MISSING: Final = {
    "few-clients": sentence("fewer than {n} clients", n=LEAST_CLIENTS),
    "few-weeks": sentence("fewer than {n} weeks", n=LEAST_WEEKS),
    "few-onsets": sentence("fewer than {n} sick leaves begun", n=LEAST_ONSETS),
    "few-effective-agents": sentence("an effective number of agents below {n}", n=int(LEAST_EFFECTIVE)),
    "little-movement": sentence(
        "mismatches and agents' clients change so little that a ratio below {n} would go unseen", n=int(MOST_DETECTABLE)
    ),
    "absurd-rates": sentence("contacts are missing: a client's rate cannot be true"),
    "no-fit": sentence("the calculation came to no result"),
    "no-release": sentence("no quarter has been published"),
}


def quarter_name(t: Reader, quarter: str) -> str:
    """`2026Q3` as the reader writes it."""
    return t.say(Quarter.read(quarter).named)


def answer(t: Reader, headline: Headline) -> str:
    """The whole centre's answer in one sentence, for a page's title and a paper's."""
    ratio = headline.ratio
    if headline.status == NOT_ENOUGH_DATA or (headline.status == ESTIMATED and ratio is None):
        missing = ", ".join(t.say(MISSING[code]) for code in headline.reasons if code in MISSING)
        if not missing:
            return t("There is not enough data to tell whether mismatches go together with sick leave")
        return t("Not enough data to tell whether mismatches go together with sick leave: {missing}", missing=missing)
    if headline.status == WITHHELD:
        return t("No claim about mismatches and sick leave: reporting may follow burden")
    assert ratio is not None
    if headline.claimed:
        values = {"per": PER, **numbers(t, ratio)}
        if ratio.rate_ratio > 1:
            return t(
                "More mismatches go together with more sick leave: {ratio} times as many begin for each {per} more per 1,000 contacts (95% interval {low}–{high})",
                **values,
            )
        return t(
            "More mismatches go together with less sick leave: {ratio} times as many begin for each {per} more per 1,000 contacts (95% interval {low}–{high})",
            **values,
        )
    if headline.minimum_detectable is None:
        return t("We cannot tell whether mismatches go together with sick leave")
    return t(
        "We cannot tell whether mismatches go together with sick leave; a ratio below {least} would often go unseen",
        least=t.number(headline.minimum_detectable, 2),
    )


def frame(t: Reader, release: Release) -> str:
    """The line under the answer: the quarter, when it was published, and what the estimate is made of."""
    found = headline_counts(t, release.headline)
    return t(
        "{quarter} · published {day}, unchanged since · {counts}",
        quarter=quarter_name(t, release.quarter),
        day=release.published_on,
        counts=found,
    )


def headline_counts(t: Reader, headline: Headline) -> str:
    """How much the estimate is made of; people and their sick leaves only where those are told."""
    clients = t.plural("{n} client", "{n} clients", headline.clients)
    weeks = t.plural("{n} week", "{n} weeks", headline.weeks)
    if headline.agents is None or headline.onsets is None:
        return t(
            "{clients}, {weeks}; how many agents and sick leaves is not told, to protect people",
            clients=clients,
            weeks=weeks,
        )
    agents = t.plural("{n} agent", "{n} agents", headline.agents)
    onsets = t.plural("{n} sick leave begun", "{n} sick leaves begun", headline.onsets)
    return ", ".join((agents, onsets, clients, weeks))


def meaning(t: Reader, headline: Headline) -> str:
    """What the ratio with its interval says, in a sentence; empty where there is none."""
    if headline.ratio is None or headline.status == NOT_ENOUGH_DATA:
        return ""
    values = {"per": PER, **numbers(t, headline.ratio)}
    if headline.status == WITHHELD:
        return t(
            "Computed, but not claimed, as the same-week check speaks against it: {ratio} times as many sick leaves begin for each {per} more confirmed mismatches per 1,000 contacts in the 1–4 weeks before (95% interval {low}–{high}). 1 is no link.",
            **values,
        )
    return t(
        "For each {per} more confirmed mismatches per 1,000 contacts, weighted by severity, in the 1–4 weeks before, {ratio} times as many sick leaves begin; likely between {low} and {high} (95% interval). 1 is no link.",
        **values,
    )


def speaks_for(t: Reader, headline: Headline) -> list[str]:
    """What makes the estimate more credible, a sentence each."""
    return [t.say(line) for good, line in weighed(t, headline) if good]


def speaks_against(t: Reader, headline: Headline) -> list[str]:
    """What makes the estimate less credible, a sentence each."""
    return [t.say(line) for good, line in weighed(t, headline) if not good]


def attributable(t: Reader, headline: Headline, euros: Amount | None = None) -> list[str]:
    """Sick leave above the level at calm clients, and its cost; empty where nothing was estimated."""
    if headline.status == WITHHELD:
        return [t("Sick leave above the calm level and its cost are withheld: reporting may follow burden.")]
    said = []
    if headline.spells is not None:
        text = mark(
            "Above the calm level: {mean} sick leaves begun in {weeks} weeks (95% interval from {low} to {high})."
        )
        said.append(t(text, weeks=headline.weeks, **_amounts(t, headline.spells)))
    if headline.days is not None:
        text = mark("Above the calm level: {mean} days of sick leave (95% interval from {low} to {high}).")
        said.append(t(text, **_amounts(t, headline.days)))
    if euros is not None:
        text = mark(
            "At the cost of a calendar day that HR set, weekends included, these days come to {mean} (95% interval from {low} to {high})."
        )
        said.append(t(text, **{k: _euros(t, v) for k, v in _ends(euros).items()}))
    if headline.days is not None and headline.days.low <= 0 <= headline.days.high:
        said.append(t("The interval holds 0: it may be none at all."))
    return said


def calm_level(t: Reader) -> str:
    """What the calm level is."""
    return t(
        "The calm level is the tenth of agents' weeks with fewest mismatches before them. An association, not a bill: it says what goes together, not what would have been spared."
    )


def client_answer(t: Reader, line: ClientRatio, name: str) -> str:
    """A client's year in a sentence; `name` is not used for the others pooled."""
    name = name if line.client else t("Other clients together")
    if line.ratio is None or line.status == NOT_ENOUGH_DATA:
        return t("{name}: not enough data to tell.", name=name)
    values = {"name": name, **numbers(t, line.ratio, 1)}
    if line.claimed:
        return t(
            "{name}: this work goes together with more sick leave, {ratio} times as much as the other work (95% interval {low}–{high}).",
            **values,
        )
    return t("{name}: we cannot tell; {ratio} times as much as the other work (95% interval {low}–{high}).", **values)


def not_claimed(t: Reader, headline: Headline) -> str:
    """What is withheld of the answer, and why; empty where nothing is. It is told before anything computed."""
    if headline.status != WITHHELD:
        return ""
    return t(
        "Withheld: the claim, the sick leave above the calm level and its cost. Mismatches of the same week go together with illness ({p}), which may mean that more is flagged when work is heavy anyway.",
        p=p_written(t, headline.same_week_p or 0.0),
    )


def hidden(t: Reader, release: Release) -> list[str]:
    """Which figures are not shown, and why in general words; the reason for a single one is never told."""
    said = []
    if release.total is None:
        said.append(t("The figures of the quarter, to protect people."))
    elif missing := sum(cell.figures is None for cell in (*release.clients, *release.teams)):
        said.append(
            t.plural(
                "The figures of one client or team, to protect people.",
                "The figures of {n} clients and teams, to protect people.",
                missing,
            )
        )
    if release.months and all(month.figures is None for month in release.months):
        said.append(t("The months of the company, to protect people."))
    return said


def why_hidden(t: Reader) -> str:
    """Why figures are not shown at all."""
    return t(
        "A figure is shown only when nobody's absence can be worked out from it, alone or together with the others and with what one manager knows of the clients assigned on the day of publishing: at least 10 agents, and further rules. Two people who pool what they know are not covered. Some figures are hidden to protect others, so that a hidden one says nothing about anybody."
    )


def officers_see(t: Reader) -> str:
    """What reaches those who see every client's score."""
    return t(
        "Officers see no figures of sick leave; the risk score that they see has agent burden, in steps of ten points, as a part."
    )


def method(t: Reader) -> list[str]:
    """How it is computed, in plain words."""
    return [
        t(
            "For each agent and week we ask whether a sick leave begins, and how many confirmed mismatches per 1,000 contacts there were at the clients worked for in the 1–4 weeks before."
        ),
        t(
            "Each agent is compared with the same agent in other weeks, and each week with the same week elsewhere: a flu season or a person who is often ill changes nothing."
        ),
        t(
            "Lasting differences between clients are held apart as well; without that, they would often pass for a link where there is none."
        ),
        t(
            "For p, the weeks of each client's mismatches are moved around in a circle many times: how often does chance alone give as much?"
        ),
        t(
            "The interval is the wider of two. We claim something only when p is at most {level} and the interval leaves 1 out.",
            level=t.number(LEVEL, 2),
        ),
        t(
            "The E-value says how strongly something unmeasured would have to go together with both mismatches and sick leave to explain the estimate away."
        ),
        t("The mismatches are the clients': nobody's own flags are ever joined with anybody's absence."),
        t(
            "What agents near illness may have flagged themselves is taken out in part, by the hours that each worked and the clients' rates."
        ),
    ]


def first_limits(t: Reader) -> list[str]:
    """The limits that stand beside every result, also where there is no room for the others."""
    return [
        t("This is an association. It shows what goes together, not why."),
        t(
            "If flags are filed more, or less, when work is heavy for other reasons, the estimate is wrong, and no method cures that. The same-week check finds some of it, not all."
        ),
    ]


def limits(t: Reader) -> list[str]:
    """What no method cures; said beside every result that has a page or a section of its own."""
    return [
        *first_limits(t),
        t(
            "The ratio is for each confirmed mismatch. If only some are flagged, each stands for several, and the ratio for each actual one is smaller."
        ),
        t(
            "Agents near illness may flag more, or less. As nobody's own flags are joined with absence, the method takes that out in part only: in simulation, three times as many flags moved the ratio by 5–9%, up or down."
        ),
        t("What no data hold, such as pay, a new supervisor or trouble at home, may go together with both."),
        t("It says nothing about any one person, and nothing about what would have happened without the mismatches."),
    ]


def _euros(t: Reader, euros: float) -> str:
    return t.euros(round(100 * euros))


def _ends(amount: Amount) -> dict[str, float]:
    return {"mean": amount.mean, "low": amount.low, "high": amount.high}


def _amounts(t: Reader, amount: Amount) -> dict[str, str]:
    return {name: t.number(value) for name, value in _ends(amount).items()}
