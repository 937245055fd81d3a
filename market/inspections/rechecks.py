"""The clock of re-checks: the maker is reminded before the day, maker and officials told after it.

Nothing else follows from a day that passed: the product stays off the market as it was, and the
failure stands among the overdue ones of the region until a check passes or an appeal is upheld.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.inspections import rules
from market.inspections.events import RecheckDue, RecheckOverdue
from market.inspections.models import SpotCheck
from market.inspections.standing import STANDING
from market.kernel.clock import shanghai_date
from market.kernel.events import publish


def remind_of_rechecks(session: Session, now: datetime) -> int:
    """Tell of every re-check that is due within two weeks, and of every one that is overdue, once
    each. Safe to run at any time; returns how many were told of."""
    today = shanghai_date(now)
    near = shanghai_date(now + rules.REMIND_BEFORE)
    late = _standing(session, SpotCheck.recheck_due_on < today, SpotCheck.overdue_told_at.is_(None))
    soon = _standing(
        session,
        SpotCheck.recheck_due_on >= today,
        SpotCheck.recheck_due_on <= near,
        SpotCheck.reminded_at.is_(None),
    )
    names = catalogue.product_names(session, {row.product_id for row in (*late, *soon)})
    for row in late:
        row.overdue_told_at = now
        if row.recheck_due_on is not None:
            publish(session, RecheckOverdue(
                row.id, names[row.product_id][0], row.maker_id, row.region_code,
                row.recheck_due_on,
            ))  # fmt: skip
    for row in soon:
        row.reminded_at = now
        if row.recheck_due_on is not None:
            publish(session, RecheckDue(
                row.id, names[row.product_id][0], row.maker_id, row.recheck_due_on
            ))  # fmt: skip
    session.flush()
    return len(late) + len(soon)


def _standing(session: Session, *conditions: ColumnElement[bool]) -> list[SpotCheck]:
    statement = (
        select(SpotCheck)
        .where(
            *STANDING,
            *conditions,
        )
        .order_by(SpotCheck.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))
