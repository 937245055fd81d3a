"""What can fill a slot: one option per seller and product, in the packs that cost least. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from market.bundles.packing import Pack, cover
from market.bundles.takeoff import TakeOff
from market.bundles.types import FilledSlot, Option, Refused, Slot
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.sellers.freight import quote
from market.sellers.types import FreightTable
from market.uses.rules import rule_for, unsuitable
from market.uses.types import UseRule

MOST_OPTIONS = 12


def fill(
    slot: Slot,
    take_off: TakeOff,
    options: Sequence[Option],
    wanted: str | None,
    offered: int,
    refused: Sequence[Refused] = (),
) -> FilledSlot:
    """The slot with the wanted option, otherwise the cheapest; "" leaves it out on purpose."""
    not_here = tuple(refused)
    if wanted == "":
        return FilledSlot(slot, take_off, tuple(options), None, skipped=True, refused=not_here)
    if not options:
        short = "stock_short" if offered else "none_suitable" if refused else "none_here"
        problem = "" if take_off.need <= 0 else short
        return FilledSlot(slot, take_off, (), None, problem=problem, refused=not_here)
    found = next((option for option in options if option.key == wanted), None)
    product = (wanted or "").partition(".")[2]
    bad = next((one for one in refused if one.listing.product_id == product), None)
    gone = "choice_gone" if wanted is not None and found is None else ""
    return FilledSlot(
        slot, take_off, tuple(options), found or options[0],
        problem="unsuitable" if gone and bad else gone, refused=not_here,
        refused_choice=bad if gone else None,
    )  # fmt: skip


def sorted_out(
    slot: Slot, listings: Sequence[ListingView], rules: Iterable[UseRule]
) -> tuple[list[ListingView], list[Refused]]:
    """What the slot's use allows, and one listing of each product that it refuses."""
    rules = tuple(rules)
    fit: list[ListingView] = []
    refused: dict[str, Refused] = {}
    for listing in listings:
        rule = rule_for(rules, slot.use_key, listing.kind_code, listing.group_code)
        why = unsuitable(listing, rule)
        if why is None:
            fit.append(listing)
        else:
            key = f"{listing.seller_id}.{listing.product_id}"
            refused.setdefault(listing.product_id, Refused(key, listing, why))
    return fit, list(refused.values())[:MOST_OPTIONS]


def options_for(
    slot: Slot,
    need: Decimal,
    listings: Sequence[ListingView],
    tables: Mapping[str, FreightTable],
    region: RegionCode | None,
) -> list[Option]:
    """Every way to cover `need`, by price with the freight of its weight, cheapest first."""
    groups: dict[tuple[str, str], list[ListingView]] = {}
    for listing in listings:
        if need > 0 and listing.unit.lower() == slot.unit.lower():
            groups.setdefault((listing.seller_id, listing.product_id), []).append(listing)
    found = [
        option
        for (seller_id, product_id), group in groups.items()
        if (option := _option(f"{seller_id}.{product_id}", need, group, tables, region))
    ]
    return sorted(found, key=lambda o: (o.cost_fen + o.freight_fen, o.lead_days, o.key))[
        :MOST_OPTIONS
    ]


def _option(
    key: str,
    need: Decimal,
    group: Sequence[ListingView],
    tables: Mapping[str, FreightTable],
    region: RegionCode | None,
) -> Option | None:
    packs = [
        Pack(item.id, item.pack_size, item.price_fen, item.min_packs, item.available)
        for item in group
    ]
    best = cover(need, packs)
    if best is None:
        return None
    by_id = {item.id: item for item in group}
    used = [by_id[listing_id] for listing_id, _ in best.counts]
    weight = sum(by_id[listing_id].weight_g * count for listing_id, count in best.counts)
    return Option(
        key=key,
        listing=used[0],
        cover=best,
        lead_days=max(item.lead_days for item in used),
        weight_g=weight,
        freight_fen=_by_weight(tables.get(group[0].seller_id), region, weight),
        packs=tuple((by_id[listing_id], count) for listing_id, count in best.counts),
    )


def _by_weight(table: FreightTable | None, region: RegionCode | None, weight_g: int) -> int:
    """The part of the freight that this choice adds; base and last mile come once per seller."""
    found = quote(table, region, weight_g) if table is not None and region is not None else None
    return found.weight_fen if found else 0
