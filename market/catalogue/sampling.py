"""What is on sale at given sellers, for drawing samples, and how far one product reaches."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from market.catalogue.contents import Content, decoded
from market.catalogue.models import Kind, Listing, Product
from market.catalogue.types import OnSale


def on_sale_at(
    session: Session, seller_ids: Collection[str], kind_codes: Collection[str], now: datetime
) -> list[OnSale]:
    """Each product that one of the sellers offers to households now, once, with the first of
    those sellers; `kind_codes` empty means every kind."""
    statement = (
        select(Listing.product_id, func.min(Listing.seller_id), Kind.spot_check_risk)
        .join(Kind, Kind.code == Listing.kind_code)
        .where(
            Listing.seller_id.in_(set(seller_ids)),
            Listing.shown.is_(True),
            Listing.gate_opens_at <= now,
            Listing.gate_closes_at > now,
        )
        .group_by(Listing.product_id, Kind.spot_check_risk)
        .order_by(Listing.product_id)
    )
    if kind_codes:
        statement = statement.where(Listing.kind_code.in_(set(kind_codes)))
    return [OnSale(*row) for row in session.execute(statement)]


def on_shelves(
    session: Session,
    seller_ids: Collection[str],
    typed: str,
    product_ids: Collection[str] = (),
    limit: int = 40,
) -> list[tuple[str, str]]:
    """(product, seller) of goods that some sellers have in the shop, on sale or not, whose name or
    model contains what was typed, whose id it is, or that are among `product_ids`."""
    wanted = typed.strip()
    if not wanted and not product_ids:
        return []
    hits: list[ColumnElement[bool]] = [Product.id.in_(set(product_ids))]
    if wanted:
        columns = (Product.name_zh, Product.name_en, Product.model)
        hits += [column.icontains(wanted, autoescape=True) for column in columns]
        hits.append(Product.id == wanted)
    statement = (
        select(Product.id, Listing.seller_id)
        .join(Listing, Listing.product_id == Product.id)
        .where(
            Listing.seller_id.in_(set(seller_ids)), Listing.state != "archived", or_(*hits),
            Product.published_at.is_not(None),
        )
        .group_by(Product.id, Product.name_zh, Listing.seller_id)
        .order_by(Product.name_zh, Product.id, Listing.seller_id)
        .limit(limit)
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(statement)]


def product_names(
    session: Session, product_ids: Collection[str]
) -> dict[str, tuple[str, str, str]]:
    """(Chinese name, English name, model) of products in whatever state."""
    rows = session.execute(
        select(Product.id, Product.name_zh, Product.name_en, Product.model).where(
            Product.id.in_(set(product_ids))
        )
    )
    return {row.id: (row.name_zh, row.name_en, row.model) for row in rows}


def maker_and_kind(session: Session, product_id: str) -> tuple[str, str] | None:
    """(maker's id, kind code) of a product; None when there is no such product."""
    statement = select(Product.maker_id, Product.kind_code).where(Product.id == product_id)
    row = session.execute(statement).one_or_none()
    return (row.maker_id, row.kind_code) if row else None


def listing_of(session: Session, product_id: str, seller_id: str | None) -> str | None:
    """A listing of the product: of a seller, or of its maker, live ones first."""
    statement = (
        select(Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Listing.product_id == product_id,
            Listing.seller_id == (seller_id or Product.maker_id),
        )
        .order_by(Listing.state != "live", Listing.id)
    )
    return session.scalar(statement.limit(1))


def count_without_manual(session: Session, maker_id: str) -> int:
    """The maker's live products that have no manual: on sale from before one was asked for."""
    statement = select(func.count()).where(
        Product.maker_id == maker_id, Product.state == "live", Product.manual_version.is_(None)
    )
    return session.scalar(statement) or 0


def unfit_products(session: Session, maker_id: str) -> list[tuple[str, str, datetime]]:
    """(id, name, from when on) of the maker's live products that contain what is not allowed."""
    rows = session.execute(
        select(Product.id, Product.name_zh, Product.unfit_from)
        .where(Product.maker_id == maker_id, Product.state == "live")
        .where(Product.unfit_from.is_not(None))
        .order_by(Product.unfit_from, Product.id)
    )
    return [(key, name, since) for key, name, since in rows if since is not None]


def unfit_by(session: Session, now: datetime) -> list[str]:
    """Products that their contents keep off the market now."""
    return list(session.scalars(select(Product.id).where(Product.unfit_from <= now)))


def contents_of_kind(session: Session, kind_code: str) -> dict[str, tuple[Content, ...]]:
    """Declared contents of every live product of a kind that declares any."""
    rows = session.execute(
        select(Product.id, Product.contents).where(
            Product.kind_code == kind_code, Product.state == "live"
        )
    )
    return {row[0]: decoded(row[1]) for row in rows if row[1]}


def count_listings(session: Session, product_id: str) -> int:
    """Listings of the product that are for sale as far as their sellers decide."""
    statement = select(func.count()).where(
        Listing.product_id == product_id, Listing.state == "live"
    )
    return session.scalar(statement) or 0
