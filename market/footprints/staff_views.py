"""Officials verify, refuse and withdraw declarations; the operator keeps the factors."""

from collections.abc import Callable
from functools import partial

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.footprints import queries, seller_views, service, words
from market.footprints.errors import DeclarationNotFound
from market.footprints.forms import FactorForm, NewFactorForm, ReasonForm, VerifyForm
from market.footprints.views import Page, blueprint, report_response
from market.kernel.errors import DomainError
from market.media import service as media
from market.media.uploads import stored
from market.web import context
from market.web.access import OPERATOR, STAFF, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, attach, refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]
_DECISIONS = {"refuse": service.refuse, "revoke": service.revoke}


@blueprint.get("/official/carbon")
@policy(STAFF)
def list_queue() -> str:
    """Declarations of the own region subtree."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in queries.LISTS else "waiting"
    with reading() as session:
        actor = context.actor()
        page = queries.list_for_review(session, actor, shown, context.now(), page_number())
        counts = queries.counts_for_review(session, actor)
    return render("footprints/list_queue.html", page=page, tabs=counts, shown=shown, words=words)


@blueprint.get("/official/carbon/<declaration_id>")
@policy(STAFF)
def review_declaration(declaration_id: str) -> str:
    """One declaration with its report and what it was computed from."""
    return _page(declaration_id)


@blueprint.post("/official/carbon/<declaration_id>/verify")
@policy(STAFF)
def verify_declaration(declaration_id: str) -> Page:
    """Grant the label."""
    form = VerifyForm()
    if form.validate():
        try:
            evidence, file = form.evidence.data or "", stored(form.file)
        except DomainError as error:
            attach(form, error)
        else:
            if _done(form, partial(service.verify, evidence=evidence, file=file), declaration_id):
                say(_("已核验，碳标签马上显示，厂家会收到消息"))
                return back_to("footprints.review_declaration", declaration_id=declaration_id)
    return _page(declaration_id, verify=form), 422


@blueprint.post("/official/carbon/<declaration_id>/<action>")
@policy(STAFF)
def decide_declaration(declaration_id: str, action: str) -> Page:
    """Refuse what was handed in, or withdraw what was verified."""
    if action not in _DECISIONS:
        raise DeclarationNotFound
    form = ReasonForm()
    if form.validate():
        act = partial(_DECISIONS[action], reason=form.reason.data or "")
        if _done(form, act, declaration_id):
            say(_("已处理，厂家会收到消息"))
            return back_to("footprints.review_declaration", declaration_id=declaration_id)
    return _page(declaration_id, reason=form), 422


@blueprint.get("/official/carbon/<declaration_id>/report")
@policy(STAFF)
def show_review_report(declaration_id: str) -> Response:
    """The verifier's report."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), declaration_id, context.now())
    return report_response(declaration_id)


@blueprint.get("/official/carbon/<declaration_id>/evidence")
@policy(STAFF)
def show_evidence(declaration_id: str) -> Response:
    """What the official kept when verifying."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), declaration_id, context.now())
        file_id = queries.evidence_file(session, declaration_id)
        found = media.private_path(session, file_id, service.EVIDENCE, declaration_id)
    return send_private(*found)


@blueprint.route("/operator/factors/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_factor() -> Page:
    """Add a factor under a new code."""
    form = NewFactorForm()
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.add_factor(session, context.actor(), form.to_draft(), now=context.now())
        except DomainError as error:
            attach(form, error)
        else:
            say(_("因子加好了"))
            return back_to("footprints.show_factor", code=(form.code.data or "").upper())
    page = render("footprints/edit_factor.html", form=form, factor=None, words=words)
    return page if request.method == "GET" else (page, 422)


@blueprint.route("/operator/factors/<factor_id>/supersede", methods=["GET", "POST"])
@policy(OPERATOR)
def supersede_factor(factor_id: str) -> Page:
    """Add the next version of a factor."""
    with reading() as session:
        factor = queries.get_factor(session, factor_id)
    form = FactorForm(obj=factor, data={"quality": factor.quality.value})
    form.offer()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.supersede_factor(
                    session, context.actor(), factor_id, form.to_draft(), now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("新版本加好了，用过旧版本的声明会提示重新计算"))
            return back_to("footprints.show_factor", code=factor.code)
    page = render("footprints/edit_factor.html", form=form, factor=factor, words=words)
    return page if request.method == "GET" else (page, 422)


def _done(form: Form, act: Callable[..., None], declaration_id: str) -> bool:
    with refusals_beside(form):
        with unit_of_work() as session:
            act(session, context.actor(), declaration_id, now=context.now())
        return True
    return False


def _page(
    declaration_id: str, *, verify: VerifyForm | None = None, reason: ReasonForm | None = None
) -> str:
    with reading() as session:
        made = queries.get_for_review(session, context.actor(), declaration_id, context.now())
        versions = queries.public_versions(session, made.product_id, context.now())
    return render(
        "footprints/review_declaration.html", made=made, versions=versions, words=words,
        verify=verify or VerifyForm(formdata=None), reason=reason or ReasonForm(formdata=None),
    )  # fmt: skip
