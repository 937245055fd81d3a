"""Twenty households at the last pack and at the last of a budget: through the whole checkout."""

import os
import threading
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import func, select

from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner, LineToAdd
from market.catalogue.models import StockLevel
from market.checkout import service
from market.checkout.errors import CartChanged, SoldOutMeanwhile, TotalChanged
from market.checkout.service import Limits
from market.kernel.actor import SYSTEM
from market.kernel.errors import DomainError
from market.orders.models import Order
from market.promotions import service as promotions
from market.promotions.errors import BudgetExhausted
from market.promotions.models import Promotion
from tests.factories.catalogue import LISTING, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import START, make_address, make_household, submission
from tests.factories.regions import load_once

HOUSEHOLDS = 20
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
LIMITS = Limits(hold_cap_lines=10_000)
_keys = count()


@pytest.fixture
def market(race_database, shared_app):
    """A database with the places and twenty households, each with an address."""
    load_once(race_database)
    with race_database.unit_of_work() as session:
        people = [make_household(session).account_id for _ in range(HOUSEHOLDS)]
        homes = [(account_id, make_address(session, account_id)) for account_id in people]
    return race_database, homes


def prepare(market, *, stock, packs, budget_fen=None):
    """Everybody has the same in the cart and stands before the last button."""
    database, homes = market
    with database.unit_of_work() as session:
        offer = make_offer(session, stock=stock)
        promotion_id = make_promotion(session, budget_fen=budget_fen) if budget_fen else None
        ready = []
        line = LineToAdd(offer.listing_id, packs, LISTING.price_fen)
        for account_id, address_id in homes:
            carts.add(session, CartOwner(account_id), line, START)
            if not ready:  # everybody sees the same sum
                seen = submission(session, account_id, address_id)
            key = f"key-{next(_keys)}"
            ready.append((account_id, replace(seen, address_id=address_id, idempotency_key=key)))
    return offer, promotion_id, ready


def run(market, ready):
    """All press at once; returns the refusals (None for those who got an order)."""
    database = market[0]
    barrier, results = threading.Barrier(len(ready)), []

    def press(account_id, sent):
        barrier.wait(30)
        try:
            with database.unit_of_work() as session:
                service.place_order(session, account_id, sent, START, LIMITS)
            results.append(None)
        except DomainError as refusal:
            results.append(refusal)

    threads = [threading.Thread(target=press, args=one) for one in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(ready)
    return results


def clear_carts(market, ready):
    """Leave nothing in the carts for the next trial."""
    with market[0].unit_of_work() as session:
        for account_id, _sent in ready:
            owner = CartOwner(account_id)
            ids = [line.id for line in cart_queries.get_cart(session, owner).lines]
            carts.remove(session, owner, ids, START)


def level_of(market, offer):
    with market[0].reading() as session:
        return session.get(StockLevel, (offer.listing_id, offer.warehouse_id))


def test_the_last_pack_goes_to_exactly_one_household(market):
    for _ in range(TRIALS):
        offer, _, ready = prepare(market, stock=1, packs=1)
        results = run(market, ready)
        assert results.count(None) == 1
        assert all(isinstance(r, CartChanged | SoldOutMeanwhile) for r in results if r is not None)
        assert (level_of(market, offer).on_hand, level_of(market, offer).reserved) == (1, 1)
        clear_carts(market, ready)


def test_a_budget_for_three_gives_three_discounts(market):
    for _ in range(TRIALS):
        _, promotion_id, ready = prepare(market, stock=1_000, packs=8, budget_fen=30_000)
        results = run(market, ready)
        assert results.count(None) == 3
        assert all(isinstance(r, BudgetExhausted | TotalChanged) for r in results if r is not None)
        with market[0].unit_of_work() as session:
            assert session.get(Promotion, promotion_id).reserved_fen == 30_000
            promotions.stop(session, SYSTEM, promotion_id, START)
        clear_carts(market, ready)
    with market[0].reading() as session:
        given = session.scalar(select(func.sum(Order.platform_discount_fen)))
    assert given == TRIALS * 30_000


def test_pressing_twenty_times_makes_one_order(market):
    for trial in range(1, max(2, TRIALS // 4) + 1):
        offer, _, ready = prepare(market, stock=10, packs=2)
        results = run(market, [ready[0]] * HOUSEHOLDS)
        assert results == [None] * HOUSEHOLDS
        with market[0].reading() as session:
            assert session.scalar(select(func.count(Order.id))) == trial
        assert level_of(market, offer).reserved == 2
        clear_carts(market, ready)
