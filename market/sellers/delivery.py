"""Where a seller delivers, for how much, and from which warehouses."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.db import changes
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.sellers.errors import (
    AmountNegative,
    DuplicateRow,
    FreightRowNotFound,
    NameTaken,
    RegionTooWide,
    WarehouseNotFound,
)
from market.sellers.members import managed
from market.sellers.models import SellerArea, SellerFreightRate, SellerLastMile, Warehouse
from market.sellers.types import WarehouseDetails


def add_area(session: Session, actor: Actor, seller_id: str, region: RegionCode) -> None:
    """Deliver to a region and all below it. Raises `DuplicateRow`, `SellerNotFound`."""
    managed(session, actor, seller_id)
    _refuse_duplicate(session, SellerArea, seller_id, region)
    session.add(SellerArea(seller_id=seller_id, prefix=region.digits))
    _changed(session)


def remove_area(session: Session, actor: Actor, seller_id: str, prefix: str) -> None:
    """Stop delivering to a region. Raises `FreightRowNotFound`, `SellerNotFound`."""
    _remove(session, actor, SellerArea, seller_id, prefix)


def set_rate(
    session: Session,
    actor: Actor,
    seller_id: str,
    region: RegionCode,
    *,
    base_fen: int,
    per_kg_fen: int,
) -> None:
    """The price of a shipment into a region; replaces an earlier one for the same region.

    Raises `AmountNegative`, `SellerNotFound`.
    """
    managed(session, actor, seller_id)
    if base_fen < 0 or per_kg_fen < 0:
        raise AmountNegative(field="base" if base_fen < 0 else "per_kg")
    row = _row(session, SellerFreightRate, seller_id, region.digits)
    if row is None:
        row = SellerFreightRate(seller_id=seller_id, prefix=region.digits)
        session.add(row)
    row.base_fen, row.per_kg_fen = base_fen, per_kg_fen
    _changed(session)


def remove_rate(session: Session, actor: Actor, seller_id: str, prefix: str) -> None:
    """Forget a rate. Raises `FreightRowNotFound`, `SellerNotFound`."""
    _remove(session, actor, SellerFreightRate, seller_id, prefix)


def add_last_mile(
    session: Session, actor: Actor, seller_id: str, region: RegionCode, surcharge_fen: int,
    *, door_only: bool = False,
) -> None:  # fmt: skip
    """A surcharge for a county or township; replaces an earlier one. `door_only`: not taken for
    what is dropped at a pick-up point.

    Raises `AmountNegative`, `RegionTooWide`, `SellerNotFound`.
    """
    managed(session, actor, seller_id)
    if surcharge_fen < 0:
        raise AmountNegative(field="surcharge")
    if region.level not in ("county", "town"):
        raise RegionTooWide(field="region")
    row = _row(session, SellerLastMile, seller_id, region.digits)
    if row is None:
        row = SellerLastMile(seller_id=seller_id, prefix=region.digits)
        session.add(row)
    row.surcharge_fen, row.door_only = surcharge_fen, door_only
    _changed(session)


def remove_last_mile(session: Session, actor: Actor, seller_id: str, prefix: str) -> None:
    """Forget a surcharge. Raises `FreightRowNotFound`, `SellerNotFound`."""
    _remove(session, actor, SellerLastMile, seller_id, prefix)


def add_warehouse(
    session: Session, actor: Actor, seller_id: str, details: WarehouseDetails, *, now: datetime
) -> str:
    """A place to keep stock; returns its id. Raises `NameTaken`, `RegionTooWide`."""
    managed(session, actor, seller_id)
    _check_warehouse(session, seller_id, details, None)
    row = Warehouse(
        seller_id=seller_id,
        name=details.name,
        region_code=details.region.digits,
        detail=details.detail,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def save_warehouse(
    session: Session,
    actor: Actor,
    seller_id: str,
    warehouse_id: str,
    details: WarehouseDetails,
    *,
    is_open: bool,
) -> None:
    """Change a warehouse or close it. Raises `WarehouseNotFound`, also for another seller's."""
    managed(session, actor, seller_id)
    row = session.get(Warehouse, warehouse_id)
    if row is None or row.seller_id != seller_id:
        raise WarehouseNotFound
    _check_warehouse(session, seller_id, details, warehouse_id)
    row.name, row.region_code = details.name, details.region.digits
    row.detail, row.is_open = details.detail, is_open
    session.flush()


def _check_warehouse(
    session: Session, seller_id: str, details: WarehouseDetails, own_id: str | None
) -> None:
    if details.region.level not in ("county", "town"):
        raise RegionTooWide(field="region")
    query = select(Warehouse.id).where(
        Warehouse.seller_id == seller_id, Warehouse.name == details.name
    )
    if session.scalar(query) not in (None, own_id):
        raise NameTaken(field="name")


def _row(session: Session, model: Any, seller_id: str, prefix: str) -> Any:
    return session.scalar(select(model).where(model.seller_id == seller_id, model.prefix == prefix))


def _refuse_duplicate(session: Session, model: Any, seller_id: str, region: RegionCode) -> None:
    if _row(session, model, seller_id, region.digits) is not None:
        raise DuplicateRow(field="region")


def _remove(session: Session, actor: Actor, model: Any, seller_id: str, prefix: str) -> None:
    managed(session, actor, seller_id)
    row = _row(session, model, seller_id, prefix)
    if row is None:
        raise FreightRowNotFound
    session.execute(delete(model).where(model.id == row.id))
    _changed(session)


def _changed(session: Session) -> None:
    session.flush()
    changes.move(session)  # who delivers where, and for how much, is remembered
