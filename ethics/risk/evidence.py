"""The evidence about clients on many days at once: flags and contacts, decayed, as the policy counts them.

Days are the ends of weeks, seven days apart, as proleptic ordinals. A flag counts on the days from its `since` until
before its `until` while its contact lies in the window, and is worth less each week. The sum of what is left of it is
a running sum of n·2^(week / half-life), so that five years cost little more than one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ethics.mismatches.counted import NEVER, ORDER, Counted
from ethics.risk.formula import SEVERITIES, Columns
from ethics.risk.policy import MISMATCH_DIMENSIONS, Policy

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: What is left of a sum below this is rounding.
ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Contacts:
    """Contacts by client and week, arrays of one length: ids, Mondays as ordinals, contacts."""

    client: Whole
    week: Whole
    n: Whole


@dataclass(frozen=True, eq=False, slots=True)
class Ledger:
    """What the ledger holds of some clients, before any day is looked at.

    `repaired`: the stretches of flags in which their promise was withdrawn. `readings` (C, T, 2, 3) and `failed` (C, T)
    have been read for the days asked.
    """

    clients: tuple[int, ...]
    flags: Counted
    repaired: Counted
    contacts: Contacts
    readings: Array
    failed: Bools


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Evidence of C clients on T days. `contacts` are decayed, `whole` and `mismatches` are those in the window,
    `proved` of severity 4, `failed`: an absolute requirement has; all (C, T). `counts` (C, T, 4, 4) and `readings`
    (C, T, 2, 3) as in `Columns`. `prints` are hashes of all of it: equal evidence has an equal hash, whatever days
    were asked for."""

    clients: tuple[int, ...]
    days: Whole
    contacts: Array
    counts: Array
    readings: Array
    whole: Whole
    mismatches: Whole
    proved: Whole
    failed: Bools
    prints: Whole

    def floor(self, policy: Policy) -> Array:
        """The points to which a floor lifts each score, 0 without one; (C, T)."""
        proved = policy.lower_limit(policy.floors.proved_severity_4) * (self.proved > 0)
        failed = policy.lower_limit(policy.floors.failed_knockout) * self.failed
        return np.asarray(np.maximum(proved, failed), dtype=np.float64)

    def known(self) -> Bools:
        """Where there is anything to score; (C, T)."""
        seen = (self.whole > 0) | (self.mismatches > 0) | (self.proved > 0) | self.failed
        return np.asarray(seen | ~np.isnan(self.readings[..., 1]).all(axis=2))

    def columns(self, which: Bools, policy: Policy) -> Columns:
        """The rows chosen by `which` (C, T), the days of one client after the other."""
        return Columns(self.contacts[which], self.counts[which], self.readings[which], self.floor(policy)[which])


def repaired(flags: Counted, withdrawn: Mapping[int, Iterable[tuple[int, int]]]) -> Counted:
    """The parts of flags in which their promise was withdrawn; `withdrawn` has (from, until) by promise."""
    parts = [flags.chosen(np.zeros(0, dtype=np.intp))]
    for promise, stretches in withdrawn.items():
        for since, until in stretches:
            # What was met after the promise was said to be withdrawn shows that it was not: that counts whole.
            tied = flags.chosen((flags.promise == promise) & (flags.met < since))
            part = replace(tied, since=np.maximum(tied.since, since), until=np.minimum(tied.until, until))
            parts.append(part.chosen(part.since < part.until))
    return Counted(*(np.concatenate([getattr(part, name) for part in parts]) for name in Counted.__slots__))


def judged(flags: Counted, day: int) -> Counted:
    """The flags that count on `day`, as if they had always done: for an earlier day that is judged by this one."""
    known = flags.chosen((flags.since <= day) & (day < flags.until))
    proved = np.where(known.proved_since <= day, known.met, NEVER)
    return replace(known, since=known.met, until=np.full(len(known.met), NEVER), proved_since=proved)


def panel(ledger: Ledger, days: Whole, policy: Policy) -> Panel:
    """Count the evidence on `days`."""
    clock = _Clock(days, policy)
    rows = _rows(ledger.clients)
    flags, repairs = _Entries(ledger.flags, clock, rows, policy), _Entries(ledger.repaired, clock, rows, policy)
    shape = (len(ledger.clients), len(days))
    worth = 1.0 - policy.withdrawn_weight
    counts = flags.decayed(clock, shape[0]) - worth * repairs.decayed(clock, shape[0])
    counts[counts < ROUNDING] = 0.0
    met = clock.week(ledger.contacts.week)
    begin, end = np.maximum(met, 0), np.minimum(met + policy.window_weeks, clock.n)
    seen = begin < end
    of, met, begin, end, n = (a[seen] for a in (rows(ledger.contacts.client), met, begin, end, ledger.contacts.n))
    proved = flags.proved(clock, shape)
    prints = flags.prints(1, shape) + repairs.prints(2, shape)
    prints += _running(of, begin, end, _hashed(ledger.contacts.week[seen], 3) * n.astype(np.uint64), shape)
    prints += _hashed(proved, 4) + _hashed(ledger.failed, 5)
    read = np.where(np.isnan(ledger.readings), -1, np.round(1e6 * np.nan_to_num(ledger.readings))).astype(np.int64)
    for k in range(read.shape[2]):
        prints += _hashed(read[:, :, k, 1], 6 + k)
    # The ends of a burden's interval say more than its score does: every ratio of 1 or less scores 0.
    ends = _hashed(read[:, :, 1, 0], 8) + _hashed(read[:, :, 1, 2], 9)
    prints += np.where(read[:, :, 1, 1] < 0, np.uint64(0), ends)
    whole = _running(of, begin, end, n, shape)
    return Panel(
        clients=ledger.clients,
        days=days,
        contacts=np.where(whole > 0, clock.decayed(of, met, begin, end, n.astype(np.float64), shape[0]), 0.0),
        counts=counts,
        readings=ledger.readings,
        whole=whole,
        mismatches=_running(flags.row, flags.begin, flags.end, np.ones(len(flags.row), dtype=np.int64), shape),
        proved=proved,
        failed=ledger.failed,
        prints=prints.view(np.int64),
    )


class _Clock:
    """Places on the line of days: 0 is the first of them, below it are the weeks before."""

    def __init__(self, days: Whole, policy: Policy) -> None:
        self.last, self.n, self.half_life = int(days[-1]), len(days), policy.half_life_weeks
        self.window = policy.window_weeks

    def week(self, day: Whole) -> Whole:
        """The place of the first day that is not before `day`."""
        return np.asarray(self.n - 1 - (self.last - day) // 7)

    def decayed(self, of: Whole, met: Whole, begin: Whole, end: Whole, n: Array, rows: int) -> Array:
        """What is left on each day of `n` met at the place `met` and counted from `begin` until `end`; (rows, days)."""
        left = _running(of, begin, end, n * np.exp2(met / self.half_life), (rows, self.n))
        return np.asarray(left * np.exp2(-np.arange(self.n) / self.half_life))


class _Entries:
    """Flags as rows (of clients), cells (of dimension and severity) and places (on the clock)."""

    def __init__(self, flags: Counted, clock: _Clock, rows: Any, policy: Policy) -> None:
        dimensions = np.array([_dimension(policy, code) for code in ORDER])
        met = clock.week(flags.met)
        begin = np.maximum(clock.week(flags.since), 0)
        end = np.minimum(np.where(flags.until == NEVER, clock.n, clock.week(flags.until)), met + clock.window)
        end = np.minimum(end, clock.n)
        seen = (begin < end) & (dimensions[flags.category] >= 0)
        self.flags = flags.chosen(seen)
        self.met, self.begin, self.end = met[seen], begin[seen], end[seen]
        self.row = rows(self.flags.client)
        self.dimension = dimensions[self.flags.category]

    def decayed(self, clock: _Clock, clients: int) -> Array:
        """Decayed mismatches (clients, days, dimensions, severities 1–4)."""
        graver = self.flags.severity > 0
        cells = len(MISMATCH_DIMENSIONS) * SEVERITIES
        of = (self.row * cells + self.dimension * SEVERITIES + self.flags.severity - 1)[graver]
        met, begin, end = self.met[graver], self.begin[graver], self.end[graver]
        left = clock.decayed(of, met, begin, end, np.ones(len(of)), clients * cells)
        shaped = left.reshape(clients, len(MISMATCH_DIMENSIONS), SEVERITIES, clock.n)
        return np.ascontiguousarray(shaped.transpose(0, 3, 1, 2))

    def proved(self, clock: _Clock, shape: tuple[int, int]) -> Whole:
        """Proved mismatches of severity 4."""
        gravest = (self.flags.severity == SEVERITIES) & (self.flags.proved_since < NEVER)
        begin = np.maximum(self.begin, np.where(gravest, clock.week(self.flags.proved_since), 0))
        gravest &= begin < self.end
        ones = np.ones(int(gravest.sum()), dtype=np.int64)
        return np.asarray(_running(self.row[gravest], begin[gravest], self.end[gravest], ones, shape))

    def prints(self, kind: int, shape: tuple[int, int]) -> NDArray[np.uint64]:
        """Hashes of what counts on each day."""
        what = (self.flags.met * 64 + self.flags.category) * 8 + self.flags.severity
        return np.asarray(_running(self.row, self.begin, self.end, _hashed(what, kind), shape))


def _dimension(policy: Policy, category: str) -> int:
    name = policy.dimension_of(category)
    return -1 if name is None else MISMATCH_DIMENSIONS.index(name)


def _rows(clients: tuple[int, ...]) -> Any:
    """A function from arrays of client numbers to their places in `clients`."""
    known = np.argsort(np.array(clients, dtype=np.int64), kind="stable")
    ids = np.array(clients, dtype=np.int64)[known]
    return lambda of: known[np.searchsorted(ids, of)]


def _running(of: Whole, begin: Whole, end: Whole, n: Any, shape: tuple[int, int]) -> Any:
    """Sum `n` over the places from `begin` until before `end`, by row; the type is that of `n`."""
    steps = np.zeros((shape[0], shape[1] + 1), dtype=n.dtype)
    np.add.at(steps, (of, begin), n)
    np.subtract.at(steps, (of, end), n)
    return np.cumsum(steps, axis=1, dtype=n.dtype)[:, :-1]


def _hashed(what: Any, kind: int) -> NDArray[np.uint64]:
    """Mix whole numbers into 64 bits that add up without meeting (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        x = np.asarray(what).astype(np.int64).view(np.uint64) * np.uint64(32) + np.uint64(kind)
        x = (x + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))
