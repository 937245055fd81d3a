"""Tables of providers."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class Provider(IdMixin, Base):
    """A local crew or firm that takes renovation jobs."""

    __tablename__ = "providers"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','submitted','asked','approved','refused','suspended')",
            name="state_known",
        ),
        CheckConstraint("weekly_capacity BETWEEN 0 AND 50", name="capacity_range"),
        CheckConstraint("open_jobs >= 0", name="open_jobs_not_negative"),
        CheckConstraint("rating_count >= 0 AND rating_sum >= rating_count", name="rating_sane"),
        Index("ix_providers_queue", "state", "region", "submitted_at"),
    )

    name: Mapped[str] = mapped_column(String(60))
    contact_name: Mapped[str] = mapped_column(String(40))
    contact_phone: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(9))
    introduction: Mapped[str] = mapped_column(Text, default="")
    weekly_capacity: Mapped[int] = mapped_column(Integer)
    open_jobs: Mapped[int] = mapped_column(Integer, default=0)
    rating_sum: Mapped[int] = mapped_column(Integer, default=0)
    rating_count: Mapped[int] = mapped_column(Integer, default=0)
    last_turn: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProviderTrade(Base):
    """A trade the crew offers."""

    __tablename__ = "provider_trades"

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    trade: Mapped[str] = mapped_column(String(30), primary_key=True)


class ProviderArea(Base):
    """A region (trimmed prefix, empty = the whole country) the crew works in."""

    __tablename__ = "provider_areas"

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    region: Mapped[str] = mapped_column(String(9), primary_key=True)


class Craftsman(IdMixin, Base):
    """One person of the roster."""

    __tablename__ = "craftsmen"
    __table_args__ = (UniqueConstraint("provider_id", "certificate_number"),)

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    name: Mapped[str] = mapped_column(String(40))
    trade: Mapped[str] = mapped_column(String(30))
    certificate_number: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderDocument(IdMixin, Base):
    """A proof document; the file itself is private and kept by media."""

    __tablename__ = "provider_documents"

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(200))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderDecision(IdMixin, Base):
    """What an official decided; never changed."""

    __tablename__ = "provider_decisions"

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderRating(IdMixin, Base):
    """One to five stars a household gave for one finished job."""

    __tablename__ = "provider_ratings"
    __table_args__ = (
        UniqueConstraint("job_key"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
    )

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), index=True)
    job_key: Mapped[str] = mapped_column(String(20))
    score: Mapped[int] = mapped_column(Integer)
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderRoute(Base):
    """Area × trade of an approved crew with what the order needs: routing reads only this.

    Kept in the same transaction as every change of the crew's areas, trades, capacity,
    jobs, rating or turn.
    """

    __tablename__ = "provider_routes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    region: Mapped[str] = mapped_column(String(9), primary_key=True)
    trade: Mapped[str] = mapped_column(String(30), primary_key=True)
    rating: Mapped[int] = mapped_column(Integer)
    free: Mapped[int] = mapped_column(Integer)
    last_turn: Mapped[int] = mapped_column(BigInteger)


Index(
    "ix_provider_routes_order",
    ProviderRoute.region,
    ProviderRoute.trade,
    ProviderRoute.rating.desc(),
    ProviderRoute.free.desc(),
    ProviderRoute.last_turn,
    ProviderRoute.provider_id,
    sqlite_where=text("free > 0"),
    postgresql_where=text("free > 0"),
)
