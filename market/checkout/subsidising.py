"""Subsidies as a step of the price: after all discounts, before what is paid.

`load` reads, `assess` and `applied` are pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.checkout.types import QuotedLine, SellerBlock
from market.kernel.region_code import RegionCode
from market.promotions import queries as promotions
from market.promotions.types import Adjustment
from market.sellers import queries as sellers
from market.subsidies import queries as subsidies
from market.subsidies import rules
from market.subsidies.types import AidLine, Assessment, Household, Outcome, Scheme


@dataclass(frozen=True)
class Aid:
    """The schemes of a place and what they ask to be known."""

    schemes: Sequence[Scheme] = ()
    household: Household | None = None
    seller_regions: Mapping[str, RegionCode] = field(default_factory=dict)


def load(
    session: Session,
    region: RegionCode | None,
    household_id: str | None,
    seller_ids: Collection[str],
    now: datetime,
) -> Aid:
    """Voucher schemes at a place: no statement where none hold, else one.

    One more each when a scheme asks for flags of the household, or for local sellers.
    """
    schemes, household = subsidies.vouchers_for(session, region, household_id, now)
    if household is None or not schemes:
        return Aid()
    return aid_for(session, schemes, household, household_id, seller_ids)


def aid_for(
    session: Session, schemes: Sequence[Scheme], household: Household, household_id: str | None,
    seller_ids: Collection[str],
) -> Aid:  # fmt: skip
    """Schemes with the flags and the sellers' places they ask for."""
    if any(scheme.terms.flags for scheme in schemes):
        household = replace(household, flags=promotions.flags_of(session, household_id))
    places = {}
    if any(scheme.terms.local_sellers for scheme in schemes):
        known = sellers.sellers_by_ids(session, seller_ids)
        places = {key: seller.region for key, seller in known.items()}
    return Aid(schemes, household, places)


def assess(
    blocks: Sequence[SellerBlock],
    schemes: Sequence[Scheme],
    household: Household | None,
    seller_regions: Mapping[str, RegionCode],
    now: datetime,
) -> Assessment:
    """What the schemes give for the goods of a cart, gifts apart."""
    if household is None or not schemes:
        return Assessment()
    lines = [line for block in blocks for line in block.buyable if not line.is_gift]
    return rules.assess([aid_line(line, seller_regions) for line in lines], household, schemes, now)


def aid_line(line: QuotedLine, seller_regions: Mapping[str, RegionCode]) -> AidLine:
    """A priced line as the schemes see it: what is to be paid for it after discounts."""
    listing = line.listing
    assert listing is not None
    return AidLine(
        key=line.line_id,
        kind_code=listing.kind_code,
        price_fen=line.amount_fen - line.discount_fen,
        packs=line.quantity,
        units_milli=int(listing.pack_size * 1000) * line.quantity,
        star=listing.star,
        certified=listing.certified,
        seller_region=seller_regions.get(listing.seller_id),
    )


def applied(blocks: Sequence[SellerBlock], aid: Assessment) -> list[SellerBlock]:
    """The blocks with what each scheme gives for each line."""
    by_line: dict[str, list[Adjustment]] = {}
    for outcome in aid.applied:
        for key, fen in outcome.shares.items():
            by_line.setdefault(key, []).append(_adjustment(outcome, key, fen))
    if not by_line:
        return list(blocks)
    return [
        replace(
            block,
            lines=tuple(
                replace(line, subsidies=tuple(by_line.get(line.line_id, ())))
                for line in block.lines
            ),
        )
        for block in blocks
    ]


def _adjustment(outcome: Outcome, key: str, fen: int) -> Adjustment:
    scheme = outcome.scheme
    return Adjustment(
        promotion_id=scheme.id,
        label=scheme.name,
        bearer=scheme.bearer,
        amount_fen=-fen,
        line_key=key,
        label_en=scheme.name_en,
    )
