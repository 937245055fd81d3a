"""Places of orders at a point: taken with the order, given back once, frozen, priced."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import queries as catalogue
from market.checkout import outcomes, picking
from market.checkout.errors import NobodyTakesCash, PointGone
from market.checkout.quote import quote
from market.checkout.types import PaymentOutcome
from market.db.session import reading
from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.orders import invariants as order_books
from market.orders import queries as orders
from market.orders import service as order_service
from market.orders.types import QuantityOf, State
from market.pickups import queries, service
from market.pickups.errors import DayFull, DayNotOffered, GoodsUnfit
from market.pickups.types import PickupChoice
from market.reports import invariants
from market.sellers import service as sellers
from tests.conftest import START
from tests.factories.accounts import sign_in
from tests.factories.catalogue import make_maker, make_offer
from tests.factories.market import pay, start_payment
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, place, view
from tests.factories.pickups import day_after, draft, make_point, place_at


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)


@pytest.fixture
def point(session):
    return make_point(session)


def taken(session, point):
    return queries.taken_by_day(session, point.id, day_after(days=0)).get(day_after(), 0)


def weight_of(session, order_id):
    lines = [line for part in view(session, order_id).seller_orders for line in part.lines]
    return sum(line.weight_g * line.quantity for line in lines)


def clean(session, now):
    return invariants.pickup_places(invariants.Books(session, now, None)) == []


def test_the_order_takes_its_place_and_keeps_the_points_words(
    session, now, household, offer, point
):
    placed = place_at(session, household, point, (offer, 2))
    order = view(session, placed.id)
    assert order.pickup is not None
    assert (order.pickup.name_zh, order.pickup.day) == (point.name_zh, day_after())
    assert taken(session, point) == weight_of(session, placed.id) > 0
    service.change_point(
        session, SYSTEM, point.id, draft(agent_phone=point.agent_phone, name_zh="换了名字"), now=now
    )
    assert view(session, placed.id).pickup == order.pickup  # frozen
    assert clean(session, now)


def test_a_full_day_is_refused_and_nothing_is_taken(session, now, household, offer):
    point = make_point(session, capacity_g=offer_weight(session, offer) * 2)
    place_at(session, household, point, (offer, 2))
    before = taken(session, point)
    with pytest.raises(DayFull):
        place_at(session, make_household(session), point, (offer, 1))
    assert taken(session, point) == before == point.capacity_g
    assert place_at(session, make_household(session), point, (offer, 1), day=day_after(days=11))


def offer_weight(session, offer):
    return catalogue.listings_by_ids(session, {offer.listing_id}, START)[offer.listing_id].weight_g


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_the_place_is_given_back_exactly_once(session, now, household, offer, point, how):
    placed = place_at(session, household, point, (offer, 2))
    other = place_at(session, make_household(session), point, (offer, 1))
    if how == "cancelled":
        order_service.cancel(session, placed.id, reason="", actor=household, now=now)
    else:
        assert order_service.expire(session, placed.id, now + timedelta(minutes=31))
    assert taken(session, point) == weight_of(session, other.id)
    assert service.free(session, placed.id, now) == 0  # nothing is left to give back
    assert taken(session, point) == weight_of(session, other.id)
    assert clean(session, now)


def test_a_late_payment_takes_the_place_again_or_all_goes_back(session, now, household, offer):
    weight = offer_weight(session, offer)
    point = make_point(session, capacity_g=weight * 2)
    first = place_at(session, household, point, (offer, 2), key="one")
    late = now + timedelta(hours=1)
    start_payment(session, first.id)
    order_service.expire(session, first.id, late)
    due = view(session, first.id).due_fen
    assert outcomes.payment_succeeded(session, first.id, due, late) is PaymentOutcome.PAID
    assert taken(session, point) == weight * 2
    second = place_at(session, household, point, (offer, 2), key="two", day=day_after(days=12))
    order_service.expire(session, second.id, late)
    place_at(session, make_household(session), point, (offer, 1), day=day_after(days=12))
    due = view(session, second.id).due_fen
    assert outcomes.payment_succeeded(session, second.id, due, late) is PaymentOutcome.REFUNDED
    assert view(session, second.id).cancel_reason == "late_place"
    assert clean(session, late)


def test_a_seller_who_sends_nothing_needs_no_room(session, now, household, offer, point):
    other = make_offer(session, make_maker(session), stock=5)
    placed = place_at(session, household, point, (offer, 2), (other, 1))
    pay(session, placed.id)
    order = view(session, placed.id)
    part = next(p for p in order.seller_orders if p.seller_id == other.maker.id)
    rest = weight_of(session, placed.id) - part.lines[0].weight_g
    order_service.cancel_remainder(
        session, part.id, (QuantityOf(part.lines[0].id, 1),), reason="没货",
        actor=other.actor, now=now,
    )  # fmt: skip
    assert taken(session, point) == rest
    assert clean(session, now)


def test_goods_that_do_not_go_there_are_refused_at_the_last_step_too(session, household, offer):
    weight = offer_weight(session, offer)
    small = make_point(session, max_pack_g=weight - 1)
    with pytest.raises(GoodsUnfit):
        place_at(session, household, small, (offer, 1))


def test_a_day_nobody_offered_a_closed_point_and_cash_are_refused(session, now, household, offer):
    point = make_point(session)
    with pytest.raises(DayNotOffered):
        place_at(session, household, point, (offer, 1), day=day_after(days=0))
    with pytest.raises(NobodyTakesCash):
        place_at(session, household, point, (offer, 1), payment_method="cash_on_delivery")
    far = make_point(session, RegionCode("510121001"))
    with pytest.raises(PointGone):
        place_at(session, household, point, (offer, 1), pickup=PickupChoice(far.id, day_after()))
    service.close_point(session, SYSTEM, point.id, day_after(days=-1), "关了", now=now)
    with pytest.raises(PointGone):
        place_at(session, household, point, (offer, 1))


def test_a_surcharge_for_the_door_falls_away_at_a_point(session, household, offer, point):
    seller = offer.maker.id
    sellers.add_last_mile(session, offer.actor, seller, TOWN, 3_000, door_only=True)
    placed = place_at(session, household, point, (offer, 1), key="a")
    at_point = view(session, placed.id)
    assert at_point.seller_orders[0].freight_fen == at_point.freight_fen
    sellers.add_last_mile(session, offer.actor, seller, TOWN, 3_000, door_only=False)
    again = view(session, place_at(session, household, point, (offer, 1), key="b").id)
    assert again.freight_fen == at_point.freight_fen + 3_000
    assert again.total_fen == at_point.total_fen + 3_000


def choose(client, session, household, offer):
    address = make_address(session, household.account_id)
    fill_cart(session, household.account_id, (offer, 2))
    sign_in(client, session, household.account_id)
    return address


def test_the_pages_from_the_choice_to_the_order(client, session, household, offer, point):
    sellers.add_last_mile(session, offer.actor, offer.maker.id, TOWN, 3_000, door_only=True)
    address = choose(client, session, household, offer)
    page = client.get("/checkout/address").text
    assert "送到家门口" in page
    first = f"{point.id}@{day_after(days=first_day(session, offer))}"
    assert first in page
    page = client.get(f"/checkout/confirm?address={address}&pickup={first}").text
    assert "三坡村村口" in page
    assert "货到付款" not in page
    seen = page.partition('name="seen_total" value="')[2].partition('"')[0]
    home = client.get(f"/checkout/confirm?address={address}").text
    dear = home.partition('name="seen_total" value="')[2].partition('"')[0]
    assert int(dear) == int(seen) + 3_000
    data = {
        "address": address, "pickup": first, "idempotency_key": "k", "seen_total": seen,
        "payment_method": "bank_transfer", "made_to_order_agreed": "y",
    }  # fmt: skip
    placed = client.post("/checkout/confirm", data=data)
    assert placed.status_code == 303
    with reading() as read:
        (row,) = orders.list_orders(read, household.account_id).items
        order = orders.find_order(read, row.id)
    assert order.total_fen == int(seen)
    assert f"{order.pickup.point_id}@{order.pickup.day}" == first


def first_day(session, offer):
    found = catalogue.listings_by_ids(session, {offer.listing_id}, START)[offer.listing_id]
    return found.lead_days + 1


@pytest.mark.parametrize("pickup", ["x" * 20 + "@2026-12-01", "nonsense", "@", "x@2026-02-31"])
def test_a_point_that_is_none_is_asked_again_in_words(client, session, household, offer, pickup):
    address = choose(client, session, household, offer)
    make_point(session)
    page = client.get("/checkout/confirm", query_string={"address": address, "pickup": pickup})
    assert page.status_code == 422
    assert "这个自提点现在不收货，请重新选怎样收货" in page.text


def test_a_day_that_filled_up_is_said_beside_the_choice(client, session, household, offer):
    point = make_point(session, capacity_g=offer_weight(session, offer) * 2)
    place_at(session, make_household(session), point, (offer, 1))
    address = choose(client, session, household, offer)
    value = f"{point.id}@{day_after()}"
    page = client.get(f"/checkout/confirm?address={address}&pickup={value}")
    assert page.status_code == 422
    assert "已经放满了" in page.text


def test_too_heavy_goods_say_so_and_home_stays(client, session, household, offer):
    make_point(session, max_pack_g=offer_weight(session, offer) - 1)
    choose(client, session, household, offer)
    page = client.get("/checkout/address").text
    assert "这里最重收" in page
    assert 'id="home"' in page


def test_a_town_without_points_costs_no_statement(session, household, offer, now):
    fill_cart(session, household.account_id, (offer, 1))
    quoted = quote(session, carts.get_cart(session, CartOwner(household.account_id)), TOWN,
                   household.account_id, now)  # fmt: skip
    seen = []
    listen(session, seen)
    assert picking.offers(session, quoted, [TOWN], now) == ()
    assert len(seen) == 1  # which points there are: this transaction writes, so it asks itself
    make_point(session)
    seen.clear()
    assert picking.offers(session, quoted, [TOWN, TOWN], now)
    assert len([one for one in seen if one.startswith("SELECT")]) == 2


def listen(session, seen):
    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)


def test_an_order_brought_home_takes_no_place(session, now, household, offer, point):
    placed = place(session, household, (offer, 1))
    assert view(session, placed.id).pickup is None
    assert queries.places_of_order(session, placed.id) == []
    assert order_books.at_points(session) == {}
    assert view(session, placed.id).state is State.HELD
