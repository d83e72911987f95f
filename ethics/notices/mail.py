"""E-mail out: plain letters over one connection to the mail server in the settings.

Addresses and subjects become headers through the standard library's parser, which refuses a line break, so that
nobody can add a header or a recipient. The certificate of the mail server is checked against the machine's
authorities. A message's number is random: it holds no time and no name of the machine.
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Final

from ethics.database import now
from ethics.language import Refused
from ethics.settings import settings

#: Seconds to wait for the mail server at each step.
TIMEOUT: Final = 20
#: What the standard library raises for text that is not one address, or that holds a line break.
UNREADABLE: Final = (ValueError, IndexError, MessageError)


class NotSent(Refused):
    """The letters did not go out; the sentence says why, without a password and without what they say."""


@dataclass(frozen=True)
class Letter:
    """One message to one person."""

    to: str
    subject: str
    text: str


def configured() -> bool:
    """True when the settings name a mail server."""
    return bool(settings().smtp_host)


def send(letters: Sequence[Letter]) -> int:
    """Send the letters over one connection and return how many of them the mail server did not take.

    Raises NotSent when it took none, or when there is no server to ask.
    """
    if not letters:
        return 0
    host, taken = settings().smtp_host, 0
    if not host:
        raise NotSent("No notice is sent: REILU_SMTP_HOST is not set.")
    sender = _sender()
    try:
        with _connection() as server:
            for letter in letters:
                taken += _taken(server, sender, letter)
    except NotSent:
        raise
    except (OSError, UnicodeError) as error:  # what smtplib and ssl raise is an OSError too
        if not taken:
            raise _why(error, host) from None
    if not taken:
        raise NotSent("The mail server {host} did not take the message.", host=host)
    return len(letters) - taken


def _why(error: Exception, host: str) -> NotSent:
    """The sentence for a failure; what the server answered stays out, for it may quote the letter."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotSent("The certificate of the mail server {host} is not trusted, so nothing was sent.", host=host)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotSent("The mail server {host} does not offer STARTTLS or signing in, so nothing was sent.", host=host)
    if isinstance(error, (smtplib.SMTPAuthenticationError, UnicodeError)):
        return NotSent("The mail server {host} did not accept the user name and the password.", host=host)
    return NotSent("The mail server {host} could not be reached, or broke off.", host=host)


def _connection() -> smtplib.SMTP:
    """A connection that is protected and signed in as the settings say."""
    chosen = settings()
    host, port, security = chosen.smtp_host, chosen.smtp_port, chosen.smtp_security
    password = chosen.smtp_password.get_secret_value()
    if chosen.smtp_user and security == "none" and not _on_this_machine(host):
        raise NotSent("REILU_SMTP_SECURITY is none, so the password would travel in the open. Set starttls or tls.")
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if chosen.smtp_user:
            server.login(chosen.smtp_user, password)
    except BaseException:
        server.close()
        raise
    return server


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sender() -> Address:
    """Whom the letters come from. Raises NotSent."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = settings().smtp_from or settings().smtp_user
        (sender,) = message["From"].addresses
        return Address(addr_spec=sender.addr_spec, display_name=sender.display_name)
    except UNREADABLE:
        raise NotSent("Set REILU_SMTP_FROM to the e-mail address that notices come from.") from None


def _taken(server: smtplib.SMTP, sender: Address, letter: Letter) -> bool:
    """Hand over one letter. False when the server refuses this recipient or this letter; others may still go."""
    try:
        message = composed(sender, letter)
    except UNREADABLE:
        return False
    try:
        server.send_message(message, from_addr=sender.addr_spec, to_addrs=[letter.to])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
        return False
    return True


def composed(sender: Address, letter: Letter) -> EmailMessage:
    """The message with its headers. Raises one of UNREADABLE for what is not one address, and for a broken header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
