"""Households by the digest of their number, their accounts, and objections to these."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime

_ACTIVE = text("state in ('stated', 'confirmed')")
_OPEN = text("state = 'open'")


class Household(IdMixin, Base):
    """One household of a county; its number is kept as a keyed digest only.

    The digest stays when the last account is deleted: what was used of public money stays used.
    """

    __tablename__ = "households"
    __table_args__ = (CheckConstraint("kind in ('booklet', 'property')", name="kind_known"),)

    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    last4: Mapped[str] = mapped_column(String(4))
    town: Mapped[str] = mapped_column(String(9), index=True)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdMember(IdMixin, Base):
    """An account that states or stated a household, with its own words of it."""

    __tablename__ = "household_members"
    __table_args__ = (
        CheckConstraint(
            "state in ('stated', 'confirmed', 'separated', 'moved', 'gone')", name="state_known"
        ),
        UniqueConstraint("household_id", "account_id"),
        Index(
            "uq_household_members_one", "account_id", unique=True, sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )  # fmt: skip

    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(10), default="stated")
    town: Mapped[str] = mapped_column(String(9))
    village: Mapped[str] = mapped_column(String(40))
    head: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300), default="")


class HouseholdObjection(IdMixin, Base):
    """An account of a household says that another does not belong to it."""

    __tablename__ = "household_objections"
    __table_args__ = (
        CheckConstraint("state in ('open', 'upheld', 'rejected')", name="state_known"),
        Index(
            "uq_household_objections_open", "member_id", "account_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    member_id: Mapped[str] = mapped_column(ForeignKey("household_members.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="open")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
