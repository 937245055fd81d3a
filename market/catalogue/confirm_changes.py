"""Confirming a change: every gate is asked again, and all of it is done in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import changes, details_json, edit_products, gates
from market.catalogue.change_types import ChangeKind, ChangeState
from market.catalogue.errors import ChangeOutdated, NotPublishable, ProductArchived
from market.catalogue.events import ProductsFilled
from market.catalogue.models import Kind, Product, Variant
from market.catalogue.product_views import product_view
from market.catalogue.queries import product_row
from market.catalogue.types import ProductDetails, VariantDetails
from market.kernel.actor import Actor
from market.kernel.events import publish


def confirm(
    session: Session, actor: Actor, change_id: str, version: int, note: str = "",
    internal: str = "", *, now: datetime,
) -> None:  # fmt: skip
    """Let a change into force, or a product on the market for the first time.

    Raises as `changes.decided`; NotPublishable with what is missing now; ChangeOutdated when
    the product is no longer what the change was made for; and as the maker's own edits.
    """
    change = changes.decided(
        session, actor, change_id, version, ChangeState.CONFIRMED, note, internal, now=now
    )
    product = session.scalars(
        select(Product).where(Product.id == change.product_id).with_for_update()
    ).one()
    if product.state == "archived":
        raise ProductArchived()
    before = _missing(session, product.id, now)
    if change.kind == ChangeKind.FIRST:
        if before:
            raise NotPublishable(reasons=before)
        edit_products.put_on_market(session, actor, product, now)
        return
    _refuse_outdated(product, change.base, change.proposed.get("details"))
    _apply(session, product, change.proposed, now)
    worse = [code for code in _missing(session, product.id, now) if code not in before]
    if worse:
        raise NotPublishable(reasons=worse)


def _missing(session: Session, product_id: str, now: datetime) -> list[str]:
    return [blocker.code for blocker in product_row(session, product_id, now).blockers]


def _refuse_outdated(product: Product, base: dict[str, Any], wanted: dict[str, Any] | None) -> None:
    """What is to be changed must be as its maker saw it; the rest may have moved."""
    live = details_json.dump(product_view(product, "").details)
    changed = [key for key, value in (wanted or {}).items() if value != base.get(key)]
    if any(live.get(key) != base.get(key) for key in changed):
        raise ChangeOutdated()


def _apply(session: Session, product: Product, proposed: dict[str, Any], now: datetime) -> None:
    if "details" in proposed:
        live = details_json.dump(product_view(product, "").details)
        details = details_json.load(ProductDetails, {**live, **proposed["details"]})
        kind = session.get_one(Kind, product.kind_code)
        edit_products.fill(session, product, kind, details, now)
    if "report_file_id" in proposed:
        product.report_file_id = proposed["report_file_id"]
    for variant_id, raw in proposed.get("variants", {}).items():
        wanted = details_json.load(VariantDetails, raw)
        variant = session.get(Variant, variant_id)
        if variant is None:
            session.add(edit_products.variant_row(product, variant_id, wanted, now))
            continue
        edit_products.refuse_resizing(session, variant, wanted)
        edit_products.fill_variant(variant, wanted)
    product.updated_at = now
    session.flush()
    gates.refresh(session, [product.id])
    publish(session, ProductsFilled((product.id,)))
    if product.certificate_id is not None:
        gates.report_outside(session, product.certificate_id, now)
