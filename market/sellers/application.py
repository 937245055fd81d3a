"""Applying to sell: fill the checklist in any order, then submit; answer what is asked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile
from market.sellers import queries, rules, states
from market.sellers.errors import (
    ApplicationIncomplete,
    ApplicationLocked,
    ApplicationNotFound,
    CreditCodeTaken,
    CreditCodeWrong,
    RegionTooWide,
)
from market.sellers.events import SellerSubmitted
from market.sellers.history import move
from market.sellers.models import Seller, SellerMember
from market.sellers.types import (
    CompanyDetails,
    ContactDetails,
    NewSeller,
    PayoutAccount,
    ReturnsAddress,
    SellerState,
)

OWNER_KIND = "seller"


def apply(session: Session, actor: Actor, new: NewSeller, *, now: datetime) -> str:
    """Start an application; the applicant becomes its owner. Returns the seller's id.

    Raises `RegionTooWide` unless the region is a county or a township, `ApplicationNotFound`
    for a visitor who is not signed in.
    """
    if actor.account_id is None:
        raise ApplicationNotFound
    _check_region(new.region)
    seller = Seller(
        name=new.name, kind=new.kind.value, region_code=new.region.digits, created_at=now
    )
    session.add(seller)
    session.flush()
    session.add(
        SellerMember(seller_id=seller.id, account_id=actor.account_id, is_owner=True, added_at=now)
    )
    session.flush()
    return seller.id


def save_company(session: Session, actor: Actor, seller_id: str, company: CompanyDetails) -> None:
    """Name, kind, region and credit code.

    Raises `CreditCodeWrong`, `CreditCodeTaken`, `RegionTooWide`, and `ApplicationLocked`.
    """
    seller = _editable(session, actor, seller_id)
    code = rules.normal_credit_code(company.credit_code)
    if not rules.is_credit_code(code):
        raise CreditCodeWrong(field="credit_code")
    _check_region(company.region)
    _check_code_free(session, seller.id, code)
    seller.name, seller.kind = company.name, company.kind.value
    seller.region_code, seller.credit_code = company.region.digits, code
    seller.about = company.about
    session.flush()


def attach_licence(
    session: Session, actor: Actor, seller_id: str, file: NewFile, *, now: datetime
) -> None:
    """The scanned licence, replacing an earlier one. Raises `ApplicationLocked`."""
    seller = _editable(session, actor, seller_id)
    seller.licence_file_id = media.attach(session, file, OWNER_KIND, seller.id, now=now)
    session.flush()


def save_contact(session: Session, actor: Actor, seller_id: str, contact: ContactDetails) -> None:
    """Whom the platform calls. Raises `ApplicationLocked`."""
    seller = _editable(session, actor, seller_id)
    seller.contact_name, seller.contact_phone = contact.name, contact.phone
    session.flush()


def save_returns(session: Session, actor: Actor, seller_id: str, address: ReturnsAddress) -> None:
    """Where returned goods go. Raises `ApplicationLocked`, `RegionTooWide`."""
    seller = _editable(session, actor, seller_id)
    _check_region(address.region, "returns_region")
    seller.returns_recipient, seller.returns_phone = address.recipient, address.phone
    seller.returns_region, seller.returns_detail = address.region.digits, address.detail
    session.flush()


def save_payout(session: Session, actor: Actor, seller_id: str, account: PayoutAccount) -> None:
    """Where revenue is paid to. Raises `ApplicationLocked`."""
    seller = _editable(session, actor, seller_id)
    seller.payout_holder, seller.payout_bank = account.holder, account.bank
    seller.payout_account = account.account
    session.flush()


def acknowledge(
    session: Session,
    actor: Actor,
    seller_id: str,
    *,
    delivery: bool,
    standards: bool,
    now: datetime,
) -> None:
    """The delivery pledge and the mandatory standards, with the instant of agreeing.

    Raises `ApplicationLocked`.
    """
    seller = _editable(session, actor, seller_id)
    seller.delivery_pledged_at = (seller.delivery_pledged_at or now) if delivery else None
    seller.standards_acknowledged_at = (
        (seller.standards_acknowledged_at or now) if standards else None
    )
    session.flush()


def submit(session: Session, actor: Actor, seller_id: str, *, now: datetime) -> None:
    """Hand the application in. Raises `ApplicationIncomplete`, `CreditCodeTaken`,
    `ActionNotPossible` and `ApplicationNotFound`."""
    seller = _own(session, actor, seller_id)
    _check_complete(session, seller)
    try:
        with session.begin_nested():
            move(session, seller, states.SUBMIT, actor, "", now=now)
    except IntegrityError:  # someone submitted the same code at the same moment
        raise CreditCodeTaken(field="credit_code") from None
    publish(session, SellerSubmitted(seller.id, seller.name, RegionCode(seller.region_code)))


def answer(session: Session, actor: Actor, seller_id: str, text: str, *, now: datetime) -> None:
    """Answer the reviewer; the corrected items go with it.

    Raises `ApplicationIncomplete`, `ReasonMissing`, `ActionNotPossible`.
    """
    seller = _own(session, actor, seller_id)
    _check_complete(session, seller)
    move(session, seller, states.ANSWER, actor, text, now=now)
    publish(session, SellerSubmitted(seller.id, seller.name, RegionCode(seller.region_code)))


def _check_complete(session: Session, seller: Seller) -> None:
    missing = rules.open_items(queries.facts_of(seller))
    if missing:
        raise ApplicationIncomplete(count=len(missing))
    _check_code_free(session, seller.id, seller.credit_code)


def _check_code_free(session: Session, seller_id: str, code: str) -> None:
    rival = session.scalar(
        select(Seller.id).where(
            Seller.credit_code == code,
            Seller.id != seller_id,
            Seller.state.not_in([SellerState.DRAFT, SellerState.REFUSED]),
        )
    )
    if rival is not None:
        raise CreditCodeTaken(field="credit_code")


def _check_region(region: RegionCode, field: str = "region") -> None:
    if region.level not in ("county", "town"):
        raise RegionTooWide(field=field)


def _own(session: Session, actor: Actor, seller_id: str) -> Seller:
    seller = session.get(Seller, seller_id, with_for_update=True)
    account = actor.account_id or ""
    if seller is None or not queries.is_member(session, seller_id, account):
        raise ApplicationNotFound
    return seller


def _editable(session: Session, actor: Actor, seller_id: str) -> Seller:
    seller = _own(session, actor, seller_id)
    if SellerState(seller.state) not in states.EDITABLE:
        raise ApplicationLocked
    return seller
