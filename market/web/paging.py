"""Which page of a list was asked for."""

from flask import request

_LONGEST = 5  # digits; no list of ours is longer, and no database takes every number


def page_number() -> int:
    """`?page=` from 1; anything that is no page number is the first page."""
    text = request.args.get("page", "")
    usable = text.isascii() and text.isdigit() and len(text) <= _LONGEST
    return max(1, int(text)) if usable else 1
