"""Which warehouse gives how many packs, the nearest first. Reads only: what is planned here is
taken by conditional updates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.catalogue.errors import OutOfStock
from market.catalogue.models import Listing, StockLevel
from market.catalogue.stock_levels import SET_ASIDE, LevelKey
from market.catalogue.types import Demand
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.sellers import queries as sellers

Free = dict[str, dict[str, int]]  # packs by listing and warehouse
UNTAKEN = StockLevel.on_hand - SET_ASIDE
_FAR = 10**6
_LEVELS = (
    select(StockLevel.listing_id, StockLevel.warehouse_id, UNTAKEN)
    .where(StockLevel.listing_id.in_(bindparam("ids", expanding=True)))
    .order_by(StockLevel.listing_id, StockLevel.warehouse_id)
)


def free_levels(session: Session, listing_ids: Collection[str], *, lock: bool) -> Free:
    """What the levels of the listings have free; `lock` keeps it so for this transaction."""
    statement = _LEVELS.with_for_update() if lock else _LEVELS
    free: Free = defaultdict(dict)
    for listing_id, warehouse_id, packs in session.execute(statement, {"ids": list(listing_ids)}):
        free[listing_id][warehouse_id] = packs
    return free


def plan(
    session: Session,
    stocked: Sequence[tuple[str, list[Demand]]],
    free: Mapping[str, dict[str, int]],
) -> dict[LevelKey, int]:
    """How much to take from which level. Raises OutOfStock when a listing has too little."""
    found: dict[LevelKey, int] = defaultdict(int)
    for listing_id, group in stocked:
        levels = {place: packs for place, packs in free.get(listing_id, {}).items() if packs > 0}
        available = sum(levels.values())
        if available < sum(demand.quantity for demand in group):
            raise OutOfStock(listing_id, available)
        for demand in group:
            for place, packs in spread(session, demand, levels).items():
                found[listing_id, place] += packs
                levels[place] -= packs
    return found


def spread(session: Session, demand: Demand, levels: Mapping[str, int]) -> dict[str, int]:
    """The warehouses that give what is demanded; together less when there is not enough."""
    found, quantity = {}, demand.quantity
    for place in _nearest(session, demand, levels):
        packs = min(quantity, levels[place])
        if packs > 0:
            found[place] = packs
            quantity -= packs
    return found


def _nearest(session: Session, demand: Demand, levels: Mapping[str, int]) -> list[str]:
    """Warehouses by distance to the demand's region; those of unknown distance come last."""
    if len(levels) < 2 or demand.region is None:
        return sorted(levels)
    seller_id = session.scalar(select(Listing.seller_id).where(Listing.id == demand.listing_id))
    places = {w.id: w.region for w in sellers.warehouses(session, seller_id or "")}

    def distance(warehouse_id: str) -> tuple[int, str]:
        place = places.get(warehouse_id)
        return (_distance(session, place, demand.region), warehouse_id)

    return sorted(levels, key=distance)


def _distance(session: Session, a: RegionCode | None, b: RegionCode | None) -> int:
    if a is None or b is None:
        return _FAR
    if a.contains(b) or b.contains(a):
        return 0
    km = regions.distance_km(session, a, b)
    return _FAR if km is None else km
