"""The officials' and the operator's queue of certificates; the operator's certification bodies."""

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.certification import (
    check_queries,
    queries,
    registry_queries,
    registry_views,
    rules,
    seller_views,
    service,
    surveillance_views,
)
from market.certification.errors import OutsideYourRegion
from market.certification.forms import BodyForm, CheckForm, DecisionForm, body_values
from market.certification.registry_views import new_check, review_page
from market.certification.types import Review
from market.certification.views import Page, blueprint, evidence_response, paper_response
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.web import context
from market.web.access import OPERATOR, STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "registry_views", "seller_views", "surveillance_views"]
_DECISIONS: dict[str, Callable[..., None]] = {
    rules.ASK: service.ask,
    rules.REFUSE: service.refuse,
    rules.SUSPEND: service.suspend,
    rules.REINSTATE: service.reinstate,
    rules.REVOKE: service.revoke,
    rules.CANCEL: service.cancel,
}
_CHECKS: dict[str, Callable[..., None]] = {
    rules.APPROVE: service.approve,
    "recheck": service.recheck,
}
_SHOWN = {
    "waiting": (Review.SUBMITTED, Review.ANSWERED),
    "clarification": (Review.CLARIFICATION,),
    "approved": (Review.APPROVED,),
    "refused": (Review.REFUSED,),
}


@blueprint.get("/official/certificates")
@policy(STAFF)
def list_queue() -> str:
    """Certificates of the own region subtree."""
    shown = request.args.get("state", "waiting")
    wanted = _SHOWN.get(shown, _SHOWN["waiting"])
    with reading() as session:
        page = queries.list_queue(session, context.actor(), wanted, context.now(), page_number())
        counts = queries.count_by_review(session, context.actor())
        checks = check_queries.checks_due(session, context.actor(), context.now())
        watched = queries.watched(session, context.actor(), context.now())
        odd = registry_queries.list_anomalies(session, context.actor(), is_open=True).total
    tabs = {key: sum(counts.get(r, 0) for r in group) for key, group in _SHOWN.items()}
    return render(
        "certification/list_queue.html",
        page=page, tabs=tabs, shown=shown, checks=checks, watched=watched,
        odd=odd,
    )  # fmt: skip


@blueprint.get("/official/certificates/<certificate_id>")
@policy(STAFF)
def review_certificate(certificate_id: str) -> str:
    """One certificate with everything that was handed in."""
    return review_page(certificate_id, new_check(), DecisionForm(formdata=None))


@blueprint.post("/official/certificates/<certificate_id>/check/<action>")
@policy(STAFF)
def check_certificate(certificate_id: str, action: str) -> Page:
    """Approve, or record another check."""
    if action not in _CHECKS:
        raise NotFound
    form = CheckForm()
    if form.validate():
        try:
            papers = form.to_papers()
            with unit_of_work() as session:
                actor, now = context.actor(), context.now()
                _CHECKS[action](session, actor, certificate_id, form.to_check(), papers, now=now)
        except DomainError as error:
            if isinstance(error, NotFound | OutsideYourRegion):
                raise
            attach(form, error)
        else:
            say(_("核对记录已保存"))
            return back_to("certification.review_certificate", certificate_id=certificate_id)
    return review_page(certificate_id, form, DecisionForm(formdata=None)), 422


@blueprint.post("/official/certificates/<certificate_id>/<action>")
@policy(STAFF)
def decide_certificate(certificate_id: str, action: str) -> Page:
    """Ask, refuse, suspend, reinstate, revoke or cancel."""
    if action not in _DECISIONS:
        raise NotFound
    form = DecisionForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                actor, reason = context.actor(), form.reason.data or ""
                _DECISIONS[action](session, actor, certificate_id, reason, now=context.now())
        except DomainError as error:
            if isinstance(error, NotFound | OutsideYourRegion):
                raise
            attach(form, error)
        else:
            say(_("已处理，商家会收到消息"))
            return back_to("certification.review_certificate", certificate_id=certificate_id)
    return review_page(certificate_id, new_check(), form), 422


@blueprint.get("/official/certificates/<certificate_id>/evidence")
@policy(STAFF)
def show_evidence(certificate_id: str) -> Response:
    """The uploaded scan."""
    with reading() as session:
        certificate = queries.get_for_review(
            session, context.actor(), certificate_id, context.now()
        )
    return evidence_response(certificate)


@blueprint.get("/official/certificates/<certificate_id>/papers/<paper>")
@policy(STAFF)
def show_paper(certificate_id: str, paper: str) -> Response:
    """What the reviewer kept of the check, or of the holder's consent."""
    with reading() as session:
        certificate = queries.get_for_review(
            session, context.actor(), certificate_id, context.now()
        )
    return paper_response(certificate, paper)


@blueprint.get("/operator/certification-bodies")
@policy(OPERATOR)
def list_bodies() -> str:
    """Every certification body and the form for one more."""
    return _bodies_page(BodyForm(formdata=None))


@blueprint.post("/operator/certification-bodies")
@policy(OPERATOR)
def create_body() -> Page:
    """Enter a body."""
    form = BodyForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.add_body(session, context.actor(), form.to_details(), now=context.now())
        except DomainError as error:
            attach(form, error)
        else:
            say(_("认证机构已添加"))
            return back_to("certification.list_bodies")
    return _bodies_page(form), 422


@blueprint.get("/operator/certification-bodies/<body_id>")
@policy(OPERATOR)
def edit_body(body_id: str) -> str:
    """One body."""
    with reading() as session:
        body = queries.get_body(session, body_id)
    form = BodyForm(formdata=None)
    for name, value in body_values(body).items():
        form[name].data = value
    return render("certification/edit_body.html", form=form, body=body)


@blueprint.post("/operator/certification-bodies/<body_id>")
@policy(OPERATOR)
def update_body(body_id: str) -> Page:
    """Change a body."""
    form = BodyForm()
    with reading() as session:
        body = queries.get_body(session, body_id)
    if form.validate():
        try:
            with unit_of_work() as session:
                actor, now = context.actor(), context.now()
                service.save_body(session, actor, body_id, form.to_details(), now=now)
        except DomainError as error:
            attach(form, error)
        else:
            say(_("认证机构已保存"))
            return back_to("certification.list_bodies")
    return render("certification/edit_body.html", form=form, body=body), 422


def _bodies_page(form: BodyForm) -> str:
    with reading() as session:
        bodies = queries.list_bodies(session)
    return render("certification/list_bodies.html", form=form, bodies=bodies)
