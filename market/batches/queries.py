"""Reads of batches; frozen values out, a fixed number of statements each."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from market.batches import hold_queries, rules
from market.batches.errors import BatchNotFound
from market.batches.models import Batch
from market.batches.types import BatchChoice, BatchView, CertificateThen, HoldView
from market.catalogue import queries as catalogue
from market.catalogue.types import label_of
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.sellers import queries as sellers


def get(session: Session, batch_id: str) -> BatchView:
    """A batch. Raises BatchNotFound."""
    return _views(session, [_row(session, batch_id)])[0]


def get_own(session: Session, actor: Actor, batch_id: str) -> BatchView:
    """A batch for its maker's people. Raises BatchNotFound for anyone else's."""
    row = _row(session, batch_id)
    if not actor.is_member_of_seller(row.maker_id):
        raise BatchNotFound
    return _views(session, [row])[0]


def by_ids(session: Session, ids: Collection[str]) -> dict[str, BatchView]:
    """Batches by id; unknown ids are left out."""
    rows = session.scalars(select(Batch).where(Batch.id.in_(set(ids)))).all()
    return {view.id: view for view in _views(session, rows)}


def list_of_maker(
    session: Session, maker_id: str, number: int = 1, *, product_id: str | None = None
) -> Page[BatchView]:
    """A maker's batches, newest first; of one product when it is given."""
    conditions: list[ColumnElement[bool]] = [Batch.maker_id == maker_id]
    if product_id is not None:
        conditions.append(Batch.product_id == product_id)
    total = session.scalar(select(func.count()).select_from(Batch).where(*conditions)) or 0
    rows = session.scalars(
        select(Batch)
        .where(*conditions)
        .order_by(Batch.created_at.desc(), Batch.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    ).all()
    return Page(_views(session, rows), total, max(1, number))


def list_of_product(session: Session, product_id: str, limit: int = 100) -> list[BatchView]:
    """The newest batches of a product."""
    statement = (
        select(Batch)
        .where(Batch.product_id == product_id)
        .order_by(Batch.made_on.desc(), Batch.id.desc())
        .limit(limit)
    )
    return _views(session, session.scalars(statement).all())


def search(session: Session, typed: str, limit: int = 24) -> list[BatchView]:
    """Batches of any maker by number, newest first."""
    key = rules.number_key(typed)
    if not key:
        return []
    statement = (
        select(Batch)
        .where(Batch.number_key.startswith(key, autoescape=True))
        .order_by(Batch.made_on.desc(), Batch.id.desc())
        .limit(limit)
    )
    return _views(session, session.scalars(statement).all())


def id_of(session: Session, product_id: str, number: str) -> str | None:
    """The batch of a product that bears this number on paper; None when it is not known."""
    return session.scalar(
        select(Batch.id).where(
            Batch.product_id == product_id, Batch.number_key == rules.number_key(number)
        )
    )


def choices(
    session: Session, product_ids: Collection[str], today: date
) -> dict[str, list[BatchChoice]]:
    """The batches of each product that may go out today, newest first; without one, left out."""
    rows = session.execute(
        select(Batch.product_id, Batch.id, Batch.number, Batch.made_on)
        .where(Batch.product_id.in_(set(product_ids)), *_usable(today))
        .order_by(Batch.product_id, Batch.made_on.desc(), Batch.id.desc())
    )
    found: dict[str, list[BatchChoice]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(BatchChoice(row.id, row.number, row.made_on))
    return found


def report_file(session: Session, batch_id: str) -> str:
    """The id of the report's file. Raises BatchNotFound, also when there is no report yet."""
    found = session.scalar(select(Batch.report_file_id).where(Batch.id == batch_id))
    if found is None:
        raise BatchNotFound
    return found


def _usable(today: date) -> tuple[ColumnElement[bool], ...]:
    """`rules.may_go_out` as conditions."""
    return (
        Batch.report_file_id.is_not(None),
        Batch.withdrawn_at.is_(None),
        or_(Batch.use_by.is_(None), Batch.use_by >= today),
        ~hold_queries.is_held(),
    )


def _row(session: Session, batch_id: str) -> Batch:
    row = session.get(Batch, batch_id)
    if row is None:
        raise BatchNotFound
    return row


def _views(session: Session, rows: Iterable[Batch]) -> list[BatchView]:
    rows = list(rows)
    about = catalogue.products_about(session, {row.product_id for row in rows})
    makers = sellers.sellers_by_ids(session, {row.maker_id for row in rows})
    holds = hold_queries.of_batches(session, {row.id for row in rows})
    return [_view(row, about[row.product_id], makers, holds.get(row.id, ())) for row in rows]


def _view(row: Batch, about: Any, makers: Any, holds: tuple[HoldView, ...]) -> BatchView:
    maker = makers.get(row.maker_id)
    return BatchView(
        id=row.id,
        product_id=row.product_id,
        name_zh=about.name_zh,
        name_en=about.name_en,
        model=about.model,
        kind_code=about.kind_code,
        maker_id=row.maker_id,
        maker_name=maker.name if maker else "",
        number=row.number,
        made_on=row.made_on,
        use_by=row.use_by,
        quantity=row.quantity,
        unit=row.unit,
        has_report=row.report_file_id is not None,
        certificate=_then(row.certificate),
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
        manual_version=row.manual_version,
        carbon_label=label_of(row.carbon_label),
        holds=holds,
    )


def _then(stored: dict[str, Any] | None) -> CertificateThen | None:
    if stored is None:
        return None
    days = {name: date.fromisoformat(stored[name]) for name in ("valid_from", "valid_to")}
    return CertificateThen(**{**stored, **days})
