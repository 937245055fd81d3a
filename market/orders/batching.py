"""Which batch the packs of a parcel come from."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.batches.types import BatchChoice
from market.catalogue import queries as catalogue
from market.kernel.clock import shanghai_date
from market.orders import models as m
from market.orders.errors import BatchNotChosen, NoBatchToSend
from market.orders.types import BatchOptions, LineView


def batch_options(
    session: Session, lines: Collection[LineView] | Collection[m.OrderLine], now: datetime
) -> dict[str, BatchOptions]:
    """By line: the batches that may go out, and whether one must be chosen.

    Lines are left out whose kind asks for no batch and whose product has none.
    """
    found = batches.choices(session, {line.product_id for line in lines}, shanghai_date(now))
    traced = catalogue.traced_kinds(session)
    return {
        line.id: BatchOptions(tuple(found.get(line.product_id, ())))
        for line in lines
        if line.kind_code in traced or line.product_id in found
    }


def chosen_batches(
    session: Session, lines: Collection[m.OrderLine], chosen: Mapping[str, str], now: datetime
) -> dict[str, BatchChoice]:
    """The batch of each line that needs one. Raises BatchNotChosen, NoBatchToSend."""
    found = {}
    options = batch_options(session, lines, now)
    for line in lines:
        offered = options.get(line.id)
        if offered is None:
            continue
        if not offered.choices:
            raise NoBatchToSend(product=line.product_name)
        by_id = {choice.id: choice for choice in offered.choices}
        wanted = chosen.get(line.id, "")
        if wanted not in by_id:
            raise BatchNotChosen(product=line.product_name, field=f"batch-{line.id}")
        found[line.id] = by_id[wanted]
    return found


def batch_columns(choice: BatchChoice | None) -> dict[str, Any]:
    """What a parcel remembers of a batch."""
    return {"batch_id": choice.id, "batch_no": choice.number} if choice else {}
