"""Uses of an account go to the household it joins, and come back when it never was of it.

In the transaction of the joining, which holds every account that could count a use meanwhile; uses
given back at the same time wait for the rows that are locked here, and say where they count then.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.households import service as households
from market.households.events import HouseholdJoined, MemberSeparated
from market.households.types import Use
from market.kernel.events import Event
from market.promotions import pieces
from market.promotions.models import Promotion, PromotionHousehold, Redemption

_H, _R = PromotionHousehold, Redemption
_SHOWN = 20


def on_joined(session: Session, event: Event) -> None:
    """Reaction: what the account used counts as the household's."""
    assert isinstance(event, HouseholdJoined)
    _carry(session, event.account_id, event.account_id, event.household_id)


def on_separated(session: Session, event: Event) -> None:
    """Reaction: what the account used itself counts as its own again."""
    assert isinstance(event, MemberSeparated)
    _carry(session, event.account_id, event.household_id, event.account_id)
    apart = (event.account_id, *event.others)
    pieces.part(session, (event.account_id, event.household_id), apart)


def _carry(session: Session, account_id: str, source: str, target: str) -> None:
    """Each use from one counter to the other, exactly once."""
    rows = session.execute(
        select(_R.id, _R.promotion_id, _R.state, _R.reserved_at)
        .where(_R.counted_as == source, _R.household_id == account_id)
        .order_by(_R.order_id, _R.promotion_id)
        .with_for_update()
    ).all()
    if not rows:
        return
    session.execute(
        update(_R)
        .where(_R.id.in_([row.id for row in rows]))
        .values(counted_as=target)
        .execution_options(synchronize_session="fetch")
    )
    moved: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.state != "freed":
            moved[row.promotion_id].append(row.reserved_at)
    for promotion_id in sorted(moved):
        _move(session, promotion_id, source, target, moved[promotion_id])


def _move(
    session: Session, promotion_id: str, source: str, target: str, at: list[datetime]
) -> None:
    count, last = len(at), literal(max(at), _H.used_at.type)
    of = _H.promotion_id == promotion_id
    taken = session.execute(
        update(_H)
        .where(of, _H.household_id == source, _H.uses >= count)
        .values(uses=_H.uses - count)
        .execution_options(synchronize_session="fetch")
    )
    assert taken.rowcount == 1, "the counter holds what is moved"  # type: ignore[attr-defined]
    first = {"promotion_id": promotion_id, "household_id": target, "uses": 0, "joined_uses": 0}
    insert_new(session, _H, [first], returning="household_id")
    session.execute(
        update(_H)
        .where(of, _H.household_id == target)
        .values(
            uses=_H.uses + count,
            joined_uses=_H.uses + count,
            used_at=case((func.coalesce(_H.used_at, last) > last, _H.used_at), else_=last),
        )
        .execution_options(synchronize_session="fetch")
    )


def uses_of(session: Session, counted_as: str) -> list[Use]:
    """The last uses under a counter of promotions that a household may use so often only."""
    rows = session.execute(
        select(Promotion.name, Promotion.name_en, _R.reserved_at, _R.amount_fen, _R.household_id)
        .join(Promotion, Promotion.id == _R.promotion_id)
        .where(
            _R.counted_as == counted_as,
            _R.state != "freed",
            Promotion.household_limit.is_not(None),
        )
        .order_by(_R.reserved_at.desc(), _R.id.desc())
        .limit(_SHOWN)
    )
    return [Use(*row) for row in rows]


households.contribute_uses("promotions", uses_of)
