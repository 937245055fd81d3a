"""A subsidy in the price, on the order, in the ledger, and back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import outcomes
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM
from market.orders import invariants as order_invariants
from market.orders import service as orders
from market.orders.types import PayMethod, QuantityOf, State
from market.payments import invariants as payments
from market.payments import ledger
from market.promotions import invariants as promotions
from market.promotions.types import Benefit, BenefitKind
from market.subsidies import invariants, queries, service
from market.subsidies.errors import SubsidyLimitReached, SubsidyNotRunning, SubsidySpent
from market.subsidies.models import SubsidyHousehold, SubsidyScheme
from market.subsidies.types import Grant, VoucherState
from tests.factories.catalogue import make_offer
from tests.factories.market import confirm, make_promotion, pay, send_refunds, start_payment
from tests.factories.orders import (
    TOWN,
    fill_cart,
    make_address,
    make_household,
    place,
    submission,
    view,
)
from tests.factories.subsidies import make_published

ACCOUNT = "region_subsidy_cost:130624"


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)  # 138.24 a pack


def priced(session, household, now):
    cart = carts.get_cart(session, CartOwner(household.account_id))
    return quote(session, cart, TOWN, household.account_id, now)


def funds(session, scheme_id):
    row = session.get(SubsidyScheme, scheme_id, populate_existing=True)
    return row.reserved_fen, row.used_fen


def had(session, household):
    query = select(SubsidyHousehold.uses, SubsidyHousehold.taken_fen).where(
        SubsidyHousehold.household_id == household.account_id
    )
    return tuple(session.execute(query).one())


def nothing_wrong(session):
    assert order_invariants.breaches(session) == []
    assert promotions.discount_breaches(session, order_invariants.discounts(session)) == []
    assert invariants.breaches(session) == []
    assert invariants.voucher_breaches(session, order_invariants.subsidies(session)) == []
    assert invariants.borne(session) == payments.subsidies_borne(session)
    assert payments.ledger_breaches(session) == []


def test_the_subsidy_comes_after_discounts_and_before_what_is_paid(session, now, household, offer):
    make_promotion(session, benefit=Benefit(BenefitKind.PERCENT, basis_points=1000))
    make_published(session)
    fill_cart(session, household.account_id, (offer, 10))
    quoted = priced(session, household, now)
    assert quoted.goods_fen == 138_240
    assert quoted.discount_fen == 13_824
    assert quoted.subsidy_fen == 18_662  # 15 % of 1,244.16, rounded down
    assert quoted.total_fen == 138_240 - 13_824 - 18_662 + quoted.freight_fen
    assert quoted.lines[0].to_pay_fen == 138_240 - 13_824 - 18_662
    assert quoted.seller_blocks[0].total_fen == quoted.total_fen
    assert quoted.platform_discount_fen == 13_824


def test_a_paid_order_uses_it_and_the_region_owes_it(session, now, household, offer):
    scheme = make_published(session)
    order = place(session, household, (offer, 10), now=now)
    given = view(session, order.id).subsidy_fen
    assert given == 20_736
    assert funds(session, scheme) == (given, 0)
    (voucher,) = queries.vouchers_of_order(session, order.id)
    assert voucher.state is VoucherState.RESERVED
    pay(session, order.id, now)
    assert funds(session, scheme) == (0, given)
    assert queries.vouchers_of_order(session, order.id)[0].state is VoucherState.USED
    assert had(session, household) == (1, given)
    assert ledger.balance(session, ACCOUNT) == given
    seen = view(session, order.id)
    payable = f"seller_payable:{offer.maker.id}"
    assert ledger.balance(session, payable) == -(seen.total_fen + given)
    assert seen.platform_discount_fen == 0
    nothing_wrong(session)


def test_an_order_nobody_paid_gives_it_back(session, now, household, offer):
    scheme = make_published(session, household_uses=1)
    order = place(session, household, (offer, 10), now=now)
    later = now + timedelta(hours=2)
    assert outcomes.expire_unpaid(session, later) == [order.id]
    assert funds(session, scheme) == (0, 0)
    assert had(session, household) == (0, 0)
    assert queries.vouchers_of_order(session, order.id)[0].state is VoucherState.RELEASED
    nothing_wrong(session)


def test_a_cancelled_pack_gives_its_part_back_and_refunds_what_was_paid(
    session, now, household, offer
):
    scheme = make_published(session)
    order = place(session, household, (offer, 10), now=now)
    pay(session, order.id, now)
    (part,) = view(session, order.id).seller_orders
    line = part.lines[0]
    packs = (QuantityOf(line.id, 3),)
    orders.cancel_remainder(session, part.id, packs, reason="缺货", actor=SYSTEM, now=now)
    back = 20_736 * 3 // 10
    assert funds(session, scheme) == (0, 20_736 - back)
    assert had(session, household) == (1, 20_736 - back)
    assert ledger.balance(session, ACCOUNT) == 20_736 - back
    goods = 138_240 - 20_736
    refunded = view(session, order.id).refunded_fen
    assert goods * 3 // 10 <= refunded <= goods * 3 // 10 + part.freight_fen
    assert send_refunds(session, order.id, now) == refunded
    nothing_wrong(session)
    orders.cancel_remainder(
        session, part.id, (QuantityOf(line.id, 7),), reason="缺货", actor=SYSTEM, now=now
    )
    assert funds(session, scheme) == (0, 0)
    assert had(session, household) == (0, 0)
    assert ledger.balance(session, ACCOUNT) == 0
    nothing_wrong(session)


def test_pay_at_the_door_uses_it_at_once(session, now, household, offer):
    scheme = make_published(session)
    account_id = household.account_id
    fill_cart(session, account_id, (offer, 10))
    sent = submission(
        session, account_id, make_address(session, account_id), now,
        payment_method=PayMethod.ON_DELIVERY.value,
    )  # fmt: skip
    placed = checkout.place_order(session, account_id, sent, now)
    assert checkout.accept_new(session, placed, sent, now)
    assert funds(session, scheme) == (0, 20_736)
    nothing_wrong(session)


def test_late_money_takes_the_subsidy_again(session, now, household, offer):
    scheme = make_published(session)
    order = place(session, household, (offer, 10), now=now)
    payment = start_payment(session, order.id, now)
    later = now + timedelta(hours=2)
    outcomes.expire_unpaid(session, later)
    confirm(session, payment, later)
    assert view(session, order.id).state is State.PREPARING
    assert funds(session, scheme) == (0, 20_736)
    nothing_wrong(session)


def test_late_money_goes_back_when_the_subsidy_is_gone(session, now, household, offer):
    scheme = make_published(session, budget_fen=21_000)
    order = place(session, household, (offer, 10), now=now)
    payment = start_payment(session, order.id, now)
    later = now + timedelta(hours=2)
    outcomes.expire_unpaid(session, later)
    other = make_household(session)
    pay(session, place(session, other, (offer, 10), now=later).id, later)
    confirm(session, payment, later)
    seen = view(session, order.id)
    assert seen.state is State.CANCELLED
    assert seen.refunded_fen == seen.captured_fen > 0
    assert funds(session, scheme) == (0, 20_736)
    nothing_wrong(session)


def test_the_second_order_of_a_household_pays_in_full(session, now, household, offer):
    make_published(session, household_uses=1, years=5)
    pay(session, place(session, household, (offer, 10), now=now).id, now)
    fill_cart(session, household.account_id, (offer, 5))
    quoted = priced(session, household, now)
    assert quoted.subsidy_fen == 0
    assert quoted.aid.outcomes[0].reason.code == "uses"
    after = now + timedelta(days=5 * 366)
    session.execute(update(SubsidyScheme).values(ends_at=after + timedelta(days=1)))
    (outcome,) = priced(session, household, after).aid.outcomes  # the goods are certified no more
    assert [check.ok for check in outcome.checks if check.code == "uses"] == [True]


def test_what_is_kept_for_later_is_not_used(session, now, household, offer):
    scheme = make_published(session, household_uses=1)
    fill_cart(session, household.account_id, (offer, 5))
    service.waive(session, scheme, household.account_id, now)
    assert priced(session, household, now).subsidy_fen == 0
    service.unwaive(session, scheme, household.account_id)
    assert priced(session, household, now).subsidy_fen > 0


def test_a_paused_scheme_is_not_given_even_where_it_was_just_seen(session, now, household, offer):
    scheme = make_published(session)
    fill_cart(session, household.account_id, (offer, 5))
    assert priced(session, household, now).subsidy_fen > 0
    session.execute(
        update(SubsidyScheme).where(SubsidyScheme.id == scheme).values(state="paused")
    )  # as another worker would: this one still believes that the place has schemes
    assert priced(session, household, now).subsidy_fen == 0
    with pytest.raises(SubsidyNotRunning):
        service.reserve(session, [Grant(scheme, 1)], "order", household.account_id, now)


def test_budget_and_household_limits_are_taken_not_believed(session, now, household):
    scheme = make_published(session, budget_fen=100, household_cap_fen=60)
    service.reserve(session, [Grant(scheme, 60)], "one", household.account_id, now)
    with pytest.raises(SubsidyLimitReached), session.begin_nested():
        service.reserve(session, [Grant(scheme, 1)], "two", household.account_id, now)
    with pytest.raises(SubsidySpent), session.begin_nested():
        service.reserve(session, [Grant(scheme, 41)], "three", "another", now)
    service.reserve(session, [Grant(scheme, 40)], "four", "another", now)
    service.settle(session, "one", now)
    service.settle(session, "one", now)
    assert funds(session, scheme) == (40, 60)
    service.release(session, "one", now)  # used: nothing happens
    service.release(session, "four", now)
    service.release(session, "four", now)
    assert funds(session, scheme) == (0, 60)
    service.give_back(session, "one", {"subsidy:130624:none": 5, "platform": 3})
    assert funds(session, scheme) == (0, 60)
