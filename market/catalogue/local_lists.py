"""Local lists: an official admits an uncertified product in the own region, until a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import gates
from market.catalogue.errors import (
    AdmissionEndWrong,
    AdmissionNotFound,
    AdmittedAlready,
    AreaNotYours,
    NotForLocalList,
    ProductNotFound,
    SheetMissing,
    WithdrawalNeedsReason,
)
from market.catalogue.events import AdmissionDecided
from market.catalogue.local_areas import Area, written
from market.catalogue.models import Kind, LocalAdmission, Product
from market.kernel.actor import Actor
from market.kernel.clock import end_of_day, shanghai_date
from market.kernel.errors import Forbidden
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.regions import queries as regions

SHEETS = "local_admission"
LONGEST = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Admission:
    """What an official writes down."""

    region: RegionCode
    until_on: date
    sheet_number: str
    reason: str


def admit(
    session: Session,
    actor: Actor,
    product_id: str,
    admission: Admission,
    sheet: media.NewFile | None,
    *,
    now: datetime,
) -> str:
    """Let a product be sold in a region without a certificate; returns the admission's id.

    Its listings open there in this transaction and shut by the clock after the last day.
    Raises `AreaNotYours` outside the own region, `ProductNotFound`, `NotForLocalList` for a
    certified product or a kind no scheme certifies, `AdmissionEndWrong`, `SheetMissing`,
    `AdmittedAlready`.
    """
    if not actor.governs(admission.region):
        raise AreaNotYours(field="region")
    product = session.get(Product, product_id, with_for_update=True)
    if product is None or product.state == "archived":
        raise ProductNotFound
    kind = session.get_one(Kind, product.kind_code)
    if product.certificate_id is not None or not kind.certifiable:
        raise NotForLocalList
    today = shanghai_date(now)
    if not today < admission.until_on <= today + LONGEST:
        raise AdmissionEndWrong(field="until_on")
    if sheet is None:
        raise SheetMissing(field="sheet")
    _end_past(session, product_id, admission.region.digits, now)
    row = LocalAdmission(
        id=new_id(), product_id=product_id, region_code=admission.region.digits,
        sheet_number=admission.sheet_number, sheet_file_id=sheet.id, reason=admission.reason,
        admitted_at=now, admitted_by=actor.display_name, until_on=admission.until_on,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise AdmittedAlready from None
    media.attach(session, sheet, SHEETS, row.id, now=now)
    _refresh(session, product)
    _tell(session, product, row, admitted=True, reason=row.reason)
    after = {"product": product.name_zh, "until": admission.until_on.isoformat(),
             "sheet": admission.sheet_number}  # fmt: skip
    _audit(session, actor, row, "admit", after, now)
    return row.id


def withdraw_admission(
    session: Session, actor: Actor, admission_id: str, reason: str, *, now: datetime
) -> None:
    """End an admission now. Raises `AdmissionNotFound`, `Forbidden`, `WithdrawalNeedsReason`."""
    row = session.get(LocalAdmission, admission_id, with_for_update=True)
    if row is None or row.withdrawn_at is not None:
        raise AdmissionNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise Forbidden
    if not reason.strip():
        raise WithdrawalNeedsReason(field="reason")
    row.withdrawn_at, row.withdrawn_reason = now, reason.strip()
    session.flush()
    product = session.get_one(Product, row.product_id)
    _refresh(session, product)
    _tell(session, product, row, admitted=False, reason=row.withdrawn_reason)
    _audit(session, actor, row, "withdraw", {"reason": row.withdrawn_reason}, now)


def _end_past(session: Session, product_id: str, digits: str, now: datetime) -> None:
    """An admission whose last day is over makes room for the next one."""
    standing = session.scalars(
        select(LocalAdmission).where(
            LocalAdmission.product_id == product_id, LocalAdmission.region_code == digits,
            LocalAdmission.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    for row in standing:
        if now >= end_of_day(row.until_on):
            row.withdrawn_at = end_of_day(row.until_on)
    session.flush()


def _refresh(session: Session, product: Product) -> None:
    rows = session.scalars(
        select(LocalAdmission)
        .where(LocalAdmission.product_id == product.id)
        .order_by(LocalAdmission.region_code)
    ).all()
    areas = [
        Area(row.region_code, row.admitted_at, end_of_day(row.until_on))
        for row in rows
        if row.withdrawn_at is None
    ]
    ended = [(row.withdrawn_at, row.region_code) for row in rows if row.withdrawn_at is not None]
    if not areas and ended:  # open at no instant; it only says since when nothing may be sold
        at, region = max(ended)
        areas = [Area(region, at, at)]
    product.local_areas = written(areas)
    session.flush()
    gates.refresh(session, [product.id])


def _tell(
    session: Session, product: Product, row: LocalAdmission, *, admitted: bool, reason: str
) -> None:
    publish(
        session,
        AdmissionDecided(
            row.id, product.id, product.name_zh, product.maker_id,
            regions.label(session, RegionCode(row.region_code)), row.until_on, admitted, reason,
        ),
    )  # fmt: skip


def _audit(
    session: Session, actor: Actor, row: LocalAdmission, action: str, after: dict[str, str],
    now: datetime,
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"local_list.{action}", "product", row.product_id, after=after,
        region=RegionCode(row.region_code), now=now,
    )  # fmt: skip
