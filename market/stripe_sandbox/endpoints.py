"""The calls: parameters in, objects out. Unknown parameters are refused as the service does."""

from collections.abc import Callable
from typing import Any

from market.stripe_sandbox.errors import invalid
from market.stripe_sandbox.params import (
    Params,
    amount,
    currency,
    integer,
    metadata,
    only,
    required,
)
from market.stripe_sandbox.store import Body
from market.stripe_sandbox.world import LONGEST_SESSION, METHODS, SHORTEST_SESSION, World

Call = Callable[..., Body]
SESSION_PARAMS = (
    "mode", "line_items", "payment_method_types", "payment_method_options", "success_url",
    "cancel_url", "client_reference_id", "metadata", "payment_intent_data", "expires_at",
    "locale", "customer_email",
)  # fmt: skip


def _methods(params: Params) -> list[str]:
    given = params.get("payment_method_types") or ["card"]
    if not isinstance(given, list) or any(method not in METHODS for method in given):
        raise invalid("Unknown payment method type.", "payment_method_types")
    return given


def _optional_amount(params: Params) -> int | None:
    return amount(params["amount"]) if "amount" in params else None


def create_intent(world: World, params: Params) -> Body:
    """A payment intent, confirmed at once when asked."""
    only(params, "amount", "currency", "payment_method_types", "metadata", "description",
         "payment_method", "confirm")  # fmt: skip
    total = amount(required(params, "amount"))
    currency(required(params, "currency"))
    intent = world.new_intent(total, _methods(params), metadata(params))
    if params.get("confirm") == "true":
        return world.confirm_intent(intent, _methods(params)[0])
    return intent


def confirm_intent(world: World, params: Params, identity: str) -> Body:
    """Charge an intent."""
    only(params, "payment_method", "return_url")
    intent = world.get("payment_intent", identity)
    wanted = str(params.get("payment_method", ""))
    method = wanted.removeprefix("pm_").split("_")[0]
    chosen = next((m for m in METHODS if m.split("_")[0] == method), "")
    return world.confirm_intent(intent, chosen or intent["payment_method_types"][0])


def cancel_intent(world: World, params: Params, identity: str) -> Body:
    """Give an intent up."""
    only(params, "cancellation_reason")
    return world.cancel_intent(world.get("payment_intent", identity))


def create_session(world: World, params: Params) -> Body:
    """A hosted page for one payment."""
    only(params, *SESSION_PARAMS)
    if required(params, "mode") != "payment":
        raise invalid("This sandbox knows the mode payment.", "mode")
    wechat = (params.get("payment_method_options") or {}).get("wechat_pay") or {}
    methods = _methods(params)
    if "wechat_pay" in methods and wechat.get("client") != "web":
        raise invalid(
            "payment_method_options[wechat_pay][client] must be web.", "payment_method_options"
        )
    items = required(params, "line_items")
    if not isinstance(items, list):
        raise invalid("Invalid array", "line_items")
    return world.new_session(
        {
            "amount_total": sum(_line_total(item) for item in items),
            "amount_subtotal": sum(_line_total(item) for item in items),
            "payment_method_types": methods,
            "success_url": required(params, "success_url"),
            "cancel_url": params.get("cancel_url"),
            "client_reference_id": params.get("client_reference_id"),
            "metadata": metadata(params),
            "intent_metadata": metadata(params.get("payment_intent_data") or {}),
            "description": _line_name(items[0]),
            "locale": params.get("locale", "auto"),
            "expires_at": _expiry(params, int(world.store.now())),
        }
    )


def _line_total(item: Any) -> int:
    price = item.get("price_data") if isinstance(item, dict) else None
    if not isinstance(price, dict):
        raise invalid("You must specify price_data.", "line_items[0]")
    currency(price.get("currency"))
    quantity = integer(item.get("quantity", 1), "line_items[0][quantity]")
    if quantity < 1:
        raise invalid("Quantity must be at least 1.", "line_items[0][quantity]")
    return amount(price.get("unit_amount"), "unit_amount") * quantity


def _line_name(item: Any) -> str:
    return str((item["price_data"].get("product_data") or {}).get("name", ""))


def _expiry(params: Params, now: int) -> int:
    if "expires_at" not in params:
        return now + LONGEST_SESSION
    at = integer(params["expires_at"], "expires_at")
    if not now + SHORTEST_SESSION <= at <= now + LONGEST_SESSION:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours "
            "from Checkout Session creation.",
            "expires_at",
        )
    return at


def expire_session(world: World, params: Params, identity: str) -> Body:
    """Close a hosted page that was not used."""
    only(params)
    return world.expire_session(world.fresh_session(identity))


def create_refund(world: World, params: Params) -> Body:
    """Give back all that is left, or the amount asked for."""
    only(params, "payment_intent", "amount", "reason", "metadata")
    intent = world.get("payment_intent", required(params, "payment_intent"))
    reason = params.get("reason")
    if reason not in (None, "duplicate", "fraudulent", "requested_by_customer"):
        raise invalid("Invalid reason", "reason")
    return world.refund(
        intent, _optional_amount(params), {"reason": reason, "metadata": metadata(params)}
    )


def create_account(world: World, params: Params) -> Body:
    """A connected account; only what transfers need."""
    only(params, "type", "country", "email", "business_type", "metadata", "capabilities")
    return world.store.insert(
        "account",
        "acct",
        {
            "type": params.get("type", "express"),
            "country": params.get("country", "HK"),
            "email": params.get("email"),
            "charges_enabled": False,
            "payouts_enabled": False,
            "metadata": metadata(params),
        },
    )


def create_transfer(world: World, params: Params) -> Body:
    """Move captured money to a connected account."""
    only(params, "amount", "currency", "destination", "transfer_group", "metadata", "description")
    total = amount(required(params, "amount"))
    currency(required(params, "currency"))
    fields = {"transfer_group": params.get("transfer_group"), "metadata": metadata(params)}
    return world.transfer(total, required(params, "destination"), fields)


def reverse_transfer(world: World, params: Params, identity: str) -> Body:
    """Take a transfer back, in part or whole."""
    only(params, "amount", "metadata")
    return world.reverse_transfer(world.get("transfer", identity), _optional_amount(params))


POSTS: dict[str, Call] = {
    "/v1/payment_intents": create_intent,
    "/v1/payment_intents/<identity>/confirm": confirm_intent,
    "/v1/payment_intents/<identity>/cancel": cancel_intent,
    "/v1/checkout/sessions": create_session,
    "/v1/checkout/sessions/<identity>/expire": expire_session,
    "/v1/refunds": create_refund,
    "/v1/accounts": create_account,
    "/v1/transfers": create_transfer,
    "/v1/transfers/<identity>/reversals": reverse_transfer,
}
COLLECTIONS = {
    "payment_intents": "payment_intent",
    "checkout/sessions": "checkout.session",
    "refunds": "refund",
    "charges": "charge",
    "accounts": "account",
    "transfers": "transfer",
    "events": "event",
}


def retrieve(world: World, kind: str, identity: str) -> Body:
    """One object. A session is looked at as of now."""
    if kind == "checkout.session":
        return world.fresh_session(identity)
    return world.get(kind, identity)


def list_objects(world: World, kind: str, path: str, params: Params) -> Body:
    """Newest first, with the filters and the cursor of the protocol."""
    limit = integer(params.get("limit", 10), "limit")
    if not 1 <= limit <= 100:
        raise invalid("Limit must be between 1 and 100.", "limit")
    rows = [row for row in world.store.all(kind) if _matches(row, params)]
    after = params.get("starting_after")
    if after:
        ids = [row["id"] for row in rows]
        rows = rows[ids.index(after) + 1 :] if after in ids else []
    return {
        "object": "list",
        "url": path,
        "data": rows[:limit],
        "has_more": len(rows) > limit,
    }


def _matches(row: Body, params: Params) -> bool:
    created = params.get("created")
    if isinstance(created, dict):
        at = row["created"]
        if "gte" in created and at < integer(created["gte"], "created[gte]"):
            return False
        if "lte" in created and at > integer(created["lte"], "created[lte]"):
            return False
    wanted = ("payment_intent", "type", "status", "transfer_group")
    return all(row.get(name) == params[name] for name in wanted if name in params)
