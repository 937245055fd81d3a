"""Which of the cheapest offers of a material stay on a menu. Pure.

A menu needs few offers, but not only the cheapest: whoever wants less carbon, more stars, something
made nearby or what a use with a limit on VOC allows finds the best of these among them. Offers are
ordered by what a unit costs with the freight of its weight, as goods that are cheap and far away
are not cheap.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode

MOST = 10
VOC = "voc_g_l"
PerKg = Callable[[str], int]  # fen a seller takes for each kilogram to the place


def varied(
    views: Sequence[ListingView], per_kg: PerKg, region: RegionCode | None
) -> tuple[str, ...]:
    """Ids of at most `MOST` offers (more where one product comes in many packs), cheapest first:
    products stay with all their packs, and what is sold out goes first when there are more."""
    groups: dict[tuple[str, str], list[ListingView]] = {}
    for view in views:
        groups.setdefault((view.seller_id, view.product_id), []).append(view)

    def landed(view: ListingView) -> Decimal:
        weight = Decimal(per_kg(view.seller_id) * view.weight_g) / view.pack_size
        return view.unit_price_milli_fen + weight

    order = sorted(groups.values(), key=lambda group: min(map(landed, group)))
    if len(views) > MOST:
        order = _few(order, region)
    return tuple(view.id for group in order for view in group)


def _few(order: list[list[ListingView]], region: RegionCode | None) -> list[list[ListingView]]:
    prefixes = region.prefixes if region else ()
    stocked = [group for group in order if any(v.made_to_order or v.available for v in group)]

    def greenest(group: list[ListingView]) -> tuple[bool, Decimal]:
        kg = group[0].carbon_kg_per_unit
        return kg is None, kg or Decimal(0)

    def nearest(group: list[ListingView]) -> int:
        return -sum(group[0].maker_region.startswith(prefix) for prefix in prefixes)

    def voc(group: list[ListingView]) -> float:
        found = group[0].attributes.get(VOC)
        return found if isinstance(found, int | float) else float("inf")

    def star(group: list[ListingView]) -> int:
        return -(group[0].star or 0)

    best = [
        min(stocked or order, key=greenest),
        min(stocked or order, key=nearest),
        min(stocked or order, key=lambda group: (star(group), voc(group))),
        min(stocked or order, key=lambda group: (voc(group), star(group))),
    ]
    kept = {id(group) for group in best}
    room = MOST - sum(len(group) for group in order if id(group) in kept)
    for group in (*stocked, *order):
        if id(group) not in kept and len(group) <= room:
            kept.add(id(group))
            room -= len(group)
    return [group for group in order if id(group) in kept]
