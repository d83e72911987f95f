"""A house in which somebody looks at everything before an agent sends a flag and after, and compares.

Polled is whatever a role may read: lists, counts, scores, promises, the ledger, the review that would be made, the head
of the audit trail. Unsigned flags of the running four weeks must not be in it; held ones not even for officers.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlmodel import Session, select, update

from ethics import audit
from ethics.access import TERMINAL, Actor, Role
from ethics.clients import campaigns, clients
from ethics.clients.models import Promise
from ethics.database import Database, Table, today
from ethics.door import filing, receipts
from ethics.mismatches import flags, form, ledger, own
from ethics.mismatches.clocks import DAYS_TO_DECIDE, monday, period
from ethics.mismatches.models import Decision, Disclosed, Flag
from ethics.risk import alarms, analysis, policies, policy_change
from ethics.triage import changed, queue, told, whistles
from reports import gather, portfolio
from tests import centre
from tests.conftest import someone
from tests.served import policy

DAY: Final = today()
CLIENTS: Final = (1, 2)
#: People who served each client lately.
PEOPLE: Final = 12
BROKEN: Final = 1
AGENT: Final = someone(Role.AGENT, user_id=1)
#: Days ago on which a flag of the running four weeks may have been sent that nobody had to decide yet. From the eighth
#: day on it is counted, whatever the attacker learns from that: silence must not lower a risk.
FRESH: Final = range(min(DAYS_TO_DECIDE, (DAY - period(DAY)).days) + 1)
TABLES: Final = Table.metadata.tables


@dataclass(frozen=True)
class Sent:
    """A flag to be sent: by whom it may be seen, how many days ago, and what it says. `held`: mixed in."""

    client: int
    category: str
    severity: int
    door: str
    held: bool
    withheld: bool
    promise: bool
    ago: int

    @property
    def draft(self) -> flags.Draft:
        promise = BROKEN if self.promise and self.client == 1 else None
        text = f"Luvattiin {self.severity} kertaa muuta kuin {self.category}."
        return flags.Draft(
            self.client, self.category, self.severity, "proof", text, DAY, self.door, "", promise_id=promise
        )


@dataclass(frozen=True)
class Poll:
    """Who looks, what was there before, what is sent; whether scores are computed in between."""

    role: Role
    before: tuple[Sent, ...]
    sent: tuple[Sent, ...]
    analysed: bool


@st.composite
def sents(draw: st.DrawFn, *, held: bool = False) -> Sent:
    door = Disclosed.ANONYMOUS if held else draw(st.sampled_from([Disclosed.CONFIDENTIAL, Disclosed.ANONYMOUS]))
    return Sent(
        draw(st.sampled_from(CLIENTS)),
        draw(st.sampled_from(["M01", "M03", "M05", "M08"])),
        draw(st.integers(0, 4)),
        door,
        held or (door == Disclosed.ANONYMOUS and draw(st.booleans())),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from(FRESH)),
    )


@st.composite
def polls(draw: st.DrawFn) -> Poll:
    """One to three flags, sent while somebody of any role looks; officers are sent held ones."""
    role = draw(
        st.sampled_from([Role.MANAGER, Role.MANAGER, Role.EXECUTIVE, Role.OFFICER, Role.AGENT, Role.ADMINISTRATOR])
    )
    before = draw(st.lists(sents(), max_size=2))
    sent = draw(st.lists(sents(held=role is Role.OFFICER), min_size=1, max_size=3))
    return Poll(role, tuple(before), tuple(sent), draw(st.integers(0, 19)) == 3)


def found(db: Database) -> None:
    """Two clients that a dozen people serve, a year of decided flags, a promise, scores."""
    people = {1: ("Test one", Role.AGENT), 2: ("Test officer", Role.OFFICER), 3: ("Test two", Role.AGENT)}
    centre.build(db, people | {4: ("Test manager", Role.MANAGER)})
    chance = random.Random(1)
    with db.write() as tx:
        numbers = range(1, PEOPLE + 1)
        agents = [{"id": number, "pseudonym": f"{number:032d}", "key_version": 1} for number in numbers]
        tx.execute(sa.insert(TABLES["agent"]), agents)
        work = {"hours_hundredths": 3_000, "contacts": 200}
        for client in CLIENTS:
            for ago in range(1, 27):
                week = {"week_start": monday(DAY) - dt.timedelta(weeks=ago), "client_id": client, **work}
                tx.execute(sa.insert(TABLES["client_week"]).values(agents=PEOPLE, **week))
                tx.execute(sa.insert(TABLES["agent_week"]), [{"agent_id": n, "shifts": 4, **week} for n in numbers])
        tx.add(Promise(id=BROKEN, client_id=1, text="Free", row_key="free"))
        tx.flush()
        tx.add_all(_decided(chance, number) for number in range(8))
        analysis.analyse(tx, TERMINAL)


def _decided(chance: random.Random, number: int) -> Flag:
    day = period(DAY) - dt.timedelta(days=chance.randint(1, 150))
    return Flag(
        id=f"{number:032x}",
        client_id=chance.choice(CLIENTS),
        promise_id=None,
        category=chance.choice(["M01", "M03", "M05"]),
        severity=chance.randint(0, 4),
        certainty="saw",
        text=f"Old {number}" if number < 2 else "",
        met_on=day,
        filed_on=day,
        disclosed=Disclosed.CONFIDENTIAL,
        reporter_id=1,
        status=chance.choice([Decision.CONFIRMED, Decision.CONFIRMED, Decision.DISMISSED]),
        decided_at=dt.datetime.combine(day, dt.time(12), dt.UTC) + dt.timedelta(days=2),
    )


def send(tx: Session, one: Sent) -> None:
    """Send a flag at its door; it lies there as if so many days had passed since."""
    before = set(tx.exec(select(Flag.id)))
    if one.door == Disclosed.CONFIDENTIAL:
        flags.file(tx, AGENT, replace(one.draft, submission=receipts.new_token()))
    else:
        choices = filing.Choices(mix_in=one.held, withhold=one.withheld)
        filing.file(tx, one.draft, receipts.new_token(), "x", choices, on=DAY)
    (key,) = set(tx.exec(select(Flag.id))) - before
    if one.held:
        return
    day = DAY - dt.timedelta(days=one.ago)
    if one.door == Disclosed.ANONYMOUS:  # its week is all that is known, and counts as its age
        day = next(week for week in (monday(day), monday(DAY)) if (DAY - week).days in FRESH)
    tx.execute(update(Flag).where(Flag.id == key).values(filed_on=day, met_on=day))  # type: ignore[arg-type]


def _ways(role: Role, client: int = 1) -> tuple[Actor, dict[str, Callable[[Session, Actor], Any]]]:
    """The person of a role, and what such a person reads of everything and of one client."""
    everybody: dict[str, Callable[[Session, Actor], Any]] = {"audit": lambda tx, _: audit.head(tx)}
    if role in (Role.MANAGER, Role.EXECUTIVE, Role.OFFICER):
        everybody |= {
            "told": lambda tx, a: told.told(tx, a, client),
            "file": lambda tx, a: gather.client_file(tx, a, client),
            "ledger": lambda tx, a: ledger.ledger(tx, a, client),
            "campaigns": lambda tx, a: campaigns.campaigns(tx, a, client),
            "client": lambda tx, a: clients.one(tx, a, client),
            "portfolio": portfolio.portfolio,
            "alarms": alarms.waiting,
            "changed": changed.what_changed,
            "policies": policies.in_force,
        }
    if role is Role.MANAGER:
        return someone(role, user_id=4, clients=CLIENTS), everybody
    if role is Role.EXECUTIVE:
        return someone(role, user_id=4), everybody | {"whistles": whistles.whistles}
    if role is Role.OFFICER:
        held: dict[str, Callable[[Session, Actor], Any]] = {
            "count": queue.count,
            "queue": queue.queue,
            "decided": lambda tx, a: queue.queue(tx, a, decided=True),
        }
        return someone(role, user_id=2), everybody | held
    if role is Role.AGENT:
        chosen: dict[str, Callable[[Session, Actor], Any]] = {
            "own": own.own,
            "unread": own.unread,
            "changed": changed.what_changed,
            "form": lambda tx, a: form.choices(tx, a, 1, None),
        }
        return someone(role, user_id=3), everybody | chosen
    preview: dict[str, Callable[[Session, Actor], Any]] = {
        "preview": lambda tx, a: policy_change.preview(tx, a, policy(tx)),
        "trail": audit.first_broken,
        "names": clients.all_names,
    }
    return someone(role, user_id=4), everybody | preview


def look(tx: Session, of: Poll) -> dict[str, Any]:
    """Everything that this role reads, by name; of a client the one that is flagged first."""
    actor, ways = _ways(of.role, of.sent[0].client)
    return {name: way(tx, actor) for name, way in ways.items()}


@dataclass(frozen=True)
class Heap:
    """Flags of the four weeks that ended last, all of client 1: on which day of them each was sent, two times over."""

    severities: tuple[int, ...]
    days: tuple[int, ...]
    others: tuple[int, ...]


@st.composite
def heaps(draw: st.DrawFn) -> Heap:
    severities = tuple(draw(st.lists(st.integers(0, 4), min_size=2, max_size=4)))
    days = st.lists(st.integers(1, 28), min_size=len(severities), max_size=len(severities))
    return Heap(severities, tuple(draw(days)), tuple(draw(days)))


def the_day_is_in_no_list(tx: Session, of: Heap) -> None:
    """Attack 8: order and dates of what comes out together are the same, whenever in the four weeks each was sent."""
    for severity in of.severities:
        send(tx, Sent(1, "M05", severity, Disclosed.CONFIDENTIAL, False, False, False, 0))
    keys = tx.exec(select(Flag.id).where(Flag.filed_on == DAY).order_by(Flag.id)).all()
    seen = []
    for days in (of.days, of.others):
        for key, ago in zip(keys, days, strict=True):
            sent_on = period(DAY) - dt.timedelta(days=ago)
            tx.execute(update(Flag).where(Flag.id == key).values(filed_on=sent_on))  # type: ignore[arg-type]
        reads = [(Role.MANAGER, "told"), (Role.AGENT, "changed")]
        seen.append([_ways(role)[1][name](tx, _ways(role)[0]) for role, name in reads])
    assert seen[0] == seen[1]
    assert seen[0][0].of >= len(keys)


def looking_twice_shows_nothing(tx: Session, of: Poll) -> None:
    """Attack 8: what was read before unsigned flags came is what is read after."""
    for one in of.before:
        send(tx, one)
    if of.analysed:
        analysis.analyse(tx, TERMINAL)
    before = look(tx, of)
    for one in of.sent:
        send(tx, one)
    if of.analysed:
        analysis.analyse(tx, TERMINAL)
    after = look(tx, of)
    for name, value in before.items():
        assert after[name] == value, (of.role, name)
