"""The people of a seller, and what it says about itself."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.accounts import queries as account_queries
from market.accounts import service as accounts
from market.accounts.types import Blocker, Role
from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.i18n import N_
from market.sellers import access
from market.sellers.errors import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    NoSuchAccount,
    SellerNotFound,
)
from market.sellers.models import Seller, SellerMember
from market.sellers.types import SellerState


def add_member(
    session: Session, actor: Actor, seller_id: str, phone: str, *, now: datetime
) -> None:
    """Let the account of a phone number act for the seller.

    Raises `SellerNotFound`, `NoSuchAccount`, `AlreadyMember`.
    """
    seller = managed(session, actor, seller_id)
    account = account_queries.find_by_phone(session, phone)
    if account is None:
        raise NoSuchAccount(field="phone")
    known = session.scalar(
        select(SellerMember.id).where(
            SellerMember.seller_id == seller.id, SellerMember.account_id == account.id
        )
    )
    if known is not None:
        raise AlreadyMember(field="phone")
    session.add(SellerMember(seller_id=seller.id, account_id=account.id, added_at=now))
    accounts.grant_role(session, account.id, Role.SELLER, scope=seller.id)
    audit.record(
        session, actor, "seller.add_member", "seller", seller.id,
        after={"account_id": account.id}, region=seller.region_code, now=now,
    )  # fmt: skip


def remove_member(
    session: Session, actor: Actor, seller_id: str, account_id: str, *, now: datetime
) -> None:
    """Take away a member's access. Raises `SellerNotFound`, `MemberNotFound`, `LastOwner`."""
    seller = managed(session, actor, seller_id)
    row = session.scalar(
        select(SellerMember).where(
            SellerMember.seller_id == seller.id, SellerMember.account_id == account_id
        )
    )
    if row is None:
        raise MemberNotFound
    if row.is_owner:
        raise LastOwner
    session.execute(delete(SellerMember).where(SellerMember.id == row.id))
    accounts.revoke_role(session, account_id, Role.SELLER, scope=seller.id)
    audit.record(
        session, actor, "seller.remove_member", "seller", seller.id,
        before={"account_id": account_id}, region=seller.region_code, now=now,
    )  # fmt: skip


def save_about(session: Session, actor: Actor, seller_id: str, about: str) -> None:
    """What the public reads about the seller. Raises `SellerNotFound`."""
    managed(session, actor, seller_id).about = about
    session.flush()


def managed(session: Session, actor: Actor, seller_id: str) -> Seller:
    """The row of a seller whose desk `actor` runs. Raises `SellerNotFound`."""
    seller = session.get(Seller, seller_id)
    if seller is None or not access.may_manage(actor, seller_id):
        raise SellerNotFound
    return seller


def deletion_blocker(session: Session, account_id: str) -> Blocker | None:
    """The owner of a seller in business cannot vanish."""
    owned = session.scalar(
        select(Seller.name)
        .join(SellerMember, SellerMember.seller_id == Seller.id)
        .where(
            SellerMember.account_id == account_id,
            SellerMember.is_owner,
            Seller.state.in_([SellerState.APPROVED, SellerState.SUSPENDED]),
        )
        .limit(1)
    )
    if owned is None:
        return None
    return Blocker(N_("你是%(name)s的负责人，先请平台更换负责人"), {"name": owned})


accounts.contribute_deletion_check("sellers", deletion_blocker)
