"""Interest subsidy: applications with their schedule, approval, and claims by the quarter.

An application reserves the whole subsidy of its schedule; each quarter paid uses its part.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.media import service as media
from market.media.service import NewFile
from market.subsidies import access, claims, funds, interest, limits, mapping, queries, rules
from market.subsidies.claim_queries import own_loan
from market.subsidies.errors import (
    ClaimedBefore,
    ClaimNotFound,
    DocumentMissing,
    LoanTooLong,
    NothingToClaim,
    NotPossibleNow,
    ReasonMissing,
    SchemeNotFound,
    SubsidyLimitReached,
    TooEarly,
)
from market.subsidies.events import ClaimFiled, ClaimMoved
from market.subsidies.models import SubsidyClaim, SubsidyLoan, SubsidyScheme
from market.subsidies.types import (
    AidLine,
    LoanTerms,
    LoanView,
    NewLoan,
    Outcome,
    Repayment,
    Scheme,
    SchemeType,
    Step,
)

LOAN_OWNER = "subsidy_loan"
MOST_MONTHS = 360


def plan(scheme: Scheme, loan: LoanTerms) -> interest.Schedule:
    """Every payment with its subsidy under a scheme. Raises LoanTooLong."""
    if not 1 <= loan.months <= MOST_MONTHS:
        raise LoanTooLong(field="months")
    return interest.schedule(loan, scheme.terms, scheme.terms.order_cap_fen)


def apply_loan(
    session: Session, actor: Actor, new: NewLoan, files: Sequence[NewFile], now: datetime
) -> str:
    """Apply with the loan's contract; returns the application's id.

    Raises SchemeNotFound, DocumentMissing, LoanTooLong, NothingToClaim, ClaimedBefore,
    SubsidySpent and its kinds.
    """
    if not files:
        raise DocumentMissing(field="file")
    row = session.get(SubsidyScheme, new.scheme_id)
    if row is None or row.type != SchemeType.INTEREST.value or row.state == "draft":
        raise SchemeNotFound
    scheme = mapping.scheme_of(row)
    total = plan(scheme, new.terms).subsidy_fen
    outcome = _eligible(session, scheme, new, now)
    if not total or any(not c.ok and c.code not in ("goods", "kinds") for c in outcome.checks):
        if outcome.reason is not None and outcome.reason.code == "uses":
            raise claims.had_before(outcome.reason)
        raise NothingToClaim(outcome)
    loan = _reserve(session, row, scheme, new, total, now)
    for file in files:
        media.attach(session, file, LOAN_OWNER, loan.id, now=now)
    claims.note(session, loan.id, "filed", actor, now, new.purpose)
    publish(
        session,
        ClaimFiled(
            loan.id, loan.code, row.name, row.name_en, row.region_code, total, True, now
        ),
    )  # fmt: skip
    return loan.id


def _eligible(session: Session, scheme: Scheme, new: NewLoan, now: datetime) -> Outcome:
    """The rules about dates, place, flags and limits; a loan has no goods."""
    _schemes, household = queries.schemes_at(
        session, new.region, new.household_id, now, (SchemeType.INTEREST,)
    )
    household = replace(household, flags=new.flags, waived=frozenset())
    line = AidLine("loan", "", new.terms.principal_fen)
    return rules.assess([line], household, [scheme], now).outcomes[0]


def _reserve(
    session: Session, row: SubsidyScheme, scheme: Scheme, new: NewLoan, total: int, now: datetime
) -> SubsidyLoan:
    funds.reserve(session, row.id, total, now)
    try:
        place = limits.take(session, row, scheme.terms, new.household_id, total, now)
    except SubsidyLimitReached as reached:
        raise ClaimedBefore from reached
    loan = SubsidyLoan(
        id=new_id(), code=claims.claim_code(now), scheme_id=row.id,
        household_id=new.household_id, counted_as=place.counted_as, region_code=row.region_code,
        principal_fen=new.terms.principal_fen, rate_bp=new.terms.rate_bp,
        starts_on=new.terms.starts_on, months=new.terms.months,
        repayment=new.terms.repayment.value, lender=new.lender, contract_no=new.contract_no,
        purpose=new.purpose[:300], total_fen=total, window_no=place.window_no, filed_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(loan)
    except IntegrityError as twice:
        raise ClaimedBefore from twice
    return loan


def answer_loan(
    session: Session, actor: Actor, loan_id: str, words: str, files: Sequence[NewFile],
    now: datetime,
) -> None:  # fmt: skip
    """Say what the office asked for. Raises ClaimNotFound, NotPossibleNow, ReasonMissing."""
    loan = own_loan(session, actor, loan_id, lock=True)
    if loan.state != "asked":
        raise NotPossibleNow
    if not words.strip():
        raise ReasonMissing(field="words")
    loan.state = "filed"
    session.flush()
    for file in files:
        media.attach(session, file, LOAN_OWNER, loan.id, now=now)
    claims.note(session, loan.id, "answered", actor, now, words)


def withdraw_loan(session: Session, actor: Actor, loan_id: str, now: datetime) -> None:
    """Give an application up before it is decided. Raises ClaimNotFound, NotPossibleNow."""
    loan = own_loan(session, actor, loan_id, lock=True)
    if loan.state not in ("filed", "asked"):
        raise NotPossibleNow
    _close(session, loan, "withdrawn")
    claims.note(session, loan.id, "withdrawn", actor, now)


def decide_loan(
    session: Session, actor: Actor, loan_id: str, verdict: str, words: str, now: datetime
) -> None:
    """`verdict`: approved, asked or refused; the last two need words.

    Raises ClaimNotFound, OutsideYourRegion, NotPossibleNow, ReasonMissing.
    """
    loan = session.get(SubsidyLoan, loan_id, with_for_update=True, populate_existing=True)
    if loan is None:
        raise ClaimNotFound
    access.require_governs(actor, loan.region_code)
    if loan.state not in ("filed", "asked") or verdict not in ("approved", "asked", "refused"):
        raise NotPossibleNow
    if verdict != "approved" and not words.strip():
        raise ReasonMissing(field="reason")
    loan.reason, loan.decided_at, loan.decided_by = words.strip()[:500], now, actor.account_id
    if verdict == "refused":
        _close(session, loan, verdict)
    loan.state = verdict
    session.flush()
    claims.note(session, loan.id, verdict, actor, now, words, by_office=True)
    audit.record(
        session, actor, f"subsidy_loan.{verdict}", "subsidy_loan", loan.id, now=now,
        after={"code": loan.code, "total_fen": loan.total_fen, "words": words.strip()},
        region=loan.region_code,
    )  # fmt: skip
    _tell(session, loan, verdict, words, now)


def claim_quarter(
    session: Session, actor: Actor, loan_id: str, number: int, files: Sequence[NewFile],
    now: datetime,
) -> str:  # fmt: skip
    """Claim the subsidy of a quarter whose payments are all due; returns the claim's id.

    Raises ClaimNotFound, NotPossibleNow, TooEarly, DocumentMissing, ClaimedBefore.
    """
    loan = own_loan(session, actor, loan_id, lock=True)
    row = session.get_one(SubsidyScheme, loan.scheme_id)
    found = interest.quarter(schedule_of(loan, mapping.scheme_of(row)).quarters, number)
    if found is None or loan.state != "approved":
        raise NotPossibleNow
    if shanghai_date(now) < found.due_on:
        raise TooEarly(day=found.due_on)
    if not files:
        raise DocumentMissing(field="file")
    claim = _quarter_claim(actor, loan, row, found, now)
    try:
        with session.begin_nested():
            session.add(claim)
    except IntegrityError as twice:
        raise ClaimedBefore from twice
    for file in files:
        media.attach(session, file, claims.OWNER, claim.id, now=now)
    claims.note(session, claim.id, "filed", actor, now)
    publish(
        session,
        ClaimFiled(
            claim.id, claim.code, row.name, row.name_en, row.region_code, found.subsidy_fen,
            False, now,
        ),
    )  # fmt: skip
    return claim.id


def _quarter_claim(
    actor: Actor, loan: SubsidyLoan, row: SubsidyScheme, found: interest.Quarter, now: datetime
) -> SubsidyClaim:
    borne = interest.points(terms_of(loan), mapping.terms_from_json(row.terms))
    step = Step("months", found.subsidy_fen, {"interest": found.interest_fen, "points": borne})
    return SubsidyClaim(
        id=new_id(), code=claims.claim_code(now), scheme_id=row.id, measure_key=row.measure_key,
        beneficiary_id=loan.household_id, counted_as=loan.counted_as, filed_by=actor.account_id,
        region_code=loan.region_code, what="quarter", single=False, window_no=loan.window_no,
        lines=[], flags=[], price_fen=found.interest_fen, asked_fen=found.subsidy_fen,
        steps=[mapping.step_to_json(step)], loan_id=loan.id, quarter=found.number, filed_at=now,
    )  # fmt: skip


def terms_of(loan: SubsidyLoan) -> LoanTerms:
    """The loan as its contract says."""
    return LoanTerms(
        loan.principal_fen, loan.rate_bp, loan.starts_on, loan.months, Repayment(loan.repayment)
    )


def schedule_of(loan: SubsidyLoan, scheme: Scheme) -> interest.Schedule:
    """The schedule that was applied for: the scheme's rules do not change once published."""
    return interest.schedule(terms_of(loan), scheme.terms, loan.total_fen)


def _close(session: Session, loan: SubsidyLoan, state: str) -> None:
    loan.state = state
    session.flush()
    row = session.get_one(SubsidyScheme, loan.scheme_id)
    funds.release(session, row.id, loan.total_fen)
    place = limits.Place(loan.counted_as, loan.window_no)
    limits.give_back(session, row.measure_key, place, loan.total_fen)


def _tell(session: Session, loan: SubsidyLoan, kind: str, words: str, now: datetime) -> None:
    row = session.get_one(SubsidyScheme, loan.scheme_id)
    publish(
        session,
        ClaimMoved(
            subject_id=loan.id, code=loan.code, account_id=loan.household_id,
            scheme_name=row.name, scheme_name_en=row.name_en, state=kind,
            amount_fen=loan.total_fen, words=words.strip(), of_seller=False, is_loan=True,
            key=f"{loan.id}:{kind}:{now.isoformat()}", at=now,
        ),
    )  # fmt: skip


def planned(seen: LoanView) -> interest.Schedule:
    """The schedule that was applied for."""
    return interest.schedule(seen.terms, seen.scheme.draft.terms, seen.total_fen)
