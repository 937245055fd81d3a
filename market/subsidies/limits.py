"""What a household may have of a measure: counted on one row, taken conditionally.

The window of `years` begins with the household's first use; with all uses given back it
begins anew.
"""

from datetime import datetime

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.subsidies.errors import SubsidyLimitReached
from market.subsidies.models import SubsidyHousehold, SubsidyScheme
from market.subsidies.types import Terms
from market.subsidies.years import years_before

_H = SubsidyHousehold


def take(
    session: Session, row: SubsidyScheme, terms: Terms, household_id: str, amount_fen: int,
    now: datetime,
) -> int:  # fmt: skip
    """Count one use and its amount; returns the number of the window.

    Raises SubsidyLimitReached; the caller's transaction must then roll back.
    """
    mine = (_H.measure_key == row.measure_key) & (_H.household_id == household_id)
    first = {"measure_key": row.measure_key, "household_id": household_id, "since": now}
    insert_new(session, _H, [first], returning="household_id")
    over = _H.uses == 0
    if terms.years:
        over = or_(over, _H.since <= years_before(now, terms.years))
    session.execute(
        update(_H)
        .where(mine, over)
        .values(window_no=_H.window_no + 1, since=now, uses=0, taken_fen=0)
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
    return session.scalars(select(_H.window_no).where(mine)).one()


def give_back(
    session: Session, measure_key: str, household_id: str, window_no: int, amount_fen: int,
    uses: int = 1,
) -> None:  # fmt: skip
    """Undo a use, or a part of its amount; of a window that is over nothing counts any more."""
    session.execute(
        update(_H)
        .where(
            _H.measure_key == measure_key,
            _H.household_id == household_id,
            _H.window_no == window_no,
        )
        .values(uses=_H.uses - uses, taken_fen=_H.taken_fen - amount_fen)
        .execution_options(synchronize_session=False)
    )
