"""Confirmed marks of a maker's works as they are kept on its row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from market.sellers.errors import SellerNotFound
from market.sellers.models import Seller
from market.sellers.types import FactoryMark


def note_factory(session: Session, seller_id: str, marks: Sequence[FactoryMark]) -> None:
    """What is confirmed of the works now; each mark ends by its own last day.

    Raises SellerNotFound.
    """
    row = session.get(Seller, seller_id, with_for_update=True)
    if row is None:
        raise SellerNotFound
    row.factory_marks = [_stored(mark) for mark in marks]
    session.flush()


def marks_of(stored: list[dict[str, Any]] | None) -> tuple[FactoryMark, ...]:
    """The marks that were stored."""
    return tuple(
        FactoryMark(**{**one, "until": _day(one["until"]), "on": _day(one.get("on"))})
        for one in stored or ()
    )


def _stored(mark: FactoryMark) -> dict[str, Any]:
    days = {"until": mark.until, "on": mark.on}
    return {**vars(mark), **{name: day.isoformat() if day else None for name, day in days.items()}}


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
