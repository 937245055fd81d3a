"""Files people gave us."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class StoredFile(IdMixin, Base):
    """A public photo in several sizes, or a private document."""

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("kind in ('photo', 'private_photo', 'document')", name="kind"),
        Index("ix_stored_files_owner", "owner_kind", "owner_id", "position"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    owner_kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    caption: Mapped[str] = mapped_column(String(200), default="")
    original_name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(60))
    byte_count: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    paths: Mapped[dict[str, Any]] = mapped_column(Json)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
