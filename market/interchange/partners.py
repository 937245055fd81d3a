"""Partners in the operator's care."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.audit import service as audit
from market.interchange.errors import (
    AccountTaken,
    AccountUnknown,
    CodeTaken,
    RegionUnknown,
)
from market.interchange.mapping import locked
from market.interchange.models import InterchangePartner
from market.interchange.types import PartnerDraft
from market.kernel.actor import Actor, need_operator
from market.kernel.ids import new_id
from market.regions import queries as regions


def register(session: Session, actor: Actor, draft: PartnerDraft, *, now: datetime) -> str:
    """A new partner; returns its id.

    Raises Forbidden, RegionUnknown, AccountUnknown, CodeTaken, AccountTaken.
    """
    need_operator(actor)
    if len(draft.region.digits) > 6 or not regions.exists(session, draft.region.digits):
        raise RegionUnknown(field="region")
    account = accounts.find_by_phone(session, draft.phone)
    if account is None:
        raise AccountUnknown(field="phone")
    account_id = account.id
    known = session.scalars(
        select(InterchangePartner).where(
            or_(InterchangePartner.code == draft.code, InterchangePartner.account_id == account_id)
        )
    ).all()
    for one in known:
        if one.code == draft.code:
            raise CodeTaken(field="code")
        raise AccountTaken(field="phone")
    row = InterchangePartner(
        id=new_id(), code=draft.code, name=draft.name, account_id=account_id,
        region_code=draft.region.digits, created_at=now, key_generation=1, mapping_version=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, actor, row, "create", now)
    return row.id


def renew_key(session: Session, actor: Actor, partner_id: str, *, now: datetime) -> int:
    """Another key from now on, the old one is worth nothing; returns its generation."""
    row = locked(session, actor, partner_id)
    row.key_generation += 1
    _note(session, actor, row, "renew_key", now)
    return row.key_generation


def note_key_shown(session: Session, actor: Actor, partner_id: str, *, now: datetime) -> None:
    """That the operator was shown the key. Raises Forbidden, PartnerNotFound."""
    _note(session, actor, locked(session, actor, partner_id), "show_key", now)


def set_open(
    session: Session, actor: Actor, partner_id: str, *, is_open: bool, now: datetime
) -> None:
    """Let it send and fetch, or not. Raises Forbidden, PartnerNotFound."""
    row = locked(session, actor, partner_id)
    row.is_open = is_open
    _note(session, actor, row, "resume" if is_open else "stop", now)


def _note(
    session: Session, actor: Actor, row: InterchangePartner, verb: str, now: datetime
) -> None:
    session.flush()
    after = {"name": row.name, "is_open": row.is_open, "version": row.key_generation}
    audit.record(
        session, actor, f"partner.{verb}", "partner", row.id, now=now, after=after,
        region=row.region_code,
    )  # fmt: skip
