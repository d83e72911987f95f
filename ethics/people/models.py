"""Tables of people: accounts, their roles, sign-in sessions, failed sign-ins, the set-up code."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from ethics.database import Moment, Table


class User(Table, table=True):
    """An account. It holds no employee number, so no key leads from it to an agent's pseudonym."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    login: str = Field(max_length=64, unique=True)
    password_hash: str
    must_change_password: bool = False
    language: str | None = Field(default=None, max_length=2)
    email: str | None = Field(default=None, max_length=254)
    active: bool = True
    created_at: dt.datetime = Field(sa_type=Moment)


class UserRole(Table, table=True):
    """One role of one person."""

    __tablename__ = "user_role"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    role: str = Field(max_length=20, primary_key=True)


class ClientManager(Table, table=True):
    """A manager's client: whom the portfolio shows to whom."""

    __tablename__ = "client_manager"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    client_id: int = Field(foreign_key="client.id", primary_key=True, index=True)


class SignIn(Table, table=True):
    """A sign-in session. Only the token's hash is stored: reading this table lets nobody in."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    started_at: dt.datetime = Field(sa_type=Moment)
    seen_at: dt.datetime = Field(sa_type=Moment)


class FailedSignIn(Table, table=True):
    """A failed sign-in, kept for minutes: the account and the source are stored as hashes."""

    __tablename__ = "failed_sign_in"

    id: int | None = Field(default=None, primary_key=True)
    account_hash: str = Field(max_length=64, index=True)
    source_hash: str = Field(max_length=64)
    at: dt.datetime = Field(sa_type=Moment)


class SetupCode(Table, table=True):
    """The hash of the one-time code that lets the first administrator in. One row at most."""

    __tablename__ = "setup_code"

    id: int = Field(default=1, primary_key=True)
    code_hash: str = Field(max_length=64)
