"""Changing the policy: what another one would make of the clients, and putting it in force.

Present scores are computed anew at once. Weeks that have ended keep the policy that scored them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from ethics import audit
from ethics.access import Actor, Permission
from ethics.database import now, today
from ethics.language import Refused
from ethics.risk import gathering, picture, policies, scores
from ethics.risk.models import StoredPolicy
from ethics.risk.policy import Policy, written
from ethics.risk.policy_fields import differences, read
from ethics.risk.score import UNKNOWN

SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 500

Content = Mapping[str, Any]


@dataclass(frozen=True)
class PreviewLine:
    """A client's stored score and band, and those that the other policy would give; a score is None when unknown."""

    client_id: int
    name: str
    score_before: float | None
    score_after: float | None
    band_before: str
    band_after: str

    @property
    def moves(self) -> float:
        """By how many points the score would move; 0 when it is not known before or after."""
        if self.score_before is None or self.score_after is None:
            return 0.0
        return round(self.score_after - self.score_before, 1)

    @property
    def changes_band(self) -> bool:
        """Whether the client would stand in another band."""
        return self.band_before != self.band_after


@dataclass(frozen=True)
class Preview:
    """What a policy would make of every client: those first whose band would change, then the largest moves.

    Of `clients` in all, `bands` would change band and `moved` would get another score, by `furthest` points at most.
    """

    lines: tuple[PreviewLine, ...]
    clients: int
    bands: int
    moved: int
    furthest: float


def preview(tx: Session, actor: Actor, content: Content) -> Preview:
    """What the policy in `content` would make of every client. Stores nothing. Raises Refused."""
    actor.require(Permission.CHANGE_POLICY)
    _, rules = _read(tx, content)
    stored, names = scores.latest(tx), gathering.names(tx)
    found = picture.pictures(tx, gathering.data_until(tx), rules, judged_on=today())
    lines = []
    for client, row in found.items():
        before = stored.get(client)
        was, band = (before.score, before.band) if before is not None else (None, UNKNOWN)
        lines.append(PreviewLine(client, names[client], was, row.score, band, row.band))
    lines.sort(key=lambda line: (not line.changes_band, -abs(line.moves), line.name))
    return Preview(
        lines=tuple(lines),
        clients=len(lines),
        bands=sum(line.changes_band for line in lines),
        moved=sum(line.score_before != line.score_after for line in lines),
        furthest=max((abs(line.moves) for line in lines), default=0.0),
    )


def put_in_force(tx: Session, actor: Actor, content: Content, reason: str, *, based_on: int) -> int:
    """Store the policy in `content`, score every client by it, and return its version, which is given here.

    `based_on`: the version that the form was opened with. Raises Refused for a senseless or unchanged policy, for a
    reason that says nothing, and when another version has come into force since.
    """
    actor.require(Permission.CHANGE_POLICY)
    before, rules = _read(tx, content)
    if before.version != based_on:
        raise _overtaken(before.version)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused("Say why, in {n} letters or more: somebody will ask in a year.", n=SHORTEST_REASON)
    if len(reason) > LONGEST_REASON:
        raise Refused("The reason is longer than {n} letters.", n=LONGEST_REASON)
    tx.add(
        StoredPolicy(version=rules.version, content=written(rules), reason=reason, made_at=now(), made_by=actor.user_id)
    )
    try:
        tx.flush()
    except IntegrityError as error:
        if "pk_policy" not in str(error.orig):
            raise
        # PostgreSQL let somebody else give the same version a moment before.
        raise _overtaken(rules.version) from error
    changed = [path for path, _, _ in differences(before, rules)]
    audit.record(tx, actor, "change policy", str(rules.version), based_on=based_on, changed=changed)
    scores.compute(tx)
    return rules.version


def _read(tx: Session, content: Content) -> tuple[Policy, Policy]:
    """The policy in force and the one in `content`, with the version that it would get."""
    before = policies.current(tx)
    rules = read({**content, "version": max(before.version, policies.built_in().version) + 1})
    if {**written(rules), "version": 0} == {**written(before), "version": 0}:
        raise Refused("Nothing has been changed: this is the policy in force.")
    if any(rules.dimensions[name].categories != line.categories for name, line in before.dimensions.items()):
        raise Refused("Which category counts in which dimension is not changed here: it follows from what it means.")
    return before, rules


def _overtaken(version: int) -> Refused:
    return Refused(
        "Policy {version} has come into force since you opened this page. Look at it, and begin again from it.",
        version=version,
    )
