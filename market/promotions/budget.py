"""Budgets, uses and limits: taken at checkout, settled at payment, freed at cancellation.

Everything scarce is taken by a conditional UPDATE whose row count is checked, so no number
of buyers at once can spend more than there is.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.households import service as households
from market.kernel.events import publish
from market.promotions import mapping, pieces
from market.promotions.errors import (
    BudgetExhausted,
    CouponUsedUp,
    HouseholdLimitReached,
    HouseholdNotStated,
    PromotionNotFound,
    PromotionNotRunning,
    PromotionUsedUp,
)
from market.promotions.events import PromotionExhausted
from market.promotions.models import CouponCode, Promotion, PromotionHousehold, Redemption
from market.promotions.types import Redemption as Use

Unit = tuple[str, bool]  # under what a use counts, and whether that is a stated household


def reserve(
    session: Session, redemptions: Sequence[Use], order_id: str, household_id: str, now: datetime
) -> None:
    """Take budget, uses and household limits for an order; all or nothing.

    Reserving the same promotion for the same order again changes nothing. Raises
    `BudgetExhausted` (or one of its kinds: `PromotionUsedUp`, `PromotionNotRunning`,
    `HouseholdLimitReached`, `HouseholdNotStated`, `CouponUsedUp`); the caller's transaction must
    then roll back.
    """
    unit = households.hold(session, household_id)
    known = set(
        session.scalars(select(Redemption.promotion_id).where(Redemption.order_id == order_id))
    )
    # One order of locking for everybody: no two checkouts can wait for each other.
    for use in sorted(redemptions, key=lambda use: use.promotion_id):
        if use.amount_fen > 0 and use.promotion_id not in known:
            _reserve_one(session, use, order_id, household_id, unit, now)


def settle(session: Session, order_id: str, now: datetime) -> None:
    """The order is paid: what was reserved is spent. Repeating it changes nothing."""
    for row in _of_order(session, order_id):
        if _move(session, row, "settled", now) is None:
            continue
        session.execute(
            update(Promotion)
            .where(Promotion.id == row.promotion_id, Promotion.reserved_fen >= row.amount_fen)
            .values(
                reserved_fen=Promotion.reserved_fen - row.amount_fen,
                spent_fen=Promotion.spent_fen + row.amount_fen,
            )
        )


def free(session: Session, order_id: str, now: datetime) -> None:
    """The order was cancelled before payment: budget, uses and limits come back.

    What is already settled stays spent. Repeating it changes nothing.
    """
    for row in _of_order(session, order_id):
        counted_as = _move(session, row, "freed", now)
        if counted_as is None:
            continue
        session.execute(
            update(Promotion)
            .where(Promotion.id == row.promotion_id)
            .values(reserved_fen=Promotion.reserved_fen - row.amount_fen, uses=Promotion.uses - 1)
        )
        session.execute(
            update(PromotionHousehold)
            .where(
                PromotionHousehold.promotion_id == row.promotion_id,
                PromotionHousehold.household_id == counted_as,
                PromotionHousehold.uses > 0,
            )
            .values(uses=PromotionHousehold.uses - 1)
        )
        pieces.give_back(session, row.promotion_id, row.household_id)
        if row.coupon_id is not None:
            session.execute(
                update(CouponCode)
                .where(CouponCode.id == row.coupon_id, CouponCode.uses > 0)
                .values(uses=CouponCode.uses - 1)
            )


def retake(session: Session, order_id: str, now: datetime) -> None:
    """A payment came after its order expired: take again what `free` gave back; all or nothing.

    Whether the promotion runs is judged at the instant the order was made, when its price was
    agreed; budget, uses and limits are those of now. Repeating it changes nothing. Raises
    what `reserve` raises; the caller's savepoint must then roll back.
    """
    query = select(Redemption).where(Redemption.order_id == order_id, Redemption.state == "freed")
    rows = session.scalars(query.order_by(Redemption.promotion_id)).all()
    unit = households.hold(session, rows[0].household_id) if rows else ("", False)
    for row in rows:
        moved = session.execute(
            update(Redemption)
            .where(Redemption.id == row.id, Redemption.state == "freed")
            .values(state="reserved", freed_at=None, counted_as=unit[0])
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            continue
        promotion = _take_budget(session, row.promotion_id, row.amount_fen, row.reserved_at)
        pieces.take(session, promotion, row.household_id, row.packs)
        _take_household(session, promotion, unit, row.reserved_at, asking=False)
        if row.coupon_id is not None:
            _count_code(session, promotion, row.coupon_id)
        note_exhaustion(session, promotion, now)


def _reserve_one(
    session: Session, use: Use, order_id: str, household_id: str, unit: Unit, now: datetime
) -> None:
    row = _take_budget(session, use.promotion_id, use.amount_fen, now)
    _take_household(session, row, unit, now)
    coupon_id = _take_code(session, row, use.code)
    pieces.take(session, row, household_id, use.packs)
    session.add(
        Redemption(
            promotion_id=row.id,
            order_id=order_id,
            household_id=household_id,
            counted_as=unit[0],
            coupon_id=coupon_id,
            amount_fen=use.amount_fen,
            packs=use.packs,
            state="reserved",
            reserved_at=now,
        )
    )
    session.flush()
    note_exhaustion(session, row, now)


def _take_budget(
    session: Session, promotion_id: str, amount_fen: int, running_at: datetime
) -> Promotion:
    """Count the amount and one use, within budget and uses, of a promotion running then."""
    taken = session.execute(
        update(Promotion)
        .where(
            Promotion.id == promotion_id,
            Promotion.state == "live",
            Promotion.starts_at <= running_at,
            Promotion.ends_at > running_at,
            or_(
                Promotion.budget_fen.is_(None),
                Promotion.reserved_fen + Promotion.spent_fen + amount_fen <= Promotion.budget_fen,
            ),
            or_(Promotion.max_uses.is_(None), Promotion.uses < Promotion.max_uses),
        )
        .values(reserved_fen=Promotion.reserved_fen + amount_fen, uses=Promotion.uses + 1)
        .execution_options(synchronize_session=False)
    )
    row = session.get(Promotion, promotion_id, populate_existing=True)
    if row is None:
        raise PromotionNotFound
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise _refusal(row, running_at)
    return row


def _refusal(row: Promotion, now: datetime) -> BudgetExhausted:
    if row.state != "live" or not row.starts_at <= now < row.ends_at:
        return PromotionNotRunning(row.id, row.name)
    if row.max_uses is not None and row.uses >= row.max_uses:
        return PromotionUsedUp(row.id, row.name)
    return BudgetExhausted(row.id, row.name)


def _take_household(
    session: Session, row: Promotion, unit: Unit, at: datetime, *, asking: bool = True
) -> None:
    """Count a use of the household, within its limit; the first use makes the row.

    `asking`: only for those who state their household, where the promotion asks for it. A late
    payment keeps what was agreed when it was not asked yet.
    """
    counted_as, stated = unit
    if asking and row.asks_household and row.household_limit is not None and not stated:
        raise HouseholdNotStated(row.id, row.name)
    limit: ColumnElement[bool] = true()
    if row.household_limit is not None:
        limit = PromotionHousehold.uses < row.household_limit
    for _ in range(2):
        counted = session.execute(
            update(PromotionHousehold)
            .where(
                PromotionHousehold.promotion_id == row.id,
                PromotionHousehold.household_id == counted_as,
                limit,
            )
            .values(uses=PromotionHousehold.uses + 1, used_at=at)
            .execution_options(synchronize_session=False)
        )
        if counted.rowcount == 1:  # type: ignore[attr-defined]
            return
        try:
            with session.begin_nested():
                session.add(
                    PromotionHousehold(
                        promotion_id=row.id, household_id=counted_as, uses=1, used_at=at
                    )
                )
        except IntegrityError:
            continue  # it exists: the limit is reached, or another checkout just made it
        return
    raise HouseholdLimitReached(row.id, row.name)


def _take_code(session: Session, row: Promotion, code: str | None) -> str | None:
    if not row.needs_code:
        return None
    coupon_id = session.scalar(
        select(CouponCode.id).where(CouponCode.promotion_id == row.id, CouponCode.code == code)
    )
    _count_code(session, row, coupon_id)
    return coupon_id


def _count_code(session: Session, row: Promotion, coupon_id: str | None) -> None:
    counted = session.execute(
        update(CouponCode)
        .where(
            CouponCode.id == coupon_id,
            or_(CouponCode.max_uses.is_(None), CouponCode.uses < CouponCode.max_uses),
        )
        .values(uses=CouponCode.uses + 1)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise CouponUsedUp(row.id, row.name)


def note_exhaustion(session: Session, row: Promotion, now: datetime) -> None:
    """Say once that nothing more fits into the budget."""
    if not mapping.is_spent(row):
        return
    first = session.execute(
        update(Promotion)
        .where(Promotion.id == row.id, Promotion.exhausted_at.is_(None))
        .values(exhausted_at=now)
        .execution_options(synchronize_session=False)
    )
    if first.rowcount == 1:  # type: ignore[attr-defined]
        publish(
            session,
            PromotionExhausted(
                row.id, row.name, row.owner, row.seller_id, row.region_code, row.budget_fen,
                row.created_by,
            ),
        )  # fmt: skip


_RESERVED = (
    select(Redemption)
    .where(Redemption.order_id == bindparam("order_id"), Redemption.state == "reserved")
    .order_by(Redemption.promotion_id)
)


def _of_order(session: Session, order_id: str) -> Sequence[Redemption]:
    return session.scalars(_RESERVED, {"order_id": order_id}).all()


def _move(session: Session, row: Redemption, state: str, now: datetime) -> str | None:
    """reserved → settled or freed, exactly once; returns under what it counts, as it is now: its
    account may have joined a household since the row was read. None when it was moved before."""
    stamp = {"settled_at": now} if state == "settled" else {"freed_at": now}
    moved = session.execute(
        update(Redemption)
        .where(Redemption.id == row.id, Redemption.state == "reserved")
        .values(state=state, **stamp)
        .returning(Redemption.counted_as)
    )
    return moved.scalar()
