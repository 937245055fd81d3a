"""Tables of the library of standards. Private to the package."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime

_STANDS = text("cancelled_at IS NULL")


class Standard(IdMixin, Base):
    """A standard whatever its edition: "GB 175"."""

    __tablename__ = "standards"
    __table_args__ = (UniqueConstraint("body"), UniqueConstraint("slug"))

    body: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(40))


class Edition(IdMixin, Base):
    """An edition of a standard: "GB 175-2023"."""

    __tablename__ = "standard_editions"
    __table_args__ = (
        CheckConstraint(
            "published_on IS NULL OR published_on <= effective_on", name="published_before"
        ),
        UniqueConstraint("code"),
        Index("ix_standard_editions_standard_id", "standard_id"),
        Index("ix_standard_editions_updated_at_id", "updated_at", "id"),
    )

    standard_id: Mapped[str] = mapped_column(ForeignKey("standards.id"))
    code: Mapped[str] = mapped_column(String(48))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    mandatory: Mapped[bool] = mapped_column(Boolean)
    verified: Mapped[bool] = mapped_column(Boolean)  # checked against the text or its register
    published_on: Mapped[date | None] = mapped_column(Date, default=None)
    effective_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(300), default="")
    basis: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EditionKind(Base):
    """A kind that an edition is about."""

    __tablename__ = "standard_kinds"
    __table_args__ = (Index("ix_standard_kinds_kind_code", "kind_code"),)

    edition_id: Mapped[str] = mapped_column(ForeignKey("standard_editions.id"), primary_key=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("kinds.code"), primary_key=True)


class Ending(IdMixin, Base):
    """An edition is superseded from a day on, or withdrawn when nothing succeeds it. Endings are
    added and cancelled with a reason, never changed; one stands for each edition."""

    __tablename__ = "standard_endings"
    __table_args__ = (
        CheckConstraint("successor_id IS NULL OR successor_id <> edition_id", name="other"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="until_after"),
        CheckConstraint("until_on IS NULL OR successor_id IS NOT NULL", name="until_of_successor"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by = '')", name="cancelled_by"),
        Index(
            "uq_standard_endings_standing", "edition_id", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_standard_endings_successor_id", "successor_id"),
    )  # fmt: skip

    edition_id: Mapped[str] = mapped_column(ForeignKey("standard_editions.id"))
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("standard_editions.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date, default=None)
    basis: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(80))
    # When the makers of the goods that cite it were told that the day has come.
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    cancelled_by: Mapped[str] = mapped_column(String(80), default="")
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")


class Acknowledgement(Base):
    """A maker has read the text of an edition and will meet it."""

    __tablename__ = "standard_acknowledgements"

    edition_id: Mapped[str] = mapped_column(ForeignKey("standard_editions.id"), primary_key=True)
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    acknowledged_at: Mapped[datetime] = mapped_column(UtcDateTime)
