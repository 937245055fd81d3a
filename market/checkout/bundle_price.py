"""The price of a bundle's packs by THE pricing function, before they are in a cart."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles.types import Aid, Discount, Priced, SelectionLine, SellerPart
from market.carts.types import CartLine, CartView
from market.checkout import aid_check
from market.checkout.aid_check import Who
from market.checkout.quote import quote
from market.checkout.types import Quote
from market.kernel.region_code import RegionCode
from market.promotions import words as promotions
from market.subsidies import words
from market.subsidies.types import Outcome, SchemeType


def price_selection(
    session: Session,
    lines: Sequence[SelectionLine],
    bundle_id: str,
    region: RegionCode | None,
    household_id: str | None,
    now: datetime,
) -> Priced:
    """What the packs of a bundle cost alone in a cart, promotions without a code and subsidies
    included."""
    found = quote(session, as_cart(lines, bundle_id, household_id), region, household_id, now)
    if region is None:
        return priced(found)
    # As the page that checks subsidies: together with what is claimed after the purchase.
    checked = aid_check.of_quote(session, Who(region, household_id), found, now)
    return priced(found, checked.aid.outcomes)


def as_cart(
    lines: Sequence[SelectionLine], bundle_id: str, household_id: str | None = None
) -> CartView:
    """The packs of a bundle as a cart nobody has stored: one group, as they will be in one. What
    the household's own cart keeps is there for it."""
    return CartView(
        holder=household_id or "",
        lines=tuple(
            CartLine(
                line.listing_id,
                line.listing_id,
                line.packs,
                seen_price_fen=line.price_fen,
                group_id=bundle_id,
                group_origin=bundle_id,
            )
            for line in lines
        ),
    )


def priced(found: Quote, outcomes: Sequence[Outcome] | None = None) -> Priced:
    """The sums of a quote with its promotions by name, and what schemes give."""
    return Priced(
        goods_fen=found.goods_fen,
        freight_fen=found.freight_fen,
        discounts=tuple(
            Discount(v.name, v.name_en, v.applied_fen, promotions.say_applied(v))
            for v in found.applied
        ),
        total_fen=found.total_fen,
        blocked=tuple(line.listing_id for line in found.blocked),
        aid=None if outcomes is None else tuple(_aid(one, found) for one in outcomes),
        sellers=tuple(
            SellerPart(
                block.seller_id,
                block.seller_name,
                block.goods_fen,
                block.freight.total_fen if block.freight else None,
                block.weight_g,
            )
            for block in found.seller_blocks
            if block.buyable
        ),
    )


def _aid(one: Outcome, found: Quote) -> Aid:
    """A scheme of the place; what the order takes off is told as the order will."""
    scheme = one.scheme
    taken = next((x for x in found.aid.outcomes if x.scheme.id == scheme.id), one)
    reason = taken.reason
    told = words.say_sum(taken) if taken.applied else words.say_reason(reason) if reason else ""
    return Aid(
        scheme.name, scheme.name_en, scheme.code, taken.amount_fen, told,
        later=scheme.type is SchemeType.CLAIM, example=scheme.example,
    )  # fmt: skip
