"""Lists of several kinds: the zone, a group, a seller, what the home page shows of the zone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import Facets, ListingFilter
from market.catalogue.types import Sort as ShelfSort
from market.kernel.paging import PAGE_SIZE
from market.kernel.region_code import RegionCode
from market.picks.types import NOTHING, Favoured
from market.sellers import queries as sellers
from market.storefront import lists, rules
from market.storefront.nearness import Near, rings_of
from market.storefront.queries import near_to, priced_shelf, sort_of
from market.storefront.types import Choice, Counts, Shelf, Sort

ZONE_SORTS = (
    Sort.EFFECT, Sort.DELIVERED, Sort.PRICE, Sort.SALES, Sort.NEWEST, Sort.LOCAL, Sort.FAVOURED,
)  # fmt: skip
# Of a group or a seller: the usual order is the newest, unless all is of one kind.
GOODS_SORTS = (Sort.EFFECT, Sort.NEWEST, Sort.DELIVERED, Sort.PRICE, Sort.SALES)
MOST_WALKED = 6_000  # listings whose freight one page computes; behind them prices are about right
_SHELF_SORTS = {
    Sort.EFFECT: ShelfSort.EFFECT, Sort.PRICE: ShelfSort.UNIT_PRICE, Sort.SALES: ShelfSort.SALES,
    Sort.NEWEST: ShelfSort.NEWEST,
}  # fmt: skip


def mixed_shelf(
    session: Session,
    scope: ListingFilter,
    choice: Choice,
    *,
    region: RegionCode | None,
    now: datetime,
    size: int = PAGE_SIZE,
    sorts: tuple[Sort, ...] = (Sort.NEWEST,),
    favoured: Favoured = NOTHING,
) -> Shelf:
    """One page of offers of several kinds, in the order asked for among `sorts`, the usual one
    first; newest first where nothing else is said: their units cannot be compared. The price of
    the same effect is an order of the zone and of single kinds."""
    if region is None:
        sorts = tuple(one for one in sorts if one not in (Sort.DELIVERED, Sort.LOCAL))
    if not favoured:
        sorts = tuple(one for one in sorts if one is not Sort.FAVOURED)
    reach = None
    if region is not None and (choice.delivers or sort_of(choice, sorts) is Sort.DELIVERED):
        reach = frozenset(sellers.sellers_delivering_to(session, region))
    wanted = replace(
        scope,
        kinds=choice.kinds,
        stars=choice.stars,
        sellers=choice.sellers,
        in_stock=choice.in_stock,
        deliverable_by=reach,
    )
    facets = catalogue.facet_counts(session, wanted, now)
    if Sort.EFFECT in sorts and not (scope.zone or _has_effect(session, wanted, facets, now)):
        sorts = tuple(one for one in sorts if one is not Sort.EFFECT)
    sort = sort_of(choice, sorts)
    near: dict[str, Near] = {}
    choose: Callable[[int], list[str]] | None = None
    if sort is Sort.LOCAL and region is not None:
        makers = {seller.region.digits[:6] for seller in sellers.open_sellers(session)}
        near = near_to(session, makers, region)
        rings = rings_of(near, region)
        choose = partial(_by_origin, session, wanted, rings, now, size)
    elif sort is Sort.DELIVERED and region is not None:
        choose = partial(_by_delivered, session, wanted, region, now, size)
    elif sort is Sort.FAVOURED and region is not None:
        choose = partial(_by_favour, session, wanted, favoured, region, now, size)
    listed = catalogue.list_listings(
        session, wanted, now, sort=_SHELF_SORTS.get(sort, ShelfSort.NEWEST),
        number=choice.number, size=size, choose=choose, facets=facets,
    )  # fmt: skip
    counts = Counts(facets.total, dict(facets.kinds), dict(facets.stars), dict(facets.sellers))
    shelf = priced_shelf(session, listed.page, counts, sorts, region, now)
    if sort is Sort.LOCAL:  # makers that sell nothing themselves any more
        missing = {view.maker_region for view in listed.page.items} - near.keys() - {""}
        near |= near_to(session, missing, region) if missing else {}
    return replace(shelf, by_offer=True, sort=sort, near=near, favoured=favoured)


def fresh_from_zone(
    session: Session,
    kinds: frozenset[str],
    region: RegionCode | None,
    now: datetime,
    size: int,
) -> Shelf:
    """Certified offers that reach the place: of these kinds with stars, else any with stars,
    else any."""
    graded = frozenset({1, 2, 3})
    for wanted, stars in (
        (kinds, graded),
        (frozenset[str](), graded),
        (frozenset[str](), frozenset[int]()),
    ):
        choice = Choice(kinds=wanted, stars=stars, delivers=region is not None)
        shelf = mixed_shelf(
            session, ListingFilter(zone=True), choice, region=region, now=now, size=size
        )
        if shelf.page.items:
            break
    return shelf


def _has_effect(session: Session, wanted: ListingFilter, facets: Facets, now: datetime) -> bool:
    """Whether a list is of one kind, some of whose goods say their effect: only then does its
    price compare them. One statement if it is."""
    listed = [code for code in facets.kinds if not wanted.kinds or code in wanted.kinds]
    return len(listed) == 1 and catalogue.says_effect(session, wanted, now)


def _by_origin(
    session: Session, wanted: ListingFilter, rings: tuple[tuple[str, ...], ...], now: datetime,
    size: int, number: int,
) -> list[str]:  # fmt: skip
    return catalogue.ids_by_origin(session, wanted, rings, now, number, size)


def _by_favour(
    session: Session, wanted: ListingFilter, favoured: Favoured, region: RegionCode, now: datetime,
    size: int, number: int,
) -> list[str]:  # fmt: skip
    """Only offers that reach the place count as preferred; what is not follows as usual."""
    reach = wanted.deliverable_by or frozenset(sellers.sellers_delivering_to(session, region))
    ranks = {key: at for at, key in enumerate(favoured.in_order)}
    return catalogue.ids_by_rank(session, wanted, ranks, reach, now, number, size)


def _by_delivered(
    session: Session, wanted: ListingFilter, region: RegionCode, now: datetime, size: int,
    number: int,
) -> list[str]:  # fmt: skip
    """One page by delivered price. Listings are walked by unit price until the next one is
    dearer without freight than the page's last one with it."""
    tables = sellers.freight_tables(session, wanted.deliverable_by or ())
    last, walked = number * size, 0
    found: list[tuple[int, str]] = []
    after: catalogue.PriceRow | None = None
    while rows := catalogue.rows_by_price(session, wanted, now, after):
        after, walked = rows[-1], walked + len(rows)
        for row in rows:
            pack = Decimal(row.price_fen * 1000) / row.unit_price_milli_fen
            units = rules.reference_units(row.unit, row.min_packs * pack)
            price = rules.delivered(
                row.unit_price_milli_fen, row.unit_weight_g, units, tables.get(row.seller_id),
                region,
            )  # fmt: skip
            found.append((price.total_milli if price else lists.FAR, row.id))
        found.sort()
        enough = len(found) >= last and found[last - 1][0] <= after.unit_price_milli_fen
        if enough or walked >= max(MOST_WALKED, last):
            break
    return [key for _price, key in found[last - size : last]]
