"""A draft is changed while it is put live, and two operators answer at once, on real commits."""

import os
import threading

import pytest

from market.kernel.actor import SYSTEM
from market.kernel.errors import DomainError
from market.promotions import service, sharing
from market.promotions.models import Promotion, PromotionShare
from market.promotions.types import Bearing, Owner, Ownership
from tests.factories.catalogue import make_maker
from tests.factories.promotions import START, make_draft

HALF = (Bearing("seller", 5000), Bearing("platform", 5000))
TRIALS = int(os.environ.get("RACE_TRIALS", "10"))


@pytest.fixture
def asked(race_database):
    """Drafts whose share was asked for."""
    with race_database.unit_of_work() as session:
        own = Ownership(Owner.SELLER, make_maker(session).id)

    def asked():
        with race_database.unit_of_work() as session:
            draft = make_draft(bearings=HALF)
            key = service.create_draft(session, SYSTEM, own, draft, START)
            sharing.ask(session, SYSTEM, key, START)
        return key

    return asked


@pytest.fixture
def together(race_database):
    """Runs acts behind a barrier; returns how many were done."""

    def together(*acts):
        barrier, done = threading.Barrier(len(acts)), []

        def run(act):
            barrier.wait(30)
            try:
                with race_database.unit_of_work() as session:
                    act(session)
            except DomainError:
                return
            done.append(act)

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return len(done)

    return together


def answer(key, accept):
    return lambda session: sharing.decide(
        session, SYSTEM, key, 1, accept=accept, reason="两个人", now=START
    )


def test_what_goes_live_is_what_was_agreed_to(race_database, asked, together):
    for _trial in range(TRIALS):
        key = asked()
        assert together(answer(key, accept=True)) == 1
        changed = make_draft(bearings=HALF, budget_fen=900_000)
        done = together(
            lambda session, key=key: service.schedule(session, SYSTEM, key, START),
            lambda session, key=key, draft=changed: service.update_draft(
                session, SYSTEM, key, draft, START
            ),
        )
        with race_database.reading() as session:
            row, share = session.get(Promotion, key), session.get(PromotionShare, key)
            standing = (row.state, share.state, row.budget_fen)
        assert done == 1
        assert standing in (("live", "accepted", 100_000), ("draft", "void", 900_000))


def test_one_of_two_answers_counts(race_database, asked, together):
    for _trial in range(TRIALS):
        key = asked()
        assert together(answer(key, accept=True), answer(key, accept=False)) == 1
        with race_database.reading() as session:
            assert session.get(PromotionShare, key).state in ("accepted", "refused")
