"""A real mail server on loopback for tests, and certificates that nobody trusts yet."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope


@dataclass
class Mailbox:
    """What arrived, and how the server behaves. `refuses` are recipients that it does not take."""

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    full: bool = False
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    sessions: int = 0
    signed_in: list[tuple[bytes, bytes, bool]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += session.ssl is None
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.full:
            return "452 try later"
        content = envelope.content
        assert isinstance(content, bytes)
        for address in envelope.rcpt_tos:
            self.letters.append((address, message_from_bytes(content, policy=policy.default)))  # type: ignore[arg-type]
        self.raw.append(content)
        return "250 OK"

    def authenticate(self, _server: Any, session: Any, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        self.signed_in.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=data.password == b"right", handled=False)

    def to(self) -> list[str]:
        """Who got a letter, sorted."""
        return sorted(address for address, _ in self.letters)

    def text(self, address: str) -> str:
        """The body of the only letter to an address."""
        (found,) = [letter for to, letter in self.letters if to == address]
        return str(found.get_content()).replace("\r\n", "\n")


@contextmanager
def served(**how: Any) -> Iterator[Mailbox]:
    """A mail server; `how` goes to aiosmtpd, with `context` for a server that is TLS from the first byte."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        box.port = probe.getsockname()[1]
    context = how.pop("context", None)
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, ssl_context=context, authenticator=box.authenticate, **how
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def certificate(folder: Path, openssl: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for 127.0.0.1, and the server's side of TLS with it."""
    key, found = folder / "key.pem", folder / "certificate.pem"
    words = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    words += [
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(found),
    ]
    subprocess.run(words, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found, key)
    return found, context
