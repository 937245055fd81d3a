"""Uses of a limit by household: counted together from the statement on, and where they go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.households import queries as households
from market.households import service
from market.kernel.actor import SYSTEM
from market.media import service as media
from market.promotions import invariants as promotion_invariants
from market.promotions import queries as promotion_queries
from market.promotions import service as promotions
from market.promotions.errors import HouseholdLimitReached, HouseholdNotStated
from market.promotions.models import PromotionHousehold
from market.promotions.models import Redemption as RedemptionRow
from market.promotions.types import Redemption
from market.subsidies import errors, invariants, preview, queries, rules
from market.subsidies import service as subsidies
from market.subsidies.models import SubsidyHousehold, SubsidyScheme
from market.subsidies.types import (
    Grant,
    Invoice,
    LoanTerms,
    NewClaim,
    NewLoan,
    Repayment,
    SchemeType,
)
from tests.factories.accounts import make_actor
from tests.factories.households import START, TOWN, household_of, make_stated, member_of
from tests.factories.pictures import jpeg
from tests.factories.promotions import make_running
from tests.factories.subsidies import make_line, make_published

FEN = 10_000
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def consistent(session):
    yield
    session.expire_all()
    assert promotion_invariants.breaches(session) == []
    assert invariants.breaches(session) == []


@pytest.fixture
def couple(session):
    """Two accounts that state nothing yet."""
    return make_actor(session), make_actor(session)


def take(session, promotion_id, who, order, now=START):
    with session.begin_nested():
        promotions.reserve(session, [Redemption(promotion_id, FEN)], order, who.account_id, now)


def aid(session, scheme_id, who, order, now=START, fen=FEN):
    with session.begin_nested():
        subsidies.reserve(session, [Grant(scheme_id, fen)], order, who.account_id, now)


def uses(session, promotion_id, counted_as):
    session.expire_all()
    row = session.get(PromotionHousehold, (promotion_id, counted_as))
    return row.uses if row else 0


def counted(session, scheme_id, counted_as):
    session.expire_all()
    key = session.get_one(SubsidyScheme, scheme_id).measure_key
    row = session.get(SubsidyHousehold, (key, counted_as))
    return (row.uses, row.taken_fen) if row else (0, 0)


def test_what_one_account_used_is_used_for_the_other_from_the_statement_on(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=1)
    take(session, offer, first, "order-1")
    make_stated(session, first)
    make_stated(session, second)
    with pytest.raises(HouseholdLimitReached):
        take(session, offer, second, "order-2")
    home = household_of(session, second)
    assert uses(session, offer, home) == 1
    assert uses(session, offer, first.account_id) == 0
    had = promotion_queries.facts_for(session, [], second.account_id)
    assert (dict(had.uses), had.used_at[offer], had.stated) == ({offer: 1}, START, True)


def test_two_that_used_it_before_keep_it_and_get_no_more(session, couple):
    offer = make_running(session, household_limit=1)
    for number, who in enumerate(couple):
        take(session, offer, who, f"order-{number}")
        make_stated(session, who)
    home = household_of(session, couple[0])
    assert uses(session, offer, home) == 2
    assert promotion_invariants.breaches(session) == []
    promotions.free(session, "order-0", START)
    with pytest.raises(HouseholdLimitReached):
        take(session, offer, couple[0], "order-2")


def test_an_audit_sees_a_use_beside_the_household_and_one_too_many(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=2)
    for who in couple:
        make_stated(session, who)
    take(session, offer, first, "order-1")
    home = household_of(session, first)
    row = session.get_one(PromotionHousehold, (offer, home))
    row.household_id = second.account_id
    session.flush()
    assert promotion_invariants.breaches(session) != []
    row.household_id = home
    used = session.scalars(select(RedemptionRow)).one()
    used.counted_as = first.account_id
    session.flush()
    assert any("beside its household" in found for found in promotion_invariants.breaches(session))
    used.counted_as = home
    session.flush()


def test_what_is_given_back_after_joining_is_free_for_the_whole_household(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=1)
    take(session, offer, first, "order-1")
    for who in couple:
        make_stated(session, who)
    promotions.free(session, "order-1", START)
    take(session, offer, second, "order-2")
    with pytest.raises(HouseholdLimitReached), session.begin_nested():
        promotions.retake(session, "order-1", START)  # a late payment finds it used
    session.expire_all()


def test_a_late_payment_counts_where_the_account_is_now(session, couple):
    first, _second = couple
    offer = make_running(session, household_limit=1)
    take(session, offer, first, "order-1")
    promotions.free(session, "order-1", START)
    make_stated(session, first)
    promotions.retake(session, "order-1", START)
    assert uses(session, offer, household_of(session, first)) == 1


def test_who_never_was_of_the_household_takes_its_own_uses_along(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=2)
    scheme = make_published(session, household_uses=2, years=5)
    for number, who in enumerate(couple):
        take(session, offer, who, f"order-{number}")
        aid(session, scheme, who, f"order-{number}")
        make_stated(session, who)
    home = household_of(session, first)
    assert counted(session, scheme, home) == (2, 2 * FEN)
    service.separate(session, SYSTEM, member_of(session, second), "别人家的", START)
    for unit in (home, second.account_id):
        assert uses(session, offer, unit) == 1
        assert counted(session, scheme, unit) == (1, FEN)
    subsidies.release(session, "order-1", START)
    assert counted(session, scheme, second.account_id) == (0, 0)


def test_who_moves_out_leaves_what_was_used(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=1)
    scheme = make_published(session, household_uses=1, years=5)
    for who in couple:
        make_stated(session, who)
    take(session, offer, second, "order-1")
    aid(session, scheme, second, "order-1")
    service.move_out(session, SYSTEM, member_of(session, second), "嫁到县城", START)
    with pytest.raises(HouseholdLimitReached):
        take(session, offer, first, "order-2")
    with pytest.raises(errors.SubsidyLimitReached):
        aid(session, scheme, first, "order-2")
    take(session, offer, second, "order-3")
    assert uses(session, offer, second.account_id) == 1


@pytest.mark.parametrize("asked", [True, False])
def test_a_promotion_that_asks_is_not_for_who_states_nothing(session, couple, asked):
    offer = make_running(session, household_limit=1, asks_household=asked)
    if asked:
        with pytest.raises(HouseholdNotStated):
            take(session, offer, couple[0], "order-1")
        make_stated(session, couple[0])
    take(session, offer, couple[0], "order-1")


def test_without_a_limit_nobody_is_asked(session, couple):
    take(session, make_running(session, asks_household=True), couple[0], "order-1")
    aid(session, make_published(session, asks_household=True), couple[0], "order-1")


def test_a_scheme_that_asks_says_so_first_and_gives_after_the_statement(session, couple):
    scheme = make_published(session, household_uses=1, years=5, asks_household=True)

    def asked():
        schemes, known = queries.schemes_at(
            session, TOWN, couple[0].account_id, START, (SchemeType.VOUCHER,)
        )
        outcome = subsidies_rules(schemes, known)
        return outcome.reason.code if outcome.reason else None

    assert asked() == "stated"
    with pytest.raises(errors.HouseholdNotStated):
        aid(session, scheme, couple[0], "order-1")
    make_stated(session, couple[0])
    assert asked() is None
    aid(session, scheme, couple[0], "order-1")
    assert asked() == "uses"


def subsidies_rules(schemes, known):
    return rules.assess([make_line()], known, schemes, START).outcomes[0]


def test_nobody_is_asked_before_signing_in(session):
    make_published(session, household_uses=1, asks_household=True)
    schemes, known = queries.schemes_at(session, TOWN, None, START, (SchemeType.VOUCHER,))
    assert subsidies_rules(schemes, known).applied
    assert promotion_queries.facts_for(session, [], None).stated


def test_an_office_waives_and_asks_again(session, couple):
    official = make_actor(session, "official", "130624")
    far = make_actor(session, "official", "510124")
    scheme = make_published(session, household_uses=1, asks_household=True)
    with pytest.raises(errors.OutsideYourRegion):
        subsidies.ask_household(session, far, scheme, "试", START, asked=False)
    with pytest.raises(errors.ReasonMissing):
        subsidies.ask_household(session, official, scheme, " ", START, asked=False)
    subsidies.ask_household(session, official, scheme, "老人多，不会填", START, asked=False)
    aid(session, scheme, couple[0], "order-1")
    with pytest.raises(errors.NotPossibleNow):
        subsidies.ask_household(session, official, scheme, "再来", START, asked=False)


def claim_of(session, scheme, who, number):
    proof = media.store_document(jpeg(), "发票.jpg")
    claim = NewClaim(
        scheme, who.account_id, TOWN, (make_line(),), invoice=Invoice(number, "店", START.date())
    )
    return subsidies.file_claim(session, who, claim, [proof], START)


def test_a_second_claim_of_the_household_is_refused_without_naming_anybody(session, couple):
    first, second = couple
    scheme = make_published(session, type_=SchemeType.CLAIM, household_uses=1, years=5)
    claim_of(session, scheme, first, "FP-1")
    for who in couple:
        make_stated(session, who)
    with pytest.raises(errors.HouseholdHadIt) as refused:
        claim_of(session, scheme, second, "FP-2")
    assert refused.value.params == {"month": "2026-11"}


def test_two_claims_filed_before_joining_both_stand_and_either_may_be_refused(session, couple):
    official = make_actor(session, "official", "130624")
    scheme = make_published(session, type_=SchemeType.CLAIM, household_uses=1, years=5)
    claims = [claim_of(session, scheme, who, f"FP-{n}") for n, who in enumerate(couple)]
    for who in couple:
        make_stated(session, who)
    home = household_of(session, couple[0])
    assert counted(session, scheme, home)[0] == 2
    for number, claim_id in enumerate(claims):
        subsidies.refuse_claim(session, official, claim_id, "不符", START)
        assert counted(session, scheme, home)[0] == 1 - number
    claim_of(session, scheme, couple[1], "FP-9")


def test_a_loan_counts_for_the_household_with_its_quarters(session, couple):
    first, second = couple
    scheme = make_published(
        session, type_=SchemeType.INTEREST, rate_bp=200, household_uses=1, years=5,
        order_cap_fen=100_000, certified_only=False,
    )  # fmt: skip
    terms = LoanTerms(1_000_000, 435, START.date(), 12, Repayment.BULLET)

    def lend(who, number):
        paper = media.store_document(jpeg(), "合同.jpg")
        new = NewLoan(scheme, who.account_id, TOWN, terms, "农商行", number, "换窗")
        return subsidies.apply_loan(session, who, new, [paper], START)

    loan = lend(first, "HT-1")
    subsidies.decide_loan(session, SYSTEM, loan, "approved", "", START)
    for who in couple:
        make_stated(session, who)
    paper = media.store_document(jpeg(), "凭证.jpg")
    subsidies.claim_quarter(session, first, loan, 1, [paper], START + 150 * DAY)
    with pytest.raises(errors.HouseholdHadIt):
        lend(second, "HT-2")


def test_a_window_that_is_over_does_not_come_along_and_the_later_one_goes_on(session, couple):
    first, second = couple
    scheme = make_published(
        session, household_uses=1, years=1, starts_at=START - 900 * DAY, ends_at=START + 900 * DAY
    )
    aid(session, scheme, first, "order-1", START - 500 * DAY)
    aid(session, scheme, second, "order-2", START - 100 * DAY)
    for who in couple:
        make_stated(session, who)
    home = household_of(session, first)
    assert counted(session, scheme, home) == (1, FEN)
    with pytest.raises(errors.SubsidyLimitReached):
        aid(session, scheme, first, "order-3", START)
    aid(session, scheme, first, "order-4", START + 300 * DAY)
    assert counted(session, scheme, home) == (1, FEN)


def test_amounts_add_up_to_the_cap_of_the_household(session, couple):
    first, second = couple
    scheme = make_published(session, household_cap_fen=15_000, years=5)
    aid(session, scheme, first, "order-1", fen=8_000)
    aid(session, scheme, second, "order-2", fen=6_000)
    for who in couple:
        make_stated(session, who)
    with pytest.raises(errors.SubsidyLimitReached):
        aid(session, scheme, second, "order-3", fen=2_000)
    aid(session, scheme, second, "order-4", fen=1_000)
    subsidies.settle(session, "order-1", START)
    subsidies.release(session, "order-2", START)
    assert counted(session, scheme, household_of(session, first)) == (2, 9_000)


def test_what_was_used_is_shown_by_household_and_names_nobody(session, couple):
    first, second = couple
    offer = make_running(session, household_limit=2)
    scheme = make_published(session, household_uses=2)
    take(session, offer, first, "order-1")
    aid(session, scheme, second, "order-2", START + DAY / 2)
    for who in couple:
        make_stated(session, who)
    shown = households.uses_of(session, household_of(session, first))
    assert [(use.account_id, use.amount_fen) for use in shown] == [
        (second.account_id, FEN), (first.account_id, FEN),
    ]  # fmt: skip


def test_the_three_test_households_have_numbers_and_former_uses(session):
    scheme = make_published(session, household_uses=1, years=5, asks_household=True)
    seen = queries.get_managed(session, SYSTEM, scheme, START).scheme
    trials = preview.households(replace(seen, left_fen=10**9), [], START)
    assert [trial.used.uses for trial in trials] == [0, 0, 1]
    assert len({trial.last4 for trial in trials}) == 3
    assert trials[0].outcome.applied
