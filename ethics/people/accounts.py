"""Accounts: the first administrator, new people, their roles and clients, their passwords."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from ethics import audit
from ethics.access import Actor, Permission, Role
from ethics.clients.models import Client
from ethics.database import now
from ethics.language import LANGUAGES, NotFound, Refused
from ethics.people import passwords
from ethics.people.models import ClientManager, SetupCode, SignIn, User, UserRole

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")
LONGEST_EMAIL: Final = 254
#: One address and nothing beside it: neither a list nor a name in brackets, which a mail program would read anew.
EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")


@dataclass(frozen=True)
class Person:
    """An account as the People page shows it."""

    id: int
    name: str
    login: str
    roles: tuple[Role, ...]
    client_ids: tuple[int, ...]
    active: bool
    must_change_password: bool
    email: str | None = None


def nobody_yet(tx: Session) -> bool:
    """True until the first administrator exists."""
    return tx.exec(select(func.count()).select_from(User)).one() == 0


def new_setup_code(tx: Session) -> str:
    """A new one-time code for the first administrator; the one before it stops working.

    Raises Refused once an administrator exists.
    """
    if not nobody_yet(tx):
        raise Refused("Reilu is set up already: an administrator adds people on the People page.")
    code = "-".join(f"{secrets.randbelow(10_000):04d}" for _ in range(4))
    tx.execute(delete(SetupCode))
    tx.add(SetupCode(code_hash=_hash(code)))
    return code


def _hash(code: str) -> str:
    return hashlib.sha256(re.sub(r"\D", "", code).encode()).hexdigest()


def set_up(
    tx: Session, *, code: str, name: str, login: str, password: str, language: str, roles: Iterable[Role] = ()
) -> int:
    """Create the first administrator and return the account's number. Raises Refused; the code works once."""
    stored = tx.get(SetupCode, 1)
    if not nobody_yet(tx) or stored is None or not hmac.compare_digest(stored.code_hash, _hash(code)):
        raise Refused("That set-up code is not valid. The terminal in which Reilu was started shows the right one.")
    user_id = _add(tx, name=name, login=login, password=password, language=language, roles={Role.ADMINISTRATOR, *roles})
    tx.delete(stored)
    audit.record(tx, Actor(name=name, user_id=user_id), "set up", str(user_id))
    return user_id


def add_person(
    tx: Session, actor: Actor, *, name: str, login: str, roles: Iterable[Role], email: str | None = None
) -> tuple[int, str]:
    """Create an account; returns its number and the one-time password to hand over. It is not shown again."""
    actor.require(Permission.MANAGE_PEOPLE)
    chosen, address = set(roles), email_address(email or "")
    if not chosen:
        raise Refused("Choose at least one role.")
    password = passwords.one_time()
    user_id = _add(tx, name=name, login=login, password=password, language=None, roles=chosen)
    user = _user(tx, user_id)
    user.must_change_password, user.email = True, address
    audit.record(tx, actor, "add person", str(user_id), roles=sorted(chosen))
    return user_id, password


def email_address(text: str) -> str | None:
    """The address as it is stored; None for empty text. Raises Refused for what is not one plain address."""
    address = text.strip(" ")
    if not address:
        return None
    if len(address) > LONGEST_EMAIL or not address.isprintable() or not EMAIL.fullmatch(address):
        raise Refused(
            "That e-mail address cannot be used: it needs one @ and no spaces, and {n} characters at most.",
            n=LONGEST_EMAIL,
        )
    return address


def _add(tx: Session, *, name: str, login: str, password: str, language: str | None, roles: set[Role]) -> int:
    name, login = " ".join(name.split()), login.strip().lower()
    if not name or len(name) > 100:
        raise Refused("Write the person's name (at most {n} characters).", n=100)
    if not LOGIN.fullmatch(login):
        raise Refused("A user name has 3 to 64 characters: letters a–z, digits, and . _ - @.")
    if tx.exec(select(User).where(User.login == login)).first():
        raise Refused("The user name {login} is taken. Choose another.", login=login)
    passwords.check_new(password, login=login)
    user = User(
        name=name,
        login=login,
        password_hash=passwords.hashed(password),
        language=language if language in LANGUAGES else None,
        created_at=now(),
    )
    tx.add(user)
    tx.flush()
    assert user.id is not None
    for role in roles:
        tx.add(UserRole(user_id=user.id, role=role))
    tx.flush()
    return user.id


def _user(tx: Session, user_id: int) -> User:
    user = tx.get(User, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def change_person(
    tx: Session,
    actor: Actor,
    user_id: int,
    *,
    roles: Iterable[Role],
    client_ids: Iterable[int],
    active: bool,
    email: str | None = None,
) -> None:
    """Set somebody's roles, clients, e-mail address and whether the account works.

    `email` None leaves the address, empty text takes it away. Taking a role or the account away ends their sessions.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    address = email_address(email or "")
    user, chosen, clients = _user(tx, user_id), set(roles), set(client_ids)
    if not chosen:
        raise Refused("Choose at least one role.")
    known = set(tx.exec(select(Client.id).where(col(Client.id).in_(clients))).all())
    if clients - known:
        raise NotFound("There is no such client.")
    before = _roles(tx, user_id)
    if user_id == actor.user_id and not (active and Role.ADMINISTRATOR in chosen):
        raise Refused("You cannot take your own administrator role away. Another administrator can.")
    tx.execute(delete(UserRole).where(col(UserRole.user_id) == user_id))
    tx.execute(delete(ClientManager).where(col(ClientManager.user_id) == user_id))
    tx.add_all(UserRole(user_id=user_id, role=role) for role in chosen)
    tx.add_all(ClientManager(user_id=user_id, client_id=client_id) for client_id in clients)
    moved = email is not None and address != user.email
    user.active, user.email = active, address if moved else user.email
    if not active or before - chosen:
        tx.execute(delete(SignIn).where(col(SignIn.user_id) == user_id))
    facts = {"roles": sorted(chosen), "clients": len(clients), "active": active, "email_changed": moved}
    audit.record(tx, actor, "change person", str(user_id), **facts)
    tx.flush()


def reset_password(tx: Session, actor: Actor, user_id: int) -> str:
    """Give somebody a new one-time password and end their sessions."""
    actor.require(Permission.MANAGE_PEOPLE)
    user, password = _user(tx, user_id), passwords.one_time()
    user.password_hash, user.must_change_password = passwords.hashed(password), True
    tx.execute(delete(SignIn).where(col(SignIn.user_id) == user_id))
    audit.record(tx, actor, "reset password", str(user_id))
    return password


def change_password(tx: Session, user_id: int, *, old: str, new: str) -> None:
    """Change one's own password; every session of the account ends."""
    user = _user(tx, user_id)
    if not passwords.matches(user.password_hash, old):
        raise Refused("The present password is not right.")
    if old == new:
        raise Refused("Choose a password that differs from the present one.")
    passwords.check_new(new, login=user.login)
    user.password_hash, user.must_change_password = passwords.hashed(new), False
    tx.execute(delete(SignIn).where(col(SignIn.user_id) == user_id))
    audit.record(tx, Actor(name=user.name, user_id=user_id), "change password", str(user_id))


def choose_language(tx: Session, user_id: int, language: str) -> None:
    """Remember the language that a person reads."""
    _user(tx, user_id).language = language if language in LANGUAGES else "en"


def assign_clients(tx: Session, user_id: int, client_ids: Iterable[int]) -> None:
    """Add clients to a manager's own: the sample centre gives all of its clients to who made it."""
    have = set(tx.exec(select(ClientManager.client_id).where(ClientManager.user_id == user_id)).all())
    tx.add_all(ClientManager(user_id=user_id, client_id=client_id) for client_id in set(client_ids) - have)


def people(tx: Session, actor: Actor) -> list[Person]:
    """Everybody, by name."""
    actor.require(Permission.MANAGE_PEOPLE)
    roles: dict[int, list[Role]] = {}
    for row in tx.exec(select(UserRole)):
        roles.setdefault(row.user_id, []).append(Role(row.role))
    clients: dict[int, list[int]] = {}
    for link in tx.exec(select(ClientManager)):
        clients.setdefault(link.user_id, []).append(link.client_id)
    order = list(Role)
    return [
        Person(
            id=user.id or 0,
            name=user.name,
            login=user.login,
            active=user.active,
            roles=tuple(sorted(roles.get(user.id or 0, []), key=order.index)),
            client_ids=tuple(sorted(clients.get(user.id or 0, []))),
            must_change_password=user.must_change_password,
            email=user.email,
        )
        for user in tx.exec(select(User).order_by(func.lower(User.name)))
    ]


def _roles(tx: Session, user_id: int) -> set[Role]:
    return {Role(role) for role in tx.exec(select(UserRole.role).where(UserRole.user_id == user_id))}


def actor_of(tx: Session, user_id: int) -> Actor | None:
    """The person as the database knows them now; None when the account is gone or switched off."""
    user = tx.get(User, user_id)
    if user is None or not user.active:
        return None
    clients = tx.exec(select(ClientManager.client_id).where(ClientManager.user_id == user_id)).all()
    return Actor(
        name=user.name,
        roles=frozenset(_roles(tx, user_id)),
        user_id=user.id,
        client_ids=frozenset(clients),
        language=user.language,
        must_change_password=user.must_change_password,
    )
