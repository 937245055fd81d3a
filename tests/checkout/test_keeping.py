"""Packs are kept for a cart from the moment they are put in, within limits, and given back once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.accounts import service as account_service
from market.accounts import sessions
from market.bundles.types import SelectionLine
from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner
from market.catalogue import cart_holds, queries
from market.catalogue import service as goods
from market.catalogue.models import CartTurn
from market.checkout import keeping, service
from market.checkout.bundle_price import as_cart
from market.checkout.errors import CartChanged, SoldOutMeanwhile
from market.checkout.keeping import KeepTerms
from market.checkout.quote import quote
from tests.factories.catalogue import make_offer
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, submission

TEN, HALF_HOUR = timedelta(minutes=10), timedelta(minutes=30)
GUEST = CartOwner(token="a-token-of-a-guest")


@pytest.fixture
def offer(session):
    return make_offer(session, stock=5)


@pytest.fixture(autouse=True)
def books(session):
    yield
    assert queries.stock_breaches(session) == []


@pytest.fixture
def ann(session):
    return CartOwner(make_household(session).account_id)


@pytest.fixture
def bob(session):
    return CartOwner(make_household(session).account_id)


def put(session, owner, offer, packs, now, **terms):
    wanted = KeepTerms(taking=owner.account_id is not None, **terms)
    service.add_to_cart(session, owner, offer.listing_id, packs, now, region=TOWN, terms=wanted)


def lines(session, owner):
    return cart_queries.get_cart(session, owner).lines


def in_carts(session, offer):
    return sum(x.in_carts for x in queries.levels_of(session, [offer.listing_id]))


def priced(session, owner, now):
    cart = cart_queries.get_cart(session, owner)
    return quote(session, cart, TOWN, owner.account_id, now)


def look(session, owner, now, **terms):
    """What opening the cart does; whether it did anything."""
    wanted = KeepTerms(**terms)
    due = keeping.due(priced(session, owner, now), wanted)
    if due is not None:
        keeping.keep(session, owner, due, TOWN, now, wanted)
    return due is not None


def order(session, owner, now, key="first-submission-key"):
    address = make_address(session, owner.account_id)
    sent = submission(session, owner.account_id, address, now, idempotency_key=key)
    return service.place_order(session, owner.account_id, sent, now)


def test_the_cart_keeps_its_packs_for_ten_minutes_and_the_order_takes_them(
    session, ann, bob, offer, now
):
    put(session, ann, offer, 4, now)
    (line,) = lines(session, ann)
    assert (line.kept, line.kept_until) == (4, now + TEN)
    put(session, bob, offer, 3, now)
    (his,) = lines(session, bob)
    assert his.kept == 0  # it stays in the cart, and the cart says why
    (problem,) = priced(session, bob, now).problems
    assert (problem.code, problem.params["available"]) == ("short_stock", 1)
    with pytest.raises(CartChanged):
        order(session, bob, now)
    assert priced(session, ann, now).can_be_ordered
    order(session, ann, now)
    assert in_carts(session, offer) == 0
    (level,) = queries.levels_of(session, [offer.listing_id])
    assert (level.on_hand, level.reserved) == (5, 4)


def test_packs_on_top_are_kept_too_and_all_are_prolonged(session, ann, clock):
    first, second = make_offer(session, stock=5), make_offer(session, stock=5)
    put(session, ann, first, 1, clock.now())
    clock.advance(minutes=4)
    put(session, ann, first, 2, clock.now())
    put(session, ann, second, 1, clock.now())
    assert {x.kept for x in lines(session, ann)} == {3, 1}
    assert {x.kept_until for x in lines(session, ann)} == {clock.now() + TEN}


def test_to_look_at_the_cart_prolongs_and_takes_what_is_missing(session, ann, bob, offer, clock):
    put(session, bob, offer, 5, clock.now())
    put(session, ann, offer, 2, clock.now())
    assert not look(session, ann, clock.now())  # nothing is to be had: nothing is written
    carts.remove(session, bob, [x.id for x in lines(session, bob)], clock.now())
    assert look(session, ann, clock.now())
    assert not look(session, ann, clock.now())
    assert lines(session, ann)[0].kept == 2
    clock.advance(seconds=59)
    assert not look(session, ann, clock.now())
    clock.advance(minutes=5)
    assert look(session, ann, clock.now())
    assert lines(session, ann)[0].kept_until == clock.now() + TEN


def test_what_is_over_may_be_bought_by_another_and_by_its_owner_only_if_it_is_left(
    session, ann, bob, offer, clock
):
    put(session, ann, offer, 4, clock.now())
    clock.advance(minutes=10)
    put(session, bob, offer, 3, clock.now())
    assert lines(session, bob)[0].kept == 3
    (problem,) = priced(session, ann, clock.now()).problems
    assert problem.code == "short_stock"
    order(session, bob, clock.now())
    assert not look(session, ann, clock.now())


def test_however_often_one_looks_it_ends_half_an_hour_after_the_first_pack(
    session, ann, bob, offer, clock
):
    begun = clock.now()
    put(session, ann, offer, 5, begun)
    for _ in range(4):
        clock.advance(minutes=7)
        look(session, ann, clock.now())
    assert {x.kept_until for x in lines(session, ann)} == {begun + HALF_HOUR}
    assert not look(session, ann, clock.now())  # nothing is left to be prolonged
    clock.advance(minutes=2)
    (line,) = priced(session, ann, clock.now()).lines
    assert (line.kept_at(clock.now()), line.turn.rests_at(clock.now())) == (0, True)
    assert not look(session, ann, clock.now())
    put(session, bob, offer, 3, clock.now())
    assert [x.kept for x in lines(session, bob)] == [3]


@pytest.mark.parametrize("way", ["remove", "set", "group", "more", "guest", "sign out"])
def test_to_take_out_and_put_in_again_begins_no_new_turn(session, ann, offer, clock, way):
    begun = clock.now()
    put(session, ann, offer, 2, begun)
    clock.advance(minutes=25)
    (line,) = lines(session, ann)
    if way == "remove":
        carts.remove(session, ann, [line.id], clock.now())
        put(session, ann, offer, 2, clock.now())
    elif way == "set":
        service.set_quantity(session, ann, line.id, 0, clock.now(), region=TOWN)
        put(session, ann, offer, 2, clock.now())
    elif way == "group":
        carts.remove(session, ann, [line.id], clock.now())
        packs = [(offer.listing_id, 2)]
        service.add_group_to_cart(session, ann, "一套", packs, clock.now(), region=TOWN)
    elif way == "more":
        put(session, ann, offer, 1, clock.now())
    elif way == "guest":
        carts.remove(session, ann, [line.id], clock.now())
        put(session, GUEST, offer, 2, clock.now())
        assert look(session, GUEST, clock.now())
        carts.merge(session, GUEST.token, ann.account_id, clock.now())
    else:
        cart_holds.free_holder(session, ann.account_id)
        assert look(session, ann, clock.now())
    assert {x.kept_until for x in lines(session, ann)} == {begun + HALF_HOUR}
    clock.advance(minutes=5)
    ids = [x.id for x in lines(session, ann)]
    carts.remove(session, ann, ids, clock.now())
    put(session, ann, offer, 1, clock.now())
    assert not look(session, ann, clock.now())
    assert in_carts(session, offer) == 0


@pytest.mark.parametrize("swept", [True, False])
def test_after_a_rest_packs_are_kept_anew_worker_or_not(session, ann, offer, clock, swept):
    put(session, ann, offer, 2, clock.now())
    clock.advance(minutes=20)
    look(session, ann, clock.now())
    clock.advance(minutes=39)
    if swept:
        cart_holds.tidy(session, clock.now())
    assert not look(session, ann, clock.now())
    clock.advance(minutes=1)
    if swept:
        cart_holds.tidy(session, clock.now())
    assert look(session, ann, clock.now())
    (line,) = lines(session, ann)
    assert (line.kept, line.kept_until) == (2, clock.now() + TEN)
    assert in_carts(session, offer) == 2


def test_a_set_of_which_a_part_rests_is_not_kept(session, ann, now, clock):
    tired, fresh = make_offer(session, stock=5), make_offer(session, stock=5)
    put(session, ann, tired, 1, now)
    carts.remove(session, ann, [lines(session, ann)[0].id], now)
    clock.advance(minutes=30)
    packs = [(tired.listing_id, 1), (fresh.listing_id, 1)]
    service.add_group_to_cart(session, ann, "一套", packs, clock.now(), region=TOWN)
    assert (in_carts(session, tired), in_carts(session, fresh)) == (0, 0)
    assert not look(session, ann, clock.now())
    clock.advance(minutes=30)
    assert look(session, ann, clock.now())
    assert (in_carts(session, tired), in_carts(session, fresh)) == (1, 1)


def test_nobody_has_more_lines_kept_than_the_cap(session, ann, now):
    offers = [make_offer(session, stock=5) for _ in range(3)]
    for offer in offers:
        put(session, ann, offer, 1, now, lines=2)
    assert [x.kept for x in lines(session, ann)] == [1, 1, 0]
    assert not look(session, ann, now, lines=2)
    put(session, ann, offers[0], 1, now, lines=2)  # more of a line that has some is no new line
    assert [x.kept for x in lines(session, ann)] == [2, 1, 0]
    assert look(session, ann, now, lines=1)  # less than there was: the rest is free again
    assert [x.kept for x in lines(session, ann)] == [2, 0, 0]


def test_a_line_that_is_less_or_gone_gives_back(session, ann, offer, now):
    put(session, ann, offer, 5, now)
    (line,) = lines(session, ann)
    service.set_quantity(session, ann, line.id, 2, now, region=TOWN)
    assert in_carts(session, offer) == 2
    service.set_quantity(session, ann, line.id, 3, now, region=TOWN)
    assert in_carts(session, offer) == 3
    service.set_quantity(session, ann, line.id, 6, now, region=TOWN)
    assert in_carts(session, offer) == 3  # six are not to be had; three stay kept
    service.set_quantity(session, ann, line.id, 0, now, region=TOWN)
    assert (in_carts(session, offer), lines(session, ann)) == (0, ())


def test_a_set_is_kept_as_one_with_what_lies_loose_beside_it(session, ann, now):
    shared, other = make_offer(session, stock=5), make_offer(session, stock=5)
    put(session, ann, shared, 3, now)
    packs = [(shared.listing_id, 3), (other.listing_id, 1)]
    group = service.add_group_to_cart(session, ann, "一套", packs, now, region=TOWN)
    assert (in_carts(session, shared), in_carts(session, other)) == (3, 0)
    assert {x.kept for x in lines(session, ann)} == {3, 0}
    loose = next(x for x in lines(session, ann) if x.group_id is None)
    service.set_quantity(session, ann, loose.id, 2, now, region=TOWN)
    assert look(session, ann, now)
    assert (in_carts(session, shared), in_carts(session, other)) == (5, 1)
    carts.remove_group(session, ann, group, now)
    assert (in_carts(session, shared), in_carts(session, other)) == (2, 0)


def test_a_guest_has_packs_kept_from_the_checkout_on_as_far_as_its_address_may(session, offer, now):
    other = CartOwner(token="a-token-of-another")
    put(session, GUEST, offer, 1, now)
    put(session, other, offer, 1, now)
    assert not look(session, GUEST, now, taking=False)
    at_checkout = {"address": "192.0.2.7", "address_lines": 1}
    assert look(session, GUEST, now, **at_checkout)
    look(session, other, now, **at_checkout)
    assert [lines(session, x)[0].kept for x in (GUEST, other)] == [1, 0]
    look(session, other, now, address="192.0.2.8", address_lines=1)
    assert lines(session, other)[0].kept == 1


def test_what_a_guest_has_is_the_accounts_after_signing_in(session, ann, offer, now):
    loose = make_offer(session, stock=5)
    put(session, GUEST, offer, 2, now)
    put(session, GUEST, loose, 1, now)
    look(session, GUEST, now)
    put(session, ann, offer, 1, now)
    carts.merge(session, GUEST.token, ann.account_id, now)
    carts.merge(session, GUEST.token, ann.account_id, now)
    assert {x.listing_id: (x.quantity, x.kept) for x in lines(session, ann)} == {
        offer.listing_id: (3, 3), loose.listing_id: (1, 1)
    }  # fmt: skip
    order(session, ann, now)
    assert in_carts(session, offer) == in_carts(session, loose) == 0


def test_a_first_cart_becomes_the_accounts_with_what_is_kept(session, ann, offer, now):
    put(session, GUEST, offer, 2, now)
    look(session, GUEST, now)
    carts.merge(session, GUEST.token, ann.account_id, now)
    assert lines(session, ann)[0].kept == 2
    carts.remove(session, ann, [lines(session, ann)[0].id], now)
    assert in_carts(session, offer) == 0


@pytest.mark.parametrize("way", ["this device", "all devices", "for good"])
def test_who_leaves_has_nothing_kept(session, ann, offer, now, way):
    token = sessions.open_session(session, ann.account_id, now=now)
    put(session, ann, offer, 4, now)
    if way == "this device":
        sessions.end_session(session, token, now=now)
        sessions.end_session(session, token, now=now)
    elif way == "all devices":
        sessions.leave_everywhere(session, ann.account_id, now=now)
    else:
        account_service.delete_account(session, ann.account_id, now=now)
    assert in_carts(session, offer) == 0
    assert len(lines(session, ann)) == (way != "for good")
    turns = session.scalar(select(func.count()).select_from(CartTurn))
    assert turns == (way != "for good")


def test_made_to_order_needs_nothing_kept(session, ann, now):
    made = make_offer(session, listing={"made_to_order": True})
    put(session, ann, made, 9, now)
    assert not look(session, ann, now)
    assert priced(session, ann, now).can_be_ordered


def test_what_cannot_be_bought_is_not_prolonged(session, ann, offer, clock):
    put(session, ann, offer, 4, clock.now())
    goods.pause_listing(session, offer.actor, offer.listing_id, clock.now())
    assert in_carts(session, offer) == 0
    clock.advance(minutes=5)
    assert not look(session, ann, clock.now())
    goods.publish_listing(session, offer.actor, offer.listing_id, clock.now())
    assert look(session, ann, clock.now())
    assert in_carts(session, offer) == 4


def test_packs_that_went_between_the_page_and_the_button_are_named(session, ann, offer, clock):
    fill_cart(session, ann.account_id, (offer, 4), now=clock.now())
    address = make_address(session, ann.account_id)
    sent = submission(session, ann.account_id, address, clock.now())
    clock.advance(minutes=11)
    bob = make_household(session)
    fill_cart(session, bob.account_id, (offer, 2), now=clock.now())
    with pytest.raises((CartChanged, SoldOutMeanwhile)):
        service.place_order(session, ann.account_id, sent, clock.now())
    assert cart_holds.end_over(session, clock.now()) == 0  # bob's adding has ended hers
    assert in_carts(session, offer) == 2


def test_what_the_own_cart_keeps_is_there_for_a_plan_of_the_same_household(
    session, ann, bob, offer, now
):
    put(session, ann, offer, 5, now)
    plan = [SelectionLine(offer.listing_id, 5, 0)]
    mine = quote(session, as_cart(plan, "plan", ann.account_id), TOWN, ann.account_id, now)
    others = quote(session, as_cart(plan, "plan", bob.account_id), TOWN, bob.account_id, now)
    assert not mine.blocked
    assert [x.code for x in others.problems if x.blocking] == ["in_carts"]


def test_one_may_configure_and_order_with_the_same_packs_in_the_hand(session, ann, offer, now):
    """Put in once more, a set takes the place of what it put in before, with the same packs."""
    packs = [(offer.listing_id, 5)]
    for _ in range(2):
        carts.remove_linked(session, ann, "/bundles/x/my/1", now)
        service.add_group_to_cart(session, ann, "一套", packs, now, link="/bundles/x/my/1")
        assert in_carts(session, offer) == 5
    order(session, ann, now)
    assert in_carts(session, offer) == 0
