"""Which products and kinds cite which standards, for the library of standards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from market.catalogue import gates, tallies
from market.catalogue.cited import Cited, decode_cited, encode_cited, outdated_from
from market.catalogue.models import Kind, Product
from market.kernel.paging import PAGE_SIZE, Page, offset

_GONE = "archived"


@dataclass(frozen=True)
class CitingProduct:
    """A product with what it cites, in whatever state."""

    id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    maker_id: str
    state: str
    text: str
    cited: tuple[Cited, ...]


def citing_products(session: Session, product_ids: Collection[str]) -> dict[str, CitingProduct]:
    """Products by id, in whatever state."""
    return {row.id: row for row in _products(session, Product.id.in_(set(product_ids)))}


def outdated_products(session: Session, maker_id: str) -> list[CitingProduct]:
    """The maker's products, archived ones aside, that cite what is or will be superseded or
    withdrawn."""
    mine = (Product.maker_id == maker_id, Product.outdated_from.is_not(None))
    return _products(session, *mine, Product.state != _GONE)


def products_of_texts(session: Session, texts: Collection[str]) -> list[CitingProduct]:
    """Products, archived ones aside, that cite exactly one of these texts, by maker."""
    if not texts:
        return []
    return _products(session, Product.standard.in_(set(texts)), Product.state != _GONE)


def page_of_texts(
    session: Session, texts: Collection[str], number: int, size: int = PAGE_SIZE
) -> Page[CitingProduct]:
    """The same, a page of them."""
    where = (Product.standard.in_(set(texts)), Product.state != _GONE)
    total = session.scalar(select(func.count()).select_from(Product).where(*where)) or 0
    found = _products(session, *where, limit=size, skip=offset(number, size))
    return Page(found, total, max(1, number), size)


def _products(
    session: Session, *where: ColumnElement[bool], limit: int | None = None, skip: int = 0
) -> list[CitingProduct]:
    rows = session.execute(
        select(
            Product.id, Product.name_zh, Product.name_en, Product.model, Product.kind_code,
            Product.maker_id, Product.state, Product.standard, Product.cited,
        )
        .where(*where)
        .order_by(Product.maker_id, Product.id)
        .limit(limit)
        .offset(skip)
    )  # fmt: skip
    return [
        CitingProduct(
            row.id, row.name_zh, row.name_en, row.model, row.kind_code, row.maker_id, row.state,
            row.standard, decode_cited(row.cited),
        )
        for row in rows
    ]  # fmt: skip


def cited_texts(session: Session) -> list[tuple[str, int]]:
    """Every text that products which are not archived cite, with how many do, most first."""
    many = func.count()
    rows = session.execute(
        select(Product.standard, many)
        .where(Product.standard != "", Product.state != _GONE)
        .group_by(Product.standard)
        .order_by(many.desc(), Product.standard)
    )
    return [(row[0], row[1]) for row in rows]


def ids_citing(session: Session, texts: Collection[str]) -> list[str]:
    """Products in whatever state that cite exactly one of these texts."""
    statement = select(Product.id).where(Product.standard.in_(set(texts))).order_by(Product.id)
    return list(session.scalars(statement)) if texts else []


def all_texts(session: Session) -> list[str]:
    """Every text that a product in whatever state cites."""
    return list(session.scalars(select(Product.standard).where(Product.standard != "").distinct()))


def kind_texts(session: Session) -> dict[str, str]:
    """What every kind cites, by code."""
    return {row.code: row.standard for row in session.execute(select(Kind.code, Kind.standard))}


def kinds_of_maker(session: Session, maker_id: str) -> set[str]:
    """Kinds of the maker's products that are not archived."""
    statement = select(Product.kind_code).where(
        Product.maker_id == maker_id, Product.state != _GONE
    )
    return set(session.scalars(statement.distinct()))


def makers_of_kinds(session: Session, kind_codes: Collection[str]) -> list[str]:
    """Makers with a product of one of these kinds that is not archived."""
    statement = select(Product.maker_id).where(
        Product.kind_code.in_(set(kind_codes)), Product.state != _GONE
    )
    return list(session.scalars(statement.distinct().order_by(Product.maker_id)))


def note_cited(session: Session, found: Mapping[str, Sequence[Cited]]) -> None:
    """Write onto products what the library says of the codes they cite; those of which it says
    what they carry already are left alone."""
    rows = session.scalars(
        select(Product).where(Product.id.in_(found)).order_by(Product.id).with_for_update()
    )
    changed = []
    for row in rows:
        wanted = encode_cited(found[row.id])
        if row.cited != wanted:
            row.cited, row.outdated_from = wanted, outdated_from(found[row.id])
            changed.append(row.id)
    if changed:
        session.flush()
        tallies.touch_products(session, changed)
        gates.forget_loaded(session)


def note_kinds_cited(session: Session, found: Mapping[str, Sequence[Cited]]) -> None:
    """The same for kinds, whose pages follow, and those of their products."""
    rows = session.scalars(select(Kind).where(Kind.code.in_(found)).order_by(Kind.code)).all()
    changed = [row for row in rows if row.cited != encode_cited(found[row.code])]
    if not changed:
        return
    codes = [row.code for row in changed]
    mine = Product.kind_code.in_(codes)
    # Products before kinds, by their order: as everybody who writes both.
    session.execute(select(Product.id).where(mine).order_by(Product.id).with_for_update())
    session.execute(
        update(Product)
        .where(mine)
        .values(revision=Product.revision + 1)
        .execution_options(synchronize_session=False)
    )
    for row in changed:
        row.cited = encode_cited(found[row.code])
    session.flush()
    tallies.touch(session, codes)


def cited_breaches(session: Session) -> list[str]:
    """Products whose day differs from what they carry."""
    rows = session.execute(
        select(Product.id, Product.cited, Product.outdated_from).where(Product.standard != "")
    )
    found: list[str] = []
    day: date | None
    for key, cited, day in rows:
        if outdated_from(decode_cited(cited)) != day:
            found.append(f"product {key}: the day from which it cites what is over is another")
    return found
