"""How much of the spot checks waits for an official: one statement each."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.inspections.models import Appeal, SpotCheck
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog


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
