"""The public page of what is on offer; importing this module loads the desks' pages too."""

from market.db.session import reading
from market.promotions import (
    campaign_views,
    group_views,
    offer_views,
    order_views,
    places,
    proof_views,
    queries,
    seller_views,
    share_views,
    stacking_views,
    staff_views,
    till_views,
    words,
)
from market.promotions.blueprint import blueprint
from market.sellers import queries as sellers
from market.web.access import PUBLIC, policy
from market.web.context import language, now, region
from market.web.templating import render

__all__ = [
    "blueprint",
    "campaign_views",
    "group_views",
    "offer_views",
    "order_views",
    "proof_views",
    "seller_views",
    "share_views",
    "stacking_views",
    "staff_views",
    "till_views",
]


@blueprint.get("/promotions")
@policy(PUBLIC)
def list_offers() -> str:
    """Promotions that hold in the visitor's township now, soonest ending first."""
    with reading() as session:
        offers = queries.running_offers(session, region(), now())
        prefixes = frozenset(p for offer in offers for p in offer.draft.region_prefixes if p)
        names = places.place_labels(session, prefixes, language())
        seller_ids = {o.ownership.seller_id for o in offers if o.ownership.seller_id}
        named = sellers.sellers_by_ids(session, seller_ids)
    labels = dict(zip(sorted(prefixes), names, strict=True))
    return render(
        "promotions/list_offers.html", offers=offers, labels=labels, sellers=named, words=words
    )
