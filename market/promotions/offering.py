"""What the promotion form offers to choose from: own listings, own products, campaigns."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.promotions import campaigns
from market.promotions.forms import PromotionForm
from market.promotions.types import Ownership
from market.web.choices import choice
from market.web.templating import name_of


def fill_choices(
    session: Session, form: PromotionForm, ownership: Ownership, now: datetime
) -> None:
    """Fill the lists of gifts, parts of a set and campaigns."""
    rows = catalogue.listing_rows(session, ownership.seller_id, now) if ownership.seller_id else []
    listings = [row.listing for row in rows if row.listing.sellable]
    same = choice("", _("同样适用的商品里便宜的那件"))
    form.gift.choices = [same, *(choice(x.id, _named(x)) for x in listings)]
    products = {x.product_id: (x.name_zh, x.name_en) for x in listings}
    names = [
        choice(key, name_of({"name_zh": zh, "name_en": en})) for key, (zh, en) in products.items()
    ]
    for number in (1, 2, 3):
        field = form[f"part{number}_product"]
        field.choices, field.named = [choice("", _("不选")), *names], products
    running = campaigns.open_for_promotions(session, ownership, now)
    form.campaign_id.choices = [
        choice("", _("不限")),
        *(choice(one.id, name_of(one)) for one in running),
    ]


def _named(listing: object) -> str:
    label = {
        "name_zh": getattr(listing, "variant_label", ""),
        "name_en": getattr(listing, "variant_label_en", ""),
    }
    return f"{name_of(listing)} {name_of(label)}"
