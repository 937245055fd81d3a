"""Card, Alipay and WeChat Pay through Stripe Checkout. The only importer of the SDK.

Without a key the same code talks to the sandbox beside the site; only the address differs.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from market.config import Settings
from market.kernel.ports import (
    ForgedEvent,
    PaymentOutcome,
    PaymentReport,
    PaymentRequest,
    ProviderEvent,
    ProviderRefused,
    ProviderUnknown,
    RefundOutcome,
    RefundReport,
    RefundRequest,
    StartedPayment,
)

if TYPE_CHECKING:
    from stripe import StripeClient

T = TypeVar("T")
SANDBOX_KEY = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 (the sandbox beside the site; no money)
TIMEOUT_SECONDS = 8
TOLERANCE_SECONDS = 300
_REFUND_STATES: dict[str, RefundOutcome] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
    "pending": "pending",
    "requires_action": "pending",
}


class StripeGateway:
    """The port `PaymentProvider`, spoken to Stripe."""

    name = "stripe"

    def __init__(
        self,
        key: str,
        webhook_secret: str,
        *,
        api_base: str = "",
        timeout: float = TIMEOUT_SECONDS,
        retries: int = 1,
    ) -> None:
        self.is_sandbox = bool(api_base)
        self._key = key
        self._secret = webhook_secret
        self._livemode = key.startswith(("sk_live", "rk_live"))
        self._api_base = api_base
        self._timeout = timeout
        self._retries = retries

    @cached_property
    def _client(self) -> "StripeClient":
        """Made with the first payment: the SDK and its HTTP client take 7 MB of a process."""
        from stripe import RequestsClient, StripeClient  # noqa: PLC0415

        return StripeClient(
            self._key,
            base_addresses={"api": self._api_base} if self._api_base else {},
            max_network_retries=self._retries,
            http_client=RequestsClient(timeout=self._timeout),
        )

    def start(self, payment: PaymentRequest) -> StartedPayment:
        """A Checkout Session with exactly the chosen method."""
        names = {"payment_id": payment.payment_id, "order_id": payment.order_id}
        params: Any = {
            "mode": "payment",
            "payment_method_types": [payment.method],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency,
                        "unit_amount": payment.amount_fen,
                        "product_data": {"name": payment.description},
                    },
                }
            ],
            "client_reference_id": payment.order_id,
            "metadata": names,
            "payment_intent_data": {"metadata": names},
            "success_url": payment.return_url,
            "cancel_url": payment.cancel_url,
            "expires_at": int(payment.expires_at.timestamp()),
            "locale": "zh" if payment.language == "zh" else "en",
        }
        if payment.method == "wechat_pay":
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        session = self._call(
            lambda: self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": payment.idempotency_key}
            )
        )
        return StartedPayment(session.id, session.url or "")

    def retrieve(self, reference: str) -> PaymentReport:
        """The session as Stripe knows it now."""
        session = self._call(lambda: self._client.v1.checkout.sessions.retrieve(reference))
        return _session_report(session.to_dict())

    def close(self, reference: str) -> PaymentReport:
        """Expire the session; one that is paid stays paid."""
        try:
            session = self._call(lambda: self._client.v1.checkout.sessions.expire(reference))
        except ProviderRefused:
            return self.retrieve(reference)
        return _session_report(session.to_dict())

    def refund(self, refund: RefundRequest) -> RefundReport:
        """Give back a part of a payment intent."""
        made = self._call(
            lambda: self._client.v1.refunds.create(
                {
                    "payment_intent": refund.intent,
                    "amount": refund.amount_fen,
                    "metadata": {"refund_id": refund.refund_id},
                },
                {"idempotency_key": refund.idempotency_key},
            )
        )
        return _refund_report(made.to_dict())

    def open_event(self, payload: bytes, signature: str) -> ProviderEvent:
        """Verify the signature and its age, then read."""
        import stripe  # noqa: PLC0415 (as the client)

        try:
            text = payload.decode("utf-8")
            stripe.WebhookSignature.verify_header(text, signature, self._secret, TOLERANCE_SECONDS)
            body = json.loads(text)
        except (stripe.SignatureVerificationError, ValueError, RecursionError) as error:
            raise ForgedEvent(str(error)) from error
        if not isinstance(body, dict):
            raise ForgedEvent("not an event")
        return self.read_event(body)

    def read_event(self, stored: Mapping[str, Any]) -> ProviderEvent:
        """Translate a notification; one of another account or mode is named as trouble."""
        identity, kind = stored.get("id"), stored.get("type")
        if not isinstance(identity, str) or not isinstance(kind, str):
            raise ForgedEvent("an event has an id and a type")
        trouble = ""
        if bool(stored.get("livemode")) != self._livemode:
            trouble = "livemode differs"
        elif stored.get("account"):
            trouble = "of a connected account"
        subject = (stored.get("data") or {}).get("object") or {}
        return ProviderEvent(identity, kind, _report(kind, subject), trouble)

    def _call(self, call: Callable[[], T]) -> T:
        import stripe  # noqa: PLC0415 (as the client)

        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
            raise ProviderUnknown(str(error)) from error
        except stripe.IdempotencyError as error:
            # Another request with this key is still running, or an earlier one had other
            # parameters: in both cases what was done is not known here.
            raise ProviderUnknown(str(error)) from error
        except stripe.StripeError as error:
            raise ProviderRefused(str(error)) from error


def _report(kind: str, subject: Mapping[str, Any]) -> PaymentReport | RefundReport | None:
    if kind.startswith("checkout.session."):
        return _session_report(subject)
    if kind in ("payment_intent.succeeded", "payment_intent.payment_failed"):
        return _intent_report(subject)
    if kind.startswith("refund.") or kind == "charge.refund.updated":
        return _refund_report(subject)
    return None


def _session_report(session: Mapping[str, Any]) -> PaymentReport:
    state: PaymentOutcome = "open"
    if session.get("payment_status") == "paid":
        state = "succeeded"
    elif session.get("status") == "expired":
        state = "expired"
    names = session.get("metadata") or {}
    return PaymentReport(
        payment_id=names.get("payment_id"),
        order_id=session.get("client_reference_id") or names.get("order_id"),
        state=state,
        amount_fen=int(session.get("amount_total") or 0),
        currency=str(session.get("currency") or ""),
        reference=session.get("id"),
        intent=_identity(session.get("payment_intent")),
    )


def _intent_report(intent: Mapping[str, Any]) -> PaymentReport:
    names = intent.get("metadata") or {}
    error = intent.get("last_payment_error") or {}
    return PaymentReport(
        payment_id=names.get("payment_id"),
        order_id=names.get("order_id"),
        state="succeeded" if intent.get("status") == "succeeded" else "open",
        amount_fen=int(intent.get("amount_received") or 0),
        currency=str(intent.get("currency") or ""),
        intent=intent.get("id"),
        problem=str(error.get("code") or ""),
    )


def _refund_report(refund: Mapping[str, Any]) -> RefundReport:
    return RefundReport(
        refund_id=(refund.get("metadata") or {}).get("refund_id"),
        reference=str(refund.get("id")),
        state=_REFUND_STATES.get(str(refund.get("status")), "pending"),
        amount_fen=int(refund.get("amount") or 0),
        currency=str(refund.get("currency") or ""),
    )


def _identity(value: Any) -> str | None:
    """An id, whether the object was expanded or not."""
    if isinstance(value, Mapping):
        return value.get("id")
    return value if isinstance(value, str) else None


def make_gateway(settings: Settings) -> StripeGateway | None:
    """Stripe with the operator's key, or the sandbox beside the site; None without either."""
    if settings.stripe_key:
        return StripeGateway(
            settings.stripe_key,
            settings.stripe_webhook_secret,
            api_base=settings.stripe_api_base,
        )
    if settings.stripe_api_base:
        return StripeGateway(SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET, api_base=settings.stripe_api_base)
    return None
