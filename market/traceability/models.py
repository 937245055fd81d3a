"""Tables of trace codes. Private to the package."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class TraceCode(Base):
    """A code on a unit, a pallet or the papers of a batch."""

    __tablename__ = "trace_codes"
    __table_args__ = (
        CheckConstraint("level IN ('batch','pallet','unit')", name="level"),
        CheckConstraint("(level = 'batch') = (parent IS NULL)", name="parent"),
        CheckConstraint("scans >= 0", name="scans"),
        CheckConstraint("(scans = 0) = (first_scanned_at IS NULL)", name="first_scan"),
        UniqueConstraint("batch_id", "level", "serial"),
        Index("ix_trace_codes_parent", "parent"),
    )

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    level: Mapped[str] = mapped_column(String(8))
    parent: Mapped[str | None] = mapped_column(ForeignKey("trace_codes.code"), default=None)
    serial: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scans: Mapped[int] = mapped_column(Integer, default=0)
    first_scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    first_county: Mapped[str] = mapped_column(String(6), default="")
    counterfeit_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class Scan(IdMixin, Base):
    """Someone said: this one is in my hands. County and time; the mark of the visitor goes."""

    __tablename__ = "trace_scans"
    __table_args__ = (
        UniqueConstraint("code", "visitor"),
        Index("ix_trace_scans_code_at", "code", "at"),
        Index("ix_trace_scans_at", "at"),
    )

    code: Mapped[str] = mapped_column(ForeignKey("trace_codes.code"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    county: Mapped[str] = mapped_column(String(6), default="")
    visitor: Mapped[str | None] = mapped_column(String(32), default=None)


class ScanAlarm(IdMixin, Base):
    """A code that looks copied; at most one open per code and reason."""

    __tablename__ = "scan_alarms"
    __table_args__ = (
        CheckConstraint("kind IN ('far','many')", name="kind"),
        CheckConstraint("decision IN ('open','genuine','counterfeit')", name="decision"),
        Index(
            "uq_scan_alarms_open",
            "code",
            "kind",
            unique=True,
            sqlite_where=sql_text("decision = 'open'"),
            postgresql_where=sql_text("decision = 'open'"),
        ),
        Index("ix_scan_alarms_county_raised_at", "county", "raised_at"),
        Index("ix_scan_alarms_maker_id_raised_at", "maker_id", "raised_at"),
        Index("ix_scan_alarms_batch_id", "batch_id"),
    )

    code: Mapped[str] = mapped_column(ForeignKey("trace_codes.code"))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    kind: Mapped[str] = mapped_column(String(8))
    # Where the scan was that raised it (the maker's county when unknown), and the one far away.
    county: Mapped[str] = mapped_column(String(6))
    other_county: Mapped[str] = mapped_column(String(6), default="")
    km: Mapped[int] = mapped_column(Integer, default=0)
    hours: Mapped[int] = mapped_column(Integer, default=0)
    scans: Mapped[int] = mapped_column(Integer)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(12), default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class Recall(IdMixin, Base):
    """Words that went to everyone who got a batch, all of them or those of a region."""

    __tablename__ = "batch_recalls"
    __table_args__ = (
        CheckConstraint("buyers > 0", name="buyers"),
        Index("ix_batch_recalls_batch_id_sent_at", "batch_id", "sent_at"),
    )

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    words: Mapped[str] = mapped_column(Text)
    by_maker: Mapped[bool] = mapped_column()
    sent_by: Mapped[str] = mapped_column(String(20))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    buyers: Mapped[int] = mapped_column(Integer)
