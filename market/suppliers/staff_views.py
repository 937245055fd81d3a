"""Officials grade suppliers of whole solutions, ask, refuse, withdraw."""

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.suppliers import queries, rules, seller_views, service, words
from market.suppliers.errors import ApplicationNotFound
from market.suppliers.forms import DecisionForm, decision_form
from market.suppliers.views import Page, blueprint, evidence_response
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]
_BY_REASON = {"ask": service.ask, "refuse": service.refuse, "withdraw": service.withdraw}
ACTIONS = ("approve", *_BY_REASON)


@blueprint.get("/official/suppliers")
@policy(STAFF)
def list_queue() -> str:
    """Applications of the own region subtree."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in queries.LISTS else "waiting"
    with reading() as session:
        page = queries.list_for_review(session, context.actor(), shown, page_number())
        counts = queries.counts_for_review(session, context.actor())
    return render("suppliers/list_queue.html", page=page, tabs=counts, shown=shown, words=words)


@blueprint.get("/official/suppliers/<supplier_application_id>")
@policy(STAFF)
def review_application(supplier_application_id: str) -> str:
    """One application with its proofs and the form to grade it."""
    return _page(supplier_application_id, None)


@blueprint.get("/official/suppliers/<supplier_application_id>/evidence/<key>")
@policy(STAFF)
def show_review_evidence(supplier_application_id: str, key: str) -> Response:
    """A proof."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), supplier_application_id)
    return evidence_response(supplier_application_id, key)


@blueprint.post("/official/suppliers/<supplier_application_id>/<action>")
@policy(STAFF)
def decide_application(supplier_application_id: str, action: str) -> Page:
    """Grade, ask, refuse or withdraw."""
    if action not in ACTIONS:
        raise ApplicationNotFound
    with reading() as session:
        seen = queries.get_for_review(session, context.actor(), supplier_application_id)
    form = decision_form(seen)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                _decide(session, supplier_application_id, action, form)
            say(_("已处理，对方会收到消息"))
            return back_to(".review_application", supplier_application_id=supplier_application_id)
    return _page(supplier_application_id, form), 422


def _decide(session: Session, application_id: str, action: str, form: DecisionForm) -> None:
    actor, now, reason = context.actor(), context.now(), form.reason.data or ""
    if action == "approve":
        service.approve(session, actor, application_id, form.marks(), reason, now=now)
    else:
        _BY_REASON[action](session, actor, application_id, reason, now=now)


def _page(application_id: str, form: DecisionForm | None) -> str:
    with reading() as session:
        seen = queries.get_for_review(session, context.actor(), application_id)
        known = queries.certified_kinds(session, seen.seller_id, context.now())
    return render(
        "suppliers/review_application.html", seen=seen, known=known, rules=rules, words=words,
        form=form or decision_form(seen, formdata=None),
    )  # fmt: skip
