"""Sellers that somebody looks for by name or number."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from market.db.region_filter import within
from market.kernel.region_code import RegionCode
from market.sellers.models import Seller, SellerArea
from market.sellers.types import SellerState

MOST_WORDS = 5


def open_near(regions: Sequence[RegionCode] | None) -> Select[str]:
    """The statement of ids of sellers that may sell now, for statements of others: those at home in
    one of the regions or who deliver into a part of it; without regions, all."""
    found = select(Seller.id).where(Seller.state == SellerState.APPROVED)
    if regions is None:
        return found
    above = {prefix for region in regions for prefix in region.prefixes}
    here = or_(SellerArea.prefix.in_(above), within(SellerArea.prefix, *regions))
    delivering = select(SellerArea.seller_id).where(here)
    return found.where(or_(within(Seller.region_code, *regions), Seller.id.in_(delivering)))


def sellers_called(
    session: Session, words: str, regions: Sequence[RegionCode] | None, limit: int
) -> list[str]:
    """Ids of `open_near` whose name holds every one of these words, or whose number it is: at most
    so many, by name."""
    wanted = words.split()[:MOST_WORDS]
    if not wanted:
        return []
    named = [Seller.name.icontains(word, autoescape=True) for word in wanted]
    numbered = _numbered(words.strip())
    query = open_near(regions).where(or_(numbered, and_(*named)))
    return list(session.scalars(query.order_by(Seller.name, Seller.id).limit(limit)))


def sellers_numbered(
    session: Session, numbers: Collection[str], regions: Sequence[RegionCode] | None
) -> dict[str, list[str]]:
    """Ids of `open_near` by what was written of them: an id, a credit code or the whole name."""
    found: dict[str, list[str]] = {number: [] for number in numbers}
    if not numbers:
        return found
    plain = {number.upper() for number in numbers}
    query = select(Seller.id, Seller.credit_code, Seller.name).where(
        Seller.id.in_(open_near(regions)),
        or_(Seller.id.in_(numbers), Seller.credit_code.in_(plain), Seller.name.in_(numbers)),
    )
    for row in session.execute(query.order_by(Seller.id)):
        for number, mine in found.items():
            if number in (row.id, row.name) or (number and number.upper() == row.credit_code):
                mine.append(row.id)
    return found


def _numbered(text: str) -> ColumnElement[bool]:
    return or_(Seller.id == text, (Seller.credit_code != "") & (Seller.credit_code == text.upper()))
