"""Short messages: a gateway over HTTPS, or the development page that shows them instead."""

import json
import urllib.error
import urllib.request

from market.accounts import service as accounts
from market.config import Settings
from market.db.session import unit_of_work
from market.kernel.clock import Clock, SystemClock
from market.kernel.ports import Sender, SendingFailed

TIMEOUT_SECONDS = 5


class DevelopmentSender:
    """Keeps messages in the database; `/dev/messages` shows them. Nothing leaves the machine."""

    def __init__(self, channel: str = "sms", clock: Clock | None = None) -> None:
        self.channel = channel
        self.clock = clock or SystemClock()

    def send(self, address: str, subject: str, text: str, *, key: str) -> None:
        """Keep the message."""
        with unit_of_work() as session:
            accounts.keep_dev_message(
                session, self.channel, address, subject, text, now=self.clock.now()
            )


class GatewaySender:
    """Posts messages as JSON to the operator's SMS gateway."""

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith("https://"):
            raise ValueError("the SMS gateway must be reached over https")
        self.url = url
        self.token = token

    def send(self, address: str, subject: str, text: str, *, key: str) -> None:
        """Send once; the gateway drops repetitions of `key`. Raises SendingFailed."""
        body = json.dumps({"to": address, "text": text, "key": key}).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
        }
        call = urllib.request.Request(self.url, data=body, headers=headers)  # noqa: S310 (https)
        try:
            with urllib.request.urlopen(call, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                if answer.status >= 300:
                    raise SendingFailed
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise SendingFailed from error


class NoSender:
    """No gateway is set up: sending fails, with a sentence the visitor understands."""

    def send(self, address: str, subject: str, text: str, *, key: str) -> None:
        """Always raises SendingFailed."""
        raise SendingFailed


def choose(settings: Settings, clock: Clock) -> Sender:
    """The sender that the settings ask for."""
    if settings.sms_gateway_url:
        return GatewaySender(settings.sms_gateway_url, settings.sms_gateway_token)
    if settings.dev_messages:
        return DevelopmentSender("sms", clock)
    return NoSender()
