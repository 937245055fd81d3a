"""What is waiting to be put into the index, and the words of products, cut once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class IndexTask(IdMixin, Base):
    """One thing whose documents changed; a job brings the index up to date."""

    __tablename__ = "index_tasks"
    __table_args__ = (
        CheckConstraint("subject_kind in ('listing', 'product', 'kind')", name="subject_kind"),
        Index("ix_index_tasks_subject", "subject_kind", "subject_id"),
    )

    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[str] = mapped_column(String(20))
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IndexTokens(Base):
    """The words of a product, joined by spaces. A cache: a row that is missing, or of another
    version, is made again."""

    __tablename__ = "index_tokens"
    __table_args__ = (Index("ix_index_tokens_kind_code", "kind_code"),)

    product_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind_code: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text)
    name_words: Mapped[str] = mapped_column(Text)
