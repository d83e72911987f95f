"""The anonymous door over HTTP: `/flag` to file, `/follow` to come back. No script, no cookie, no sign-in.

Each step is one POST to the same address, so that no address, history or referrer tells what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ethics import plain
from ethics.database import today
from ethics.door import check, entries, filing, findings, handles, mixing, receipts, sheets  # noqa: F401 - mixing: a round
from ethics.door.counter import Counter, Fields
from ethics.door.entries import Problem
from ethics.door.following import LATE, UNKNOWN, Following, entrance
from ethics.language import Reader, Refused, Sentence, sentence
from ethics.mismatches import words
from ethics.settings import settings


class Filing:
    """`/flag`: choose the client, fill in the form, look at what was found in it, get the receipt."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def flag(self, request: Request) -> Response:
        """GET opens the door, or the form that a link has prefilled; POST takes the next step."""
        return await self.counter.served(request, self._posted if request.method == "POST" else self._opened)

    async def _opened(self, request: Request, _fields: Fields, t: Reader) -> Response:
        client, campaign = (request.query_params.get(name, "") for name in ("client", "campaign"))
        given: Fields = {}
        if client:
            given = await self.counter.read(lambda tx: sheets.prefilled(tx, client, campaign, on=today()))
        if given:
            return await self._form(request, t, given, None)
        unknown = sentence("The link names a client that is not served here. Choose one.") if client else None
        return await self._choice(request, t, given, wrong=unknown)

    async def _posted(self, request: Request, fields: Fields, t: Reader) -> Response:
        given = entries.entry(fields)
        receipt_id, lost = await self._linked(fields, given)
        act = fields.get("act", "")
        try:
            if lost is not None:
                return await self._unlinked(request, fields, t, given, lost)
            if act == "choose":
                return await self._choice(request, t, given, receipt_id=receipt_id)
            if act != "send" or fields.get("to"):
                return await self._form(request, t, given, receipt_id)
            return await self._sent(request, fields, t, given, receipt_id)
        except Refused as refused:
            if entries.number(given.get("client")) in await self.counter.read(filing.clients):
                return await self._form(request, t, given, receipt_id, [Problem("", refused.sentence)])
            return await self._choice(request, t, given, wrong=refused.sentence, receipt_id=receipt_id, status=400)

    async def _linked(self, fields: Fields, given: Fields) -> tuple[str | None, Sentence | None]:
        """The receipt that the flag goes on, and what is wrong with it: by its handle, or typed once more."""
        if typed := fields.get("receipt", "").strip():
            found = await self.counter.known(typed)
            return found, None if found else UNKNOWN
        if not given.get("link"):
            return None, None
        found = handles.opened(given["link"])
        return found, None if found else LATE

    async def _unlinked(self, request: Request, fields: Fields, t: Reader, given: Fields, lost: Sentence) -> Response:
        """The receipt that the flag was to go on is no longer at hand: ask for it, and keep what was written."""
        if fields.get("act") == "choose":
            return entrance(request, t, {}, lost)
        token = given.get("token", "")
        if await self.counter.read(lambda tx: filing.sent_before(tx, token)):
            return self._receipt(request, t, None, before=True)
        typed = fields.get("receipt", "")[: receipts.LONGEST_TYPED]
        return await self._form(request, t, given, None, [Problem("receipt", lost)], typed=typed)

    async def _choice(
        self,
        request: Request,
        t: Reader,
        given: Fields,
        *,
        wrong: Sentence | None = None,
        receipt_id: str | None = None,
        status: int = 200,
    ) -> Response:
        kept = {**given, "link": handles.seal(receipt_id) if receipt_id else ""}
        return plain.page(
            request,
            "flag-client.html",
            status,
            t=t,
            clients=await self.counter.read(filing.clients),
            chosen=kept.pop("client", ""),
            kept={name: value for name, value in kept.items() if value},
            wrong=t.say(wrong) if wrong else "",
        )

    async def _form(
        self,
        request: Request,
        t: Reader,
        given: Fields,
        receipt_id: str | None,
        problems: Sequence[Problem] = (),
        *,
        typed: str = "",
    ) -> Response:
        sheet = await self.counter.read(partial(_sheet, given, receipt_id))
        token = given.get("token", "")
        return plain.page(
            request,
            "flag-form.html",
            400 if problems else 200,
            t=t,
            sheet=sheet,
            given=given,
            excluded=entries.numbers(given.get("exclude")),
            bad={problem.field: t.say(problem.sentence) for problem in problems},
            token=token if receipts.is_token(token) else receipts.new_token(),
            link=handles.seal(receipt_id) if receipt_id else "",
            typed=typed,
            words=words,
            longest=entries.TEXTS,
        )

    async def _sent(
        self, request: Request, fields: Fields, t: Reader, given: Fields, receipt_id: str | None
    ) -> Response:
        """Check, mask and store an entry. Raises Refused."""
        token = given.get("token", "")
        if not receipts.is_token(token):
            raise Refused("This form is not from here, or too old. Open the page again.")
        sheet, found = await self.counter.read(lambda tx: (_sheet(given, receipt_id, tx), findings.findings(tx, given)))
        if problems := entries.problems(given, sheet.officers):
            return await self._form(request, t, given, receipt_id, problems)
        if found.by_field:
            if fields.get("checked") != found.digest:
                link = {"link": handles.seal(receipt_id) if receipt_id else ""}
                return check.page(request, t, given, found, link, texts=entries.TEXTS, send="send")
            given = findings.masked(given, found.chosen(entries.numbers(fields.get("mask"))), t.language)
        secret_hash = "" if receipt_id else await self.counter.slow_hash(token)
        draft, choices = (entries.draft(given, language=t.language, on=today()), entries.choices(given, receipt_id))

        def store(tx: Session) -> tuple[bool, str | None]:
            before = filing.sent_before(tx, token)
            return before, filing.file(tx, draft, token, secret_hash, choices, on=today())

        before, code = await self.counter.write(store)
        steps = [t.say(step) for step in sheets.next_steps(choices, whistle=draft.whistle, on=today())]
        return self._receipt(request, t, code, before=before, steps=steps, receipt_id=receipt_id)

    def _receipt(
        self,
        request: Request,
        t: Reader,
        code: str | None,
        *,
        before: bool,
        steps: Sequence[str] = (),
        receipt_id: str | None = None,
    ) -> Response:
        return plain.page(
            request,
            "receipt.html",
            t=t,
            groups=receipts.grouped(code).split("-") if code else [],
            handle=handles.seal(receipt_id) if receipt_id else "",
            before=before,
            steps=steps,
            address=(settings().address or str(request.base_url)).rstrip("/") + "/follow",
        )


def _sheet(given: Mapping[str, str], receipt_id: str | None, tx: Session) -> sheets.Sheet:
    return sheets.sheet(tx, entries.number(given.get("client")), receipt_id, on=today())


def routes() -> list[BaseRoute]:
    """The door's addresses."""
    counter = Counter()
    filing_, following = Filing(counter), Following(counter)
    return [
        Route("/flag", filing_.flag, methods=["GET", "POST"]),
        Route("/follow", following.follow, methods=["GET", "POST"]),
    ]
