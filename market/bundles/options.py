"""What can fill a slot: one option per seller and product, in the packs that cost least. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from market.bundles.carbon import CarbonLevel, CarbonLine
from market.bundles.materials import materials
from market.bundles.optimise import Fee
from market.bundles.packing import Cover, Pack, cover, fewest
from market.bundles.reference import coefficients
from market.bundles.takeoff import TakeOff
from market.bundles.types import FilledSlot, Option, Refused, Slot
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.uses.rules import rule_for, unsuitable
from market.uses.types import UseRule

MOST_OPTIONS = 8
_COUNTY = 6  # digits


@dataclass(frozen=True, slots=True)
class Around:
    """What options depend on besides their listings: freight, distances, the house."""

    fees: Mapping[str, Fee]
    region: RegionCode | None
    km: Mapping[str, int | None] = field(default_factory=dict)
    house: Mapping[str, float] = field(default_factory=dict)


def fill(
    slot: Slot,
    take_off: TakeOff,
    options: Sequence[Option],
    wanted: str | None,
    offered: int,
    barred: Sequence[Refused] = (),
) -> FilledSlot:
    """The slot with the wanted option, otherwise the first; "" leaves it out on purpose."""
    found = FilledSlot(
        slot,
        take_off,
        tuple(option for option in options if not option.unfit),
        None,
        refused=tuple(option for option in options if option.unfit),
        barred=tuple(barred),
    )
    if wanted == "":
        return replace(found, skipped=True)
    if not found.options:
        problem = "" if take_off.need <= 0 else _problem(offered, found)
        return replace(found, options=(), problem=problem)
    if wanted is None and slot.product_id:
        return _named(found)
    chosen = next((option for option in found.options if option.key == wanted), None)
    if chosen is not None or wanted is None:
        return replace(found, chosen=chosen or found.options[0])
    product = wanted.partition(".")[2]
    bad = next((one for one in barred if one.listing.product_id == product), None)
    return replace(
        found,
        chosen=found.options[0],
        problem="unsuitable" if bad else "choice_gone",
        barred_choice=bad,
    )


def _named(found: FilledSlot) -> FilledSlot:
    """The slot with its author's product, or with the first of the others, which is said."""
    product = found.slot.product_id
    own = next((one for one in found.options if one.listing.product_id == product), None)
    problem = "" if own else "named_gone"
    return replace(found, chosen=own or found.options[0], problem=problem)


def _problem(offered: int, found: FilledSlot) -> str:
    if found.refused:
        return "none_fits"
    if offered:
        return "stock_short"
    return "none_suitable" if found.barred else "none_here"


def sorted_out(
    slot: Slot, listings: Sequence[ListingView], rules: Iterable[UseRule]
) -> tuple[list[ListingView], tuple[Refused, ...]]:
    """What the slot's use allows, and one listing of each product that it bars."""
    rules, fit = tuple(rules), []
    refused: dict[str, Refused] = {}
    known: dict[tuple[str, str], UseRule | None] = {}
    for listing in listings:
        kind = listing.kind_code, listing.group_code
        if kind not in known:
            known[kind] = rule_for(rules, slot.use_key, *kind)
        why = unsuitable(listing, known[kind])
        if why is None:
            fit.append(listing)
        else:
            key = f"{listing.seller_id}.{listing.product_id}"
            refused.setdefault(listing.product_id, Refused(key, listing, why))
    return fit, tuple(refused.values())[:MOST_OPTIONS]


class _Way(NamedTuple):
    """A way to cover a need, as far as it takes to compare it with others: the first four fields
    are the order in which options are offered."""

    is_other: bool  # a stand-in for the material the slot was written for
    landed_fen: int
    lead_days: int
    key: str
    group: Sequence[ListingView]
    listing: ListingView
    cover: Cover | None  # None of a single pack size: few ways are kept, and only those need it
    weight_g: int
    freight_fen: int


def options_for(
    slot: Slot, need: Decimal, listings: Sequence[ListingView], around: Around
) -> list[Option]:
    """Ways to cover `need`: the slot's own material first, by price with the freight of its
    weight; besides the cheapest, the greenest, the nearest and those with most stars are kept."""
    groups: dict[tuple[str, str], list[ListingView]] = {}
    unit = slot.unit.lower()
    for listing in listings:
        if need > 0 and listing.unit.lower() == unit:
            groups.setdefault((listing.seller_id, listing.product_id), []).append(listing)
    found = []
    for (seller_id, product_id), group in groups.items():
        key = f"{seller_id}.{product_id}"
        if len(group) == 1:
            way = _way_of_one(slot, key, need, group, around)
        else:
            way = _way_of_many(slot, key, need, group, around)
        if way is not None:
            found.append(way)
    found.sort(key=_offered_order)
    return [_option(slot, need, way, around) for way in _kept(slot, found, around)]


_offered_order = itemgetter(0, 1, 2, 3)


def _way_of_one(
    slot: Slot, key: str, need: Decimal, group: Sequence[ListingView], around: Around
) -> _Way | None:
    """The packs of one size that cover a need, if they can."""
    listing = group[0]
    count = fewest(need, listing.pack_size, listing.min_packs, listing.available)
    if count is None or listing.price_fen < 0:
        return None
    weight, fee = listing.weight_g * count, around.fees.get(listing.seller_id)
    freight = fee.of_weight(weight) if fee else 0
    cost = listing.price_fen * count
    return _Way(
        _is_other(slot, listing), cost + freight, listing.lead_days, key, group, listing, None,
        weight, freight,
    )  # fmt: skip


def _way_of_many(
    slot: Slot, key: str, need: Decimal, group: Sequence[ListingView], around: Around
) -> _Way | None:
    """The packs of a seller's product that cover a need at least cost, if they can."""
    best = _cover(need, group)
    if best is None:
        return None
    by_id = {item.id: item for item in group}
    listing = by_id[best.counts[0][0]]
    weight = sum(by_id[listing_id].weight_g * count for listing_id, count in best.counts)
    lead_days = max(by_id[listing_id].lead_days for listing_id, _ in best.counts)
    fee = around.fees.get(listing.seller_id)
    freight = fee.of_weight(weight) if fee else 0
    return _Way(
        _is_other(slot, listing), best.cost_fen + freight, lead_days, key, group, listing, best,
        weight, freight,
    )  # fmt: skip


def _is_other(slot: Slot, listing: ListingView) -> bool:
    return slot.material_key is not None and (listing.material_key or "") != slot.material_key


def _cover(need: Decimal, group: Sequence[ListingView]) -> Cover | None:
    return cover(need, [
        Pack(item.id, item.pack_size, item.price_fen, item.min_packs, item.available)
        for item in group
    ])  # fmt: skip


def _kept(slot: Slot, found: list[_Way], around: Around) -> list[_Way]:
    """The first few, with the best of every other aim and of every stand-in among them."""
    if len(found) <= MOST_OPTIONS:
        return found

    def greenest(way: _Way) -> tuple[bool, Decimal, int]:
        kg = _carbon(slot, way.listing)[0]
        return kg is None, kg or Decimal(0), way.landed_fen

    def nearest(way: _Way) -> tuple[bool, int, int]:
        km = around.km.get(way.listing.maker_region)
        return km is None, km or 0, way.landed_fen

    def starriest(way: _Way) -> tuple[int, int]:
        return -(way.listing.star or 0), way.landed_fen

    wanted = {min(found, key=aim).key for aim in (greenest, nearest, starriest)}
    wanted |= {way.key for way in found if way.listing.product_id == slot.product_id}
    first_of: dict[str, str] = {}
    for way in found:
        first_of.setdefault(way.listing.material_key or "", way.key)
    wanted |= set(first_of.values())
    first = [way.key for way in found if way.key not in wanted]
    wanted |= set(first[: max(0, MOST_OPTIONS - len(wanted))])
    return [way for way in found if way.key in wanted]


def _option(slot: Slot, need: Decimal, way: _Way, around: Around) -> Option:
    listing = way.listing
    by_id = {item.id: item for item in way.group}
    km = around.km.get(listing.maker_region)
    best = way.cover or _cover(need, way.group)
    assert best is not None
    return Option(
        key=way.key,
        listing=listing,
        cover=best,
        lead_days=way.lead_days,
        weight_g=way.weight_g,
        freight_fen=way.freight_fen,
        packs=tuple((by_id[listing_id], count) for listing_id, count in best.counts),
        carbon=carbon_line(slot, need, listing),
        km=km,
        is_local=_is_local(listing.maker_region, around.region, km),
        unfit=unfit(slot, listing, around.house),
    )


def carbon_line(slot: Slot, need: Decimal, listing: ListingView | None) -> CarbonLine:
    """The product's own value, otherwise the material's average or estimate, otherwise missing."""
    return CarbonLine(slot.key, need, *_carbon(slot, listing))


def _carbon(slot: Slot, listing: ListingView | None) -> tuple[Decimal | None, CarbonLevel]:
    """Kilograms of one unit, with where they come from."""
    if listing is not None and listing.carbon_kg_per_unit is not None:
        return listing.carbon_kg_per_unit, CarbonLevel(listing.carbon_trust or "declared")
    own = (listing.material_key if listing else None) or slot.material_key or ""
    known = materials().get(own)
    if known is not None and known.carbon_kg is not None:
        return known.carbon_kg, known.carbon_level
    return None, CarbonLevel.MISSING


def _is_local(maker: str, region: RegionCode | None, km: int | None) -> bool | None:
    """Made in the same county, or within the distance of the rule; None when not known."""
    if region is None or not maker:
        return None
    if maker[:_COUNTY] == region.digits[:_COUNTY]:
        return True
    return None if km is None else km <= coefficients()["local_km"].range.usual


def unfit(slot: Slot, listing: ListingView, house: Mapping[str, float]) -> str:
    """Why a module does not go into the room: too_big, or no_size when nobody says its size.

    It may be turned by a right angle, not laid on its side.
    """
    if not slot.room or "room_l" not in house:
        return ""
    sizes = [listing.attributes.get(f"{name}_mm") for name in ("length", "width", "height")]
    numbers = [float(size) / 1000 for size in sizes if isinstance(size, int | float)]
    if len(numbers) < len(sizes):
        return "no_size"
    plan, room = sorted(numbers[:2]), sorted((house["room_l"], house["room_w"]))
    fits = plan[0] <= room[0] and plan[1] <= room[1] and numbers[2] <= house["room_h"]
    return "" if fits else "too_big"
