"""The rules of money in the sandbox: intents, charges, sessions, refunds, transfers."""

from secrets import token_urlsafe
from typing import Any

from market.stripe_sandbox.errors import declined, invalid, missing, refused
from market.stripe_sandbox.events import EventLog
from market.stripe_sandbox.store import Body, Store

METHODS = ("card", "alipay", "wechat_pay")
DECLINED_CARD = "4000000000000002"
SHORTEST_SESSION = 30 * 60 - 60  # half an hour, with a minute for a slow clock
LONGEST_SESSION = 24 * 3600


class World:
    """Everything the endpoints may do; each method runs inside the store's transaction."""

    def __init__(self, store: Store, events: EventLog, base_url: str) -> None:
        self.store = store
        self.events = events
        self.base_url = base_url

    def get(self, kind: str, identity: str) -> Body:
        found = self.store.find(kind, identity)
        if found is None:
            raise missing(kind, identity)
        return found

    # Payment intents

    def new_intent(self, amount: int, methods: list[str], metadata: dict[str, str]) -> Body:
        intent = self.store.insert(
            "payment_intent",
            "pi",
            {
                "amount": amount,
                "amount_received": 0,
                "currency": "cny",
                "status": "requires_payment_method",
                "payment_method_types": methods,
                "metadata": metadata,
                "latest_charge": None,
                "last_payment_error": None,
                "capture_method": "automatic",
                "client_secret": token_urlsafe(12),
                "canceled_at": None,
            },
        )
        self.events.record("payment_intent.created", intent)
        return intent

    def confirm_intent(self, intent: Body, method: str, card: str = "") -> Body:
        """Charge it, or raise the decline (recorded on the intent)."""
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            raise refused(
                f"This PaymentIntent's status is {intent['status']}.",
                "payment_intent_unexpected_state",
            )
        if method not in intent["payment_method_types"]:
            raise invalid(f"The payment method {method} is not allowed here.", "payment_method")
        if card.replace(" ", "") == DECLINED_CARD:
            return self.fail_intent(intent, method)
        charge = self.store.insert(
            "charge",
            "ch",
            {
                "amount": intent["amount"],
                "amount_captured": intent["amount"],
                "amount_refunded": 0,
                "currency": "cny",
                "paid": True,
                "captured": True,
                "refunded": False,
                "status": "succeeded",
                "payment_intent": intent["id"],
                "metadata": intent["metadata"],
                "payment_method_details": {"type": method},
            },
        )
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "last_payment_error": None,
        }
        self.store.save(intent)
        self.events.record("charge.succeeded", charge)
        self.events.record("payment_intent.succeeded", intent)
        return intent

    def fail_intent(self, intent: Body, method: str) -> Body:
        error = (
            declined("Your card was declined.")
            if method == "card"
            else declined(
                "The payment was refused by the wallet.", "payment_method_provider_decline"
            )
        )
        intent["last_payment_error"] = error.body["error"]
        self.store.save(intent)
        self.events.record("payment_intent.payment_failed", intent)
        return intent

    def cancel_intent(self, intent: Body) -> Body:
        if intent["status"] in ("succeeded", "canceled"):
            raise refused(
                f"You cannot cancel this PaymentIntent because it has a status of "
                f"{intent['status']}.",
                "payment_intent_unexpected_state",
            )
        intent |= {"status": "canceled", "canceled_at": int(self.store.now())}
        self.store.save(intent)
        self.events.record("payment_intent.canceled", intent)
        return intent

    # Checkout sessions

    def new_session(self, fields: dict[str, Any]) -> Body:
        session = self.store.insert(
            "checkout.session",
            "cs_test",
            {
                "mode": "payment",
                "status": "open",
                "payment_status": "unpaid",
                "currency": "cny",
                "payment_intent": None,
                **fields,
            },
        )
        session["url"] = f"{self.base_url}/c/pay/{session['id']}"
        return self.store.save(session)

    def fresh_session(self, identity: str) -> Body:
        """The session as of now: past its time an open one has expired."""
        session = self.get("checkout.session", identity)
        if session["status"] == "open" and session["expires_at"] <= self.store.now():
            return self.expire_session(session)
        return session

    def expire_session(self, session: Body) -> Body:
        if session["status"] != "open":
            raise refused(
                'Only Checkout Sessions with a status in ["open"] can be expired.',
                "resource_unexpected_state",
            )
        session |= {"status": "expired", "url": None}
        self.store.save(session)
        if session["payment_intent"]:
            intent = self.get("payment_intent", session["payment_intent"])
            if intent["status"] not in ("succeeded", "canceled"):
                self.cancel_intent(intent)
        self.events.record("checkout.session.expired", session)
        return session

    def pay_session(self, session: Body, method: str, *, works: bool, card: str = "") -> Body:
        """What the customer does on the hosted page."""
        if session["status"] != "open":
            raise refused("This Checkout Session is no longer open.", "resource_unexpected_state")
        if session["payment_intent"]:
            intent = self.get("payment_intent", session["payment_intent"])
        else:
            intent = self.new_intent(
                session["amount_total"],
                session["payment_method_types"],
                session["intent_metadata"],
            )
            session["payment_intent"] = intent["id"]
            self.store.save(session)
        if works:
            intent = self.confirm_intent(intent, method, card)
        else:
            intent = self.fail_intent(intent, method)
        if intent["status"] == "succeeded":
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            self.store.save(session)
            self.events.record("checkout.session.completed", session)
        return session

    # Refunds

    def refund(self, intent: Body, amount: int | None, fields: dict[str, Any]) -> Body:
        if intent["status"] != "succeeded":
            raise refused(
                f"PaymentIntent {intent['id']} has no successful charge to refund.",
                "charge_not_succeeded",
            )
        charge = self.get("charge", intent["latest_charge"])
        left = charge["amount_captured"] - charge["amount_refunded"]
        wanted = left if amount is None else amount
        if left == 0:
            raise refused(
                f"Charge {charge['id']} has already been refunded.", "charge_already_refunded"
            )
        if wanted > left:
            raise refused(
                f"Refund amount (¥{wanted / 100:.2f}) is greater than unrefunded amount on "
                f"charge (¥{left / 100:.2f})",
                "amount_too_large",
                "amount",
            )
        refund = self.store.insert(
            "refund",
            "re",
            {
                "amount": wanted,
                "currency": "cny",
                "charge": charge["id"],
                "payment_intent": intent["id"],
                "status": "succeeded",
                **fields,
            },
        )
        charge["amount_refunded"] += wanted
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.store.save(charge)
        self.events.record("refund.created", refund)
        self.events.record("charge.refunded", charge)
        return refund

    # Transfers

    def transfer(self, amount: int, destination: str, fields: dict[str, Any]) -> Body:
        self.get("account", destination)
        captured = sum(
            c["amount_captured"] - c["amount_refunded"] for c in self.store.all("charge")
        )
        sent = sum(t["amount"] - t["amount_reversed"] for t in self.store.all("transfer"))
        if amount > captured - sent:
            raise refused("You have insufficient available funds.", "balance_insufficient")
        transfer = self.store.insert(
            "transfer",
            "tr",
            {
                "amount": amount,
                "amount_reversed": 0,
                "currency": "cny",
                "destination": destination,
                "reversed": False,
                **fields,
            },
        )
        self.events.record("transfer.created", transfer)
        return transfer

    def reverse_transfer(self, transfer: Body, amount: int | None) -> Body:
        left = transfer["amount"] - transfer["amount_reversed"]
        wanted = left if amount is None else amount
        if wanted > left or left == 0:
            raise refused("Reversal exceeds what is left of the transfer.", "amount_too_large")
        reversal = self.store.insert(
            "transfer_reversal", "trr", {"amount": wanted, "transfer": transfer["id"]}
        )
        transfer["amount_reversed"] += wanted
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        self.store.save(transfer)
        self.events.record("transfer.reversed", transfer)
        return reversal
