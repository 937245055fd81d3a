"""Preference cookies: small, not personal, readable by the server only."""

from werkzeug.wrappers import Response

from market.web.context import settings

YEAR = 365 * 24 * 3600


def remember(response: Response, name: str, value: str, max_age: int = YEAR) -> None:
    """Set a cookie with the flags every cookie of ours has; an empty value removes it."""
    response.set_cookie(
        name,
        value,
        max_age=max_age if value else 0,
        httponly=True,
        samesite="Lax",
        secure=settings().base_url.startswith("https://"),
        path="/",
    )
