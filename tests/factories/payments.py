"""Held orders to be paid, the sandbox as a live server, and its notifications signed."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import stripe
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from market.adapters.stripe_gateway import StripeGateway
from market.catalogue import stock
from market.catalogue.types import Demand
from market.checkout.service import POLICIES
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.orders.types import (
    AdjustmentToCopy,
    AllocatedStock,
    LineToPlace,
    OrderToPlace,
    PayMethod,
    PlacedOrder,
    SellerPart,
)
from market.stripe_sandbox import SandboxSettings, create_sandbox
from market.stripe_sandbox.faults import Faults
from market.stripe_sandbox.settings import SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET
from market.stripe_sandbox.world import World
from tests.factories.accounts import make_account
from tests.factories.catalogue import PRODUCT, VARIANT, Offer, make_offer

HOLD = timedelta(minutes=30)
_serial = count(1)


def make_held_order(
    session: Session,
    now: datetime,
    offers: Sequence[tuple[Offer, int]] = (),
    *,
    method: PayMethod = PayMethod.ALIPAY,
    account_id: str | None = None,
    platform_discount_fen: int = 0,
) -> PlacedOrder:
    """An order whose goods are set aside for half an hour; freight is 10.00 per seller."""
    wanted = offers or [(make_offer(session), 2)]
    order_id = new_id()
    demands = [Demand(offer.listing_id, packs) for offer, packs in wanted]
    taken = stock.reserve(session, order_id, demands, now + HOLD, now)
    parts = []
    for offer, packs in wanted:
        discount = (
            (AdjustmentToCopy("p" * 20, "平台减", "platform", -platform_discount_fen),)
            if platform_discount_fen
            else ()
        )
        parts.append(
            SellerPart(
                seller_id=offer.maker.id,
                seller_name=offer.maker.name,
                freight_fen=1000,
                lines=(_line(offer, packs, discount),),
                allocations=tuple(
                    AllocatedStock(a.listing_id, a.warehouse_id, a.quantity)
                    for a in taken
                    if a.listing_id == offer.listing_id and a.warehouse_id
                ),
            )
        )
    return orders.place(
        session,
        OrderToPlace(
            id=order_id,
            account_id=account_id or make_account(session).id,
            idempotency_key=f"k{next(_serial)}",
            recipient="李四",
            phone="13800000000",
            region=RegionCode("510124104"),
            region_label="四川省 郫都区",
            detail="1 组",
            payment_method=method,
            parts=tuple(parts),
            held_until=now + HOLD,
            certified_share_bp=10_000,
            policies=POLICIES,
        ),
        now,
    )


def _line(offer: Offer, packs: int, discount: tuple[AdjustmentToCopy, ...]) -> LineToPlace:
    return LineToPlace(
        listing_id=offer.listing_id,
        variant_id=offer.variant_id,
        product_id=offer.product_id,
        product_name=PRODUCT.name_zh,
        kind_code="G105",
        kind_name="保温",
        unit="m2",
        pack_size=VARIANT.pack_size,
        weight_g=VARIANT.weight_g,
        quantity=packs,
        unit_price_fen=13824,
        adjustments=discount,
    )


@dataclass
class Sandbox:
    """The running sandbox, its truth and its script of faults."""

    app: Flask
    base: str

    @property
    def world(self) -> World:
        return self.app.extensions["sandbox"]

    @property
    def faults(self) -> Faults:
        return self.app.extensions["sandbox.faults"]

    def gateway(self, **options: Any) -> StripeGateway:
        """The site's own adapter, pointed here."""
        options = {"timeout": 3, "retries": 0, **options}
        return StripeGateway(SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET, api_base=self.base, **options)

    def pay(self, reference: str, *, works: bool = True) -> None:
        """What the customer does on the hosted page."""
        action = "pay" if works else "fail"
        answer = self.app.test_client().post(
            f"/c/pay/{reference}", data={"action": action, "card": "4242 4242 4242 4242"}
        )
        assert answer.status_code in (303, 402), answer.status_code

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """Everything that happened, oldest first."""
        rows = list(reversed(self.world.store.all("event")))
        return [row for row in rows if not kinds or row["type"] in kinds]

    def intents(self, state: str) -> list[dict[str, Any]]:
        return [row for row in self.world.store.all("payment_intent") if row["status"] == state]


@contextmanager
def running(now: Callable[[], float], webhook_url: str = "", **settings: Any) -> Iterator[Sandbox]:
    """The sandbox on a free loopback port."""
    app = create_sandbox(SandboxSettings(webhook_url=webhook_url, **settings), now)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        box = Sandbox(app, f"http://127.0.0.1:{server.server_port}")
        box.world.base_url = box.base
        yield box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def deliver(client: FlaskClient, event: dict[str, Any], **options: Any) -> Any:
    """Post an event as the gateway would: signed now, or with another secret or time."""
    payload = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(
        payload, options.get("secret", SANDBOX_WEBHOOK_SECRET), timestamp=options.get("at")
    )
    return client.post(
        "/webhooks/stripe",
        data=options.get("body", payload),
        headers={"Stripe-Signature": options.get("header", header)},
        content_type="application/json",
    )
