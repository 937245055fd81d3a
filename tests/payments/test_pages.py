"""The pages about paying, in both languages, for the right people only."""

from dataclasses import replace
from io import BytesIO

import pytest

from market.accounts import service as accounts
from market.checkout import outcomes
from market.db.session import reading, unit_of_work
from market.orders import queries as orders
from market.orders.types import PayMethod, State
from market.payments import queries
from market.payments.types import PaymentState
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.payments import deliver, make_held_order


@pytest.fixture
def household(session):
    return make_account(session)


@pytest.fixture
def order(session, household, now):
    return make_held_order(session, now, account_id=household.id)


@pytest.fixture
def payer(client, session, household, order, gateway):
    sign_in(client, session, household.id)
    return client


def live_payment(order):
    with reading() as session:
        return queries.payments_of_order(session, order.id)[0]


def choose(client, order, method):
    return client.post(f"/pay/{order.id}", data={"method": method})


def test_a_household_pays_through_the_gateway(payer, order, sandbox):
    page = payer.get(f"/pay/{order.id}")
    assert page.status_code == 200
    assert "支付 286.48 元" in page.text
    assert "模拟支付" in page.text
    answer = choose(payer, order, "alipay")
    assert answer.status_code == 303
    assert answer.location.startswith(sandbox.base + "/c/pay/")
    payment = live_payment(order)
    again = payer.get(f"/pay/{order.id}")
    assert answer.location in again.text  # the same page at the gateway, no second one
    back = payer.get(f"/payments/{payment.id}")
    assert "付款结果还没回来，不要再付" in back.text
    sandbox.pay(payment.reference)
    back = payer.get(f"/payments/{payment.id}")  # the gateway is asked; no webhook came
    assert "付好了，286.48 元" in back.text
    assert "不要再付" in payer.get(f"/pay/{order.id}").text
    assert len(sandbox.intents("succeeded")) == 1


def test_the_way_back_alone_pays_nothing(payer, order):
    choose(payer, order, "card")
    payment = live_payment(order)
    payer.get(f"/payments/{payment.id}?redirect_status=succeeded")
    with reading() as session:
        assert orders.find_order(session, order.id).state is State.HELD


def test_the_pages_in_english(payer, order):
    assert "Pay 286.48 yuan" in payer.get(f"/pay/{order.id}?lang=en").text
    choose(payer, order, "wechat_pay")
    page = payer.get(f"/payments/{live_payment(order).id}?lang=en")
    assert "Payment not confirmed yet. Do not pay again" in page.text


def test_a_refused_attempt_can_be_repeated(payer, order, sandbox):
    choose(payer, order, "alipay")
    payment = live_payment(order)
    sandbox.pay(payment.reference, works=False)
    deliver(payer, sandbox.events("payment_intent.payment_failed")[0])
    page = payer.get(f"/payments/{payment.id}")
    assert "没付成" in page.text
    assert payment.redirect_url in page.text


@pytest.mark.parametrize("method", ["", "gold", "alipay "])
def test_a_method_nobody_knows_is_refused_beside_the_field(payer, order, method):
    page = choose(payer, order, method)
    assert page.status_code == 422
    assert "还没有提交" in page.text


def test_no_answer_of_the_gateway_is_said_and_repeated_safely(payer, order, sandbox):
    sandbox.faults.add({"kind": "lost_reply", "match": "POST /v1/checkout/sessions"})
    page = choose(payer, order, "alipay")
    assert page.status_code == 422
    assert "不会重复扣款" in page.text
    assert choose(payer, order, "alipay").status_code == 303
    assert len(sandbox.world.store.all("checkout.session")) == 1


def test_a_refusal_of_the_gateway_offers_another_way(payer, order, sandbox):
    sandbox.faults.add({"kind": "status", "match": "POST /v1/checkout/sessions", "status": 403})
    page = choose(payer, order, "alipay")
    assert page.status_code == 422
    assert "换一种" in page.text
    assert choose(payer, order, "card").status_code == 303


def test_changing_the_method_closes_the_first_page(payer, order, sandbox):
    choose(payer, order, "alipay")
    first = live_payment(order)
    assert choose(payer, order, "card").status_code == 303
    states = {p["id"]: p["status"] for p in sandbox.world.store.all("checkout.session")}
    assert states.pop(first.reference) == "expired"
    assert list(states.values()) == ["open"]


def test_somebody_elses_order_is_not_found(client, session, order, gateway, now):
    other = make_account(session)
    mine = make_held_order(session, now)
    sign_in(client, session, other.id)
    for path in (f"/pay/{order.id}", f"/pay/{mine.id}", "/pay/none", "/payments/none"):
        assert client.get(path).status_code == 404
    assert choose(client, order, "alipay").status_code == 404
    assert client.get("/payments/none/slip").status_code == 404
    assert client.post("/payments/none/slip").status_code == 404


def test_nobody_pays_without_signing_in(client, order, gateway):
    assert client.get(f"/pay/{order.id}").status_code == 303


def test_a_cancelled_order_cannot_be_paid(payer, order, clock):
    clock.advance(minutes=31)
    with unit_of_work() as session:
        outcomes.expire_unpaid(session, clock.now())
    assert "已经取消" in payer.get(f"/pay/{order.id}").text
    assert choose(payer, order, "alipay").status_code == 303
    with reading() as session:
        assert queries.payments_of_order(session, order.id) == []


def test_a_transfer_from_slip_to_receipt(payer, client, session, order, now):
    assert choose(payer, order, "bank_transfer").status_code == 303
    page = payer.get(f"/pay/{order.id}")
    assert "附言" in page.text
    payment = live_payment(order)
    slip = f"/payments/{payment.id}/slip"
    empty = payer.post(slip, data={})
    assert empty.status_code == 422
    assert "至少一样" in empty.text
    wrong = payer.post(
        slip, data={"reference": "8899", "slip": (BytesIO(b"MZ not a picture"), "x.jpg")}
    )
    assert wrong.status_code == 422
    assert 'value="8899"' in wrong.text
    pdf = (BytesIO(b"%PDF-1.4 slip"), "slip.pdf")
    assert payer.post(slip, data={"reference": "8899", "slip": pdf}).status_code == 303
    assert payer.get(slip, buffered=True).data == b"%PDF-1.4 slip"
    with reading() as work:
        assert orders.find_order(work, order.id).held_until > now.replace(hour=23)
    operator = make_account(session)
    accounts.grant_role(session, operator.id, "operator")
    sign_in(client, session, operator.id)
    assert "8899" in client.get("/operator/payments").text
    assert client.get(slip, buffered=True).status_code == 200
    confirm = f"/operator/payments/{payment.id}/confirm"
    for typed in ("", "x", "286.47", "-5", "1e5"):
        page = client.post(confirm, data={"amount": typed})
        assert page.status_code == 422, typed
        assert 'aria-invalid="true"' in page.text
    assert 'value="286.47"' in client.post(confirm, data={"amount": "286.47"}).text
    assert client.post(confirm, data={"amount": "286.48"}).status_code == 303
    with reading() as work:
        assert orders.find_order(work, order.id).state is State.PREPARING
    assert "0.00" in client.get("/operator/payments?lang=en").text
    assert client.post("/operator/payments/none/confirm", data={"amount": "1"}).status_code == 404


def test_a_seller_confirms_its_own_cash_only(client, session, household, now, gateway):
    offers = [(make_offer(session), 1), (make_offer(session), 1)]
    order = make_held_order(
        session, now, offers, account_id=household.id, method=PayMethod.ON_DELIVERY
    )
    sign_in(client, session, household.id)
    assert choose(client, order, "cash_on_delivery").status_code == 303
    with reading() as work:
        (payment,) = queries.payments_of_order(work, order.id)
        assert payment.state is PaymentState.OPEN
        portions = {p.seller_id: p for p in queries.portions_of_payment(work, payment.id)}
    assert "货到付款" in client.get(f"/pay/{order.id}").text
    for offer, _packs in offers:
        member = make_account(session)
        accounts.grant_role(session, member.id, "seller", offer.maker.id)
        sign_in(client, session, member.id)
        own = portions.pop(offer.maker.id)
        for other in portions.values():
            path = f"/seller/receipts/{other.id}/confirm"
            assert client.post(path, data={"amount": "148.24"}).status_code == 404
        page = client.get("/seller/receipts")
        assert page.text.count("应收 148.24 元") == 1
        path = f"/seller/receipts/{own.id}/confirm"
        wrong = client.post(path, data={"amount": "1"})
        assert wrong.status_code == 422
        assert "应收 148.24 元，填的是 1.00 元" in wrong.text
        assert client.post(path, data={"amount": "148.24"}).status_code == 303
    with reading() as work:
        assert orders.find_order(work, order.id).due_fen == 0


def test_without_a_gateway_only_the_other_ways_are_offered(client, session, household, order, app):
    sign_in(client, session, household.id)
    page = client.get(f"/pay/{order.id}")
    assert "银行转账" in page.text
    assert 'value="alipay"' not in page.text
    assert choose(client, order, "alipay").status_code == 422
    assert client.post("/webhooks/stripe", data=b"{}").status_code == 404


def test_a_gateway_abroad_needs_its_own_consent(payer, order, gateway, session, household):
    gateway.is_sandbox = False
    assert "境外的支付机构" in payer.get(f"/pay/{order.id}").text
    assert choose(payer, order, "alipay").status_code == 422
    agreed = payer.post(f"/pay/{order.id}", data={"method": "alipay", "agree": "y"})
    assert agreed.status_code == 303
    assert choose(payer, order, "alipay").status_code == 303  # remembered


def test_the_account_to_pay_into_is_a_setting_or_a_marked_sample(payer, order, app, monkeypatch):
    choose(payer, order, "bank_transfer")
    assert "某某银行阜平支行（示例）" in payer.get(f"/pay/{order.id}").text
    known = replace(
        app.extensions["market.settings"], bank_account_name="县建材公司", bank_name="县农商行",
        bank_account="6228 4800 1234",
    )  # fmt: skip
    monkeypatch.setitem(app.extensions, "market.settings", known)
    page = payer.get(f"/pay/{order.id}").text
    assert "县建材公司" in page
    assert "6228 4800 1234" in page
    assert "某某银行" not in page


def test_a_site_without_bank_transfer_does_not_offer_it(payer, order, app, monkeypatch):
    off = replace(app.extensions["market.settings"], bank_transfer=False)
    monkeypatch.setitem(app.extensions, "market.settings", off)
    assert 'value="bank_transfer"' not in payer.get(f"/pay/{order.id}").text
    assert choose(payer, order, "bank_transfer").status_code == 422
