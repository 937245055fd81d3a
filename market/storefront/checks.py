"""What spot checks say of a product. They stand above this package: the composition root says
where the answer comes from."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session


class CheckRecord(NamedTuple):
    """What the published results of a product come to: the word of what stands now, since when,
    and whether an objection to it waits."""

    standing: str  # failed, cleared, annulled or passed
    at: datetime | None
    appealed: bool


RecordSource = Callable[[Session, str], tuple[str, datetime | None, bool] | None]
_source: list[RecordSource] = []


def use_checks(source: RecordSource) -> None:
    """Where the record of a product comes from; set once by the composition root."""
    _source[:] = [source]


def record_of(session: Session, product_id: str) -> CheckRecord | None:
    """What the published results of a product come to; None when there is none."""
    found = _source[0](session, product_id) if _source else None
    return CheckRecord(*found) if found is not None else None
