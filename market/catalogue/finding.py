"""Products that somebody looks for by name or number, whoever sells them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from market.catalogue.models import Listing, Product
from market.certification import queries as certification

MOST_WORDS = 5


@dataclass(frozen=True)
class NamedProduct:
    """A product in brief."""

    id: str
    name_zh: str
    name_en: str
    model: str
    maker_id: str


def products_called(
    session: Session, words: str, seller_ids: Select[str], now: datetime, limit: int
) -> list[NamedProduct]:
    """What these sellers sell now whose name or model holds every one of these words, or whose
    number it is: at most so many, by name."""
    wanted = words.split()[:MOST_WORDS]
    if not wanted:
        return []
    columns = (Product.name_zh, Product.name_en, Product.model)
    named = and_(*(or_(*(c.icontains(x, autoescape=True) for c in columns)) for x in wanted))
    certificates = certification.ids_numbered(session, {words.strip()})[words.strip()]
    numbered = or_(Product.id == words.strip(), Product.certificate_id.in_(certificates))
    query = _sold(seller_ids, now).where(or_(named, numbered))
    rows = session.execute(query.order_by(Product.name_zh, Product.model, Product.id).limit(limit))
    return [NamedProduct(*row) for row in rows]


def products_numbered(
    session: Session, numbers: Collection[str], seller_ids: Select[str], now: datetime
) -> dict[str, list[NamedProduct]]:
    """What these sellers sell now by what was written of it: an id, the number of a certificate, a
    model or the whole name."""
    found: dict[str, list[NamedProduct]] = {number: [] for number in numbers}
    if not numbers:
        return found
    certificates = certification.ids_numbered(session, numbers)
    held = {key for keys in certificates.values() for key in keys}
    query = _sold(seller_ids, now).add_columns(Product.certificate_id).where(
        or_(
            Product.id.in_(numbers), Product.certificate_id.in_(held), Product.model.in_(numbers),
            Product.name_zh.in_(numbers), Product.name_en.in_(numbers),
        )
    )  # fmt: skip
    for *row, certificate_id in session.execute(query.order_by(Product.id)):
        one = NamedProduct(*row)
        for number, mine in found.items():
            written = (one.id, one.model, one.name_zh, one.name_en)
            if number in written or certificate_id in certificates[number]:
                mine.append(one)
    return found


def products_sold_by(
    session: Session, product_ids: Collection[str], seller_ids: Select[str], now: datetime
) -> set[str]:
    """Those of these products that one of these sellers sells now."""
    if not product_ids:
        return set()
    query = _sold(seller_ids, now).where(Product.id.in_(set(product_ids)))
    return {row.id for row in session.execute(query)}


def products_named(session: Session, product_ids: Collection[str]) -> dict[str, NamedProduct]:
    """Products in brief by id, on sale or not; unknown ones are left out."""
    if not product_ids:
        return {}
    query = select(*_BRIEF).where(Product.id.in_(set(product_ids)))
    return {row[0]: NamedProduct(*row) for row in session.execute(query)}


_BRIEF = (Product.id, Product.name_zh, Product.name_en, Product.model, Product.maker_id)


def _sold(seller_ids: Select[str], now: datetime) -> Select[str, str, str, str, str]:
    sold = select(Listing.product_id).where(
        Listing.shown.is_(True), Listing.gate_opens_at <= now, Listing.gate_closes_at > now,
        Listing.seller_id.in_(seller_ids),
    )  # fmt: skip
    return select(*_BRIEF).where(Product.id.in_(sold))
