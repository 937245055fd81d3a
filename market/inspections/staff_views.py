"""Officials draw samples, enter and publish results, and decide objections."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.batches import hold_queries as holds
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.inspections import queries, seller_views, service
from market.inspections.errors import SpotCheckNotFound
from market.inspections.forms import DecisionForm, PlanForm, ReportForm, ResultForm
from market.inspections.types import AppealView, Reason
from market.inspections.views import Page, appeal_response, blueprint, report_response
from market.kernel.clock import shanghai_date
from market.kernel.errors import Forbidden
from market.media.uploads import stored
from market.sellers import queries as sellers
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]


@blueprint.get("/official/spot-checks")
@policy(STAFF)
def list_queue() -> str:
    """Drafts, standing failures and objections of the own subtree, and its plans."""
    shown = request.args.get("state", "draft")
    shown = shown if shown in queries.LISTS else "draft"
    number = page_number()
    with reading() as session:
        actor = context.actor()
        page = queries.list_for_review(session, actor, shown, context.now(), number)
        counts = queries.counts_for_review(session, actor, context.now())
        plans = queries.list_plans(session, actor)
    return render(
        "inspections/list_queue.html", page=page, tabs=counts, shown=shown, plans=plans,
        today=shanghai_date(context.now()),
    )  # fmt: skip


@blueprint.get("/official/spot-checks/plans/new")
@policy(STAFF)
def new_plan() -> str:
    """The form to draw samples."""
    form = PlanForm(formdata=None)
    own = context.actor().official_regions
    form.region.data = own[0] if own else None
    form.size.data = 10
    return render("inspections/new_plan.html", form=form)


@blueprint.post("/official/spot-checks/plans/new")
@policy(STAFF)
def create_plan() -> Page:
    """Draw."""
    form = PlanForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                plan_id = service.draw_plan(
                    session, context.actor(), form.region.data, form.to_draft(),
                    now=context.now(),
                )  # fmt: skip
            return back_to("inspections.show_plan", plan_id=plan_id)
    return render("inspections/new_plan.html", form=form), 422


@blueprint.get("/official/spot-checks/plans/<plan_id>")
@policy(STAFF)
def show_plan(plan_id: str) -> str:
    """What was drawn, from what numbers, and what became of it."""
    with reading() as session:
        plan = queries.get_plan(session, context.actor(), plan_id)
    return render("inspections/show_plan.html", plan=plan)


@blueprint.get("/official/spot-checks/new")
@policy(STAFF)
def find_product() -> str:
    """Any product of a seller of the own subtree, by name or number: after a complaint, a notice,
    or to check again."""
    typed = request.args.get("q", "").strip()[:60]
    with reading() as session:
        found = queries.find_products(session, context.actor(), typed)
    return render("inspections/find_product.html", typed=typed, found=found)


@blueprint.get("/official/spot-checks/new/<product_id>/<seller_id>")
@policy(STAFF)
def new_check(product_id: str, seller_id: str) -> str:
    """The form for a laboratory's result."""
    form = ResultForm(formdata=None)
    return _entry_page(form, product_id, seller_id)


@blueprint.post("/official/spot-checks/new/<product_id>/<seller_id>")
@policy(STAFF)
def create_check(product_id: str, seller_id: str) -> Page:
    """Write the result down as a draft."""
    form = ResultForm()
    if form.validate():
        with refusals_beside(form):
            report = stored(form.report)
            with unit_of_work() as session:
                check_id = service.enter(
                    session, context.actor(), product_id, seller_id, form.to_result(), report,
                    now=context.now(), plan_id=_plan_id(product_id), reason=form.to_reason(),
                )  # fmt: skip
            say(_("结果记下了，看过以后再公布"))
            return back_to("inspections.review_check", check_id=check_id)
    return _entry_page(form, product_id, seller_id), 422


@blueprint.get("/official/spot-checks/<check_id>")
@policy(STAFF)
def review_check(check_id: str) -> str:
    """One check, what publishing it would do, and the objections."""
    return _page(check_id, ReportForm(formdata=None), DecisionForm(formdata=None))


@blueprint.get("/official/spot-checks/<check_id>/correct")
@policy(STAFF)
def edit_check(check_id: str) -> Page:
    """The form of a draft again."""
    with reading() as session:
        check = queries.get_for_review(session, context.actor(), check_id)
    if check.published_at is not None:
        return back_to("inspections.review_check", check_id=check_id)
    form = ResultForm(formdata=None)
    form.fill(check.result, Reason(check.cause, check.cause_note))
    return render("inspections/edit_check.html", form=form, check=check)


@blueprint.post("/official/spot-checks/<check_id>/correct")
@policy(STAFF)
def correct_check(check_id: str) -> Page:
    """Write a draft anew."""
    with reading() as session:
        check = queries.get_for_review(session, context.actor(), check_id)
    form = ResultForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.correct(
                    session, context.actor(), check_id, form.to_result(), form.to_reason(),
                    now=context.now(),
                )  # fmt: skip
            say(_("结果改好了，看过以后再公布"))
            return back_to("inspections.review_check", check_id=check_id)
    return render("inspections/edit_check.html", form=form, check=check), 422


@blueprint.post("/official/spot-checks/<check_id>/discard")
@policy(STAFF)
def discard_check(check_id: str) -> Response:
    """Throw a draft away."""
    with unit_of_work() as session:
        service.discard(session, context.actor(), check_id, now=context.now())
    say(_("没公布的结果删掉了"))
    return back_to("inspections.list_queue")


@blueprint.post("/official/spot-checks/<check_id>/report")
@policy(STAFF)
def upload_report(check_id: str) -> Page:
    """Put the report to a draft."""
    form = ReportForm()
    if form.validate():
        with refusals_beside(form):
            report = stored(form.report)
            with unit_of_work() as session:
                if report is not None:
                    service.attach_report(
                        session, context.actor(), check_id, report, now=context.now()
                    )
            return back_to("inspections.review_check", check_id=check_id)
    return _page(check_id, form, DecisionForm(formdata=None)), 422


@blueprint.get("/official/spot-checks/<check_id>/report")
@policy(STAFF)
def show_report(check_id: str) -> Response:
    """The laboratory's report."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), check_id)
    return report_response(check_id)


@blueprint.post("/official/spot-checks/<check_id>/publish")
@policy(STAFF)
def publish_check(check_id: str) -> Page:
    """Make the result public; a failure acts at once."""
    with unit_of_work() as session:
        number = service.publish(session, context.actor(), check_id, now=context.now())
    say(_("已公布，公示编号 %(number)s", number=number))
    return back_to("inspections.review_check", check_id=check_id)


@blueprint.get("/official/spot-checks/<check_id>/appeals/<appeal_id>")
@policy(STAFF)
def show_appeal(check_id: str, appeal_id: str) -> Response:
    """The report of an objection."""
    with reading() as session:
        queries.get_for_review(session, context.actor(), check_id)
    return appeal_response(check_id, appeal_id)


@blueprint.post("/official/spot-checks/<check_id>/appeals/<appeal_id>/<decision>")
@policy(STAFF)
def decide_appeal(check_id: str, appeal_id: str, decision: str) -> Page:
    """Uphold or reject an objection."""
    if decision not in ("uphold", "reject"):
        raise SpotCheckNotFound
    with reading() as session:  # the form of an objection that is not there is not shown either
        queries.appeal_file(session, check_id, appeal_id)
    form = DecisionForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.decide_appeal(
                    session, context.actor(), check_id, appeal_id, form.reason.data or "",
                    upheld=decision == "uphold", now=context.now(),
                )  # fmt: skip
            say(_("已处理，厂家会收到消息"))
            return back_to("inspections.review_check", check_id=check_id)
    return _page(check_id, ReportForm(formdata=None), form), 422


def _plan_id(product_id: str) -> str | None:
    """The plan the page was opened from, if it did draw this product in the own subtree."""
    asked = request.args.get("plan")
    if not asked:
        return None
    with reading() as session:
        plan = queries.get_plan(session, context.actor(), asked)
    return asked if any(s.product_id == product_id for s in plan.samples) else None


def _entry_page(form: ResultForm, product_id: str, seller_id: str) -> str:
    with reading() as session:
        names = catalogue.product_names(session, [product_id]).get(product_id)
        seller = sellers.find_seller(session, seller_id)
        if names is None or seller is None:
            raise SpotCheckNotFound
    if not context.actor().governs(seller.region):
        raise Forbidden
    return render(
        "inspections/new_check.html", form=form, product_id=product_id, seller=seller,
        named={"name_zh": names[0], "name_en": names[1]}, plan=request.args.get("plan"),
    )  # fmt: skip


def _page(check_id: str, report: ReportForm, decision: DecisionForm) -> str:
    with reading() as session:
        check = queries.get_for_review(session, context.actor(), check_id)
        appeals = queries.appeals_of(session, check_id)
        failing = not (check.result.passed or check.published_at)
        reach = queries.reach_of(session, check, context.now()) if failing else None
        held = holds.of_check(session, check_id)
    return render(
        "inspections/review_check.html", check=check, appeals=appeals, reach=reach,
        report=report, decision=decision, open_appeal=_open(appeals), held=held,
    )  # fmt: skip


def _open(appeals: list[AppealView]) -> AppealView | None:
    return next((made for made in appeals if made.decision == "open"), None)
