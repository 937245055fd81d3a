"""Sending parcels, whole or in parts, and the household's word that they came."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.events import publish
from market.orders import models as m
from market.orders.batching import batch_columns, chosen_batches
from market.orders.cancelling import checked_counts
from market.orders.errors import CarrierMissing, GoodsHeldBack, OrderNotFound
from market.orders.events import SellerOrderReceived, SellerOrderShipped
from market.orders.loading import Act, Loaded, lock_order, lock_part, note_event
from market.orders.states import require
from market.orders.types import Shipment, State


def ship(
    session: Session, seller_order_id: str, shipment: Shipment, actor: Actor, now: datetime
) -> str:
    """Send some packs of a seller's part; returns the parcel's id.

    Raises OrderNotFound, CarrierMissing, NothingChosen, MoreThanOpen, NotPossibleNow,
    GoodsHeldBack, BatchNotChosen, NoBatchToSend, BatchFailed, BatchHeld.
    """
    loaded, part = lock_part(session, seller_order_id, actor)
    require(loaded.part_state(part), "ship")
    if not shipment.carrier.strip():
        raise CarrierMissing(field="carrier")
    counts = checked_counts(loaded.lines[part.id], shipment.quantities)
    for line in loaded.lines[part.id]:
        if line.held_back and line.id in counts:
            raise GoodsHeldBack(product=line.product_name, field=f"quantity-{line.id}")
    chosen = chosen_batches(
        session, [ln for ln in loaded.lines[part.id] if ln.id in counts], shipment.batches, now
    )
    for line in loaded.lines[part.id]:
        line.shipped += counts.get(line.id, 0)
    parcel = _add_parcel(session, part, shipment, Act(actor, now))
    session.add_all(
        m.ParcelLine(
            parcel_id=parcel.id, order_line_id=line_id, quantity=count,
            **batch_columns(chosen.get(line_id)),
        )
        for line_id, count in counts.items()
    )  # fmt: skip
    if loaded.part_state(part) is State.SHIPPED:
        part.shipped_at = now
    session.flush()
    _tell(session, loaded, part, parcel, actor)
    return parcel.id


def confirm_receipt(session: Session, seller_order_id: str, actor: Actor, now: datetime) -> None:
    """The household has everything of a seller's part. Raises OrderNotFound, NotPossibleNow."""
    found = session.execute(
        select(m.SellerOrder.order_id, m.Order.account_id)
        .join(m.Order, m.Order.id == m.SellerOrder.order_id)
        .where(m.SellerOrder.id == seller_order_id)
    ).first()
    if found is None or found.account_id != actor.account_id:
        raise OrderNotFound()
    loaded = lock_order(session, found.order_id)
    _receive(session, loaded, loaded.part(seller_order_id), actor, now)


def receive_at_point(
    session: Session, order_id: str, seller_order_id: str, actor: Actor, now: datetime
) -> None:
    """Somebody with the household's pick-up code fetched everything of a seller's part; `actor`,
    who handed it over, was checked by the caller. Nothing when the household said so before.

    Raises OrderNotFound, NotPossibleNow.
    """
    loaded = lock_order(session, order_id)
    part = loaded.part(seller_order_id)
    if part.received_at is None:
        _receive(session, loaded, part, actor, now)


def _receive(
    session: Session, loaded: Loaded, part: m.SellerOrder, actor: Actor, now: datetime
) -> None:
    require(loaded.part_state(part), "receive")
    part.received_at = now
    note_event(
        session,
        loaded.order.id,
        "received",
        now,
        actor=actor,
        seller_order_id=part.id,
        params={"seller": part.seller_name},
    )
    session.flush()
    publish(
        session,
        SellerOrderReceived(
            order_id=loaded.order.id,
            code=loaded.order.code,
            seller_order_id=part.id,
            seller_id=part.seller_id,
            account_id=loaded.order.account_id,
            at=now,
        ),
    )


def _add_parcel(
    session: Session,
    part: m.SellerOrder,
    shipment: Shipment,
    act: Act,
) -> m.Parcel:
    before = session.scalar(
        select(func.count(m.Parcel.id)).where(m.Parcel.seller_order_id == part.id)
    )
    parcel = m.Parcel(
        seller_order_id=part.id,
        number=(before or 0) + 1,
        carrier=shipment.carrier.strip()[:80],
        tracking=shipment.tracking.strip()[:80],
        note=shipment.note.strip()[:300],
        shipped_at=act.now,
        shipped_by=act.actor.account_id,
    )
    session.add(parcel)
    session.flush()
    return parcel


def _tell(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    parcel: m.Parcel,
    actor: Actor,
) -> None:
    now = parcel.shipped_at
    facts = loaded.facts(part)
    wanted = facts.quantity - facts.cancelled
    note_event(
        session,
        loaded.order.id,
        "shipped",
        now,
        actor=actor,
        seller_order_id=part.id,
        params={
            "seller": part.seller_name,
            "carrier": parcel.carrier,
            "tracking": parcel.tracking,
            "shipped": facts.shipped,
            "wanted": wanted,
        },
    )
    session.flush()
    publish(
        session,
        SellerOrderShipped(
            order_id=loaded.order.id,
            code=loaded.order.code,
            seller_order_id=part.id,
            account_id=loaded.order.account_id,
            seller_name=part.seller_name,
            parcel_id=parcel.id,
            shipped=facts.shipped,
            wanted=wanted,
            complete=facts.shipped == wanted,
            at=now,
        ),
    )
