"""The verbs of the interchange: partners, their words, batches in both directions."""

from market.interchange.giving import get_batch, make_next, sealed
from market.interchange.mapping import drop, put
from market.interchange.partners import note_key_shown, register, renew_key, set_open
from market.interchange.pushing import receive
from market.interchange.signing import key_of, shown

__all__ = [
    "drop",
    "get_batch",
    "key_of",
    "make_next",
    "note_key_shown",
    "put",
    "receive",
    "register",
    "renew_key",
    "sealed",
    "set_open",
    "shown",
]
