"""Which of their sellers a person works for just now, and what is to be done there today."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import session
from sqlalchemy.orm import Session

from market.kernel.errors import Forbidden, NotFound
from market.web.context import actor

_SELLER = "desk_seller"


def seller_id() -> str:
    """The seller whose desk is open: the chosen one, else the first. Raises Forbidden."""
    own = actor().seller_ids
    if not own:
        raise Forbidden()
    chosen = session.get(_SELLER)
    return chosen if chosen in own else min(own)


def choose_seller(wanted: str) -> None:
    """Work for another of the own sellers from now on. Raises NotFound for someone else's."""
    if wanted not in actor().seller_ids:
        raise NotFound()
    session[_SELLER] = wanted


@dataclass(frozen=True)
class DeskTask:
    """One thing to do today: its words, how many, where to go; `late` when overdue."""

    text: str
    count: int
    href: str
    note: str = ""
    late: bool = False


TaskSource = Callable[[Session, str, datetime], Iterable[DeskTask]]
_seller_sources: list[TaskSource] = []


def seller_tasks(source: TaskSource) -> TaskSource:
    """Decorator: `source(session, seller_id, now)` adds rows to the sellers' page of today."""
    if source not in _seller_sources:
        _seller_sources.append(source)
    return source


def tasks_of_seller(session: Session, seller_id: str, now: datetime) -> list[DeskTask]:
    """Everything to do for a seller, overdue first."""
    found = [task for source in _seller_sources for task in source(session, seller_id, now)]
    return sorted(found, key=lambda task: not task.late)
