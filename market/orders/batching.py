"""Which batch the packs of a parcel come from."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.batches import hold_queries as holds
from market.batches import queries as batches
from market.batches.types import BatchChoice
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.kernel.clock import shanghai_date
from market.orders import models as m
from market.orders.batch_types import BatchOptions, Trouble
from market.orders.errors import BatchFailed, BatchHeld, BatchNotChosen, NoBatchToSend
from market.orders.types import LineView


def batch_options(
    session: Session, lines: Collection[LineView] | Collection[m.OrderLine], now: datetime
) -> dict[str, BatchOptions]:
    """By line: the batches that may go out, and whether one must be chosen.

    Lines are left out whose kind asks for no batch and whose product has none. While a batch of
    the product is held, one is always asked for: nobody could tell that it is another.
    """
    products = {line.product_id for line in lines}
    found = batches.choices(session, products, shanghai_date(now))
    held = holds.standing(session, products)
    traced = catalogue.traced_kinds(session)
    return {
        line.id: BatchOptions(tuple(found.get(line.product_id, ())), held.get(line.product_id, ()))
        for line in lines
        if line.kind_code in traced or line.product_id in found or line.product_id in held
    }


def troubles_of(session: Session, product_ids: Collection[str]) -> dict[str, Trouble]:
    """Products that a failed spot check keeps off the market or with held batches, by id."""
    held = holds.standing(session, product_ids)
    about = catalogue.products_about(session, product_ids)
    return {
        product_id: Trouble(one.held_since, held.get(product_id, ()))
        for product_id, one in about.items()
        if one.held_since is not None or product_id in held
    }


def chosen_batches(
    session: Session, lines: Collection[m.OrderLine], chosen: Mapping[str, str], now: datetime
) -> dict[str, BatchChoice]:
    """The batch of each line that needs one.

    Whoever holds or withdraws a batch at this moment comes before or after this transaction.
    Raises BatchNotChosen, NoBatchToSend, BatchFailed, BatchHeld.
    """
    goods.keep_products(session, {line.product_id for line in lines})
    found = {}
    options = batch_options(session, lines, now)
    for line in lines:
        offered = options.get(line.id)
        if offered is None:
            continue
        wanted = chosen.get(line.id, "")
        _refuse_held(line, offered, wanted)
        if not offered.choices:
            raise NoBatchToSend(product=line.product_name)
        by_id = {choice.id: choice for choice in offered.choices}
        if wanted not in by_id:
            raise BatchNotChosen(product=line.product_name, field=f"batch-{line.id}")
        found[line.id] = by_id[wanted]
    return found


def _refuse_held(line: m.OrderLine, offered: BatchOptions, wanted: str) -> None:
    """Say why a held batch does not go: the one that was wanted, or all there are."""
    those = [hold for hold in offered.held if wanted and hold.batch_id == wanted]
    if not those and not offered.choices:
        those = list(offered.held)
    if those:
        hold = those[0]
        error = BatchFailed if hold.check_id else BatchHeld
        raise error(
            product=line.product_name, batch=hold.number, reason=hold.reason,
            since=shanghai_date(hold.since).isoformat(), field=f"batch-{line.id}",
        )  # fmt: skip


def batch_columns(choice: BatchChoice | None) -> dict[str, Any]:
    """What a parcel remembers of a batch."""
    return {"batch_id": choice.id, "batch_no": choice.number} if choice else {}
