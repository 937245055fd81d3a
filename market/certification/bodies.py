"""Certification bodies, kept by the operator."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.certification import anomalies
from market.certification.errors import BodyNameTaken, BodyNotFound
from market.certification.models import Certificate, CertificationBody
from market.certification.types import BodyDetails, Review
from market.kernel.actor import Actor, need_operator


def add_body(session: Session, actor: Actor, details: BodyDetails, *, now: datetime) -> str:
    """Enter a body; returns its id. Raises `Forbidden`, `BodyNameTaken`."""
    _check(session, actor, details.name, None)
    row = CertificationBody(created_at=now)
    _fill(row, details)
    session.add(row)
    session.flush()
    _audit(session, actor, "certification_body.add", row, None, now=now)
    return row.id


def save_body(
    session: Session, actor: Actor, body_id: str, details: BodyDetails, *, now: datetime
) -> None:
    """Change a body. Withdrawing its approval stops new entries; certificates it issued stay.

    Raises `Forbidden`, `BodyNotFound`, `BodyNameTaken`.
    """
    row = session.get(CertificationBody, body_id)
    if row is None:
        raise BodyNotFound
    _check(session, actor, details.name, body_id)
    before = _snapshot(row)
    _fill(row, details)
    session.flush()
    if before["scope_kinds"] != list(details.scope_kinds):
        _look_over(session, body_id, now)
    _audit(session, actor, "certification_body.save", row, before, now=now)


def _look_over(session: Session, body_id: str, now: datetime) -> None:
    """Certificates may lie outside the body's scope now."""
    rows = session.scalars(
        select(Certificate).where(
            Certificate.body_id == body_id, Certificate.review != Review.REFUSED
        )
    )
    for row in rows:
        anomalies.look_over(session, row, now=now)


def _check(session: Session, actor: Actor, name: str, own_id: str | None) -> None:
    need_operator(actor)
    known = session.scalar(select(CertificationBody.id).where(CertificationBody.name == name))
    if known not in (None, own_id):
        raise BodyNameTaken(field="name")


def _fill(row: CertificationBody, details: BodyDetails) -> None:
    row.name, row.approval_no = details.name, details.approval_no
    row.is_approved, row.note = details.is_approved, details.note
    row.scope_kinds = list(details.scope_kinds)


def _snapshot(row: CertificationBody) -> dict[str, object]:
    return {
        "name": row.name,
        "approval_no": row.approval_no,
        "is_approved": row.is_approved,
        "scope_kinds": list(row.scope_kinds),
    }


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    row: CertificationBody,
    before: dict[str, object] | None,
    *,
    now: datetime,
) -> None:
    audit.record(
        session, actor, action, "certification_body", row.id,
        before=before, after=_snapshot(row), now=now,
    )  # fmt: skip
