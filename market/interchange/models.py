"""Tables of the interchange. Private to the package."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

_IN_FORCE = text("version_to IS NULL")
_ACCEPTED = text("state = 'accepted'")


class InterchangePartner(IdMixin, Base):
    """Another database that sends and fetches batches by the tokens of one account. Its key is
    derived from the site's secret, this row and its generation, and is kept nowhere."""

    __tablename__ = "interchange_partners"
    __table_args__ = (CheckConstraint("key_generation > 0", name="key_generation"),)

    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), unique=True)
    region_code: Mapped[str] = mapped_column(String(6))
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    key_generation: Mapped[int] = mapped_column(Integer, default=1)
    mapping_version: Mapped[int] = mapped_column(Integer, default=0)
    in_sequence: Mapped[int] = mapped_column(Integer, default=0)
    in_digest: Mapped[str] = mapped_column(String(64), default="")
    out_sequence: Mapped[int] = mapped_column(Integer, default=0)
    out_digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InterchangeMapping(IdMixin, Base):
    """One of a partner's codes or words as ours, from a version until another; never rewritten."""

    __tablename__ = "interchange_mappings"
    __table_args__ = (
        CheckConstraint("subject IN ('kind', 'star', 'state', 'region')", name="subject"),
        CheckConstraint("version_to IS NULL OR version_to > version_from", name="versions"),
        Index(
            "uq_interchange_mappings_in_force", "partner_id", "subject", "theirs", unique=True,
            sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE,
        ),
        Index("ix_interchange_mappings_partner_id", "partner_id", "version_from"),
    )  # fmt: skip

    partner_id: Mapped[str] = mapped_column(
        ForeignKey("interchange_partners.id", ondelete="CASCADE")
    )
    subject: Mapped[str] = mapped_column(String(8))
    theirs: Mapped[str] = mapped_column(String(80))
    ours: Mapped[str] = mapped_column(String(20))
    version_from: Mapped[int] = mapped_column(Integer)
    version_to: Mapped[int | None] = mapped_column(Integer, default=None)
    made_by: Mapped[str] = mapped_column(String(20))
    made_name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_name: Mapped[str] = mapped_column(String(120), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class InterchangeBatch(IdMixin, Base):
    """A batch as it was sent or taken, to the letter; of a rejected one also why."""

    __tablename__ = "interchange_batches"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("state IN ('accepted', 'rejected')", name="state"),
        Index(
            "uq_interchange_batches_sequence", "partner_id", "direction", "sequence", unique=True,
            sqlite_where=_ACCEPTED, postgresql_where=_ACCEPTED,
        ),
        Index("ix_interchange_batches_partner_id", "partner_id", "made_at"),
    )  # fmt: skip

    partner_id: Mapped[str] = mapped_column(
        ForeignKey("interchange_partners.id", ondelete="CASCADE")
    )
    direction: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8), default="accepted")
    sequence: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    previous_digest: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[str] = mapped_column(Text)
    records: Mapped[int] = mapped_column(Integer)
    answer: Mapped[list[Any]] = mapped_column(Json, default=list)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InterchangeSent(Base):
    """Which revision of an entry a partner was given last."""

    __tablename__ = "interchange_sent"

    partner_id: Mapped[str] = mapped_column(
        ForeignKey("interchange_partners.id", ondelete="CASCADE"), primary_key=True
    )
    entry_id: Mapped[str] = mapped_column(
        ForeignKey("adoption_entries.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(Integer)
