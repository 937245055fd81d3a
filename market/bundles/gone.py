"""Why what a slot was to have is not to be had, and what of its kind is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles.gone_types import Gone, Named
from market.bundles.takeoff import TakeOff
from market.bundles.types import Choices, Option, Slot
from market.catalogue import queries as catalogue
from market.catalogue.types import ShelfRow
from market.kernel.region_code import RegionCode
from market.uses.rules import rule_for
from market.uses.types import UseRule

_Row = tuple[Slot, TakeOff, tuple[Option, ...], int]


def gone_of(
    session: Session,
    rows: Sequence[_Row],
    choices: Choices,
    region: RegionCode | None,
    reach: Collection[str] | None,
    rules: Sequence[UseRule],
    now: datetime,
) -> Mapping[str, Gone]:
    """By slot what is missing from its options: the product chosen, else the one that its author
    named, else of a slot without goods the product of its materials that was shut last.

    No statement while nothing is missing; up to five otherwise, however much is.
    """
    wanted = {slot.key: _missing(slot, off, options, choices) for slot, off, options, _ in rows}
    empty = [
        slot for slot, off, options, offered in rows
        if off.need > 0 and not options and not offered and choices.options.get(slot.key) != ""
    ]  # fmt: skip
    ids = {product_id for product_id in wanted.values() if product_id}
    pairs = {(slot.kind_code, key) for slot in empty for key in slot.materials if key}
    found = catalogue.shut_products(session, ids, pairs, now) if ids or pairs else []
    if not found:
        return {}
    by_id = {product.id: product for product in found}
    instead = _instead(session, empty, region, reach, rules, now)
    gone = {}
    for slot, *_ in rows:
        product = by_id.get(wanted[slot.key] or "")
        if product is None and slot in empty:
            own = [
                one for one in found
                if one.shut and one.kind_code == slot.kind_code
                and one.material_key in slot.materials
            ]  # fmt: skip
            product = own[0] if own else None
        if product is not None:
            named = Named(product.id, product.name_zh, product.name_en)
            gone[slot.key] = Gone(named, product.shut, instead.get(slot.key))
    return gone


def _missing(slot: Slot, off: TakeOff, options: Sequence[Option], choices: Choices) -> str | None:
    """The product that was chosen, or that the author named, and is not among the options."""
    key = choices.options.get(slot.key)
    product_id = slot.product_id if key is None else key.partition(".")[2]
    here = {option.listing.product_id for option in options if not option.unfit}
    return product_id if product_id and off.need > 0 and product_id not in here else None


def _instead(
    session: Session, slots: Sequence[Slot], region: RegionCode | None,
    reach: Collection[str] | None, rules: Sequence[UseRule], now: datetime,
) -> dict[str, Named]:  # fmt: skip
    """By slot the cheapest of its kind and unit that comes here; not where the use asks
    something of the kind, which a list does not tell."""
    if not slots:
        return {}
    rows = [
        row for row in catalogue.shelf(session, sorted({slot.kind_code for slot in slots}), now)
        if row.in_stock and row.may_go_to(region, now)
        and (reach is None or row.seller_id in reach)
    ]  # fmt: skip
    best: dict[str, ShelfRow] = {}
    for slot in slots:
        fit = [
            row for row in rows
            if row.kind_code == slot.kind_code and row.unit == slot.unit
            and not rule_for(rules, slot.use_key, row.kind_code, row.group_code)
        ]  # fmt: skip
        if fit:
            best[slot.key] = min(fit, key=lambda row: (row.unit_price_milli_fen, row.product_id))
    names = catalogue.product_names(session, {row.product_id for row in best.values()})
    return {key: Named(row.product_id, *names[row.product_id][:2]) for key, row in best.items()}
