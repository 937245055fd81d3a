"""Two sellers enter one certificate number at the same moment."""

from threading import Barrier, Thread

from market.certification import service
from market.certification.errors import NumberTaken
from market.db.session import unit_of_work
from tests.factories.certification import make_body, make_entry
from tests.factories.sellers import make_file, make_seller


def test_one_of_several_simultaneous_entries_of_a_number_wins(shared_app, race_database, now):
    with unit_of_work() as session:
        shops = [make_seller(session, now) for _ in range(4)]
        entry = make_entry(make_body(session, now), number="RACE-2026-1")
    barrier, outcomes = Barrier(len(shops)), []

    def enter(owner, seller_id):
        barrier.wait()
        try:
            with unit_of_work() as session:
                service.enter(session, owner, seller_id, entry, make_file(), now=now)
            outcomes.append("won")
        except NumberTaken:
            outcomes.append("taken")

    threads = [Thread(target=enter, args=shop) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", "taken", "taken", "won"]
