"""Reads of contracts for their parties, officials and other packages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from market.contracts import access, content, delivering, rules, running
from market.contracts.errors import ContractNotFound
from market.contracts.models import (
    Contract,
    ContractEvent,
    ContractGoods,
    ContractMilestone,
    ContractMove,
    ContractSignature,
    ContractVersion,
)
from market.contracts.types import (
    PHOTO_OWNER,
    ContractCard,
    ContractState,
    ContractView,
    Decision,
    GoodsDecision,
    GoodsMoved,
    HappenedView,
    MilestoneState,
    MilestoneView,
    Moved,
    MoveView,
    Party,
    Signature,
    StepKind,
)
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.media import queries as media
from market.media.queries import FileView
from market.orders import queries as order_queries
from market.orders.types import LineView, OrderView, SellerOrderView, State
from market.providers import queries as providers
from market.providers.types import ProviderView
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.renovations import queries as renovations
from market.renovations.types import Contact, Visitor


@dataclass(frozen=True)
class PartGoods:
    """A seller's part of an order, with the lines that are for the contract."""

    order: OrderView
    part: SellerOrderView
    lines: tuple[LineView, ...]
    decision: GoodsDecision | None

    @property
    def open(self) -> int:
        return sum(line.open for line in self.lines)

    @property
    def waits(self) -> bool:
        """Whether the household may still decide about it."""
        undecided = (Decision.WAITING, Decision.KEEP)
        return self.decision is not None and self.decision.decision in undecided and self.open > 0

    @property
    def is_paid_for(self) -> bool:
        """Whether giving it up gives something back; an order nobody paid ends by itself."""
        return self.order.state is not State.HELD


@dataclass(frozen=True)
class ContractPage:
    """Everything a party sees of its contract."""

    contract: ContractView
    party: Party
    crew: ProviderView
    contact: Contact | None
    place: RegionPath | None
    parts: tuple[PartGoods, ...]
    bindable: tuple[tuple[str, str], ...]
    move: MoveView | None
    moves: tuple[MoveView, ...]
    photos: dict[str, list[FileView]]
    is_done: bool

    @property
    def late(self) -> list[LineView]:
        """Unsent goods whose seller comes only after their milestone."""
        goods = self.contract.content["goods"]
        days = {m.position: m.planned_on for m in self.contract.milestones}
        usual = rules.arrival(self.contract.steps)
        return [
            line
            for part in self.parts
            for line in part.lines
            if line.sendable
            and line.promised_on >= days[goods.get(line.listing_id, usual)]
        ]  # fmt: skip


def is_under_contract(session: Session, request_id: str) -> bool:
    """Whether the job of a request is done by a contract that is not over."""
    states = (ContractState.DRAFT, ContractState.RUNNING)
    return (
        session.scalar(
            select(Contract.id).where(Contract.request_id == request_id, Contract.state.in_(states))
        )
        is not None
    )


def contract_of_request(session: Session, actor: Actor, request_id: str) -> str:
    """The id of the contract of a request. Raises ContractNotFound for anyone else's."""
    row = session.scalar(select(Contract).where(Contract.request_id == request_id))
    if row is None or access.party_of(actor, row) is None:
        raise ContractNotFound()
    return row.id


def get_contract(
    session: Session, actor: Actor, contract_id: str, version: int | None = None
) -> tuple[ContractView, Party]:
    """A contract of the actor, as its newest or an earlier version says it.

    Raises ContractNotFound for anyone else's and for versions that do not exist.
    """
    row = session.get(Contract, contract_id, populate_existing=True)
    party = access.party_of(actor, row) if row is not None else None
    if row is None or party is None:
        raise ContractNotFound()
    return _view(session, row, version), party


def contract_page(
    session: Session, actor: Actor, contract_id: str, version: int | None = None
) -> ContractPage:
    """The contract's page. Raises ContractNotFound."""
    view, party = get_contract(session, actor, contract_id, version)
    row = session.get_one(Contract, contract_id)
    owner = Visitor(Actor(account_id=view.household_id))
    places = regions.paths(session, [view.region])
    shown = [m.id for m in view.milestones if m.id]
    return ContractPage(
        contract=view,
        party=party,
        crew=providers.get_provider(session, view.provider_id),
        contact=renovations.get_own(session, owner, view.request_id).contact,
        place=places.get(view.region.digits),
        parts=_parts(session, view),
        bindable=_bindable(session, view, party),
        move=running.move_view(session, row) if view.state == ContractState.RUNNING else None,
        moves=_agreed(session, view),
        photos=media.files_of(session, PHOTO_OWNER, shown) if shown else {},
        is_done=delivering.is_done(delivering.milestone_rows(session, contract_id)),
    )


def list_own(session: Session, actor: Actor, party: Party, page: int = 1) -> Page[ContractCard]:
    """The actor's contracts as household or as crew, newest first."""
    mine = (
        Contract.household_id == (actor.account_id or "")
        if party is Party.HOUSEHOLD
        else Contract.provider_id.in_(sorted(actor.provider_ids))
    )
    return _cards(session, select(Contract).where(mine), page, party)


def list_in_regions(
    session: Session, actor: Actor, state: str = "", page: int = 1
) -> Page[ContractCard]:
    """Contracts of the actor's regions for an official: nothing personal, nothing to change."""
    chosen = select(Contract).where(governed_by(actor, Contract.region))
    if state:
        chosen = chosen.where(Contract.state == state)
    return _cards(session, chosen, page, None)


def preview_move(
    session: Session, contract_id: str, position: int, new_on: date
) -> tuple[tuple[Moved, ...], tuple[GoodsMoved, ...]]:
    """What a new day of a milestone would move; the caller has checked whose contract it is."""
    row = session.get_one(Contract, contract_id)
    return running.preview(session, row, position, new_on)


def milestone_photo_owner(session: Session, actor: Actor, contract_id: str, position: int) -> str:
    """Whose photos those of a milestone are, for a party. Raises ContractNotFound."""
    get_contract(session, actor, contract_id)
    found = session.scalar(
        select(ContractMilestone.id).where(
            ContractMilestone.contract_id == contract_id, ContractMilestone.position == position
        )
    )
    if found is None:
        raise ContractNotFound()
    return found


def _bindable(session: Session, view: ContractView, party: Party) -> tuple[tuple[str, str], ...]:
    if party is not Party.HOUSEHOLD or view.is_over:
        return ()
    free = delivering.waiting_contracts(session, view.household_id, view.origin)
    return tuple(order_queries.bindable(session, view.household_id, view.origin, free))


def _parts(session: Session, view: ContractView) -> tuple[PartGoods, ...]:
    rows = session.scalars(select(ContractGoods).where(ContractGoods.contract_id == view.id))
    decided = {
        row.seller_order_id: GoodsDecision(
            row.seller_order_id, Decision(row.decision), row.deliver_until, row.decided_at
        )
        for row in rows
    }
    found = []
    for order_id in order_queries.orders_of_contract(session, view.id):
        order = order_queries.find_order(session, order_id)
        if order is None or order.state is State.EXPIRED:
            continue
        for part in order.seller_orders:
            mine = tuple(line for line in part.lines if line.contract_id == view.id)
            if mine:
                found.append(PartGoods(order, part, mine, decided.get(part.id)))
    return tuple(found)


def _agreed(session: Session, view: ContractView) -> tuple[MoveView, ...]:
    rows = session.scalars(
        select(ContractMove)
        .where(ContractMove.contract_id == view.id, ContractMove.state == "agreed")
        .order_by(ContractMove.decided_at, ContractMove.id)
    )
    return tuple(
        MoveView(r.id, r.position, r.new_on, Party(r.proposed_by), r.reason, r.proposed_at, (), ())
        for r in rows
    )


def _view(session: Session, row: Contract, version: int | None) -> ContractView:
    shown = version or row.version
    said = session.scalar(
        select(ContractVersion).where(
            ContractVersion.contract_id == row.id, ContractVersion.version == shown
        )
    )
    if said is None:
        raise ContractNotFound()
    signatures = session.scalars(
        select(ContractSignature)
        .where(ContractSignature.contract_id == row.id)
        .order_by(ContractSignature.signed_at, ContractSignature.id)
    )
    happened = session.scalars(
        select(ContractEvent)
        .where(ContractEvent.contract_id == row.id)
        .order_by(ContractEvent.at, ContractEvent.id)
    )
    steps = content.steps_of(said.content)
    return ContractView(
        id=row.id,
        number=row.number,
        state=ContractState(row.state),
        request_id=row.request_id,
        household_id=row.household_id,
        provider_id=row.provider_id,
        region=RegionCode(row.region),
        version=row.version,
        shown_version=shown,
        digest=said.digest,
        content=said.content,
        created_at=row.created_at,
        signed_at=row.signed_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        end_reason=row.end_reason,
        decide_by=row.decide_by,
        signatures=tuple(
            Signature(Party(s.party), s.version, s.name, s.digest, s.signed_at) for s in signatures
        ),
        steps=steps,
        milestones=_milestones(session, row, said.content),
        happened=tuple(
            HappenedView(e.kind, e.at, Party(e.party) if e.party else None, e.params)
            for e in happened
        ),
    )


def _milestones(session: Session, row: Contract, said: dict[str, Any]) -> tuple[MilestoneView, ...]:
    steps = content.steps_of(said)
    worth = rules.amounts(int(said["labour"]["total_fen"]), steps)
    rows = delivering.milestone_rows(session, row.id)
    found = []
    for i, (step, fen) in enumerate(zip(steps, worth, strict=True)):
        one = rows[i] if rows else None
        found.append(
            MilestoneView(
                i, step.name_zh, step.name_en, step.gate_zh, step.gate_en, step.kind, step.pct,
                fen, one.planned_on if one else step.planned_on,
                MilestoneState(one.state) if one else MilestoneState.PLANNED,
                one.note if one else "", one.rework_reason if one else "",
                one.reported_at if one else None, one.accepted_at if one else None,
                one.id if one else "",
            )
        )  # fmt: skip
    return tuple(found)


def _cards(
    session: Session, chosen: Select[Contract], page: int, party: Party | None
) -> Page[ContractCard]:
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.order_by(Contract.created_at.desc(), Contract.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(page))
    ).all()
    said = _contents(session, rows)
    days = _next_days(session, rows)
    items = [_card(row, said[row.id], days.get(row.id), party) for row in rows]
    return Page(items, total, max(1, page))


def _contents(session: Session, rows: Sequence[Contract]) -> dict[str, dict[str, Any]]:
    """What the newest version of each contract says, in one statement."""
    if not rows:
        return {}
    newest = or_(
        *(
            (ContractVersion.contract_id == row.id) & (ContractVersion.version == row.version)
            for row in rows
        )
    )
    return {
        v.contract_id: v.content for v in session.scalars(select(ContractVersion).where(newest))
    }


def _next_days(session: Session, rows: Sequence[Contract]) -> dict[str, ContractMilestone]:
    """The first milestone of each running contract that is not accepted."""
    found: dict[str, ContractMilestone] = {}
    every = session.scalars(
        select(ContractMilestone)
        .where(
            ContractMilestone.contract_id.in_([row.id for row in rows]),
            ContractMilestone.state != MilestoneState.ACCEPTED,
        )
        .order_by(ContractMilestone.position)
    )
    for one in every:
        found.setdefault(one.contract_id, one)
    return found


def _card(
    row: Contract, said: dict[str, Any], coming: ContractMilestone | None, party: Party | None
) -> ContractCard:
    running_now = row.state == ContractState.RUNNING and coming is not None
    step = content.steps_of(said)[coming.position] if running_now and coming else None
    return ContractCard(
        id=row.id,
        number=row.number,
        state=ContractState(row.state),
        name_zh=said["plan"]["name_zh"],
        name_en=said["plan"]["name_en"],
        region=RegionCode(row.region),
        provider_id=row.provider_id,
        labour_fen=int(said["labour"]["total_fen"]),
        party=party,
        next_name_zh=step.name_zh if step else "",
        next_name_en=step.name_en if step else "",
        next_on=coming.planned_on if step and coming else None,
        created_at=row.created_at,
    )


__all__ = [
    "ContractPage",
    "PartGoods",
    "StepKind",
    "contract_of_request",
    "contract_page",
    "get_contract",
    "is_under_contract",
    "list_in_regions",
    "list_own",
    "milestone_photo_owner",
    "preview_move",
]
