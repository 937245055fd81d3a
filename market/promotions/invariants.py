"""What must hold of all promotions at any time; empty lists when it does."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.households import queries as households
from market.promotions import queries
from market.promotions.models import (
    CouponCode,
    GroupJoin,
    Promotion,
    PromotionHousehold,
    PromotionProof,
    Redemption,
)

Use = tuple[str, str]  # order, promotion


def breaches(session: Session) -> list[str]:
    """Budgets, household limits and coupons are kept, and counters equal what they count."""
    return [
        *queries.breaches(session),
        *_households(session),
        *_strays(session),
        *_coupons(session),
        *_pieces(session),
    ]


def discount_breaches(session: Session, given: Mapping[Use, tuple[int, bool]]) -> list[str]:
    """`given`: per (order, promotion) the discount on the order and whether the order stands.

    What stands on orders that stand is what was taken from the budget, to the fen.
    """
    rows = session.execute(
        select(Redemption.order_id, Redemption.promotion_id, Redemption.amount_fen).where(
            Redemption.state != "freed", Redemption.channel == "online"
        )
    )
    used = {(order, promotion): int(fen) for order, promotion, fen in rows}
    found = []
    for order, promotion in sorted(used.keys() | given.keys()):
        on_order, stands = given.get((order, promotion), (0, False))
        taken = used.get((order, promotion))
        if taken is None and not stands:
            continue
        if taken != on_order:
            found.append(
                f"order {order}: {on_order} fen off by promotion {promotion}, "
                f"{taken or 0} taken from its budget"
            )
    return found


def _households(session: Session) -> list[str]:
    used = (
        select(Redemption.promotion_id, Redemption.counted_as, func.count().label("uses"))
        .where(Redemption.state != "freed")
        .group_by(Redemption.promotion_id, Redemption.counted_as)
        .subquery()
    )
    counter = PromotionHousehold
    uses = func.coalesce(used.c.uses, 0)
    rows = session.execute(
        select(counter.promotion_id, counter.household_id, counter.uses, uses)
        .join(Promotion, Promotion.id == counter.promotion_id)
        .outerjoin(
            used,
            (used.c.promotion_id == counter.promotion_id)
            & (used.c.counted_as == counter.household_id),
        )
        .where(
            (counter.uses != uses)
            | ((uses > Promotion.household_limit) & (uses > counter.joined_uses))
        )
    )
    return [
        f"promotion {promotion}: household {household} counted {counted} times, used it {times}"
        for promotion, household, counted, times in rows
    ]


def _strays(session: Session) -> list[str]:
    """No use of somebody who states a household is counted beside it."""
    home = households.stated(Redemption.household_id)
    rows = session.execute(
        select(Redemption.promotion_id, Redemption.household_id)
        .where(Redemption.state != "freed", Redemption.counted_as == Redemption.household_id)
        .where(home.is_not(None))
        .order_by(Redemption.id)
    )
    return [
        f"promotion {promotion}: account {account} used it beside its household"
        for promotion, account in rows
    ]


def _pieces(session: Session) -> list[str]:
    """No old piece and no joined pack is used up without an order that uses it."""
    ordered = select(func.coalesce(func.sum(Redemption.packs), 0)).where(
        Redemption.state != "freed", Redemption.channel == "online"
    )
    found = []
    for table, used in ((PromotionProof, PromotionProof.used), (GroupJoin, GroupJoin.bought)):
        mine = ordered.where(Redemption.promotion_id == table.promotion_id)
        packs = mine.correlate(table).scalar_subquery()
        total = func.sum(used)
        query = select(table.promotion_id, total, packs).group_by(table.promotion_id)
        for promotion, pieces, asked in session.execute(query.having(total > packs)):
            found.append(f"promotion {promotion}: {pieces} pieces used up, orders used {asked}")
    return found


def _coupons(session: Session) -> list[str]:
    used = (
        select(Redemption.coupon_id, func.count().label("uses"))
        .where(Redemption.state != "freed", Redemption.coupon_id.is_not(None))
        .group_by(Redemption.coupon_id)
        .subquery()
    )
    uses = func.coalesce(used.c.uses, 0)
    rows = session.execute(
        select(CouponCode.code, CouponCode.uses, uses)
        .outerjoin(used, used.c.coupon_id == CouponCode.id)
        .where((CouponCode.uses != uses) | (uses > CouponCode.max_uses))
    )
    return [
        f"coupon {code}: counted {counted} times, used {times}" for code, counted, times in rows
    ]
