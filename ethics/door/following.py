"""`/follow` over HTTP: a receipt opens where its flags stand, what the officers wrote, and a place to reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from ethics import plain
from ethics.clients.promises import tidy
from ethics.database import today
from ethics.door import check, entries, findings, follow, handles, receipts, sheets
from ethics.door.counter import Counter, Fields
from ethics.language import Reader, Refused, Sentence, sentence
from ethics.mismatches import thread
from ethics.mismatches.models import Receipt
from ethics.mismatches.words import CATEGORIES

UNKNOWN: Final = sentence("This receipt is not known here, or it has been closed.")
LATE: Final = sentence("Half an hour has passed: type the receipt again. What you wrote is kept.")
#: What of a reply is written in free words.
REPLY: Final = ("reply",)


@dataclass(frozen=True)
class Said:
    """What the page says of the step before: `reply`, `close`, or `right` for a receipt typed to try it.

    `typed` is a reply that is still to be sent, to the flag `at`; `wrong` what kept it from being sent.
    """

    step: str = ""
    at: str = ""
    typed: str = ""
    wrong: Sentence | None = None


class Following:
    """`/follow`: the first POST carries the receipt, those after it a handle that soon opens nothing."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def follow(self, request: Request) -> Response:
        """GET asks for the receipt; POST opens it, replies, or closes it."""
        return await self.counter.served(request, self._posted if request.method == "POST" else self._asked)

    async def _asked(self, request: Request, _fields: Fields, t: Reader) -> Response:
        return entrance(request, t, {})

    async def _posted(self, request: Request, fields: Fields, t: Reader) -> Response:
        handle = fields.get("handle", "")
        receipt_id = handles.opened(handle) if handle else await self.counter.known(fields.get("receipt", ""))
        if receipt_id is None:
            return entrance(request, t, fields, LATE if handle else UNKNOWN)
        try:
            if handle and fields.get("act") == "reply":
                said, look = await self._reply(request, t, receipt_id, fields)
                if look is not None:
                    return look
            elif handle and fields.get("act") == "close":
                if fields.get("sure"):
                    await self.counter.write(lambda tx: follow.close(tx, _receipt(tx, receipt_id), on=today()))
                    return plain.page(request, "follow-closed.html", t=t)
                said = Said("close", wrong=sentence("Tick the box to say that you are sure."))
            else:
                step = "right" if fields.get("trying") else ""
                said = Said(step, at=fields.get("flag", ""), typed=fields.get("reply", ""))
            return await self._open(request, t, receipt_id, said)
        except Refused as refused:
            return entrance(request, t, fields, refused.sentence)

    async def _reply(
        self, request: Request, t: Reader, receipt_id: str, fields: Fields
    ) -> tuple[Said, Response | None]:
        """Send a reply, or give the page that shows the personal data in it first."""
        given = {"flag": fields.get("flag", ""), "reply": tidy(fields.get("reply", ""))}
        said = Said("reply", at=given["flag"])
        found = await self.counter.read(partial(_found, given, receipt_id))
        if found.by_field and fields.get("checked") != found.digest:
            handle = {"handle": handles.seal(receipt_id)}
            return said, check.page(request, t, given, found, handle, texts=REPLY, send="reply")
        masked = findings.masked(given, found.chosen(entries.numbers(fields.get("mask"))), t.language)["reply"]
        try:
            await self.counter.write(
                lambda tx: follow.reply(tx, _receipt(tx, receipt_id), given["flag"], masked, on=today())
            )
        except Refused as refused:
            return replace(said, typed=given["reply"], wrong=refused.sentence), None
        return said, None

    async def _open(self, request: Request, t: Reader, receipt_id: str, said: Said) -> Response:
        found = await self.counter.write(lambda tx: follow.followed(tx, _receipt(tx, receipt_id)))
        return plain.page(
            request,
            "follow-open.html",
            400 if said.wrong else 200,
            t=t,
            flags=[
                {
                    "flag": flag,
                    "category": t(CATEGORIES[flag.category].name) if flag.category in CATEGORIES else flag.category,
                    "stands": sheets.stands(flag),
                    "whistle": sheets.whistle_stands(flag),
                }
                for flag in found
            ],
            handle=handles.seal(receipt_id),
            said=said,
            wrong=t.say(said.wrong) if said.wrong else "",
            longest=thread.LONGEST,
        )


def _found(given: Mapping[str, str], receipt_id: str, tx: Session) -> findings.Findings:
    """Personal data in a reply; nothing is looked for in one that is too long to be sent."""
    _receipt(tx, receipt_id)
    return findings.findings(tx, given, REPLY if len(given["reply"]) <= thread.LONGEST else ())


def _receipt(tx: Session, receipt_id: str) -> Receipt:
    found = receipts.by_id(tx, receipt_id)
    if found is None:
        raise Refused(UNKNOWN.text)
    return found


def entrance(request: Request, t: Reader, fields: Fields, wrong: Sentence | None = None) -> Response:
    """The page with one field. Unknown, wrong and closed receipts all come back to it alike."""
    return plain.page(
        request,
        "follow.html",
        400 if wrong else 200,
        t=t,
        typed=fields.get("receipt", "")[: receipts.LONGEST_TYPED],
        kept={name: fields[name] for name in ("flag", "reply", "trying") if fields.get(name)},
        wrong=t.say(wrong) if wrong else "",
        longest=receipts.LONGEST_TYPED,
    )
