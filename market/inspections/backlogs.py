"""How much of the spot checks waits for an official: one statement each."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.inspections.models import Appeal, SpotCheck
from market.inspections.standing import overdue
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import start_of_day


def drafts_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Results of the actor's subtree entered but not published; late since `before`."""
    own = governed_by(actor, SpotCheck.region_code)
    return backlog(session, SpotCheck.entered_at, before, own, SpotCheck.published_at.is_(None))


def appeals_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Objections of the actor's subtree that nobody has decided; late since `before`."""
    return backlog(
        session, Appeal.made_at, before,
        Appeal.decision == "open", Appeal.check_id == SpotCheck.id,
        governed_by(actor, SpotCheck.region_code),
    )  # fmt: skip


def rechecks_overdue(session: Session, actor: Actor, now: datetime) -> Backlog:
    """Standing failures of the actor's subtree whose re-check is past its day, all late."""
    count, first = session.execute(
        select(func.count(), func.min(SpotCheck.recheck_due_on)).where(
            governed_by(actor, SpotCheck.region_code), *overdue(now)
        )
    ).one()  # fmt: skip
    return Backlog(count, count, start_of_day(first) if first else None)
