"""Who may call which endpoint. Every view carries one policy; none means nobody."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.web.context import actor

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
SIGNED_IN = "signed_in"
HOUSEHOLD = "household"
SELLER = "seller"
PROVIDER = "provider"
OFFICIAL = "official"
OPERATOR = "operator"
STAFF = "staff"
API = "api"  # the API checks its own tokens and scopes
POLICIES = (PUBLIC, SIGNED_IN, HOUSEHOLD, SELLER, PROVIDER, OFFICIAL, OPERATOR, STAFF, API)


def permits(name: str, who: Actor) -> bool:
    """Whether `who` passes the role check of a policy."""
    if name in (PUBLIC, API):
        return True
    checks: dict[str, bool] = {
        SIGNED_IN: who.is_signed_in,
        HOUSEHOLD: who.is_signed_in,
        SELLER: bool(who.seller_ids),
        PROVIDER: bool(who.provider_ids),
        OFFICIAL: who.is_official or who.is_operator,
        OPERATOR: who.is_operator,
        STAFF: who.is_official or who.is_operator,
    }
    return checks[name]


def policy(name: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Tag a view with its policy and enforce it.

    An anonymous visitor is sent to sign in (a GET comes back afterwards); a signed-in
    one without the role gets 403.
    """
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name!r}")

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if name not in (PUBLIC, API) and not permits(name, actor()):
                return _refused()
            return view(*args, **kwargs)

        guarded.policy = name  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refused() -> Response:
    if actor().is_signed_in:
        raise Forbidden()
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("accounts.sign_in", next=back), 303)


def policy_of(app: Flask, endpoint: str) -> str | None:
    """The policy tag of an endpoint, None when it has none."""
    return getattr(app.view_functions[endpoint], "policy", None)


def assert_every_view_has_a_policy(app: Flask) -> None:
    """Refuse to start with an endpoint that nobody thought about."""
    untagged = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and policy_of(app, rule.endpoint) is None
    )
    if untagged:
        raise RuntimeError(f"views without a policy: {', '.join(untagged)}")
