"""Guest carts, their merging at sign-in, groups, codes and limits."""

from datetime import timedelta

import pytest

from market.carts import service
from market.carts.errors import (
    CartFull,
    CartLineNotFound,
    CodeUnreadable,
    QuantityOutOfRange,
    TooManyCodes,
)
from market.carts.queries import count_lines, get_cart
from market.carts.types import MAX_LINES, MAX_QUANTITY, CartOwner, LineToAdd
from tests.factories.accounts import make_account
from tests.factories.catalogue import make_listing, make_maker, make_offer

GUEST = CartOwner(token="g" * 40)


@pytest.fixture
def offers(session):
    maker = make_maker(session)
    return [make_offer(session, maker) for _ in range(2)]


def line(offer, quantity=1):
    return LineToAdd(offer.listing_id, quantity, 13_824)


def quantities(session, owner):
    return {item.listing_id: item.quantity for item in get_cart(session, owner).lines}


def test_adding_twice_adds_up(session, now, offers):
    service.add(session, GUEST, line(offers[0], 2), now)
    service.add(session, GUEST, line(offers[0], 3), now)
    assert quantities(session, GUEST) == {offers[0].listing_id: 5}
    assert count_lines(session, GUEST) == 1


def test_a_token_opens_only_its_own_cart(session, now, offers):
    service.add(session, GUEST, line(offers[0]), now)
    stranger = CartOwner(token="h" * 40)
    assert get_cart(session, stranger).is_empty
    line_id = get_cart(session, GUEST).lines[0].id
    with pytest.raises(CartLineNotFound):
        service.set_quantity(session, stranger, line_id, 9, now)
    assert service.remove(session, stranger, [line_id], now) == 0
    assert get_cart(session, CartOwner()).is_empty


def test_merging_keeps_every_quantity_group_and_code(session, now, offers):
    account = make_account(session)
    mine = CartOwner(account_id=account.id)
    service.add(session, mine, line(offers[0], 2), now)
    service.add(session, GUEST, line(offers[0], 3), now)
    service.add(session, GUEST, line(offers[1], 1), now)
    service.add_group(session, GUEST, "农房节能改造", [line(offers[0], 7)], now, link="/bundles/x")
    service.add_code(session, GUEST, "spring5", now)
    service.merge(session, GUEST.token, account.id, now)
    cart = get_cart(session, mine)
    assert sorted((item.quantity, item.group_label) for item in cart.lines if item.group_id) == [
        (7, "农房节能改造")
    ]
    loose = {item.listing_id: item.quantity for item in cart.lines if not item.group_id}
    assert loose == {offers[0].listing_id: 5, offers[1].listing_id: 1}
    assert cart.coupon_codes == ("SPRING5",)
    assert get_cart(session, GUEST).is_empty
    assert service.merge(session, GUEST.token, account.id, now) == 0
    assert quantities(session, mine) == quantities(session, mine)


def test_merging_into_no_cart_hands_the_guest_cart_over(session, now, offers):
    account = make_account(session)
    service.add(session, GUEST, line(offers[0], 4), now)
    service.merge(session, GUEST.token, account.id, now)
    assert quantities(session, CartOwner(account_id=account.id)) == {offers[0].listing_id: 4}
    assert get_cart(session, GUEST).is_empty


def test_zero_removes_and_nonsense_is_refused(session, now, offers):
    service.add(session, GUEST, line(offers[0]), now)
    line_id = get_cart(session, GUEST).lines[0].id
    with pytest.raises(QuantityOutOfRange):
        service.set_quantity(session, GUEST, line_id, MAX_QUANTITY + 1, now)
    with pytest.raises(QuantityOutOfRange):
        service.add(session, GUEST, line(offers[0], -1), now)
    service.set_quantity(session, GUEST, line_id, 0, now)
    assert get_cart(session, GUEST).is_empty


def test_removing_a_bundle_takes_its_lines_and_leaves_the_others(session, now, offers):
    service.add(session, GUEST, line(offers[0], 2), now)
    group_id = service.add_group(
        session, GUEST, "方案", [line(offers[0], 1), line(offers[1], 1)], now
    )
    assert count_lines(session, GUEST) == 3
    assert service.remove_group(session, GUEST, group_id, now) == 2
    assert quantities(session, GUEST) == {offers[0].listing_id: 2}


def test_the_cart_has_a_limit_that_says_so(session, now, offers):
    maker = offers[0].maker
    from market.catalogue import service as catalogue  # noqa: PLC0415
    from tests.factories.catalogue import VARIANT, actor_for, confirm  # noqa: PLC0415

    listings = []
    for _ in range(MAX_LINES + 1):
        variant = catalogue.add_variant(
            session, actor_for(maker.id), offers[0].product_id, VARIANT, now
        )
        confirm(session, offers[0].product_id, now)
        listings.append(LineToAdd(make_listing(session, maker, variant), 1, 1))
    with pytest.raises(CartFull) as refused:
        service.add_group(session, GUEST, "太多", listings, now)
    assert refused.value.params["limit"] == MAX_LINES


def test_codes_are_cleaned_and_limited(session, now):
    assert service.add_code(session, GUEST, " ｓpring5 ", now) == "SPRING5"
    for bad in ("", "ab", "有汉字", "a b c", "x" * 33):
        with pytest.raises(CodeUnreadable):
            service.add_code(session, GUEST, bad, now)
    for number in range(4):
        service.add_code(session, GUEST, f"CODE{number}", now)
    with pytest.raises(TooManyCodes):
        service.add_code(session, GUEST, "ONEMORE", now)
    service.remove_code(session, GUEST, "SPRING5")
    assert "SPRING5" not in get_cart(session, GUEST).coupon_codes


def test_carts_of_guests_who_never_came_back_are_forgotten(session, now, offers):
    service.add(session, GUEST, line(offers[0]), now)
    mine = CartOwner(account_id=make_account(session).id)
    service.add(session, mine, line(offers[0]), now)
    later = now + timedelta(days=service.GUEST_CART_DAYS + 1)
    assert service.forget_old_guests(session, later) == 1
    assert not get_cart(session, mine).is_empty
