"""Filtering, counting and ordering what one kind has for sale. Pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

from market.picks.types import NOTHING as NO_PREFERENCE
from market.picks.types import Favoured
from market.storefront.figures import Figure, matcher
from market.storefront.nearness import Near
from market.storefront.types import Choice, Counts, Offer, Sort, Stock

Test = Callable[[Offer], bool]
Order = Callable[[Offer], tuple[object, ...]]
FAR = 10**15
NOTHING: Mapping[str, Near] = {}


def arrange(
    stock: Stock, choice: Choice, unit: str, near: Mapping[str, Near] = NOTHING,
    favoured: Favoured = NO_PREFERENCE,
) -> tuple[list[Offer], Counts]:  # fmt: skip
    """The best offer of each product that passes, in order, and the counts of the facets.

    Each facet counts with the other facets applied, so that a value not chosen tells what
    choosing it would show. `near` says of every county of origin how near it is, `favoured` what
    the place prefers.
    """
    tests = _tests(stock, choice)
    passing = [offer for offer in stock.offers if all(test(offer) for test in tests.values())]
    order = _order(stock, choice.sort, unit, near, favoured)
    best: dict[str, Offer] = {}
    for offer in passing:
        held = best.get(offer.product_id)
        if held is None or order(offer) < order(held):
            best[offer.product_id] = offer
    found = sorted(best.values(), key=order)
    return found, _counts(stock, choice, tests, len(found))


def sorts_for(stock: Stock, *, has_place: bool, favoured: bool = False) -> tuple[Sort, ...]:
    """The orders that mean something here, the usual one first: the price of the same effect,
    or where nothing says its effect the price."""
    effect = any(offer.functional for offer in stock.offers)
    return (
        *((Sort.EFFECT,) if effect else ()),
        *((Sort.DELIVERED,) if has_place else ()),
        Sort.PRICE, Sort.SALES, Sort.NEWEST,
        *((Sort.LOCAL,) if has_place else ()),
        *((Sort.FAVOURED,) if favoured else ()),
    )  # fmt: skip


def _tests(stock: Stock, choice: Choice) -> dict[str, Test]:
    tests: dict[str, Test] = {}
    if choice.stars:
        tests["stars"] = lambda offer: offer.star in choice.stars
    if choice.sellers:
        tests["sellers"] = lambda offer: offer.seller_id in choice.sellers
    if choice.in_stock:
        tests["in_stock"] = lambda offer: offer.in_stock
    if choice.delivers:
        tests["delivers"] = lambda offer: offer.delivered is not None
    asked = dict(choice.figures)
    for at, column in enumerate(stock.figures.columns):
        if column.key in asked:
            tests[column.key] = _has(stock, at, matcher(asked[column.key]))
    return tests


def _has(stock: Stock, at: int, matches: Callable[[Figure], bool]) -> Test:
    rows = stock.figures.rows
    return lambda offer: matches(rows[offer.product_id][at])


def _counts(stock: Stock, choice: Choice, tests: dict[str, Test], total: int) -> Counts:
    stars: dict[int, set[str]] = defaultdict(set)
    sellers: dict[str, set[str]] = defaultdict(set)
    in_stock: set[str] = set()
    delivers: set[str] = set()
    passing: dict[str, set[str]] = defaultdict(set)  # products by the one test they fail, or ""
    for offer in stock.offers:
        failed = [name for name, test in tests.items() if not test(offer)]
        if len(failed) > 1:
            continue
        only = failed[0] if failed else ""
        passing[only].add(offer.product_id)
        if only in ("", "stars"):
            stars[offer.star].add(offer.product_id)
        if only in ("", "sellers"):
            sellers[offer.seller_id].add(offer.product_id)
        if only in ("", "in_stock") and offer.in_stock:
            in_stock.add(offer.product_id)
        if only in ("", "delivers") and offer.delivered is not None:
            delivers.add(offer.product_id)
    asked = dict(choice.figures)
    return Counts(
        total=total,
        kinds={},
        stars={star: len(ids) for star, ids in stars.items()},
        sellers={seller: len(ids) for seller, ids in sellers.items()},
        in_stock=len(in_stock),
        delivers=len(delivers),
        figures={
            column.key: stock.figures.counts(
                at, passing[""] | passing[column.key], asked.get(column.key, ())
            )
            for at, column in enumerate(stock.figures.columns)
        },
    )


def _order(
    stock: Stock, sort: Sort, unit: str, near: Mapping[str, Near], favoured: Favoured
) -> Order:
    """Sort keys. What cannot be delivered, is sold out or cannot be compared comes last."""

    def last(offer: Offer) -> tuple[bool, bool]:
        return (offer.delivered is None, not offer.in_stock)

    def price(offer: Offer) -> int:
        return offer.delivered.total_milli if offer.delivered else FAR

    def by_delivered(offer: Offer) -> tuple[object, ...]:
        return (*last(offer), offer.unit != unit, price(offer), offer.listing_id)

    def by_price(offer: Offer) -> tuple[object, ...]:
        return (*last(offer), offer.unit != unit, offer.price, offer.listing_id)

    def by_effect(offer: Offer) -> tuple[object, ...]:
        effect = offer.functional
        return (
            *last(offer),
            effect is None,
            effect.rank if effect else 0,
            effect.milli_fen if effect else 0,
            *by_delivered(offer)[2:],
        )

    def by_newest(offer: Offer) -> tuple[object, ...]:
        return (-offer.published, offer.listing_id)

    def by_local(offer: Offer) -> tuple[object, ...]:
        return (near.get(offer.made, Near.UNKNOWN), *by_effect(offer))

    def by_favour(offer: Offer) -> tuple[object, ...]:
        return (*last(offer), *favoured.rank(offer.product_id), *by_effect(offer)[2:])

    if sort is Sort.SALES:
        sold = _sold(stock)
        return lambda offer: (offer.unit != unit, -sold[offer.product_id], *by_effect(offer))
    return {
        Sort.EFFECT: by_effect, Sort.DELIVERED: by_delivered, Sort.PRICE: by_price,
        Sort.LOCAL: by_local, Sort.FAVOURED: by_favour,
    }.get(sort, by_newest)  # fmt: skip


def _sold(stock: Stock) -> dict[str, Decimal]:
    """Units of each product that all its sellers here sold lately."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for offer in stock.offers:
        found[offer.product_id] += offer.sold
    return found
