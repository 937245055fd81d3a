"""Two at once at a list, at an entry, and at a number of a batch."""

import os
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.adoptions import service
from market.adoptions.models import AdoptionEntry, AdoptionStep
from market.inspections import service as inspections
from market.interchange import service as interchange
from market.interchange.models import InterchangeBatch
from market.kernel.errors import DomainError
from tests.factories.adoptions import make_hands, make_passed
from tests.factories.catalogue import START, make_offer
from tests.factories.inspections import OFFICIAL, enter
from tests.factories.interchange import (
    SECRET,
    actor_of,
    content_of,
    make_partner,
    record_of,
    seal,
)

TRIALS = max(2, int(os.environ.get("RACE_TRIALS", "40")) // 10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(race_database, shared_app):
    with shared_app.app_context():
        yield race_database


def together(database, *acts):
    """Run the acts at the same moment, each in its own transaction; what each gave."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            with database.unit_of_work() as session:
                outcomes[place] = act(session)
        except DomainError as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_listings_at_once_get_two_numbers(database):
    for _ in range(TRIALS):
        with database.unit_of_work() as session:
            offers = [make_offer(session) for _ in range(2)]
            hands = [make_hands(session, one) for one in offers]
            entries = [make_passed(session, *pair) for pair in zip(offers, hands, strict=True)]
        numbers = together(
            database,
            *(
                lambda session, e=entry, who=one.province: service.pass_second(
                    session, who, e, now=START
                )
                for entry, one in zip(entries, hands, strict=True)
            ),
        )
        assert len({str(number) for number in numbers}) == 2, numbers
        assert all(str(number).startswith("CX51-2026-") for number in numbers), numbers


def test_nothing_stays_listed_while_its_check_is_published(database):
    for _ in range(TRIALS):
        with database.unit_of_work() as session:
            offer = make_offer(session)
            hands = make_hands(session, offer)
            entry = make_passed(session, offer, hands)
            check = enter(session, offer)
        together(
            database,
            lambda session, e=entry, who=hands.province: service.pass_second(
                session, who, e, now=START
            ),
            lambda session, c=check: inspections.publish(session, OFFICIAL, c, now=START),
        )
        with database.reading() as session:
            row = session.get(AdoptionEntry, entry)
            assert row.state in ("second", "exited")
            assert row.gate_blocked


def test_a_batch_sent_twice_at_once_is_taken_once(database):
    with database.unit_of_work() as session:
        partner = make_partner(session)
        who = actor_of(session, partner)
    for trial in range(TRIALS):
        with database.unit_of_work() as session:
            offer = make_offer(session)
            text = content_of(session, partner, record_of(offer.certificate.number))
            sealed = seal(session, partner, text)
        answers = together(
            database,
            *(
                lambda session, s=sealed: interchange.receive(session, who, s, SECRET, now=START)
                for _ in range(2)
            ),
        )
        assert sorted(one.repeated for one in answers) == [False, True], answers
        assert answers[0].rows == answers[1].rows
        with database.reading() as session:
            assert session.scalar(select(func.count(InterchangeBatch.id))) == trial + 1
            assert session.scalar(select(func.count(AdoptionStep.id))) == trial + 1
