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
        FactoryMark(**{**one, "until": date.fromisoformat(one["until"]) if one["until"] else None})
        for one in stored or ()
    )


def _stored(mark: FactoryMark) -> dict[str, Any]:
    return {**vars(mark), "until": mark.until.isoformat() if mark.until else None}
