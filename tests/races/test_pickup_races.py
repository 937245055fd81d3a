"""Twenty households, the last room of a drop day; one code told twice at once. Real commits."""

import os
import threading
from datetime import timedelta

import pytest

from market.handovers import codes
from market.handovers import service as handovers
from market.handovers.errors import PickupCodeUsed
from market.handovers.rules import Patience
from market.handovers.types import ArrivalDraft
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.kernel.ids import new_id
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment
from market.pickups import queries, service
from market.pickups.errors import DayFull
from market.pickups.types import Goods, Share
from market.reports import invariants
from tests.factories.catalogue import START, make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, view
from tests.factories.pickups import agent_of, make_point, place_at

HOUSEHOLDS = 20
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
SECRET = "of-this-test"


@pytest.fixture
def race(race_database, shared_app):
    """Runs one action per household behind a barrier; returns what each came to."""

    def run(act, households=HOUSEHOLDS):
        barrier = threading.Barrier(households)
        results = ["crashed"] * households

        def household(number):
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    act(session, number)
                results[number] = "won"
            except DomainError as refusal:
                results[number] = refusal.code

        threads = [threading.Thread(target=household, args=(n,)) for n in range(households)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return results

    return run


def test_the_last_room_of_a_drop_day_goes_to_exactly_as_many(race, race_database):
    with race_database.unit_of_work() as session:
        point = make_point(session, capacity_g=50_000)
    for trial in range(TRIALS):
        day = shanghai_date(START) + timedelta(days=2 + trial % 35)
        ids = [new_id() for _ in range(HOUSEHOLDS)]

        def take(session, number, day=day, ids=ids):
            goods, share = Goods(10_000), [Share("s" * 20, 10_000)]
            service.take(session, ids[number], point, day, goods, share, lead_days=0, now=START)

        results = race(take)
        assert sorted(results) == [DayFull.code] * (HOUSEHOLDS - 5) + ["won"] * 5
        with race_database.unit_of_work() as session:
            assert queries.taken_by_day(session, point.id, day)[day] == 50_000
            assert queries.place_breaches(session) == []
            for key in ids:
                service.free(session, key, START)

        def free(session, _number, ids=ids):
            service.free(session, ids[0], START)

        race(free, 4)  # nothing is given back twice
        with race_database.reading() as session:
            assert day not in queries.taken_by_day(session, point.id, day)


def test_a_code_told_twice_at_once_hands_over_once(race, race_database):
    with race_database.unit_of_work() as session:
        point, offer = make_point(session), make_offer(session, stock=100)
        agent = agent_of(point)
    for trial in range(max(2, TRIALS // 8)):
        with race_database.unit_of_work() as session:
            placed = place_at(session, make_household(session), point, (offer, 1), key=f"k{trial}")
        with race_database.unit_of_work() as session:
            pay(session, placed.id)
            part = view(session, placed.id).seller_orders[0]
            shipment = Shipment((QuantityOf(part.lines[0].id, 1),), "王师傅")
            orders.ship(session, part.id, shipment, offer.actor, START)
            (place,) = queries.places_of_order(session, placed.id)
            handovers.mark_arrived(
                session, agent, place.id, ArrivalDraft(1), None, patience=Patience(3, 7), now=START
            )
        code = codes.code_of(SECRET, place.id)

        def fetch(session, _number, code=code):
            handovers.hand_over(session, agent, code, secret=SECRET, now=START)

        assert sorted(race(fetch, 4)) == [PickupCodeUsed.code] * 3 + ["won"]
        with race_database.reading() as session:
            assert invariants.pickup_places(invariants.Books(session, START, None)) == []
