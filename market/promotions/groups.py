"""A village buys together: households join with packs until an instant; then it is counted.

Joining and counting take turns on one row, so that no join is lost or comes late: whoever
joined before the count is in it, whoever comes after is refused.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.households import queries as households
from market.households import service as counting
from market.kernel.events import publish
from market.kernel.money import percent_of
from market.promotions import eligibility, mapping, queries, simulate
from market.promotions.benefits import tier_reached
from market.promotions.errors import (
    GroupClosed,
    GroupPacksBought,
    HouseholdPacksJoined,
    PromotionNotFound,
    TooManyPacks,
)
from market.promotions.events import GroupCounted
from market.promotions.models import GroupJoin, GroupPurchase, Promotion
from market.promotions.stored import benefit_from_json
from market.promotions.types import Channel, GroupView


def open_for(session: Session, row: Promotion) -> None:
    """A group purchase that goes live can be joined from now on."""
    closes_at = benefit_from_json(row.benefit).closes_at
    if row.benefit["kind"] == "group_buy" and closes_at is not None:
        session.add(GroupPurchase(promotion_id=row.id, closes_at=closes_at, joined_packs=0))


def join(session: Session, promotion_id: str, household_id: str, packs: int, now: datetime) -> None:
    """Join with so many packs, or change to that number. 0 leaves.

    More packs than before are only for a household whom the promotion is meant for, and never
    more than one household may have, its accounts together: the packs of all decide the price of
    all. Raises PromotionNotFound, GroupClosed, GroupPacksBought, TooManyPacks,
    HouseholdPacksJoined, NotForHousehold.
    """
    row = session.get(Promotion, promotion_id)
    if row is None or row.state != "live" or row.starts_at > now:
        raise PromotionNotFound
    unit, _stated = counting.hold(session, household_id)
    _lock_open(session, promotion_id, now)
    mine = session.get(GroupJoin, (promotion_id, household_id), populate_existing=True)
    before = mine.packs if mine else 0
    if mine is not None and packs < mine.bought:
        raise GroupPacksBought(bought=mine.bought, field="packs")
    if packs > before:
        _require_may_join(session, row, household_id, unit, packs, now)
    if mine is None and packs:
        session.add(
            GroupJoin(
                promotion_id=promotion_id, household_id=household_id, packs=packs, bought=0,
                joined_at=now,
            )
        )  # fmt: skip
    elif mine is not None and packs:
        mine.packs = packs
    elif mine is not None:
        session.delete(mine)
    try:
        session.flush()
    except IntegrityError as twice:
        raise GroupClosed from twice
    _count(session, promotion_id, packs - before)


def _require_may_join(
    session: Session, row: Promotion, household_id: str, unit: str, packs: int, now: datetime
) -> None:
    spec = mapping.spec_of(row, queries.prefixes_of(session, [row.id]).get(row.id, ()))
    if packs > spec.benefit.most_joined:
        raise TooManyPacks(most=spec.benefit.most_joined, field="packs")
    others = _joined_by_others(session, row.id, household_id, unit)
    if packs + others > spec.benefit.most_joined:
        most = spec.benefit.most_joined
        left = max(0, most - others)
        raise HouseholdPacksJoined(most=most, others=others, left=left, field="packs")
    eligibility.require(session, spec, household_id, now, Channel.ONLINE)


def _joined_by_others(session: Session, promotion_id: str, account_id: str, unit: str) -> int:
    """The packs that the other accounts of the household joined with. Joins of one purchase take
    turns, and who joins holds the account: none is counted too little."""
    return _joined_under(session, promotion_id, account_id, literal(unit))


def _joined_by_family(session: Session, promotion_id: str, account_id: str) -> int:
    home = households.counted_as(literal(account_id))
    return _joined_under(session, promotion_id, account_id, home)


def _joined_under(session: Session, promotion_id: str, account_id: str, unit: Any) -> int:
    joined = select(func.coalesce(func.sum(GroupJoin.packs), 0)).where(
        GroupJoin.promotion_id == promotion_id,
        GroupJoin.household_id != account_id,
        households.counted_as(GroupJoin.household_id) == unit,
    )
    return int(session.scalar(joined) or 0)


def _lock_open(session: Session, promotion_id: str, now: datetime) -> None:
    """Hold the purchase's row, if it can still be joined."""
    held = session.execute(
        update(GroupPurchase)
        .where(
            GroupPurchase.promotion_id == promotion_id,
            GroupPurchase.closed_at.is_(None),
            GroupPurchase.closes_at > now,
        )
        .values(joined_packs=GroupPurchase.joined_packs)
        .execution_options(synchronize_session=False)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise GroupClosed


def _count(session: Session, promotion_id: str, packs: int) -> None:
    session.execute(
        update(GroupPurchase)
        .where(GroupPurchase.promotion_id == promotion_id)
        .values(joined_packs=GroupPurchase.joined_packs + packs)
        .execution_options(synchronize_session=False)
    )


def close_due(session: Session, now: datetime) -> int:
    """Count every purchase whose instant has come, for good, and say so. Safe to repeat."""
    due = session.scalars(
        select(GroupPurchase.promotion_id)
        .where(GroupPurchase.closed_at.is_(None), GroupPurchase.closes_at <= now)
        .order_by(GroupPurchase.promotion_id)
    ).all()
    counted = [key for key in due if _close(session, key, now)]
    for promotion_id in counted:
        publish(session, _counted(session, promotion_id, now))
    return len(counted)


def _close(session: Session, promotion_id: str, now: datetime) -> bool:
    closed = session.execute(
        update(GroupPurchase)
        .where(GroupPurchase.promotion_id == promotion_id, GroupPurchase.closed_at.is_(None))
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(closed.rowcount == 1)  # type: ignore[attr-defined]


def _counted(session: Session, promotion_id: str, now: datetime) -> GroupCounted:
    seen = queries.get_promotion(session, promotion_id, now)
    benefit = seen.draft.benefit
    total = session.scalars(
        select(GroupPurchase.joined_packs).where(GroupPurchase.promotion_id == promotion_id)
    ).one()
    joined = select(GroupJoin.household_id).where(GroupJoin.promotion_id == promotion_id)
    tier = tier_reached(benefit.tiers, total)
    goods = simulate.sample_listings(session, seen, now)
    cheapest = min(goods, key=lambda x: (x.price_fen, x.id), default=None)
    was = cheapest.price_fen if cheapest else 0
    row = queries.row_of(session, promotion_id)
    return GroupCounted(
        promotion_id, row.name, row.seller_id, row.created_by,
        tuple(session.scalars(joined.order_by(GroupJoin.household_id))), total,
        min((tier.at_least for tier in benefit.tiers), default=0),
        tier.at_least if tier else 0, tier.basis_points if tier else 0,
        cheapest.product_name if cheapest else "", was,
        was - percent_of(was, tier.basis_points) if tier else was,
        benefit.drop_point, row.ends_at, row.state != "live", now,
    )  # fmt: skip


def view_group(session: Session, promotion_id: str, household_id: str | None) -> GroupView | None:
    """How a purchase stands, and with what a household joined."""
    row = session.get(GroupPurchase, promotion_id, populate_existing=True)
    if row is None:
        return None
    mine = session.execute(
        select(GroupJoin.packs, GroupJoin.bought).where(
            GroupJoin.promotion_id == promotion_id, GroupJoin.household_id == household_id
        )
    ).first()
    return GroupView(
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        total=row.joined_packs,
        mine=mine.packs if mine else 0,
        bought=mine.bought if mine else 0,
        family=_joined_by_family(session, promotion_id, household_id) if household_id else 0,
    )
