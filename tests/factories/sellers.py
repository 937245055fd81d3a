"""Sellers through the real services: an applicant, a finished application, an open shop."""

from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.kernel.actor import SYSTEM, Actor
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media.service import NewFile
from market.sellers import rules, service
from market.sellers.types import (
    CompanyDetails,
    ContactDetails,
    NewSeller,
    PayoutAccount,
    ReturnsAddress,
    SellerKind,
)
from tests.factories.accounts import make_actor

COUNTY = RegionCode("130624")  # 河北省保定市阜平县
OTHER_COUNTY = RegionCode("510117")  # 四川省成都市郫都区
_serial = count(1)


def make_credit_code() -> str:
    """A fresh code whose check digit fits."""
    first = f"91130624MA{next(_serial):07d}"
    return first + rules.credit_check_digit(first)


def make_file(**overrides: Any) -> NewFile:
    """A document that is already on disk, as far as its row is concerned."""
    values: dict[str, Any] = {
        "id": new_id(), "kind": "document", "original_name": "scan.pdf",
        "media_type": "application/pdf", "byte_count": 9, "width": None, "height": None,
        "paths": {"file": "private/none.pdf"}, **overrides,
    }  # fmt: skip
    return NewFile(**values)


def make_png() -> bytes:
    """A small picture."""
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "PNG")
    return buffer.getvalue()


def make_official(session: Session, region: RegionCode = COUNTY) -> Actor:
    """An official of a region."""
    return make_actor(session, "official", region.digits, display_name="李主任")


def make_draft(session: Session, now: datetime, **overrides: Any) -> tuple[Actor, str]:
    """An applicant with a begun application: (actor, seller id)."""
    actor = make_actor(session)
    values = {"name": "阜平保温材料厂", "kind": SellerKind.MANUFACTURER, "region": COUNTY}
    return actor, service.apply(session, actor, NewSeller(**{**values, **overrides}), now=now)


def complete(session: Session, actor: Actor, seller_id: str, now: datetime, **company: Any) -> None:
    """Fill every item of the checklist."""
    values = {
        "name": "阜平保温材料厂", "kind": SellerKind.MANUFACTURER, "region": COUNTY,
        "credit_code": make_credit_code(), **company,
    }  # fmt: skip
    service.save_company(session, actor, seller_id, CompanyDetails(**values))
    service.attach_licence(session, actor, seller_id, make_file(), now=now)
    service.save_contact(session, actor, seller_id, ContactDetails("王五", "13812345678"))
    address = ReturnsAddress("王五", "13812345678", COUNTY, "工业路 1 号")
    service.save_returns(session, actor, seller_id, address)
    payout = PayoutAccount("阜平保温材料厂", "河北银行", "6222000011112222")
    service.save_payout(session, actor, seller_id, payout)
    service.acknowledge(session, actor, seller_id, delivery=True, standards=True, now=now)


def make_submitted(session: Session, now: datetime, **company: Any) -> tuple[Actor, str]:
    """A complete application that waits for review."""
    actor, seller_id = make_draft(session, now)
    complete(session, actor, seller_id, now, **company)
    service.submit(session, actor, seller_id, now=now)
    return actor, seller_id


def make_seller(session: Session, now: datetime, **company: Any) -> tuple[Actor, str]:
    """An open shop: (its owner with the seller role, seller id)."""
    actor, seller_id = make_submitted(session, now, **company)
    service.approve(session, SYSTEM, seller_id, now=now)
    assert actor.account_id is not None
    return accounts.load_actor(session, actor.account_id), seller_id
