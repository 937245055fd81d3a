"""The one way an application changes state: by the table, with timestamp and history."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.db import changes
from market.kernel.actor import Actor
from market.sellers import states
from market.sellers.errors import ReasonMissing
from market.sellers.models import Seller, SellerStateChange
from market.sellers.types import SellerState

_STAMPS = {
    states.SUBMIT: "submitted_at",
    states.ASK: "asked_at",
    states.ANSWER: "answered_at",
    states.APPROVE: "approved_at",
    states.REFUSE: "refused_at",
    states.SUSPEND: "suspended_at",
    states.REINSTATE: "reinstated_at",
}


def move(
    session: Session, seller: Seller, action: str, actor: Actor, reason: str, *, now: datetime
) -> SellerState:
    """Take the step; returns the new state. Raises `ActionNotPossible`, `ReasonMissing`."""
    before = SellerState(seller.state)
    target = states.after(before, action)
    words = reason.strip()
    if action in states.NEEDS_REASON and not words:
        raise ReasonMissing(field="answer" if action == states.ANSWER else "reason")
    seller.state = target.value
    setattr(seller, _STAMPS[action], now)
    if action == states.ANSWER:
        seller.answer = words
    elif action != states.SUBMIT:
        seller.reason = words
    session.add(
        SellerStateChange(
            seller_id=seller.id,
            at=now,
            action=action,
            from_state=before.value,
            to_state=target.value,
            actor_account_id=actor.account_id or "",
            actor_name=actor.display_name,
            reason=words,
        )
    )
    session.flush()
    changes.move(session)  # who delivers to a place is remembered
    return target
