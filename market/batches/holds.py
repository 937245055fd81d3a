"""Batches that may not go out: after a published failure, or because an official said so."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.batches import hold_queries as queries
from market.batches import rules
from market.batches.errors import (
    AlreadyHeld,
    AlreadyLifted,
    BatchNotFound,
    HoldNotFound,
    HoldReasonMissing,
)
from market.batches.models import Batch, BatchHold
from market.catalogue import service as goods
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.ids import new_id

# Read in the history of a hold; the screens say them in the reader's language.
APPEAL_UPHELD, CHECKED_AGAIN = "appeal_upheld", "checked_again"


def hold_failed(
    session: Session, product_id: str, number: str, check_id: str, reason: str, *,
    region_code: str, by: str, now: datetime,
) -> None:  # fmt: skip
    """Hold the batch of a published failure, in its transaction. The batch need not be known:
    one that the maker writes down later under this number is held as well.

    Whoever sends goods of the product at this moment is waited for (`goods.keep_products`).
    """
    goods.lock_product(session, product_id)
    session.add(
        BatchHold(
            id=new_id(), product_id=product_id, number=rules.normal_number(number),
            number_key=rules.number_key(number), region_code=region_code, check_id=check_id,
            reason=reason.strip(), since=now, held_by=by,
        )
    )  # fmt: skip
    note_at_hand(session, product_id, now)


def lift_failed(session: Session, check_id: str, word: str, *, by: str, now: datetime) -> None:
    """End what a failure held; `word` is APPEAL_UPHELD or CHECKED_AGAIN."""
    held = select(BatchHold).where(BatchHold.check_id == check_id, BatchHold.lifted_at.is_(None))
    for row in session.scalars(held.with_for_update()).all():
        goods.lock_product(session, row.product_id)
        row.lifted_at, row.lifted_by, row.lifted_reason = now, by, word
        note_at_hand(session, row.product_id, now)


def hold(session: Session, actor: Actor, batch_id: str, reason: str, *, now: datetime) -> str:
    """Stop a batch as an official of where it is made or sold; returns the hold's id.

    Raises BatchNotFound, BatchOutsideRegion, HoldReasonMissing, AlreadyHeld.
    """
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise BatchNotFound
    region_code = queries.require_governs_batch(session, actor, batch.product_id, batch.maker_id)
    if not reason.strip():
        raise HoldReasonMissing(field="reason")
    goods.lock_product(session, batch.product_id)
    row = BatchHold(
        id=new_id(), product_id=batch.product_id, number=batch.number, check_id="",
        number_key=batch.number_key, region_code=region_code, reason=reason.strip(),
        since=now, held_by=actor.account_id or "",
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise AlreadyHeld from None
    note_at_hand(session, batch.product_id, now)
    _audit(session, actor, row, "batch.hold", {"reason": row.reason}, now)
    return row.id


def lift(session: Session, actor: Actor, hold_id: str, reason: str, *, now: datetime) -> None:
    """Let goods of the number go out again, as an official of the region that held them.

    Raises HoldNotFound, BatchOutsideRegion, HoldReasonMissing, AlreadyLifted.
    """
    row = session.get(BatchHold, hold_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise HoldNotFound
    queries.require_governs_hold(actor, row.region_code)
    if not reason.strip():
        raise HoldReasonMissing(field="reason")
    if row.lifted_at is not None:
        raise AlreadyLifted
    goods.lock_product(session, row.product_id)
    row.lifted_at, row.lifted_by = now, actor.account_id or ""
    row.lifted_reason = reason.strip()
    note_at_hand(session, row.product_id, now)
    _audit(session, actor, row, "batch.lift", {"reason": row.lifted_reason}, now)


def note_at_hand(session: Session, product_id: str, now: datetime) -> None:
    """Tell the catalogue until when a batch of the product may go out."""
    session.flush()
    today = shanghai_date(now)
    rows = session.scalars(
        select(Batch).where(
            Batch.product_id == product_id, Batch.withdrawn_at.is_(None), ~queries.is_held()
        )
    )
    ends = [
        rules.usable_until(row.use_by)
        for row in rows
        if rules.may_go_out(
            has_report=row.report_file_id is not None, withdrawn=False, held=False,
            use_by=row.use_by, today=today,
        )
    ]  # fmt: skip
    goods.note_batches(session, product_id, max(ends, default=None))


def _audit(
    session: Session, actor: Actor, row: BatchHold, action: str, after: dict[str, Any],
    now: datetime,
) -> None:  # fmt: skip
    audit.record(
        session, actor, action, "batch_hold", row.id, now=now, region=row.region_code,
        after={"product_id": row.product_id, "number": row.number, **after},
    )  # fmt: skip
