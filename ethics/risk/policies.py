"""The policy in force: the newest that the administrator made, or the one that Reilu comes with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sqlmodel import Session, col, select

from ethics.access import Actor, NotAllowed, Permission
from ethics.people.models import User
from ethics.risk.models import StoredPolicy
from ethics.risk.policy import Policy, load_policy, read_policy
from ethics.risk.policy_fields import Change, differences


@dataclass(frozen=True)
class VersionLine:
    """One version of the policy; `changed` has path, value before and value after, as `policy_fields` gives them.

    `made_on` is None and `made_by` and `reason` are empty for the policy that Reilu comes with.
    """

    version: int
    made_on: dt.date | None
    made_by: str
    reason: str
    changed: tuple[Change, ...]


@cache
def built_in() -> Policy:
    """The policy that Reilu comes with: `policy.toml` beside this file."""
    return load_policy()


def current(tx: Session) -> Policy:
    """The policy in force."""
    newest = _newest(tx)
    return built_in() if newest is None else read_policy(newest.content)


def of_version(tx: Session, version: int) -> Policy | None:
    """The policy of a version; None for one that an earlier Reilu came with, whose numbers are gone."""
    row = tx.get(StoredPolicy, version)
    if row is not None:
        return read_policy(row.content)
    return built_in() if built_in().version == version else None


def in_force(tx: Session, actor: Actor) -> Policy:
    """The policy in force, for those who change it and those who have to defend a score. Raises Refused."""
    _require_reader(actor)
    return current(tx)


def in_force_since(tx: Session, actor: Actor) -> dt.date | None:
    """The day since which the policy holds; None for the one that Reilu comes with. Raises Refused."""
    _require_reader(actor)
    newest = _newest(tx)
    return None if newest is None else newest.made_at.astimezone().date()


def versions(tx: Session, actor: Actor) -> list[VersionLine]:
    """Every policy that was ever in force, the newest first; the last is the one that Reilu comes with.

    That one is left out where a newer Reilu brought it with a number that the house had given by then: it never held.
    """
    actor.require(Permission.CHANGE_POLICY)
    query = select(StoredPolicy, User.name).join(User, col(StoredPolicy.made_by) == User.id, isouter=True)
    before, lines = built_in(), [VersionLine(built_in().version, None, "", "", ())]
    for row, name in tx.exec(query.order_by(col(StoredPolicy.version))):
        after = read_policy(row.content)
        day = row.made_at.astimezone().date()
        lines.append(VersionLine(row.version, day, name or "", row.reason, differences(before, after)))
        before = after
    return list(reversed(lines[1:] if any(line.version == lines[0].version for line in lines[1:]) else lines))


def band_limits(rules: Policy) -> tuple[float, float, float]:
    """The scores at which watch, remedy and no thanks begin."""
    return rules.lower_limit("watch"), rules.lower_limit("remedy"), rules.lower_limit("no_thanks")


def _newest(tx: Session) -> StoredPolicy | None:
    return tx.exec(select(StoredPolicy).order_by(col(StoredPolicy.version).desc())).first()


def _require_reader(actor: Actor) -> None:
    if actor.must_change_password or not (actor.may(Permission.SEE_RISK) or actor.may(Permission.CHANGE_POLICY)):
        raise NotAllowed("Your roles do not allow this. Ask your administrator if you need it for your work.")
