"""Twenty households, one shelf: exactly as many win as there are packs, on real commits."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from market.catalogue import queries, stock
from market.catalogue.errors import HoldExpired, OutOfStock
from market.catalogue.models import StockLevel
from market.catalogue.types import Demand
from market.db.session import Database
from market.kernel.region_code import RegionCode
from tests.factories.catalogue import START, make_offer, make_shelter

BUYERS = 20
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
TOWN = RegionCode("510124104")


@pytest.fixture
def race(race_database: Database) -> Callable[..., list[str]]:
    """Runs one action per buyer behind a barrier; returns what each came to."""

    def run(act: Callable[..., None], buyers: int = BUYERS) -> list[str]:
        barrier = threading.Barrier(buyers)
        results = ["crashed"] * buyers

        def buyer(number: int) -> None:
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    act(session, number)
                results[number] = "won"
            except OutOfStock:
                results[number] = "sold out"

        threads = [threading.Thread(target=buyer, args=(n,)) for n in range(buyers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return results

    return run


def prepare(database: Database, warehouses: list[int]) -> tuple[str, list[str]]:
    with database.unit_of_work() as session:
        offer = make_offer(session, stock=0)
        places = [make_shelter(session, offer.maker).id for _ in warehouses]
        for place, packs in zip(places, warehouses, strict=True):
            stock.restock(session, offer.listing_id, place, packs, START)
    return offer.listing_id, places


def books(database: Database, listing_id: str) -> tuple[int, int]:
    with database.reading() as session:
        assert queries.stock_breaches(session) == []
        levels = queries.levels_of(session, [listing_id])
    return sum(x.on_hand for x in levels), sum(x.reserved for x in levels)


def hold(listing_id: str, trial: int, quantity: int = 1) -> Callable[..., None]:
    def act(session, number):
        demand = [Demand(listing_id, quantity, TOWN)]
        stock.reserve(session, f"{trial}-{number}", demand, START + timedelta(minutes=15), START)

    return act


def test_the_last_packs_go_to_exactly_as_many_households(race, race_database):
    listing_id, places = prepare(race_database, [1])
    for trial in range(TRIALS):
        results = race(hold(listing_id, trial))
        assert sorted(results) == ["sold out"] * (BUYERS - 1) + ["won"]
        assert books(race_database, listing_id) == (trial + 1, trial + 1)
        with race_database.unit_of_work() as session:
            stock.restock(session, listing_id, places[0], 1, START)


def test_two_warehouses_are_emptied_together_without_waiting_for_each_other(race, race_database):
    listing_id, _places = prepare(race_database, [4, 5])
    results = race(hold(listing_id, 0, quantity=2))
    assert results.count("won") == 4
    assert results.count("sold out") == BUYERS - 4
    assert books(race_database, listing_id) == (9, 8)


def test_orders_that_name_listings_in_opposite_order_do_not_deadlock(race, race_database):
    first, _ = prepare(race_database, [10])
    second, _ = prepare(race_database, [10])

    def act(session, number):
        pair = [Demand(first, 1, TOWN), Demand(second, 1, TOWN)]
        demands = pair if number % 2 else pair[::-1]
        stock.reserve(session, f"o{number}", demands, START + timedelta(minutes=15), START)

    results = race(act)
    assert (results.count("won"), results.count("sold out")) == (10, 10)
    assert books(race_database, first) == books(race_database, second) == (10, 10)


def test_one_hold_is_sold_or_freed_once_whoever_comes_first(race, race_database):
    listing_id, _ = prepare(race_database, [20])
    with race_database.unit_of_work() as session:
        later = START + timedelta(minutes=15)
        stock.reserve(session, "one", [Demand(listing_id, 3, TOWN)], later, START)

    def act(session, number):
        if number % 3 == 0:
            stock.release(session, "one", START)
        elif number % 3 == 1:
            stock.expire_holds(session, START + timedelta(hours=1))
        else:
            with suppress(HoldExpired):
                stock.commit(session, "one", START)

    assert set(race(act)) == {"won"}
    on_hand, reserved = books(race_database, listing_id)
    assert reserved == 0
    assert on_hand in (17, 20)


def test_reading_first_and_writing_later_oversells(race, race_database):
    """The control: a buyer who trusts what it read takes what is gone, and the books show it.
    Were this not so, the tests above would prove nothing."""
    listing_id, _places = prepare(race_database, [1])
    meeting = threading.Barrier(2)
    sold = []

    def careless(number: int) -> None:
        with race_database.reading() as session:
            level = session.execute(
                select(StockLevel.on_hand, StockLevel.reserved).where(
                    StockLevel.listing_id == listing_id
                )
            ).one()
        meeting.wait(30)
        if level.on_hand - level.reserved >= 1:
            with race_database.unit_of_work() as session:
                session.execute(
                    update(StockLevel)
                    .where(StockLevel.listing_id == listing_id)
                    .values(reserved=level.reserved + 1)
                )
            sold.append(number)

    threads = [threading.Thread(target=careless, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(sold) == 2  # one pack, two buyers
    with race_database.reading() as session:
        assert queries.stock_breaches(session)
