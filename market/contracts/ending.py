"""How a contract ends: done, or called off with goods that have not left."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from market.audit.service import record
from market.contracts import access, delivering, journal, rules
from market.contracts.errors import (
    DayIsOver,
    DecisionOver,
    NotPossibleInState,
    NotYourTurn,
    ReasonMissing,
    WorkIsDone,
)
from market.contracts.models import Contract, ContractGoods, ContractMove
from market.contracts.types import (
    PARTY_LABELS,
    UNDECIDED,
    ContractState,
    Decision,
    MilestoneState,
    Party,
)
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import shanghai_date
from market.kernel.i18n import Named, Word
from market.matching import service as matching
from market.orders import service as orders
from market.orders.types import DeliveryWindow

GOODS = Named("材料", "Materials")


def finish_if_done(session: Session, row: Contract, now: datetime) -> None:
    """After an acceptance: the crew is free with the last work, the contract over with the last
    milestone."""
    rows = delivering.milestone_rows(session, row.id)
    if delivering.is_done(rows):
        matching.finish_job(session, row.request_id, row.provider_id, now=now)
    if all(one.state == MilestoneState.ACCEPTED for one in rows):
        _end(session, row, ContractState.FINISHED, now)
        _void_moves(session, row, now)
        journal.note(session, row, "finished", now)
        journal.tell(session, row, "finished", None, now)


def cancel(
    session: Session,
    actor: Actor,
    contract_id: str,
    reason: str,
    now: datetime,
    decision_days: int,
) -> int:
    """Call the job off, for good; returns how many sellers' parts wait for a decision.

    Unsent goods are held back until the household decides, at most `decision_days`; those of a
    draft were never dated and come as promised. Raises ContractNotFound, NotPossibleInState,
    ReasonMissing, WorkIsDone.
    """
    row, party = access.own(session, actor, contract_id)
    words = reason.strip()[:300]
    if row.state not in (ContractState.DRAFT, ContractState.RUNNING):
        raise NotPossibleInState()
    if not words:
        raise ReasonMissing(field="reason")
    if delivering.is_done(delivering.milestone_rows(session, row.id)):
        raise WorkIsDone()
    was_running = row.state == ContractState.RUNNING
    _end(session, row, ContractState.CANCELLED, now, by=party, reason=words)
    _void_moves(session, row, now)
    matching.call_off(session, row.request_id, row.provider_id, now=now)
    held: list[str] = []
    if was_running:
        held = orders.hold_back(session, row.id, actor, now)
    else:
        orders.unbind(session, row.id)
    if held:
        row.decide_by = now + timedelta(days=decision_days)
        session.execute(
            insert(ContractGoods),
            [
                {"contract_id": row.id, "seller_order_id": part, "decision": Decision.WAITING}
                for part in held
            ],
        )
        session.flush()
    params = {"reason": words}
    journal.note(session, row, "cancelled", now, party=party, actor=actor, params=params)
    journal.tell(session, row, "cancelled", party.other, now, params)
    if held:
        days = {"count": str(len(held)), "day": shanghai_date(_deadline(row)).isoformat()}
        journal.tell(session, row, "goods_wait", Party.HOUSEHOLD, now, days)
    record(
        session, actor, "contract.cancel", "contract", row.id, now=now, region=row.region,
        after={"party": party.value, "reason": words, "held_parts": len(held)},
    )  # fmt: skip
    return len(held)


def _deadline(row: Contract) -> datetime:
    assert row.decide_by is not None
    return row.decide_by


def decide(
    session: Session,
    actor: Actor,
    contract_id: str,
    seller_order_id: str,
    wanted: Decision,
    until: date | None,
    now: datetime,
) -> None:
    """What becomes of a seller's held-back part: sent by a day, kept for the next crew, dropped.

    Raises ContractNotFound, NotYourTurn, NotPossibleInState, DecisionOver, DayIsOver, and for
    goods not paid yet NotPossibleNow of orders when they are dropped.
    """
    row, party = access.own(session, actor, contract_id)
    if party is not Party.HOUSEHOLD:
        raise NotYourTurn(party=Word(PARTY_LABELS[Party.HOUSEHOLD]))
    if row.state != ContractState.CANCELLED or wanted not in CHOICES:
        raise NotPossibleInState()
    today = shanghai_date(now)
    if wanted is Decision.DELIVER and (until is None or until <= today):
        day = until.isoformat() if until else "—"
        raise DayIsOver(name=GOODS, day=day, field="deliver_until")
    _decided(
        session, row, seller_order_id, wanted, now,
        until=until if wanted is Decision.DELIVER else None,
    )  # fmt: skip
    if wanted is Decision.DELIVER and until is not None:
        start = max(today, until - timedelta(days=rules.WINDOW_DAYS - 1))
        orders.let_go(session, seller_order_id, row.id, DeliveryWindow(start, until), actor, now)
    elif wanted is Decision.DROP:
        orders.cancel_for_job(session, seller_order_id, row.id, actor=actor, now=now)
    journal.note(
        session, row, f"goods_{wanted.value}", now, party=party, actor=actor,
        params={"day": until.isoformat()} if wanted is Decision.DELIVER and until else {},
    )  # fmt: skip
    record(
        session, actor, "contract.goods", "contract", row.id, now=now, region=row.region,
        after={"seller_order": seller_order_id, "decision": wanted.value},
    )  # fmt: skip


CHOICES = (Decision.DELIVER, Decision.KEEP, Decision.DROP)


def release_undecided(session: Session, now: datetime) -> int:
    """Goods nobody decided about in time come as first promised; returns how many parts.

    What was promised for a day that is over comes within `LATE_DAYS`. Doing it again changes
    nothing.
    """
    due = session.scalars(
        select(Contract)
        .join(ContractGoods, ContractGoods.contract_id == Contract.id)
        .where(
            Contract.state == ContractState.CANCELLED,
            Contract.decide_by <= now,
            ContractGoods.decision == Decision.WAITING,
        )
        .distinct()
        .order_by(Contract.id)
        .limit(200)
    ).all()
    released = 0
    for row in due:
        parts = session.scalars(
            select(ContractGoods.seller_order_id)
            .where(ContractGoods.contract_id == row.id, ContractGoods.decision == Decision.WAITING)
            .order_by(ContractGoods.seller_order_id)
        ).all()
        for part in parts:
            _decided(session, row, part, Decision.AS_PROMISED, now)
            orders.let_go(session, part, row.id, None, SYSTEM, now, late_days=rules.LATE_DAYS)
            released += 1
        journal.note(session, row, "goods_as_promised", now)
        journal.tell(session, row, "undecided", Party.HOUSEHOLD, now, {"count": str(len(parts))})
    return released


def _decided(
    session: Session,
    row: Contract,
    seller_order_id: str,
    decision: Decision,
    now: datetime,
    *,
    until: date | None = None,
) -> None:
    taken: Any = session.execute(
        update(ContractGoods)
        .where(
            ContractGoods.contract_id == row.id,
            ContractGoods.seller_order_id == seller_order_id,
            ContractGoods.decision.in_(UNDECIDED),
        )
        .values(decision=decision, deliver_until=until, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise DecisionOver()


def _end(
    session: Session,
    row: Contract,
    state: ContractState,
    now: datetime,
    *,
    by: str = "",
    reason: str = "",
) -> None:
    sources = (
        (ContractState.RUNNING,)
        if state is ContractState.FINISHED
        else (ContractState.DRAFT, ContractState.RUNNING)
    )
    ended: Any = session.execute(
        update(Contract)
        .where(Contract.id == row.id, Contract.state.in_(sources))
        .values(state=state, ended_at=now, ended_by=by, end_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != 1:
        raise NotPossibleInState()
    session.refresh(row)


def _void_moves(session: Session, row: Contract, now: datetime) -> None:
    session.execute(
        update(ContractMove)
        .where(ContractMove.contract_id == row.id, ContractMove.state == "open")
        .values(state="void", decided_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
