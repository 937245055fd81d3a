"""The operator's check that no price depends on the order of its input."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import request

from market.catalogue.types import ListingView
from market.db.session import reading
from market.promotions import order_check, permutations, queries, words
from market.promotions.blueprint import blueprint
from market.promotions.order_check import OrderCheck
from market.promotions.trial_views import typed_packs, typed_place, written_place
from market.promotions.types import PromotionView
from market.web.access import OPERATOR, policy
from market.web.context import now
from market.web.templating import render

USUAL_PACKS = 10


@blueprint.get("/operator/price-order")
@policy(OPERATOR)
def check_order() -> str:
    """A sample cart priced in many orders of its goods and promotions: always the same?"""
    with reading() as session:
        running = queries.running_now(session, now())
        chosen = next((x for x in running if x.id == request.args.get("cart")), None)
        listings = order_check.sample_cart(session, chosen, running, now())
        packs = _packs(listings)
        region, error = typed_place(session, _usual_place(chosen, running))
        place = request.args.get("place", "") if error else written_place(session, region)
        found = None
        if error is None and any(packs.values()):
            found = order_check.check_orders(session, listings, packs, region, now())
    return page(found, running, chosen, listings, packs=packs, place=place, place_error=error)


def page(
    found: OrderCheck | None,
    running: Sequence[PromotionView],
    chosen: PromotionView | None,
    listings: Sequence[ListingView],
    **asked: Any,
) -> str:
    """The check with the cart it was made for."""
    return render(
        "promotions/check_order.html", check=found, running=running, chosen=chosen,
        listings=listings, named={x.id: x for x in listings}, words=words,
        every=permutations.EVERY, shuffles=permutations.SHUFFLES, **asked,
    )  # fmt: skip


def _packs(listings: Sequence[ListingView]) -> dict[str, int]:
    """What is typed for these goods; where nothing is, ten of each or what a shop sells least."""
    typed = typed_packs()
    if not any(x.id in typed for x in listings):
        return {x.id: max(USUAL_PACKS, x.min_packs) for x in listings}
    return {x.id: typed.get(x.id, 0) for x in listings}


def _usual_place(chosen: PromotionView | None, running: Sequence[PromotionView]) -> str:
    """Where the chosen promotion holds; of all, where most of them do."""
    looked_at = running if chosen is None else [chosen]
    held = Counter(prefix for x in looked_at for prefix in x.draft.region_prefixes if prefix)
    return min(held, key=lambda prefix: (-held[prefix], prefix), default="")
