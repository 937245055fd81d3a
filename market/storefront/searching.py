"""The results of a search as a shelf, re-read behind the gate."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import KindView, ListingFilter, ListingView
from market.kernel.paging import PAGE_SIZE, Page
from market.kernel.region_code import RegionCode
from market.search import service as search
from market.search.types import IndexUnusable, TextIndex
from market.sellers import queries as sellers
from market.storefront import mixed, queries
from market.storefront.types import Choice, Counts, Shelf, Sort

log = structlog.get_logger()
NO_KIND = frozenset({""})  # what was not understood finds nothing rather than everything
SORTS = (Sort.RELEVANCE, Sort.PRICE)


@dataclass(frozen=True)
class Results:
    """What answers a query: products, the kinds meant, and how the query was read.

    `counts` says how many results choosing one of the kinds leaves.
    """

    query: str
    shelf: Shelf
    kinds: tuple[KindView, ...]
    near: tuple[KindView, ...]
    counts: dict[str, int]
    corrections: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]
    degraded: bool = False


def results(
    session: Session, index: TextIndex, text: str, choice: Choice, kinds: tuple[KindView, ...], *,
    region: RegionCode | None, now: datetime,
) -> Results:  # fmt: skip
    """One page of results among the open `kinds`; when the index cannot be used, the kinds that
    were meant."""
    by_code = {kind.code: kind for kind in kinds}
    reach = None
    if region is not None:
        reach = frozenset(sellers.sellers_delivering_to(session, region))
    asked = search.SearchChoice(
        kinds=choice.kinds, stars=choice.stars, sellers=choice.sellers, reach=reach,
        in_stock=choice.in_stock, delivers=choice.delivers, number=choice.number,
        places=frozenset(region.prefixes) if region is not None else frozenset(),
        sort="price" if choice.sort is Sort.PRICE else "relevance",
    )  # fmt: skip
    try:
        found = search.find(session, index, text, asked, now=now)
    except IndexUnusable as error:
        log.error("search_index_unusable", error=str(error))
        return _without_index(session, text, choice, kinds, region, now)
    shelf = _shelf(session, found, choice, region, now, reach or frozenset())
    meant = tuple(by_code[code] for code in found.kind_codes if code in by_code)
    near: tuple[KindView, ...] = ()
    if text and not shelf.page.total:
        near = tuple(by_code[c] for c in search.nearest(session, text) if c in by_code)
    return Results(
        text, shelf, meant, near, shelf.counts.kinds, found.understanding.corrections,
        search.words_to_mark(text, found.understanding.terms),
    )  # fmt: skip


def _shelf(
    session: Session, found: search.Found, choice: Choice, region: RegionCode | None, now: datetime,
    reach: frozenset[str],
) -> Shelf:  # fmt: skip
    views = catalogue.listings_by_ids(session, found.listing_ids, now)
    known = (views[i] for i in found.listing_ids if i in views)
    items = [view for view in known if view.sellable and view.may_go_to(region, now)]
    if region is not None:
        items = _delivered(session, items, choice, region, now, reach)
    gone = len(found.listing_ids) - len(items)
    counts = Counts(
        found.total - gone, dict(found.kind_counts), dict(found.star_counts),
        dict(found.seller_counts), found.in_stock_count, found.reached_count,
    )  # fmt: skip
    page = Page(items, max(0, found.total - gone), choice.number, PAGE_SIZE)
    return queries.priced_shelf(session, page, counts, SORTS, region, now)


def _delivered(
    session: Session, items: list[ListingView], choice: Choice, region: RegionCode, now: datetime,
    reach: frozenset[str],
) -> list[ListingView]:  # fmt: skip
    """The index names the cheapest offer of a product. Where that one does not come here and
    another does, the other stands for the product; the order stays. Nothing is asked while all
    of them come."""
    away = {view.product_id for view in items if view.seller_id not in reach}
    if not away:
        return items
    best: dict[str, ListingView] = {}
    for view in catalogue.listings_of_products(session, away, region, now):
        there = view.available is None or view.available >= view.min_packs
        if (not choice.sellers or view.seller_id in choice.sellers) and there:
            best.setdefault(view.product_id, view)
    return [best.get(view.product_id, view) for view in items]


def _without_index(
    session: Session, text: str, choice: Choice, kinds: tuple[KindView, ...],
    region: RegionCode | None, now: datetime,
) -> Results:  # fmt: skip
    understood = search.meant_kinds(session, text)
    meant = tuple(kind for code in understood for kind in kinds if kind.code == code)
    codes = frozenset(kind.code for kind in meant) or (NO_KIND if text else frozenset())
    asked = replace(choice, kinds=choice.kinds or codes)
    shelf = mixed.mixed_shelf(session, ListingFilter(), asked, region=region, now=now)
    near: tuple[KindView, ...] = ()
    if text and not shelf.page.total:
        nearest = search.nearest(session, text)
        near = tuple(kind for code in nearest for kind in kinds if kind.code == code)
    return Results(text, shelf, meant, near, shelf.counts.kinds, (), (), degraded=True)
