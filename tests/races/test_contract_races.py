"""Two who sign while one changes, and an assent beside a taking back: one outcome, never half.

All commits are real.
"""

import os
from datetime import timedelta

import pytest

from market.contracts import invariants, queries, service
from market.contracts.errors import ContractChanged, NoMoveOpen, NotPossibleInState, SameDay
from market.contracts.types import ContractState, DraftEdit, StepEdit
from tests.conftest import START
from tests.factories import contracts as make
from tests.races.test_renovation_races import race

TRIALS = int(os.environ.get("RACE_TRIALS", "12"))


@pytest.fixture
def job(race_database, shared_app):
    """A database with one household, one crew and their plan's goods."""
    with race_database.unit_of_work() as session:
        return race_database, make.make_parties(session)


def view(database, made):
    with database.reading() as session:
        return queries.get_contract(session, made.household, made.contract_id)[0]


def acting(database, verb):
    def action():
        with database.unit_of_work() as session:
            verb(session)

    return action


def changing(database, made, wanted):
    key = made.contract_id
    return acting(database, lambda s: service.edit(s, made.crew, key, wanted, START))


def signing(database, who, key):
    return acting(
        database, lambda s: service.sign(s, who, key, 1, "张三丰", agreed=True, now=START)
    )


def answering(database, who, key, move_id, *, yes):
    return acting(database, lambda s: service.answer(s, who, key, move_id, agreed=yes, now=START))


def test_a_change_and_two_signatures_at_once_leave_one_version_signed_by_both_or_none(job):
    database, made = job
    for _ in range(TRIALS):
        with database.unit_of_work() as session:
            make.draft(session, START, made)
        steps = tuple(StepEdit(s.pct, s.planned_on) for s in view(database, made).steps)
        wanted = DraftEdit(1, steps, {}, "另外约定")
        key = made.contract_id
        results = race(
            [
                changing(database, made, wanted),
                *(signing(database, who, key) for who in (made.household, made.crew)),
            ]
        )
        assert all(
            r is None or isinstance(r, ContractChanged | NotPossibleInState) for r in results
        ), results
        after = view(database, made)
        if after.state is ContractState.RUNNING:
            assert (after.version, len(after.signatures)) == (1, 2)
        else:
            assert after.version == 2
            assert after.milestones[0].id == ""
        with database.unit_of_work() as session:
            assert invariants.breaches(session) == []
            service.cancel(session, made.household, key, "再来一次", START, 14)


def test_an_answer_is_given_once(job):
    database, made = job
    with database.unit_of_work() as session:
        make.draft(session, START, made)
        make.sign(session, made, START)
    for trial in range(TRIALS):
        day = view(database, made).milestones[2].planned_on
        with database.unit_of_work() as session:
            service.propose(
                session, made.crew, made.contract_id, 2, day + timedelta(days=1), "雨", START
            )
            move = made.page(session).move
        people = ((made.household, True), (made.household, True), (made.crew, False))
        results = race(
            [answering(database, who, made.contract_id, move.id, yes=yes) for who, yes in people]
        )
        assert results.count(None) == 1, (trial, results)
        assert all(r is None or isinstance(r, NoMoveOpen | SameDay) for r in results), results
        moved = view(database, made).milestones[2].planned_on - day
        assert moved in (timedelta(0), timedelta(days=1))
