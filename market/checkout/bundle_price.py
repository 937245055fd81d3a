"""The price of a bundle's packs by THE pricing function, before they are in a cart."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles.types import Discount, Priced, SelectionLine
from market.carts.types import CartLine, CartView
from market.checkout.quote import quote
from market.checkout.types import Quote
from market.kernel.region_code import RegionCode


def price_selection(
    session: Session,
    lines: Sequence[SelectionLine],
    region: RegionCode | None,
    household_id: str | None,
    now: datetime,
) -> Priced:
    """What the packs cost alone in a cart, promotions without a code included."""
    return priced(quote(session, as_cart(lines), region, household_id, now))


def as_cart(lines: Sequence[SelectionLine]) -> CartView:
    """The packs as a cart nobody has stored."""
    return CartView(
        lines=tuple(
            CartLine(line.listing_id, line.listing_id, line.packs, seen_price_fen=line.price_fen)
            for line in lines
        )
    )


def priced(found: Quote) -> Priced:
    """The sums of a quote with its promotions by name."""
    return Priced(
        goods_fen=found.goods_fen,
        freight_fen=found.freight_fen,
        discounts=tuple(Discount(v.name, v.name_en, v.applied_fen) for v in found.applied),
        total_fen=found.total_fen,
        blocked=tuple(line.listing_id for line in found.blocked),
    )
