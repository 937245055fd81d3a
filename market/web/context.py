"""What a view may ask about the present request."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from market.config import Settings
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.clock import Clock
from market.kernel.region_code import RegionCode

TOWNSHIP_COOKIE = "township"
LANGUAGE_COOKIE = "lang"
TEXT_COOKIE = "text"
LANGUAGES = ("zh", "en")
_LANGUAGE_KEY = "market.language"


def kept() -> dict[str, Any]:
    """What is kept in `g`, found through its proxy once: a page asks these dozens of times."""
    values: dict[str, Any] = vars(g._get_current_object())
    return values


def settings() -> Settings:
    """The settings the application was made with."""
    value: Settings = current_app.extensions["market.settings"]
    return value


def clock() -> Clock:
    """The application's one clock."""
    value: Clock = current_app.extensions["market.clock"]
    return value


def now() -> datetime:
    """The present instant (aware, UTC); one value for the whole request."""
    if not has_request_context():
        return clock().now()
    found = kept()
    if "now" not in found:
        found["now"] = clock().now()
    instant: datetime = found["now"]
    return instant


def actor() -> Actor:
    """Who is acting. The loader is installed by the composition root."""
    if not has_request_context():
        return ANONYMOUS
    found = kept()
    if "actor" not in found:
        found["actor"] = current_app.extensions["market.actor_loader"]()
    who: Actor = found["actor"]
    return who


def region() -> RegionCode | None:
    """The township (or county) the visitor chose, from its cookie; None when unset or malformed."""
    found = kept()
    if "region" not in found:
        found["region"] = _region_cookie()
    chosen: RegionCode | None = found["region"]
    return chosen


def _region_cookie() -> RegionCode | None:
    digits = request.cookies.get(TOWNSHIP_COOKIE, "")
    if len(digits) not in (6, 9):
        return None
    try:
        return RegionCode(digits)
    except ValueError:
        return None


def language() -> str:
    """zh or en: `?lang=`, then the cookie, then what the browser asks for, then Chinese."""
    try:
        # Kept with the request and found without its proxy: every text of a page asks.
        environ = request._get_current_object().environ  # type: ignore[attr-defined]
    except RuntimeError:
        return "zh"
    known: str | None = environ.get(_LANGUAGE_KEY)
    if known is None:
        asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        if asked not in LANGUAGES:
            asked = _accepted(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        known = environ[_LANGUAGE_KEY] = asked
    return known


@lru_cache(512)
def _accepted(header: str) -> str:
    """What a browser asks for, of the two languages there are; Chinese when it asks for neither.
    Kept: browsers say few different things, and to read them takes long."""
    for tag, quality in parse_accept_header(header[:200], LanguageAccept):
        spoken = tag.lower().partition("-")[0]
        if quality > 0 and spoken in LANGUAGES:
            return str(spoken)
    return "zh"


def large_text() -> bool:
    """Whether the visitor switched on large text."""
    return has_request_context() and request.cookies.get(TEXT_COOKIE) == "large"
