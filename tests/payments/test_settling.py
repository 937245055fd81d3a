"""Money and orders: late money, double money, cash, transfers, refunds; never silence."""

import pytest

from market.catalogue import queries as catalogue
from market.checkout import jobs as pay_flow
from market.checkout import outcomes, settle
from market.db.session import reading, unit_of_work
from market.kernel.actor import SYSTEM
from market.orders import queries as orders
from market.orders import service as order_service
from market.orders.types import PayMethod, State
from market.payments import ledger, queries, service
from market.payments.errors import (
    AlreadyPaid,
    AmountDiffers,
    GatewayUnknown,
    PaymentInProgress,
    RefundTooMuch,
)
from market.payments.types import Method, PaymentState, RefundState
from tests.factories.catalogue import make_offer
from tests.factories.payments import deliver, make_held_order
from tests.payments.test_webhooks import BASE, start


def balances(session):
    return {b.account: b.balance_fen for b in ledger.trial_balance(session) if b.balance_fen}


def order_now(order):
    with reading() as session:
        return orders.find_order(session, order.id)


def pay_at_gateway(session, gateway, sandbox, order, now):
    payment = start(session, order, now)
    opened = pay_flow.begin(gateway, payment.id, BASE, now)
    sandbox.pay(opened.reference)
    return opened


def expire(session, clock):
    clock.advance(minutes=31)
    with unit_of_work() as work:
        return outcomes.expire_unpaid(work, clock.now())


def test_late_money_still_buys_when_the_goods_are_there(session, gateway, sandbox, now, clock):
    offer = make_offer(session, stock=5)
    order = make_held_order(session, now, [(offer, 2)])
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    assert expire(session, clock) == [order.id]
    assert order_now(order).state is State.EXPIRED
    pay_flow.check(gateway, payment.id, clock.now())
    assert order_now(order).state is State.PREPARING
    (level,) = catalogue.levels_of(session, [offer.listing_id])
    assert (level.on_hand, level.reserved) == (3, 0)
    assert balances(session) == {
        "gateway_clearing": payment.amount_fen,
        f"seller_payable:{offer.maker.id}": -payment.amount_fen,
    }


def test_late_money_for_goods_that_are_gone_is_refunded_in_full(
    session, gateway, sandbox, now, clock
):
    offer = make_offer(session, stock=2)
    order = make_held_order(session, now, [(offer, 2)])
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    expire(session, clock)
    make_held_order(session, clock.now(), [(offer, 2)])  # somebody else takes them
    session.commit()
    pay_flow.check(gateway, payment.id, clock.now())
    gone = order_now(order)
    assert gone.state is State.CANCELLED
    assert gone.captured_fen == gone.refunded_fen == payment.amount_fen
    assert pay_flow.send_refunds(gateway, clock.now()) == 1
    assert balances(session) == {}
    assert [r["amount"] for r in sandbox.world.store.all("refund")] == [payment.amount_fen]
    assert order_now(order).refunds[0].settled_at == clock.now()
    assert pay_flow.send_refunds(gateway, clock.now()) == 0


def test_money_for_a_cancelled_order_goes_back(session, gateway, sandbox, now, clock):
    order = make_held_order(session, now)
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    with unit_of_work() as work:
        order_service.cancel(work, order.id, reason="不要了", actor=SYSTEM, now=now)
    pay_flow.reconcile(gateway, BASE, now)
    pay_flow.send_refunds(gateway, now)
    assert balances(session) == {}
    with reading() as work:
        assert queries.find_payment(work, payment.id).refunded_fen == payment.amount_fen


def test_cancelling_closes_the_page_at_the_gateway(session, gateway, sandbox, now):
    order = make_held_order(session, now)
    payment = start(session, order, now)
    opened = pay_flow.begin(gateway, payment.id, BASE, now)
    with unit_of_work() as work:
        order_service.cancel(work, order.id, reason="不要了", actor=SYSTEM, now=now)
    pay_flow.reconcile(gateway, BASE, now)
    assert gateway.retrieve(opened.reference).state == "expired"
    with reading() as work:
        assert queries.find_payment(work, payment.id).state is PaymentState.EXPIRED


def test_a_second_payment_of_a_paid_order_goes_back(client, session, gateway, sandbox, now):
    order = make_held_order(session, now)
    first = pay_at_gateway(session, gateway, sandbox, order, now)
    with unit_of_work() as work:  # the page of the first was given up for lost, by mistake
        service.give_up(work, first.id)
    second = pay_at_gateway(session, gateway, sandbox, order, now)
    for event in sandbox.events("payment_intent.succeeded"):
        assert deliver(client, event).status_code == 200
    pay_flow.send_refunds(gateway, now)
    assert order_now(order).captured_fen == order.total_fen
    assert order_now(order).refunded_fen == 0
    assert balances(session)["gateway_clearing"] == order.total_fen
    refunds = [queries.find_payment(session, p.id).refunded_fen for p in (first, second)]
    assert sorted(refunds) == [0, order.total_fen]


def test_a_lost_reply_never_charges_twice(session, gateway, sandbox, now, clock):
    order = make_held_order(session, now)
    payment = start(session, order, now)
    sandbox.faults.add({"kind": "lost_reply", "match": "POST /v1/checkout/sessions"})
    with pytest.raises(GatewayUnknown):
        pay_flow.begin(gateway, payment.id, BASE, now)
    with reading() as work:
        assert queries.find_payment(work, payment.id).state is PaymentState.UNKNOWN
    assert start(session, order, now).id == payment.id  # the same row, hence the same key
    clock.advance(minutes=1)
    pay_flow.reconcile(gateway, BASE, clock.now())
    with reading() as work:
        opened = queries.find_payment(work, payment.id)
    assert opened.state is PaymentState.OPEN
    assert [s["id"] for s in sandbox.world.store.all("checkout.session")] == [opened.reference]


def test_an_unknown_payment_is_not_asked_for_after_its_time(session, gateway, sandbox, now, clock):
    order = make_held_order(session, now)
    payment = start(session, order, now)
    sandbox.faults.add({"kind": "reset", "match": "POST /v1/checkout/sessions"})
    with pytest.raises(GatewayUnknown):
        pay_flow.begin(gateway, payment.id, BASE, now)
    clock.advance(hours=25)
    pay_flow.reconcile(gateway, BASE, clock.now())
    assert sandbox.world.store.all("checkout.session") == []
    with reading() as work:
        assert queries.find_payment(work, payment.id).state is PaymentState.EXPIRED


def test_another_method_waits_until_the_first_cannot_succeed(session, gateway, sandbox, now):
    order = make_held_order(session, now)
    payment = start(session, order, now)
    opened = pay_flow.begin(gateway, payment.id, BASE, now)
    with pytest.raises(PaymentInProgress):
        start(session, order, now, Method.CARD)
    pay_flow.close(gateway, opened, BASE, now)
    assert start(session, order, now, Method.CARD).id != payment.id


def test_closing_finds_that_it_was_paid(session, gateway, sandbox, now):
    order = make_held_order(session, now)
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    pay_flow.close(gateway, payment, BASE, now)
    assert order_now(order).state is State.PREPARING
    with pytest.raises(AlreadyPaid):
        start(session, order, now, Method.CARD)


@pytest.fixture
def paid_order(session, gateway, sandbox, now):
    order = make_held_order(session, now)
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    pay_flow.check(gateway, payment.id, now)
    return order, payment


def test_refunds_never_exceed_what_came_in(session, paid_order, now):
    _order, payment = paid_order

    def refund(key, amount):
        with unit_of_work() as work:
            return service.request_refund(work, payment.id, amount, key=key, reason="r", now=now)

    first = refund("k1", payment.amount_fen - 1)
    assert refund("k1", payment.amount_fen - 1) == first
    for amount in (2, 0, -5):
        with pytest.raises(RefundTooMuch):
            refund(f"k{amount}", amount)
    refund("k2", 1)


def test_a_refund_with_a_lost_reply_is_sent_once(session, gateway, sandbox, paid_order, now, clock):
    order, payment = paid_order
    part = order_now(order).seller_orders[0]
    with unit_of_work() as work:
        order_service.record_refund(work, part.id, 500, reason="破损", actor=SYSTEM, now=now)
    sandbox.faults.add({"kind": "lost_reply", "match": "POST /v1/refunds"})
    pay_flow.send_refunds(gateway, now)
    clock.advance(minutes=1)
    pay_flow.send_refunds(gateway, clock.now())
    assert [r["amount"] for r in sandbox.world.store.all("refund")] == [500]
    assert balances(session) == {
        "gateway_clearing": payment.amount_fen - 500,
        f"seller_payable:{part.seller_id}": -(payment.amount_fen - 500),
    }


def test_a_refund_the_gateway_refuses_waits_for_a_person(
    session, gateway, sandbox, paid_order, now
):
    order, payment = paid_order
    intent = sandbox.intents("succeeded")[0]
    sandbox.world.refund(intent, payment.amount_fen, {"metadata": {}})  # behind our back
    part = order_now(order).seller_orders[0]
    with unit_of_work() as work:
        order_service.record_refund(work, part.id, 500, reason="破损", actor=SYSTEM, now=now)
    pay_flow.send_refunds(gateway, now)
    with reading() as work:
        (refund,) = queries.refunds_of_order(work, order.id)
        assert refund.state is RefundState.FAILED
        assert [r.id for r in queries.failed_refunds(work)] == [refund.id]
    assert balances(session)["customer_refunds"] == -500


def test_events_of_a_refund_count_once_in_any_order(
    client, session, gateway, sandbox, paid_order, now
):
    order, _payment = paid_order
    part = order_now(order).seller_orders[0]
    with unit_of_work() as work:
        order_service.record_refund(work, part.id, 500, reason="破损", actor=SYSTEM, now=now)
        (refund,) = queries.refunds_of_order(work, order.id)
        wanted = service.refund_to_send(work, refund.id)
    gateway.refund(wanted)
    for event in sandbox.events("charge.refunded", "refund.created", "payment_intent.succeeded"):
        deliver(client, event)
    pay_flow.send_refunds(gateway, now)
    assert balances(session).get("customer_refunds", 0) == 0
    assert len(sandbox.world.store.all("refund")) == 1


def test_a_platform_promotion_is_the_platforms_cost_and_comes_back(session, gateway, sandbox, now):
    order = make_held_order(session, now, platform_discount_fen=2000)
    payment = pay_at_gateway(session, gateway, sandbox, order, now)
    pay_flow.check(gateway, payment.id, now)
    part = order_now(order).seller_orders[0]
    assert balances(session) == {
        "gateway_clearing": payment.amount_fen,
        "platform_promotion_cost": 2000,
        f"seller_payable:{part.seller_id}": -payment.amount_fen - 2000,
    }
    with unit_of_work() as work:
        order_service.cancel(work, order.id, reason="不要了", actor=SYSTEM, now=now)
    pay_flow.send_refunds(gateway, now)
    assert balances(session) == {}


def cash_order(session, now, sellers=2):
    offers = [(make_offer(session, stock=5), 2) for _ in range(sellers)]
    order = make_held_order(session, now, offers, method=PayMethod.ON_DELIVERY)
    outcomes.accept_on_delivery(session, order.id, now)
    session.commit()
    (payment,) = queries.payments_of_order(session, order.id)
    return order, payment, queries.portions_of_payment(session, payment.id)


def confirm(session, portion, amount, now):
    with unit_of_work() as work:
        applied = service.confirm_portion(
            work, portion.id, amount_fen=amount, confirmed_by="x", now=now
        )
        if applied.change == "succeeded":
            settle.payment_arrived(work, applied.payment, now)


def test_cash_is_confirmed_by_each_seller_and_then_the_order_is_paid(session, now):
    order, _payment, (one, two) = cash_order(session, now)
    assert order_now(order).state is State.PREPARING
    with pytest.raises(AmountDiffers):
        confirm(session, one, one.due_fen - 1, now)
    confirm(session, one, one.due_fen, now)
    confirm(session, one, one.due_fen, now)
    assert order_now(order).paid_at is None
    confirm(session, two, two.due_fen, now)
    assert order_now(order).captured_fen == order.total_fen
    assert balances(session) == {}  # the sellers keep what they collected


def test_a_cancelled_cash_order_leaves_nothing_due(session, now):
    order, payment, _parts = cash_order(session, now)
    with unit_of_work() as work:
        order_service.cancel(work, order.id, reason="不要了", actor=SYSTEM, now=now)
    assert balances(session) == {}
    portions = queries.portions_of_payment(session, payment.id)
    session.expire_all()
    assert [p.due_fen for p in portions] == [0, 0]


def test_cash_is_complete_when_the_other_part_is_cancelled(session, gateway, now):
    from market.orders.types import QuantityOf  # noqa: PLC0415

    order, _payment, (one, two) = cash_order(session, now)
    confirm(session, one, one.due_fen, now)
    part = next(p for p in order_now(order).seller_orders if p.id == two.seller_order_id)
    with unit_of_work() as work:
        order_service.cancel_remainder(
            work,
            part.id,
            tuple(QuantityOf(line.id, line.quantity) for line in part.lines),
            reason="没货",
            actor=SYSTEM,
            now=now,
        )
    pay_flow.reconcile(gateway, BASE, now)
    after = order_now(order)
    assert after.captured_fen == one.due_fen
    assert after.due_fen == 0
    assert balances(session) == {}


def test_cash_refunds_are_paid_by_the_seller(session, now):
    order, _payment, portions = cash_order(session, now, sellers=1)
    confirm(session, portions[0], portions[0].due_fen, now)
    part = order_now(order).seller_orders[0]
    with unit_of_work() as work:
        order_service.record_refund(work, part.id, 700, reason="破损", actor=SYSTEM, now=now)
    (refund,) = queries.refunds_by_hand(session, frozenset({part.seller_id}))
    with unit_of_work() as work:
        applied = service.refund_paid_by_hand(work, refund.id, now)
        settle.refund_left(work, applied, now)
    assert balances(session) == {}
    assert order_now(order).refunds[0].settled_at == now


def test_a_transfer_is_confirmed_with_its_exact_amount(session, now):
    order = make_held_order(session, now, method=PayMethod.TRANSFER)
    payment = start(session, order, now, Method.TRANSFER)
    with unit_of_work() as work:
        service.announce_transfer(work, payment.id, reference="123", file_id=None, now=now)
    with pytest.raises(AmountDiffers), unit_of_work() as work:
        service.confirm_transfer(work, payment.id, payment.amount_fen - 1, now)
    with unit_of_work() as work:
        applied = service.confirm_transfer(work, payment.id, payment.amount_fen, now)
        settle.payment_arrived(work, applied.payment, now)
    assert order_now(order).state is State.PREPARING
    assert balances(session)["bank_clearing"] == payment.amount_fen
    with pytest.raises(AlreadyPaid), unit_of_work() as work:
        service.confirm_transfer(work, payment.id, payment.amount_fen, now)


def test_no_breach_is_found_after_all_this(session, paid_order):
    assert queries.breaches(session) == []
