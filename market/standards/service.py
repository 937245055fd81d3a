"""The verbs of the library of standards; enter here."""

from market.standards.copies import on_kind_changed, on_products_filled
from market.standards.endings import cancel_ending, end_edition, look, settle, sweep
from market.standards.library import add_edition, correct_edition
from market.standards.reading import acknowledge, unread_by_kind

__all__ = [
    "acknowledge",
    "add_edition",
    "cancel_ending",
    "correct_edition",
    "end_edition",
    "look",
    "on_kind_changed",
    "on_products_filled",
    "settle",
    "sweep",
    "unread_by_kind",
]
