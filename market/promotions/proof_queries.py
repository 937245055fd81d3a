"""Old pieces that wait to be looked at, for the desks of sellers and offices."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.promotions import queries
from market.promotions.models import Promotion, PromotionProof
from market.promotions.types import WaitingProofs


def waiting_of_seller(session: Session, seller_id: str, now: datetime) -> list[WaitingProofs]:
    """A seller's trade-ins for which old pieces wait to be looked at, the longest first."""
    return _waiting(session, Promotion.seller_id == seller_id, now)


def waiting_of_staff(session: Session, actor: Actor, now: datetime) -> list[WaitingProofs]:
    """The same of the promotions that an office or the operator runs."""
    return _waiting(session, queries.staff_scope(actor), now)


def backlog_of_staff(session: Session, actor: Actor, before: datetime, now: datetime) -> Backlog:
    """How many handed-in pieces wait for an office or the operator; late since `before`."""
    mine = select(Promotion.id).where(queries.staff_scope(actor), *_usable(now))
    return backlog(
        session, PromotionProof.sent_at, before, PromotionProof.state == "waiting",
        PromotionProof.promotion_id.in_(mine),
    )  # fmt: skip


def _waiting(session: Session, scope: ColumnElement[bool], now: datetime) -> list[WaitingProofs]:
    oldest = func.min(PromotionProof.sent_at)
    rows = session.execute(
        select(Promotion.id, Promotion.name, Promotion.name_en, func.count(), oldest)
        .join(PromotionProof, PromotionProof.promotion_id == Promotion.id)
        .where(scope, *_usable(now), PromotionProof.state == "waiting")
        .group_by(Promotion.id, Promotion.name, Promotion.name_en)
        .order_by(oldest, Promotion.id)
    )
    return [WaitingProofs(*row) for row in rows]


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of what is stopped or over nothing can be used any more, so nothing waits."""
    return Promotion.state == "live", Promotion.ends_at > now
