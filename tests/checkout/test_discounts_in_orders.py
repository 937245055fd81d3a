"""Gifts, free delivery and shared costs: from the cart to the ledger and back."""

from dataclasses import replace

import pytest

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue.models import StockLevel
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM
from market.orders import invariants as order_invariants
from market.orders import service as orders
from market.orders.types import QuantityOf
from market.payments import ledger
from market.promotions import invariants, queries
from market.promotions.types import Bearing, Benefit, BenefitKind, Owner
from tests.factories.catalogue import actor_for, make_listing, make_maker, make_offer
from tests.factories.market import make_promotion, pay
from tests.factories.orders import TOWN, fill_cart, make_household, place, view
from tests.factories.promotions import make_campaign

FREE = Benefit(BenefitKind.FREE_DELIVERY, basis_points=10_000)


@pytest.fixture
def household(session):
    return make_household(session)


@pytest.fixture
def offer(session):
    return make_offer(session, stock=50)


def balances(session):
    return {row.account: row.balance_fen for row in ledger.trial_balance(session)}


def nothing_wrong(session):
    given = order_invariants.discounts(session)
    assert order_invariants.breaches(session) == []
    assert invariants.breaches(session) == []
    assert invariants.discount_breaches(session, given) == []
    assert ledger.unbalanced(session) == []
    assert sum(balances(session).values()) == 0


def percent(bp):
    return Benefit(BenefitKind.PERCENT, basis_points=bp)


def seen(session, household, now):
    cart = carts.get_cart(session, CartOwner(household.account_id))
    return quote(session, cart, TOWN, household.account_id, now)


def test_a_shared_discount_reaches_every_bearers_account(session, now, household, offer):
    region = Bearing("region:130624", 4000)
    make_promotion(session, benefit=percent(1000), bearings=(Bearing("platform", 6000), region))
    order = place(session, household, (offer, 10), now=now)
    pay(session, order.id, now)
    off = view(session, order.id).platform_discount_fen
    found = balances(session)
    assert off == 13_824
    assert found["platform_promotion_cost"] == 8_294  # 60 % of 13,824 is 8,294.4
    assert found["region_promotion_cost:130624"] == 5_530
    assert (
        found[f"seller_payable:{offer.maker.id}"] == -138_240 - view(session, order.id).freight_fen
    )
    nothing_wrong(session)


def test_a_maker_who_shares_is_owed_less(session, now, household, offer):
    shop = make_maker(session, kind="shop")
    listing_id = make_listing(session, shop, offer.variant_id, made_to_order=True)
    resale = replace(offer, maker=shop, listing_id=listing_id)
    make_promotion(
        session, benefit=percent(1000), campaign_id=make_campaign(session, shop.id, offer.maker.id),
        bearings=(Bearing("platform", 5000), Bearing("maker", 5000)),
    )  # fmt: skip
    order = place(session, household, (resale, 10), now=now)
    pay(session, order.id, now)
    found = balances(session)
    off = view(session, order.id).platform_discount_fen
    assert found["platform_promotion_cost"] == off // 2
    assert found[f"seller_payable:{offer.maker.id}"] == off // 2
    nothing_wrong(session)


def test_shares_of_an_order_of_many_lines_are_exact_in_the_ledger(session, now, household, offer):
    """70 % and 30 % of 60 yuan are 42 and 18, however the lines are cut."""
    bearings = (Bearing("region:130624", 7000), Bearing("seller", 3000))
    make_promotion(
        session, benefit=Benefit(BenefitKind.AMOUNT, amount_fen=6_000), bearings=bearings,
        campaign_id=make_campaign(session, offer.maker.id),
    )  # fmt: skip
    goods = [
        make_offer(session, maker=offer.maker, stock=3, listing={"price_fen": price})
        for price in [2180, 35420, 20070, 32780]
    ]
    order = place(session, household, *((one, 1) for one in goods), now=now)
    part = view(session, order.id).seller_orders[0]
    pay(session, order.id, now)
    found = balances(session)
    assert (part.platform_discount_fen, part.seller_discount_fen) == (4_200, 1_800)
    assert found["region_promotion_cost:130624"] == 4_200
    assert -found[f"seller_payable:{offer.maker.id}"] == part.goods_fen + part.freight_fen - 1_800
    nothing_wrong(session)


def test_cancelling_in_steps_gives_every_bearer_back_to_the_fen(session, now, household, offer):
    bearings = (Bearing("platform", 3333), Bearing("region:13", 3333), Bearing("seller", 3334))
    campaign_id = make_campaign(session, offer.maker.id)
    make_promotion(session, benefit=percent(777), bearings=bearings, campaign_id=campaign_id)
    make_promotion(
        session, benefit=FREE, bearings=(Bearing("platform", 5000), Bearing("region:13", 5000))
    )
    order = place(session, household, (offer, 7), now=now)
    pay(session, order.id, now)
    part = view(session, order.id).seller_orders[0]
    assert -sum(a.amount_fen for a in part.freight_adjustments) == part.freight_fen
    for packs in (2, 1, 3, 1):
        orders.cancel_remainder(
            session, part.id, (QuantityOf(part.lines[0].id, packs),),
            reason="缺货", actor=actor_for(offer.maker.id), now=now,
        )  # fmt: skip
        assert ledger.unbalanced(session) == []
    found = balances(session)
    assert found["platform_promotion_cost"] == found["region_promotion_cost:13"] == 0
    assert found[f"seller_payable:{offer.maker.id}"] == 0
    order_now = view(session, order.id)
    assert order_now.refunded_fen == order_now.captured_fen
    assert order_invariants.breaches(session) == []


def test_free_delivery_is_taken_off_the_freight(session, now, household, offer):
    make_promotion(session, benefit=FREE, min_amount_fen=100_000)
    fill_cart(session, household.account_id, (offer, 8))
    priced = seen(session, household, now)
    block = priced.seller_blocks[0]
    assert block.freight_off_fen == block.freight_fen > 0
    assert block.total_fen == block.goods_fen
    assert priced.total_fen == priced.goods_fen


def gift_of(session, offer, **over):
    benefit = Benefit(
        BenefitKind.BUY_GET, every=5, get=1, times=0, gift_listing_id=offer.listing_id
    )
    values = {"owner": Owner.SELLER, "seller_id": offer.maker.id, "benefit": benefit, **over}
    return make_promotion(session, **values)


def level(session, offer):
    row = session.get(StockLevel, (offer.listing_id, offer.warehouse_id), populate_existing=True)
    return row.on_hand, row.reserved


def test_a_gift_is_reserved_frozen_and_free(session, now, household, offer):
    present = make_offer(session, maker=offer.maker, stock=3)
    gift_of(session, present, product_ids=frozenset({offer.product_id}))
    fill_cart(session, household.account_id, (offer, 12))
    priced = seen(session, household, now)
    gift = next(line for line in priced.lines if line.is_gift)
    assert (gift.quantity, gift.to_pay_fen) == (2, 0)
    assert priced.total_fen == 12 * 13_824 + priced.freight_fen
    order = place(session, household, now=now)
    assert level(session, present) == (3, 2)
    line = next(x for x in view(session, order.id).seller_orders[0].lines if x.gift)
    assert (line.quantity, line.paid_fen) == (2, 0)
    pay(session, order.id, now)
    assert level(session, present) == (1, 0)
    nothing_wrong(session)


def test_goods_in_the_cart_are_not_given_away_as_gifts(session, now, household, offer):
    present = make_offer(session, maker=offer.maker, stock=3)
    gift_of(session, present, product_ids=frozenset({offer.product_id}))
    fill_cart(session, household.account_id, (offer, 12), (present, 2))
    gifts = [line for line in seen(session, household, now).lines if line.is_gift]
    assert [gift.quantity for gift in gifts] == [1]
    fill_cart(session, household.account_id, (present, 1))
    priced = seen(session, household, now)
    assert not any(line.is_gift for line in priced.lines)
    assert [v.reason_code for v in priced.not_applied] == ["gift_gone"]


def test_a_gift_that_cannot_be_given_costs_its_bearer_nothing(session, now, household, offer):
    present = make_offer(session, maker=offer.maker, stock=3)
    gift_of(session, present, owner=Owner.PLATFORM, seller_id=None,
            product_ids=frozenset({offer.product_id}))  # fmt: skip
    order = place(session, household, (offer, 5), now=now)
    pay(session, order.id, now)
    assert balances(session)["platform_promotion_cost"] > 0
    part = view(session, order.id).seller_orders[0]
    gift = next(line for line in part.lines if line.gift)
    orders.cancel_remainder(
        session, part.id, (QuantityOf(gift.id, 1),), reason="坏了",
        actor=actor_for(offer.maker.id), now=now,
    )  # fmt: skip
    assert balances(session)["platform_promotion_cost"] == 0
    assert view(session, order.id).refunded_fen == 0
    assert ledger.unbalanced(session) == []


def test_a_cancelled_order_frees_what_it_took(session, now, household, offer):
    key = make_promotion(session, benefit=FREE, budget_fen=100_000)
    order = place(session, household, (offer, 3), now=now)
    orders.cancel(session, order.id, reason="不要了", actor=SYSTEM, now=now)
    assert queries.get_promotion(session, key, now).reserved_fen == 0
    nothing_wrong(session)


def test_a_first_order_is_only_the_first(session, now, household, offer):
    benefit = Benefit(BenefitKind.AMOUNT, amount_fen=2_000)
    make_promotion(session, benefit=benefit, first_order=True)
    fill_cart(session, household.account_id, (offer, 1))
    assert seen(session, household, now).discount_fen == 2_000
    place(session, household, now=now)
    fill_cart(session, household.account_id, (offer, 1))
    priced = seen(session, household, now)
    assert [v.reason_code for v in priced.not_applied] == ["not_first_order"]


def test_a_climate_zone_is_that_of_the_address(session, now, household, offer):
    benefit = Benefit(BenefitKind.AMOUNT, amount_fen=2_000)
    make_promotion(session, benefit=benefit, zones=frozenset({"4"}))
    fill_cart(session, household.account_id, (offer, 1))
    assert [v.reason_code for v in seen(session, household, now).not_applied] == ["other_zone"]
