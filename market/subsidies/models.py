"""Schemes with their budgets, what households had, vouchers, claims, loans and payments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

_STANDING = text("state in ('filed', 'asked', 'approved', 'paid')")


def _once(name: str, *columns: str, where: str = "") -> Index:
    """At most one standing claim of these columns."""
    told = text(f"{_STANDING.text}{where}")
    return Index(name, *columns, unique=True, sqlite_where=told, postgresql_where=told)


class SubsidyScheme(IdMixin, Base):
    """One scheme; `reserved_fen + used_fen` never passes `budget_fen`."""

    __tablename__ = "subsidy_schemes"
    __table_args__ = (
        CheckConstraint("type in ('voucher', 'claim', 'interest', 'fee')", name="type_known"),
        CheckConstraint("state in ('draft', 'live', 'paused', 'ended')", name="state_known"),
        CheckConstraint("ends_at > starts_at", name="dates_in_order"),
        CheckConstraint("budget_fen > 0", name="budget_positive"),
        CheckConstraint("reserved_fen >= 0 and used_fen >= 0", name="counters_not_negative"),
        CheckConstraint("reserved_fen + used_fen <= budget_fen", name="budget_kept"),
        Index("ix_subsidy_schemes_place", "region_code", "type", "state"),
    )

    code: Mapped[str] = mapped_column(String(8), unique=True)
    region_code: Mapped[str] = mapped_column(String(9))
    measure_key: Mapped[str] = mapped_column(String(60), index=True)
    measure: Mapped[str] = mapped_column(String(40), default="")
    type: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    example: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    asks_household: Mapped[bool] = mapped_column(Boolean, default=False)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    sequence: Mapped[int] = mapped_column(Integer, default=50)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    budget_fen: Mapped[int] = mapped_column(BigInteger)
    reserved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    used_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubsidyHousehold(Base):
    """How often and how much a household, or who has none, had of a measure since its window began.

    `joined_uses` and `joined_fen` are what the counters came to when an account joined last:
    together its accounts may have had more than the limits before.
    """

    __tablename__ = "subsidy_households"
    __table_args__ = (
        CheckConstraint("uses >= 0 and taken_fen >= 0", name="counters_not_negative"),
        CheckConstraint("uses > 0 or taken_fen = 0", name="nothing_without_use"),
    )

    measure_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    household_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    window_no: Mapped[int] = mapped_column(Integer, default=0)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    uses: Mapped[int] = mapped_column(Integer, default=0)
    taken_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    joined_uses: Mapped[int] = mapped_column(Integer, default=0)
    joined_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class SubsidyWaiver(Base):
    """A household keeps a scheme for later: it is not taken off its orders."""

    __tablename__ = "subsidy_waivers"

    scheme_id: Mapped[str] = mapped_column(ForeignKey("subsidy_schemes.id"), primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    waived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubsidyVoucher(IdMixin, Base):
    """What one scheme gives for one order: reserved, then used or released.

    Here as in loans and claims `counted_as` is the counter the use stands on, `window_no` its
    window there.
    """

    __tablename__ = "subsidy_vouchers"
    __table_args__ = (
        UniqueConstraint("scheme_id", "order_id"),
        CheckConstraint("state in ('reserved', 'used', 'released')", name="state_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("returned_fen >= 0 and returned_fen <= amount_fen", name="returned"),
        CheckConstraint("returned_fen = 0 or state = 'used'", name="returned_when_used"),
        Index("ix_subsidy_vouchers_of_household", "household_id", "reserved_at"),
    )

    scheme_id: Mapped[str] = mapped_column(ForeignKey("subsidy_schemes.id"))
    order_id: Mapped[str] = mapped_column(String(20), index=True)
    household_id: Mapped[str] = mapped_column(String(20))
    counted_as: Mapped[str] = mapped_column(String(20), index=True)
    window_no: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    returned_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(10))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubsidyBatch(IdMixin, Base):
    """Claims that an office paid together, with the reference of its payment."""

    __tablename__ = "subsidy_batches"
    __table_args__ = (
        UniqueConstraint("region_code", "reference"),
        CheckConstraint("total_fen > 0", name="total_positive"),
    )

    region_code: Mapped[str] = mapped_column(String(9))
    reference: Mapped[str] = mapped_column(String(60))
    paid_on: Mapped[date] = mapped_column(Date)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(String(20))


class SubsidyLoan(IdMixin, Base):
    """An application for interest subsidy; its schedule follows from its terms."""

    __tablename__ = "subsidy_loans"
    __table_args__ = (
        CheckConstraint(
            "state in ('filed', 'asked', 'approved', 'refused', 'withdrawn')", name="state_known"
        ),
        CheckConstraint("principal_fen > 0 and rate_bp >= 0", name="terms_positive"),
        CheckConstraint("months between 1 and 360", name="months"),
        CheckConstraint("total_fen > 0", name="total_positive"),
        Index(
            "uq_subsidy_loans_contract", "lender", "contract_no", unique=True,
            sqlite_where=text("state in ('filed', 'asked', 'approved')"),
            postgresql_where=text("state in ('filed', 'asked', 'approved')"),
        ),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(String(20), unique=True)
    scheme_id: Mapped[str] = mapped_column(ForeignKey("subsidy_schemes.id"), index=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    counted_as: Mapped[str] = mapped_column(String(20), index=True)
    region_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[str] = mapped_column(String(10), default="filed")
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    rate_bp: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date] = mapped_column(Date)
    months: Mapped[int] = mapped_column(Integer)
    repayment: Mapped[str] = mapped_column(String(20))
    lender: Mapped[str] = mapped_column(String(80))
    contract_no: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(300), default="")
    total_fen: Mapped[int] = mapped_column(BigInteger)
    window_no: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500), default="")
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))


class SubsidyClaim(IdMixin, Base):
    """What is asked for in arrears: an order, an invoice, a quarter of a loan, or a fee.

    While it stands, `reserved` of its scheme's budget: `asked_fen`, or `amount_fen` once
    approved; claims of a loan take theirs from what the loan reserved. `single` marks schemes
    of which a household may have one within its window; a claim that an account brought along
    when it joined loses the mark, for there may be two then.
    """

    __tablename__ = "subsidy_claims"
    __table_args__ = (
        CheckConstraint(
            "state in ('filed', 'asked', 'approved', 'refused', 'withdrawn', 'paid')",
            name="state_known",
        ),
        CheckConstraint("what in ('order', 'invoice', 'quarter', 'fee')", name="what_known"),
        CheckConstraint("asked_fen > 0 and price_fen > 0", name="amounts_positive"),
        CheckConstraint("amount_fen is null or amount_fen > 0", name="amount_positive"),
        CheckConstraint(
            "(state in ('approved', 'paid')) = (amount_fen is not null)", name="approved_amount"
        ),
        CheckConstraint("(state = 'paid') = (batch_id is not null)", name="paid_in_a_batch"),
        CheckConstraint("(what = 'quarter') = (loan_id is not null)", name="quarter_of_a_loan"),
        _once(
            "uq_subsidy_claims_once", "measure_key", "counted_as", "window_no",
            where=" and single",
        ),
        _once("uq_subsidy_claims_order", "scheme_id", "order_id"),
        _once("uq_subsidy_claims_invoice", "scheme_id", "invoice_no"),
        _once("uq_subsidy_claims_quarter", "loan_id", "quarter"),
        _once("uq_subsidy_claims_certificate", "scheme_id", "certificate_id"),
        Index("ix_subsidy_claims_queue", "state", "region_code"),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(String(20), unique=True)
    scheme_id: Mapped[str] = mapped_column(ForeignKey("subsidy_schemes.id"), index=True)
    measure_key: Mapped[str] = mapped_column(String(60))
    beneficiary_id: Mapped[str] = mapped_column(String(20), index=True)
    counted_as: Mapped[str] = mapped_column(String(20), index=True)
    filed_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    region_code: Mapped[str] = mapped_column(String(9))
    what: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="filed")
    single: Mapped[bool] = mapped_column(Boolean)
    window_no: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    flags: Mapped[list[str]] = mapped_column(Json)
    price_fen: Mapped[int] = mapped_column(BigInteger)
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    order_id: Mapped[str | None] = mapped_column(String(20))
    order_code: Mapped[str] = mapped_column(String(20), default="")
    invoice_no: Mapped[str | None] = mapped_column(String(40))
    invoice_seller: Mapped[str] = mapped_column(String(80), default="")
    invoiced_on: Mapped[date | None] = mapped_column(Date)
    certificate_id: Mapped[str | None] = mapped_column(String(20))
    loan_id: Mapped[str | None] = mapped_column(ForeignKey("subsidy_loans.id"), index=True)
    quarter: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("subsidy_batches.id"), index=True)


class SubsidyEvent(IdMixin, Base):
    """What happened to a claim or a loan, in its words; never changed."""

    __tablename__ = "subsidy_events"

    subject_id: Mapped[str] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_office: Mapped[bool] = mapped_column(Boolean)
    account_id: Mapped[str | None] = mapped_column(String(20))
