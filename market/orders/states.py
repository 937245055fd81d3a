"""The states of orders and the one table of what may follow what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from market.orders.errors import NotPossibleNow
from market.orders.types import State

S = State

TRANSITIONS: dict[tuple[State, str], frozenset[State]] = {
    (S.HELD, "confirm"): frozenset({S.PREPARING}),
    (S.HELD, "cancel"): frozenset({S.CANCELLED}),
    (S.HELD, "expire"): frozenset({S.EXPIRED}),
    (S.HELD, "prolong"): frozenset({S.HELD}),
    # A payment that arrives late takes the goods again, if there are any left.
    (S.EXPIRED, "confirm"): frozenset({S.PREPARING}),
    (S.PREPARING, "cancel"): frozenset({S.CANCELLED}),
    (S.PREPARING, "ship"): frozenset({S.PART_SHIPPED, S.SHIPPED}),
    (S.PREPARING, "cancel_remainder"): frozenset({S.PREPARING, S.CANCELLED}),
    (S.PART_SHIPPED, "ship"): frozenset({S.PART_SHIPPED, S.SHIPPED}),
    (S.PART_SHIPPED, "cancel_remainder"): frozenset({S.PART_SHIPPED, S.SHIPPED}),
    (S.SHIPPED, "receive"): frozenset({S.RECEIVED}),
}
TERMINAL = frozenset({S.CANCELLED, S.RECEIVED})


def may(state: State, verb: str) -> bool:
    """Whether the table allows `verb` in `state`."""
    return (state, verb) in TRANSITIONS


def require(state: State, verb: str) -> None:
    """Raise NotPossibleNow unless the table allows `verb` in `state`."""
    if not may(state, verb):
        raise NotPossibleNow(state=state.value, verb=verb)


@dataclass(frozen=True)
class PartFacts:
    """What the state of a seller's part follows from."""

    quantity: int
    shipped: int
    cancelled: int
    received_at: datetime | None = None


def order_state(
    *,
    confirmed_at: datetime | None,
    cancelled_at: datetime | None,
    expired_at: datetime | None,
    parts: Sequence[PartFacts],
) -> State:
    """The state of a whole order: that of its slowest part."""
    if cancelled_at is not None:
        return S.CANCELLED
    if confirmed_at is None:
        return S.EXPIRED if expired_at is not None else S.HELD
    return _slowest([part_state(part) for part in parts])


def _slowest(states: Sequence[State]) -> State:
    alive = {state for state in states if state is not S.CANCELLED}
    if not alive:
        return S.CANCELLED
    if alive == {S.RECEIVED}:
        return S.RECEIVED
    if alive <= {S.SHIPPED, S.RECEIVED}:
        return S.SHIPPED
    return S.PREPARING if alive == {S.PREPARING} else S.PART_SHIPPED


def part_state(part: PartFacts) -> State:
    """The state of a seller's part of a confirmed order."""
    if part.received_at is not None:
        return S.RECEIVED
    if part.cancelled >= part.quantity:
        return S.CANCELLED
    if part.shipped == 0:
        return S.PREPARING
    if part.shipped + part.cancelled < part.quantity:
        return S.PART_SHIPPED
    return S.SHIPPED


def seller_order_state(order: State, part: PartFacts) -> State:
    """The state of a seller's part, given the order's own."""
    if order in (S.HELD, S.EXPIRED):
        return order
    if order is S.CANCELLED and part.shipped == 0:
        return S.CANCELLED
    return part_state(part)
