"""What offices confirm of households, and the caps over all promotions. Both are audited."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.audit import service as audit
from market.kernel.actor import Actor, need_operator
from market.promotions import facts
from market.promotions.errors import HouseholdUnknown
from market.promotions.models import HouseholdFlag, PromotionCaps


def set_flags(
    session: Session, actor: Actor, phone: str, flags: Collection[str], *, now: datetime
) -> None:
    """Register exactly these flags of the household. Raises HouseholdUnknown, Forbidden.

    An official registers households that have an address in its region.
    """
    known = accounts.find_by_phone(session, phone)
    if known is None:
        raise HouseholdUnknown(field="phone")
    household_id = known.id
    homes = accounts.addresses(session, household_id)
    if not actor.is_operator and not any(actor.governs(home.region) for home in homes):
        raise HouseholdUnknown(field="phone")
    mine = select(HouseholdFlag.flag).where(HouseholdFlag.household_id == household_id)
    before = set(session.scalars(mine))
    session.execute(delete(HouseholdFlag).where(HouseholdFlag.household_id == household_id))
    session.add_all(
        HouseholdFlag(household_id=household_id, flag=flag, set_at=now, set_by=actor.account_id)
        for flag in sorted(set(flags))
    )
    session.flush()
    audit.record(
        session, actor, "household.flags", "account", household_id, now=now,
        before={"flags": sorted(before)}, after={"flags": sorted(set(flags))},
    )  # fmt: skip


def set_caps(session: Session, actor: Actor, line_bp: int, order_bp: int, now: datetime) -> None:
    """The most that all promotions together may take off, for operators."""
    need_operator(actor)
    before = facts.caps(session)
    session.execute(delete(PromotionCaps))
    session.add(
        PromotionCaps(id=1, line_bp=line_bp, order_bp=order_bp, set_at=now, set_by=actor.account_id)
    )
    session.flush()
    audit.record(
        session, actor, "promotion.caps", "promotion", "caps", now=now,
        before={"line_bp": before.line_bp, "order_bp": before.order_bp},
        after={"line_bp": line_bp, "order_bp": order_bp},
    )  # fmt: skip
