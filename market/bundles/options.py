"""What can fill a slot: one option per seller and product, in the packs that cost least. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from market.bundles.carbon import CarbonLevel, CarbonLine
from market.bundles.materials import materials
from market.bundles.optimise import Fee
from market.bundles.packing import Pack, cover
from market.bundles.reference import coefficients
from market.bundles.takeoff import TakeOff
from market.bundles.types import FilledSlot, Option, Refused, Slot
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.uses.rules import rule_for, unsuitable
from market.uses.types import UseRule

MOST_OPTIONS = 12
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
    for listing in listings:
        rule = rule_for(rules, slot.use_key, listing.kind_code, listing.group_code)
        why = unsuitable(listing, rule)
        if why is None:
            fit.append(listing)
        else:
            key = f"{listing.seller_id}.{listing.product_id}"
            refused.setdefault(listing.product_id, Refused(key, listing, why))
    return fit, tuple(refused.values())[:MOST_OPTIONS]


def options_for(
    slot: Slot, need: Decimal, listings: Sequence[ListingView], around: Around
) -> list[Option]:
    """Ways to cover `need`: the slot's own material first, by price with the freight of its
    weight; besides the cheapest, the greenest, the nearest and those with most stars are kept."""
    groups: dict[tuple[str, str], list[ListingView]] = {}
    for listing in listings:
        if need > 0 and listing.unit.lower() == slot.unit.lower():
            groups.setdefault((listing.seller_id, listing.product_id), []).append(listing)
    found = [
        option
        for (seller_id, product_id), group in groups.items()
        if (option := _option(slot, f"{seller_id}.{product_id}", need, group, around))
    ]
    found.sort(key=lambda o: (_is_other(slot, o), o.landed_fen, o.lead_days, o.key))
    return _kept(found, slot.product_id)


def _is_other(slot: Slot, option: Option) -> bool:
    """Whether it is a stand-in for the material the slot was written for."""
    return slot.material_key is not None and option.material_key != slot.material_key


def _kept(found: list[Option], named: str = "") -> list[Option]:
    """The first few, with the best of every other aim and of every stand-in among them."""
    if len(found) <= MOST_OPTIONS:
        return found
    wanted = {min(found, key=aim).key for aim in (_greenest, _nearest, _starriest)}
    wanted |= {option.key for option in found if option.listing.product_id == named}
    for material in dict.fromkeys(option.material_key for option in found):
        wanted.add(next(o.key for o in found if o.material_key == material))
    first = [option.key for option in found if option.key not in wanted]
    wanted |= set(first[: max(0, MOST_OPTIONS - len(wanted))])
    return [option for option in found if option.key in wanted]


def _greenest(option: Option) -> tuple[bool, Decimal, int]:
    kg = option.carbon_kg
    return kg is None, kg or Decimal(0), option.landed_fen


def _nearest(option: Option) -> tuple[bool, int, int]:
    return option.km is None, option.km or 0, option.landed_fen


def _starriest(option: Option) -> tuple[int, int]:
    return -option.star, option.landed_fen


def _option(
    slot: Slot, key: str, need: Decimal, group: Sequence[ListingView], around: Around
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
    km = around.km.get(used[0].maker_region)
    fee = around.fees.get(group[0].seller_id)
    return Option(
        key=key,
        listing=used[0],
        cover=best,
        lead_days=max(item.lead_days for item in used),
        weight_g=weight,
        freight_fen=fee.of_weight(weight) if fee else 0,
        packs=tuple((by_id[listing_id], count) for listing_id, count in best.counts),
        carbon=carbon_line(slot, need, used[0]),
        km=km,
        is_local=_is_local(used[0].maker_region, around.region, km),
        unfit=unfit(slot, used[0], around.house),
    )


def carbon_line(slot: Slot, need: Decimal, listing: ListingView | None) -> CarbonLine:
    """The product's own value, otherwise the material's average or estimate, otherwise missing."""
    if listing is not None and listing.carbon_kg_per_unit is not None:
        level = CarbonLevel(listing.carbon_trust or "declared")
        return CarbonLine(slot.key, need, listing.carbon_kg_per_unit, level)
    own = (listing.material_key if listing else None) or slot.material_key or ""
    known = materials().get(own)
    if known is not None and known.carbon_kg is not None:
        return CarbonLine(slot.key, need, known.carbon_kg, known.carbon_level)
    return CarbonLine(slot.key, need, None, CarbonLevel.MISSING)


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
