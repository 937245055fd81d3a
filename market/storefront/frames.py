"""Whole pages for everyone whose header looks the same, and frames for pages with ready parts.

Personal is only what stands in the key (language, place, text size, signed in or not, lines
in the cart) and the form token, which is put in last. A visitor with a message waiting gets a
page of their own.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app, request
from markupsafe import Markup, escape

from market.storefront import cache
from market.web import context, feedback
from market.web.security import form_token
from market.web.templating import in_query, render

MARK = "%%csrf%%"  # stands in kept pages for the visitor's own form token
_ADDRESS = ("address", "address_in_query")


def page(
    template: str, revision: int, now: datetime, values: Callable[[], dict[str, Any]]
) -> bytes:
    """The page of this address at a revision; `values` is asked only when it must be made."""

    def make() -> bytes:
        return render(template, csrf_token=_mark, **values()).encode()

    if feedback.is_waiting():
        return with_token(make())
    key = (request.full_path, *_header(), template, revision)
    return with_token(cache.ready(key, now, make))


def framed(template: str, now: datetime, parts: Mapping[str, bytes]) -> bytes:
    """A page of parts that are ready. What stands around them is the same at all addresses of
    an endpoint, and is made once with marks for the parts and the address."""
    names = (*parts, *_ADDRESS)
    there = frozenset(name for name, part in parts.items() if part)

    def make() -> list[bytes]:
        marks = {name: Markup(f"%%{name}%%") for name in names}  # noqa: S704 (our own words)
        address, in_address = (marks.pop(name) for name in _ADDRESS)
        text = render(
            template, csrf_token=_mark, page_address=address, address_in_query=in_address,
            **{name: mark if name in there else "" for name, mark in marks.items()},
        )  # fmt: skip
        return re.split(b"%%(" + "|".join(names).encode() + b")%%", text.encode())

    if feedback.is_waiting():
        pieces = make()
    else:
        key = (template, there, request.endpoint, *_header())
        pieces = cache.value(key, now, 30_000, make)
    here = request.full_path if request.query_string else request.path
    values = {
        **parts,
        "address": escape(here).encode(),
        "address_in_query": in_query(here).encode(),
    }
    filled = list(pieces)  # texts and names by turns
    filled[1::2] = [values[name.decode()] for name in pieces[1::2]]
    return with_token(b"".join(filled))


def with_token(text: bytes) -> bytes:
    """A kept text with the visitor's own token in its forms."""
    return text.replace(MARK.encode(), form_token().encode())


def _mark() -> str:
    return MARK


def _header() -> tuple[object, ...]:
    region = context.region()
    count = current_app.jinja_env.globals.get("cart_count")
    return (
        context.language(),
        region.digits if region else "",
        context.large_text(),
        context.actor().is_signed_in,
        count() if callable(count) else 0,
    )
