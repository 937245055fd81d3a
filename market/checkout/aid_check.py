"""What all schemes of a place would give: for the cart, a configured bundle, or typed goods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import service as bundles
from market.bundles.types import Owner as BundleOwner
from market.carts import queries as carts
from market.carts.types import CartLine, CartOwner, CartView
from market.checkout import subsidising
from market.checkout.quote import quote
from market.checkout.types import Quote
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers
from market.subsidies import queries as subsidies
from market.subsidies import rules
from market.subsidies.types import AidLine, Assessment, SchemeType

AFTER_DISCOUNTS = (SchemeType.VOUCHER, SchemeType.CLAIM)


@dataclass(frozen=True)
class Who:
    """Who asks, from where, and what they say of themselves besides what is registered."""

    region: RegionCode
    household_id: str | None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Checked:
    """The answer, with what it was asked for."""

    price_fen: int
    aid: Assessment
    label: str = ""
    label_en: str = ""

    @property
    def left_fen(self) -> int:
        return self.price_fen - self.aid.total_fen


def of_lines(
    session: Session, who: Who, lines: Sequence[AidLine], now: datetime,
    seller_ids: frozenset[str] = frozenset(),
) -> Checked:  # fmt: skip
    """What vouchers and claims give together for these goods."""
    schemes, household = subsidies.schemes_at(
        session, who.region, who.household_id, now, AFTER_DISCOUNTS
    )
    aid = subsidising.aid_for(session, schemes, household, who.household_id, seller_ids)
    known = aid.household or household
    known = replace(known, flags=known.flags | who.flags)
    found = rules.assess(lines, known, schemes, now)
    return Checked(sum(line.price_fen for line in lines), found)


def of_cart(session: Session, who: Who, owner: CartOwner, now: datetime) -> Checked:
    """For what lies in the cart, at its price after discounts."""
    quoted = quote(session, carts.get_cart(session, owner), who.region, who.household_id, now)
    return of_quote(session, who, quoted, now)


def of_bundle(
    session: Session, who: Who, owner: BundleOwner, configuration_id: str, now: datetime
) -> Checked:
    """For everything a configured bundle needs, as if it lay alone in the cart.

    Raises the refusals of bundles (ConfigurationNotFound, BundleNotFound, NothingChosen).
    """
    chosen = bundles.select_for_cart(session, owner, configuration_id, who.region, now)
    lines = tuple(
        CartLine(line.listing_id, line.listing_id, line.packs, seen_price_fen=line.price_fen)
        for line in chosen.lines
    )
    quoted = quote(session, CartView(lines=lines), who.region, who.household_id, now)
    found = of_quote(session, who, quoted, now)
    return replace(found, label=chosen.label, label_en=chosen.label_en)


def of_quote(session: Session, who: Who, quoted: Quote, now: datetime) -> Checked:
    """For priced goods, at their prices after discounts."""
    goods = [line for line in quoted.buyable if not line.is_gift and line.listing is not None]
    ids = frozenset(line.listing.seller_id for line in goods if line.listing is not None)
    places = {key: seller.region for key, seller in sellers.sellers_by_ids(session, ids).items()}
    return of_lines(session, who, [subsidising.aid_line(x, places) for x in goods], now, ids)
