"""Reads of sellers; frozen values out, a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.db.backlog import backlog
from market.db.plain import Columns, read
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.sellers import access, states
from market.sellers.errors import (
    ApplicationNotFound,
    OutsideYourRegion,
    SellerNotFound,
    WarehouseNotFound,
)
from market.sellers.factory_marks import marks_of
from market.sellers.finding import open_near as open_near  # noqa: PLC0414
from market.sellers.finding import sellers_called as sellers_called  # noqa: PLC0414
from market.sellers.finding import sellers_numbered as sellers_numbered  # noqa: PLC0414
from market.sellers.models import (
    Seller,
    SellerArea,
    SellerFreightRate,
    SellerLastMile,
    SellerMember,
    SellerStateChange,
)
from market.sellers.models import Warehouse as WarehouseRow
from market.sellers.reach import FreightTo as FreightTo  # noqa: PLC0414 (through this door)
from market.sellers.reach import freight_to as freight_to  # noqa: PLC0414
from market.sellers.types import (
    Application,
    ApplicationFacts,
    FreightRate,
    FreightTable,
    LastMile,
    Member,
    PlaceName,
    QueueRow,
    SellerKind,
    SellerState,
    SellerView,
    StateChange,
    Warehouse,
)


def find_seller(session: Session, seller_id: str) -> SellerView | None:
    """The seller in brief, or None."""
    row = session.get(Seller, seller_id)
    return None if row is None else view_of(row)


def find_by_name(session: Session, name: str) -> SellerView | None:
    """The seller of exactly this name; of several the one approved first."""
    rows = select(Seller).where(Seller.name == name).order_by(Seller.approved_at, Seller.id)
    row = session.scalars(rows.limit(1)).first()
    return None if row is None else view_of(row)


def get_seller(session: Session, seller_id: str) -> SellerView:
    """The seller in brief. Raises `SellerNotFound`."""
    seller = find_seller(session, seller_id)
    if seller is None:
        raise SellerNotFound
    return seller


_BRIEF = Columns(Seller, "id name kind region_code state factory_marks supplier_grade supplier_on")
WIDTH = len(_BRIEF)  # of what `with_seller` adds
_BY_IDS = select(*_BRIEF.columns).where(_BRIEF.of.id.in_(bindparam("ids", expanding=True)))


def sellers_by_ids(session: Session, ids: Collection[str]) -> dict[str, SellerView]:
    """Sellers by id; unknown ids are left out."""
    if not ids:
        return {}
    rows = map(_BRIEF.cut, read(session, _BY_IDS, {"ids": list(set(ids))}))
    return {row.id: view_of(row) for row in rows}


def with_seller(
    statement: Select[*tuple[Any, ...]], seller_id: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    """A statement of others with a seller at the end of its rows, for `seller_at`."""
    columns = statement.add_columns(*_BRIEF.columns)
    return columns.join(Seller.__table__, _BRIEF.of.id == seller_id)


def seller_at(row: Any, start: int) -> SellerView:
    """The seller whose columns begin at a place of a row."""
    return view_of(_BRIEF.cut(row, start))


def open_sellers(session: Session) -> list[SellerView]:
    """Every seller that may sell now, by name."""
    query = select(Seller).where(Seller.state == SellerState.APPROVED).order_by(Seller.name)
    return [view_of(row) for row in session.scalars(query)]


def about_seller(session: Session, seller_id: str) -> str:
    """What the seller says about itself. Raises `SellerNotFound`."""
    row = session.get(Seller, seller_id)
    if row is None:
        raise SellerNotFound
    return row.about


def get_own(session: Session, actor: Actor, seller_id: str) -> SellerView:
    """A seller whose desk `actor` runs. Raises `SellerNotFound` for anyone else's."""
    seller = find_seller(session, seller_id)
    if seller is None or not access.may_manage(actor, seller_id):
        raise SellerNotFound
    return seller


def own_sellers(session: Session, actor: Actor) -> list[SellerView]:
    """The sellers whose desks `actor` runs, oldest first."""
    found = sellers_by_ids(session, actor.seller_ids)
    return [found[key] for key in sorted(found)]


def applications_of(session: Session, account_id: str) -> list[SellerView]:
    """Everything this person applied for, newest first."""
    query = (
        select(Seller)
        .join(SellerMember, SellerMember.seller_id == Seller.id)
        .where(SellerMember.account_id == account_id)
        .order_by(Seller.created_at.desc(), Seller.id.desc())
    )
    return [view_of(row) for row in session.scalars(query)]


def get_own_application(session: Session, account_id: str, seller_id: str) -> Application:
    """The application as its applicant sees it. Raises `ApplicationNotFound`."""
    row = session.get(Seller, seller_id)
    if row is None or not is_member(session, seller_id, account_id):
        raise ApplicationNotFound
    return _application(session, row)


def get_application(session: Session, actor: Actor, seller_id: str) -> Application:
    """The application as the responsible official sees it.

    Raises `ApplicationNotFound` (unknown, or still a draft) and `OutsideYourRegion`.
    """
    row = session.get(Seller, seller_id)
    if row is None or row.state == SellerState.DRAFT:
        raise ApplicationNotFound
    if not access.may_review(actor, RegionCode(row.region_code)):
        raise OutsideYourRegion
    return _application(session, row)


def list_queue(
    session: Session, actor: Actor, states: Iterable[SellerState], number: int = 1
) -> Page[QueueRow]:
    """Applications of the actor's region subtree in `states`, longest waiting first."""
    conditions = (governed_by(actor, Seller.region_code), Seller.state.in_(list(states)))
    total = session.scalar(select(func.count()).select_from(Seller).where(*conditions)) or 0
    query = (
        select(Seller)
        .where(*conditions)
        .order_by(Seller.submitted_at, Seller.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    rows = session.scalars(query).all()
    places = place_names(session, [row.region_code for row in rows])
    items = [QueueRow(view_of(r), places[r.region_code], r.submitted_at) for r in rows]
    return Page(items, total, max(1, number))


def count_by_state(session: Session, actor: Actor) -> dict[SellerState, int]:
    """How many applications of the actor's subtree are in each state, drafts left out."""
    query = (
        select(Seller.state, func.count())
        .where(governed_by(actor, Seller.region_code), Seller.state != SellerState.DRAFT)
        .group_by(Seller.state)
    )
    return {SellerState(state): count for state, count in session.execute(query)}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Applications of the actor's subtree that wait for a reviewer; late since `before`."""
    since = func.coalesce(Seller.answered_at, Seller.submitted_at)
    return backlog(
        session, since, before,
        governed_by(actor, Seller.region_code), Seller.state.in_(states.WAITING),
    )  # fmt: skip


def decisions(session: Session) -> dict[tuple[str, str], int]:
    """How often each (seller, reviewer's action) stands in the history."""
    log = SellerStateChange
    query = (
        select(log.seller_id, log.action, func.count())
        .where(log.action.in_(states.REVIEW_ACTIONS))
        .group_by(log.seller_id, log.action)
    )
    return {(seller, action): count for seller, action, count in session.execute(query)}


def is_member(session: Session, seller_id: str, account_id: str) -> bool:
    """Whether the account belongs to the seller, approved or not."""
    query = select(SellerMember.id).where(
        SellerMember.seller_id == seller_id, SellerMember.account_id == account_id
    )
    return session.scalar(query) is not None


def member_ids(session: Session, seller_id: str) -> list[str]:
    """Accounts that act for the seller, owner first; also while it is being reviewed."""
    query = (
        select(SellerMember.account_id)
        .where(SellerMember.seller_id == seller_id)
        .order_by(SellerMember.is_owner.desc(), SellerMember.added_at, SellerMember.id)
    )
    return list(session.scalars(query))


def members(session: Session, seller_id: str) -> list[Member]:
    """The people of a seller, owner first."""
    query = (
        select(SellerMember)
        .where(SellerMember.seller_id == seller_id)
        .order_by(SellerMember.is_owner.desc(), SellerMember.added_at, SellerMember.id)
    )
    rows = session.scalars(query).all()
    known = accounts.accounts_by_ids(session, [row.account_id for row in rows])
    return [
        Member(row.account_id, account.display_name, account.phone or "", row.is_owner)
        for row in rows
        if (account := known.get(row.account_id)) is not None
    ]


def warehouses(session: Session, seller_id: str) -> list[Warehouse]:
    """The seller's warehouses, open ones first."""
    query = (
        select(WarehouseRow)
        .where(WarehouseRow.seller_id == seller_id)
        .order_by(WarehouseRow.is_open.desc(), WarehouseRow.name)
    )
    rows = session.scalars(query).all()
    places = place_names(session, [row.region_code for row in rows])
    return [warehouse_of(row, places[row.region_code]) for row in rows]


def get_warehouse(session: Session, seller_id: str, warehouse_id: str) -> Warehouse:
    """One warehouse of this seller. Raises `WarehouseNotFound`, also for another seller's."""
    row = session.get(WarehouseRow, warehouse_id)
    if row is None or row.seller_id != seller_id:
        raise WarehouseNotFound
    return warehouse_of(row, place_names(session, [row.region_code])[row.region_code])


def freight_table(session: Session, seller_id: str) -> FreightTable:
    """The freight table of one seller; empty when nothing is set up."""
    return freight_tables(session, [seller_id])[seller_id]


def freight_tables(session: Session, seller_ids: Collection[str]) -> dict[str, FreightTable]:
    """Freight tables of the sellers, an empty one for those without any row. One statement."""
    ids = set(seller_ids)
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    if ids:
        for row in read(session, _FREIGHT, {"ids": list(ids)}):
            found[row.seller_id, row.what].append(row)
    return {
        seller_id: FreightTable(
            seller_id=seller_id,
            areas=tuple(row.prefix for row in found[seller_id, "area"]),
            rates=tuple(FreightRate(r.prefix, r.fen, r.per_kg) for r in found[seller_id, "rate"]),
            last_miles=tuple(
                LastMile(r.prefix, r.fen, bool(r.per_kg)) for r in found[seller_id, "last"]
            ),
        )
        for seller_id in ids
    }


def _freight_part(what: str, model: Any, fen: Any, per_kg: Any) -> Select[Any]:
    return select(
        model.seller_id, literal_column(f"'{what}'").label("what"), model.prefix,
        fen.label("fen"), per_kg.label("per_kg"),
    ).where(model.seller_id.in_(bindparam("ids", expanding=True)))  # fmt: skip


_ZERO = literal_column("0", Integer)
_FREIGHT = union_all(
    _freight_part("area", SellerArea, _ZERO, _ZERO),
    _freight_part("rate", SellerFreightRate, SellerFreightRate.base_fen,
                  SellerFreightRate.per_kg_fen),
    _freight_part("last", SellerLastMile, SellerLastMile.surcharge_fen,
                  case((SellerLastMile.door_only, 1), else_=0)),
).order_by("what", "prefix")  # fmt: skip


def sellers_delivering_to(session: Session, region: RegionCode) -> set[str]:
    """Ids of the open sellers that reach `region`: area and freight rate both match."""
    return set(session.scalars(reaching(region.prefixes)))


def reaching(prefixes: Any) -> Select[str]:
    """The statement of `sellers_delivering_to`, for statements of others."""
    return (
        select(SellerArea.seller_id)
        .join(SellerFreightRate, SellerFreightRate.seller_id == SellerArea.seller_id)
        .join(Seller, Seller.id == SellerArea.seller_id)
        .where(
            SellerArea.prefix.in_(prefixes),
            SellerFreightRate.prefix.in_(prefixes),
            Seller.state == SellerState.APPROVED,
        )
        .distinct()
    )


def place_names(session: Session, codes: Collection[str]) -> dict[str, PlaceName]:
    """Names of places by code, in one statement; "" is the whole country."""
    paths = regions.paths(session, [code for code in codes if code])
    names = {code: PlaceName(code, code) for code in codes}
    names.update({c: PlaceName(path.name_zh, path.name_en) for c, path in paths.items()})
    if "" in names:
        names[""] = PlaceName("全国", "the whole country")
    return names


def view_of(row: Any) -> SellerView:
    """The brief view of a row."""
    return SellerView(
        id=row.id,
        name=row.name,
        kind=SellerKind(row.kind),
        region=RegionCode(row.region_code),
        state=SellerState(row.state),
        marks=marks_of(row.factory_marks),
        supplier_grade=row.supplier_grade,
        supplier_on=row.supplier_on,
    )


def standards_pledged(session: Session, ids: Collection[str]) -> dict[str, datetime | None]:
    """When sellers pledged to meet the mandatory standards of that day; None: never."""
    rows = session.execute(
        select(Seller.id, Seller.standards_acknowledged_at).where(Seller.id.in_(set(ids)))
    )
    return {row[0]: row[1] for row in rows}


def facts_of(row: Seller) -> ApplicationFacts:
    """What the checklist needs to know of a row."""
    return ApplicationFacts(
        name=row.name,
        credit_code=row.credit_code,
        has_licence=row.licence_file_id is not None,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        returns_recipient=row.returns_recipient,
        returns_phone=row.returns_phone,
        returns_region=row.returns_region,
        returns_detail=row.returns_detail,
        payout_holder=row.payout_holder,
        payout_bank=row.payout_bank,
        payout_account=row.payout_account,
        delivery_pledged=row.delivery_pledged_at is not None,
        standards_acknowledged=row.standards_acknowledged_at is not None,
    )


def warehouse_of(row: WarehouseRow, place: PlaceName) -> Warehouse:
    """The view of a warehouse row."""
    return Warehouse(
        id=row.id,
        seller_id=row.seller_id,
        name=row.name,
        region=RegionCode(row.region_code),
        detail=row.detail,
        is_open=row.is_open,
        place=place,
    )


def _application(session: Session, row: Seller) -> Application:
    history = session.scalars(
        select(SellerStateChange)
        .where(SellerStateChange.seller_id == row.id)
        .order_by(SellerStateChange.at.desc(), SellerStateChange.id.desc())
    )
    codes = [code for code in (row.region_code, row.returns_region) if code]
    places = place_names(session, codes)
    decided = (row.approved_at, row.refused_at, row.suspended_at, row.reinstated_at)
    return Application(
        seller=view_of(row),
        facts=facts_of(row),
        place=places[row.region_code],
        returns_place=places.get(row.returns_region),
        licence_file_id=row.licence_file_id,
        about=row.about,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        decided_at=max((at for at in decided if at is not None), default=None),
        reason=row.reason,
        answer=row.answer,
        history=tuple(
            StateChange(h.at, h.action, SellerState(h.to_state), h.actor_name, h.reason)
            for h in history
        ),
    )
