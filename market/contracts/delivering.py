"""The goods of a contract: into the cart, bound orders, and the days on which they should come."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.carts import service as carts
from market.carts.types import CartOwner
from market.checkout import service as checkout
from market.contracts import access, content, journal, rules
from market.contracts.errors import GoodsInOtherContract, NotPossibleInState
from market.contracts.models import Contract, ContractGoods, ContractMilestone
from market.contracts.types import (
    UNDECIDED,
    ContractState,
    Decision,
    MilestoneState,
    Party,
    Step,
    StepKind,
)
from market.contracts.versions import current, next_version
from market.kernel.actor import Actor
from market.kernel.events import Event
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.events import OrderPlaced
from market.orders.types import DeliveryWindow, State
from market.renovations import queries as renovations

OVER = (State.CANCELLED, State.EXPIRED)


def put_into_cart(session: Session, actor: Actor, contract_id: str, now: datetime) -> None:
    """All goods of the plan as one group of the cart, for the order that the contract waits for.

    A second press replaces the first, and what the configuration itself put in. Raises
    ContractNotFound, NotYourTurn, NotPossibleInState (before both signed), GoodsInOtherContract
    (ordered already), ListingGone and the refusals of carts.
    """
    row = access.as_party(session, actor, contract_id, Party.HOUSEHOLD, ContractState.RUNNING)
    if live_orders(session, row.id):
        raise GoodsInOtherContract()
    plan = renovations.find_request(session, row.request_id)
    assert plan is not None
    assert plan.plan is not None
    wanted = plan.plan
    owner = CartOwner(account_id=row.household_id)
    link = f"/contracts/{row.id}"
    for known in (link, f"/bundles/{wanted.slug}/my/{wanted.configuration_id}"):
        carts.remove_linked(session, owner, known, now)
    checkout.add_group_to_cart(
        session, owner, wanted.name_zh, [(line.listing_id, line.packs) for line in wanted.lines],
        now, link=link, label_en=wanted.name_en, origin=wanted.origin, contract_id=row.id,
    )  # fmt: skip


def on_order_placed(session: Session, event: Event) -> None:
    """Reaction: goods ordered for a contract get their days; those of a contract that is over
    meanwhile, or is somebody else's, are ordinary goods."""
    assert isinstance(event, OrderPlaced)
    for contract_id in event.contract_ids:
        row = session.get(Contract, contract_id)
        mine = row is not None and row.household_id == event.account_id
        if row is None or not mine or row.state != ContractState.RUNNING:
            orders.unbind_order(session, event.order_id, contract_id)
            continue
        journal.note(session, row, "ordered", event.at, party=Party.HOUSEHOLD,
                     params={"code": event.code})  # fmt: skip
        journal.tell(session, row, "ordered", Party.CREW, event.at, {"code": event.code})
        plan(session, row, Actor(event.account_id), event.at)


def bind_order(
    session: Session, actor: Actor, contract_id: str, order_id: str, now: datetime
) -> None:
    """Tie an order already placed from the same plan to the contract.

    Goods that wait since an earlier job of the same plan was called off are taken over. Of a
    draft this makes the next version, because the order's amounts are what it says then. Raises
    ContractNotFound, NotYourTurn, NotPossibleInState, OrderNotFound, NothingToBind.
    """
    row, party = access.own(session, actor, contract_id)
    if row.state not in (ContractState.DRAFT, ContractState.RUNNING):
        raise NotPossibleInState()
    if party is not Party.HOUSEHOLD:
        access.as_party(session, actor, contract_id, Party.HOUSEHOLD, ContractState(row.state))
    free = waiting_contracts(session, row.household_id, row.origin)
    orders.bind(
        session, order_id, account_id=row.household_id, origin=row.origin, contract_id=row.id,
        free=free,
    )  # fmt: skip
    _taken_over(session, order_id, free, now)
    order = order_queries.find_order(session, order_id)
    code = order.code if order else ""
    journal.note(session, row, "bound", now, party=party, actor=actor, params={"code": code})
    if row.state == ContractState.DRAFT:
        next_version(session, row, party, actor, {}, now)
    else:
        journal.tell(session, row, "ordered", Party.CREW, now, {"code": code})
        plan(session, row, actor, now)


def waiting_contracts(session: Session, household_id: str, origin: str) -> list[str]:
    """Contracts of the household's earlier jobs with goods of a plan that wait for a new crew."""
    return list(
        session.scalars(
            select(Contract.id)
            .join(ContractGoods, ContractGoods.contract_id == Contract.id)
            .where(
                Contract.household_id == household_id,
                Contract.origin == origin,
                Contract.state == ContractState.CANCELLED,
                ContractGoods.decision.in_(UNDECIDED),
            )
            .distinct()
            .order_by(Contract.id)
        )
    )


def _taken_over(session: Session, order_id: str, free: list[str], now: datetime) -> None:
    order = order_queries.find_order(session, order_id)
    parts = [part.id for part in order.seller_orders] if order else []
    rows = session.scalars(
        select(ContractGoods).where(
            ContractGoods.contract_id.in_(free),
            ContractGoods.seller_order_id.in_(parts),
            ContractGoods.decision.in_(UNDECIDED),
        )
    ).all()
    for row in rows:
        row.decision, row.decided_at = Decision.TAKEN_OVER, now
    session.flush()


def live_orders(session: Session, contract_id: str) -> list[str]:
    """The contract's orders that are not off."""
    found = [
        order_queries.find_order(session, key)
        for key in order_queries.orders_of_contract(session, contract_id)
    ]
    return [order.id for order in found if order and order.state not in OVER]


def plan(session: Session, row: Contract, actor: Actor, now: datetime) -> int:
    """Date the unsent goods by the milestones as they are; returns how many parts moved."""
    steps = dated_steps(session, row)
    goods = current(session, row).content["goods"]

    def window_of(listing_id: str) -> DeliveryWindow:
        return window_for(steps, goods, listing_id)

    return orders.plan_deliveries(session, row.id, window_of, actor, now)


def window_for(steps: tuple[Step, ...], goods: dict[str, int], listing_id: str) -> DeliveryWindow:
    """When a listing should come; what the plan does not name (a gift) comes with the rest."""
    return rules.window(steps, goods.get(listing_id, rules.arrival(steps)))


def dated_steps(
    session: Session, row: Contract, days: list[date] | None = None
) -> tuple[Step, ...]:
    """The milestones with the days that count now, or with `days`."""
    said = content.steps_of(current(session, row).content)
    if days is None:
        rows = milestone_rows(session, row.id)
        days = [one.planned_on for one in rows] or [step.planned_on for step in said]
    return tuple(
        Step(s.name_zh, s.name_en, s.pct, s.kind, s.gate_zh, s.gate_en, day)
        for s, day in zip(said, days, strict=True)
    )


def milestone_rows(session: Session, contract_id: str) -> list[ContractMilestone]:
    """The milestones of a signed contract in their order; none of a draft."""
    return list(
        session.scalars(
            select(ContractMilestone)
            .where(ContractMilestone.contract_id == contract_id)
            .order_by(ContractMilestone.position)
            .execution_options(populate_existing=True)
        )
    )


def is_done(rows: list[ContractMilestone]) -> bool:
    """Whether all work is accepted; money kept back for the warranty may be open."""
    return bool(rows) and all(
        one.state == MilestoneState.ACCEPTED or one.kind == StepKind.RETENTION for one in rows
    )
