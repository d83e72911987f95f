"""Clients by name during one import: known ones, near misses, and new ones where the mapping allows them."""

from __future__ import annotations

from sqlmodel import Session, select

from ethics.clients import names
from ethics.clients.models import Client
from ethics.language import Refused


class Companies:
    """Looks clients up by the key of their names; `create` adds unknown ones to batch `batch_id`."""

    def __init__(self, tx: Session, batch_id: int, *, create: bool) -> None:
        self.tx, self.batch_id, self.create = tx, batch_id, create
        self.created = 0
        self._by_key: dict[str, int] = {}
        self._names: list[str] = []
        for number, key, name in tx.exec(select(Client.id, Client.name_key, Client.name)):
            if number is not None:
                self._by_key[key] = number
                self._names.append(name)

    def id_of(self, name: str) -> int:
        """The id of the client called `name`. Raises Refused with the nearest known name."""
        key = require_key(name)
        if (known := self._by_key.get(key)) is not None:
            return known
        if not self.create:
            near = names.nearest(name, self._names)
            if near:
                raise Refused(
                    "There is no client “{name}”. Did you mean “{near}”? Correct the name, or import the client first.",
                    name=name[:80],
                    near=near,
                )
            raise Refused("There is no client “{name}”. Correct the name, or import the client first.", name=name[:80])
        client = Client(name=name, name_key=key, batch_id=self.batch_id)
        self.tx.add(client)
        self.tx.flush()
        assert client.id is not None
        self.created += 1
        self._by_key[key] = client.id
        self._names.append(name)
        return client.id


class NameKeys:
    """The key of each client's name by its id: what row keys are made of, as ids differ from house to house."""

    def __init__(self, tx: Session) -> None:
        self.tx = tx
        self._keys: dict[int, str] = {}

    def of(self, client_id: int) -> str:
        """The key of the client's name."""
        if client_id not in self._keys:
            for number, key in self.tx.exec(select(Client.id, Client.name_key)):
                if number is not None:
                    self._keys[number] = key
        return self._keys[client_id]


def require_key(name: str) -> str:
    """The key of a client's name. Raises Refused when nothing would tell it apart."""
    key = names.key(name)
    if not key or len(key) > names.LONGEST:
        raise Refused("A client's name needs a letter or a digit, and {most} characters at most.", most=names.LONGEST)
    return key
