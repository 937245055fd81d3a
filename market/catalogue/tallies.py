"""Counts of shown listings by (kind, seller, star, gate window): what facets add up.

A category page at 100,000 listings sums a few hundred of these rows instead of grouping
the listings. A pair (kind, seller) is always recounted as a whole, so a count cannot drift;
the gate window is part of the key, so it stays exact while certificates run out by the clock.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from market.catalogue.models import Kind, Listing, ListingTally, Product
from market.db import changes

Pair = tuple[str, str]
_CHUNK = 200


_COLUMNS = (
    Listing.kind_code,
    Listing.seller_id,
    Listing.star,
    Listing.certified,
    Listing.gate_opens_at,
    Listing.gate_closes_at,
    Listing.group_code,
)
_NAMES = [column.key for column in _COLUMNS] + ["listings"]


def recount_products(session: Session, product_ids: Sequence[str]) -> None:
    """Recount every (kind, seller) that sells one of these products."""
    if not product_ids:
        return
    rows = session.execute(
        select(Listing.kind_code, Listing.seller_id)
        .where(Listing.product_id.in_(product_ids))
        .distinct()
    )
    recount(session, {(row.kind_code, row.seller_id) for row in rows})


def recount(session: Session, pairs: Iterable[Pair]) -> None:
    """Recount these (kind, seller) pairs and move the revision of their kinds."""
    ordered = sorted(set(pairs))
    touch(session, {kind for kind, _ in ordered})
    rest = iter(ordered)
    while chunk := list(islice(rest, _CHUNK)):
        _recount(session, chunk)


def touch(session: Session, kind_codes: Iterable[str]) -> None:
    """Count up the revision of these kinds, which also makes their writers take turns."""
    changes.move(session)
    for code in sorted(set(kind_codes)):
        session.execute(
            update(Kind)
            .where(Kind.code == code)
            .values(revision=Kind.revision + 1)
            .execution_options(synchronize_session=False)
        )


def touch_products(session: Session, product_ids: Iterable[str]) -> None:
    """Count up the revision of these products."""
    changes.move(session)
    session.execute(
        update(Product)
        .where(Product.id.in_(sorted(set(product_ids))))
        .values(revision=Product.revision + 1)
        .execution_options(synchronize_session=False)
    )


def rebuild(session: Session) -> None:
    """Count everything anew; for bulk loads that wrote listings directly."""
    session.execute(delete(ListingTally))
    session.execute(insert(ListingTally).from_select(_NAMES, _counts(true())))
    session.execute(update(Kind).values(revision=Kind.revision + 1))
    changes.move(session)


def breaches(session: Session) -> list[str]:
    """Sentences about tallies that differ from the listings; empty when all is well."""
    stored = set(session.execute(select(*(getattr(ListingTally, n) for n in _NAMES))).all())
    counted = set(session.execute(_counts(true())).all())
    return [f"listing tally differs: {tuple(row)}" for row in stored ^ counted]


def _recount(session: Session, pairs: Sequence[Pair]) -> None:
    def among(table: type[ListingTally] | type[Listing]) -> ColumnElement[bool]:
        return or_(*(and_(table.kind_code == k, table.seller_id == s) for k, s in pairs))

    session.execute(
        delete(ListingTally).where(among(ListingTally)).execution_options(synchronize_session=False)
    )
    session.execute(insert(ListingTally).from_select(_NAMES, _counts(among(Listing))))


def _counts(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS, func.count())
        .where(condition, Listing.shown == true(), Listing.local_areas == "")
        .group_by(*_COLUMNS)
    )
