"""Batches of products, with reports whose bytes nobody reads."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.batches import service
from market.batches.types import BatchDraft
from market.kernel.actor import Actor
from market.kernel.ids import new_id
from market.media.service import NewFile
from market.traceability import service as codes
from market.traceability.models import TraceCode
from market.traceability.types import CodesWanted

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
_serial = count(1)


def paper() -> NewFile:
    """A report."""
    return NewFile(new_id(), "document", "报告.pdf", "application/pdf", 10, None, None, {})


def make_batch(
    session: Session, actor: Actor, product_id: str, *, report: bool = True, **overrides: Any
) -> str:
    """A batch that may go out (not without a report)."""
    values = {
        "number": f"B{next(_serial):04d}", "made_on": date(2026, 11, 1),
        "quantity": Decimal(500), **overrides,
    }  # fmt: skip
    file = paper() if report else None
    return service.add_batch(session, actor, product_id, BatchDraft(**values), file, now=START)


def make_code(session: Session, actor: Actor, batch_id: str) -> str:
    """A unit's code."""
    codes.make_codes(session, actor, batch_id, CodesWanted(0, 1), now=START)
    return units_of(session, batch_id)[-1]


def units_of(session: Session, batch_id: str) -> list[str]:
    """Codes of units in the order of their serials."""
    statement = select(TraceCode.code).where(
        TraceCode.batch_id == batch_id, TraceCode.level == "unit"
    )
    return list(session.scalars(statement.order_by(TraceCode.serial)))
