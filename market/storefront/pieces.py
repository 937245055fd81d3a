"""The parts of pages that are the same for everyone at one place and in one language.

Each is kept under a key with the revision of what it shows; asking for the revision is the
one statement a warm page costs.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import request, url_for
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from market.batches import hold_queries as holds
from market.batches.types import HoldView
from market.bundles.types import BundleCard
from market.catalogue import queries as catalogue
from market.catalogue.types import KindView, ListingFilter
from market.kernel.clock import end_of_day, shanghai_date
from market.kernel.errors import NotFound
from market.kernel.region_code import RegionCode
from market.picks import queries as picks
from market.picks.types import NOTHING, Favoured
from market.promotions.types import PromotionSpec
from market.regions import queries as regions
from market.sellers import freight
from market.sellers import queries as sellers
from market.sellers.freight import FreightQuote
from market.sellers.types import FreightTable, SellerState
from market.storefront import (
    cache,
    checks,
    evidence,
    facets,
    favoured,
    frames,
    mixed,
    queries,
    rules,
    substitutes,
    wording,
)
from market.storefront.rules import LOSSES
from market.storefront.types import Aisle, Asked, Choice, ProductShow, Shelf, Stock
from market.suppliers import words as suppliers
from market.uses import queries as uses
from market.uses import wording as use_words
from market.uses.types import UseRule
from market.web import context
from market.web.i18n import gettext as _
from market.web.templating import render

CUT = "%%cut%%"  # between the parts of a page that are made by one template


@dataclass(frozen=True)
class ProductPiece:
    """Title, main part and buy bar of a product page, and the product's revision they show;
    forms hold the mark for the token."""

    title: bytes
    page: bytes
    bar: bytes
    revision: int

    @property
    def size(self) -> int:
        """The bytes it takes, about."""
        return len(self.title) + len(self.page) + len(self.bar) + 500


def key(*parts: object) -> tuple[object, ...]:
    """A key that also holds language and place."""
    region = context.region()
    return (*parts, context.language(), region.digits if region else "")


def place_name(session: Session, now: datetime) -> str:
    """The name of the visitor's place, empty when not chosen or unknown."""
    region = context.region()
    if region is None:
        return ""
    lang = context.language()
    return cache.value(
        key("place"), now, 100, lambda: regions.short_label(session, region, lang) or ""
    )


def plans(session: Session, now: datetime) -> list[BundleCard]:
    """The bundles offered at the visitor's place."""
    return cache.value(key("plans"), now, 20_000, lambda: queries.plans(session, context.region()))


def running_promotions(session: Session, now: datetime) -> list[PromotionSpec]:
    """The automatic promotions at the visitor's place."""
    return cache.value(
        key("promotions"), now, 100_000,
        lambda: queries.running_promotions(session, context.region(), now),
    )  # fmt: skip


def open_kinds(session: Session, now: datetime) -> tuple[KindView, ...]:
    """The kinds goods are offered in, in their order."""
    return cache.value("open kinds", now, 60_000, lambda: tuple(catalogue.list_kinds(session)))


def use_rules(session: Session, now: datetime) -> tuple[UseRule, ...]:
    """What uses ask of products."""
    return cache.value("use rules", now, 5_000, lambda: uses.list_rules(session))


def aisle(session: Session, revision: int, now: datetime) -> Aisle:
    """Groups, kinds and counts at the visitor's place, kept with the revision of everything."""
    region = context.region()

    def make() -> Aisle:
        counts = Counter(product_counts(session, now))
        if region is not None:
            counts.update(catalogue.local_product_counts(session, region, now))
        return queries.aisle(session, now, dict(counts))

    return cache.value(("aisle", revision, region.digits if region else ""), now, 60_000, make)


def product_counts(session: Session, now: datetime) -> dict[str, int]:
    """How many products each kind has: counted anew only in kinds that changed since, because
    to count walks their listings. Holds for the day: windows of gates are whole days."""
    kept, end = cache.pieces(), end_of_day(shanghai_date(now))
    keys = {code: ("products", code, n) for code, n in catalogue.kind_revisions(session).items()}
    found = {code: kept.find(name, now) for code, name in keys.items()}
    changed = [code for code, count in found.items() if count is None]
    if changed:
        fresh = catalogue.product_counts(session, changed, now)
        for code in changed:
            found[code] = fresh.get(code, 0)
            kept.keep(keys[code], found[code], now, end, 200)
    return {code: count for code, count in found.items() if count}


def home(session: Session, now: datetime) -> Markup:
    """Everything of the home page below its headline."""
    revision = catalogue.revision_of(session)

    def make() -> str:
        plan = queries.bundle_for(session, context.region())
        kinds = frozenset(plan[0].card.kind_codes if plan else ())
        shelf = mixed.fresh_from_zone(session, kinds, context.region(), now, 60)
        place = place_name(session, now)
        few = rules.varied(shelf.page.items, 4)
        cards = [wording.card(shelf, view, place) for view in few]
        return render("storefront/_home.html", cards=cards, place=place, plan=plan)

    return _ready(cache.piece(key("home", revision), now, make))


def kinds(session: Session, now: datetime) -> Markup:
    """All groups and kinds."""
    revision = catalogue.revision_of(session)

    def make() -> str:
        return render("storefront/_kinds.html", aisle=aisle(session, revision, now))

    return _ready(cache.piece(key("kinds", revision), now, make))


def favoured_at(session: Session, now: datetime, kind_code: str | None = None) -> Favoured:
    """What the visitor's place prefers, of one kind or of all."""
    region = context.region()
    if region is None:
        return NOTHING
    return cache.value(
        key("favoured", kind_code), now, lambda made: made.size,
        lambda: picks.favoured(session, region, now, kind_code),
    )  # fmt: skip


def kind_list(session: Session, kind: KindView, choice: Choice, now: datetime) -> Markup:
    """The products of one kind."""
    revision = catalogue.revision_of(session, [kind.code])

    def stock() -> Stock:
        return queries.stock_of_kind(session, kind, context.region(), now)

    def make() -> str:
        kept = cache.value(key("stock", kind.code, revision), now, lambda made: made.size, stock)
        liked = favoured_at(session, now, kind.code)
        shelf = queries.kind_shelf(
            session, kept, choice, kind.default_unit, region=context.region(), now=now,
            favoured=liked,
        )  # fmt: skip
        local = favoured.of_kind(session, kept, liked, now) if favoured.fits(choice) else None
        return _list(session, shelf, choice, now, unit=kind.default_unit, local=local)

    return _ready(cache.piece(key("kind", kind.code, revision, choice), now, make))


def mixed_list(
    session: Session, name: str, scope: ListingFilter, choice: Choice, now: datetime
) -> Markup:
    """The offers of a group, of the zone or of a seller."""
    sorts = mixed.ZONE_SORTS if scope.zone else mixed.GOODS_SORTS
    revision = catalogue.revision_of(session)

    def make() -> str:
        region, liked = context.region(), favoured_at(session, now) if scope.zone else NOTHING
        shelf = mixed.mixed_shelf(
            session, scope, choice, region=region, now=now, sorts=sorts, favoured=liked
        )
        local = favoured.of_zone(session, liked, region, now) if favoured.fits(choice) else None
        kinds = aisle(session, revision, now).kinds
        return _list(session, shelf, choice, now, kinds=kinds, local=local)

    return _ready(cache.piece(key(name, revision, choice), now, make))


def found_list(
    session: Session, shelf: Shelf, choice: Choice, kinds: tuple[KindView, ...], text: str,
    now: datetime, marks: tuple[str, ...] = (),
) -> Markup:  # fmt: skip
    """The products a search found, with the query kept in every link and marked in names."""
    kept = {"q": text}
    return _ready(_list(session, shelf, choice, now, kinds=kinds, kept=kept, marks=marks))


def _list(
    session: Session,
    shelf: Shelf,
    choice: Choice,
    now: datetime,
    *,
    unit: str | None = None,
    kinds: tuple[KindView, ...] = (),
    kept: Mapping[str, str] = MappingProxyType({}),
    marks: tuple[str, ...] = (),
    local: Shelf | None = None,
) -> str:
    place = place_name(session, now)

    def address(query: dict[str, Any]) -> str:
        return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, **query})

    def link(**changes: object) -> str:
        return address(wording.params(choice, **changes))

    return render(
        "storefront/_list.html",
        address=address,
        kept=kept,
        link=link,
        page_link=lambda number: link(page=number if number > 1 else None),
        shelf=shelf,
        choice=choice,
        cards=[wording.marked_card(shelf, view, place, marks) for view in shelf.page.items],
        facets=facets.facets(shelf, choice, kinds, place),
        chosen=facets.chosen(shelf, choice, kinds, place),
        place=place,
        note=wording.reference_note(unit, place) if unit else None,
        sort_label=wording.sort_label,
        sort_note=wording.sort_note(shelf),
        local=favoured.rows(local, place),
        bought_by=wording.bought_by,
        least_households=context.settings().local_households,
    )


def product(session: Session, product_id: str, asked: Asked, now: datetime) -> ProductPiece:
    """The parts of a product page. The revision is asked for only when there are some kept: to
    make them reads it anyway. Raises ProductNotFound."""

    def make() -> ProductPiece:
        show = queries.show_product(
            session, product_id, asked, context.region(), now,
            plans(session, now), running_promotions(session, now),
        )  # fmt: skip
        values = {
            "show": show,
            "place": place_name(session, now),
            "words": wording,
            "evidence": evidence,
            "asked": asked,
            "losses": LOSSES,
            "local": _local(session, show, now),
            "fits": substitutes.fits(session, show, use_rules(session, now), context.region(), now),
            "uses": use_words,
            "swap": substitutes.for_shut(session, show, context.region(), now),
            "holds": _holds(session, show),
            "record": checks.record_of(session, product_id),
            "token": frames.MARK,
            "cut": CUT,
        }
        page, _cut, bar = render("storefront/_product.html", **values).rpartition(CUT)
        title = escape(wording.product_title(show))
        return ProductPiece(title.encode(), page.encode(), bar.encode(), show.found.revision)

    def stands(kept: ProductPiece) -> bool:
        return kept.revision == catalogue.revision_of(session, product_id=product_id)

    return cache.value(key("product", product_id, asked), now, lambda made: made.size, make, stands)


def _holds(session: Session, show: ProductShow) -> tuple[HoldView, ...]:
    """The batches that failed, of a product that is off the market for it."""
    product = show.found.product
    if product.held_since is None:
        return ()
    return holds.standing(session, [product.id]).get(product.id, ())


def _local(session: Session, show: ProductShow, now: datetime) -> list[dict[str, Any]]:
    """Where local lists admit a product that has no certificate."""
    product = show.found.product
    if product.certificate_id is not None or not product.local_areas:
        return []
    return [
        {
            "region_label": one.region_label, "until_on": one.until_on,
            "sheet_number": one.sheet_number,
            "href": url_for("catalogue.show_sheet", admission_id=one.id),
        }
        for one in catalogue.admissions_of(session, product_id=product.id, now=now)
    ]  # fmt: skip


def _ready(page: str) -> Markup:
    """What our own templates made, escaped already."""
    return Markup(page)  # noqa: S704 (only ever output of our autoescaping templates)


def products_of(session: Session, code: str, choice: Choice, now: datetime) -> dict[str, Any]:
    """What the page of a kind or group shows. Raises NotFound for an unknown code."""
    shelves = aisle(session, catalogue.revision_of(session), now)
    kind = next((k for k in shelves.kinds if k.code == code), None)
    wanted = kind.group_code if kind else code
    group = next((g for g in shelves.groups if g.code == wanted), None)
    if group is None:
        raise NotFound()
    if kind is not None:
        shown = kind_list(session, kind, choice, now)
    else:
        scope = ListingFilter(group_code=group.code)
        shown = mixed_list(session, f"group {code}", scope, choice, now)
    return {
        "shown": shown,
        "kind": kind,
        "group": group,
        "hints": kind_hints(kind) if kind else [],
        "kinds": [] if kind else shelves.of_group(group.code),
        "counts": shelves.counts,
    }


def seller(session: Session, seller_id: str, choice: Choice, now: datetime) -> dict[str, Any]:
    """What a seller's page shows. Raises NotFound while the seller is not approved."""
    found = sellers.get_seller(session, seller_id)
    if found.state not in (SellerState.APPROVED, SellerState.SUSPENDED):
        raise NotFound()
    scope = ListingFilter(seller_id=seller_id)
    table = sellers.freight_tables(session, [seller_id])[seller_id]
    return {
        "shown": mixed_list(session, f"seller {seller_id}", scope, choice, now),
        "seller": found,
        "about": sellers.about_seller(session, seller_id),
        "home": regions.short_label(session, found.region, context.language()),
        "badges": evidence.maker_badges(found),
        "supplier_title": suppliers.title,
        "place": place_name(session, now),
        "quote": freight_to(table, context.region()),
    }


def kind_hints(kind: KindView) -> list[str]:
    """What to look at when buying this kind, in three sentences."""
    first = (
        _("先看证书：星级、有效期和发证机构都写在商品页上，可以点开核对。")
        if kind.certifiable
        else _("这一类还没有绿色认证目录，看强制标准和检测报告。")
    )
    second = (
        _("包装上的执行标准要和页面一致：%(standard)s。", standard=kind.standard)
        if kind.standard
        else _("包装上的执行标准要和页面一致。")
    )
    return [first, second, _("收货时当面点数、拍照，破损当天就报，照片就是凭据。")]


def freight_to(table: FreightTable, region: RegionCode | None) -> FreightQuote | None:
    """What the seller asks for one kilogram to the visitor's place; None: not reached."""
    return freight.quote(table, region, 1_000) if region is not None else None
