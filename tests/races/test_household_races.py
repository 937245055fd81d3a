"""Accounts of one household at the same instant, on real commits."""

import os
import threading

import pytest
from sqlalchemy import select

from market.households import invariants as household_invariants
from market.households import service as households
from market.households.models import HouseholdMember
from market.kernel.actor import SYSTEM
from market.kernel.errors import DomainError
from market.kernel.ids import new_id
from market.promotions import invariants as promotion_invariants
from market.promotions import service as promotions
from market.promotions.models import PromotionHousehold
from market.promotions.types import Redemption
from market.subsidies import invariants, service
from market.subsidies.models import SubsidyHousehold
from market.subsidies.types import Grant
from tests.factories.accounts import make_actor
from tests.factories.households import START, household_of, make_stated
from tests.factories.promotions import make_running
from tests.factories.subsidies import make_published

FEN = 10_000
TRIALS = int(os.environ.get("RACE_TRIALS", "10"))


@pytest.fixture
def world(race_database, shared_app):
    """A promotion and a scheme, both once per household, and two accounts."""

    def world(number, *, joined, limit=1):
        with race_database.unit_of_work() as session:
            offer = make_running(session, household_limit=limit)
            scheme = make_published(session, household_uses=limit, years=5)
            pair = [make_actor(session) for _ in range(2)]
            if joined:
                for who in pair:
                    make_stated(session, who, number=f"77{number:07d}")
        return offer, scheme, pair

    return world


@pytest.fixture
def together(race_database):
    """Runs acts behind a barrier; returns "done" or the refusal of each, and fails on a crash."""

    def together(*acts):
        barrier, results = threading.Barrier(len(acts)), ["crashed"] * len(acts)

        def run(number, act):
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    act(session)
                results[number] = "done"
            except DomainError as refusal:
                results[number] = type(refusal).__name__

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert "crashed" not in results
        with race_database.reading() as session:
            assert promotion_invariants.breaches(session) == []
            assert invariants.breaches(session) == []
            assert household_invariants.breaches(session) == []
        return results

    return together


def discount(offer, who):
    return lambda session: promotions.reserve(
        session, [Redemption(offer, FEN)], new_id(), who.account_id, START
    )


def voucher(scheme, who, order=None):
    return lambda session: service.reserve(
        session, [Grant(scheme, FEN)], order or new_id(), who.account_id, START
    )


def state(who, number):
    return lambda session: make_stated(session, who, number=f"77{number:07d}")


def test_of_two_accounts_of_one_household_exactly_one_gets_the_last(world, together):
    for number in range(TRIALS):
        offer, scheme, (first, second) = world(number, joined=True)
        results = together(discount(offer, first), discount(offer, second))
        assert sorted(results) == ["HouseholdLimitReached", "done"]
        results = together(voucher(scheme, first), voucher(scheme, second))
        assert sorted(results) == ["SubsidyLimitReached", "done"]


def test_two_that_join_at_once_bring_each_use_exactly_once(world, together, race_database):
    for number in range(TRIALS):
        offer, scheme, pair = world(number, joined=False)
        with race_database.unit_of_work() as session:
            for who in pair:
                discount(offer, who)(session)
                voucher(scheme, who)(session)
        assert together(*(state(who, number) for who in pair)) == ["done", "done"]
        with race_database.reading() as session:
            home = household_of(session, pair[0])
            assert household_of(session, pair[1]) == home
            assert session.get(PromotionHousehold, (offer, home)).uses == 2
            rows = session.scalars(
                select(SubsidyHousehold).where(SubsidyHousehold.household_id == home)
            )
            assert [(row.uses, row.taken_fen) for row in rows] == [(2, 2 * FEN)]


def test_who_buys_while_joining_is_counted_once_and_with_the_household(
    world, together, race_database
):
    for number in range(TRIALS):
        offer, scheme, (first, second) = world(number, joined=False)
        with race_database.unit_of_work() as session:
            make_stated(session, second, number=f"77{number:07d}")
        results = together(
            state(first, number), discount(offer, first), voucher(scheme, first),
            discount(offer, second), voucher(scheme, second),
        )  # fmt: skip
        assert results[0] == "done"
        with race_database.reading() as session:
            home = household_of(session, first)
            had = session.get(PromotionHousehold, (offer, home)).uses
            assert had == results[1::2].count("done")


def test_what_is_given_back_while_joining_comes_back_once(world, together, race_database):
    for number in range(TRIALS):
        offer, scheme, (first, second) = world(number, joined=False)
        order = new_id()
        with race_database.unit_of_work() as session:
            make_stated(session, second, number=f"77{number:07d}")
            wanted = [Redemption(offer, FEN)]
            promotions.reserve(session, wanted, order, first.account_id, START)
            voucher(scheme, first, order)(session)

        def give_up(session, order=order):
            promotions.free(session, order, START)
            service.release(session, order, START)

        assert together(state(first, number), give_up) == ["done", "done"]
        assert together(discount(offer, second), voucher(scheme, second)) == ["done", "done"]


def test_two_offices_decide_once(world, together, race_database):
    offer, _scheme, (first, second) = world(1, joined=True)
    with race_database.unit_of_work() as session:
        discount(offer, second)(session)
        member = session.scalars(
            select(HouseholdMember.id).where(HouseholdMember.account_id == second.account_id)
        ).one()
    results = together(
        lambda session: households.separate(session, SYSTEM, member, "不是一户", START),
        lambda session: households.move_out(session, SYSTEM, member, "迁走了", START),
    )
    assert sorted(results) == ["AlreadyDecided", "done"]
    if results[0] == "done":
        assert together(discount(offer, first)) == ["done"]
