"""Facts about the attacks: each rule of disclosure, taken out of a copy of its source, lets one of them succeed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import pytest

from ethics import disclosure
from tests.attacks import ATTACKS, EXAMPLES, World, worlds
from tests.month_attacks import MONTH_ATTACKS, MONTH_EXAMPLES, Months, months
from tests.mutants import copied, succeeding

#: What is taken out: the words in the source, and what stands there instead.
QUARTER = {
    "nine agents": ("n < rules.agents", "n < rules.agents - 1"),
    "any number of agents": ("n < rules.agents", "n < 3"),
    "nobody without leave": ("n - took < rules.without_leave", "n - took < 0"),
    "no p%-rule": ("< rules.percent * first", "< -(10**9)"),
    "a p%-rule that counts the first day": (" - (took - 2)", ""),
    "a p%-rule that forgets the second": ("total - first - second - (took - 2)", "total - first - (took - 1)"),
    "no margin above one day": ("(total - first) - (took - 1) < MARGIN", "False"),
    "no margin below the cap": ("top * (took - 1) - (total - last) < MARGIN", "False"),
    "no insiders": ("not ((left > 0) & ((left < rules.insiders) | narrow)).any()", "True"),
    "four others": ("left < rules.insiders", "left < rules.insiders - 1"),
    "others of whom one was away": ("(away < LEFT)", "(away < LEFT - 1)"),
    "others who were all away": ("(left - away < 1)", "(left - away < 0)"),
    "others away for one day": ("(sum_left - away < MARGIN)", "(sum_left < 0)"),
    "others away for long": ("(top * away - sum_left < MARGIN)", "(sum_left < 0)"),
    "managers of clients": (" and safe(days[at], clients[at], rules, several)", ""),
    "managers of several clients": (", clients[at], rules, several)", ", clients[at], rules)"),
    "the first manager only": ("for many in known]\n    left", "for many in known[:1]]\n    left"),
    "managers of three clients and more": ("if len(many) > 1]", "if len(many) > 2]"),
    "no secondary suppression": ("while hidden and others", "while False and others"),
    "company whatever it is": (
        "while hidden and others and not allowed(",
        "while len(hidden) == 1 and others and len(",
    ),
    "teams of hidden clients": (
        "for client, at in _shown(everyone, clients, company).items():\n",
        "for client, at in {int(c): everyone[clients == c] for c in np.unique(clients)}.items():\n"
        "        if client not in _shown(everyone, clients, company):\n"
        "            for one, mine in _shown(at, teams, lambda at: safe(days[at], teams[at], rules)).items():\n"
        "                release.teams[one] = _figures(days[mine], rules)\n"
        "            continue\n",
    ),
    "unsafe cells among safe ones": ("for one, at in children.items() if not allowed(at)", "for one in ()"),
    "an unsafe total": ("if not company(everyone):", "if False:"),
    "days without a cap": ("int(np.minimum(days, rules.cap).sum())", "int(days.sum())"),
}
#: Two that no attack can use: the p%-rule needs three with leave by itself, and rules without a cap show only less.
CELL = {
    "two with leave": ("took < rules.with_leave", "took < 2", [0] * 8 + [2, 3, 4, 5], {"with_leave": 5}, False),
    "rules without a cap": ("days = np.minimum(values, top)", "days = values", [0] * 8 + [60, 60, 6, 2, 3], {}, True),
}
MONTH = {
    "months one by one": (
        "_figures(month[here[:, m]], rules) if shown else",
        "_figures(month[here[:, m]], rules) if allowed(month, here[:, m], rules.cap) else",
    ),
    "unsafe months": ("all(allowed(month, here[:, m], rules.cap) for m, month in enumerate(months))", "True"),
    "an unsafe quarter": ("and allowed(whole, everyone, rules.cap)", "and True"),
    "agents who are not employed": ("_figures(month[here[:, m]], rules)", "_figures(month, rules)"),
    "days beyond the cap": ("in beyond + rest)", "in rest)"),
    "the quarter less a month": ("in beyond + rest)", "in beyond)"),
    "managers of several clients": ("clients[at], rules, top, several)", "clients[at], rules, top)"),
    "agents who were away again": ("all(_counted(values, rules) for values in again)", "True"),
}


def mutant(old: str, new: str) -> ModuleType:
    """A copy of the rules with one piece changed, and without the audit, which would stop most releases."""
    copy = copied(disclosure, old, new)
    vars(copy).update(audit=lambda *_: [], Figures=disclosure.Figures, Release=disclosure.Release)
    return copy


def in_turn(release: Callable[[Any], Any], attacks: Iterable[Callable[[Any, Any], None]]) -> Callable[[Any], None]:
    """Every attack on what is released of a world, with the name of the one that succeeds."""

    def attempt(of: Any) -> None:
        told = release(of)
        for attack in attacks:
            try:
                attack(of, told)
            except AssertionError as reason:
                raise AssertionError(attack.__name__) from reason

    return attempt


def quarters(module: ModuleType, examples: int = 500) -> str | None:
    def release(of: World) -> Any:
        return module.publish(of.team, of.client_of, of.days, None, of.known)

    return succeeding(worlds(), in_turn(release, ATTACKS), examples, EXAMPLES.values())


def month_tables(module: ModuleType, examples: int = 1_000) -> str | None:
    def release(of: Months) -> Any:
        return module.publish_months(of.team, of.client_of, of.by_month, None, of.known)

    return succeeding(months(), in_turn(release, MONTH_ATTACKS), examples, MONTH_EXAMPLES)


def test_no_attack_succeeds_on_an_unchanged_copy() -> None:
    unchanged = mutant("def publish(", "def publish(")
    assert quarters(unchanged, 5) is None
    assert month_tables(unchanged, 5) is None


@pytest.mark.parametrize("name", QUARTER)
def test_an_attack_succeeds_on_a_quarter_with(name: str) -> None:
    assert quarters(mutant(*QUARTER[name])) is not None


@pytest.mark.parametrize("name", MONTH)
def test_an_attack_succeeds_on_months_with(name: str) -> None:
    assert month_tables(mutant(*MONTH[name])) is not None


@pytest.mark.parametrize("name", CELL)
def test_a_cell_is_judged_otherwise_with(name: str) -> None:
    old, new, days, rules, verdict = CELL[name]
    module = mutant(old, new)
    assert disclosure.safe(days, [1] * len(days), disclosure.Rules(**rules)) is verdict
    assert module.safe(days, [1] * len(days), module.Rules(**rules)) is not verdict
