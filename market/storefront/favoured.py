"""The few goods that a place prefers, as lists show them above everything else.

Whatever stands here may be sold, is in stock and reaches the place now; a recommendation or a
count of households never shows what the list itself would not.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.kernel.paging import Page
from market.kernel.region_code import RegionCode
from market.picks.types import Favoured
from market.storefront import lists, wording
from market.storefront.queries import priced_shelf
from market.storefront.types import Choice, Counts, FavouredRow, Offer, Shelf, Sort, Stock

SHOWN = 3  # recommended, and as many bought by others
_LOOKED_AT = 24  # of each, where only looking tells what is on sale
_COUNTS = Counts(0, {}, {}, {})


def fits(choice: Choice) -> bool:
    """Whether a list is asked for as a whole, and does not begin with these goods anyway: what
    was narrowed down shows only what is in it."""
    return choice.filters == 0 and choice.number == 1 and choice.sort is not Sort.FAVOURED


def of_kind(session: Session, stock: Stock, liked: Favoured, now: datetime) -> Shelf | None:
    """Of what a kind has at the place; five statements, none when nothing is preferred."""
    best: dict[str, Offer] = {}
    for offer in stock.offers if liked else ():
        if offer.delivered is None or not offer.in_stock:
            continue
        held = best.get(offer.product_id)
        if held is None or _price(offer) < _price(held):
            best[offer.product_id] = offer
    ids = [best[product].listing_id for product in _first(liked, best)]
    views = catalogue.listings_by_ids(session, ids, now) if ids else {}
    items = [views[key] for key in ids if key in views and views[key].sellable]
    if not items:
        return None
    return Shelf(
        page=Page(items, len(items), 1),
        offers={offer.listing_id: offer for offer in best.values()},
        counts=_COUNTS, seller_names={}, sorts=(), promotions={}, favoured=liked,
    )  # fmt: skip


def of_zone(
    session: Session, liked: Favoured, region: RegionCode | None, now: datetime
) -> Shelf | None:
    """Of what is certified; a fixed number of statements, none when nothing is preferred."""
    if not liked or region is None:
        return None
    asked = [*list(liked.picks)[:_LOOKED_AT], *list(liked.bought)[:_LOOKED_AT]]
    found = catalogue.listings_of_products(session, asked, region, now)
    best = {v.product_id: v for v in reversed(found) if v.certified and _is_there(v)}
    items = [best[product] for product in _first(liked, best)]
    if not items:
        return None
    page = Page(items, len(items), 1)
    return replace(priced_shelf(session, page, _COUNTS, (), region, now), favoured=liked)


def rows(shelf: Shelf | None, place: str) -> list[FavouredRow]:
    """What a list draws of it."""
    if shelf is None:
        return []
    liked = shelf.favoured
    return [
        FavouredRow(
            wording.card(shelf, view, place), liked.picks.get(view.product_id),
            liked.bought.get(view.product_id, 0),
        )
        for view in shelf.page.items
    ]  # fmt: skip


def _is_there(view: ListingView) -> bool:
    return view.available is None or view.available >= view.min_packs


def _first(liked: Favoured, there: Iterable[str]) -> list[str]:
    """The first of the recommended ones, then the first of the others."""
    known = set(there)
    picked = [key for key in liked.picks if key in known][:SHOWN]
    bought = [key for key in liked.bought if key in known and key not in liked.picks][:SHOWN]
    return [*picked, *bought]


def _price(offer: Offer) -> tuple[int, str]:
    return (offer.delivered.total_milli if offer.delivered else lists.FAR, offer.listing_id)
