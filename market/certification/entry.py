"""A seller enters a certificate from its paper, and amends it when asked."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.certification import access, anomalies, kinds, provenance, queries, rules
from market.certification.errors import (
    CertificateNotFound,
    EvidenceMissing,
    NotAnswerable,
    NumberTaken,
    ReasonMissing,
    SellerNotOpen,
)
from market.certification.events import CertificateSubmitted
from market.certification.log import note
from market.certification.models import Certificate
from market.certification.registry_types import Source, plain
from market.certification.types import CertificateEntry, Review
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile

OWNER_KIND = "certificate"
REGISTRY = "registry"  # the name of an origin that needs no other
_FIELDS = (
    "number", "scheme", "star", "body_id", "holder", "manufacturer", "factory", "product_scope",
    "models", "kinds", "standard", "rule_no", "first_issued_on", "valid_from", "valid_to",
    "evidence_file_id",
)  # fmt: skip


def enter(
    session: Session,
    actor: Actor,
    seller_id: str,
    entry: CertificateEntry,
    evidence: NewFile | None,
    *,
    now: datetime,
) -> str:
    """Hand a certificate in for review; returns its id.

    Raises the refusals of `rules.check_entry`, `KindUnknown`, `KindOutsideScheme`,
    `NumberTaken`, `SellerNotOpen`, and `CertificateNotFound` for anyone but the seller's people.
    """
    if not access.may_enter(actor, seller_id):
        raise CertificateNotFound
    seller = queries.seller_of(session, seller_id)
    if not seller.is_open:
        raise SellerNotOpen
    if evidence is None:
        raise EvidenceMissing(field="evidence")
    codes = kinds.resolve(session, entry.kinds)
    entry = replace(entry, evidence_file_id=evidence.id, kinds=codes)
    _check(session, entry, seller_id, None, now)
    row = Certificate(
        seller_id=seller_id, region_code=seller.region_code, submitted_at=now, updated_at=now
    )
    _fill(row, entry)
    _save(session, row)
    media.attach(session, evidence, OWNER_KIND, row.id, now=now)
    _stamp(session, row, _FIELDS, actor, now)
    anomalies.look_over(session, row, now=now)
    note(session, row, "enter", actor, "", now=now)
    publish(session, CertificateSubmitted(row.id, row.number, RegionCode(row.region_code)))
    return row.id


def amend(
    session: Session,
    actor: Actor,
    certificate_id: str,
    entry: CertificateEntry,
    evidence: NewFile | None,
    *,
    reply: str,
    now: datetime,
) -> None:
    """Answer the reviewer's question with corrected fields; without a new scan the old stays.

    Raises what `enter` raises, `NotAnswerable` unless something was asked, `ReasonMissing`
    without a reply, `CertificateNotFound` for another seller's certificate.
    """
    row = session.get(Certificate, certificate_id, with_for_update=True)
    if row is None or not access.may_enter(actor, row.seller_id):
        raise CertificateNotFound
    if row.review != Review.CLARIFICATION:
        raise NotAnswerable
    if not reply.strip():
        raise ReasonMissing(field="reply")
    file_id = row.evidence_file_id if evidence is None else evidence.id
    codes = kinds.resolve(session, entry.kinds)
    entry = replace(entry, evidence_file_id=file_id, kinds=codes)
    _check(session, entry, row.seller_id, row.id, now)
    before = {name: getattr(row, name) for name in _FIELDS}
    _fill(row, entry)
    row.review = rules.review_after(Review(row.review), rules.ANSWER).value
    row.answer, row.submitted_at = reply.strip(), now
    _save(session, row)
    if evidence is not None:
        media.attach(session, evidence, OWNER_KIND, row.id, now=now)
    changed = [name for name in _FIELDS if getattr(row, name) != before[name]]
    _stamp(session, row, changed, actor, now)
    anomalies.look_over(session, row, now=now)
    note(session, row, rules.ANSWER, actor, reply.strip(), now=now)
    publish(session, CertificateSubmitted(row.id, row.number, RegionCode(row.region_code)))


def _check(
    session: Session, entry: CertificateEntry, seller_id: str, own_id: str | None, now: datetime
) -> None:
    kinds.require_known(session, entry.kinds)
    rules.check_entry(entry, queries.get_body(session, entry.body_id), shanghai_date(now))
    kinds.check(session, entry.kinds, entry.scheme)
    same = session.scalars(
        select(Certificate).where(
            Certificate.number_key == rules.number_key(entry.number),
            Certificate.review != Review.REFUSED,
            Certificate.id != (own_id or ""),
        )
    )
    for other in same:
        # The same number again is a renewal only when its own seller prolongs it.
        if other.seller_id != seller_id or entry.valid_to <= other.valid_to:
            raise NumberTaken(field="number", number=rules.normal_number(entry.number))


def _stamp(
    session: Session, row: Certificate, fields: Collection[str], actor: Actor, now: datetime
) -> None:
    """Who said it: the registry, where it says the same of this number, else the seller."""
    provenance.stamp(row, fields, Source.SELLER, actor.display_name, now)
    record = anomalies.record_for(session, row.number_key)
    if record is None:
        return
    told = {**record.fields(), "kinds": sorted(record.kinds)}
    same = [name for name in fields if name in told and plain(getattr(row, name)) == told[name]]
    provenance.stamp(row, same, Source.REGISTRY, REGISTRY, now)


def _save(session: Session, row: Certificate) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # someone entered the same number at the same moment
        raise NumberTaken(field="number", number=row.number) from None


def _fill(row: Certificate, entry: CertificateEntry) -> None:
    row.body_id = entry.body_id
    row.number = rules.normal_number(entry.number)
    row.number_key = rules.number_key(entry.number)
    row.scheme, row.star = entry.scheme.value, entry.star
    row.holder, row.manufacturer, row.factory = entry.holder, entry.manufacturer, entry.factory
    row.product_scope, row.models = entry.product_scope, entry.models
    row.kinds = list(entry.kinds)
    row.standard, row.rule_no = entry.standard, entry.rule_no
    row.first_issued_on = entry.first_issued_on
    row.valid_from, row.valid_to = entry.valid_from, entry.valid_to
    row.evidence_file_id = entry.evidence_file_id
