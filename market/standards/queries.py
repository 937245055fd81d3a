"""Reads of the library; enter here."""

from market.standards.citations import citing, citing_page, unknown_texts
from market.standards.editions import (
    changed_since,
    count_states,
    edition_of_ending,
    find_standard,
    get_edition,
    get_standard,
    list_editions,
    slug_of_code,
)
from market.standards.reading import duties_of

__all__ = [
    "changed_since",
    "citing",
    "citing_page",
    "count_states",
    "duties_of",
    "edition_of_ending",
    "find_standard",
    "get_edition",
    "get_standard",
    "list_editions",
    "slug_of_code",
    "unknown_texts",
]
