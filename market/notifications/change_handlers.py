"""What people are told about changes of products."""

from datetime import datetime

from flask import has_app_context
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.catalogue.events import ProductChangeDecided, ProductChangeSubmitted
from market.kernel.clock import SystemClock
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web import context


def _now() -> datetime:
    return context.now() if has_app_context() else SystemClock().now()


def on_change_submitted(session: Session, event: Event) -> None:
    """The officials of the maker's region look at it."""
    assert isinstance(event, ProductChangeSubmitted)
    officials = accounts.officials_of(session, RegionCode(event.region_code))
    send(
        session, officials, "product_change_submitted", {"product": event.product_name},
        f"/official/product-changes/{event.change_id}", key=event.change_id, now=_now(),
    )  # fmt: skip


def on_change_decided(session: Session, event: Event) -> None:
    """The maker learns what became of it, or what is asked."""
    assert isinstance(event, ProductChangeDecided)
    kind = f"product_change_{event.state}"
    if event.state == "confirmed" and event.first:
        kind = "product_published"
    send(
        session, accounts.members_of(session, "seller", event.maker_id), kind,
        {"product": event.product_name, "note": event.note}, f"/seller/products/{event.product_id}",
        key=f"{event.change_id}-{event.version}", now=_now(),
    )  # fmt: skip
