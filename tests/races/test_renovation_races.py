"""Twenty crews at the last quoting place, twenty clicks on twenty quotes: exactly one wins.

All commits are real.

The control at the end does it the naive way (read first, write later) and must fail, which
shows that the harness can see the fault.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update

from market.kernel.errors import DomainError
from market.matching import service as matching
from market.providers.models import Provider
from market.renovations.errors import AlreadyAwarded, NoPlaceLeft
from market.renovations.models import Invitation, Quote, RenovationRequest
from market.renovations.types import Visitor
from tests.conftest import START
from tests.factories.accounts import make_actor
from tests.factories.providers import make_provider
from tests.factories.renovations import LIMITS, crew_actor, make_draft, quoted

RACERS = 20
TRIALS = int(os.environ.get("RACE_TRIALS", "40"))
WIDE = replace(LIMITS, wave_size=RACERS)


@pytest.fixture
def town(race_database, shared_app):
    """A database with the places, one household and twenty crews."""
    with race_database.unit_of_work() as session:
        who = Visitor(make_actor(session))
        crews = [make_provider(session, weekly_capacity=50).id for _ in range(RACERS)]
    return race_database, who, crews


def publish(town, places: int) -> str:
    """A request to which all crews are invited."""
    database, who, _ = town
    with database.unit_of_work() as session:
        _, key = make_draft(session, who, now=START)
        limits = replace(WIDE, quoting_places=places)
        matching.publish(session, who, key, now=START, limits=limits, open_days=7)
    return key


def race(actions: list[Callable[[], None]]) -> list[DomainError | None]:
    """All at once; the refusals, None for who got through."""
    barrier, results = threading.Barrier(len(actions)), []

    def run(action):
        barrier.wait(30)
        try:
            action()
            results.append(None)
        except DomainError as refusal:
            results.append(refusal)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(actions)
    return results


def accepting(town, key: str) -> list[Callable[[], None]]:
    database, _, crews = town

    def accept(crew):
        def action():
            with database.unit_of_work() as session:
                matching.accept(session, crew_actor(crew), key, now=START)

        return action

    return [accept(crew) for crew in crews]


def accepted(town, key: str) -> tuple[int, int]:
    """(accepted invitations, places left)."""
    with town[0].reading() as session:
        number = session.scalar(
            select(func.count()).where(Invitation.request_id == key, Invitation.state == "accepted")
        )
        return number or 0, session.get(RenovationRequest, key).places_left


@pytest.mark.parametrize("places", [1, 5])
def test_the_last_quoting_places_go_to_as_many_crews(town, places):
    for _ in range(TRIALS // 2):
        key = publish(town, places)
        results = race(accepting(town, key))
        assert results.count(None) == places
        assert all(isinstance(r, NoPlaceLeft) for r in results if r is not None)
        assert accepted(town, key) == (places, 0)


def with_quotes(town) -> tuple[str, list[str]]:
    """A request on which all crews have quoted."""
    key = publish(town, RACERS)
    with town[0].unit_of_work() as session:
        quotes = [quoted(session, key, crew, now=START) for crew in town[2]]
    return key, quotes


def reopen(town, key: str) -> None:
    """Back to before the award, for the next trial."""
    with town[0].unit_of_work() as session:
        for model, column, values in (
            (Invitation, Invitation.request_id, {"state": "quoted"}),
            (Quote, Quote.request_id, {"awarded_at": None}),
            (RenovationRequest, RenovationRequest.id, {"state": "live", "awarded_at": None}),
        ):
            session.execute(update(model).where(column == key).values(**values))


def awarded(town, key: str) -> tuple[int, int]:
    """(awarded quotes, won invitations)."""
    with town[0].reading() as session:
        quotes = session.scalar(
            select(func.count()).where(Quote.request_id == key, Quote.awarded_at.is_not(None))
        )
        won = session.scalar(
            select(func.count()).where(Invitation.request_id == key, Invitation.state == "won")
        )
    return quotes or 0, won or 0


def test_exactly_one_quote_is_awarded(town):
    database, who, _ = town

    def award(key, quote):
        def action():
            with database.unit_of_work() as session:
                matching.award(session, who, key, quote, now=START)

        return action

    key, quotes = with_quotes(town)
    for _ in range(TRIALS):
        reopen(town, key)
        results = race([award(key, quote) for quote in quotes])
        assert results.count(None) == 1
        assert all(isinstance(r, AlreadyAwarded) for r in results if r is not None)
        assert awarded(town, key) == (1, 1)
    with database.reading() as session:
        assert session.scalar(select(func.sum(Provider.open_jobs))) == TRIALS


def test_control_reading_first_lets_too_many_in(town):
    """Must fail: twenty crews read the free place before any of them writes."""
    database, _, crews = town
    key, gate = publish(town, 1), threading.Barrier(RACERS)

    def naive(crew):
        def action():
            with database.reading() as session:
                left = session.get(RenovationRequest, key).places_left
            gate.wait(30)
            if left < 1:
                raise NoPlaceLeft()
            with database.unit_of_work() as session:
                session.execute(
                    update(RenovationRequest)
                    .where(RenovationRequest.id == key)
                    .values(places_left=left - 1)
                )
                session.execute(
                    update(Invitation)
                    .where(Invitation.request_id == key, Invitation.provider_id == crew)
                    .values(state="accepted")
                )

        return action

    race([naive(crew) for crew in crews])
    number, left = accepted(town, key)
    assert left == 0
    assert number > 1, "the harness did not see the fault of the naive way"


def test_control_without_the_index_reading_first_awards_twice(town):
    """Must fail: with the unique index gone and a read before the write, several win."""
    database, _, _ = town
    key, quotes = with_quotes(town)
    with database.unit_of_work() as session:
        session.execute(text("DROP INDEX uq_quotes_one_award"))
    gate = threading.Barrier(RACERS)

    def naive(quote):
        def action():
            with database.reading() as session:
                state = session.get(RenovationRequest, key).state
            gate.wait(30)
            if state != "live":
                raise AlreadyAwarded()
            with database.unit_of_work() as session:
                session.execute(update(Quote).where(Quote.id == quote).values(awarded_at=START))

        return action

    race([naive(quote) for quote in quotes])
    assert awarded(town, key)[0] > 1, "the harness did not see the fault of the naive way"
