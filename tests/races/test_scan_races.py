"""Twenty people scan one code at once: one of them is the first, and a copy raises one alarm."""

import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.kernel.region_code import RegionCode
from market.traceability import invariants, service
from market.traceability.models import ScanAlarm, TraceCode
from tests.factories.batches import START, make_batch, make_code
from tests.factories.catalogue import make_offer

PEOPLE = 20
TRIALS = min(10, int(os.environ.get("RACE_TRIALS", "3")))
PLACES = (RegionCode("130624104"), RegionCode("510121"))


@pytest.fixture
def market(race_database, shared_app):
    return race_database


def scan_all(database, code):
    """All press at once; returns what each was told."""
    barrier, results = threading.Barrier(PEOPLE), []

    def press(number):
        barrier.wait(30)
        at = START + timedelta(seconds=PEOPLE - number)
        with database.unit_of_work() as session:
            place = PLACES[number % 2]
            results.append(service.record_scan(session, code, f"v{number}", place, now=at))

    threads = [threading.Thread(target=press, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_scan_is_the_first(market):
    for _ in range(TRIALS):
        with market.unit_of_work() as session:
            offer = make_offer(session)
            batch = make_batch(session, offer.actor, offer.product_id)
            code = make_code(session, offer.actor, batch)
        told = scan_all(market, code)
        assert len(told) == PEOPLE
        assert [one.is_first for one in told].count(True) == 1
        assert sorted(one.scans for one in told) == list(range(1, PEOPLE + 1))
        with market.reading() as session:
            assert session.get_one(TraceCode, code).scans == PEOPLE
            assert invariants.breaches(session) == []
            kinds = select(ScanAlarm.kind, func.count()).where(ScanAlarm.code == code)
            assert dict(session.execute(kinds.group_by(ScanAlarm.kind)).all()) == {
                "far": 1, "many": 1,
            }  # fmt: skip
