"""Facts about the attacks on what was published: each rule of it, taken out, lets one of them succeed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from ethics.clients.models import Client
from ethics.database import Database
from ethics.disclosure import Figures
from ethics.wellbeing import command, contrasts, publishing, release, releases, words
from ethics.wellbeing.contrasts import OTHER
from ethics.wellbeing.pages import figures
from ethics.wellbeing.results import ESTIMATED, ClientRatio, Ratio
from reports import wellbeing_words
from tests import frozen_attacks, ratio_attacks, store_attacks
from tests.mutants import copied, in_house, succeeds

Patch = pytest.MonkeyPatch


def swap(patch: Patch, module: ModuleType, old: str, new: str) -> None:
    """Put a copy of a module, with one piece of its source changed, in the attacks' place for it."""
    copy = copied(module, old, new)
    for attacks in (frozen_attacks, ratio_attacks):
        if hasattr(attacks, module.__name__.rsplit(".", 1)[1]):
            patch.setattr(attacks, module.__name__.rsplit(".", 1)[1], copy)


# What was published stays.


def _told_today(change: Callable[[Any, Any], Any]) -> Callable[[Patch], None]:
    """A mutant of reading: what is stored, changed by what the house knows today."""

    def mutate(patch: Patch) -> None:
        read = releases._read
        patch.setattr(releases, "_read", lambda tx, row: change(tx, read(tx, row)))

    return mutate


def _names(tx: Any, found: Any) -> Any:
    known = dict(tx.execute(sa.select(Client.id, Client.name)).tuples().all())  # type: ignore[call-overload]
    return replace(found, clients=tuple(replace(cell, name=known[cell.client]) for cell in found.clients))


def _count(tx: Any, found: Any) -> Any:
    number = tx.connection().scalar(sa.text("SELECT count(DISTINCT agent_id) FROM shift"))
    return replace(found, total=Figures(number, found.total.with_leave, found.total.days)) if found.total else found


FROZEN = {
    "clients by the names of today": _told_today(_names),
    "agents of today": _told_today(_count),
    "the cost of a day of today": _told_today(lambda tx, one: replace(one, day_cost=publishing.terms.day_cost(tx))),
    "a quarter that can be prepared anew": lambda patch: swap(
        patch, publishing, "if tx.get(StoredRelease, str(quarter)) is not None:", "if False:"
    ),
}


@pytest.mark.parametrize("name", FROZEN)
def test_an_attack_succeeds_on_a_published_quarter_with(name: str, lite: Database, monkeypatch: Patch) -> None:
    frozen_attacks.found(lite)
    FROZEN[name](monkeypatch)
    attempt = in_house(lite, frozen_attacks.a_published_quarter_stays_as_it_is)
    assert succeeds(frozen_attacks.pasts(), attempt)


# What is shown was published.


def _shares(patch: Patch, where: Any, name: str) -> None:
    written = getattr(where, name)

    def told_with_share(*given: Any) -> Any:
        shown = given[-1]
        *others, last = written(*given)
        return (*others, f"{last} ({shown.with_leave / shown.agents:.0%})") if shown else (*others, last)

    patch.setattr(where, name, told_with_share)


def _rest(patch: Patch) -> None:
    rows = figures.rows

    def with_rest(t: Any, found: Any) -> Any:
        known = [cell.figures.days for cell in found.clients if cell.figures]
        rest = abs(found.total.days - sum(known)) if found.total else None
        return [*rows(t, found), ("Others", "", Figures(rest, rest, rest) if rest else None)]

    patch.setattr(figures, "rows", with_rest)


def _width(patch: Patch) -> None:
    answer = words.client_answer

    def wider(t: Any, line: Any, name: str) -> str:
        return f"{answer(t, line, name)} {line.ratio.high - line.ratio.low if line.ratio else ''}"

    patch.setattr(words, "client_answer", wider)


def _errors(patch: Patch) -> None:
    plain = command._ratio
    patch.setattr(command, "_ratio", lambda r: plain(r) | ({"error": math.log(r.high / r.low) / 3.92} if r else {}))


STORE = {
    "a share beside a count on the page": lambda patch: _shares(patch, figures, "_written"),
    "a share beside a count in a client's table": lambda patch: _shares(patch, wellbeing_words, "_row"),
    "the company less the clients that are shown": _rest,
    "every client for every manager": lambda patch: patch.setattr(releases, "_cut", lambda whole, _clients: whole),
    "the width of an interval": _width,
    "an error in the JSON": _errors,
}


@pytest.mark.parametrize("name", STORE)
def test_a_number_that_was_not_published_is_seen_in(name: str, lite: Database, monkeypatch: Patch) -> None:
    store_attacks.found(lite)
    STORE[name](monkeypatch)
    attempt = in_house(lite, store_attacks.nothing_is_shown_that_was_not_published)
    assert succeeds(store_attacks.readings(), attempt, 60)


# Ratios name no numbers, and nobody who is hidden.


def _finer(patch: Patch) -> None:
    patch.setattr(release, "CLIENT_DECIMALS", 2)
    patch.setattr(ratio_attacks, "HALF", 0.005 + 1e-9)


COUNTS = {
    "a second decimal": _finer,
    "few sick leaves to be expected": lambda patch: swap(
        patch, contrasts, "support.onsets < LEAST_ONSETS * ends[0]", "False"
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_ratio_names_the_number_of_sick_leaves_with(name: str, monkeypatch: Patch) -> None:
    COUNTS[name](monkeypatch)

    def attempt(of: ratio_attacks.Counts) -> None:
        for attack in ratio_attacks.COUNT_ATTACKS:
            attack(of, of.line())

    assert succeeds(ratio_attacks.counts(), attempt, 1_000)


YEAR = {
    "clients that were hidden in a quarter": ("one.publishable and client in wanted", "one.publishable"),
    "one client alone in the pool": ("(pooled.publishable and several)", "pooled.publishable"),
    "a pool that is too small": ("(pooled.publishable and several)", "several"),
    "few agents": ("LEAST_AGENTS, LEAST_WITH_SPELLS, MOST_DROP = 20", "LEAST_AGENTS, LEAST_WITH_SPELLS, MOST_DROP = 2"),
    "few who fell ill": ("MOST_DROP = 20, 10", "MOST_DROP = 20, 2"),
    "one who fell ill often": ("MOST_DROP = 20, 10, 0.25", "MOST_DROP = 20, 10, 1.0"),
    "hidden clients fitted apart": (
        "    people, alone, worked = _exposed(panel)\n    names, shares = _grouped(panel, alone, groups)\n    rests",
        "    people, alone, worked = _exposed(panel)\n    names, shares = _grouped(panel, alone, None)\n    rests",
    ),
}


@pytest.mark.parametrize("name", YEAR)
def test_an_attack_succeeds_on_a_year_of_ratios_with(name: str, monkeypatch: Patch) -> None:
    swap(monkeypatch, contrasts, *YEAR[name])

    def attempt(of: ratio_attacks.Year) -> None:
        for attack in ratio_attacks.YEAR_ATTACKS:
            attack(of, ratio_attacks.published(of))

    assert succeeds(ratio_attacks.years(), attempt, 400)


QUARTERS = {
    "clients of nineteen agents": ("LEAST_AGENTS: Final = 20", "LEAST_AGENTS: Final = 19"),
    "clients that are shown in the last quarter": ("        shown &= _large(one.clients)\n", ""),
}


@pytest.mark.parametrize("name", QUARTERS)
def test_a_line_lacks_a_quarter_with(name: str, lite: Database, monkeypatch: Patch) -> None:
    swap(monkeypatch, publishing, *QUARTERS[name])
    attempt = in_house(lite, ratio_attacks.four_quarters_of_twenty_are_behind_every_line)
    assert succeeds(ratio_attacks.fours(), attempt)


def test_a_ratio_of_plain_counts_with_a_second_decimal_would_name_them(monkeypatch: Patch) -> None:
    """What keeps inversions from naming numbers, beside the rounding: agents are compared with themselves."""
    fitted = contrasts.client_ratios

    def plain(panel: Any, *, groups: Any = None) -> list[ClientRatio]:
        _, onset, share = ratio_attacks.shares(panel)
        lines = fitted(panel, groups=groups)
        for place, line in enumerate(lines):
            if line.ratio is None:
                continue
            mine = [
                k for k, c in enumerate(panel.clients) if c == line.client or (line.client == OTHER and c not in groups)
            ]
            part = share[:, mine].sum(axis=1)
            y, others = part @ onset, (1 - part) @ onset
            ratio, error = y / others * (1 - part).sum() / part.sum(), math.sqrt(1 / y + 1 / others)
            ends = (ratio * math.exp(-2 * error), ratio * math.exp(2 * error))
            lines[place] = ClientRatio(line.client, ESTIMATED, Ratio(ratio, *ends))
        return lines

    monkeypatch.setattr(contrasts, "client_ratios", plain)
    _finer(monkeypatch)
    named = []
    succeeds(
        ratio_attacks.years(), lambda of: named.append(ratio_attacks.counted_out(of, ratio_attacks.published(of))), 100
    )
    lines, found = (sum(one) for one in zip(*named, strict=True))
    assert found > lines / 2
