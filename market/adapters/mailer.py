"""Mail by SMTP with TLS; without a server, the development page shows it instead."""

import smtplib
import ssl
from email.errors import HeaderParseError
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from market.adapters.sms import DevelopmentSender, NoSender
from market.config import Settings
from market.kernel.clock import Clock
from market.kernel.ports import Sender, SendingFailed

TIMEOUT_SECONDS = 15


class SmtpSender:
    """Sends through `smtps://user:password@host:port` (or `smtp://`, upgraded by STARTTLS)."""

    def __init__(self, url: str, sender: str) -> None:
        self._to = urlsplit(url)
        if self._to.scheme not in ("smtp", "smtps") or not self._to.hostname:
            raise ValueError("a mail server is smtp://host:port or smtps://host:port")
        self._sender = sender

    def send(self, address: str, subject: str, text: str, *, key: str) -> None:
        """One mail; its Message-ID carries the key. Raises SendingFailed."""
        try:
            mail = EmailMessage()
            mail["From"], mail["To"] = self._sender, address
            mail["Subject"] = subject
            mail["Message-ID"] = f"<{key}@{self._sender.rpartition('@')[2]}>"
            mail.set_content(text)
            with self._connect() as server:
                if self._to.username:
                    server.login(unquote(self._to.username), unquote(self._to.password or ""))
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError, HeaderParseError) as error:
            raise SendingFailed(str(error)) from error

    def _connect(self) -> smtplib.SMTP:
        host, context = self._to.hostname or "", ssl.create_default_context()
        if self._to.scheme == "smtps":
            return smtplib.SMTP_SSL(
                host, self._to.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        server = smtplib.SMTP(host, self._to.port or 587, timeout=TIMEOUT_SECONDS)
        server.starttls(context=context)
        return server


def choose(settings: Settings, clock: Clock) -> Sender:
    """The sender of mail that the settings ask for."""
    if settings.smtp_url:
        return SmtpSender(settings.smtp_url, settings.mail_from)
    if settings.dev_messages:
        return DevelopmentSender("email", clock)
    return NoSender()
