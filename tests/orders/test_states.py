"""The transition table, and states as they follow from facts."""

from datetime import UTC, datetime

import pytest

from market.orders import states
from market.orders.errors import NotPossibleNow
from market.orders.states import PartFacts, order_state, part_state
from market.orders.types import State

AT = datetime(2026, 11, 22, tzinfo=UTC)


def order(*parts, confirmed=AT, cancelled=None, expired=None):
    return order_state(
        confirmed_at=confirmed, cancelled_at=cancelled, expired_at=expired, parts=parts
    )


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (PartFacts(3, 0, 0), State.PREPARING),
        (PartFacts(3, 2, 0), State.PART_SHIPPED),
        (PartFacts(3, 2, 1), State.SHIPPED),
        (PartFacts(3, 0, 3), State.CANCELLED),
        (PartFacts(3, 3, 0, AT), State.RECEIVED),
    ],
)
def test_a_part_stands_where_its_packs_are(facts, state):
    assert part_state(facts) is state


def test_an_order_stands_where_its_slowest_part_is():
    done, half, gone = PartFacts(2, 2, 0, AT), PartFacts(2, 1, 0), PartFacts(2, 0, 2)
    assert order(done, half) is State.PART_SHIPPED
    assert order(done, gone) is State.RECEIVED
    assert order(gone, gone) is State.CANCELLED
    assert order(done, PartFacts(1, 0, 0)) is State.PART_SHIPPED


def test_unpaid_orders_are_held_then_expired():
    assert order(PartFacts(1, 0, 0), confirmed=None) is State.HELD
    assert order(PartFacts(1, 0, 0), confirmed=None, expired=AT) is State.EXPIRED


@pytest.mark.parametrize("state", sorted(states.TERMINAL))
def test_nothing_follows_a_terminal_state(state):
    assert not [verb for before, verb in states.TRANSITIONS if before is state]


def test_what_the_table_does_not_name_is_refused():
    with pytest.raises(NotPossibleNow):
        states.require(State.SHIPPED, "cancel")
