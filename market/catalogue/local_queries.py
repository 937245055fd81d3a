"""Reads of local lists."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from market.catalogue.errors import AdmissionNotFound, ProductNotFound
from market.catalogue.local_areas import admits
from market.catalogue.models import Kind, Listing, LocalAdmission, Product
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.errors import Forbidden
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.sellers import queries as sellers

_MOST = 200


@dataclass(frozen=True)
class AdmissionView:
    """One line of a local list."""

    id: str
    product_id: str
    name_zh: str
    name_en: str
    region_label: str
    sheet_number: str
    reason: str
    admitted_at: datetime
    until_on: date
    withdrawn_at: datetime | None
    withdrawn_reason: str
    is_open: bool


@dataclass(frozen=True)
class Candidate:
    """A product of a certifiable kind without a certificate."""

    product_id: str
    name_zh: str
    name_en: str
    kind_name: str
    maker_name: str


def list_admissions(session: Session, actor: Actor, now: datetime) -> list[AdmissionView]:
    """Admissions in the actor's subtree, newest first."""
    return _views(session, governed_by(actor, LocalAdmission.region_code), now)


def local_list(session: Session, region: RegionCode | None, now: datetime) -> list[AdmissionView]:
    """What local lists admit at a place now; without a place, everywhere."""
    wanted = LocalAdmission.withdrawn_at.is_(None) & (LocalAdmission.until_on >= shanghai_date(now))
    if region is not None:
        wanted &= LocalAdmission.region_code.in_(region.prefixes)
    return _views(session, wanted, now)


def admissions_of(session: Session, product_id: str, now: datetime) -> list[AdmissionView]:
    """The standing admissions of a product."""
    standing = LocalAdmission.withdrawn_at.is_(None) & (LocalAdmission.product_id == product_id)
    return [view for view in _views(session, standing, now) if view.is_open]


def sheet_of(session: Session, admission_id: str) -> str:
    """The stored technical sheet. Raises `AdmissionNotFound`."""
    row = session.get(LocalAdmission, admission_id)
    if row is None:
        raise AdmissionNotFound
    return row.sheet_file_id


def require_own(session: Session, actor: Actor, admission_id: str) -> None:
    """Raises `AdmissionNotFound`, and `Forbidden` for another region's."""
    row = session.get(LocalAdmission, admission_id)
    if row is None:
        raise AdmissionNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise Forbidden


def candidates(session: Session, actor: Actor) -> list[Candidate]:
    """Uncertified products of makers in the actor's subtree, newest first."""
    return _candidates(session, actor, None)


def get_candidate(session: Session, actor: Actor, product_id: str) -> Candidate:
    """One of them. Raises `ProductNotFound` for any other product."""
    found = _candidates(session, actor, product_id)
    if not found:
        raise ProductNotFound
    return found[0]


def _candidates(session: Session, actor: Actor, product_id: str | None) -> list[Candidate]:
    makers = {
        view.id: view.name
        for view in sellers.open_sellers(session)
        if actor.is_operator or actor.governs(view.region)
    }
    query = (
        select(Product.id, Product.name_zh, Product.name_en, Product.maker_id, Kind.name_zh)
        .join(Kind, Kind.code == Product.kind_code)
        .where(
            Product.maker_id.in_(makers), Product.certificate_id.is_(None),
            Kind.certifiable.is_(True), Product.state != "archived",
        )
        .order_by(Product.created_at.desc(), Product.id.desc())
        .limit(_MOST)
    )  # fmt: skip
    if product_id is not None:
        query = query.where(Product.id == product_id)
    return [
        Candidate(row[0], row[1], row[2], row[4], makers[row[3]]) for row in session.execute(query)
    ]


def _views(session: Session, condition: ColumnElement[bool], now: datetime) -> list[AdmissionView]:
    today = shanghai_date(now)
    rows = session.execute(
        select(LocalAdmission, Product.name_zh, Product.name_en)
        .join(Product, Product.id == LocalAdmission.product_id)
        .where(condition)
        .order_by(LocalAdmission.admitted_at.desc(), LocalAdmission.id.desc())
        .limit(_MOST)
    ).all()
    labels = {row[0].region_code: "" for row in rows}
    for code in labels:
        labels[code] = regions.label(session, RegionCode(code))
    return [
        AdmissionView(
            one.id, one.product_id, zh, en, labels[one.region_code], one.sheet_number, one.reason,
            one.admitted_at, one.until_on, one.withdrawn_at, one.withdrawn_reason,
            one.withdrawn_at is None and today <= one.until_on,
        )
        for one, zh, en in rows
    ]  # fmt: skip


def local_product_counts(session: Session, region: RegionCode, now: datetime) -> dict[str, int]:
    """How many products of local lists households at a place see in each kind; one statement."""
    admitted = select(LocalAdmission.product_id).where(
        LocalAdmission.region_code.in_(region.prefixes), LocalAdmission.withdrawn_at.is_(None)
    )
    statement = (
        select(Listing.product_id, Listing.kind_code, Listing.local_areas)
        .where(Listing.product_id.in_(admitted), Listing.shown == true())
        .where(Listing.gate_opens_at <= now, Listing.gate_closes_at > now)
        .where(Listing.local_areas != "")
        .distinct()
    )
    rows = session.execute(statement)
    seen = {(kind, product) for product, kind, areas in rows if admits(areas, region, now)}
    return dict(Counter(kind for kind, _product in seen))
