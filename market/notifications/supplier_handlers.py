"""What people are told about suppliers of whole solutions."""

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.bundles.events import BundleDecided, BundleSubmitted, OptionLost, SlotEmptied
from market.kernel.events import Event
from market.kernel.region_code import RegionCode
from market.notifications.service import send
from market.suppliers.events import SupplierDecided, SupplierSubmitted
from market.web.instant import present


def on_supplier_submitted(session: Session, event: Event) -> None:
    """The officials of the region grade it; again when a question was answered."""
    assert isinstance(event, SupplierSubmitted)
    now, key = present(), event.application_id
    send(
        session, accounts.officials_of(session, RegionCode(event.region_code)),
        "supplier_submitted", {"seller": event.seller_name},
        f"/official/suppliers/{key}", key=f"{key}:{now.isoformat()}", now=now,
    )  # fmt: skip


def on_supplier_decided(session: Session, event: Event) -> None:
    """The seller learns what became of it."""
    assert isinstance(event, SupplierDecided)
    now, key = present(), event.application_id
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"supplier_{event.decision}", {"reason": event.reason},
        "/seller/supplier", key=f"{key}:{now.isoformat()}", now=now,
    )  # fmt: skip


def on_bundle_submitted(session: Session, event: Event) -> None:
    """Those responsible for its places look at it: officials of the region, or operators."""
    assert isinstance(event, BundleSubmitted)
    region = event.region_code
    people = (
        accounts.officials_of(session, RegionCode(region)) if region
        else accounts.members_of(session, "operator", "")
    )  # fmt: skip
    send(
        session, people, "bundle_submitted", {"name": event.name_zh},
        f"/official/bundles/{event.review_id}", key=f"{event.review_id}:{event.submitted_at}",
        now=present(),
    )  # fmt: skip


def on_bundle_decided(session: Session, event: Event) -> None:
    """The supplier learns what became of its version."""
    assert isinstance(event, BundleDecided)
    send(
        session, accounts.members_of(session, "seller", event.seller_id),
        f"bundle_{event.decision}", {"name": event.name_zh, "reason": event.reason},
        f"/seller/bundles/{event.bundle_id}", key=f"{event.review_id}:{event.decided_at}",
        now=present(),
    )  # fmt: skip


def on_option_lost(session: Session, event: Event) -> None:
    """The author is told once of each product of a bundle, however often it is found."""
    assert isinstance(event, OptionLost)
    _tell_author(
        session, event.seller_id, "bundle_option_lost",
        {"name": event.name_zh, "product": event.product_zh},
        f"{event.bundle_id}:{event.slot}:{event.product_id}",
    )  # fmt: skip


def on_slot_emptied(session: Session, event: Event) -> None:
    """The author is told once of each option of a bundle that nothing is on sale for."""
    assert isinstance(event, SlotEmptied)
    _tell_author(
        session, event.seller_id, "bundle_slot_emptied",
        {"name": event.name_zh, "slot": event.slot_zh},
        f"{event.bundle_id}:{event.slot}:{event.kind_code}",
    )  # fmt: skip


def _tell_author(
    session: Session, author: str, kind: str, params: dict[str, object], key: str
) -> None:
    people = (
        accounts.members_of(session, "seller", author) if author
        else accounts.members_of(session, "operator", "")
    )  # fmt: skip
    to = "/seller/bundles" if author else "/operator/bundles"
    send(session, people, kind, params, to, key=key, now=present())
