"""Doing what a plan says, through the verbs the screens use, in the caller's transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import service as catalogue
from market.exchange.operations import (
    AddListing,
    AddProduct,
    AddVariant,
    EditListing,
    EditProduct,
    EditVariant,
    MoveListing,
    Operation,
    SetStock,
)
from market.exchange.planning import Plan
from market.kernel.actor import Actor
from market.kernel.errors import DomainError

_VERBS: dict[str, Callable[[Session, Actor, str, datetime], None]] = {
    "publish": catalogue.publish_listing,
    "pause": catalogue.pause_listing,
    "archive": catalogue.archive_listing,
    "restore": catalogue.restore_listing,
}


class RowRefused(Exception):
    """A verb refused what the preview thought possible."""

    def __init__(self, row: int, error: DomainError) -> None:
        super().__init__(str(row))
        self.row, self.error = row, error


def apply(session: Session, actor: Actor, seller_id: str, plan: Plan, now: datetime) -> None:
    """Do everything, or raise RowRefused for the whole to be rolled back.

    Gates and counts of lists follow once at the end instead of after every row.
    """
    made: dict[str, str] = {}
    with catalogue.in_bulk(session, seller_id):
        for operation in plan.operations:
            try:
                _do(session, actor, seller_id, operation, made, now)
            except DomainError as error:
                raise RowRefused(operation.row, error) from error


def _do(
    session: Session, actor: Actor, seller_id: str, act: Operation, made: dict[str, str],
    now: datetime,
) -> None:  # fmt: skip
    def known(key: str) -> str:
        return made.get(key, key)

    match act:
        case AddProduct():
            made[act.key] = catalogue.add_product(session, actor, seller_id, act.details, now)
        case EditProduct():
            catalogue.edit_product(session, actor, act.product_id, act.details, now)
        case AddVariant():
            made[act.key] = catalogue.add_variant(
                session, actor, known(act.product), act.details, now
            )
        case EditVariant():
            catalogue.edit_variant(session, actor, act.variant_id, act.details, now)
        case AddListing():
            made[act.key] = catalogue.add_listing(
                session, actor, seller_id, known(act.variant), act.details, now=now
            )
        case EditListing():
            catalogue.edit_listing(session, actor, act.listing_id, act.details, now)
        case MoveListing():
            for verb in act.verbs:
                _VERBS[verb](session, actor, known(act.listing), now)
        case SetStock():
            _count(session, actor, act, known(act.listing), now)


def _count(session: Session, actor: Actor, act: SetStock, listing: str, now: datetime) -> None:
    values: dict[str, Any] = {"reason": "sheet", "now": now}
    if act.before is None and act.counted:
        catalogue.receive_stock(session, actor, listing, act.warehouse_id, act.counted, **values)
    else:
        catalogue.correct_stock(session, actor, listing, act.warehouse_id, act.counted, **values)
