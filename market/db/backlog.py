"""How much waits in a queue, and how much of it waits too long, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Backlog:
    """What waits; `late` of it since before the agreed instant; `oldest` is the first of all."""

    waiting: int = 0
    late: int = 0
    oldest: datetime | None = None


def backlog(session: Session, since: Any, before: datetime, *where: ColumnElement[bool]) -> Backlog:
    """The rows that match `where`; those whose `since` lies before `before` are late."""
    waiting, late, oldest = session.execute(
        select(func.count(), func.sum(case((since < before, 1), else_=0)), func.min(since)).where(
            *where
        )
    ).one()
    return Backlog(int(waiting), int(late or 0), oldest)
