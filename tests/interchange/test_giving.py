"""Batches for partners: frozen, chained, of their region, nothing left out, nothing twice."""

import json

import pytest

from market.adoptions import service as adopting
from market.interchange import queries, service, signing
from market.interchange.errors import BatchNotFound, NothingNew
from tests.factories.adoptions import make_hands, make_listed, make_proposed
from tests.factories.catalogue import START, make_offer
from tests.factories.inspections import fail
from tests.factories.interchange import SECRET, actor_of, make_partner


@pytest.fixture
def partner(session, app):
    with app.app_context():
        yield make_partner(session)


def following(session, partner):
    return service.make_next(session, actor_of(session, partner), now=START)


def test_what_changed_since_the_last_batch_and_nothing_else(session, partner):
    with pytest.raises(NothingNew):
        following(session, partner)
    offers = [make_offer(session) for _ in range(3)]
    hands = [make_hands(session, one) for one in offers]
    first = make_listed(session, offers[0], hands[0])
    second = make_listed(session, offers[1], hands[1])
    make_proposed(session, offers[2], hands[2])  # not public: not told
    one = following(session, partner)
    told = json.loads(one.content)
    assert {row["id"] for row in told["records"]} == {first, second}
    assert (told["sequence"], told["previous_sha256"]) == (1, "")
    with pytest.raises(NothingNew):
        following(session, partner)
    fail(session, offers[0])
    two = following(session, partner)
    (row,) = json.loads(two.content)["records"]
    assert (row["id"], row["state"], row["exit_cause"]) == (first, "exited", "spot_check_failed")
    assert two.previous_digest == one.digest == signing.digest(one.content)
    assert json.loads(two.content)["previous_sha256"] == one.digest


def test_a_batch_stays_as_it_was_and_is_signed_anew(session, partner):
    offer = make_offer(session)
    hands = make_hands(session, offer)
    entry = make_listed(session, offer, hands)
    made = following(session, partner)
    adopting.remove(session, hands.province, entry, "x", now=START)
    who = actor_of(session, partner)
    again = service.get_batch(session, who, 1)
    assert again.content == made.content
    sealed = service.sealed(session, who, again, SECRET, now=START)
    key = signing.key_of(SECRET, partner, queries.get_partner(session, partner).key_generation)
    signing.verify(key, sealed, START)
    with pytest.raises(BatchNotFound):
        service.get_batch(session, who, 2)


def test_a_partner_of_another_province_gets_its_own_only(session, partner):
    offer = make_offer(session)
    make_listed(session, offer, make_hands(session, offer))
    other = make_partner(session, "hebei", "13")
    with pytest.raises(NothingNew):
        following(session, other)
    assert json.loads(following(session, partner).content)["partner"] == "sichuan"
    with pytest.raises(BatchNotFound):  # somebody else's number 1
        service.get_batch(session, actor_of(session, other), 1)
