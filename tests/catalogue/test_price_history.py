"""A struck-out price is the true lowest of the 30 days before the reduction."""

from dataclasses import replace
from datetime import timedelta

import pytest

from market.catalogue import price_history, queries, service
from tests.factories.catalogue import LISTING, make_offer


@pytest.fixture
def offer(session):
    return make_offer(session, stock=5)


def ask(session, offer, fen, now):
    service.edit_listing(
        session, offer.actor, offer.listing_id, replace(LISTING, price_fen=fen), now
    )


def struck(session, offer, now):
    return queries.listings_by_ids(session, {offer.listing_id}, now)[offer.listing_id].was_fen


def test_a_reduction_strikes_out_what_was_asked_before_for_30_days(session, now, offer):
    assert struck(session, offer, now) is None
    later = now + timedelta(days=40)
    ask(session, offer, 12_000, later)
    assert struck(session, offer, later) == 13_824
    assert struck(session, offer, later + timedelta(days=29)) == 13_824
    assert struck(session, offer, later + timedelta(days=30)) is None


def test_a_price_raised_for_a_day_gains_nothing(session, now, offer):
    raised, lowered = now + timedelta(days=40), now + timedelta(days=41)
    ask(session, offer, 20_000, raised)
    ask(session, offer, 13_824, lowered)
    assert struck(session, offer, lowered) is None
    ask(session, offer, 13_000, lowered)
    assert struck(session, offer, lowered) == 13_824


def test_an_old_low_price_counts_until_it_is_30_days_past(session, now, offer):
    ask(session, offer, 10_000, now + timedelta(days=1))
    ask(session, offer, 15_000, now + timedelta(days=10))
    ask(session, offer, 12_000, now + timedelta(days=20))
    assert struck(session, offer, now + timedelta(days=20)) is None
    ask(session, offer, 11_000, now + timedelta(days=45))
    assert struck(session, offer, now + timedelta(days=45)) == 12_000
    assert len(price_history.history(session, offer.listing_id, now + timedelta(days=45))) == 3


def test_the_same_price_again_is_no_change(session, now, offer):
    ask(session, offer, 13_824, now + timedelta(days=1))
    assert len(price_history.history(session, offer.listing_id, now + timedelta(days=2))) == 1
