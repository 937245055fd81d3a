"""Tables of imports. Private to the package."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class SheetImport(IdMixin, Base):
    """One file of a seller on its way in; its bytes are dropped when it is over."""

    __tablename__ = "sheet_imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued','ready','broken','asked','applied','discarded')", name="state"
        ),
        CheckConstraint("rows_done <= rows_total", name="rows_done_within_total"),
        Index("ix_sheet_imports_seller_id_created_at", "seller_id", "created_at"),
        Index("ix_sheet_imports_state", "state", "created_at"),
    )

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    account_id: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, default=None)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    # What the preview showed: counts, and the fingerprint that applying must find again.
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    plan_digest: Mapped[str] = mapped_column(String(64), default="")
    # The goods changed after the preview: it was made anew and must be read again.
    moved: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SheetLine(Base):
    """One row of a preview that is wrong or changes something."""

    __tablename__ = "sheet_lines"

    import_id: Mapped[str] = mapped_column(
        ForeignKey("sheet_imports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    is_wrong: Mapped[bool] = mapped_column(Boolean, default=False)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
