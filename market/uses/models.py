"""Tables of application classes. Private to the package."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class UseRuleRow(IdMixin, Base):
    """What a use asks of a kind, or of the kinds of a group that have no rule of their own."""

    __tablename__ = "use_rules"
    __table_args__ = (
        CheckConstraint("(kind_code = '') <> (group_code = '')", name="kind_or_group"),
        CheckConstraint("min_star IS NOT NULL OR max_voc IS NOT NULL", name="asks"),
        CheckConstraint("min_star IS NULL OR min_star BETWEEN 1 AND 3", name="min_star"),
        CheckConstraint("max_voc IS NULL OR max_voc >= 0", name="max_voc"),
        UniqueConstraint("use", "kind_code", "group_code"),
    )

    use: Mapped[str] = mapped_column(String(12))
    kind_code: Mapped[str] = mapped_column(String(12), default="")
    group_code: Mapped[str] = mapped_column(String(8), default="")
    min_star: Mapped[int | None] = mapped_column(Integer, default=None)
    max_voc: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), default=None)
    basis_zh: Mapped[str] = mapped_column(Text)
    basis_en: Mapped[str] = mapped_column(Text, default="")
    sample: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
