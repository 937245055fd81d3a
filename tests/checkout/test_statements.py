"""How many statements a price and an order take: not more with a longer cart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from market.carts import queries as carts
from market.carts.types import CartOwner
from market.checkout import service
from market.checkout.quote import quote
from market.orders.types import PayMethod, State
from market.promotions.types import Benefit, BenefitKind, Tier
from market.subsidies import places as aided
from market.subsidies import queries as subsidies
from tests.factories.catalogue import make_offer
from tests.factories.orders import (
    TOWN,
    fill_cart,
    make_address,
    make_household,
    submission,
    view,
)
from tests.factories.promotions import make_campaign, make_running
from tests.factories.subsidies import make_published

K = BenefitKind


@pytest.fixture(autouse=True)
def known_places(session, now):
    """Where subsidies exist is looked up once in a while, not with every price."""
    subsidies.vouchers_for(session, TOWN, None, now)


@contextmanager
def counted(session) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    connection, seen = session.connection(), []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def full_cart(session, offers):
    household = make_household(session)
    packs = [(make_offer(session, stock=5), 1) for _ in range(offers)]
    fill_cart(session, household.account_id, *packs)
    return household.account_id


def test_a_price_takes_four_statements_whatever_the_cart(session, now):
    for offers in (1, 4):
        account_id = full_cart(session, offers)
        session.flush()
        with counted(session) as seen:
            cart = carts.get_cart(session, CartOwner(account_id))
            quoted = quote(session, cart, TOWN, account_id, now)
        assert len(quoted.lines) == len(quoted.seller_blocks) == offers
        assert len(seen) <= 4


def test_every_kind_of_promotion_asks_a_fixed_number_more(session, now):
    account_id = full_cart(session, 3)
    gift = make_offer(session, stock=5)
    campaign = make_campaign(session, gift.maker.id)
    benefits = [
        Benefit(K.TRADE_IN, amount_fen=100),
        Benefit(K.GROUP_BUY, tiers=(Tier(1, 100),), closes_at=now + timedelta(hours=1)),
        Benefit(K.BUY_GET, every=1, get=1, gift_listing_id=gift.listing_id),
    ]
    for benefit in (*benefits, *benefits):
        make_running(session, benefit=benefit, budget_fen=None)
    asking = {"campaign_id": campaign, "flags": frozenset({"model"}), "first_order": True,
              "zones": frozenset({"2"})}  # fmt: skip
    for term, value in asking.items():
        make_running(session, **{term: value})
    session.flush()
    with counted(session) as seen:
        cart = carts.get_cart(session, CartOwner(account_id))
        quote(session, cart, TOWN, account_id, now)
    assert len(seen) <= 9


def test_an_order_paid_at_the_door_is_placed_and_sold_in_one_transaction(session, now):
    took = []
    for offers in (1, 4):
        account_id = full_cart(session, offers)
        sent = submission(
            session, account_id, make_address(session, account_id), now,
            payment_method=PayMethod.ON_DELIVERY.value,
        )  # fmt: skip
        with counted(session) as seen:
            placed = service.place_order(session, account_id, sent, now)
            assert service.accept_new(session, placed, sent, now)
        took.append(len(seen))
        assert view(session, placed.id).state is State.PREPARING
        again = service.place_order(session, account_id, sent, now)
        assert again.id == placed.id
        assert not service.accept_new(session, again, sent, now)  # it is sold already
    one, four = took
    assert one <= 42
    assert four - one <= 3 * 3 + 2  # each seller's warehouse is taken from and sold from, alone


def test_a_subsidy_takes_one_statement_where_it_holds_and_none_elsewhere(session, now):
    account_id = full_cart(session, 3)
    session.flush()

    def asked():
        with counted(session) as seen:
            cart = carts.get_cart(session, CartOwner(account_id))
            quoted = quote(session, cart, TOWN, account_id, now)
        return len(seen), quoted.subsidy_fen

    before, nothing = asked()
    make_published(session, region="51")
    subsidies.vouchers_for(session, TOWN, None, now)
    assert asked() == (before, nothing) == (before, 0)
    for _ in range(3):
        make_published(session)
    subsidies.vouchers_for(session, TOWN, None, now)
    with_aid, given = asked()
    assert with_aid == before + 1
    assert given > 0
    aided.forget()
    assert asked()[0] == before + 2  # the look-up itself
    assert asked()[0] == before + 1
