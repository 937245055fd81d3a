"""Tables of certificates. Private to the package; others refer to `certificates.id` by name."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

_NOT_REFUSED = text("review <> 'refused'")


class CertificateSeller(Base):
    """What is kept here of a seller, told by its events: its name and whose officials decide."""

    __tablename__ = "certificate_sellers"

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(String(9))
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)


class CertificationBody(IdMixin, Base):
    """A body that issues certificates; only an approved one is accepted for new entries."""

    __tablename__ = "certification_bodies"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(120))
    approval_no: Mapped[str] = mapped_column(String(60), default="")
    is_approved: Mapped[bool] = mapped_column(Boolean, default=True)
    scope_kinds: Mapped[list[str]] = mapped_column(Json, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Certificate(IdMixin, Base):
    """One certificate as entered by a seller, checked by an official, gated by the clock."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="dates_in_order"),
        CheckConstraint(
            "(scheme = 'graded' AND star IN (1, 2, 3)) OR (scheme = 'activity1' AND star IS NULL)",
            name="star_by_scheme",
        ),
        CheckConstraint(
            "review IN ('submitted','clarification','answered','approved','refused')",
            name="review",
        ),
        CheckConstraint(
            "standing IN ('in_force','suspended','revoked','cancelled')", name="standing"
        ),
        Index(
            "uq_certificates_number_in_use",
            "number_key",
            "valid_to",
            unique=True,
            sqlite_where=_NOT_REFUSED,
            postgresql_where=_NOT_REFUSED,
        ),
        Index("ix_certificates_review_region_code", "review", "region_code"),
        Index("ix_certificates_valid_to", "valid_to"),
        Index("ix_certificates_updated_at_id", "updated_at", "id"),
    )

    seller_id: Mapped[str] = mapped_column(ForeignKey("certificate_sellers.seller_id"), index=True)
    region_code: Mapped[str] = mapped_column(String(9))
    body_id: Mapped[str] = mapped_column(ForeignKey("certification_bodies.id"))
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))
    scheme: Mapped[str] = mapped_column(String(12))
    star: Mapped[int | None] = mapped_column(Integer)
    holder: Mapped[str] = mapped_column(String(200))
    manufacturer: Mapped[str] = mapped_column(String(200))
    factory: Mapped[str] = mapped_column(String(300))
    product_scope: Mapped[str] = mapped_column(Text)
    models: Mapped[str] = mapped_column(Text, default="")
    kinds: Mapped[list[str]] = mapped_column(Json)
    standard: Mapped[str] = mapped_column(String(120))
    rule_no: Mapped[str] = mapped_column(String(120), default="")
    first_issued_on: Mapped[date | None] = mapped_column(Date)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    evidence_file_id: Mapped[str | None] = mapped_column(String(20))
    review: Mapped[str] = mapped_column(String(20), default="submitted")
    standing: Mapped[str] = mapped_column(String(12), default="in_force")
    standing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    standing_reason: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[str] = mapped_column(String(80), default="")
    check_note: Mapped[str] = mapped_column(Text, default="")
    # What the reviewer kept of the newest check, and of the holder's consent.
    check_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    holder_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    next_check_on: Mapped[date | None] = mapped_column(Date)
    # The instant of the newest line of its status log.
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The day by which the next annual surveillance must be done; None when none is to come.
    surveillance_due_on: Mapped[date | None] = mapped_column(Date)
    due_notified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when an official has seen that the holder lets the seller use it.
    holder_authorised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Field -> {"source": seller | registry | official, "at", "by"}.
    provenance: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class SurveillanceVisit(IdMixin, Base):
    """An annual surveillance that the issuing body has done; never changed afterwards."""

    __tablename__ = "surveillance_visits"
    __table_args__ = (Index("ix_surveillance_visits_certificate_id", "certificate_id", "done_on"),)

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificates.id"))
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date] = mapped_column(Date)
    passed: Mapped[bool] = mapped_column(Boolean)
    report_number: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_file_id: Mapped[str] = mapped_column(String(20))
    recorded_by_account_id: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegistryRecordRow(IdMixin, Base):
    """A certificate as the registry last told it."""

    __tablename__ = "registry_records"
    __table_args__ = (UniqueConstraint("number_key"),)

    number_key: Mapped[str] = mapped_column(String(60))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(120))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegistrySync(IdMixin, Base):
    """A list from a registry, compared and waiting to be applied or discarded as a whole."""

    __tablename__ = "registry_syncs"
    __table_args__ = (
        CheckConstraint("state IN ('open','applied','discarded')", name="state"),
        Index("ix_registry_syncs_region_code_made_at", "region_code", "made_at"),
    )

    region_code: Mapped[str] = mapped_column(String(9))
    source: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12), default="open")
    records: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    changes: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(80), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RegistryReject(IdMixin, Base):
    """A row of a list that nothing was taken from, and why."""

    __tablename__ = "registry_rejects"
    __table_args__ = (Index("ix_registry_rejects_sync_id_place", "sync_id", "place"),)

    sync_id: Mapped[str] = mapped_column(ForeignKey("registry_syncs.id"))
    place: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(120))
    column_name: Mapped[str] = mapped_column(String(30))
    value: Mapped[str] = mapped_column(String(120))
    fault: Mapped[str] = mapped_column(String(20))


class RegistryChange(IdMixin, Base):
    """What a sync would change of one number: the record kept here, and the certificate."""

    __tablename__ = "registry_changes"
    __table_args__ = (UniqueConstraint("sync_id", "number_key"),)

    sync_id: Mapped[str] = mapped_column(ForeignKey("registry_syncs.id"))
    number_key: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificates.id"))
    # [[field, before, after], ...] of the certificate.
    differences: Mapped[list[Any]] = mapped_column(Json, default=list)
    problem: Mapped[str] = mapped_column(String(30), default="")


class CertificateAnomaly(IdMixin, Base):
    """Something a rule found about a certificate, until an official has dealt with it."""

    __tablename__ = "certificate_anomalies"
    __table_args__ = (
        CheckConstraint("state IN ('open','accepted','acted','gone')", name="state"),
        UniqueConstraint("certificate_id", "rule", "fingerprint"),
        Index("ix_certificate_anomalies_state_region_code", "state", "region_code"),
    )

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificates.id"))
    region_code: Mapped[str] = mapped_column(String(9))
    rule: Mapped[str] = mapped_column(String(30))
    fingerprint: Mapped[str] = mapped_column(String(200))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="open")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    resolved_by: Mapped[str] = mapped_column(String(80), default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CertificateLogEntry(IdMixin, Base):
    """Append-only log of everything that happened to a certificate."""

    __tablename__ = "certificate_log"

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificates.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    actor_account_id: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


@event.listens_for(CertificateLogEntry, "before_update")
@event.listens_for(CertificateLogEntry, "before_delete")
def _log_is_append_only(_mapper: Any, _connection: Any, _row: Any) -> None:
    raise RuntimeError("the status log of a certificate is append-only")
