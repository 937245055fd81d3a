"""What officials and the operator decide about sellers of their region subtree."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.types import Role
from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.sellers import access, queries, states
from market.sellers.errors import ApplicationNotFound, OutsideYourRegion
from market.sellers.events import (
    SellerApproved,
    SellerClarificationAsked,
    SellerRefused,
    SellerReinstated,
    SellerSuspended,
)
from market.sellers.history import move
from market.sellers.models import Seller
from market.sellers.types import SellerState


def approve(
    session: Session, actor: Actor, seller_id: str, note: str = "", *, now: datetime
) -> None:
    """Open the shop: its people get the seller role.

    Raises `ApplicationNotFound`, `OutsideYourRegion`, `ActionNotPossible`, as all here do.
    """
    seller = _decide(session, actor, seller_id, states.APPROVE, note, now=now)
    for account_id in queries.member_ids(session, seller.id):
        accounts.grant_role(session, account_id, Role.SELLER, scope=seller.id)
    publish(session, SellerApproved(seller.id, seller.name, RegionCode(seller.region_code)))


def ask(session: Session, actor: Actor, seller_id: str, question: str, *, now: datetime) -> None:
    """Ask the applicant to explain or correct. Raises `ReasonMissing` without a question."""
    seller = _decide(session, actor, seller_id, states.ASK, question, now=now)
    publish(session, SellerClarificationAsked(seller.id, seller.reason))


def refuse(session: Session, actor: Actor, seller_id: str, reason: str, *, now: datetime) -> None:
    """End the application. Raises `ReasonMissing` without a reason."""
    seller = _decide(session, actor, seller_id, states.REFUSE, reason, now=now)
    publish(session, SellerRefused(seller.id, seller.reason))


def suspend(session: Session, actor: Actor, seller_id: str, reason: str, *, now: datetime) -> None:
    """Take the seller out of the market for now. Raises `ReasonMissing` without a reason."""
    seller = _decide(session, actor, seller_id, states.SUSPEND, reason, now=now)
    publish(session, SellerSuspended(seller.id, seller.reason))


def reinstate(
    session: Session, actor: Actor, seller_id: str, reason: str, *, now: datetime
) -> None:
    """Let a suspended seller sell again. Raises `ReasonMissing` without a reason."""
    seller = _decide(session, actor, seller_id, states.REINSTATE, reason, now=now)
    publish(session, SellerReinstated(seller.id))


def _decide(
    session: Session, actor: Actor, seller_id: str, action: str, reason: str, *, now: datetime
) -> Seller:
    seller = session.get(Seller, seller_id, with_for_update=True)
    if seller is None or seller.state == SellerState.DRAFT:
        raise ApplicationNotFound
    region = RegionCode(seller.region_code)
    if not access.may_review(actor, region):
        raise OutsideYourRegion
    before = seller.state
    target = move(session, seller, action, actor, reason, now=now)
    audit.record(
        session,
        actor,
        f"seller.{action}",
        "seller",
        seller.id,
        before={"state": before},
        after={"state": target.value, "reason": reason.strip()},
        region=region,
        now=now,
    )
    return seller
