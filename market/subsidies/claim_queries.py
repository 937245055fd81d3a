"""Reads of claims, loans and payments."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.subsidies import access, mapping
from market.subsidies.errors import ClaimNotFound
from market.subsidies.models import (
    SubsidyBatch,
    SubsidyClaim,
    SubsidyEvent,
    SubsidyLoan,
    SubsidyScheme,
)
from market.subsidies.types import (
    BatchView,
    ClaimState,
    ClaimView,
    EventView,
    Invoice,
    LoanState,
    LoanTerms,
    LoanView,
    Repayment,
)

_C, _L, _S, _B = SubsidyClaim, SubsidyLoan, SubsidyScheme, SubsidyBatch
QUEUES = ("filed", "asked", "approved", "paid", "refused", "withdrawn")


def own_claim(session: Session, actor: Actor, claim_id: str, *, lock: bool = False) -> SubsidyClaim:
    """The row of a claim of the actor or of its seller. Raises ClaimNotFound."""
    row = session.get(_C, claim_id, with_for_update=lock or None, populate_existing=lock)
    mine = row is not None and (
        actor.account_id == row.filed_by or row.beneficiary_id in actor.seller_ids
    )
    if row is None or not mine:
        raise ClaimNotFound
    return row


def get_own_claim(session: Session, actor: Actor, claim_id: str, now: datetime) -> ClaimView:
    """A claim of the actor or of its seller, with its story. Raises ClaimNotFound."""
    return _one(session, own_claim(session, actor, claim_id), now)


def get_claim_for_review(session: Session, actor: Actor, claim_id: str, now: datetime) -> ClaimView:
    """A claim in the actor's subtree, with its story. Raises ClaimNotFound, OutsideYourRegion."""
    row = session.get(_C, claim_id)
    if row is None:
        raise ClaimNotFound
    access.require_governs(actor, row.region_code)
    return _one(session, row, now)


def claims_of(session: Session, beneficiary_id: str, now: datetime) -> list[ClaimView]:
    """The claims of a household or a seller, newest first."""
    query = _claims().where(_C.beneficiary_id == beneficiary_id).order_by(_C.id.desc()).limit(60)
    return [_view(row[0], row[1], row[2], now) for row in session.execute(query)]


def list_claims(
    session: Session, actor: Actor, state: str, now: datetime, number: int = 1
) -> Page[ClaimView]:
    """Claims in care in one state; open ones oldest first."""
    where = governed_by(actor, _C.region_code), _C.state == state
    total = session.scalar(select(func.count()).select_from(_C).where(*where)) or 0
    order = _C.id if state in ("filed", "asked", "approved") else _C.id.desc()
    query = _claims().where(*where).order_by(order).limit(PAGE_SIZE).offset(offset(number))
    return Page(
        [_view(row[0], row[1], row[2], now) for row in session.execute(query)],
        total,
        max(1, number),
    )


def count_claims(session: Session, actor: Actor) -> dict[str, int]:
    """How many claims in care are in each state."""
    query = (
        select(_C.state, func.count()).where(governed_by(actor, _C.region_code)).group_by(_C.state)
    )
    known = {row[0]: int(row[1]) for row in session.execute(query)}
    return {state: known.get(state, 0) for state in QUEUES}


def claims_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Claims that wait for a decision in care."""
    return backlog(
        session, _C.filed_at, before, governed_by(actor, _C.region_code), _C.state == "filed"
    )


def to_pay(session: Session, actor: Actor, now: datetime) -> list[ClaimView]:
    """Approved claims in care, oldest first."""
    query = _claims().where(governed_by(actor, _C.region_code), _C.state == "approved")
    return [
        _view(row[0], row[1], row[2], now)
        for row in session.execute(query.order_by(_C.id).limit(200))
    ]


def batches_of(session: Session, actor: Actor) -> list[BatchView]:
    """The last payments in care, newest first."""
    query = (
        select(_B, func.count(_C.id))
        .join(_C, _C.batch_id == _B.id)
        .where(governed_by(actor, _B.region_code))
        .group_by(_B.id)
        .order_by(_B.id.desc())
        .limit(30)
    )
    return [
        BatchView(row.id, row.reference, row.paid_on, row.total_fen, count)
        for row, count in session.execute(query)
    ]


def own_loan(session: Session, actor: Actor, loan_id: str, *, lock: bool = False) -> SubsidyLoan:
    """The row of a loan of the actor. Raises ClaimNotFound."""
    row = session.get(_L, loan_id, with_for_update=lock or None, populate_existing=lock)
    if row is None or row.household_id != actor.account_id:
        raise ClaimNotFound
    return row


def get_own_loan(session: Session, actor: Actor, loan_id: str, now: datetime) -> LoanView:
    """A loan of the actor, with its story. Raises ClaimNotFound."""
    return _loan(session, own_loan(session, actor, loan_id), now)


def get_loan_for_review(session: Session, actor: Actor, loan_id: str, now: datetime) -> LoanView:
    """A loan in the actor's subtree. Raises ClaimNotFound, OutsideYourRegion."""
    row = session.get(_L, loan_id)
    if row is None:
        raise ClaimNotFound
    access.require_governs(actor, row.region_code)
    return _loan(session, row, now)


def loans_of(session: Session, household_id: str, now: datetime) -> list[LoanView]:
    """The loans of a household, newest first."""
    query = _loans().where(_L.household_id == household_id).order_by(_L.id.desc()).limit(60)
    return [_loan_view(row[0], row[1], now) for row in session.execute(query)]


def list_loans(session: Session, actor: Actor, now: datetime) -> list[LoanView]:
    """Loans in care: those that wait first, then the newest."""
    waiting = case((_L.state == "filed", 0), (_L.state == "asked", 1), else_=2)
    query = _loans().where(governed_by(actor, _L.region_code)).order_by(waiting, _L.id.desc())
    return [_loan_view(row[0], row[1], now) for row in session.execute(query.limit(100))]


def quarters_of(session: Session, loan_id: str, now: datetime) -> dict[int, ClaimView]:
    """By number of the quarter: its standing claim, or the last one that was refused."""
    query = _claims().where(_C.loan_id == loan_id).order_by(_C.id)
    found: dict[int, ClaimView] = {}
    for row in session.execute(query):
        seen = _view(row[0], row[1], row[2], now)
        if seen.quarter is not None:
            found[seen.quarter] = seen
    return found


def _claims() -> Select[Any]:
    found = (
        select(_C, _S, _B.reference)
        .join(_S, _S.id == _C.scheme_id)
        .outerjoin(_B, _B.id == _C.batch_id)
    )
    return cast(Select[Any], found)


def _loans() -> Select[Any]:
    return cast(Select[Any], select(_L, _S).join(_S, _S.id == _L.scheme_id))


def _one(session: Session, row: SubsidyClaim, now: datetime) -> ClaimView:
    claim, scheme, reference = session.execute(_claims().where(_C.id == row.id)).one()
    return replace(_view(claim, scheme, reference, now), events=_events(session, row.id))


def _loan(session: Session, row: SubsidyLoan, now: datetime) -> LoanView:
    scheme = session.get_one(_S, row.scheme_id)
    return replace(_loan_view(row, scheme, now), events=_events(session, row.id))


def _events(session: Session, subject_id: str) -> tuple[EventView, ...]:
    query = (
        select(SubsidyEvent)
        .where(SubsidyEvent.subject_id == subject_id)
        .order_by(SubsidyEvent.at, SubsidyEvent.id)
    )
    return tuple(EventView(e.kind, e.words, e.at, e.by_office) for e in session.scalars(query))


def _view(
    row: SubsidyClaim, scheme: SubsidyScheme, reference: str | None, now: datetime
) -> ClaimView:
    invoice = None
    if row.invoice_no is not None and row.invoiced_on is not None:
        invoice = Invoice(row.invoice_no, row.invoice_seller, row.invoiced_on)
    return ClaimView(
        id=row.id, code=row.code, scheme=mapping.view_of(scheme, now),
        beneficiary_id=row.beneficiary_id, filed_by=row.filed_by, region_code=row.region_code,
        state=ClaimState(row.state), what=row.what, price_fen=row.price_fen,
        asked_fen=row.asked_fen, amount_fen=row.amount_fen,
        steps=tuple(mapping.step_from_json(step) for step in row.steps), order_id=row.order_id,
        order_code=row.order_code, invoice=invoice, certificate_id=row.certificate_id,
        loan_id=row.loan_id, quarter=row.quarter, note=row.note, reason=row.reason,
        filed_at=row.filed_at, decided_at=row.decided_at, paid_at=row.paid_at,
        batch_reference=reference or "",
    )  # fmt: skip


def _loan_view(row: SubsidyLoan, scheme: SubsidyScheme, now: datetime) -> LoanView:
    terms = LoanTerms(
        row.principal_fen, row.rate_bp, row.starts_on, row.months, Repayment(row.repayment)
    )
    return LoanView(
        id=row.id, code=row.code, scheme=mapping.view_of(scheme, now),
        household_id=row.household_id, region_code=row.region_code, state=LoanState(row.state),
        terms=terms, lender=row.lender, contract_no=row.contract_no, purpose=row.purpose,
        total_fen=row.total_fen, reason=row.reason, filed_at=row.filed_at,
        decided_at=row.decided_at,
    )  # fmt: skip
