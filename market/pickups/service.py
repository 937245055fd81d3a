"""The verbs of pick-up points: keep them, and take or free places at them.

A drop day's room is taken by one conditional update in the transaction of the order, so exactly
its capacity is given away however many ask at once.
"""

from market.pickups.keeping import add_point, change_point, close_point
from market.pickups.personal import deletion_blocker
from market.pickups.taking import free, free_part, retake, take

__all__ = [
    "add_point",
    "change_point",
    "close_point",
    "deletion_blocker",
    "free",
    "free_part",
    "retake",
    "take",
]
