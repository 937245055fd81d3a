"""Reads of background factors; frozen values out."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from market.footprints.errors import FactorNotFound
from market.footprints.models import CarbonBillLine, CarbonFactor
from market.footprints.types import FactorView, Quality
from market.kernel.paging import PAGE_SIZE, Page, offset


def list_factors(
    session: Session, text: str = "", category: str = "", number: int = 1
) -> Page[FactorView]:
    """The standing versions whose name or code holds every word, by code."""
    wanted = _standing(text)
    if category:
        wanted.append(CarbonFactor.category == category)
    total = session.scalar(select(func.count()).select_from(CarbonFactor).where(*wanted)) or 0
    rows = session.scalars(
        select(CarbonFactor)
        .where(*wanted)
        .order_by(CarbonFactor.code)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    return Page([factor_view(row) for row in rows], total, max(1, number))


def category_counts(session: Session, text: str = "") -> dict[str, int]:
    """How many of the factors that hold every word stand in each category."""
    query = (
        select(CarbonFactor.category, func.count())
        .where(*_standing(text))
        .group_by(CarbonFactor.category)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _standing(text: str) -> list[ColumnElement[bool]]:
    columns = (CarbonFactor.code, CarbonFactor.name_zh, CarbonFactor.name_en)
    return [CarbonFactor.superseded_at.is_(None)] + [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()[:5]
    ]


def standing_factors(session: Session) -> list[FactorView]:
    """Every standing version, to choose from; by category and name."""
    query = (
        select(CarbonFactor)
        .where(CarbonFactor.superseded_at.is_(None))
        .order_by(CarbonFactor.category, CarbonFactor.code)
    )
    return [factor_view(row) for row in session.scalars(query)]


def versions_of(session: Session, code: str) -> list[FactorView]:
    """All versions of a factor, newest first. Raises FactorNotFound."""
    rows = session.scalars(
        select(CarbonFactor).where(CarbonFactor.code == code).order_by(CarbonFactor.version.desc())
    ).all()
    if not rows:
        raise FactorNotFound
    return [factor_view(row) for row in rows]


def get_factor(session: Session, factor_id: str) -> FactorView:
    """One version. Raises FactorNotFound."""
    row = session.get(CarbonFactor, factor_id)
    if row is None:
        raise FactorNotFound
    return factor_view(row)


def newest(session: Session, codes: Collection[str]) -> dict[str, FactorView]:
    """The standing version of each code."""
    rows = session.scalars(
        select(CarbonFactor).where(
            CarbonFactor.code.in_(set(codes)), CarbonFactor.superseded_at.is_(None)
        )
    )
    return {row.code: factor_view(row) for row in rows}


def changed_since(
    session: Session, since: datetime | None, after: tuple[datetime, str] | None, limit: int
) -> list[FactorView]:
    """All versions in the order of their last change, from an instant or behind a row."""
    query = select(CarbonFactor)
    if since is not None:
        query = query.where(CarbonFactor.updated_at >= since)
    if after is not None:
        query = query.where(tuple_(CarbonFactor.updated_at, CarbonFactor.id) > after)
    ordered = query.order_by(CarbonFactor.updated_at, CarbonFactor.id).limit(limit)
    return [factor_view(row) for row in session.scalars(ordered)]


def users_of(session: Session, factor_id: str) -> int:
    """How many declarations were computed with this version."""
    query = select(func.count(CarbonBillLine.declaration_id.distinct())).where(
        CarbonBillLine.factor_id == factor_id
    )
    return session.scalar(query) or 0


def factor_view(row: CarbonFactor) -> FactorView:
    """The view of a row."""
    return FactorView(
        id=row.id,
        code=row.code,
        version=row.version,
        category=row.category,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit=row.unit,
        kg_per_unit=row.kg_per_unit,
        gas=row.gas,
        region=row.region,
        year=row.year,
        stage=row.stage,
        source=row.source,
        quality=Quality(row.quality),
        basis=row.basis,
        supersedes_id=row.supersedes_id,
        created_at=row.created_at,
        superseded_at=row.superseded_at,
        updated_at=row.updated_at,
    )
