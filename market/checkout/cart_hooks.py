"""Whose cart it is: the opaque token of a guest, kept in a cookie and merged at sign-in."""

import re

import structlog
from flask import Flask, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from market.carts import queries, service
from market.carts.types import CartOwner
from market.checkout import keeping
from market.checkout.keeping import KeepTerms
from market.checkout.types import Quote
from market.db.session import reading, unit_of_work
from market.kernel.ids import new_secret
from market.web import context
from market.web.cookies import remember

log = structlog.get_logger()
CART_COOKIE = "cart"
CART_SECONDS = service.GUEST_CART_DAYS * 24 * 3600
_TOKEN = re.compile(r"[0-9A-Za-z_-]{16,128}")


def owner() -> CartOwner:
    """The visitor's cart; for a guest without one, the owner of nothing."""
    account_id = context.actor().account_id
    if account_id is not None:
        return CartOwner(account_id=account_id)
    return CartOwner(token=g.get("new_cart_token") or _token())


def owner_to_write() -> CartOwner:
    """The visitor's cart; a guest without one gets a token with the response."""
    mine = owner()
    if mine.account_id is None and mine.token is None:
        g.new_cart_token = new_secret()
        mine = CartOwner(token=g.new_cart_token)
    return mine


def keep_terms(*, checking_out: bool = False) -> KeepTerms:
    """For how long packs are kept for the visitor's cart, and of how many lines; for a guest only
    at the checkout."""
    settings = context.settings()
    if context.actor().account_id is not None:
        return KeepTerms(settings.cart_hold, settings.cart_hold_lines, most=settings.cart_hold_most)
    return KeepTerms(
        settings.cart_hold,
        settings.guest_hold_lines,
        most=settings.cart_hold_most,
        taking=checking_out,
        address=request.remote_addr or "unknown",
        address_lines=settings.address_hold_lines,
    )


def keep_packs(quoted: Quote, *, checking_out: bool) -> bool:
    """Prolong what is kept for the visitor's cart and keep what is missing; False when there is
    nothing to do. A page that cannot write shows what there is."""
    terms = keep_terms(checking_out=checking_out)
    wanted = keeping.due(quoted, terms)
    if wanted is None:
        return False
    try:
        with unit_of_work() as session:
            keeping.keep(session, owner(), wanted, quoted.region, context.now(), terms)
    except OperationalError:
        log.exception("packs could not be kept for a cart")
        return False
    return True


def note_count(lines: int) -> None:
    """A page that reads the whole cart knows what the header will ask."""
    g.cart_lines = lines


def cart_count() -> int:
    """How many lines the visitor's cart has, for the header."""
    if "cart_lines" in g:
        return int(g.cart_lines)
    mine = owner()
    if mine.account_id is None and mine.token is None:
        return 0
    with reading() as session:
        return queries.count_lines(session, mine)


def merge_guest_cart() -> None:
    """A guest's cart moves into the account's with the first request after signing in."""
    token = _token()
    account_id = context.actor().account_id if token else None
    if token is None or account_id is None:
        return
    with unit_of_work() as session:
        service.merge(session, token, account_id, context.now())
    g.drop_cart_token = True


def keep_token(response: Response) -> Response:
    """Hand a new token to the visitor, or take a merged one away."""
    if g.get("drop_cart_token"):
        remember(response, CART_COOKIE, "")
    elif g.get("new_cart_token"):
        remember(response, CART_COOKIE, g.new_cart_token, CART_SECONDS)
    return response


def init_app(app: Flask) -> None:
    """Install the hooks and the header's count."""
    app.before_request(merge_guest_cart)
    app.after_request(keep_token)
    app.jinja_env.globals["cart_count"] = cart_count


def _token() -> str | None:
    token = request.cookies.get(CART_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None
