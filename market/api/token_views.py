"""A person's tokens: made, shown once, revoked. Pages with a session, so with CSRF."""

from typing import Any

from flask import Blueprint, make_response
from flask_babel import gettext as _

from market.accounts import login_hooks as login
from market.accounts.errors import NotConfirmed
from market.api import service
from market.api.forms import TokenForm
from market.api.types import SCOPE_LABELS
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

blueprint = Blueprint("api_tokens", __name__)


@blueprint.get("/me/tokens")
@policy(SIGNED_IN)
def list_tokens() -> Any:
    """The tokens there are, and the form of a new one."""
    return _page(TokenForm(formdata=None))


@blueprint.post("/me/tokens")
@policy(SIGNED_IN)
def create_token() -> Any:
    """Make a token and show it, this once. Asks who one is first."""
    form = TokenForm()
    if form.validate():
        try:
            login.need_confirmed()
            with unit_of_work() as session:
                secret = service.create_token(
                    session, context.actor(), str(form.name.data), form.to_scopes(),
                    days=int(form.days.data), now=context.now(),
                )  # fmt: skip
            return _page(TokenForm(formdata=None), secret=secret), 201
        except NotConfirmed:
            return back_to("accounts.confirm_identity", next="/me/tokens")
        except DomainError as error:
            attach(form, error)
    return _page(form), 422


@blueprint.post("/me/tokens/<token_id>/revoke")
@policy(SIGNED_IN)
def revoke_token(token_id: str) -> Any:
    """End a token."""
    with unit_of_work() as session:
        service.revoke_token(session, context.actor(), token_id, now=context.now())
    say(_("令牌收回了，用它的程序现在起连不上"))
    return back_to("api_tokens.list_tokens")


def _page(form: TokenForm, secret: str = "") -> Any:
    with reading() as session:
        tokens = service.list_tokens(session, context.actor().account_id or "")
    live = [token for token in tokens if token.is_live(context.now())]
    page = render(
        "api/list_tokens.html",
        form=form,
        secret=secret,
        tokens=live,
        past=[token for token in tokens if token not in live],
        labels=SCOPE_LABELS,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
