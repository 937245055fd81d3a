"""Filtering, counting and ordering what one kind has for sale. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from market.storefront.types import Choice, Counts, Offer, Sort, Stock

Test = Callable[[Offer], bool]
FAR = 10**15


def arrange(stock: Stock, choice: Choice, unit: str) -> tuple[list[Offer], Counts]:
    """The best offer of each product that passes, in order, and the counts of the facets.

    Each facet counts with the other facets applied, so that a value not chosen tells what
    choosing it would show.
    """
    tests = _tests(choice)
    passing = [offer for offer in stock.offers if all(test(offer) for test in tests.values())]
    order = _order(choice.sort, unit)
    best: dict[str, Offer] = {}
    for offer in passing:
        held = best.get(offer.product_id)
        if held is None or order(offer) < order(held):
            best[offer.product_id] = offer
    found = sorted(best.values(), key=order)
    return found, _counts(stock.offers, tests, len(found))


def sorts_for(stock: Stock) -> tuple[Sort, ...]:
    """The orders that mean something here."""
    if any(offer.functional for offer in stock.offers):
        return (Sort.EFFECT, Sort.DELIVERED, Sort.NEWEST)
    return (Sort.DELIVERED, Sort.NEWEST)


def _tests(choice: Choice) -> dict[str, Test]:
    tests: dict[str, Test] = {}
    if choice.stars:
        tests["stars"] = lambda offer: offer.star in choice.stars
    if choice.sellers:
        tests["sellers"] = lambda offer: offer.seller_id in choice.sellers
    if choice.in_stock:
        tests["in_stock"] = lambda offer: offer.in_stock
    if choice.delivers:
        tests["delivers"] = lambda offer: offer.delivered is not None
    return tests


def _counts(offers: Iterable[Offer], tests: dict[str, Test], total: int) -> Counts:
    stars: dict[int, set[str]] = defaultdict(set)
    sellers: dict[str, set[str]] = defaultdict(set)
    in_stock: set[str] = set()
    delivers: set[str] = set()
    for offer in offers:
        failed = [name for name, test in tests.items() if not test(offer)]
        if len(failed) > 1:
            continue
        only = failed[0] if failed else ""
        if only in ("", "stars"):
            stars[offer.star].add(offer.product_id)
        if only in ("", "sellers"):
            sellers[offer.seller_id].add(offer.product_id)
        if only in ("", "in_stock") and offer.in_stock:
            in_stock.add(offer.product_id)
        if only in ("", "delivers") and offer.delivered is not None:
            delivers.add(offer.product_id)
    return Counts(
        total=total,
        kinds={},
        stars={star: len(ids) for star, ids in stars.items()},
        sellers={seller: len(ids) for seller, ids in sellers.items()},
        in_stock=len(in_stock),
        delivers=len(delivers),
    )


def _order(sort: Sort, unit: str) -> Callable[[Offer], tuple[object, ...]]:
    """Sort keys. What cannot be delivered, is sold out or cannot be compared comes last."""

    def last(offer: Offer) -> tuple[bool, bool]:
        return (offer.delivered is None, not offer.in_stock)

    def price(offer: Offer) -> int:
        return offer.delivered.total_milli if offer.delivered else FAR

    def by_delivered(offer: Offer) -> tuple[object, ...]:
        return (*last(offer), offer.unit != unit, price(offer), offer.listing_id)

    def by_effect(offer: Offer) -> tuple[object, ...]:
        effect = offer.functional
        return (
            *last(offer),
            effect is None,
            effect.metric if effect else "",
            effect.milli_fen if effect else 0,
            *by_delivered(offer)[2:],
        )

    def by_newest(offer: Offer) -> tuple[object, ...]:
        return (-offer.published, offer.listing_id)

    return {Sort.EFFECT: by_effect, Sort.DELIVERED: by_delivered, Sort.NEWEST: by_newest}[sort]
