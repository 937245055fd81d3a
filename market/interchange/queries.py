"""Reads of partners, mapping tables and batches."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.interchange.errors import NotAPartner, PartnerNotFound
from market.interchange.models import InterchangeBatch, InterchangeMapping, InterchangePartner
from market.interchange.types import BatchView, MappingView, PartnerView, Subject
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def partner_row(session: Session, actor: Actor, *, lock: bool = False) -> InterchangePartner:
    """The open partner of the actor's account; inside the package. Raises NotAPartner."""
    query = select(InterchangePartner).where(
        InterchangePartner.account_id == (actor.account_id or ""),
        InterchangePartner.is_open.is_(True),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotAPartner
    return row


def list_partners(session: Session) -> list[PartnerView]:
    """All partners by code."""
    rows = session.scalars(select(InterchangePartner).order_by(InterchangePartner.code))
    return [_partner(row) for row in rows]


def get_partner(session: Session, partner_id: str) -> PartnerView:
    """One partner. Raises PartnerNotFound."""
    row = session.get(InterchangePartner, partner_id)
    if row is None:
        raise PartnerNotFound
    return _partner(row)


def find_partner(session: Session, code: str) -> PartnerView | None:
    """The partner with this code."""
    row = session.scalar(select(InterchangePartner).where(InterchangePartner.code == code))
    return None if row is None else _partner(row)


def mappings_of(session: Session, partner_id: str, *, past: bool = False) -> list[MappingView]:
    """What is in force by subject and word; with `past` everything there was, newest first."""
    row = InterchangeMapping
    query = select(row).where(row.partner_id == partner_id)
    if past:
        query = query.order_by(row.version_from.desc(), row.id)
    else:
        query = query.where(row.version_to.is_(None)).order_by(row.subject, row.theirs)
    return [mapping_view(one) for one in session.scalars(query)]


def mappings_after(
    session: Session, code: str, after: tuple[Any, ...] | None, limit: int
) -> list[tuple[str, MappingView]]:
    """(partner's code, line) of what is in force, by id, behind a line."""
    row = InterchangeMapping
    query = (
        select(InterchangePartner.code, row)
        .join(InterchangePartner, InterchangePartner.id == row.partner_id)
        .where(row.version_to.is_(None))
        .order_by(row.id)
        .limit(limit)
    )
    if code:
        query = query.where(InterchangePartner.code == code)
    if after is not None:
        query = query.where(row.id > str(after[0]))
    return [(found[0], mapping_view(found[1])) for found in session.execute(query)]


def batches_of(session: Session, partner_id: str, limit: int = 50) -> list[BatchView]:
    """Batches of a partner, the newest first."""
    rows = session.scalars(
        select(InterchangeBatch)
        .where(InterchangeBatch.partner_id == partner_id)
        .order_by(InterchangeBatch.made_at.desc(), InterchangeBatch.id.desc())
        .limit(limit)
    )
    return [batch_view(row) for row in rows]


def batch_view(row: InterchangeBatch) -> BatchView:
    """A batch."""
    return BatchView(
        f"{row.direction}-{row.partner_id}-{row.sequence}", row.direction, row.state,
        row.sequence, row.digest, row.previous_digest, row.records, row.made_at, row.content,
        row.answer,
    )  # fmt: skip


def mapping_view(row: InterchangeMapping) -> MappingView:
    """A line."""
    return MappingView(
        row.id, Subject(row.subject), row.theirs, row.ours, row.version_from, row.version_to,
        row.made_name, row.made_at, row.ended_name, row.ended_at,
    )  # fmt: skip


def _partner(row: InterchangePartner) -> PartnerView:
    return PartnerView(
        row.id, row.code, row.name, row.account_id, RegionCode(row.region_code), row.is_open,
        row.key_generation, row.mapping_version, row.in_sequence, row.in_digest,
        row.out_sequence, row.out_digest, row.created_at,
    )  # fmt: skip
