"""Fifty packs and a budget for twenty, hundreds of households (500 in `make races`)."""

import os
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.types import CartOwner, LineToAdd
from market.catalogue.models import StockLevel
from market.checkout import service
from market.checkout.errors import CartChanged, SoldOutMeanwhile, TotalChanged
from market.checkout.service import Limits
from market.kernel.errors import DomainError
from market.orders.models import Order
from market.promotions import groups, invariants
from market.promotions.errors import BudgetExhausted, GroupClosed
from market.promotions.models import GroupJoin, GroupPurchase, Promotion
from market.promotions.types import Benefit, BenefitKind, Tier
from tests.factories.catalogue import LISTING, make_offer
from tests.factories.market import make_promotion
from tests.factories.orders import START, make_address, make_household, submission

BUYERS = 500 if "RACE_TRIALS" in os.environ else 150
PACKS, DISCOUNTS, OFF = 50, 20, 3_000
CROWD = 16  # this many at once
REPEATS = int(os.environ.get("RACE_TRIALS", "5")) // 5 or 1
LIMITS = Limits(hold_cap_lines=10_000)


@pytest.fixture
def database(race_database, shared_app):
    return race_database


def buy(database, account_id, sent):
    """Press until sold out; whoever lost the discount accepts the full price."""
    for _ in range(60):
        try:
            with database.unit_of_work() as session:
                service.place_order(session, account_id, sent, START, LIMITS)
            return "bought"
        except (BudgetExhausted, TotalChanged):
            with database.reading() as session:
                seen = submission(session, account_id, sent.address_id)
            sent = replace(sent, seen_total_fen=seen.seen_total_fen)
        except (CartChanged, SoldOutMeanwhile):
            return "sold out"
        except DomainError as refusal:
            return type(refusal).__name__
    return "gave up"


def in_a_crowd(jobs):
    """Run the jobs, `CROWD` at a time, in no particular order."""
    waiting, results, lock = list(jobs), [], threading.Lock()

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                job = waiting.pop()
            result = job()
            with lock:
                results.append(result)

    threads = [threading.Thread(target=work) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    return results


def test_fifty_packs_are_sold_and_at_most_twenty_at_the_discount(database):
    with database.unit_of_work() as session:
        homes = []
        for _ in range(BUYERS):
            account_id = make_household(session).account_id
            homes.append((account_id, make_address(session, account_id)))
    for repeat in range(REPEATS):
        with database.unit_of_work() as session:
            offer = make_offer(session, stock=PACKS)
            promotion_id = make_promotion(
                session, benefit=Benefit(BenefitKind.AMOUNT, amount_fen=OFF),
                budget_fen=DISCOUNTS * OFF, product_ids=frozenset({offer.product_id}),
            )  # fmt: skip
            line = LineToAdd(offer.listing_id, 1, LISTING.price_fen)
            for account_id, _ in homes:
                owner = CartOwner(account_id)
                old = [one.id for one in cart_queries.get_cart(session, owner).lines]
                carts.remove(session, owner, old, START)
                carts.add(session, owner, line, START)
            seen = submission(session, homes[0][0], homes[0][1])
        jobs = [
            lambda a=account_id, b=address_id, sent=seen, n=repeat: buy(
                database, a, replace(sent, address_id=b, idempotency_key=f"sale-{n}-key-{a}")
            )
            for account_id, address_id in homes
        ]
        results = in_a_crowd(jobs)
        assert len(results) == BUYERS
        assert results.count("bought") == PACKS
        assert results.count("sold out") == BUYERS - PACKS
        with database.reading() as session:
            level = session.get(StockLevel, (offer.listing_id, offer.warehouse_id))
            assert (level.on_hand, level.reserved) == (PACKS, PACKS)
            promotion = session.get(Promotion, promotion_id)
            given = promotion.reserved_fen // OFF
            assert given <= DISCOUNTS
            assert given == promotion.uses
            assert invariants.breaches(session) == []
            off = session.scalar(select(func.sum(Order.platform_discount_fen)))
            orders = session.scalar(select(func.count(Order.id)))
        assert orders == PACKS * (repeat + 1)
        assert off <= DISCOUNTS * OFF * (repeat + 1)


def test_everybody_who_joined_before_the_count_is_in_it(database):
    closing = Benefit(
        BenefitKind.GROUP_BUY, tiers=(Tier(10, 500),), closes_at=START.replace(hour=3),
        drop_point="村口",
    )  # fmt: skip
    with database.unit_of_work() as session:
        people = [make_household(session).account_id for _ in range(30)]
    for _ in range(max(1, REPEATS // 2)):
        with database.unit_of_work() as session:
            key = make_promotion(session, benefit=closing, budget_fen=None)

        def join(account_id, key=key):
            try:
                with database.unit_of_work() as session:
                    groups.join(session, key, account_id, 3, START)
                return "joined"
            except GroupClosed:
                return "too late"

        def count(key=key):
            with database.unit_of_work() as session:
                groups.close_due(session, START.replace(hour=3))
                row = session.get(GroupPurchase, key, populate_existing=True)
                return row.joined_packs

        jobs = [lambda a=account_id: join(a) for account_id in people]
        jobs.insert(15, count)
        results = in_a_crowd(jobs)
        counted = next(one for one in results if isinstance(one, int))
        with database.reading() as session:
            final = session.get(GroupPurchase, key).joined_packs
            joined = session.scalar(
                select(func.sum(GroupJoin.packs)).where(GroupJoin.promotion_id == key)
            )
        assert counted == final == (joined or 0) == 3 * results.count("joined")
