"""What the promotion form offers to choose from: own listings, own products, campaigns."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingRow, ListingView
from market.kernel.region_code import RegionCode
from market.pickups import queries as pickups
from market.promotions import campaigns, naming, stacking
from market.promotions.forms import PromotionForm
from market.promotions.types import Named, Ownership, PromotionDraft
from market.promotions.words import NamesSaid
from market.regions import queries as regions
from market.web.choices import choice
from market.web.context import language
from market.web.templating import name_of


def fill_choices(
    session: Session, form: PromotionForm, ownership: Ownership, now: datetime
) -> None:
    """Fill the lists of gifts, parts of a set and campaigns."""
    running = campaigns.open_for_promotions(session, ownership, now)
    listings = _sold_by(session, {ownership.seller_id} if ownership.seller_id else set(), now)
    gifts = listings
    if ownership.seller_id is None:  # an office gives what sellers of its campaigns offer
        gifts = _sold_by(session, campaigns.sellers_in(session, [x.id for x in running]), now)
    same = choice("", _("同样适用的商品里便宜的那件"))
    form.gift.choices = [same, *(choice(x.id, _named(x)) for x in gifts)]
    products = {x.product_id: (x.name_zh, x.name_en) for x in listings}
    names = [
        choice(key, name_of({"name_zh": zh, "name_en": en})) for key, (zh, en) in products.items()
    ]
    for number in (1, 2, 3):
        field = form[f"part{number}_product"]
        field.choices, field.named = [choice("", _("不选")), *names], products
    _offer_points(session, form, ownership, now)
    form.campaign_id.choices = [
        choice("", _("不限")),
        *(choice(one.id, name_of(one)) for one in running),
    ]


def fill_goods(
    session: Session, form: PromotionForm, ownership: Ownership, kept: PromotionDraft | None,
    now: datetime,
) -> None:  # fmt: skip
    """Fill the lists of kinds, own products and bundles; offices look for products themselves."""
    kinds = catalogue.list_kinds(session)
    form.bundle_kinds.choices = [choice(kind.code, name_of(kind)) for kind in kinds]
    form.bundle_kinds.named = {x.code: Named(x.code, x.name_zh, x.name_en) for x in kinds}
    rule = kept.bundle if kept else None
    bundles = {one.id: one for one in (*naming.bundles(session), *(rule.bundles if rule else ()))}
    form.bundle_ids.choices = [choice(one.id, name_of(one)) for one in bundles.values()]
    form.bundle_ids.named = bundles
    if ownership.seller_id:
        rows = catalogue.listing_rows(session, ownership.seller_id, now)
        own = {row.listing.kind_code for row in rows}
        kinds = [kind for kind in kinds if kind.code in own]
        _own_products(form.product_ids, rows, kept.product_ids if kept else frozenset())
        asked = frozenset(one.id for one in rule.products) if rule else frozenset()
        _own_products(form.bundle_products, rows, asked)
    form.kind_codes.choices = [choice(kind.code, name_of(kind)) for kind in kinds]
    groups = stacking.offered(session, kept.group if kept else "")
    form.group.choices = [
        choice("", _("不分组")), *(choice(one.id, name_of(one)) for one in groups)
    ]  # fmt: skip


def names_said(session: Session, draft: PromotionDraft) -> NamesSaid:
    """The goods and sellers a promotion names, for its sentence; nothing is asked for none."""
    return NamesSaid(
        [name_of(one) for one in naming.shown_products(session, draft.product_ids)],
        [name_of(one) for one in naming.shown_sellers(session, draft.seller_ids)],
        next(map(name_of, stacking.named(session, {draft.group} - {""}).values()), ""),
    )


def _own_products(field: Any, rows: Sequence[ListingRow], kept: frozenset[str]) -> None:
    """The seller's products, and those a draft names that it no longer offers."""
    listings = {row.listing.product_id: row.listing for row in rows}
    names = {key: _product_name(one) for key, one in listings.items()}
    known = sorted(names.items(), key=lambda item: item[1])
    gone = [choice(key, _("已经下架的商品")) for key in sorted(kept - names.keys())]
    field.choices = [choice(*item) for item in known] + gone
    field.named = {
        key: Named(key, one.product_name, one.product_name_en) for key, one in listings.items()
    }


def _product_name(listing: ListingView) -> str:
    english = language() == "en" and listing.product_name_en
    return f"{english or listing.product_name} {listing.model}".strip()


def _offer_points(
    session: Session, form: PromotionForm, ownership: Ownership, now: datetime
) -> None:
    """Pick-up points for a village's purchase: those of the office's region, else all."""
    region = RegionCode(str(ownership.region or ""))
    points = pickups.points_within(session, region, now)
    towns = regions.paths(session, {point.region for point in points})
    field: Any = form.drop_point_id
    kept = field.object_data  # of the draft as it is stored
    field.said = {point.id: f"{point.name_zh}（{point.where}）" for point in points}
    rows = [
        choice(x.id, f"{name_of(towns[x.region.digits])} {name_of(x)}")
        for x in points if x.region.digits in towns
    ]  # fmt: skip
    gone = [choice(kept, _("现在不收货的自提点"))] if kept and kept not in field.said else []
    field.choices = [*(field.choices or [])[:1], *gone, *sorted(rows, key=lambda row: row.label)]


def _sold_by(session: Session, seller_ids: Collection[str], now: datetime) -> list[ListingView]:
    found = [
        row.listing
        for seller_id in sorted(seller_ids)
        for row in catalogue.listing_rows(session, seller_id, now)
    ]
    return [listing for listing in found if listing.sellable]


def _named(listing: object) -> str:
    label = {
        "name_zh": getattr(listing, "variant_label", ""),
        "name_en": getattr(listing, "variant_label_en", ""),
    }
    return f"{name_of(listing)} {name_of(label)}"
