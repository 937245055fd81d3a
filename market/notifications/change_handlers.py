"""What people are told about changes of products and their places on local lists."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.catalogue.events import (
    AdmissionDecided,
    ProductChangeDecided,
    ProductChangeSubmitted,
)
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.web.instant import present


def on_change_submitted(session: Session, event: Event) -> None:
    """The officials of the maker's region look at it."""
    assert isinstance(event, ProductChangeSubmitted)
    officials = accounts.officials_of(session, RegionCode(event.region_code))
    send(
        session, officials, "product_change_submitted", {"product": event.product_name},
        f"/official/product-changes/{event.change_id}", key=event.change_id, now=present(),
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
        key=f"{event.change_id}-{event.version}", now=present(),
    )  # fmt: skip


def on_admission_decided(session: Session, event: Event) -> None:
    """The maker learns where its product may be sold without a certificate, or no longer may."""
    assert isinstance(event, AdmissionDecided)
    send(
        session, accounts.members_of(session, "seller", event.maker_id),
        "local_admitted" if event.admitted else "local_withdrawn",
        {"product": event.product_name, "place": event.place, "reason": event.reason,
         "day": event.until_on.isoformat()},
        f"/seller/products/{event.product_id}", key=event.admission_id, now=present(),
    )  # fmt: skip
