"""Anomalies: found by rule whenever a certificate or its record changes; `resolving.py` ends
them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.certification import access, anomaly_rules, queries, rules
from market.certification.anomaly_rules import Finding, Subject
from market.certification.errors import AnomaliesOpen
from market.certification.models import (
    Certificate,
    CertificateAnomaly,
    CertificateSeller,
    RegistryRecordRow,
)
from market.certification.registry_types import RegistryRecord, record_of
from market.certification.types import Review
from market.kernel.actor import Actor

OPEN, ACCEPTED, ACTED, GONE = "open", "accepted", "acted", "gone"


def look_over(session: Session, row: Certificate, *, now: datetime) -> None:
    """Queue what the rules find about a certificate, and close what is no longer so.

    What an official has resolved is not queued again.
    """
    found = [] if row.review == Review.REFUSED else anomaly_rules.findings(_subject(session, row))
    known = {
        (one.rule, one.fingerprint): one
        for one in session.scalars(
            select(CertificateAnomaly).where(CertificateAnomaly.certificate_id == row.id)
        )
        if one.rule not in anomaly_rules.TOLD
    }
    for finding in found:
        _queue(session, row, finding, known.pop((finding.rule, finding.fingerprint), None), now)
    for gone in known.values():
        if gone.state == OPEN and not _was_told(gone):
            gone.state, gone.resolved_at = GONE, now
    session.flush()


def report_duplicate(
    session: Session, actor: Actor, seller_id: str, number: str, *, now: datetime
) -> None:
    """Queue that a seller wanted to enter a number that another seller uses.

    Told after the refusal, in a transaction of its own.
    """
    if not access.may_enter(actor, seller_id):
        return
    key = rules.number_key(number)
    holders = session.scalars(
        select(Certificate).where(
            Certificate.number_key == key, Certificate.review != Review.REFUSED,
            Certificate.seller_id != seller_id,
        )
    ).all()  # fmt: skip
    name = queries.seller_name(session, seller_id)
    for row in holders:
        params = {"other": name, "other_id": seller_id, "told": True}
        _tell(session, row, Finding(anomaly_rules.DUPLICATE, name[:200], params), now)


def tell_products(
    session: Session, certificate_id: str, outside: Collection[str], *, now: datetime
) -> None:
    """The products of the catalogue that a certificate does not cover: these, and no others."""
    row = session.get(Certificate, certificate_id)
    if row is None:
        return
    for name in outside:
        _tell(session, row, Finding(anomaly_rules.PRODUCT, name[:200], {"product": name}), now)
    rest = session.scalars(
        select(CertificateAnomaly).where(
            CertificateAnomaly.certificate_id == certificate_id,
            CertificateAnomaly.rule == anomaly_rules.PRODUCT,
            CertificateAnomaly.state == OPEN,
        )
    )
    for one in rest:
        if one.params.get("product") not in outside:
            one.state, one.resolved_at = GONE, now
    session.flush()


def require_none(session: Session, row: Certificate) -> None:
    """Refuse to go on while something is open. Raises `AnomaliesOpen`."""
    open_one = select(CertificateAnomaly.id).where(
        CertificateAnomaly.certificate_id == row.id, CertificateAnomaly.state == OPEN
    )
    if session.scalar(open_one.limit(1)) is not None:
        raise AnomaliesOpen


def record_for(session: Session, key: str) -> RegistryRecord | None:
    """What the registry last said of a number."""
    row = session.scalar(select(RegistryRecordRow).where(RegistryRecordRow.number_key == key))
    return record_of(row.fields) if row else None


def _subject(session: Session, row: Certificate) -> Subject:
    others = session.scalars(
        select(CertificateSeller.name)
        .join(Certificate, Certificate.seller_id == CertificateSeller.seller_id)
        .where(
            Certificate.number_key == row.number_key, Certificate.seller_id != row.seller_id,
            Certificate.review != Review.REFUSED,
        )
        .distinct()
        .order_by(CertificateSeller.name)
    ).all()  # fmt: skip
    return Subject(
        row, queries.seller_name(session, row.seller_id), queries.get_body(session, row.body_id),
        others, record_for(session, row.number_key),
    )  # fmt: skip


def _tell(session: Session, row: Certificate, finding: Finding, now: datetime) -> None:
    known = session.scalar(
        select(CertificateAnomaly).where(
            CertificateAnomaly.certificate_id == row.id, CertificateAnomaly.rule == finding.rule,
            CertificateAnomaly.fingerprint == finding.fingerprint,
        )
    )  # fmt: skip
    _queue(session, row, finding, known, now)
    session.flush()


def _queue(session: Session, row: Certificate, finding: Finding, known: Any, now: datetime) -> None:
    if known is None:
        session.add(
            CertificateAnomaly(
                certificate_id=row.id,
                region_code=row.region_code,
                rule=finding.rule,
                fingerprint=finding.fingerprint,
                params=finding.params,
                found_at=now,
            )
        )
    elif known.state == GONE:
        known.state, known.found_at, known.params = OPEN, now, finding.params
        known.resolved_at = None


def _was_told(anomaly: CertificateAnomaly) -> bool:
    return bool(anomaly.params.get("told"))
