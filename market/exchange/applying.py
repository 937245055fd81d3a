"""Doing what a plan says: decided act by act by the rules of the screens, written at once."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue.service import Edits, Touched
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

_VERBS: dict[str, Callable[[Edits, str], None]] = {
    "publish": Edits.publish_listing,
    "pause": Edits.pause_listing,
    "archive": Edits.archive_listing,
    "restore": Edits.restore_listing,
}
REASON = "sheet"  # of stock in its journal


class RowRefused(Exception):
    """A verb refused what the preview thought possible."""

    def __init__(self, row: int, error: DomainError) -> None:
        super().__init__(str(row))
        self.row, self.error = row, error


def prepare(session: Session, actor: Actor, seller_id: str, plan: Plan, now: datetime) -> Edits:
    """All acts of the plan as edits, for `catalogue.write_edits`; nothing is written yet.

    Raises RowRefused.
    """
    try:
        edits = Edits(session, actor, seller_id, touched(plan.operations), now)
    except DomainError as error:
        raise RowRefused(0, error) from error
    made: dict[str, str] = {}
    for operation in plan.operations:
        try:
            _do(edits, operation, made)
        except DomainError as error:
            raise RowRefused(operation.row, error) from error
    edits.finish()
    return edits


def touched(operations: Iterable[Operation]) -> Touched:
    """What stands already of the things that acts speak of; keys of new things are unknown ids
    and find nothing."""
    products, variants, listings = set(), set(), set()
    for act in operations:
        match act:
            case EditProduct():
                products.add(act.product_id)
            case AddVariant():
                products.add(act.product)
            case EditVariant():
                variants.add(act.variant_id)
            case AddListing():
                variants.add(act.variant)
            case EditListing():
                listings.add(act.listing_id)
            case MoveListing() | SetStock():
                listings.add(act.listing)
            case AddProduct():
                pass
    return Touched(frozenset(products), frozenset(variants), frozenset(listings))


def _do(edits: Edits, act: Operation, made: dict[str, str]) -> None:
    def known(key: str) -> str:
        return made.get(key, key)

    match act:
        case AddProduct():
            made[act.key] = edits.add_product(act.details)
        case EditProduct():
            edits.edit_product(act.product_id, act.details)
        case AddVariant():
            made[act.key] = edits.add_variant(known(act.product), act.details)
        case EditVariant():
            edits.edit_variant(act.variant_id, act.details)
        case AddListing():
            made[act.key] = edits.add_listing(known(act.variant), act.details)
        case EditListing():
            edits.edit_listing(act.listing_id, act.details)
        case MoveListing():
            for verb in act.verbs:
                _VERBS[verb](edits, known(act.listing))
        case SetStock():
            _count(edits, act, known(act.listing))


def _count(edits: Edits, act: SetStock, listing: str) -> None:
    if act.before is None and act.counted:
        edits.receive_stock(listing, act.warehouse_id, act.counted, REASON)
    else:
        edits.correct_stock(listing, act.warehouse_id, act.counted, REASON)
