"""Who may call, how often, and the pages where tokens are made and revoked."""

import re
from datetime import timedelta

import pytest

from market.accounts import service as accounts
from market.accounts import sessions
from market.accounts.models import Account
from market.accounts.sessions import find_live
from market.api import service
from market.api.models import ApiToken
from market.api.operation import LIMITS_EXTENSION
from market.api.types import MOST_TOKENS, Limits, Scope
from market.audit.models import AuditEvent
from tests.api.checking import Caller
from tests.factories.accounts import make_account, sign_in
from tests.factories.orders import fill_cart, make_address

PATHS = {
    Scope.READ: "/kinds",
    Scope.CART: "/cart",
    Scope.ORDERS: "/orders",
    Scope.REQUESTS: "/requests",
    Scope.ADOPTIONS: "/adoption-batches/1",
}
OPENED = {Scope.ADOPTIONS: 409}  # of an account that is no data partner


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_opens_what_its_scope_names_and_nothing_else(make_caller, scope):
    caller = make_caller(scope)
    statuses = {name: caller.get(path).status_code for name, path in PATHS.items()}
    assert statuses == {name: OPENED.get(name, 200) if name is scope else 403 for name in Scope}
    refused = caller.get(next(path for name, path in PATHS.items() if name is not scope))
    assert refused.json["code"] == "scope_missing"


def test_without_a_token_only_public_data_are_read(anyone):
    assert anyone.get("/kinds").status_code == 200
    answer = anyone.get("/cart")
    assert (answer.status_code, answer.json["code"]) == (401, "token_missing")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic YTpi", "bearer " + "a" * 43, "Bearer " + "a" * 43,
     "Bearer " + "a" * 43 + " b", ("Bearer " + "令" * 20).encode().decode("latin-1")],
)  # fmt: skip
def test_a_wrong_header_is_refused_even_for_public_data(anyone, header):
    for path in ("/kinds", "/cart"):
        answer = anyone("GET", path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.json["code"] == "token_invalid"
        assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_address_counts_for_nothing(caller, anyone):
    for name in ("access_token", "token"):
        assert anyone("GET", "/cart", **{name: caller.token}).status_code == 401
        assert anyone("GET", "/kinds", **{name: caller.token}).status_code == 422


def test_a_session_cookie_counts_for_nothing(client, session):
    sign_in(client, session, make_account(session).id)
    assert client.get("/api/v1/cart").status_code == 401


def test_revoked_expired_and_suspended_tokens_are_shut_out(session, clock, now, make_caller):
    gone, old, bad = (
        make_caller(Scope.CART),
        make_caller(Scope.CART, days=1),
        make_caller(Scope.CART),
    )
    actor = accounts.load_actor(session, gone.account_id)
    (token,) = service.list_tokens(session, gone.account_id)
    service.revoke_token(session, actor, token.id, now=now)
    session.commit()
    assert gone.get("/cart").status_code == 401
    assert old.get("/cart").status_code == 200
    clock.advance(days=1)
    assert old.get("/cart").status_code == 401
    session.get(Account, bad.account_id).state = "suspended"
    session.commit()
    assert bad.get("/cart").status_code == 401


def test_a_token_acts_as_a_household_whatever_else_its_account_may_be(session, now):
    account = make_account(session)
    accounts.grant_role(session, account.id, "operator")
    accounts.grant_role(session, account.id, "seller", "s" * 20)
    actor = accounts.load_actor(session, account.id)
    secret = service.create_token(session, actor, "x", list(Scope), days=30, now=now)
    _, caller = service.find_caller(session, secret, now=now)
    assert caller.actor.roles == {"household"}
    assert not caller.actor.seller_ids


def test_too_many_calls_are_told_when_to_come_back(app, clock, make_caller, anyone):
    app.extensions[LIMITS_EXTENSION] = Limits(per_token=2, per_address=5, without_token=1)
    first, second = make_caller(Scope.READ), make_caller(Scope.READ)
    assert [first.get("/kinds").status_code for _ in range(3)] == [200, 200, 429]
    assert [second.get("/kinds").status_code for _ in range(3)] == [200, 200, 429]
    assert make_caller(Scope.READ).get("/kinds").status_code == 429
    assert [anyone.get("/kinds").status_code for _ in range(2)] == [200, 429]
    refused = anyone.get("/kinds")
    assert refused.json["code"] == "too_many_calls"
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    clock.advance(seconds=wait)
    assert anyone.get("/kinds").status_code == 200
    assert first.get("/kinds").status_code == 200


def test_guessing_tokens_is_counted_too(app, anyone):
    app.extensions[LIMITS_EXTENSION] = Limits(without_token=2)
    wrong = {"Authorization": "Bearer " + "a" * 43}
    statuses = [anyone("GET", "/kinds", headers=wrong).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_the_last_use_is_noted(session, clock, make_caller):
    caller = make_caller(Scope.READ)
    caller.get("/kinds")
    clock.advance(minutes=5)
    caller.get("/kinds")
    (token,) = service.list_tokens(session, caller.account_id)
    assert token.last_used_at == clock.now()


def test_other_peoples_objects_do_not_exist(session, make_caller, offer):
    mine, other = make_caller(*Scope), make_caller(*Scope)
    fill_cart(session, other.account_id, (offer, 1))
    address = make_address(session, other.account_id)
    session.commit()
    line = other.get("/cart").json["sellers"][0]["lines"][0]["id"]
    request = other("POST", "/requests", {"project": "other"}).json["id"]
    order = other(
        "POST", "/orders", headers={"Idempotency-Key": "k1"},
        body={"address_id": address, "payment_method": "alipay",
              "seen_total_fen": other.get("/cart", region="130624104").json["total_fen"]},
    ).json["id"]  # fmt: skip
    assert mine("PATCH", f"/cart/lines/{line}", {"quantity": 2}).status_code == 404
    assert mine("DELETE", f"/cart/lines/{line}").status_code == 404
    assert mine("POST", f"/cart/lines/{line}/price").status_code == 404
    assert mine.get(f"/orders/{order}").status_code == 404
    assert mine.get(f"/requests/{request}").status_code == 404
    assert mine("PATCH", f"/requests/{request}", {}).status_code == 404
    assert mine("POST", f"/requests/{request}/publish").status_code == 404
    assert mine.get(f"/requests/{request}/quotes").status_code == 404
    stolen = {"address_id": address, "payment_method": "alipay", "seen_total_fen": 1}
    answer = mine("POST", "/orders", stolen, headers={"Idempotency-Key": "k2"})
    assert answer.status_code == 404
    for path in ("/orders", "/requests", "/addresses"):
        assert mine.get(path).json["items"] == []
        assert len(other.get(path).json["items"]) == 1


# --- pages --------------------------------------------------------------------------------


@pytest.fixture
def person(client, session, now):
    account = make_account(session)
    sign_in(client, session, account.id)
    confirm(client, session, now)
    return account


def confirm(client, session, now):
    with client.session_transaction() as cookie:
        live = find_live(session, cookie["_user_id"], now=now)
    sessions.confirm(session, live.id, now=now)
    session.commit()


FORM = {"name": "记账程序", "scopes": ["read", "cart"], "days": "30"}


def test_a_token_is_shown_once_and_kept_as_a_hash(app, client, session, now, person):
    made = client.post("/me/tokens", data=FORM)
    assert made.status_code == 201
    secret = re.search(r"<code>(market_[\w-]+)</code>", made.text)[1]
    assert "no-store" in made.headers["Cache-Control"]
    page = client.get("/me/tokens").text
    assert secret not in page
    assert "记账程序" in page
    row = session.query(ApiToken).one()
    assert secret not in (row.token_hash, row.name, row.hint)
    assert row.scopes == ["read", "cart"]
    assert row.expires_at == now + timedelta(days=30)
    assert Caller(app, secret).get("/cart").status_code == 200
    assert client.post(f"/me/tokens/{row.id}/revoke").status_code == 303
    assert Caller(app, secret).get("/cart").status_code == 401
    assert "收回" in client.get("/me/tokens").text
    actions = [row.action for row in session.query(AuditEvent).order_by(AuditEvent.id)]
    assert actions[-2:] == ["api_token.create", "api_token.revoke"]
    assert secret not in str([row.after for row in session.query(AuditEvent)])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": ""}, "写一个认得出的名字"),
        ({"name": "x" * 61}, "最多写 60 个字"),
        ({"scopes": []}, "至少选一项权限"),
        ({"scopes": ["everything"]}, None),
        ({"days": "36500"}, None),
        ({"days": "1e3"}, None),
        ({"days": ""}, "请选一项"),
    ],
)
def test_a_wrong_form_makes_no_token_and_keeps_what_was_typed(
    client, session, person, change, text
):
    answer = client.post("/me/tokens", data={**FORM, **change})
    assert answer.status_code == 422
    assert "还没有提交" in answer.text
    if text:
        assert text in answer.text
    if "name" not in change:
        assert 'value="记账程序"' in answer.text
    assert session.query(ApiToken).count() == 0


def test_making_a_token_asks_who_one_is(client, session):
    sign_in(client, session, make_account(session).id)
    answer = client.post("/me/tokens", data=FORM)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/me/confirm")
    assert session.query(ApiToken).count() == 0


def test_tokens_of_others_cannot_be_revoked(client, session, now, person, make_caller):
    other = make_caller(Scope.READ)
    (token,) = service.list_tokens(session, other.account_id)
    assert client.post(f"/me/tokens/{token.id}/revoke").status_code == 404
    assert other.get("/kinds").status_code == 200
    assert token.name not in client.get("/me/tokens").text


def test_live_tokens_are_limited(client, session, now, person):
    actor = accounts.load_actor(session, person.id)
    for _ in range(MOST_TOKENS):
        service.create_token(session, actor, "x", [Scope.READ], days=30, now=now)
    session.commit()
    answer = client.post("/me/tokens", data=FORM)
    assert answer.status_code == 422
    assert "最多同时用 20 个令牌" in answer.text


def test_the_pages_of_tokens_are_guarded_against_forgery(app, client, session, person):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/me/tokens", data=FORM).status_code == 400
        bearer = {"Authorization": "Bearer " + "a" * 43}
        assert client.post("/api/v1/cart/lines", json={}, headers=bearer).status_code == 401
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert session.query(ApiToken).count() == 0


def test_the_page_is_complete_in_english(client, person):
    client.post("/me/tokens", data={**FORM, "name": "books"})
    page = client.get("/me/tokens?lang=en").text
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", main))


def test_a_person_who_left_leaves_no_token(session, now, make_caller):
    caller = make_caller(*Scope)
    assert service.export_tokens(session, caller.account_id)[0]["name"] == "test"
    actor = accounts.load_actor(session, caller.account_id)
    accounts.delete_account(session, actor.account_id, now=now)
    session.commit()
    assert session.query(ApiToken).count() == 0
    assert caller.get("/cart").status_code == 401
