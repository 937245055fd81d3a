"""Claims in arrears: filed, clarified, approved, paid; refused twice for one household."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.audit.models import AuditEvent
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.notifications.models import Message
from market.subsidies import claim_queries, interest, invariants, loans, queries, service
from market.subsidies.errors import (
    AmountTooHigh,
    ClaimedBefore,
    ClaimNotFound,
    DocumentMissing,
    NothingToClaim,
    NotPossibleNow,
    OutsideYourRegion,
    ReasonMissing,
    ReferenceTaken,
    SubsidySpent,
    TooEarly,
)
from market.subsidies.models import SubsidyClaim, SubsidyScheme
from market.subsidies.types import (
    ClaimState,
    Invoice,
    LoanTerms,
    NewClaim,
    NewLoan,
    Repayment,
    SchemeType,
)
from tests.factories.accounts import make_account
from tests.factories.orders import TOWN, make_household
from tests.factories.pictures import jpeg
from tests.factories.subsidies import make_line, make_published

T = SchemeType


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def official(session):
    account = make_account(session)
    return Actor(account.id, frozenset({"official"}), official_regions=(RegionCode("130624"),))


@pytest.fixture
def scheme(session):
    return make_published(
        session, type_=T.CLAIM, household_uses=1, years=5, household_cap_fen=200_000
    )


def proof():
    return [media.store_document(jpeg(), "发票.jpg")]


def wanted(scheme_id, household, number="FP-1", **over):
    return NewClaim(
        scheme_id, household.account_id, TOWN, (make_line(**over),),
        invoice=Invoice(number, "镇上建材店", date(2026, 11, 1)),
    )  # fmt: skip


def filed(session, scheme_id, household, now, **over):
    return service.file_claim(
        session, household, wanted(scheme_id, household, **over), proof(), now
    )


def state(session, claim_id):
    return session.get(SubsidyClaim, claim_id, populate_existing=True).state


def funds(session, scheme_id):
    row = session.get(SubsidyScheme, scheme_id, populate_existing=True)
    return row.reserved_fen, row.used_fen


def told(session, account_id):
    query = select(Message.kind).where(Message.account_id == account_id).order_by(Message.id)
    return list(session.scalars(query))


def test_from_filing_to_payment_the_budget_adds_up(session, now, household, official, scheme):
    claim_id = filed(session, scheme, household, now, price_fen=1_000_000)
    assert funds(session, scheme) == (150_000, 0)
    service.ask_claim(session, official, claim_id, "发票看不清，再拍一张", now)
    service.answer_claim(session, household, claim_id, "重新拍了", proof(), now)
    assert state(session, claim_id) == "filed"
    assert service.approve_claim(session, official, claim_id, 800_000, now) == 120_000
    assert funds(session, scheme) == (120_000, 0)
    seen = claim_queries.get_own_claim(session, household, claim_id, now)
    assert [(step.code, step.amount_fen) for step in seen.steps] == [
        ("accepted", 800_000), ("rate", 120_000),
    ]  # fmt: skip
    service.pay_claims(session, official, [claim_id], "CZ-001", date(2026, 11, 22), now)
    assert funds(session, scheme) == (0, 120_000)
    assert state(session, claim_id) == "paid"
    assert told(session, household.account_id) == [
        "subsidy_asked", "subsidy_approved", "subsidy_paid",
    ]  # fmt: skip
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == claim_id))
    assert list(actions) == ["subsidy_claim.asked", "subsidy_claim.approved"]
    assert invariants.breaches(session) == []
    sums = queries.funds_of(session, official)
    assert sums.reserved_fen + sums.used_fen + sums.left_fen == sums.budget_fen


def test_a_second_claim_of_the_household_is_refused_within_the_years(
    session, now, household, official, scheme
):
    claim_id = filed(session, scheme, household, now)
    with pytest.raises(ClaimedBefore):
        filed(session, scheme, household, now, number="FP-2")
    service.approve_claim(session, official, claim_id, 100_000, now)
    service.pay_claims(session, official, [claim_id], "CZ-001", date(2026, 11, 22), now)
    with pytest.raises(ClaimedBefore):
        filed(session, scheme, household, now, number="FP-2")
    other = make_household(session)
    with pytest.raises(ClaimedBefore), session.begin_nested():  # the same invoice
        filed(session, scheme, other, now)
    assert filed(session, scheme, other, now, number="FP-2")
    assert invariants.breaches(session) == []


def test_the_database_itself_refuses_the_second_claim(session, now, household, scheme):
    claim_id = filed(session, scheme, household, now)
    row = session.get(SubsidyClaim, claim_id)
    columns = {c.key: getattr(row, c.key) for c in SubsidyClaim.__table__.columns}
    twin = SubsidyClaim(**{**columns, "id": "twin", "code": "twin", "invoice_no": "FP-9"})
    session.add(twin)
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_refused_claim_gives_everything_back(session, now, household, official, scheme):
    claim_id = filed(session, scheme, household, now)
    with pytest.raises(ReasonMissing):
        service.refuse_claim(session, official, claim_id, " ", now)
    service.refuse_claim(session, official, claim_id, "发票不是本人的", now)
    assert funds(session, scheme) == (0, 0)
    with pytest.raises(NotPossibleNow):
        service.approve_claim(session, official, claim_id, 100_000, now)
    again = filed(session, scheme, household, now)
    service.withdraw_claim(session, household, again, now)
    assert funds(session, scheme) == (0, 0)
    assert invariants.breaches(session) == []


def test_what_the_rules_do_not_give_is_not_filed(session, now, household, scheme):
    with pytest.raises(NothingToClaim) as refused:
        filed(session, scheme, household, now, certified=False)
    assert refused.value.outcome.reason.code == "certified"
    with pytest.raises(DocumentMissing):
        service.file_claim(session, household, wanted(scheme, household), [], now)
    poor = make_published(session, type_=T.CLAIM, budget_fen=100)
    claim_id = filed(session, poor, household, now, number="FP-7")
    assert claim_queries.get_own_claim(session, household, claim_id, now).asked_fen == 100
    with pytest.raises((SubsidySpent, NothingToClaim)):
        filed(session, poor, make_household(session), now, number="FP-8")


def test_offices_of_elsewhere_and_strangers_are_kept_out(session, now, household, official, scheme):
    claim_id = filed(session, scheme, household, now)
    elsewhere = replace(official, official_regions=(RegionCode("510121"),))
    with pytest.raises(OutsideYourRegion):
        service.approve_claim(session, elsewhere, claim_id, 100_000, now)
    with pytest.raises(OutsideYourRegion):
        claim_queries.get_claim_for_review(session, elsewhere, claim_id, now)
    assert claim_queries.list_claims(session, elsewhere, "filed", now).total == 0
    assert claim_queries.list_claims(session, official, "filed", now).total == 1
    with pytest.raises(ClaimNotFound):
        claim_queries.get_own_claim(session, make_household(session), claim_id, now)


def test_payments_take_approved_claims_only_and_each_reference_once(
    session, now, household, official, scheme
):
    claim_id = filed(session, scheme, household, now)
    with pytest.raises(NotPossibleNow):
        service.pay_claims(session, official, [claim_id], "CZ-001", date(2026, 11, 22), now)
    with pytest.raises(AmountTooHigh):
        service.approve_claim(session, official, claim_id, 100_001, now)
    service.approve_claim(session, official, claim_id, 100_000, now)
    service.pay_claims(session, official, [claim_id], "CZ-001", date(2026, 11, 22), now)
    other = make_household(session)
    second = filed(session, scheme, other, now, number="FP-2")
    service.approve_claim(session, official, second, 100_000, now)
    with pytest.raises(ReferenceTaken):
        service.pay_claims(session, official, [second], "CZ-001", date(2026, 11, 22), now)
    assert state(session, second) == "approved"


# Interest


@pytest.fixture
def lending(session):
    return make_published(
        session, type_=T.INTEREST, rate_bp=200, order_cap_fen=150_000, household_uses=1, years=5,
        certified_only=False,
    )  # fmt: skip


def loan_of(scheme_id, household, **over):
    terms = LoanTerms(10_000_000, 435, date(2026, 6, 1), 12, Repayment.BULLET)
    return NewLoan(
        scheme_id, household.account_id, TOWN, replace(terms, **over), "阜平农商行", "HT-1", "换窗"
    )


def test_a_loan_reserves_its_schedule_and_pays_by_the_quarter(
    session, now, household, official, lending
):
    loan_id = service.apply_loan(session, household, loan_of(lending, household), proof(), now)
    # 100,000 × 2 % ÷ 12 = 166.66 a month; the cap of 1,500 leaves nine months whole.
    assert funds(session, lending) == (150_000, 0)
    with pytest.raises(NotPossibleNow):
        service.claim_quarter(session, household, loan_id, 1, proof(), now)
    service.decide_loan(session, official, loan_id, "approved", "", now)
    claim_id = service.claim_quarter(session, household, loan_id, 1, proof(), now)
    with pytest.raises(ClaimedBefore):
        service.claim_quarter(session, household, loan_id, 1, proof(), now)
    with pytest.raises(TooEarly):
        service.claim_quarter(session, household, loan_id, 2, proof(), now)
    assert service.approve_claim(session, official, claim_id, 108_750, now) == 3 * 16_666
    service.pay_claims(session, official, [claim_id], "CZ-9", date(2026, 11, 22), now)
    assert funds(session, lending) == (150_000 - 49_998, 49_998)
    assert invariants.breaches(session) == []
    later = now + timedelta(days=250)
    for number in (2, 3, 4):
        next_id = service.claim_quarter(session, household, loan_id, number, proof(), later)
        amount = claim_queries.get_own_claim(session, household, next_id, later).price_fen
        service.approve_claim(session, official, next_id, amount, later)
        service.pay_claims(session, official, [next_id], f"CZ-1{number}", later.date(), later)
    assert funds(session, lending) == (0, 150_000)
    assert invariants.breaches(session) == []


def test_a_refused_loan_gives_its_reserve_back(session, now, household, official, lending):
    loan_id = service.apply_loan(session, household, loan_of(lending, household), proof(), now)
    with pytest.raises(ClaimedBefore):
        service.apply_loan(session, household, loan_of(lending, household), proof(), now)
    with pytest.raises(ReasonMissing):
        service.decide_loan(session, official, loan_id, "refused", "", now)
    service.decide_loan(session, official, loan_id, "refused", "合同没盖章", now)
    assert funds(session, lending) == (0, 0)
    assert service.apply_loan(session, household, loan_of(lending, household), proof(), now)
    assert invariants.breaches(session) == []


def test_the_schedule_shown_is_the_one_applied_for(session, now, household, lending):
    loan_id = service.apply_loan(session, household, loan_of(lending, household), proof(), now)
    seen = claim_queries.get_own_loan(session, household, loan_id, now)
    plan = loans.planned(seen)
    assert plan.subsidy_fen == seen.total_fen == 150_000
    assert isinstance(plan, interest.Schedule)
    assert seen.state == ClaimState.FILED.value
