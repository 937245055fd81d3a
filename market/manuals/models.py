"""Tables of manuals. Private to the package."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class ProductManual(IdMixin, Base):
    """A version of a manual, or the one draft of it. A published row never changes."""

    __tablename__ = "product_manuals"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(version IS NULL) = (published_at IS NULL)", name="published"),
        UniqueConstraint("product_id", "version"),
        Index(
            "uq_product_manuals_draft",
            "product_id",
            unique=True,
            sqlite_where=text("version IS NULL"),
            postgresql_where=text("version IS NULL"),
        ),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    version: Mapped[int | None] = mapped_column(Integer, default=None)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(20))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
