"""What the promotion form offers to choose from: own listings, own products, campaigns."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.pickups import queries as pickups
from market.promotions import campaigns
from market.promotions.forms import PromotionForm
from market.promotions.types import Ownership
from market.regions import queries as regions
from market.web.choices import choice
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
