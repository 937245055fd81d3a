"""Placing orders, and what becomes of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from market.carts import queries as carts
from market.carts import service as carts_service
from market.carts.types import CartOwner
from market.catalogue import stock
from market.catalogue.models import StockLevel
from market.catalogue.types import Demand
from market.checkout import service
from market.checkout.errors import (
    CartChanged,
    MadeToOrderNotAgreed,
    MethodMissing,
    NothingToBuy,
    TooManyHeld,
    TotalChanged,
)
from market.checkout.service import Limits
from market.checkout.types import PaymentOutcome
from market.kernel.actor import SYSTEM
from market.kernel.errors import NotFound
from market.notifications.models import Message
from market.orders import queries as orders
from market.orders import service as order_service
from market.orders.errors import AmountMismatch, NotPossibleNow, OrderNotFound
from market.orders.types import PayMethod, QuantityOf, Shipment, State
from market.payments import ledger
from market.promotions import queries as promotions
from market.promotions import service as promotions_service
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.market import confirm, make_promotion, pay, send_refunds, start_payment
from tests.factories.orders import (
    fill_cart,
    make_address,
    make_household,
    place,
    submission,
    view,
)


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=5)


def free(session, offer):
    row = session.get(StockLevel, (offer.listing_id, offer.warehouse_id), populate_existing=True)
    return row.on_hand - row.reserved


def test_placing_holds_goods_freezes_the_price_and_empties_the_cart(session, now, household, offer):
    placed = place(session, household, (offer, 2), now=now)
    order = view(session, placed.id)
    assert order.state is State.HELD
    assert order.held_until == now + timedelta(minutes=30)
    assert free(session, offer) == 3
    assert carts.get_cart(session, CartOwner(household.account_id)).is_empty
    line = order.seller_orders[0].lines[0]
    assert (line.quantity, line.certificate.star, line.certificate.state) == (2, 3, "valid")


def test_the_same_submission_twice_is_one_order(session, now, household, offer):
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (offer, 2))
    sent = submission(session, account_id, address_id, now)
    first = service.place_order(session, account_id, sent, now)
    again = service.place_order(session, account_id, sent, now)
    assert first.id == again.id
    assert free(session, offer) == 3
    assert orders.list_orders(session, account_id).total == 1


def test_a_sum_that_was_not_seen_is_not_charged(session, now, household, offer):
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (offer, 2))
    sent = submission(session, account_id, address_id, now, seen_total_fen=1)
    with pytest.raises(TotalChanged):
        service.place_order(session, account_id, sent, now)
    assert free(session, offer) == 5


def test_what_cannot_be_bought_stops_the_order_with_its_reason(session, now, household, offer):
    account_id = household.account_id
    address_id = make_address(session, account_id)
    with pytest.raises(NothingToBuy):
        service.place_order(
            session, account_id, submission(session, account_id, address_id, now), now
        )
    fill_cart(session, account_id, (offer, 6))
    sent = submission(session, account_id, address_id, now)
    with pytest.raises(CartChanged):
        service.place_order(session, account_id, sent, now)


def test_an_expired_certificate_is_noticed_at_the_last_step(session, now, household, offer):
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (offer, 1))
    sent = submission(session, account_id, address_id, now)
    years_later = now + timedelta(days=3 * 365)
    with pytest.raises(CartChanged):
        service.place_order(session, account_id, sent, years_later)


def test_somebody_elses_address_does_not_exist(session, now, household, offer):
    stranger = make_household(session)
    address_id = make_address(session, stranger.account_id)
    fill_cart(session, household.account_id, (offer, 1))
    sent = submission(session, household.account_id, address_id, now)
    with pytest.raises(NotFound):
        service.place_order(session, household.account_id, sent, now)


def test_method_and_made_to_order_tick_are_needed(session, now, household):
    bespoke = make_offer(session, stock=0, listing={"made_to_order": True, "lead_days": 20})
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (bespoke, 3))
    for wrong, error in (
        ({"payment_method": "beads"}, MethodMissing),
        ({"made_to_order_agreed": False}, MadeToOrderNotAgreed),
    ):
        with pytest.raises(error):
            service.place_order(
                session, account_id, submission(session, account_id, address_id, now, **wrong), now
            )
    placed = service.place_order(
        session, account_id, submission(session, account_id, address_id, now), now
    )
    assert view(session, placed.id).made_to_order_agreed_at == now


def test_nobody_holds_goods_without_end(session, now, household, offer):
    place(session, household, (offer, 1), now=now)
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (offer, 1))
    sent = submission(session, account_id, address_id, now, idempotency_key="second")
    with pytest.raises(TooManyHeld):
        service.place_order(session, account_id, sent, now, Limits(hold_cap_lines=1))
    after = now + timedelta(minutes=31)
    service.place_order(session, account_id, sent, after, Limits(hold_cap_lines=1))


def test_unpaid_orders_end_and_give_everything_back(session, now, household, offer):
    promotion_id = make_promotion(session)
    placed = place(session, household, (make_offer(session, stock=20), 10), (offer, 5), now=now)
    assert view(session, placed.id).platform_discount_fen == 10_000
    assert service.expire_unpaid(session, now + timedelta(minutes=29)) == []
    after = now + timedelta(minutes=31)
    assert service.expire_unpaid(session, after) == [placed.id]
    assert service.expire_unpaid(session, after) == []
    assert view(session, placed.id).state is State.EXPIRED
    assert free(session, offer) == 5
    assert promotions.statistics(session, promotion_id).reserved_fen == 0
    with pytest.raises(NotPossibleNow):
        order_service.cancel(session, placed.id, reason="", actor=household, now=after)


def test_late_money_takes_the_goods_again_when_they_are_there(session, now, household, offer):
    placed = place(session, household, (offer, 5), now=now)
    payment = start_payment(session, placed.id, now)
    after = now + timedelta(minutes=31)
    service.expire_unpaid(session, after)
    confirm(session, payment, after)
    order = view(session, placed.id)
    assert (order.state, order.due_fen) == (State.PREPARING, 0)
    assert free(session, offer) == 0


def test_late_money_goes_back_when_the_goods_are_gone(session, now, household, offer):
    placed = place(session, household, (offer, 5), now=now)
    payment = start_payment(session, placed.id, now)
    after = now + timedelta(minutes=31)
    service.expire_unpaid(session, after)
    stock.reserve(session, "other", [Demand(offer.listing_id, 1)], after + timedelta(1), after)
    confirm(session, payment, after)
    order = view(session, placed.id)
    assert order.state is State.CANCELLED
    assert order.refunded_fen == order.captured_fen == order.total_fen
    assert send_refunds(session, placed.id, after) == order.total_fen
    assert {row.balance_fen for row in ledger.trial_balance(session)} == {0}
    assert free(session, offer) == 4


def test_late_money_for_a_cancelled_order_goes_back(session, now, household, offer):
    placed = place(session, household, (offer, 2), now=now)
    payment = start_payment(session, placed.id, now)
    order_service.cancel(session, placed.id, reason="不要了", actor=household, now=now)
    confirm(session, payment, now)
    order = view(session, placed.id)
    assert order.state is State.CANCELLED
    assert order.refunded_fen == order.captured_fen == order.total_fen
    assert free(session, offer) == 5


def late_with_discount(session, now, household, **promotion):
    """An expired order with 100 off, its payment, its promotion and the instant after."""
    promotion_id = make_promotion(session, **promotion)
    bulk = make_offer(session, stock=20)
    cart = carts_service.CartOwner(household.account_id)
    for code in promotion.get("codes", ()):
        carts_service.add_code(session, cart, code, now)
    placed = place(session, household, (bulk, 10), now=now)
    payment = start_payment(session, placed.id, now)
    after = now + timedelta(minutes=31)
    service.expire_unpaid(session, after)
    return placed, payment, promotion_id, bulk, after


def told(session, household):
    rows = select(Message.kind).where(Message.account_id == household.account_id)
    return list(session.scalars(rows))


def test_late_money_takes_goods_and_discount_again(session, now, household):
    placed, payment, promotion_id, _bulk, after = late_with_discount(
        session, now, household, budget_fen=10_000, household_limit=1, codes=("GREEN-1",)
    )
    confirm(session, payment, after)
    order = view(session, placed.id)
    assert (order.state, order.due_fen, order.refunded_fen) == (State.PREPARING, 0, 0)
    assert order.platform_discount_fen == 10_000
    seen = promotions.get_promotion(session, promotion_id, after)
    assert (seen.spent_fen, seen.reserved_fen, seen.uses) == (10_000, 0, 1)
    assert promotions.codes_of(session, promotion_id)[0].uses == 1
    assert promotions.uses_by_household(session, household.account_id) == {promotion_id: 1}
    assert promotions.breaches(session) == []
    assert "order_paid" in told(session, household)


def test_late_money_keeps_the_price_of_a_promotion_that_ended_meanwhile(session, now, household):
    ends = now + timedelta(minutes=30)
    placed, payment, _promotion, _bulk, after = late_with_discount(
        session, now, household, ends_at=ends
    )
    confirm(session, payment, after)
    assert view(session, placed.id).state is State.PREPARING


def test_late_money_goes_back_when_the_promotion_was_stopped(session, now, household):
    placed, payment, promotion_id, bulk, after = late_with_discount(session, now, household)
    promotions_service.stop(session, SYSTEM, promotion_id, after)
    confirm(session, payment, after)
    order = view(session, placed.id)
    assert (order.state, order.refunded_fen) == (State.CANCELLED, order.total_fen)
    assert free(session, bulk) == 20
    assert "late_discount_refunded" in told(session, household)


def test_late_money_with_a_discount_spent_elsewhere_is_refunded_not_overspent(
    session, now, household
):
    placed, payment, promotion_id, bulk, after = late_with_discount(
        session, now, household, budget_fen=10_000
    )
    other = make_household(session)
    second = place(session, other, (bulk, 10), now=after)
    pay(session, second.id, after)
    confirm(session, payment, after)
    order = view(session, placed.id)
    assert order.refunded_fen == order.captured_fen == order.total_fen
    assert send_refunds(session, placed.id, after) == order.total_fen
    assert free(session, bulk) == 10
    assert promotions.statistics(session, promotion_id).settled_fen == 10_000
    assert promotions.breaches(session) == []
    assert "late_discount_refunded" in told(session, household)


def test_late_money_gives_the_discount_back_when_the_goods_are_gone(session, now, household):
    placed, payment, promotion_id, bulk, after = late_with_discount(session, now, household)
    stock.reserve(session, "other", [Demand(bulk.listing_id, 11)], after + timedelta(1), after)
    confirm(session, payment, after)
    assert view(session, placed.id).state is State.CANCELLED
    assert promotions.get_promotion(session, promotion_id, after).uses == 0
    assert promotions.breaches(session) == []
    assert "late_payment_refunded" in told(session, household)


def test_a_payment_is_taken_once_and_only_at_its_amount(session, now, household, offer):
    placed = place(session, household, (offer, 2), now=now)
    with pytest.raises(AmountMismatch):
        service.payment_succeeded(session, placed.id, placed.total_fen - 1, now)
    assert view(session, placed.id).state is State.HELD
    assert service.payment_succeeded(session, placed.id, placed.total_fen, now) is (
        PaymentOutcome.PAID
    )
    assert service.payment_succeeded(session, placed.id, placed.total_fen, now) is (
        PaymentOutcome.ALREADY_PAID
    )
    order = view(session, placed.id)
    assert order.captured_fen == order.total_fen
    assert free(session, offer) == 3
    with pytest.raises(OrderNotFound):
        service.payment_succeeded(session, "nothing", 1, now)


def test_a_failed_attempt_is_noted_and_the_goods_stay_held(session, now, household, offer):
    placed = place(session, household, (offer, 2), now=now)
    service.payment_failed(session, placed.id, now)
    order = view(session, placed.id)
    assert order.state is State.HELD
    assert order.events[-1].kind == "payment_failed"
    assert free(session, offer) == 3


def test_paying_at_the_door_sells_now_and_a_cancelled_pack_lowers_what_is_due(
    session, now, household, offer
):
    placed = place(session, household, (offer, 4), now=now, payment_method="cash_on_delivery")
    service.accept_on_delivery(session, placed.id, now)
    order = view(session, placed.id)
    assert (order.state, order.captured_fen) == (State.PREPARING, 0)
    part = order.seller_orders[0]
    seller = actor_for(part.seller_id)
    line_id = part.lines[0].id
    order_service.cancel_remainder(
        session, part.id, (QuantityOf(line_id, 1),), reason="缺货", actor=seller, now=now
    )
    order = view(session, placed.id)
    assert (order.reduced_fen, order.refunded_fen) == (order.refunds[0].amount_fen, 0)
    assert order.due_fen == order.total_fen - order.reduced_fen
    order_service.ship(
        session, part.id, Shipment((QuantityOf(line_id, 3),), "老王的车"), seller, now
    )
    assert service.payment_succeeded(session, placed.id, order.due_fen, now) is PaymentOutcome.PAID
    assert view(session, placed.id).due_fen == 0


def test_a_bank_transfer_holds_the_goods_for_days(session, now, household, offer):
    placed = place(session, household, (offer, 2), now=now)
    until = now + timedelta(days=3)
    service.await_transfer(session, placed.id, until, now)
    assert service.expire_unpaid(session, now + timedelta(days=2)) == []
    order = view(session, placed.id)
    assert (order.held_until, order.payment_method) == (until, PayMethod.TRANSFER)
    assert service.expire_unpaid(session, until) == [placed.id]


def test_lines_of_one_listing_share_one_reservation(session, now, household):
    maker = make_maker(session)
    offer = make_offer(session, maker, stock=10)
    account_id = household.account_id
    address_id = make_address(session, account_id)
    fill_cart(session, account_id, (offer, 4))
    service.add_group_to_cart(session, CartOwner(account_id), "方案", [(offer.listing_id, 6)], now)
    placed = service.place_order(
        session, account_id, submission(session, account_id, address_id, now), now
    )
    assert free(session, offer) == 0
    pay(session, placed.id, now)
    order_service.cancel(session, placed.id, reason="", actor=household, now=now)
    assert free(session, offer) == 10
