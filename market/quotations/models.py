"""A quotation as it was issued; never changed afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class Quotation(IdMixin, Base):
    """What a configuration cost at a place and an instant, with every line."""

    __tablename__ = "quotations"
    __table_args__ = (
        CheckConstraint("account_id is not null or token_hash is not null", name="owner_known"),
        CheckConstraint("total_fen >= 0", name="total_not_negative"),
        CheckConstraint("valid_until > issued_at", name="dates_in_order"),
        Index("ix_quotations_configuration_id_issued_at", "configuration_id", "issued_at"),
        Index("ix_quotations_account_id", "account_id"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    configuration_id: Mapped[str] = mapped_column(String(20))
    bundle_id: Mapped[str] = mapped_column(String(20))
    bundle_version: Mapped[int] = mapped_column(Integer)
    region_code: Mapped[str] = mapped_column(String(9))
    region_label: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
