"""How much waits in a queue, and how much of it waits too long, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from market.kernel.backlog import Backlog


def backlog(session: Session, since: Any, before: datetime, *where: ColumnElement[bool]) -> Backlog:
    """The rows that match `where`; those whose `since` lies before `before` are late."""
    waiting, late, oldest = session.execute(
        select(func.count(), func.sum(case((since < before, 1), else_=0)), func.min(since)).where(
            *where
        )
    ).one()
    return Backlog(int(waiting), int(late or 0), oldest)
