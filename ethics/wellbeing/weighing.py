"""What speaks for and against the estimate of mismatches and sick leave: every check as a sentence with its number."""

from __future__ import annotations

from typing import Final

from ethics.language import Reader, Sentence, mark, sentence
from ethics.wellbeing.association import LEVEL, SAME_WEEK_LEVEL
from ethics.wellbeing.results import NOT_ENOUGH_DATA, Headline, Ratio

#: p below this is not told more exactly.
SMALLEST: Final = 0.001


def numbers(t: Reader, ratio: Ratio, decimals: int = 2) -> dict[str, str]:
    """A ratio and its limits for the places `{ratio}`, `{low}` and `{high}`."""
    ends = {"ratio": ratio.rate_ratio, "low": ratio.low, "high": ratio.high}
    return {name: t.number(value, decimals) for name, value in ends.items()}


def ratio_written(t: Reader, ratio: Ratio, decimals: int = 2) -> str:
    """A ratio with its interval: `1.42 (1.10–1.71)`."""
    return t(
        "{ratio} ({low}–{high})",
        ratio=t.number(ratio.rate_ratio, decimals),
        low=t.number(ratio.low, decimals),
        high=t.number(ratio.high, decimals),
    )


def p_written(t: Reader, p: float) -> str:
    """A p-value: `p = 0.012`, or `p < 0.001`."""
    if p < SMALLEST:
        return t("p < {p}", p=t.number(SMALLEST, 3))
    return t("p = {p}", p=t.number(p, 3))


def weighed(t: Reader, headline: Headline) -> list[tuple[bool, Sentence]]:
    """Every check, as for (True) or against (False), in the order in which they are told; none without an estimate."""
    ratio = headline.ratio
    if ratio is None or headline.status == NOT_ENOUGH_DATA:
        return []
    found = [_interval(t, ratio)]
    if headline.p is not None:
        found.insert(0, _chance(t, headline.p))
    same_week, lead = headline.same_week_p, headline.lead_p
    if same_week is not None:
        found.append(_same_week(t, same_week))
    for window in headline.windows:
        name = sentence("Mismatches of the {first}–{last} weeks before", first=window.first, last=window.last)
        found.append(_beside(t, name, window.ratio, ratio))
    found.append(_beside(t, sentence("Without holding clients apart"), headline.dose_only, ratio))
    found.append(_moved(t, lead))
    if headline.e_value is not None and headline.e_value_limit is not None and headline.e_value_limit > 1:
        text = mark(
            "To explain the estimate away, something unmeasured would have to go together with both {e} times as strongly; to bring the interval to 1, {limit} times."
        )
        e_values = {"e": t.number(headline.e_value, 2), "limit": t.number(headline.e_value_limit, 2)}
        found.append((True, sentence(text, **e_values)))
    if headline.low_power and headline.minimum_detectable is not None:
        text = mark("There is little power: only a ratio of {least} or more would be found four times in five.")
        found.append((False, sentence(text, least=t.number(headline.minimum_detectable, 2))))
    return found


def _chance(t: Reader, p: float) -> tuple[bool, Sentence]:
    if p <= LEVEL:
        return True, sentence("Chance alone would rarely show as much ({p}).", p=p_written(t, p))
    return False, sentence("Chance alone would often show as much ({p}).", p=p_written(t, p))


def _interval(t: Reader, ratio: Ratio) -> tuple[bool, Sentence]:
    text = mark("The interval {low}–{high} leaves out 1, which is no link.")
    if not _clear(ratio):
        text = mark("The interval {low}–{high} holds 1, which is no link.")
    return _clear(ratio), sentence(text, low=t.number(ratio.low, 2), high=t.number(ratio.high, 2))


def _same_week(t: Reader, p: float) -> tuple[bool, Sentence]:
    if p < SAME_WEEK_LEVEL:
        text = mark("Mismatches of the same week go together with illness ({p}): reporting may follow burden.")
        return False, sentence(text, p=p_written(t, p))
    return True, sentence("Nothing shows that reporting follows burden (same week, {p}).", p=p_written(t, p))


def _moved(t: Reader, p: float | None) -> tuple[bool, Sentence]:
    if p is None:
        return False, sentence("Whether agents are moved after illness could not be checked.")
    if p < LEVEL:
        text = mark(
            "Illness goes together with the clients that come after it ({p}): agents may be moved after illness. The method bears some of that."
        )
        return False, sentence(text, p=p_written(t, p))
    return True, sentence("Nothing shows that agents are moved after illness (lead test, {p}).", p=p_written(t, p))


def _beside(t: Reader, name: Sentence, other: Ratio | None, main: Ratio) -> tuple[bool, Sentence]:
    """Whether another estimate says the same: on the same side of 1, and clear of it."""
    if other is None:
        return False, sentence("{name}: could not be estimated.", name=name)
    value = ratio_written(t, other)
    if (other.rate_ratio > 1) != (main.rate_ratio > 1):
        return False, sentence("{name}: {ratio}, on the other side of 1.", name=name, ratio=value)
    if not _clear(other):
        return False, sentence("{name}: {ratio}, which holds 1.", name=name, ratio=value)
    return True, sentence("{name}: {ratio}, to the same effect.", name=name, ratio=value)


def _clear(ratio: Ratio) -> bool:
    """The interval leaves out 1."""
    return not ratio.low <= 1 <= ratio.high
