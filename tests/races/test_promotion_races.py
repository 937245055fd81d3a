"""Twenty households, a budget for five: five discounts, no more, on real commits."""

import os
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.db.session import Database
from market.kernel.ids import new_id
from market.promotions import queries, service
from market.promotions.errors import BudgetExhausted
from market.promotions.models import Promotion
from market.promotions.types import Redemption
from tests.factories.promotions import START, make_running

BUYERS = 20
WINNERS = 5
OFF = 10_000
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
Act = Callable[[Session, int], None]


@pytest.fixture
def race(race_database: Database) -> Callable[[Act], list[str]]:
    """Runs one action per household behind a barrier; returns what each came to."""

    def run(act: Act) -> list[str]:
        barrier = threading.Barrier(BUYERS)
        results = ["crashed"] * BUYERS

        def buyer(number: int) -> None:
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    act(session, number)
                results[number] = "won"
            except BudgetExhausted:
                results[number] = "full price"

        threads = [threading.Thread(target=buyer, args=(n,)) for n in range(BUYERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return results

    return run


def running(database: Database, **over: object) -> str:
    with database.unit_of_work() as session:
        return make_running(session, **over)  # type: ignore[arg-type]


def redeem(promotion_ids: list[str], household: str | None = None, now: datetime = START) -> Act:
    def act(session: Session, number: int) -> None:
        uses = [Redemption(key, OFF) for key in promotion_ids]
        service.reserve(session, uses, new_id(), household or f"household{number}", now)

    return act


def spent(database: Database, promotion_id: str) -> int:
    with database.reading() as session:
        assert queries.breaches(session) == []
        return queries.get_promotion(session, promotion_id, START).reserved_fen


def test_a_budget_for_five_gives_five_discounts(race, race_database):  # type: ignore[no-untyped-def]
    for _ in range(TRIALS):
        promotion_id = running(race_database, budget_fen=WINNERS * OFF + OFF - 1)
        results = race(redeem([promotion_id]))
        assert results.count("won") == WINNERS
        assert "crashed" not in results
        assert spent(race_database, promotion_id) == WINNERS * OFF


def test_one_household_in_twenty_windows_keeps_its_limit(race, race_database):  # type: ignore[no-untyped-def]
    for _ in range(TRIALS // 4 or 1):
        promotion_id = running(race_database, budget_fen=None, household_limit=2)
        results = race(redeem([promotion_id], household="one-household"))
        assert results.count("won") == 2
        assert "crashed" not in results
        assert spent(race_database, promotion_id) == 2 * OFF


def test_two_promotions_in_any_order_never_lock_each_other_out(race, race_database):  # type: ignore[no-untyped-def]
    first, second = (running(race_database, budget_fen=BUYERS * OFF) for _ in range(2))

    def act(session: Session, number: int) -> None:
        keys = [first, second] if number % 2 else [second, first]
        redeem(keys)(session, number)

    assert race(act) == ["won"] * BUYERS
    assert spent(race_database, first) == spent(race_database, second) == BUYERS * OFF


def test_the_control_that_reads_first_overspends(race_database):  # type: ignore[no-untyped-def]
    """Must fail in the old way: shows that these tests can see the fault."""
    promotion_id = running(race_database, budget_fen=None)
    read = threading.Barrier(2)
    seen = []

    def careless() -> None:
        statement = select(Promotion.reserved_fen).where(Promotion.id == promotion_id)
        with race_database.reading() as session:
            held = session.scalar(statement)
        read.wait(30)
        with race_database.unit_of_work() as session:
            if held is not None and held + OFF <= OFF:
                session.execute(
                    update(Promotion)
                    .where(Promotion.id == promotion_id)
                    .values(reserved_fen=Promotion.reserved_fen + OFF)
                )
                seen.append(held)

    threads = [threading.Thread(target=careless) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with race_database.reading() as session:
        reserved = session.scalar(
            select(Promotion.reserved_fen).where(Promotion.id == promotion_id)
        )
    assert len(seen) == 2
    assert reserved == 2 * OFF
