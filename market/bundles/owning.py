"""Who keeps configurations: the account, or the bearer of a guest cookie."""

import re

from flask import g, request
from werkzeug.wrappers import Response

from market.bundles.blueprint import blueprint
from market.bundles.types import GUEST_COOKIE, Owner
from market.kernel.ids import new_secret
from market.web import context
from market.web.cookies import remember

GUEST_SECONDS = 60 * 24 * 3600
_TOKEN = re.compile(r"[0-9A-Za-z_-]{16,128}")


def owner() -> Owner:
    """The visitor as an owner of configurations: account and guest cookie."""
    token = g.get("new_house_token") or request.cookies.get(GUEST_COOKIE, "")
    return Owner(context.actor().account_id, token if _TOKEN.fullmatch(token) else None)


def owner_to_write() -> Owner:
    """The visitor; a guest without a cookie gets one with the response."""
    mine = owner()
    if mine.account_id is None and mine.token is None:
        g.new_house_token = new_secret()
        mine = Owner(token=g.new_house_token)
    return mine


@blueprint.after_request
def keep_token(response: Response) -> Response:
    """Hand a new token to the guest."""
    if g.get("new_house_token"):
        remember(response, GUEST_COOKIE, g.new_house_token, GUEST_SECONDS)
    return response
