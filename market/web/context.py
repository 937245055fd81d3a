"""What a view may ask about the present request."""

from datetime import datetime

from flask import current_app, g, has_request_context, request

from market.config import Settings
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.clock import Clock
from market.kernel.region_code import RegionCode

TOWNSHIP_COOKIE = "township"
LANGUAGE_COOKIE = "lang"
TEXT_COOKIE = "text"
LANGUAGES = ("zh", "en")
_LANGUAGE_KEY = "market.language"


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
    if "now" not in g:
        g.now = clock().now()
    instant: datetime = g.now
    return instant


def actor() -> Actor:
    """Who is acting. The loader is installed by the composition root."""
    if not has_request_context():
        return ANONYMOUS
    if "actor" not in g:
        g.actor = current_app.extensions["market.actor_loader"]()
    who: Actor = g.actor
    return who


def region() -> RegionCode | None:
    """The township (or county) the visitor chose, from its cookie; None when unset or malformed."""
    if "region" not in g:
        g.region = _region_cookie()
    chosen: RegionCode | None = g.region
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
    """zh or en: `?lang=`, then the cookie, then Chinese."""
    try:
        # Kept with the request and found without its proxy: every text of a page asks.
        environ = request._get_current_object().environ  # type: ignore[attr-defined]
    except RuntimeError:
        return "zh"
    known: str | None = environ.get(_LANGUAGE_KEY)
    if known is None:
        asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        known = environ[_LANGUAGE_KEY] = asked if asked in LANGUAGES else "zh"
    return known


def large_text() -> bool:
    """Whether the visitor switched on large text."""
    return has_request_context() and request.cookies.get(TEXT_COOKIE) == "large"
