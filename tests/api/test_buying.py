"""The cart and the order through the API: the pages' own prices and rules."""

import re
from dataclasses import replace

import pytest

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue.models import Listing
from market.orders import queries as orders
from market.sellers import service as sellers
from tests.factories.accounts import sign_in
from tests.factories.bundles import load, offer_eps
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, place
from tests.factories.pickups import day_after, make_point

ADDRESS = {
    "recipient": "张三", "phone": "139 1234 5678", "region": TOWN.digits,
    "detail": "三坡村 2 组 18 号",
}  # fmt: skip


def lines(cart):
    return [line for block in cart["sellers"] for line in block["lines"]]


def order_of(caller, key="first", **change):
    cart = caller.get("/cart", region=TOWN.digits).json
    (address, *_) = caller.get("/addresses").json["items"]
    body = {
        "address_id": address["id"], "payment_method": "alipay",
        "seen_total_fen": cart["total_fen"], **change,
    }  # fmt: skip
    return caller("POST", "/orders", body, headers={"Idempotency-Key": key})


@pytest.fixture
def filled(session, caller, offer):
    """A caller with two packs in the cart and an address."""
    fill_cart(session, caller.account_id, (offer, 2))
    make_address(session, caller.account_id)
    session.commit()
    return caller


def test_the_cart_line_by_line(caller, offer):
    assert lines(caller.get("/cart").json) == []
    added = caller("POST", "/cart/lines", {"listing_id": offer.listing_id, "quantity": 2})
    assert added.status_code == 201
    (line,) = lines(added.json)
    assert (line["quantity"], line["amount_fen"]) == (2, 2 * 13824)
    assert line["kept"] == 2
    assert line["kept_until"]
    path = f"/cart/lines/{line['id']}"
    changed = caller("PATCH", path, {"quantity": 11}, region=TOWN.digits).json
    (line,) = lines(changed)
    assert [one["code"] for one in line["problems"]] == ["short_stock"]
    assert line["problems"][0]["detail"] == "只剩 10 包，你要 11 包"
    assert changed["can_be_ordered"] is False
    assert lines(caller("DELETE", path).json) == []
    assert caller("DELETE", path).status_code == 404
    assert caller("PATCH", path, {"quantity": 1}).status_code == 404
    gone = caller("POST", "/cart/lines", {"listing_id": "nope", "quantity": 1})
    assert (gone.status_code, gone.json["code"]) == (404, "listing_gone")


def test_page_and_api_agree_to_the_fen(client, session, caller, offer):
    other = make_offer(session, make_maker(session, name="乙厂"), listing={"price_fen": 77_777})
    make_promotion(session)
    fill_cart(session, caller.account_id, (offer, 3), (other, 2))
    session.commit()
    cart = caller.get("/cart", region=TOWN.digits).json
    assert cart["platform_discount_fen"] == 10_000
    assert len(cart["sellers"]) == 2
    sign_in(client, session, caller.account_id)
    client.set_cookie("township", TOWN.digits)
    page = client.get("/cart").text
    for name in ("goods_fen", "total_fen"):
        fen = cart[name]
        assert f"{fen // 100:,}.{fen % 100:02d}" in page, name
    assert cart["total_fen"] == (
        cart["goods_fen"] + cart["freight_fen"]
        - cart["seller_discount_fen"] - cart["platform_discount_fen"]
    )  # fmt: skip
    assert cart["goods_fen"] == sum(line["amount_fen"] for line in lines(cart))


def test_codes_say_why_they_do_not_apply(session, caller, offer):
    make_promotion(session, name="村里五折", codes=("SPRING5",), min_amount_fen=10_000_000)
    fill_cart(session, caller.account_id, (offer, 1))
    session.commit()
    cart = caller("POST", "/cart/codes", {"code": "spring5"}, lang="en").json
    assert cart["coupon_codes"] == ["SPRING5"]
    (verdict,) = cart["promotions"]
    assert (verdict["applied_fen"], verdict["reason_code"]) == (0, "below_minimum")
    assert not re.search(r"[\u4e00-\u9fff]", verdict["detail"])
    refused = caller("POST", "/cart/codes", {"code": "有汉字"})
    assert refused.status_code == 422
    assert refused.json["fields"][0]["field"] == "code"
    assert caller("DELETE", "/cart/codes/SPRING5").json["coupon_codes"] == []
    for n in range(5):
        caller("POST", "/cart/codes", {"code": f"CODE{n}"})
    assert caller("POST", "/cart/codes", {"code": "CODE9"}).status_code == 409


def test_a_new_price_is_said_until_it_was_accepted(session, caller, offer):
    fill_cart(session, caller.account_id, (offer, 1))
    session.get(Listing, offer.listing_id).price_fen = 14_000
    session.commit()
    (line,) = lines(caller.get("/cart").json)
    assert [one["code"] for one in line["problems"]] == ["price_changed"]
    done = caller("POST", f"/cart/lines/{line['id']}/price").json
    assert lines(done)[0]["problems"] == []


def test_a_whole_bundle_goes_into_the_cart(session, caller):
    load(session)
    offer_eps(session)
    session.commit()
    body = {"slug": "cold-clean-heat", "region": TOWN.digits}
    answer = caller("POST", "/cart/bundles", body, region=TOWN.digits)
    assert answer.status_code == 201
    (line,) = lines(answer.json)
    assert line["quantity"] == 31
    assert line["group_name"]
    nothing = {**body, "options": {"eps80": ""}}
    refused = caller("POST", "/cart/bundles", nothing)
    assert (refused.status_code, refused.json["code"]) == (409, "nothing_chosen")
    assert caller("POST", "/cart/bundles", {"slug": "nope"}).status_code == 404


def test_from_cart_to_order(session, caller, offer):
    fill_cart(session, caller.account_id, (offer, 2))
    session.commit()
    made = caller("POST", "/addresses", ADDRESS)
    assert made.status_code == 201
    assert made.json["phone"] == "13912345678"
    answer = order_of(caller, note="下午送")
    assert answer.status_code == 201
    order = answer.json
    assert order["state"] == "held"
    assert order["total_fen"] == order["due_fen"] == 29_224
    assert order["pay_url"].endswith(f"/pay/{order['id']}") or order["id"] in order["pay_url"]
    assert caller.get(f"/orders/{order['id']}").json == order
    (row,) = caller.get("/orders").json["items"]
    assert (row["id"], row["state"], row["total_fen"]) == (order["id"], "held", 29_224)
    assert lines(caller.get("/cart").json) == []


def test_an_order_to_a_pickup_point_says_so(session, filled, offer):
    sellers.add_last_mile(session, offer.actor, offer.maker.id, TOWN, 3_000, door_only=True)
    point = make_point(session)
    session.commit()
    (shown,) = filled.get("/pickup-points", region=TOWN.digits).json["items"]
    assert (shown["id"], shown["hours"], shown["weekdays"][0]) == (point.id, "08:00–18:00", 1)
    home = filled.get("/cart", region=TOWN.digits).json["total_fen"]
    seen = filled.get("/cart", region=TOWN.digits, delivery="point").json["total_fen"]
    assert home == seen + 3_000
    chosen = {"point_id": point.id, "day": day_after().isoformat()}
    assert order_of(filled, pickup=chosen).json["code"] == "total_changed"
    order = order_of(filled, "again", pickup=chosen, seen_total_fen=seen).json
    assert order["total_fen"] == seen
    assert (order["pickup"]["point_id"], order["pickup"]["day"]) == (point.id, chosen["day"])
    assert filled.get(f"/orders/{order['id']}").json["pickup"] == order["pickup"]


def test_the_same_key_gives_the_same_order(session, filled, offer):
    first = order_of(filled)
    body = {
        "address_id": filled.get("/addresses").json["items"][0]["id"],
        "payment_method": "alipay", "seen_total_fen": first.json["total_fen"],
    }  # fmt: skip
    again = filled("POST", "/orders", body, headers={"Idempotency-Key": "first"})
    assert (again.status_code, again.json) == (201, first.json)
    fill_cart(session, filled.account_id, (offer, 1))
    session.commit()
    other = filled(
        "POST", "/orders", {**body, "payment_method": "card"}, headers={"Idempotency-Key": "first"}
    )
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert orders.list_orders(session, filled.account_id).total == 1
    assert len(carts.get_cart(session, CartOwner(filled.account_id)).lines) == 1


@pytest.mark.parametrize(
    "key", ["", "a" * 61, "with space", "键".encode().decode("latin-1"), "a/b"]
)
def test_an_order_needs_its_key(session, filled, key):
    answer = order_of(filled, key)
    assert (answer.status_code, answer.json["field"]) == (422, "Idempotency-Key")
    assert orders.list_orders(session, filled.account_id).total == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"seen_total_fen": 1}, 409, "total_changed"),
        ({"address_id": "nope"}, 404, "unknown_address"),
        ({"payment_method": "beads"}, 422, "invalid_input"),
        ({"seen_total_fen": "29224"}, 422, "invalid_input"),
        ({"seen_total_fen": True}, 422, "invalid_input"),
        ({"seen_total_fen": 10**13}, 422, "invalid_input"),
        ({"made_to_order_agreed": "yes"}, 422, "invalid_input"),
        ({"total_fen": 1}, 422, "invalid_input"),
        ({"account_id": "someone"}, 422, "invalid_input"),
        ({"note": "x" * 201}, 422, "invalid_input"),
    ],
)
def test_what_was_not_agreed_is_not_ordered(session, filled, change, status, code):
    answer = order_of(filled, **change)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    if status == 422:
        assert {row["field"] for row in answer.json["fields"]} == set(change)
    assert orders.list_orders(session, filled.account_id).total == 0


def test_an_empty_cart_and_a_sold_out_one_are_refused(session, filled, offer):
    order_of(filled)
    empty = order_of(filled, "second")
    assert (empty.status_code, empty.json["code"]) == (409, "nothing_to_buy")
    fill_cart(session, filled.account_id, (offer, 9))
    session.commit()
    short = order_of(filled, "third")
    assert (short.status_code, short.json["code"]) == (409, "cart_changed")


def test_goods_are_not_hoarded(app, session, filled, offer):
    usual = app.extensions["market.settings"]
    app.extensions["market.settings"] = replace(usual, hold_cap_lines=1)
    try:
        assert order_of(filled).status_code == 201
        fill_cart(session, filled.account_id, (offer, 1))
        session.commit()
        refused = order_of(filled, "second")
    finally:
        app.extensions["market.settings"] = usual
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_held")


def test_orders_page_by_page_newest_first(session, caller, make_caller, offer):
    person = make_household(session)
    for n in range(3):
        place(session, person, (offer, 1), idempotency_key=f"k{n}")
    session.commit()
    mine = make_caller("orders", account_id=person.account_id)
    first = mine.get("/orders", limit=2).json
    rest = mine.get("/orders", limit=2, cursor=first["next"]).json
    found = [row["id"] for row in first["items"] + rest["items"]]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 3
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "139"}, "phone"),
        ({"phone": 13912345678}, "phone"),
        ({"phone": "12345678901"}, "phone"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": None}, "recipient"),
        ({"region": "x"}, "region"),
        ({"detail": "x" * 101}, "detail"),
        ({"detail": "\ud800"}, "detail"),
        ({"is_default": True}, "is_default"),
    ],
)
def test_an_address_is_checked_field_by_field(caller, change, field):
    answer = caller("POST", "/addresses", {**ADDRESS, **change})
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json["fields"]] == [field]
    assert caller.get("/addresses").json["items"] == []


def test_goods_go_to_townships(caller):
    answer = caller("POST", "/addresses", {**ADDRESS, "region": "13"})
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_region")
    for n in range(30):
        if caller("POST", "/addresses", {**ADDRESS, "detail": f"{n} 号"}).status_code == 409:
            return
    pytest.fail("addresses are not limited")


def test_a_full_cart_says_so(monkeypatch, caller, offer):
    monkeypatch.setattr("market.carts.service.MAX_LINES", 0)
    answer = caller("POST", "/cart/lines", {"listing_id": offer.listing_id, "quantity": 1})
    assert (answer.status_code, answer.json["code"]) == (409, "cart_full")
    assert lines(caller.get("/cart").json) == []
