"""What a household brought along: old pieces handed in, packs it joined a purchase with.

Both are used up by orders like a budget: taken by a conditional UPDATE, given back when the
order is off. They belong to the account that brought them, and to the accounts of the household
that an office confirmed together with it: to state somebody's number opens nobody's pieces.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlalchemy.orm import Session

from market.households import queries as households
from market.promotions.errors import PiecesUsedUp
from market.promotions.models import GroupJoin, Promotion, PromotionProof, Redemption

_R = Redemption
_SHARED = ("group_buy", "trade_in")


def open_to(owner: Any, account_id: Any) -> ColumnElement[bool]:
    """The condition that what `owner` brought may be used by an account."""
    return or_(owner == account_id, owner.in_(households.confirmed_with(account_id)))


def take(session: Session, promotion: Promotion, account_id: str, packs: int) -> None:
    """Use up pieces or packs, the own ones first, all or none. Raises PiecesUsedUp."""
    if promotion.benefit["kind"] not in _SHARED:
        return
    left = packs
    rows = _rows(session, promotion, lambda owner: open_to(owner, account_id))
    for row in sorted(rows, key=lambda row: row.household_id != account_id):
        count = min(left, row.most - row.used)
        if count > 0 and _count(session, promotion, row.key, count):
            left -= count
    if left:
        raise PiecesUsedUp(promotion.id, promotion.name)


def give_back(session: Session, promotion_id: str, account_id: str) -> None:
    """An order is off: what it used can be used again. Other kinds have nothing here."""
    promotion = session.get_one(Promotion, promotion_id)
    if promotion.benefit["kind"] in _SHARED:
        _recount(session, promotion, account_id)


def part(session: Session, counters: Collection[str], accounts: Collection[str]) -> None:
    """Accounts are no household any more: each uses up of its own what its orders used, and what
    others used of it is free again. `counters`: under which their orders count."""
    used = select(_R.promotion_id).where(_R.counted_as.in_(counters), _R.state != "freed")
    promotions = session.scalars(
        select(Promotion).where(Promotion.id.in_(used)).order_by(Promotion.id)
    ).all()
    for promotion in promotions:
        if promotion.benefit["kind"] in _SHARED:
            _rows(session, promotion, lambda owner: owner.in_(accounts))  # held in one order
            for account_id in sorted(accounts):
                _recount(session, promotion, account_id)


def _recount(session: Session, promotion: Promotion, account_id: str) -> None:
    """What the standing orders of the accounts that share use up, each first of its own."""
    rows = _rows(session, promotion, lambda owner: open_to(owner, account_id))
    used = _used_by(session, promotion.id, account_id)
    counted: dict[str, int] = defaultdict(int)
    for shared in (False, True):
        for row in rows:
            for one in sorted(used):
                if shared or one == row.household_id:
                    packs = min(used[one], row.most - counted[row.key])
                    counted[row.key] += packs
                    used[one] -= packs
    for row in rows:
        if counted[row.key] != row.used:
            _count(session, promotion, row.key, counted[row.key] - row.used)


def _used_by(session: Session, promotion_id: str, account_id: str) -> dict[str, int]:
    """Packs of standing orders by account: of those that share, and of who has moved out since."""
    sharers = {account_id, *session.scalars(households.confirmed_with(account_id))}
    whose = _R.household_id.in_(sharers)
    if len(sharers) > 1:
        home = households.stated(literal(account_id))
        whose |= (_R.counted_as == home) & households.stated(_R.household_id).is_distinct_from(home)
    rows = session.execute(
        select(_R.household_id, func.sum(_R.packs))
        .where(_R.promotion_id == promotion_id, whose, _R.state != "freed", _R.channel == "online")
        .group_by(_R.household_id)
    )
    return {key: int(packs) for key, packs in rows}


def _rows(
    session: Session, promotion: Promotion, whose: Callable[[Any], ColumnElement[bool]]
) -> list[Any]:
    """What may be used, held in one order whoever asks: key, owner, most, used."""
    if promotion.benefit["kind"] == "trade_in":
        key, most, used = PromotionProof.id, PromotionProof.accepted, PromotionProof.used
        owner: Any = PromotionProof.household_id
        of: Any = (PromotionProof.promotion_id == promotion.id) & (
            PromotionProof.state == "accepted"
        )
    else:
        key, most, used = GroupJoin.household_id, GroupJoin.packs, GroupJoin.bought
        owner, of = GroupJoin.household_id, GroupJoin.promotion_id == promotion.id
    return list(
        session.execute(
            select(
                key.label("key"), owner.label("household_id"), most.label("most"),
                used.label("used"),
            )
            .where(of, whose(owner))
            .order_by(key)
            .with_for_update()
        )
    )  # fmt: skip


def _count(session: Session, promotion: Promotion, key: str, packs: int) -> bool:
    if promotion.benefit["kind"] == "trade_in":
        used = PromotionProof.used + packs
        change = (
            update(PromotionProof)
            .where(PromotionProof.id == key, used >= 0, used <= PromotionProof.accepted)
            .values(used=used)
        )
    else:
        used = GroupJoin.bought + packs
        change = (
            update(GroupJoin)
            .where(
                GroupJoin.promotion_id == promotion.id, GroupJoin.household_id == key,
                used >= 0, used <= GroupJoin.packs,
            )
            .values(bought=used)
        )  # fmt: skip
    result = session.execute(change.execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
