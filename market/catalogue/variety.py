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
    products stay with all their packs, and what is sold out goes when there is something else."""
    to_be_had = [view for view in views if view.made_to_order or view.available]
    groups: dict[tuple[str, str], list[ListingView]] = {}
    for view in to_be_had or views:
        groups.setdefault((view.seller_id, view.product_id), []).append(view)

    def landed(view: ListingView) -> Decimal:
        weight = Decimal(per_kg(view.seller_id) * view.weight_g) / view.pack_size
        return view.unit_price_milli_fen + weight

    order = sorted(groups.values(), key=lambda group: min(map(landed, group)))
    if len(to_be_had or views) > MOST:
        order = _few(order, region)
    return tuple(view.id for group in order for view in group)


def _few(order: list[list[ListingView]], region: RegionCode | None) -> list[list[ListingView]]:
    prefixes = region.prefixes if region else ()

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
        min(order, key=greenest),
        min(order, key=nearest),
        min(order, key=lambda group: (star(group), voc(group))),
        min(order, key=lambda group: (voc(group), star(group))),
    ]
    kept = {id(group) for group in best}
    room = MOST - sum(len(group) for group in order if id(group) in kept)
    for group in order:
        if id(group) not in kept and len(group) <= room:
            kept.add(id(group))
            room -= len(group)
    return [group for group in order if id(group) in kept]
