"""What a household has used up is said where the price is shown, never first at the order."""

import re
from datetime import timedelta

import pytest

from market.carts import queries as carts
from market.carts import service as carts_service
from market.carts.types import CartOwner
from market.checkout import outcomes
from market.checkout import service as checkout
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM
from market.promotions import queries as promotions
from market.promotions import service as promotions_service
from market.subsidies import invariants
from market.subsidies import service as subsidies
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_offer
from tests.factories.market import make_promotion, pay
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

USED_UP = "每户限用 1 次，你家已经用完"


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def bulk(session):
    return make_offer(session, stock=90)  # 138.24 a pack


def priced(session, household, now):
    cart = carts.get_cart(session, CartOwner(household.account_id))
    return quote(session, cart, TOWN, household.account_id, now)


def order(session, household, address_id, key, now):
    sent = submission(
        session, household.account_id, address_id, now, idempotency_key=f"submission-{key}"
    )
    return checkout.place_order(session, household.account_id, sent, now)


def not_used(page):
    """What the panel of promotions not used says."""
    found = re.search(r'<details class="notused">.*?</details>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[0]) if found else ""


def test_a_second_order_of_a_household_is_priced_without_what_it_used_up(
    session, now, household, bulk
):
    mine = make_promotion(session, household_limit=1)
    make_promotion(session, name="没有限制", budget_fen=None)
    first = place(session, household, (bulk, 10), now=now)
    assert view(session, first.id).platform_discount_fen == 20_000
    fill_cart(session, household.account_id, (bulk, 10), now=now)
    quoted = priced(session, household, now)
    assert [(v.promotion_id, v.reason_code) for v in quoted.not_applied] == [
        (mine, "household_limit")
    ]
    assert promotions.uses_by_household(session, household.account_id)[mine] == 1
    address_id = make_address(session, household.account_id)
    second = order(session, household, address_id, "second", now)
    assert second.total_fen == quoted.total_fen
    assert view(session, second.id).platform_discount_fen == 10_000


def test_cart_and_last_page_say_the_limit_first(client, session, now, household, bulk):
    make_promotion(session, household_limit=1)
    place(session, household, (bulk, 10), now=now)
    fill_cart(session, household.account_id, (bulk, 10), now=now)
    address_id = make_address(session, household.account_id)
    session.commit()
    client.set_cookie("township", TOWN.digits)
    sign_in(client, session, household.account_id)
    for path in ("/cart", f"/checkout/confirm?address={address_id}"):
        assert f"满 1000 减 100：{USED_UP}" in not_used(client.get(path).text), path


def test_a_use_that_comes_back_is_quoted_again(session, now, household, bulk):
    make_promotion(session, household_limit=1)
    place(session, household, (bulk, 10), now=now)
    fill_cart(session, household.account_id, (bulk, 10), now=now)
    assert not priced(session, household, now).applied
    outcomes.expire_unpaid(session, now + timedelta(hours=1))
    assert priced(session, household, now).applied


def test_a_code_used_up_does_not_stand_before_one_that_is_not(session, now, household, bulk):
    promotion_id = make_promotion(session, codes=("GREEN-2",))
    promotions_service.add_codes(session, SYSTEM, promotion_id, ["GREEN-1"], max_uses=1, now=now)
    owner = CartOwner(household.account_id)
    carts_service.add_code(session, owner, "GREEN-1", now)
    place(session, household, (bulk, 10), now=now)
    for code in ("GREEN-1", "GREEN-2"):
        carts_service.add_code(session, owner, code, now)
    fill_cart(session, household.account_id, (bulk, 10), now=now)
    session.expire_all()
    quoted = priced(session, household, now)
    assert [v.code for v in quoted.applied] == ["GREEN-2"]
    assert not quoted.not_applied
    address_id = make_address(session, household.account_id)
    order(session, household, address_id, "second", now)
    assert {c.code: c.uses for c in promotions.codes_of(session, promotion_id)} == {
        "GREEN-1": 1, "GREEN-2": 1,
    }  # fmt: skip


@pytest.mark.parametrize("turn", [1, -1])
def test_schemes_that_share_a_measure_are_counted_in_the_order_they_are_worked_out(
    session, now, household, bulk, turn
):
    both = (("一次", 1, 10), ("两次", 2, 20))
    made = {
        make_published(session, measure="windows", household_uses=uses, sequence=at, name=name)
        for name, uses, at in both[::turn]
    }
    fill_cart(session, household.account_id, (bulk, 10), now=now)
    assert {one.scheme.id for one in priced(session, household, now).aid.applied} == made
    address_id = make_address(session, household.account_id)
    placed = order(session, household, address_id, "one", now)
    subsidies.release(session, placed.id, now)
    subsidies.retake(session, placed.id, now)
    pay(session, placed.id, now)
    assert invariants.breaches(session) == []
