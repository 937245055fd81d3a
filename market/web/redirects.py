"""Where a visitor may be sent back to: only pages of this site that can be read by GET."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

MAX_LENGTH = 500


def safe_next(target: str | None, default: str = "/") -> str:
    """`target` when it is a path of this site with a GET view behind it, else `default`.

    Refused: other hosts and schemes, `//x`, backslashes, control characters, user info,
    anything that matches no route.
    """
    if not target or len(target) > MAX_LENGTH or not _is_plain_path(target):
        return default
    parts = urlsplit(target)
    adapter = current_app.url_map.bind("localhost")
    try:
        adapter.match(parts.path, method="GET")
    except (RequestRedirect, HTTPException):
        return default
    return target


def _is_plain_path(target: str) -> bool:
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    if any(ord(c) < 0x21 or ord(c) == 0x7F for c in target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def asked_next(default: str = "/") -> str:
    """The safe `next` of this request (form first, then query)."""
    return safe_next(request.form.get("next") or request.args.get("next"), default)
