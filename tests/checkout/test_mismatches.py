"""Money that does not fit: a person decides, the books follow, nothing is decided twice."""

from datetime import timedelta

import pytest

from market.audit.models import AuditEvent
from market.checkout import service, settle
from market.kernel.actor import SYSTEM
from market.kernel.ports import PaymentReport
from market.orders import queries as orders
from market.orders import service as order_service
from market.orders.types import State
from market.payments import invariants, ledger, queries
from market.payments import service as payments
from market.payments.errors import AlreadyResolved, NotThisWay, PaymentNotFound
from market.payments.types import Method, PaymentState, Resolution
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.market import pay, send_refunds, start_payment
from tests.factories.orders import make_household, place, view

A, R, H = Resolution.ACCEPT, Resolution.REFUND, Resolution.BY_HAND


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def placed(session, now, household):
    return place(session, household, (make_offer(session, stock=5), 2), now=now)


def come(session, placed, now, more=0, currency="cny", order_id=None, intent="pi_1"):
    """A success of `more` fen than was due is reported; returns the payment."""
    payment = start_payment(session, placed.id, now)
    report = PaymentReport(
        payment.id, order_id or placed.id, "succeeded", payment.amount_fen + more, currency,
        reference=f"cs_{payment.id}", intent=intent,
    )  # fmt: skip
    settle.take_in(session, report, now)
    settle.take_in(session, report, now)
    return payment


def decide(session, payment, resolution, now):
    settle.resolve_mismatch(
        session, payment.id, resolution, actor=SYSTEM, reason="核对过流水", now=now
    )


def balances(session):
    return {
        row.account: row.balance_fen for row in ledger.trial_balance(session) if row.balance_fen
    }


def all_well(session, placed):
    order = view(session, placed.id)
    paid = {placed.id: order.captured_fen} if order.captured_fen else {}
    gone = {placed.id: order.refunded_fen} if order.refunded_fen else {}
    return [
        *invariants.ledger_breaches(session),
        *invariants.settlement_breaches(session, paid),
        *invariants.refund_breaches(session, gone),
    ]


def test_too_much_accepted_pays_the_order_and_gives_the_rest_back(session, now, placed):
    payment = come(session, placed, now, more=500)
    assert [one.difference_fen for one in queries.list_mismatches(session)] == [500]
    decide(session, payment, A, now)
    order = view(session, placed.id)
    assert (order.state, order.due_fen) == (State.PREPARING, 0)
    (refund,) = queries.refunds_of_order(session, placed.id)
    assert refund.amount_fen == 500
    assert all_well(session, placed) == []
    send_refunds(session, placed.id, now)
    seen = balances(session)
    assert seen[ledger.GATEWAY] == placed.total_fen
    assert ledger.REFUNDS not in seen
    assert ledger.RECEIVABLE not in seen
    assert queries.list_mismatches(session) == []
    assert [one.resolution for one in queries.list_mismatches(session, resolved=True)] == [A]


def test_too_little_accepted_is_borne_by_us_and_comes_back_with_the_goods(
    session, now, placed, household
):
    payment = come(session, placed, now, more=-500)
    decide(session, payment, A, now)
    assert view(session, placed.id).state is State.PREPARING
    assert balances(session)[ledger.DIFFERENCES] == 500
    assert all_well(session, placed) == []
    order_service.cancel(session, placed.id, reason="不要了", actor=household, now=now)
    (refund,) = queries.refunds_of_order(session, placed.id)
    assert refund.amount_fen == placed.total_fen - 500
    assert all_well(session, placed) == []
    send_refunds(session, placed.id, now)
    assert balances(session) == {}


@pytest.mark.parametrize("more", [500, -500])
def test_refunded_money_goes_back_whole_and_the_order_can_be_paid_again(session, now, placed, more):
    payment = come(session, placed, now, more=more)
    decide(session, payment, R, now)
    assert queries.find_payment(session, payment.id).state is PaymentState.RETURNED
    assert view(session, placed.id).state is State.HELD
    assert all_well(session, placed) == []
    assert send_refunds(session, placed.id, now) == placed.total_fen + more
    assert balances(session) == {}
    pay(session, placed.id, now)
    assert view(session, placed.id).state is State.PREPARING
    assert all_well(session, placed) == []


def test_a_decided_payment_is_not_taken_in_again_but_other_money_is_seen(session, now, placed):
    payment = come(session, placed, now, more=500)
    decide(session, payment, R, now)
    come_again = PaymentReport(
        payment.id, placed.id, "succeeded", payment.amount_fen + 500, "cny",
        reference=f"cs_{payment.id}", intent="pi_1",
    )  # fmt: skip
    settle.take_in(session, come_again, now)
    assert queries.list_mismatches(session) == []
    other = PaymentReport(payment.id, placed.id, "succeeded", 100, "cny", intent="pi_2")
    settle.take_in(session, other, now)
    assert [one.choices for one in queries.list_mismatches(session)] == [(H,)]


def test_another_currency_stays_out_of_the_books(session, now, placed):
    payment = come(session, placed, now, currency="usd")
    for resolution in (A, R):
        with pytest.raises(NotThisWay):
            decide(session, payment, resolution, now)
    decide(session, payment, H, now)
    assert balances(session) == {}
    assert queries.list_mismatches(session) == []
    with pytest.raises(AlreadyResolved):
        decide(session, payment, H, now)


def test_money_of_another_order_is_not_accepted(session, now, placed):
    payment = come(session, placed, now, order_id="other")
    with pytest.raises(NotThisWay):
        decide(session, payment, A, now)


def test_an_order_that_is_off_takes_no_money(session, now, placed, household):
    payment = come(session, placed, now, more=500)
    order_service.cancel(session, placed.id, reason="不要了", actor=household, now=now)
    with pytest.raises(NotThisWay), session.begin_nested():
        decide(session, payment, A, now)
    decide(session, payment, R, now)
    assert send_refunds(session, placed.id, now) == placed.total_fen + 500
    assert balances(session) == {}


def test_a_late_order_is_accepted_when_the_goods_are_still_there(session, now, placed):
    payment = come(session, placed, now, more=500)
    after = now + timedelta(minutes=31)
    service.expire_unpaid(session, after)
    decide(session, payment, A, after)
    assert view(session, placed.id).state is State.PREPARING
    assert all_well(session, placed) == []


def test_what_fits_cannot_be_decided(session, now, placed):
    payment = pay(session, placed.id, now)
    with pytest.raises(PaymentNotFound):
        decide(session, payment, H, now)


@pytest.fixture
def operator(client, session):
    from market.accounts import service as accounts  # noqa: PLC0415

    account = make_account(session)
    accounts.grant_role(session, account.id, "operator", "")
    sign_in(client, session, account.id)
    return client


def test_the_operator_decides_with_a_reason_and_it_is_audited(session, now, placed, operator):
    payment = come(session, placed, now, more=500)
    session.commit()
    page = operator.get("/operator/payments").text
    address = f"/operator/payments/{payment.id}/mismatch"
    assert address in page
    assert "收下，算付好了" in operator.get(address).text
    refused = operator.post(address, data={"resolution": "accept"})
    assert refused.status_code == 422
    assert "checked" in refused.text
    assert operator.post(address, data={"resolution": "x", "reason": "好"}).status_code == 422
    done = operator.post(address, data={"resolution": "accept", "reason": "买家多转了 5 元"})
    assert done.status_code == 303
    assert view(session, placed.id).state is State.PREPARING
    assert "买家多转了 5 元" in operator.get("/operator/payments").text
    assert "已经处理" in operator.get(address).text
    (event,) = session.query(AuditEvent).filter_by(action="resolve_mismatch")
    assert event.after["reason"] == "买家多转了 5 元"
    assert (
        operator.post(address, data={"resolution": "refund", "reason": "再来"}).status_code == 422
    )
    assert operator.get("/operator/payments/nope/mismatch").status_code == 404


def test_a_transfer_of_another_amount_is_decided_the_same_way(session, now, placed, operator):
    order = orders.find_order(session, placed.id)
    payment = payments.start(
        session, placed.id, order.due_fen, Method.TRANSFER, order_code=order.code,
        account_id=order.account_id, language="zh", now=now,
    )  # fmt: skip
    session.commit()
    to = f"/operator/payments/{payment.id}/confirm"
    same = {"amount": f"{order.due_fen / 100:.2f}", "do": "flag"}
    assert operator.post(to, data=same).status_code == 422
    sent = operator.post(to, data={"amount": "1.00", "do": "flag"})
    assert sent.status_code == 303
    assert sent.location.endswith("/mismatch")
    decided = operator.post(sent.location, data={"resolution": "refund", "reason": "只转了 1 元"})
    assert decided.status_code == 303
    (refund,) = queries.refunds_by_hand(session)
    operator.post(f"/operator/refunds/{refund.id}/paid")
    session.expire_all()
    assert balances(session) == {}
