"""Notifications: forged ones leave no trace; genuine ones count once, in any order."""

from itertools import permutations
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from market.checkout import jobs as pay_flow
from market.db.session import reading, unit_of_work
from market.orders import queries as orders
from market.orders.types import State
from market.payments import ledger, queries, service
from market.payments.models import WebhookEvent
from market.payments.types import InboxState, Method, PaymentState
from tests.factories.payments import deliver, make_held_order

BASE = "http://127.0.0.1:8000"


def start(session, order, now, method=Method.ALIPAY):
    held = orders.find_order(session, order.id)
    payment = service.start(
        session,
        order.id,
        held.due_fen,
        method,
        order_code=held.code,
        account_id=held.account_id,
        language="zh",
        now=now,
    )
    session.commit()
    return payment


@pytest.fixture
def order(session, now):
    return make_held_order(session, now)


@pytest.fixture
def paid(session, gateway, sandbox, order, now):
    """A payment made at the gateway of which the site has heard nothing."""
    payment = start(session, order, now)
    opened = pay_flow.begin(gateway, payment.id, BASE, now)
    sandbox.pay(opened.reference)
    return opened


def state_of(order):
    with reading() as session:
        return orders.find_order(session, order.id).state


def payment_now(payment):
    with reading() as session:
        return queries.find_payment(session, payment.id)


def rows(session):
    session.expire_all()
    return session.scalar(select(func.count()).select_from(WebhookEvent))


def assert_settled_once(session, order, payment, sandbox):
    assert state_of(order) is State.PREPARING
    assert payment_now(payment).state is PaymentState.SUCCEEDED
    balances = {b.account: b.balance_fen for b in ledger.trial_balance(session)}
    assert balances["gateway_clearing"] == payment.amount_fen
    assert balances.get("customer_receivable", 0) == 0
    assert sum(balances.values()) == 0
    assert len(sandbox.intents("succeeded")) == 1


def test_a_success_pays_the_order(client, session, sandbox, order, paid):
    event = sandbox.events("checkout.session.completed")[0]
    assert deliver(client, event).status_code == 200
    assert_settled_once(session, order, paid, sandbox)


def test_every_order_of_the_events_of_a_payment_ends_the_same(
    client, session, sandbox, order, paid
):
    events = sandbox.events()
    assert len(events) == 4
    with_expiry = [*events, {**events[0], "id": "evt_late", "type": "checkout.session.expired"}]
    session_object = dict(sandbox.world.store.all("checkout.session")[0])
    session_object |= {"status": "expired", "payment_status": "unpaid"}
    with_expiry[-1]["data"] = {"object": session_object}
    for number, sequence in enumerate(permutations(with_expiry)):
        if number % 7 and number > 24:  # a spread of the 120, and the first 24 in full
            continue
        point = session.begin_nested()
        for event in sequence:
            assert deliver(client, {**event, "id": f"{event['id']}-{number}"}).status_code == 200
        assert_settled_once(session, order, paid, sandbox)
        point.rollback()
        session.expire_all()


def test_the_same_event_again_changes_nothing(client, session, sandbox, order, paid):
    event = sandbox.events("payment_intent.succeeded")[0]
    for _ in range(3):
        assert deliver(client, event).status_code == 200
    assert rows(session) == 1
    assert_settled_once(session, order, paid, sandbox)


def forged(event):
    return [
        {"secret": "whsec_other"},
        {"header": ""},
        {"header": "t=1,v1=00"},
        {"header": "nonsense"},
        {"body": "{}"},
        {"body": b"\xff\xfe"},
    ]


def test_forged_events_are_refused_and_leave_no_row(client, session, sandbox, order, paid):
    event = sandbox.events("payment_intent.succeeded")[0]
    for options in forged(event):
        assert deliver(client, event, **options).status_code == 400
    assert rows(session) == 0
    assert state_of(order) is State.HELD


def test_stale_events_are_refused_and_leave_no_row(client, session, sandbox, order, paid):
    import time  # noqa: PLC0415

    event = sandbox.events("payment_intent.succeeded")[0]
    assert deliver(client, event, at=int(time.time()) - 301).status_code == 400
    assert rows(session) == 0


def test_a_huge_event_is_refused(client, session, gateway):
    answer = client.post("/webhooks/stripe", data=b"x" * 600_000)
    assert answer.status_code == 413
    assert rows(session) == 0


def changed(event, **fields):
    subject = {**event["data"]["object"], **fields}
    return {**event, "data": {"object": subject}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_total": "less"},
        {"currency": "hkd"},
        {"client_reference_id": "other"},
        {"id": "cs_test_other"},
    ],
)
def test_a_success_that_does_not_match_is_flagged_and_never_settled(
    client, session, sandbox, order, paid, wrong
):
    event = sandbox.events("checkout.session.completed")[0]
    if "amount_total" in wrong:
        wrong = {"amount_total": paid.amount_fen - 1}
    assert deliver(client, changed(event, **wrong)).status_code == 200
    assert state_of(order) is State.HELD
    after = payment_now(paid)
    assert after.flagged
    assert after.state is PaymentState.OPEN
    assert [row.state for row in queries.inbox(session, tuple(InboxState))] == [InboxState.FLAGGED]
    assert ledger.trial_balance(session) == []


@pytest.mark.parametrize("wrong", [{"livemode": True}, {"account": "acct_other"}])
def test_another_mode_or_account_is_flagged(client, session, sandbox, order, paid, wrong):
    event = sandbox.events("checkout.session.completed")[0]
    assert deliver(client, {**event, **wrong}).status_code == 200
    assert state_of(order) is State.HELD
    assert [row.state for row in queries.inbox(session, tuple(InboxState))] == [InboxState.FLAGGED]


def test_an_unknown_type_is_acknowledged_and_ignored(client, session, gateway, sandbox):
    event = {"id": "evt_1", "type": "radar.early_fraud_warning.created", "livemode": False}
    assert deliver(client, {**event, "data": {"object": {}}}).status_code == 200
    assert [row.state for row in queries.inbox(session, tuple(InboxState))] == [InboxState.IGNORED]


def test_an_event_of_an_unknown_payment_is_kept_and_tried_again(
    client, session, sandbox, gateway, order, paid, now, clock
):
    event = sandbox.events("checkout.session.completed")[0]
    stranger = changed(event, id="cs_x", metadata={"payment_id": "unknown"})
    assert deliver(client, stranger).status_code == 200
    assert [row.state for row in queries.inbox(session, tuple(InboxState))] == [InboxState.WAITING]
    assert pay_flow.process_inbox(gateway, now) == 0  # not due yet
    clock.advance(days=4, hours=1)
    assert pay_flow.process_inbox(gateway, clock.now()) == 1
    assert [row.state for row in queries.inbox(session, tuple(InboxState))] == [InboxState.FLAGGED]


def test_an_event_whose_handling_failed_is_handled_later(
    client, session, sandbox, gateway, order, paid, clock, monkeypatch
):
    from market.checkout import outcomes  # noqa: PLC0415

    def broken(*_args):
        raise RuntimeError("disk")

    event = sandbox.events("checkout.session.completed")[0]
    with monkeypatch.context() as patched:
        patched.setattr(outcomes, "payment_succeeded", broken)
        assert deliver(client, event).status_code == 200
    assert state_of(order) is State.HELD
    assert payment_now(paid).state is PaymentState.OPEN
    clock.advance(minutes=2)
    assert pay_flow.process_inbox(gateway, clock.now()) == 1
    assert_settled_once(session, order, paid, sandbox)


def test_a_lost_event_is_found_by_asking(session, sandbox, gateway, order, paid, clock):
    clock.advance(minutes=5)
    assert pay_flow.reconcile(gateway, BASE, clock.now()) == 1
    assert_settled_once(session, order, paid, sandbox)


def test_twenty_equal_events_at_once_settle_once(race_database, shared_app, clock):
    from tests.factories.payments import running  # noqa: PLC0415

    now = clock.now()
    before = (
        shared_app.extensions["market.payment_provider"],
        shared_app.extensions["market.clock"],
    )
    with running(now.timestamp) as sandbox:
        provider = sandbox.gateway()
        shared_app.extensions["market.payment_provider"] = provider
        shared_app.extensions["market.clock"] = clock
        with unit_of_work() as session:
            order = make_held_order(session, now)
        with unit_of_work() as session:
            payment = start(session, order, now)
        opened = pay_flow.begin(provider, payment.id, BASE, now)
        sandbox.pay(opened.reference)
        event = sandbox.events("checkout.session.completed")[0]
        barrier, answers = Barrier(20), []

        def send():
            client = shared_app.test_client()
            barrier.wait()
            answers.append(deliver(client, event).status_code)

        threads = [Thread(target=send) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shared_app.extensions["market.payment_provider"] = before[0]
        shared_app.extensions["market.clock"] = before[1]
        assert answers == [200] * 20
        with reading() as session:
            assert rows(session) == 1
            assert_settled_once(session, order, opened, sandbox)
