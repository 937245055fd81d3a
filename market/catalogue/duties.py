"""What makers must have acknowledged before goods of a kind are published.

The library of standards stands above the catalogue; the composition root says where to ask.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue.cited import Unread

Duties = Mapping[str, Sequence[Unread]]  # by kind
DutySource = Callable[[Session, str, datetime], Duties]
_source: list[DutySource] = []


def use_duties(source: DutySource) -> None:
    """Where the duties of a maker come from; set once by the composition root."""
    _source[:] = [source]


def unread_of(session: Session, maker_id: str, now: datetime) -> Duties:
    """By kind the editions in force that a maker has yet to acknowledge."""
    return _source[0](session, maker_id, now) if _source else {}
