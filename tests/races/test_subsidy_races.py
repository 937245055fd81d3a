"""The last fen of a subsidy, and one household in many windows, on real commits."""

import os
import threading

import pytest
from sqlalchemy import select, update

from market.kernel.ids import new_id
from market.subsidies import invariants, service
from market.subsidies.errors import SubsidySpent
from market.subsidies.models import SubsidyHousehold, SubsidyScheme
from market.subsidies.types import Grant
from tests.factories.subsidies import START, make_published

BUYERS, WINNERS, FEN = 20, 5, 10_000
TRIALS = int(os.environ.get("RACE_TRIALS", "20"))


@pytest.fixture
def race(race_database):
    """Runs one reservation per buyer behind a barrier; returns what each came to."""

    def run(scheme_ids, household=None):
        barrier, results = threading.Barrier(BUYERS), ["crashed"] * BUYERS

        def buyer(number):
            keys = scheme_ids if number % 2 else scheme_ids[::-1]
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    grants = [Grant(key, FEN) for key in keys]
                    who = household or f"household{number}"
                    service.reserve(session, grants, new_id(), who, START)
                results[number] = "won"
            except SubsidySpent:
                results[number] = "full price"

        threads = [threading.Thread(target=buyer, args=(n,)) for n in range(BUYERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return results

    return run


def published(database, **over):
    with database.unit_of_work() as session:
        return make_published(session, **over)


def reserved(database, scheme_id):
    with database.reading() as session:
        assert invariants.breaches(session) == []
        return session.get(SubsidyScheme, scheme_id).reserved_fen


def test_a_budget_for_five_gives_five_subsidies(race, race_database):
    for _ in range(TRIALS):
        scheme = published(race_database, budget_fen=WINNERS * FEN + FEN - 1)
        results = race([scheme])
        assert results.count("won") == WINNERS
        assert "crashed" not in results
        assert reserved(race_database, scheme) == WINNERS * FEN


def test_one_household_at_once_keeps_its_limit(race, race_database):
    for number in range(TRIALS // 4 or 1):
        scheme = published(race_database, household_uses=1, years=5)
        results = race([scheme], household=f"one{number}")
        assert results.count("won") == 1
        assert "crashed" not in results
        assert reserved(race_database, scheme) == FEN
        with race_database.reading() as session:
            rows = session.scalars(select(SubsidyHousehold.uses)).all()
        assert set(rows) == {1}


def test_two_schemes_in_any_order_never_lock_each_other_out(race, race_database):
    both = [published(race_database, budget_fen=BUYERS * FEN) for _ in range(2)]
    assert race(both) == ["won"] * BUYERS
    assert [reserved(race_database, key) for key in both] == [BUYERS * FEN] * 2


def test_the_control_that_reads_first_overspends(race_database):
    """Must fail in the old way: shows that these tests can see the fault."""
    scheme = published(race_database)
    read, seen = threading.Barrier(2), []

    def careless():
        with race_database.reading() as session:
            held = session.get(SubsidyScheme, scheme).reserved_fen
        read.wait(30)
        with race_database.unit_of_work() as session:
            if held + FEN <= FEN:
                session.execute(
                    update(SubsidyScheme)
                    .where(SubsidyScheme.id == scheme)
                    .values(reserved_fen=SubsidyScheme.reserved_fen + FEN)
                )
                seen.append(held)

    threads = [threading.Thread(target=careless) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == [0, 0]
    with race_database.reading() as session:
        assert session.get(SubsidyScheme, scheme).reserved_fen == 2 * FEN
        assert invariants.breaches(session) != []
