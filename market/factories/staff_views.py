"""Officials confirm, question, refuse and take out what makers claim of their works."""

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.factories import queries, seller_views, service, words
from market.factories.errors import ClaimNotFound
from market.factories.forms import DecisionForm
from market.factories.views import Page, blueprint, evidence_response
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]
_DECISIONS: dict[str, Callable[..., None]] = {
    "approve": service.approve, "ask": service.ask, "refuse": service.refuse,
    "revoke": service.revoke,
}  # fmt: skip


@blueprint.get("/official/factories")
@policy(STAFF)
def list_queue() -> str:
    """Claims of the own region subtree."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in queries.LISTS else "waiting"
    with reading() as session:
        actor = context.actor()
        page = queries.list_for_review(session, actor, shown, context.now(), page_number())
        counts = queries.counts_for_review(session, actor)
    return render("factories/list_queue.html", page=page, tabs=counts, shown=shown, words=words)


@blueprint.get("/official/factories/<profile_claim_id>")
@policy(STAFF)
def review_claim(profile_claim_id: str) -> str:
    """One claim with its proof."""
    return _page(profile_claim_id, DecisionForm(formdata=None))


@blueprint.get("/official/factories/<profile_claim_id>/evidence")
@policy(STAFF)
def show_review_evidence(profile_claim_id: str) -> Response:
    """The proof."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), profile_claim_id, context.now())
    return evidence_response(profile_claim_id)


@blueprint.post("/official/factories/<profile_claim_id>/<action>")
@policy(STAFF)
def decide_claim(profile_claim_id: str, action: str) -> Page:
    """Confirm, ask, refuse or take out."""
    act = _DECISIONS.get(action)
    if act is None:
        raise ClaimNotFound
    form = DecisionForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                reason = form.reason.data or ""
                act(session, context.actor(), profile_claim_id, reason, now=context.now())
            say(_("已处理，对方会收到消息"))
            return back_to("factories.review_claim", profile_claim_id=profile_claim_id)
    return _page(profile_claim_id, form), 422


def _page(profile_claim_id: str, form: DecisionForm) -> str:
    with reading() as session:
        claim = queries.get_for_review(session, context.actor(), profile_claim_id, context.now())
    return render("factories/review_claim.html", claim=claim, form=form, words=words)
