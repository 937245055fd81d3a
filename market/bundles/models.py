"""Bundles, their slots, and the configurations households made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Float,
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
from market.db.types import Json, UtcDateTime


class Bundle(IdMixin, Base):
    """A regional bundle as it is being edited; `version` is the published one (0: none)."""

    __tablename__ = "bundles"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("state in ('draft', 'live', 'retired')", name="state_known"),
        CheckConstraint("version >= 0", name="version_not_negative"),
    )

    slug: Mapped[str] = mapped_column(String(60))
    # The supplier who writes it; None is the operator.
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    summary_zh: Mapped[str] = mapped_column(String(300), default="")
    summary_en: Mapped[str] = mapped_column(String(400), default="")
    zones: Mapped[list[str]] = mapped_column(Json)
    targets: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    defaults: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    ranges: Mapped[dict[str, list[float]]] = mapped_column(Json, default=dict)
    days: Mapped[list[int]] = mapped_column(Json)
    labour: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default="[]")
    regions: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    site: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    changed: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The demonstration project that it was cloned from, with its title then.
    origin_id: Mapped[str] = mapped_column(String(20), default="", server_default="")
    origin_zh: Mapped[str] = mapped_column(String(60), default="", server_default="")
    origin_en: Mapped[str] = mapped_column(String(100), default="", server_default="")


class BundleSlot(IdMixin, Base):
    """One material of a bundle."""

    __tablename__ = "bundle_slots"
    __table_args__ = (
        UniqueConstraint("bundle_id", "key"),
        CheckConstraint("waste >= 0 and waste <= 0.5", name="waste_sane"),
        CheckConstraint("layers >= 1", name="layers_positive"),
        CheckConstraint("lap >= 0 and lap <= 0.5", name="lap_sane"),
    )

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundles.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer, default=0)
    kind_code: Mapped[str] = mapped_column(String(10))
    material_key: Mapped[str | None] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    purpose_zh: Mapped[str] = mapped_column(String(80), default="")
    purpose_en: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[str] = mapped_column(String(300))
    waste: Mapped[float] = mapped_column(Float, default=0.0)
    zone_factors: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    element: Mapped[str] = mapped_column(String(10), default="")
    layers: Mapped[int] = mapped_column(Integer, default=1)
    alternatives: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    lap: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    room: Mapped[str] = mapped_column(String(10), default="", server_default="")
    note_zh: Mapped[str] = mapped_column(String(200), default="")
    note_en: Mapped[str] = mapped_column(String(300), default="")
    use_key: Mapped[str] = mapped_column(String(12), default="", server_default="")
    product_id: Mapped[str] = mapped_column(String(20), default="", server_default="")
    product_zh: Mapped[str] = mapped_column(String(120), default="", server_default="")
    product_en: Mapped[str] = mapped_column(String(200), default="", server_default="")


class BundleVersion(IdMixin, Base):
    """What was published: carts and orders refer to it, later edits do not touch it."""

    __tablename__ = "bundle_versions"
    __table_args__ = (UniqueConstraint("bundle_id", "version"),)

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundles.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str | None] = mapped_column(String(20))


_WAITS = text("state in ('waiting', 'asked')")


class BundleReview(IdMixin, Base):
    """A supplier's version on its way to publication: `content` is what is decided about.

    `region_code` is the smallest region that holds all places the bundle is for; "" is the
    whole country, which only the operator decides.
    """

    __tablename__ = "bundle_reviews"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'asked', 'approved', 'refused', 'ended')", name="state_known"
        ),
        Index(
            "uq_bundle_reviews_open", "bundle_id", unique=True,
            sqlite_where=_WAITS, postgresql_where=_WAITS,
        ),
        Index("ix_bundle_reviews_region_code_state", "region_code", "state"),
    )  # fmt: skip

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundles.id", ondelete="CASCADE"), index=True)
    region_code: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int | None] = mapped_column(Integer, default=None)
    words: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    submitted_by: Mapped[str] = mapped_column(String(20))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class BundleConfiguration(IdMixin, Base):
    """A household's choice of a bundle; `bundle_version` is the one it was last priced with."""

    __tablename__ = "bundle_configurations"
    __table_args__ = (
        CheckConstraint("account_id is not null or token_hash is not null", name="owner_known"),
        Index("ix_bundle_configurations_account", "account_id", "bundle_id"),
        Index("ix_bundle_configurations_token", "token_hash", "bundle_id"),
    )

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundles.id"))
    bundle_version: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    choices: Mapped[dict[str, Any]] = mapped_column(Json)
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BundleShare(Base):
    """Choices under a short code, for anybody who has it; knows neither owner nor place."""

    __tablename__ = "bundle_shares"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundles.id"))
    bundle_version: Mapped[int] = mapped_column(Integer)
    choices: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
