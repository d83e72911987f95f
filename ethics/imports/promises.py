"""How promises land, with the products and campaigns that files name.

A promise has no number of its own in files: `row_key` is a BLAKE2b of what it says, so that overlapping exports do not
double it. Promises that were written down by hand have random keys, which no file meets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final, cast

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session, col, select

from ethics.clients.models import Campaign, Product, Promise, PromiseEvent, Verdict
from ethics.clients.names import key
from ethics.clients.standing import Act
from ethics.imports.checking import Checked
from ethics.imports.companies import NameKeys
from ethics.imports.landings import Landing, constant, digest
from ethics.imports.models import BatchBefore
from ethics.imports.staging import ROW
from ethics.imports.writing import Target
from ethics.language import Refused
from ethics.mismatches.models import Flag, GoodNews

_PROMISE: Final[sa.Table] = Promise.__table__  # type: ignore[attr-defined]
_EVENT: Final[sa.Table] = PromiseEvent.__table__  # type: ignore[attr-defined]
_FLAG: Final[sa.Table] = Flag.__table__  # type: ignore[attr-defined]


def _corrected(promise: sa.Table) -> sa.ColumnElement[bool]:
    """Somebody has corrected the promise by hand: what they set, no file changes."""
    return sa.exists().where(_EVENT.c.promise_id == promise.c.id, _EVENT.c.act == Act.CHANGED.value).correlate(promise)


class _Named:
    """Products or campaigns of clients by the key of their names; unknown ones come with batch `batch_id`."""

    def __init__(self, tx: Session, batch_id: int, table: type[Product] | type[Campaign]) -> None:
        self.tx, self.batch_id, self.table = tx, batch_id, table
        self.mark = f"{table.__tablename__}="
        known = cast("Sequence[Product | Campaign]", tx.exec(select(table)).all())
        self._known = {(row.client_id, key(row.name)): row.id for row in known if row.id is not None}

    def ids(self, clients: Sequence[int], names: Sequence[str | None]) -> pa.Array:
        """The numbers of those names, row by row; null where there is no name."""
        return pa.array(
            [self._id(c, n) if n and key(n) else None for c, n in zip(clients, names, strict=True)], pa.int32()
        )

    def _id(self, client_id: int, name: str) -> int:
        known = self._known.get((client_id, key(name)))
        if known is None:
            row = self.table(client_id=client_id, name=name)
            self.tx.add(row)
            self.tx.flush()
            assert row.id is not None
            known = self._known[client_id, key(name)] = row.id
            # An empty `before` says that there was nothing.
            self.tx.add(BatchBefore(batch_id=self.batch_id, row_key=f"{self.mark}{known}", before={}))
        return known

    def undo(self, users: Sequence[Any]) -> None:
        """Take away what came with the batch, unless one of the columns `users` refers to it by now."""
        made = self.tx.exec(
            select(BatchBefore).where(
                BatchBefore.batch_id == self.batch_id, col(BatchBefore.row_key).startswith(self.mark)
            )
        ).all()
        connection = self.tx.connection()
        for row in made:
            number = int(row.row_key.removeprefix(self.mark))
            if not any(connection.execute(sa.select(user).where(user == number).limit(1)).first() for user in users):
                connection.execute(sa.delete(self.table).where(col(self.table.id) == number))
            self.tx.delete(row)


class Promises(Landing):
    """A batch of promises; products and campaigns that are not known yet come with them."""

    target: ClassVar[Target] = Target(
        _PROMISE,
        key=("row_key",),
        values=("source", "until_date"),
        new=("client_id", "product_id", "campaign_id", "text", "from_date", "verdict"),
        locked=_corrected,
    )
    sources: ClassVar[dict[str, tuple[str, ...]]] = {"source": ("source",), "until": ("until_date",)}

    def __init__(self, tx: Session, batch_id: int) -> None:
        super().__init__(tx, batch_id)
        self._products, self._campaigns = _Named(tx, batch_id, Product), _Named(tx, batch_id, Campaign)
        self._names = NameKeys(tx)

    def rows(self, checked: Checked) -> dict[str, pa.Array]:
        """Ids for products and campaigns, and the key of what is promised."""
        columns, n = checked.columns, len(checked.rows)

        def given(name: str) -> list[Any]:
            return columns[name].to_pylist() if name in columns else [None] * n

        clients, texts, products, campaigns = given("client"), given("text"), given("product"), given("campaign")
        starts = given("from")
        keys = []
        for client, product, campaign, text, start in zip(clients, products, campaigns, texts, starts, strict=True):
            said = [self._names.of(client), key(product or ""), " ".join(text.split()), start]
            # A file without campaigns keeps the keys that it had before there were any.
            keys.append(digest("promise", *said, *filter(None, [key(campaign or "")])))
        return {
            "row_key": pa.array(keys, pa.string()),
            "client_id": columns["client"],
            "text": columns["text"],
            "source": columns["source"].fill_null("") if "source" in columns else constant("", n),
            "product_id": self._products.ids(clients, products),
            "campaign_id": self._campaigns.ids(clients, campaigns),
            "from_date": pa.array(starts, pa.date32()),
            "until_date": columns.get("until", pa.nulls(n, pa.date32())),
            "verdict": constant(Verdict.UNPROVEN.value, n),
            ROW: pa.array(checked.rows),
        }

    def require_free(self) -> None:
        """A promise that somebody has judged or worked on, or that a flag points to, is no longer only the file's."""
        mine = sa.select(_PROMISE.c.id).where(_PROMISE.c.batch_id == self.batch_id)
        connection = self.tx.connection()
        for touched in (
            mine.where(_PROMISE.c.verdict != Verdict.UNPROVEN.value),
            sa.select(_EVENT.c.id).where(_EVENT.c.promise_id.in_(mine)),
            sa.select(_FLAG.c.id).where(_FLAG.c.promise_id.in_(mine)),
        ):
            if connection.execute(touched.limit(1)).first():
                raise Refused(
                    "Promises of this batch have been judged or flagged since. Undoing would lose that; "
                    "correct the promises with a new file instead."
                )

    def undo(self) -> None:
        """Undo; products and campaigns that came with the batch go as well, unless something else uses them by now."""
        super().undo()
        self._products.undo([col(Promise.product_id)])
        self._campaigns.undo([col(Promise.campaign_id), col(Flag.campaign_id), col(GoodNews.campaign_id)])
        self.tx.flush()
