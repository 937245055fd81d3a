"""The verbs of handing over: goods came, somebody fetched them by code, nobody fetched them."""

from market.handovers.arriving import (
    mark_arrived,
    on_received,
    on_remainder_cancelled,
    own_place,
    use_patience,
)
from market.handovers.fetching import hand_over, look, take_queued
from market.handovers.reminding import remind

__all__ = [
    "hand_over",
    "look",
    "mark_arrived",
    "on_received",
    "on_remainder_cancelled",
    "own_place",
    "remind",
    "take_queued",
    "use_patience",
]
