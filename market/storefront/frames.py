"""Whole pages, kept for all visitors whose header would look the same.

Personal is only what stands in the key (language, place, text size, signed in or not, lines
in the cart) and the form token, which is put in last. A visitor with a message waiting gets a
page of their own.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app, request

from market.storefront import cache
from market.web import context, feedback
from market.web.security import form_token
from market.web.templating import render

MARK = "%%csrf%%"  # stands in kept pages for the visitor's own form token


def page(template: str, revision: int, now: datetime, values: Callable[[], dict[str, Any]]) -> str:
    """The page of this address at a revision; `values` is asked only when it must be made."""

    def make() -> str:
        return render(template, csrf_token=lambda: MARK, **values())

    if feedback.is_waiting():
        return with_token(make())
    return with_token(cache.piece((*_header(), template, revision), now, make))


def with_token(text: str) -> str:
    """A kept text with the visitor's own token in its forms."""
    return text.replace(MARK, form_token())


def _header() -> tuple[object, ...]:
    region = context.region()
    count = current_app.jinja_env.globals.get("cart_count")
    return (
        request.full_path,
        context.language(),
        region.digits if region else "",
        context.large_text(),
        context.actor().is_signed_in,
        count() if callable(count) else 0,
    )
