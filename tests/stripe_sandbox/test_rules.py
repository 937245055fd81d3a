"""The sandbox keeps the rules of the real service; a payment that works here is no accident."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe

from market.kernel.ports import PaymentRequest, ProviderRefused, ProviderUnknown, RefundRequest
from market.stripe_sandbox import SandboxSettings, create_sandbox
from market.stripe_sandbox.params import decode
from market.stripe_sandbox.settings import SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET, NotLoopback
from tests.factories.payments import running


@pytest.fixture
def sandbox(clock):
    with running(lambda: clock.now().timestamp()) as box:
        yield box


@pytest.fixture
def client(sandbox):
    return stripe.StripeClient(
        SANDBOX_KEY, base_addresses={"api": sandbox.base}, max_network_retries=0
    )


INTENT = {"amount": 5000, "currency": "cny", "payment_method_types": ["alipay"]}


def test_same_key_and_same_call_give_the_same_answer_once(client, sandbox):
    options = {"idempotency_key": "k1"}
    first = client.v1.payment_intents.create(INTENT, options)
    again = client.v1.payment_intents.create(INTENT, options)
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.world.store.all("payment_intent")) == 1


def test_same_key_with_another_amount_is_an_error(client):
    client.v1.payment_intents.create(INTENT, {"idempotency_key": "k1"})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({**INTENT, "amount": 5001}, {"idempotency_key": "k1"})


def test_a_refused_call_leaves_its_key_free_when_validation_failed(client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({**INTENT, "amount": 0}, {"idempotency_key": "k1"})
    assert client.v1.payment_intents.create(INTENT, {"idempotency_key": "k1"}).amount == 5000


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -1},
        {"amount": "1.5"},
        {"amount": 10**9},
        {"currency": "usd"},
        {"payment_method_types": ["cash"]},
        {"surprise": "x"},
    ],
)
def test_wrong_parameters_are_refused(client, wrong):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({**INTENT, **wrong})


def test_a_wrong_key_is_no_key(sandbox):
    other = stripe.StripeClient("sk_test_other", base_addresses={"api": sandbox.base})
    with pytest.raises(stripe.AuthenticationError):
        other.v1.payment_intents.create(INTENT)


def test_refunds_never_exceed_what_was_captured(client):
    intent = client.v1.payment_intents.create(INTENT)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_alipay"})
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 3000})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2001})
    client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_transfers_never_exceed_what_is_there(client):
    account = client.v1.accounts.create({"type": "express", "country": "HK"})
    wanted = {"amount": 4000, "currency": "cny", "destination": account.id}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create(wanted)
    intent = client.v1.payment_intents.create({**INTENT, "confirm": True})
    assert intent.status == "succeeded"
    transfer = client.v1.transfers.create(wanted)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.create(transfer.id, {"amount": 4001})
    client.v1.transfers.reversals.create(transfer.id, {"amount": 4000})
    assert client.v1.transfers.retrieve(transfer.id).reversed is True


def request_for(clock, **changes):
    from datetime import timedelta  # noqa: PLC0415

    values = {
        "payment_id": "p1",
        "order_id": "o1",
        "description": "绿色建材下乡 1",
        "amount_fen": 12345,
        "currency": "cny",
        "method": "wechat_pay",
        "language": "zh",
        "return_url": "http://127.0.0.1:8000/payments/p1",
        "cancel_url": "http://127.0.0.1:8000/pay/o1",
        "idempotency_key": "pay-1",
        "expires_at": clock.now() + timedelta(minutes=31),
        **changes,
    }
    return PaymentRequest(**values)


def test_a_session_expires_and_can_no_longer_be_paid(sandbox, clock):
    gateway = sandbox.gateway()
    started = gateway.start(request_for(clock))
    assert gateway.retrieve(started.reference).state == "open"
    clock.advance(minutes=32)
    assert gateway.retrieve(started.reference).state == "expired"
    page = sandbox.app.test_client().post(f"/c/pay/{started.reference}", data={"action": "pay"})
    assert page.status_code == 402
    assert "付款时间过了" in page.text
    assert [e["type"] for e in sandbox.events()] == ["checkout.session.expired"]


def test_a_session_must_last_between_half_an_hour_and_a_day(sandbox, clock):
    from datetime import timedelta  # noqa: PLC0415

    for length in (timedelta(minutes=5), timedelta(hours=25)):
        with pytest.raises(ProviderRefused):
            sandbox.gateway().start(request_for(clock, expires_at=clock.now() + length))


def test_a_lost_reply_is_unknown_and_the_same_key_finds_the_first_session(sandbox, clock):
    gateway = sandbox.gateway()
    sandbox.faults.add({"kind": "lost_reply", "match": "POST /v1/checkout/sessions"})
    with pytest.raises(ProviderUnknown):
        gateway.start(request_for(clock))
    started = gateway.start(request_for(clock))
    assert [s["id"] for s in sandbox.world.store.all("checkout.session")] == [started.reference]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_server_errors_are_unknown(sandbox, clock, status):
    sandbox.faults.add({"kind": "status", "match": "*", "status": status})
    with pytest.raises(ProviderUnknown):
        sandbox.gateway().start(request_for(clock))


def test_a_slow_answer_is_unknown(sandbox, clock):
    sandbox.faults.add({"kind": "slow", "match": "*", "seconds": 0.6})
    with pytest.raises(ProviderUnknown):
        sandbox.gateway(timeout=0.2).start(request_for(clock))


def test_closing_a_paid_session_tells_that_it_is_paid(sandbox, clock):
    gateway = sandbox.gateway()
    started = gateway.start(request_for(clock))
    sandbox.pay(started.reference)
    assert gateway.close(started.reference).state == "succeeded"


def test_every_object_is_marked_as_no_live_one(sandbox, clock):
    gateway = sandbox.gateway()
    started = gateway.start(request_for(clock))
    sandbox.pay(started.reference)
    report = gateway.retrieve(started.reference)
    gateway.refund(RefundRequest("r1", report.intent, 100, "cny", "refund-1"))
    kinds = ("checkout.session", "payment_intent", "charge", "refund", "event")
    objects = [row for kind in kinds for row in sandbox.world.store.all(kind)]
    assert len(objects) >= 5
    assert all(row["livemode"] is False for row in objects)


def test_a_declined_card_can_be_tried_again(sandbox, clock):
    started = sandbox.gateway().start(request_for(clock, method="card"))
    page = sandbox.app.test_client()
    refused = page.post(
        f"/c/pay/{started.reference}", data={"action": "pay", "card": "4000000000000002"}
    )
    assert refused.status_code == 402
    wrong = page.post(f"/c/pay/{started.reference}", data={"action": "pay", "card": "12"})
    assert wrong.status_code == 422
    sandbox.pay(started.reference)
    assert sandbox.gateway().retrieve(started.reference).state == "succeeded"
    assert len(sandbox.intents("succeeded")) == 1


@pytest.mark.parametrize("locale", [("zh", "模拟支付"), ("en", "Simulated payment")])
def test_the_hosted_page_says_that_it_is_a_simulation(sandbox, clock, locale):
    started = sandbox.gateway().start(request_for(clock, language=locale[0]))
    page = sandbox.app.test_client().get(f"/c/pay/{started.reference}")
    assert locale[1] in page.text
    assert "123.45" in page.text
    assert sandbox.app.test_client().get("/c/pay/cs_test_none").status_code == 404


def test_it_listens_on_loopback_only():
    for host in ("0.0.0.0", "192.168.1.5", "example.com", "::"):
        with pytest.raises(NotLoopback):
            create_sandbox(SandboxSettings(host=host))
    create_sandbox(SandboxSettings(host="::1"))


def test_faults_can_be_scripted_only_with_the_token(sandbox):
    assert sandbox.app.test_client().post("/_control/faults", json={}).status_code == 404
    app = create_sandbox(SandboxSettings(control_token="secret"))
    fault = {"kind": "drop", "match": "*"}
    post = app.test_client().post
    assert post("/_control/faults", json=fault).status_code == 404
    token = {"X-Control-Token": "secret"}
    assert post("/_control/faults", json=fault, headers=token).status_code == 201
    assert post("/_control/faults", json={"kind": "?"}, headers=token).status_code == 400


def test_nested_parameters_are_read_as_the_protocol_writes_them():
    pairs = [("a[b][0][c]", "1"), ("a[b][1][c]", "2"), ("d", "x")]
    assert decode(pairs) == {"a": {"b": [{"c": "1"}, {"c": "2"}]}, "d": "x"}


@pytest.fixture
def receiver():
    """A server that keeps what it is sent; it fails while `fail` is positive."""
    got, state = [], {"fail": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if state["fail"]:
                state["fail"] -= 1
                self.send_response(503)
            else:
                got.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", got, state
    server.shutdown()
    thread.join()
    server.server_close()


def types(got):
    return [json.loads(body)["type"] for body, _ in got]


def test_webhooks_are_signed_so_that_the_sdk_accepts_them(receiver, clock):
    url, got, state = receiver
    state["fail"] = 1
    with running(lambda: clock.now().timestamp(), url, retry_seconds=(0.05,)) as box:
        started = box.gateway().start(request_for(clock))
        box.pay(started.reference)
        assert box.app.extensions["sandbox.delivery"].wait_idle()
    assert sorted(types(got)) == [
        "charge.succeeded",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]
    for body, header in got:
        assert stripe.WebhookSignature.verify_header(
            body.decode(), header, SANDBOX_WEBHOOK_SECRET, 300
        )


def test_webhooks_can_be_dropped_doubled_delayed_and_reordered(receiver, clock):
    url, got, _ = receiver
    with running(lambda: clock.now().timestamp(), url) as box:
        box.faults.add({"kind": "drop", "match": "charge.succeeded"})
        box.faults.add({"kind": "duplicate", "match": "payment_intent.succeeded", "copies": 3})
        box.faults.add({"kind": "reorder", "match": "payment_intent.created"})
        box.faults.add({"kind": "delay", "match": "checkout.session.completed", "seconds": 0.15})
        started = box.gateway().start(request_for(clock))
        box.pay(started.reference)
        assert box.app.extensions["sandbox.delivery"].wait_idle()
    assert types(got) == [
        "payment_intent.succeeded",
        "payment_intent.succeeded",
        "payment_intent.succeeded",
        "payment_intent.created",
        "checkout.session.completed",
    ]
