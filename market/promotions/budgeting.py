"""Changing the budget of a promotion that is live: more, or less down to what is taken."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.money import Fen, format_fen
from market.promotions import mapping, sharing
from market.promotions.budget import note_exhaustion
from market.promotions.errors import BudgetBelowTaken, BudgetUnexplained, NotStanding
from market.promotions.models import Promotion
from market.promotions.queries import managed_row
from market.promotions.types import Owner


def change_budget(
    session: Session, actor: Actor, promotion_id: str, budget_fen: Fen, reason: str, now: datetime
) -> None:
    """Give a live promotion another budget, never below what is reserved and spent.

    One that had run out runs again when a use fits. Raises what `managed_row` raises,
    NotStanding, BudgetUnexplained, BudgetBelowTaken, BudgetBeyondShare.
    """
    row = managed_row(session, actor, promotion_id)
    if row.state != "live" or row.ends_at <= now:
        raise NotStanding
    reason = reason.strip()[:300]
    if not reason:
        raise BudgetUnexplained(field="reason")
    sharing.check_budget(session, actor, row, budget_fen)
    before = row.budget_fen
    changed = session.execute(
        update(Promotion)
        .where(
            Promotion.id == row.id,
            Promotion.state == "live",
            Promotion.reserved_fen + Promotion.spent_fen <= budget_fen,
        )
        .values(budget_fen=budget_fen)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        if row.state != "live":
            raise NotStanding
        taken = format_fen(row.reserved_fen + row.spent_fen)
        raise BudgetBelowTaken(field="budget_fen", taken=taken)
    if row.exhausted_at is not None and not mapping.is_spent(row):
        row.exhausted_at = None
        session.flush()
    note_exhaustion(session, row, now)
    audit.record(
        session, actor, "promotion.budget", "promotion", row.id, now=now,
        before={"budget_fen": before},
        after={"name": row.name, "budget_fen": budget_fen, "reason": reason},
        region=row.region_code if row.owner == Owner.REGION.value else None,
    )  # fmt: skip
