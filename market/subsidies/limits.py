"""What a household may have of a measure: counted on one row, taken conditionally.

The window of `years` begins with the household's first use; with all uses given back it
begins anew.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.households import service as households
from market.subsidies import rules
from market.subsidies.errors import HouseholdNotStated, SubsidyLimitReached
from market.subsidies.models import SubsidyHousehold, SubsidyScheme
from market.subsidies.types import Terms
from market.subsidies.years import years_before

_H = SubsidyHousehold


class Place(NamedTuple):
    """Where a use is counted: a household, or who has none, and the number of its window."""

    counted_as: str
    window_no: int


def take(
    session: Session, row: SubsidyScheme, terms: Terms, who: str, amount_fen: int,
    now: datetime, *, asking: bool = True,
) -> Place:  # fmt: skip
    """Count one use and its amount of an account, or of a seller; returns where it is counted.

    `asking`: only for those who state their household, where the scheme asks for it. Raises
    SubsidyLimitReached, HouseholdNotStated; the caller's transaction must then roll back.
    """
    household_id, stated = households.hold(session, who)
    if asking and not stated and rules.asks(row.asks_household, terms):
        raise HouseholdNotStated(row.name)
    mine = (_H.measure_key == row.measure_key) & (_H.household_id == household_id)
    first = {"measure_key": row.measure_key, "household_id": household_id, "since": now}
    insert_new(session, _H, [first], returning="household_id")
    over = _H.uses == 0
    if terms.years:
        over = or_(over, _H.since <= years_before(now, terms.years))
    session.execute(
        update(_H)
        .where(mine, over)
        .values(
            window_no=_H.window_no + 1,
            since=now,
            uses=0,
            taken_fen=0,
            joined_uses=0,
            joined_fen=0,
        )
        .execution_options(synchronize_session=False)
    )
    uses, cap = terms.household_uses, terms.household_cap_fen
    taken = session.execute(
        update(_H)
        .where(
            mine,
            true() if uses is None else _H.uses < uses,
            true() if cap is None else _H.taken_fen + amount_fen <= cap,
        )
        .values(uses=_H.uses + 1, taken_fen=_H.taken_fen + amount_fen)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise SubsidyLimitReached(row.name)
    return Place(household_id, session.scalars(select(_H.window_no).where(mine)).one())


def give_back(
    session: Session, measure_key: str, place: Place, amount_fen: int, uses: int = 1
) -> None:
    """Undo a use, or a part of its amount; of a window that is over nothing counts any more."""
    session.execute(
        update(_H)
        .where(
            _H.measure_key == measure_key,
            _H.household_id == place.counted_as,
            _H.window_no == place.window_no,
        )
        .values(uses=_H.uses - uses, taken_fen=_H.taken_fen - amount_fen)
        .execution_options(synchronize_session=False)
    )
