"""Who may do what: one table, default deny. Verbs ask it; pages only follow.

An `Actor` is a person as the database knew them a moment ago. `Actor.may` answers for a permission, `Actor.sees`
for a client: managers see the clients assigned to them, and to everyone who may not see a client it does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ethics.language import NotFound, Refused, mark


class Role(StrEnum):
    """What a person does in the house. One person may hold several."""

    AGENT = "agent"
    OFFICER = "officer"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    HR = "hr"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Final = {
    Role.AGENT: mark("Agent"),
    Role.OFFICER: mark("Fair-play officer"),
    Role.MANAGER: mark("Manager"),
    Role.EXECUTIVE: mark("Executive"),
    Role.HR: mark("HR"),
    Role.ADMINISTRATOR: mark("Administrator"),
}


class Permission(StrEnum):
    """One thing that can be allowed."""

    FILE_FLAG = "file a flag"
    TRIAGE = "triage flags"
    SEE_REPORTER = "see a confidential reporter"
    ANSWER_WHISTLE = "answer a whistle"
    KEEP_LEDGER = "keep the promise ledger"
    JUDGE_PROMISE = "judge a promise"
    SEE_CHANGES = "see what flags led to"
    SEE_RISK = "see risk scores"
    SEE_ALL_CLIENTS = "see all clients"
    SEE_REVENUE = "see revenue beside a review"
    FILL_CHECK = "fill in a checklist"
    MAKE_REVIEW = "make a review"
    READ_REVIEW = "read reviews"
    IMPORT_BUSINESS = "import clients, contacts, promises and flags"
    IMPORT_PEOPLE = "import shifts and spells"
    SEE_DATA_QUALITY = "see the quality of shift and spell data"
    MANAGE_PEOPLE = "manage people"
    READ_AUDIT = "read the audit trail"
    BACK_UP = "make a backup"
    ANALYSE = "compute results"
    CLOSE_ALARM = "close an alarm"
    CHANGE_POLICY = "change the risk policy"
    SEE_WELLBEING = "see published sick leave"
    SEE_ALL_WELLBEING = "see published sick leave of all clients"
    PUBLISH_WELLBEING = "publish sick leave"


_R, _P = Role, Permission
ALLOWED: Final[dict[Permission, frozenset[Role]]] = {
    _P.FILE_FLAG: frozenset({_R.AGENT}),
    _P.TRIAGE: frozenset({_R.OFFICER}),
    _P.SEE_REPORTER: frozenset({_R.OFFICER}),
    _P.ANSWER_WHISTLE: frozenset({_R.OFFICER, _R.EXECUTIVE}),
    _P.KEEP_LEDGER: frozenset({_R.MANAGER, _R.OFFICER}),
    _P.JUDGE_PROMISE: frozenset({_R.OFFICER}),
    _P.SEE_CHANGES: frozenset({_R.AGENT, _R.OFFICER, _R.MANAGER, _R.EXECUTIVE}),
    _P.SEE_RISK: frozenset({_R.MANAGER, _R.EXECUTIVE, _R.OFFICER}),
    _P.SEE_ALL_CLIENTS: frozenset({_R.EXECUTIVE, _R.OFFICER}),
    _P.SEE_REVENUE: frozenset({_R.EXECUTIVE}),
    _P.FILL_CHECK: frozenset({_R.MANAGER, _R.OFFICER}),
    _P.MAKE_REVIEW: frozenset({_R.MANAGER, _R.EXECUTIVE}),
    _P.READ_REVIEW: frozenset({_R.MANAGER, _R.EXECUTIVE}),
    _P.IMPORT_BUSINESS: frozenset({_R.HR, _R.ADMINISTRATOR}),
    _P.IMPORT_PEOPLE: frozenset({_R.HR}),
    _P.SEE_DATA_QUALITY: frozenset({_R.HR}),
    _P.MANAGE_PEOPLE: frozenset({_R.ADMINISTRATOR}),
    _P.READ_AUDIT: frozenset({_R.ADMINISTRATOR}),
    _P.BACK_UP: frozenset(),
    _P.ANALYSE: frozenset({_R.HR, _R.ADMINISTRATOR, _R.OFFICER}),
    _P.CLOSE_ALARM: frozenset({_R.MANAGER, _R.OFFICER}),
    _P.CHANGE_POLICY: frozenset({_R.ADMINISTRATOR}),
    _P.SEE_WELLBEING: frozenset({_R.HR, _R.MANAGER, _R.EXECUTIVE}),
    _P.SEE_ALL_WELLBEING: frozenset({_R.HR, _R.EXECUTIVE}),
    _P.PUBLISH_WELLBEING: frozenset({_R.HR}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks. `user_id` is None at the terminal: whoever has the machine has the house keys, and the audit says so."""

    name: str
    roles: frozenset[Role] = frozenset()
    user_id: int | None = None
    client_ids: frozenset[int] = frozenset()
    language: str | None = None
    must_change_password: bool = False
    terminal: bool = field(default=False)

    def may(self, permission: Permission) -> bool:
        """True when one of the person's roles allows it."""
        return self.terminal or bool(ALLOWED.get(permission, frozenset()) & self.roles)

    def require(self, permission: Permission) -> None:
        """Raise Refused unless the person may."""
        if self.must_change_password or not self.may(permission):
            raise NotAllowed("Your roles do not allow this. Ask your administrator if you need it for your work.")

    def sees(self, client_id: int) -> bool:
        """True when the client exists for this person beyond its name."""
        if self.may(Permission.SEE_ALL_CLIENTS):
            return True
        return self.may(Permission.SEE_RISK) and client_id in self.client_ids

    def sees_leave(self, client_id: int) -> bool:
        """True when the client's published sick leave is shown to this person: officers see every client, not that."""
        if self.may(Permission.SEE_ALL_WELLBEING):
            return True
        return self.may(Permission.SEE_WELLBEING) and client_id in self.client_ids

    def require_client(self, client_id: int) -> None:
        """Raise NotFound unless the person sees the client: forbidden and absent sound the same."""
        if not self.sees(client_id):
            raise NotFound("There is no such client.")


class NotAllowed(Refused):
    """The person's roles do not allow it."""


TERMINAL: Final = Actor(name="terminal", terminal=True)
