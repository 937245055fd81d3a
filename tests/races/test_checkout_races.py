"""Twenty households at the last pack and at the last of a budget: through the whole checkout."""

import os
import threading
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from sqlalchemy import func, select

from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner, LineToAdd
from market.catalogue.models import StockLevel
from market.catalogue.stock import restock
from market.checkout import service
from market.checkout.errors import CartChanged, SoldOutMeanwhile, TotalChanged
from market.checkout.service import Limits
from market.kernel.actor import SYSTEM
from market.kernel.errors import DomainError
from market.orders.models import Order
from market.promotions import service as promotions
from market.promotions.errors import BudgetExhausted
from market.promotions.models import Promotion
from tests.factories.catalogue import LISTING, Offer, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import START, make_address, make_household, submission

HOUSEHOLDS = 20
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
LIMITS = Limits(hold_cap_lines=10_000)
_keys = count()


@pytest.fixture
def market(race_database, shared_app):
    """A database with the places and twenty households, each with an address."""
    with race_database.unit_of_work() as session:
        people = [make_household(session).account_id for _ in range(HOUSEHOLDS)]
        homes = [(account_id, make_address(session, account_id)) for account_id in people]
    return race_database, homes


@dataclass
class Sale:
    """One offer that all households have in the cart, standing before the last button."""

    market: tuple
    offer: Offer
    packs: int
    ready: list = field(default_factory=list)

    @classmethod
    def of(cls, market, *, stock, packs):
        with market[0].unit_of_work() as session:
            return cls(market, make_offer(session, stock=stock), packs)

    def again(self, *, stock=0, budget_fen=None):
        """Everybody is (still or once more) before the button; a new promotion, if one is."""
        database, homes = self.market
        line = LineToAdd(self.offer.listing_id, self.packs, LISTING.price_fen)
        with database.unit_of_work() as session:
            if stock:
                restock(session, self.offer.listing_id, self.offer.warehouse_id, stock, START)
            promotion_id = make_promotion(session, budget_fen=budget_fen) if budget_fen else None
            for account_id, _address in homes:
                if not cart_queries.get_cart(session, CartOwner(account_id)).lines:
                    carts.add(session, CartOwner(account_id), line, START)
            seen = submission(session, *homes[0])  # everybody sees the same sum
        self.ready = [
            (account, replace(seen, address_id=address, idempotency_key=f"key-{next(_keys)}"))
            for account, address in homes
        ]
        return promotion_id

    def over(self):
        """Nothing is left in the carts for the next sale."""
        with self.market[0].unit_of_work() as session:
            for account_id, _address in self.market[1]:
                owner = CartOwner(account_id)
                ids = [line.id for line in cart_queries.get_cart(session, owner).lines]
                carts.remove(session, owner, ids, START)

    def level(self):
        """(packs on hand, packs reserved)."""
        with self.market[0].reading() as session:
            level = session.get(StockLevel, (self.offer.listing_id, self.offer.warehouse_id))
            return level.on_hand, level.reserved


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


def test_the_last_pack_goes_to_exactly_one_household(market):
    sale = Sale.of(market, stock=1, packs=1)
    for trial in range(TRIALS):
        sale.again(stock=1 if trial else 0)
        results = run(market, sale.ready)
        assert results.count(None) == 1
        assert all(isinstance(r, CartChanged | SoldOutMeanwhile) for r in results if r is not None)
        assert sale.level() == (trial + 1, trial + 1)


def test_a_budget_for_three_gives_three_discounts(market):
    sale = Sale.of(market, stock=10_000, packs=8)
    for _ in range(TRIALS):
        promotion_id = sale.again(budget_fen=30_000)
        results = run(market, sale.ready)
        assert results.count(None) == 3
        assert all(isinstance(r, BudgetExhausted | TotalChanged) for r in results if r is not None)
        with market[0].unit_of_work() as session:
            assert session.get(Promotion, promotion_id).reserved_fen == 30_000
            promotions.stop(session, SYSTEM, promotion_id, START)
    with market[0].reading() as session:
        given = session.scalar(select(func.sum(Order.platform_discount_fen)))
    assert given == TRIALS * 30_000


def test_pressing_twenty_times_makes_one_order(market):
    sale = Sale.of(market, stock=10_000, packs=2)
    for trial in range(1, max(2, TRIALS // 4) + 1):
        sale.again()
        results = run(market, [sale.ready[0]] * HOUSEHOLDS)
        assert results == [None] * HOUSEHOLDS
        with market[0].reading() as session:
            assert session.scalar(select(func.count(Order.id))) == trial
        assert sale.level()[1] == 2 * trial
