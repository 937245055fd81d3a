"""Which batches may not go out, why and since when; who may say so."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from market.batches.errors import BatchOutsideRegion, HoldNotFound
from market.batches.models import Batch, BatchHold
from market.batches.types import HoldView
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers


def standing(session: Session, product_ids: Collection[str]) -> dict[str, tuple[HoldView, ...]]:
    """By product the holds that stand, newest first; products without one are left out."""
    if not product_ids:
        return {}
    found: dict[str, list[HoldView]] = {}
    statement = _holds().where(
        BatchHold.product_id.in_(set(product_ids)), BatchHold.lifted_at.is_(None)
    )
    for view in _views(session, statement):
        found.setdefault(view.product_id, []).append(view)
    return {product_id: tuple(views) for product_id, views in found.items()}


def of_batches(session: Session, batch_ids: Collection[str]) -> dict[str, tuple[HoldView, ...]]:
    """By batch the holds that stand, newest first; batches without one are left out."""
    if not batch_ids:
        return {}
    found: dict[str, list[HoldView]] = {}
    statement = _holds().where(Batch.id.in_(set(batch_ids)), BatchHold.lifted_at.is_(None))
    for view in _views(session, statement):
        found.setdefault(view.batch_id or "", []).append(view)
    return {batch_id: tuple(views) for batch_id, views in found.items()}


def history_of_number(session: Session, product_id: str, number_key: str) -> list[HoldView]:
    """Everything that held a batch number, lifted or not, newest first."""
    statement = _holds().where(
        BatchHold.product_id == product_id, BatchHold.number_key == number_key
    )
    return _views(session, statement)


def of_check(session: Session, check_id: str) -> list[HoldView]:
    """What a published failure held, lifted or not, newest first."""
    return _views(session, _holds().where(BatchHold.check_id == check_id))


def get_hold(session: Session, actor: Actor, hold_id: str) -> HoldView:
    """A hold, for an official of its region. Raises HoldNotFound, BatchOutsideRegion."""
    found = _views(session, _holds().where(BatchHold.id == hold_id))
    if not found:
        raise HoldNotFound
    require_governs_hold(actor, found[0].region_code)
    return found[0]


def is_held() -> ColumnElement[bool]:
    """A condition on `Batch`: a hold of its number stands."""
    return exists().where(
        BatchHold.product_id == Batch.product_id,
        BatchHold.number_key == Batch.number_key,
        BatchHold.lifted_at.is_(None),
    )


def may_hold(session: Session, actor: Actor, product_id: str, maker_id: str) -> bool:
    """Whether the actor is an official of where the product is made or sold."""
    return _own_region(session, actor, product_id, maker_id) is not None


def require_governs_batch(session: Session, actor: Actor, product_id: str, maker_id: str) -> str:
    """The region on whose behalf the actor holds a batch. Raises BatchOutsideRegion."""
    found = _own_region(session, actor, product_id, maker_id)
    if found is None:
        raise BatchOutsideRegion
    return found


def require_governs_hold(actor: Actor, region_code: str) -> None:
    """Raises BatchOutsideRegion unless the hold's region is in the actor's subtree."""
    if not governs_hold(actor, region_code):
        raise BatchOutsideRegion


def governs_hold(actor: Actor, region_code: str) -> bool:
    """Whether the hold's region is in the actor's subtree."""
    return actor.governs(RegionCode(region_code))


def _own_region(session: Session, actor: Actor, product_id: str, maker_id: str) -> str | None:
    ids = [maker_id, *catalogue.sellers_of_product(session, product_id)]
    shops = sellers.sellers_by_ids(session, set(ids))
    places = (shops[one].region for one in ids if one in shops)
    return next((place.digits for place in places if actor.governs(place)), None)


def _holds() -> Select[BatchHold, str | None]:
    same = and_(Batch.product_id == BatchHold.product_id, Batch.number_key == BatchHold.number_key)
    return (
        select(BatchHold, Batch.id)
        .outerjoin(Batch, same)
        .order_by(BatchHold.since.desc(), BatchHold.id.desc())
    )


def _views(session: Session, statement: Select[BatchHold, str | None]) -> list[HoldView]:
    return [
        HoldView(
            row.id, row.product_id, row.number, batch_id, row.check_id, row.reason, row.since,
            row.region_code, row.lifted_at, row.lifted_reason,
        )
        for row, batch_id in session.execute(statement)
    ]  # fmt: skip
