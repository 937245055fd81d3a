"""The maker's verbs on batches."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.batches import rules
from market.batches.errors import (
    AlreadyWithdrawn,
    BatchKnown,
    BatchNotFound,
    BatchNumberMissing,
    BatchReportKnown,
    MadeInFuture,
    QuantityMissing,
    UseByReversed,
    WithdrawReasonMissing,
)
from market.batches.holds import note_at_hand
from market.batches.models import Batch
from market.batches.types import BatchDraft
from market.catalogue import queries as catalogue
from market.catalogue.types import CarbonLabel, label_json
from market.certification import queries as certification
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.ids import new_id
from market.manuals import queries as manuals
from market.media import service as media
from market.media.service import NewFile

REPORTS = "batch_report"


def add_batch(
    session: Session,
    actor: Actor,
    product_id: str,
    draft: BatchDraft,
    report: NewFile | None,
    *,
    now: datetime,
) -> str:
    """Write a batch down, with the certificate and the manual its product had on the day of
    making.

    Returns its id. Raises ProductNotFound for another maker's product, BatchNumberMissing,
    QuantityMissing, MadeInFuture, UseByReversed, BatchKnown.
    """
    product = catalogue.get_own_product(session, actor, product_id)
    _check(draft, now)
    row = Batch(
        id=new_id(), product_id=product_id, maker_id=product.maker_id,
        number=rules.normal_number(draft.number), number_key=rules.number_key(draft.number),
        made_on=draft.made_on, use_by=draft.use_by, quantity=draft.quantity, unit=product.unit,
        manual_version=manuals.version_for(session, product_id, draft.made_on),
        made_by=actor.account_id or "", created_at=now,
        carbon_label=_carbon_label(product.label, draft),
        **_certificate(session, product.certificate_id, draft),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise BatchKnown(field="number", number=row.number) from None
    _audit(session, actor, row, "batch.add", now, after={"number": row.number})
    if report is not None:
        attach_report(session, actor, row.id, report, now=now)
    return row.id


def attach_report(
    session: Session, actor: Actor, batch_id: str, report: NewFile, *, now: datetime
) -> None:
    """Put the test report to a batch that has none. Raises BatchNotFound, BatchReportKnown."""
    row = _own(session, actor, batch_id)
    if row.report_file_id is not None:
        raise BatchReportKnown
    media.attach(session, report, REPORTS, row.id, now=now)
    row.report_file_id = report.id
    note_at_hand(session, row.product_id, now)
    _audit(session, actor, row, "batch.report", now)


def withdraw(session: Session, actor: Actor, batch_id: str, reason: str, *, now: datetime) -> None:
    """Send no more of a batch; everyone who scans it reads why.

    Raises BatchNotFound, WithdrawReasonMissing, AlreadyWithdrawn.
    """
    row = _own(session, actor, batch_id)
    if not reason.strip():
        raise WithdrawReasonMissing(field="reason")
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn
    row.withdrawn_at, row.withdrawn_reason = now, reason.strip()
    note_at_hand(session, row.product_id, now)
    _audit(session, actor, row, "batch.withdraw", now, after={"reason": row.withdrawn_reason})


def lock(session: Session, batch_id: str) -> None:
    """Let callers who work on one batch take turns. Raises BatchNotFound."""
    if session.scalar(select(Batch.id).where(Batch.id == batch_id).with_for_update()) is None:
        raise BatchNotFound


def _check(draft: BatchDraft, now: datetime) -> None:
    if not rules.number_key(draft.number):
        raise BatchNumberMissing(field="number")
    if draft.quantity <= 0:
        raise QuantityMissing(field="quantity")
    if draft.made_on > shanghai_date(now):
        raise MadeInFuture(field="made_on")
    if draft.use_by is not None and draft.use_by <= draft.made_on:
        raise UseByReversed(field="use_by")


def _certificate(session: Session, certificate_id: str | None, draft: BatchDraft) -> dict[str, Any]:
    if certificate_id is None:
        return {"certificate_id": None, "certificate": None}
    view = certification.get_certificate(session, certificate_id, rules.noon(draft.made_on))
    then = {
        "id": view.id, "number": view.number, "issuer": view.issuer_name, "star": view.star,
        "valid_from": view.valid_from.isoformat(), "valid_to": view.valid_to.isoformat(),
        "state": str(rules.state_then(view, draft.made_on)),
    }  # fmt: skip
    return {"certificate_id": certificate_id, "certificate": then}


def _carbon_label(label: CarbonLabel | None, draft: BatchDraft) -> dict[str, Any] | None:
    held = label is not None and label.holds_on(draft.made_on)
    return label_json(label) if held else None


def _own(session: Session, actor: Actor, batch_id: str) -> Batch:
    row = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if row is None or not actor.is_member_of_seller(row.maker_id):
        raise BatchNotFound
    return row


def _audit(
    session: Session,
    actor: Actor,
    row: Batch,
    action: str,
    now: datetime,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(session, actor, action, "batch", row.id, now=now, after=after)
