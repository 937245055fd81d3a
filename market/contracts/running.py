"""A running contract: milestones reported, accepted or sent back, and moved by both."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.audit.service import record
from market.contracts import access, delivering, ending, journal, rules
from market.contracts.errors import (
    DatesOutOfOrder,
    DayIsOver,
    EarlierFirst,
    MoveOpen,
    NoMoveOpen,
    NotPossibleInState,
    NotYourTurn,
    ReasonMissing,
    SameDay,
    TooManyMilestonePhotos,
)
from market.contracts.models import Contract, ContractMilestone, ContractMove
from market.contracts.types import (
    MOST_PHOTOS,
    PARTY_LABELS,
    PHOTO_OWNER,
    ContractState,
    GoodsMoved,
    MilestoneState,
    Moved,
    MoveView,
    Party,
    Step,
)
from market.db.inserting import insert_new
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.i18n import Named, Word
from market.media import queries as media
from market.media import service as media_service
from market.orders import queries as order_queries
from market.orders.types import DeliveryWindow

REPORTABLE = (MilestoneState.PLANNED, MilestoneState.REWORK)


def report(
    session: Session,
    actor: Actor,
    contract_id: str,
    position: int,
    note: str,
    photos: Sequence[media_service.NewFile],
    now: datetime,
) -> None:
    """The crew says a milestone is reached, with photos that media has re-encoded.

    Raises ContractNotFound, NotYourTurn, NotPossibleInState, EarlierFirst,
    TooManyMilestonePhotos.
    """
    row = access.as_party(session, actor, contract_id, Party.CREW, ContractState.RUNNING)
    rows = delivering.milestone_rows(session, row.id)
    one = _at(rows, position)
    earlier = next((m for m in rows[:position] if m.state != MilestoneState.ACCEPTED), None)
    if earlier is not None:
        step = delivering.dated_steps(session, row)[earlier.position]
        raise EarlierFirst(name=Named(step.name_zh, step.name_en))
    kept = media.files_of(session, PHOTO_OWNER, [one.id]).get(one.id, [])
    if len(kept) + len(photos) > MOST_PHOTOS:
        raise TooManyMilestonePhotos(limit=MOST_PHOTOS, field="photos")
    _move(
        session, one, REPORTABLE, state=MilestoneState.REPORTED, note=note[:1_000],
        reported_at=now,
    )  # fmt: skip
    for photo in photos:
        media_service.attach(session, photo, PHOTO_OWNER, one.id, now=now)
    _told(session, row, one, "reported", Party.CREW, actor, now)


def accept(session: Session, actor: Actor, contract_id: str, position: int, now: datetime) -> None:
    """The household accepts a reported milestone; with the last work the job is done, with the
    last milestone the contract is. Nothing is ever accepted by the clock.

    Raises ContractNotFound, NotYourTurn, NotPossibleInState.
    """
    row = access.as_party(session, actor, contract_id, Party.HOUSEHOLD, ContractState.RUNNING)
    one = _at(delivering.milestone_rows(session, row.id), position)
    _move(
        session, one, (MilestoneState.REPORTED,), state=MilestoneState.ACCEPTED, accepted_at=now,
        accepted_by=actor.account_id or "",
    )  # fmt: skip
    record(
        session, actor, "contract.accept", "contract", row.id, now=now, region=row.region,
        after={"position": position},
    )  # fmt: skip
    _told(session, row, one, "accepted", Party.HOUSEHOLD, actor, now)
    ending.finish_if_done(session, row, now)


def ask_rework(
    session: Session, actor: Actor, contract_id: str, position: int, reason: str, now: datetime
) -> None:
    """The household sends a reported milestone back, with a reason.

    Raises ContractNotFound, NotYourTurn, NotPossibleInState, ReasonMissing.
    """
    row = access.as_party(session, actor, contract_id, Party.HOUSEHOLD, ContractState.RUNNING)
    words = reason.strip()[:300]
    if not words:
        raise ReasonMissing(field="reason")
    one = _at(delivering.milestone_rows(session, row.id), position)
    _move(
        session, one, (MilestoneState.REPORTED,), state=MilestoneState.REWORK, rework_reason=words
    )
    _told(session, row, one, "rework", Party.HOUSEHOLD, actor, now, reason=words)


def propose(
    session: Session,
    actor: Actor,
    contract_id: str,
    position: int,
    new_on: date,
    reason: str,
    now: datetime,
) -> None:
    """Ask the other party for a new day of a milestone; later ones would move by as much.

    Raises ContractNotFound, NotPossibleInState, ReasonMissing, SameDay, DayIsOver,
    DatesOutOfOrder, MoveOpen.
    """
    row, party = access.own(session, actor, contract_id)
    if row.state != ContractState.RUNNING:
        raise NotPossibleInState()
    words = reason.strip()[:300]
    if not words:
        raise ReasonMissing(field="reason")
    rows = delivering.milestone_rows(session, row.id)
    _check_move(session, row, rows, position, new_on, now)
    fresh = {
        "contract_id": row.id,
        "position": position,
        "old_on": rows[position].planned_on,
        "new_on": new_on,
        "reason": words,
        "proposed_by": party,
        "proposed_at": now,
        "state": "open",
    }
    if open_move(session, row.id) is not None or not insert_new(session, ContractMove, [fresh]):
        raise MoveOpen()
    _told(
        session, row, rows[position], "move_asked", party, actor, now, day=new_on.isoformat(),
        reason=words,
    )  # fmt: skip


def answer(
    session: Session,
    actor: Actor,
    contract_id: str,
    move_id: str,
    *,
    agreed: bool,
    now: datetime,
) -> int:
    """Assent to a proposed day, or not; returns how many sellers' parts got other days.

    Whoever proposed it may only take it back. Raises ContractNotFound, NotPossibleInState,
    NotYourTurn, NoMoveOpen, and when the day went by meanwhile what `propose` raises.
    """
    row, party = access.own(session, actor, contract_id)
    if row.state != ContractState.RUNNING:
        raise NotPossibleInState()
    move = session.scalar(
        select(ContractMove).where(ContractMove.id == move_id, ContractMove.contract_id == row.id)
    )
    if move is None:
        raise NoMoveOpen()
    if agreed and move.proposed_by == party:
        raise NotYourTurn(party=Word(PARTY_LABELS[party.other]))
    rows = delivering.milestone_rows(session, row.id)
    if agreed:
        _check_move(session, row, rows, move.position, move.new_on, now)
    state = "agreed" if agreed else "void" if move.proposed_by == party else "refused"
    taken: Any = session.execute(
        update(ContractMove)
        .where(ContractMove.id == move_id, ContractMove.state == "open")
        .values(state=state, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise NoMoveOpen()
    session.refresh(move)
    one, what = rows[move.position], "move_agreed" if agreed else "move_refused"
    moved = 0
    if agreed:
        days = rules.slid([m.planned_on for m in rows], move.position, move.new_on)
        for milestone, day in zip(rows, days, strict=True):
            milestone.planned_on = day
        session.flush()
        moved = delivering.plan(session, row, actor, now)
        record(
            session, actor, "contract.move", "contract", row.id, now=now, region=row.region,
            before={"position": move.position, "day": move.old_on.isoformat()},
            after={"position": move.position, "day": move.new_on.isoformat()},
        )  # fmt: skip
    _told(session, row, one, what, party, actor, now, day=move.new_on.isoformat())
    return moved


def open_move(session: Session, contract_id: str) -> ContractMove | None:
    """The proposal that waits for an answer."""
    return session.scalar(
        select(ContractMove).where(
            ContractMove.contract_id == contract_id, ContractMove.state == "open"
        )
    )


def preview(session: Session, row: Contract, position: int, new_on: date) -> tuple[
    tuple[Moved, ...], tuple[GoodsMoved, ...]
]:  # fmt: skip
    """What a new day of a milestone moves: it and all later ones, and goods that are not sent."""
    before = delivering.dated_steps(session, row)
    days = rules.slid([step.planned_on for step in before], position, new_on)
    after = delivering.dated_steps(session, row, days)
    milestones = tuple(
        Moved(i, old.name_zh, old.name_en, old.planned_on, new.planned_on)
        for i, (old, new) in enumerate(zip(before, after, strict=True))
        if old.planned_on != new.planned_on
    )
    return milestones, _goods_moved(session, row, after)


def move_view(session: Session, row: Contract) -> MoveView | None:
    """The open proposal with everything that follows from it."""
    move = open_move(session, row.id)
    if move is None:
        return None
    milestones, goods = preview(session, row, move.position, move.new_on)
    return MoveView(
        move.id, move.position, move.new_on, Party(move.proposed_by), move.reason,
        move.proposed_at, milestones, goods,
    )  # fmt: skip


def _goods_moved(
    session: Session, row: Contract, after: tuple[Step, ...]
) -> tuple[GoodsMoved, ...]:
    goods = delivering.current(session, row).content["goods"]
    found = []
    for order_id in delivering.live_orders(session, row.id):
        order = order_queries.find_order(session, order_id)
        for line in (line for part in order.seller_orders for line in part.lines) if order else ():
            if line.contract_id != row.id or not line.sendable:
                continue
            new = delivering.window_for(after, goods, line.listing_id)
            promised = line.first_promised_on
            if promised is not None and promised > new.end:
                new = DeliveryWindow(new.end, promised)
            old = DeliveryWindow(line.deliver_from, line.promised_on) if line.deliver_from else None
            if old != new:
                found.append(GoodsMoved(line.product_name, line.product_name_en, old, new))
    return tuple(found)


def _check_move(
    session: Session,
    row: Contract,
    rows: list[ContractMilestone],
    position: int,
    new_on: date,
    now: datetime,
) -> None:
    one = _at(rows, position)
    if one.state == MilestoneState.ACCEPTED:
        raise NotPossibleInState()
    step = delivering.dated_steps(session, row)[position]
    name = Named(step.name_zh, step.name_en)
    if new_on == one.planned_on:
        raise SameDay(field="new_on")
    if new_on < shanghai_date(now):
        raise DayIsOver(name=name, day=new_on.isoformat(), field="new_on")
    before = rows[position - 1].planned_on if position else None
    if before is not None and new_on < before:
        raise DatesOutOfOrder(name=name, day=before.isoformat(), field="new_on")


def _at(rows: list[ContractMilestone], position: int) -> ContractMilestone:
    if not 0 <= position < len(rows):
        raise NotPossibleInState()
    return rows[position]


def _move(
    session: Session,
    one: ContractMilestone,
    sources: tuple[MilestoneState, ...],
    **values: Any,
) -> None:
    moved: Any = session.execute(
        update(ContractMilestone)
        .where(ContractMilestone.id == one.id, ContractMilestone.state.in_(sources))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:
        raise NotPossibleInState()
    session.refresh(one)


def _told(
    session: Session,
    row: Contract,
    one: ContractMilestone,
    what: str,
    party: Party,
    actor: Actor,
    now: datetime,
    **more: str,
) -> None:
    step = delivering.dated_steps(session, row)[one.position]
    params = {"name_zh": step.name_zh, "name_en": step.name_en, **more}
    journal.note(session, row, what, now, party=party, actor=actor, params=params)
    journal.tell(session, row, what, party.other, now, params)
