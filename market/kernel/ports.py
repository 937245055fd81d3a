"""What the program asks of the outside world; the adapters answer.

Payments: whoever moves money. A call is made only while no transaction is open. Its outcome
is a value, `ProviderRefused` (it certainly did not happen) or `ProviderUnknown` (it may have
happened: try again with the same key, or look it up; never with another key).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

PaymentOutcome = Literal["open", "succeeded", "expired", "failed"]
RefundOutcome = Literal["pending", "succeeded", "failed"]


class ProviderRefused(Exception):
    """The provider said no; nothing was done. The text is for the operator."""


class ProviderUnknown(Exception):
    """No answer, or none that says whether it was done."""


class ForgedEvent(Exception):
    """The notification is not signed by the provider, or is too old."""


@dataclass(frozen=True)
class PaymentRequest:
    """One payment to be started. The same `idempotency_key` always comes with the same rest."""

    payment_id: str
    order_id: str
    description: str
    amount_fen: int
    currency: str
    method: str
    language: str
    return_url: str
    cancel_url: str
    idempotency_key: str
    expires_at: datetime


@dataclass(frozen=True)
class StartedPayment:
    """The provider knows the payment as `reference`; the customer continues at `url`."""

    reference: str
    url: str


@dataclass(frozen=True)
class PaymentReport:
    """What the provider says about a payment. `payment_id` and `order_id` are ours, returned."""

    payment_id: str | None
    order_id: str | None
    state: PaymentOutcome
    amount_fen: int
    currency: str
    reference: str | None = None
    intent: str | None = None
    problem: str = ""


@dataclass(frozen=True)
class RefundRequest:
    """Money to give back from what was captured as `intent`."""

    refund_id: str
    intent: str
    amount_fen: int
    currency: str
    idempotency_key: str


@dataclass(frozen=True)
class RefundReport:
    """What the provider says about a refund. `refund_id` is ours, returned."""

    refund_id: str | None
    reference: str
    state: RefundOutcome
    amount_fen: int
    currency: str


@dataclass(frozen=True)
class ProviderEvent:
    """A notification. `report` is None for what does not concern us; `trouble` names a
    notification that is genuine and yet not for us (another account, another mode)."""

    id: str
    type: str
    report: PaymentReport | RefundReport | None
    trouble: str = ""


class PaymentProvider(Protocol):
    """Card and wallet payments through a gateway."""

    name: str
    is_sandbox: bool

    def start(self, payment: PaymentRequest) -> StartedPayment:
        """Open the payment. Raises ProviderRefused, ProviderUnknown."""
        ...

    def retrieve(self, reference: str) -> PaymentReport:
        """The provider's truth about a started payment. Raises the same."""
        ...

    def close(self, reference: str) -> PaymentReport:
        """Close it unless it is paid; the truth afterwards. Raises the same."""
        ...

    def refund(self, refund: RefundRequest) -> RefundReport:
        """Give money back. Raises the same."""
        ...

    def open_event(self, payload: bytes, signature: str) -> ProviderEvent:
        """Check and read a notification. Raises ForgedEvent."""
        ...

    def read_event(self, stored: Mapping[str, Any]) -> ProviderEvent:
        """Read a notification that was checked when it came in."""
        ...


class Sender(Protocol):
    """Carries a text to a person: a short message to a phone, or a mail to an address."""

    def send(self, address: str, subject: str, text: str, *, key: str) -> None:
        """Send once; `key` lets the carrier drop a repetition. Raises SendingFailed."""
        ...


class SendingFailed(Exception):
    """It was not sent; it may be tried again later."""


class RegistryUnreachable(Exception):
    """The registry of certificates gave no answer that can be used. The text is for the log."""


class CertificateRegistry(Protocol):
    """Whoever publishes which certificates there are. Asked only while no transaction is open."""

    name: str

    def fetch(self) -> list[Any]:
        """Every row by column name, whole. Raises RegistryUnreachable."""
        ...
