"""The row of an entry, locked for whoever may change it; its history and its trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoptions import access
from market.adoptions.errors import AdoptionNotFound, Final, OutsideYourRegion
from market.adoptions.models import AdoptionEntry, AdoptionStep
from market.adoptions.types import EntryState
from market.audit import service as audit
from market.catalogue import service as goods
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def locked(session: Session, entry_id: str) -> AdoptionEntry:
    """Any entry, its product's gate kept until the transaction ends: products are locked before
    entries everywhere. Raises AdoptionNotFound."""
    product_id = session.scalar(
        select(AdoptionEntry.product_id).where(AdoptionEntry.id == entry_id)
    )
    if product_id is None:
        raise AdoptionNotFound
    goods.keep_products(session, [product_id])
    row = session.get(AdoptionEntry, entry_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AdoptionNotFound
    return row


def own_row(session: Session, actor: Actor, entry_id: str) -> AdoptionEntry:
    """An entry of the actor's seller that is not over. Raises AdoptionNotFound, Final."""
    row = locked(session, entry_id)
    if not actor.is_member_of_seller(row.seller_id):
        raise AdoptionNotFound
    return _open(row)


def governed(session: Session, actor: Actor, entry_id: str) -> AdoptionEntry:
    """An entry of the actor's subtree that is not over.

    Raises AdoptionNotFound, OutsideYourRegion, Final.
    """
    row = locked(session, entry_id)
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return _open(row)


def near(session: Session, actor: Actor, entry_id: str) -> AdoptionEntry:
    """An entry of a province that the actor has a part of in care.

    Raises AdoptionNotFound, OutsideYourRegion.
    """
    row = locked(session, entry_id)
    if not access.is_near(actor, row.province):
        raise OutsideYourRegion
    return row


def _open(row: AdoptionEntry) -> AdoptionEntry:
    if EntryState(row.state).is_final:
        raise Final
    return row


def note(
    session: Session, actor: Actor, row: AdoptionEntry, verb: str, now: datetime, *,
    level: str = "", reason: str = "", cause: str = "", who: str = "",
) -> None:  # fmt: skip
    """Write an act into the entry's history; of officials also into the trail."""
    office = access.acts_for(actor, RegionCode(row.region_code))
    level = level or access.level_of(actor, office)
    row.updated_at, row.revision = max(now, row.updated_at), row.revision + 1
    last = select(func.count()).where(AdoptionStep.entry_id == row.id)
    session.add(
        AdoptionStep(
            entry_id=row.id, position=(session.scalar(last) or 0) + 1, at=now, action=verb,
            level=level, office=office.digits, actor_id=actor.account_id or "",
            actor_name=(who or actor.display_name)[:120], reason=reason, cause=cause,
        )
    )  # fmt: skip
    session.flush()
    after: dict[str, Any] = {"name": row.name_zh, "state": row.state, "number": row.number}
    if reason or cause:
        after["reason"] = reason or cause
    audit.record(
        session, actor, f"adoption.{verb}", "adoption", row.id, now=now, after=after,
        region=row.region_code,
    )  # fmt: skip
