"""The counter: what every request at the anonymous door passes. It keeps words safe, and neither time nor place.

Nothing is logged here, not even a failure: a log line would date a visit, and an exception may quote what somebody
wrote. Whatever goes wrong, the words that were typed come back with the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import anyio
import anyio.to_thread
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from ethics import plain
from ethics.database import database
from ethics.door import budget, entries, handles, receipts
from ethics.language import LANGUAGES, Reader, Sentence, reader, sentence

Result = TypeVar("Result")
Fields = dict[str, str]
#: So many slow hashes are computed at a time: a flood of forms takes neither all memory nor all processors.
HASHES_AT_ONCE: Final = 4
#: So many transactions of the door run at a time: signed-in people keep connections of their own.
WORK_AT_ONCE: Final = 4
#: What a page that asks to send once more carries along.
KEPT: Final = (*entries.CHOSEN, *entries.TEXTS, "receipt", "handle", "flag", "reply", "sure", "checked", "mask", "act")


class Counter:
    """The door's share of the house: a few transactions and a few slow hashes at a time."""

    def __init__(self) -> None:
        self._hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)
        self._working = anyio.CapacityLimiter(WORK_AT_ONCE)

    async def read(self, ask: Callable[[Session], Result]) -> Result:
        """Ask the database something."""

        def asked() -> Result:
            with database().read() as tx:
                return ask(tx)

        return await anyio.to_thread.run_sync(asked, limiter=self._working)

    async def write(self, do: Callable[[Session], Result]) -> Result:
        """Do something in one transaction; once more when the same thing came in twice at one moment."""

        def done() -> Result:
            with database().write() as tx:
                return do(tx)

        try:
            return await anyio.to_thread.run_sync(done, limiter=self._working)
        except IntegrityError:
            return await anyio.to_thread.run_sync(done, limiter=self._working)

    async def slow_hash(self, token: str) -> str:
        """The slow hash for the receipt of a form's token, computed while no transaction is open."""
        return await anyio.to_thread.run_sync(lambda: receipts.slow_hash(receipts.code(token)), limiter=self._hashing)

    async def known(self, typed: str) -> str | None:
        """The key of the receipt that somebody typed; None for an unknown, wrong or closed one, after the same work."""

        def look() -> str | None:
            with database().read() as tx:
                found = receipts.found(tx, typed)
                return found.id if found else None

        async with self._hashing:  # the slow hash is computed while the row is read: it counts as both
            return await anyio.to_thread.run_sync(look, limiter=self._working)

    async def served(
        self, request: Request, answer: Callable[[Request, Fields, Reader], Awaitable[Response]]
    ) -> Response:
        """Read the form, count it, and answer; whatever fails, a page gives the words back."""
        t, fields = plain.language(request), Fields()
        try:
            if request.method == "POST":
                fields = await plain.form(request)
                t = plain.language(request, fields)
                await self._counted(request, fields)
            if (wanted := fields.get("to")) in LANGUAGES:
                t = reader(wanted or "")
            return await answer(request, fields, t)
        except plain.TooLong as refused:
            return again(request, t, fields, refused.sentence, 413)
        except budget.TooMuch as refused:
            return again(request, t, fields, refused.sentence, 429)
        except Exception:  # noqa: BLE001 - see the module's first lines: nothing is logged, nothing is quoted
            said = sentence("Something went wrong here. Wait a moment and send again; nothing is stored twice.")
            return again(request, t, fields, said, 500)

    async def _counted(self, request: Request, fields: Fields) -> None:
        place = budget.slot(request.client.host if request.client else "")
        sends = receipts.is_token(fields.get("token", "")) or handles.opened(fields.get("handle", "")) is not None
        await anyio.sleep(await self.write(lambda tx: budget.take(tx, place, sends=sends)))


def again(request: Request, t: Reader, fields: Fields, wrong: Sentence, status: int) -> Response:
    """The page that gives back what was typed and asks to send it once more; it needs no database."""
    kept = {name: fields[name] for name in KEPT if fields.get(name)}
    typed = [kept[name] for name in (*entries.TEXTS, "reply") if name in kept]
    return plain.page(request, "again.html", status, t=t, kept=kept, typed=typed, wrong=t.say(wrong))
