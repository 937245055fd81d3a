"""Reads of schemes; a fixed number of statements each."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.db.region_filter import governed_by
from market.households import queries as households
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.subsidies import access, mapping, places
from market.subsidies.errors import SchemeNotFound
from market.subsidies.models import (
    SubsidyHousehold,
    SubsidyScheme,
    SubsidyVoucher,
    SubsidyWaiver,
)
from market.subsidies.naming import names_of
from market.subsidies.tracing import ToldAid, ToldScheme, kept, told
from market.subsidies.types import (
    Funds,
    Household,
    Scheme,
    SchemeType,
    SchemeView,
    Used,
    VoucherState,
    VoucherView,
)

__all__ = [
    "ToldAid",
    "ToldScheme",
    "funds_of",
    "get_managed",
    "get_public",
    "kept",
    "list_managed",
    "list_public",
    "managed_row",
    "names_of",
    "schemes_at",
    "schemes_by_ids",
    "told",
    "vouchers_for",
    "vouchers_of",
    "vouchers_of_order",
    "vouchers_of_scheme",
    "waived",
]
_S = SubsidyScheme
NOTHING: tuple[list[Scheme], Household | None] = ([], None)


def vouchers_for(
    session: Session, region: RegionCode | None, household_id: str | None, now: datetime
) -> tuple[list[Scheme], Household | None]:
    """Voucher schemes that run at a place, and what the household had of them.

    No statement where there are none (see `places`), otherwise one. Flags of the household
    are for the caller to add.
    """
    if region is None or not places.may_apply(session, region, now):
        return NOTHING
    return schemes_at(session, region, household_id, now, (SchemeType.VOUCHER,))


def schemes_at(
    session: Session,
    region: RegionCode,
    household_id: str | None,
    now: datetime,
    types: Collection[SchemeType],
) -> tuple[list[Scheme], Household]:
    """Schemes that run at a place, and what the household had of them, in one statement."""
    values = {
        "prefixes": list(region.prefixes), "household_id": household_id, "now": now,
        "types": [kind.value for kind in types],
    }  # fmt: skip
    schemes, used, waived, stated = [], {}, set(), True
    for row in session.execute(_at(), values):
        schemes.append(mapping.scheme_of(row.SubsidyScheme))
        if row.uses:
            used[row.SubsidyScheme.measure_key] = Used(row.uses, row.taken_fen, row.since)
        if row.waived:
            waived.add(row.SubsidyScheme.id)
        stated = household_id is None or row.stated is not None
    return schemes, Household(region, used=used, waived=frozenset(waived), stated=stated)


@cache
def _at() -> Select[Any]:
    house, waiver = SubsidyHousehold, SubsidyWaiver
    who: BindParameter[Any] = bindparam("household_id", type_=String(20))
    now = bindparam("now", type_=_S.ends_at.type)
    found = (
        select(
            _S, house.uses, house.taken_fen, house.since, waiver.scheme_id.label("waived"),
            households.stated(who).label("stated"),
        )
        .select_from(_S)
        .outerjoin(
            house,
            and_(
                house.measure_key == _S.measure_key,
                house.household_id == households.counted_as(who),
            ),
        )
        .outerjoin(waiver, and_(waiver.scheme_id == _S.id, waiver.household_id == who))
        .where(
            _S.region_code.in_(bindparam("prefixes", expanding=True)),
            _S.type.in_(bindparam("types", expanding=True)),
            _S.state == "live",
            _S.starts_at <= now,
            _S.ends_at > now,
        )
        .order_by(_S.id)
    )  # fmt: skip
    return cast(Select[Any], found)


def list_public(session: Session, region: RegionCode | None, now: datetime) -> list[SchemeView]:
    """Published schemes of a place and above it, open ones first; of the country without one."""
    prefixes = region.prefixes if region else ("",)
    query = (
        select(_S)
        .where(_S.region_code.in_(prefixes), _S.state != "draft")
        .order_by(or_(_S.state == "ended", _S.ends_at <= now), _S.sequence, _S.code)
        .limit(60)
    )
    return [mapping.view_of(row, now) for row in session.scalars(query)]


def get_public(session: Session, code: str, now: datetime) -> SchemeView:
    """A published scheme by its code. Raises SchemeNotFound."""
    row = session.scalars(select(_S).where(_S.code == code, _S.state != "draft")).first()
    if row is None:
        raise SchemeNotFound
    return mapping.view_of(row, now)


def schemes_by_ids(session: Session, ids: Collection[str], now: datetime) -> dict[str, SchemeView]:
    """Schemes by id; unknown ones are absent."""
    if not ids:
        return {}
    rows = session.scalars(select(_S).where(_S.id.in_(set(ids))))
    return {row.id: mapping.view_of(row, now) for row in rows}


def list_managed(
    session: Session, actor: Actor, now: datetime, number: int = 1
) -> Page[SchemeView]:
    """Schemes of an official's regions and below, newest first; all for operators."""
    scope = governed_by(actor, _S.region_code)
    total = session.scalar(select(func.count()).select_from(_S).where(scope)) or 0
    query = (
        select(_S)
        .where(scope)
        .order_by(_S.created_at.desc(), _S.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    rows = [mapping.view_of(row, now) for row in session.scalars(query)]
    return Page(rows, total, max(1, number))


def funds_of(session: Session, actor: Actor) -> Funds:
    """The budgets of all published schemes in care, with what is reserved and used of them."""
    sums = (func.coalesce(func.sum(c), 0) for c in (_S.budget_fen, _S.reserved_fen, _S.used_fen))
    row = session.execute(
        select(*sums).where(governed_by(actor, _S.region_code), _S.state != "draft")
    ).one()
    return Funds(*(int(fen) for fen in row))


def get_managed(session: Session, actor: Actor, scheme_id: str, now: datetime) -> SchemeView:
    """A scheme in care. Raises SchemeNotFound, OutsideYourRegion."""
    return mapping.view_of(managed_row(session, actor, scheme_id), now)


def managed_row(session: Session, actor: Actor, scheme_id: str) -> SubsidyScheme:
    """The row of a scheme in care. Raises SchemeNotFound, OutsideYourRegion."""
    row = session.get(_S, scheme_id)
    if row is None:
        raise SchemeNotFound
    access.require_governs(actor, row.region_code)
    return row


def vouchers_of(session: Session, household_id: str, limit: int = 50) -> list[VoucherView]:
    """What schemes gave for a household's orders, newest first."""
    query = (
        select(SubsidyVoucher, _S)
        .join(_S, _S.id == SubsidyVoucher.scheme_id)
        .where(SubsidyVoucher.household_id == household_id)
        .order_by(SubsidyVoucher.reserved_at.desc(), SubsidyVoucher.id.desc())
        .limit(limit)
    )
    return [_voucher(row, scheme) for row, scheme in session.execute(query)]


def vouchers_of_order(session: Session, order_id: str) -> list[VoucherView]:
    """What schemes give for one order, in the order of their codes."""
    query = (
        select(SubsidyVoucher, _S)
        .join(_S, _S.id == SubsidyVoucher.scheme_id)
        .where(SubsidyVoucher.order_id == order_id)
        .order_by(_S.code)
    )
    return [_voucher(row, scheme) for row, scheme in session.execute(query)]


def vouchers_of_scheme(session: Session, scheme_id: str, limit: int = 20) -> list[VoucherView]:
    """The last orders that a scheme gave something for."""
    query = (
        select(SubsidyVoucher, _S)
        .join(_S, _S.id == SubsidyVoucher.scheme_id)
        .where(SubsidyVoucher.scheme_id == scheme_id)
        .order_by(SubsidyVoucher.reserved_at.desc(), SubsidyVoucher.id.desc())
        .limit(limit)
    )
    return [_voucher(row, scheme) for row, scheme in session.execute(query)]


def waived(session: Session, household_id: str | None) -> set[str]:
    """The schemes a household keeps for later."""
    if household_id is None:
        return set()
    query = select(SubsidyWaiver.scheme_id).where(SubsidyWaiver.household_id == household_id)
    return set(session.scalars(query))


def _voucher(row: SubsidyVoucher, scheme: SubsidyScheme) -> VoucherView:
    return VoucherView(
        row.id, scheme.id, scheme.code, scheme.name, scheme.name_en, row.order_id,
        row.amount_fen, row.returned_fen, VoucherState(row.state), row.reserved_at,
    )  # fmt: skip
