"""Reads of demonstration projects; frozen values out, a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from market.bundles.types import HouseAnswers
from market.db.backlog import backlog
from market.db.region_filter import governed_by, within
from market.demonstrations.errors import OutsideYourRegion, ProjectNotFound
from market.demonstrations.models import (
    DemonstrationLine,
    DemonstrationOrder,
    DemonstrationProject,
    DemonstrationVisit,
)
from market.demonstrations.types import (
    BillLine,
    Energy,
    EnergyBasis,
    Place,
    ProjectCard,
    ProjectDraft,
    ProjectKind,
    ProjectState,
    ProjectView,
    ShownOrder,
    UsedGoods,
    Visit,
)
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import shanghai_date
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.media import queries as media
from market.uses.types import Use

PHOTOS = "demonstration"
LISTS = ("submitted", "draft", "public", "withdrawn")
_Row = DemonstrationProject
_NEWEST = _Row.published_at.desc(), _Row.id


def list_public(session: Session, kind: str = "", number: int = 1) -> Page[ProjectCard]:
    """Public projects, newest first; of one kind when it is named."""
    return _page(session, _public(kind), _NEWEST, number)


def public_after(
    session: Session,
    kind: str,
    region: RegionCode | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[ProjectCard]:
    """Public projects, newest first, behind the one published at an instant with an id; of one
    kind and inside a region when they are named."""
    wanted = _public(kind)
    if region is not None:
        wanted.append(within(_Row.region_code, region))
    if after is not None:
        at, last = after
        same = and_(_Row.published_at == at, _Row.id > last)
        wanted.append(or_(_Row.published_at < at, same))
    query = select(_Row).where(*wanted).order_by(*_NEWEST).limit(limit)
    return _cards(session, session.scalars(query).all())


def goods_used(session: Session, product_id: str, region: RegionCode) -> list[UsedGoods]:
    """What arrived of a product at public projects in a region, by project and unit."""
    amount = DemonstrationLine.pack_size * DemonstrationLine.packs
    rows = session.execute(
        select(
            _Row.id, _Row.title_zh, _Row.title_en, _Row.region_code, _Row.finished_on,
            _Row.published_at, DemonstrationLine.unit, amount.label("amount"),
        )
        .join(DemonstrationOrder, DemonstrationOrder.project_id == _Row.id)
        .join(DemonstrationLine, DemonstrationLine.order_row_id == DemonstrationOrder.id)
        .where(
            DemonstrationLine.product_id == product_id,
            _Row.state == ProjectState.PUBLIC.value, within(_Row.region_code, region),
        )
        .order_by(_Row.id, DemonstrationLine.unit)
    )  # fmt: skip
    found: dict[tuple[str, str], UsedGoods] = {}
    for row in rows:
        when = row.finished_on or shanghai_date(row.published_at)
        known = found.get((row.id, row.unit))
        found[row.id, row.unit] = UsedGoods(
            row.id, row.title_zh, row.title_en, RegionCode(row.region_code), when.year,
            Decimal(row.amount) + (known.quantity if known else 0), row.unit,
        )  # fmt: skip
    return list(found.values())


def _public(kind: str) -> list[ColumnElement[bool]]:
    wanted = [_Row.state == ProjectState.PUBLIC.value]
    return [*wanted, _Row.kind == kind] if kind in set(ProjectKind) else wanted


def get_shown(session: Session, project_id: str) -> ProjectView:
    """A project that is or was public, for everybody. Raises ProjectNotFound."""
    row = session.get(_Row, project_id)
    if row is None or row.published_at is None:
        raise ProjectNotFound
    return _view(session, row)


def get_public(session: Session, project_id: str) -> ProjectView:
    """A project that is public now. Raises ProjectNotFound."""
    found = get_shown(session, project_id)
    if found.state is not ProjectState.PUBLIC:
        raise ProjectNotFound
    return found


def get_managed(session: Session, actor: Actor, project_id: str) -> ProjectView:
    """A project of the actor's subtree. Raises ProjectNotFound, OutsideYourRegion."""
    row = session.get(_Row, project_id)
    if row is None:
        raise ProjectNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return _view(session, row)


def list_managed(session: Session, actor: Actor, shown: str, number: int = 1) -> Page[ProjectCard]:
    """Projects of the actor's subtree in one of `LISTS`, the oldest first."""
    return _page(
        session,
        [governed_by(actor, _Row.region_code), _Row.state == shown],
        (_Row.created_at, _Row.id),
        number,
    )


def counts_managed(session: Session, actor: Actor) -> dict[str, int]:
    """How many projects each of the lists holds."""
    rows = session.execute(
        select(_Row.state, func.count())
        .where(governed_by(actor, _Row.region_code))
        .group_by(_Row.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {key: found.get(key, 0) for key in LISTS}


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Projects that this actor may decide about; late since `before`."""
    me = actor.account_id or ""
    return backlog(
        session, _Row.submitted_at, before, _Row.state == ProjectState.SUBMITTED.value,
        _Row.submitted_by != me, _Row.created_by != me, _below(actor),
    )  # fmt: skip


def _below(actor: Actor) -> ColumnElement[bool]:
    """Handed in by a region strictly below one of the actor's."""
    if actor.is_operator:
        return true()
    own = [
        and_(within(_Row.submitted_region, one), _Row.submitted_region != one.digits)
        for one in actor.official_regions
    ]
    return or_(*own) if own else false()


def _page(
    session: Session, wanted: Sequence[ColumnElement[bool]], order: Sequence[Any], number: int
) -> Page[ProjectCard]:
    total = session.scalar(select(func.count()).select_from(_Row).where(*wanted)) or 0
    rows = session.scalars(
        select(_Row).where(*wanted).order_by(*order).limit(PAGE_SIZE).offset(offset(number))
    ).all()
    return Page(_cards(session, rows), total, max(1, number))


def _cards(session: Session, rows: Sequence[DemonstrationProject]) -> list[ProjectCard]:
    ids = [row.id for row in rows]
    sums = session.execute(
        select(
            DemonstrationOrder.project_id,
            func.sum(DemonstrationLine.amount_fen),
            func.count(DemonstrationLine.id),
        )
        .join(DemonstrationLine, DemonstrationLine.order_row_id == DemonstrationOrder.id)
        .where(DemonstrationOrder.project_id.in_(ids))
        .group_by(DemonstrationOrder.project_id)
    )
    goods = {row[0]: (int(row[1]), int(row[2])) for row in sums}
    photos = media.files_of(session, PHOTOS, ids)
    return [_card(row, goods.get(row.id, (0, 0)), photos.get(row.id, [])) for row in rows]


def _card(
    row: DemonstrationProject, goods: tuple[int, int], photos: list[media.FileView]
) -> ProjectCard:
    return ProjectCard(
        id=row.id,
        region=RegionCode(row.region_code),
        kind=ProjectKind(row.kind),
        state=ProjectState(row.state),
        name_zh=row.title_zh,
        name_en=row.title_en,
        summary_zh=row.summary_zh,
        summary_en=row.summary_en,
        archetype=row.archetype,
        energy=_energy(row),
        goods_fen=goods[0],
        lines=goods[1],
        submitted_at=row.submitted_at,
        published_at=row.published_at,
        photo=photos[0] if photos else None,
    )


def _view(session: Session, row: DemonstrationProject) -> ProjectView:
    orders = session.scalars(
        select(DemonstrationOrder)
        .where(DemonstrationOrder.project_id == row.id)
        .order_by(DemonstrationOrder.consent_at, DemonstrationOrder.id)
    ).all()
    visits = session.scalars(
        select(DemonstrationVisit)
        .where(DemonstrationVisit.project_id == row.id)
        .order_by(DemonstrationVisit.visited_on.desc())
    )
    return ProjectView(
        id=row.id,
        region=RegionCode(row.region_code),
        state=ProjectState(row.state),
        draft=draft_of(row),
        bill=_bill(session, orders),
        orders=tuple(ShownOrder(o.id, o.code, o.consent_name, o.consent_at) for o in orders),
        photos=tuple(media.files_of(session, PHOTOS, [row.id]).get(row.id, ())),
        visits=tuple(Visit(one.id, one.visited_on, one.people) for one in visits),
        reason=row.reason,
        created_by=row.created_by,
        submitted_by=row.submitted_by,
        submitted_region=RegionCode(row.submitted_region),
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        published_at=row.published_at,
    )


def bill_of(session: Session, project_id: str) -> tuple[BillLine, ...]:
    """The bill of a project."""
    orders = session.scalars(
        select(DemonstrationOrder)
        .where(DemonstrationOrder.project_id == project_id)
        .order_by(DemonstrationOrder.consent_at, DemonstrationOrder.id)
    ).all()
    return _bill(session, orders)


def _bill(session: Session, orders: Iterable[DemonstrationOrder]) -> tuple[BillLine, ...]:
    keys = [order.id for order in orders]
    groups: dict[str, list[BillLine]] = defaultdict(list)
    for row in session.scalars(
        select(DemonstrationLine)
        .where(DemonstrationLine.order_row_id.in_(keys))
        .order_by(DemonstrationLine.position, DemonstrationLine.id)
    ):
        groups[row.order_row_id].append(_line(row))
    return tuple(line for key in keys for line in groups[key])


def _line(row: DemonstrationLine) -> BillLine:
    return BillLine(
        id=row.id,
        order_row_id=row.order_row_id,
        kind_code=row.kind_code,
        kind_zh=row.kind_zh,
        kind_en=row.kind_en,
        product_id=row.product_id,
        product_zh=row.product_zh,
        product_en=row.product_en,
        material_key=row.material_key,
        variant_label=row.variant_label,
        unit=row.unit,
        pack_size=row.pack_size,
        packs=row.packs,
        unit_price_fen=row.unit_price_fen,
        amount_fen=row.amount_fen,
        place=Place(row.place),
        use=Use(row.use),
    )


def draft_of(row: DemonstrationProject) -> ProjectDraft:
    """What the official filled in."""
    return ProjectDraft(
        kind=ProjectKind(row.kind),
        title_zh=row.title_zh,
        title_en=row.title_en,
        summary_zh=row.summary_zh,
        summary_en=row.summary_en,
        house=HouseAnswers(
            archetype=row.archetype,
            numbers={key: Decimal(value) for key, value in row.numbers.items()},
            areas={key: Decimal(value) for key, value in row.areas.items()},
            wall_mm=row.wall_mm,
        ),
        work_days=row.work_days,
        finished_on=row.finished_on,
        labour_fen=row.labour_fen,
        energy=_energy(row),
    )


def _energy(row: DemonstrationProject) -> Energy:
    return Energy(
        EnergyBasis(row.energy_basis), row.energy_before_kwh, row.energy_after_kwh,
        row.energy_source,
    )  # fmt: skip
