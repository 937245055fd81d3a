"""Schemes of a region on the desks of its officials and of operators."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.audit import queries as audit
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.subsidies import preview, queries, rules, service, views, words
from market.subsidies.blueprint import blueprint
from market.subsidies.errors import NotADraft
from market.subsidies.forms import AskingForm, ReasonForm, SchemeForm, filled
from market.subsidies.types import Phase, SchemeType, SchemeView
from market.web import context
from market.web.access import STAFF, policy
from market.web.budget_form import BudgetForm
from market.web.choices import choice
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, name_of, render

__all__ = ["blueprint", "views"]


@blueprint.get("/official/subsidies")
@policy(STAFF)
def list_managed() -> str:
    """Schemes of the own subtree with their budgets."""
    with reading() as session:
        who, now = context.actor(), context.now()
        page = queries.list_managed(session, who, now, page_number())
        funds = queries.funds_of(session, who)
        names = queries.names_of(session, [row.scheme for row in page.items], context.language())
    return render("subsidies/list_managed.html", page=page, funds=funds, names=names, words=words)


@blueprint.route("/official/subsidies/new", methods=["GET", "POST"])
@policy(STAFF)
def new_scheme() -> Any:
    """A new draft."""
    own = context.actor().official_regions
    form = _form({"region": own[0] if own else None})
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                scheme_id = service.create_scheme(
                    session, context.actor(), form.place(), form.to_draft(), context.now()
                )
            say(_("存好了。先看三户试算，再公布"))
            return back_to("subsidies.show_managed", scheme_id=scheme_id)
        except DomainError as error:
            attach(form, error)
    page = render("subsidies/edit_scheme.html", form=form, seen=None)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/official/subsidies/<scheme_id>")
@policy(STAFF)
def show_managed(scheme_id: str) -> str:
    """One scheme: rules, three test households, budget, last uses."""
    return _page(scheme_id, ReasonForm(formdata=None))


@blueprint.route("/official/subsidies/<scheme_id>/edit", methods=["GET", "POST"])
@policy(STAFF)
def edit_scheme(scheme_id: str) -> Any:
    """Change a draft."""
    seen = _draft(scheme_id)
    form = _form(filled(seen))
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.update_scheme(
                    session, context.actor(), scheme_id, form.to_draft(), context.now()
                )
            say(_("存好了。先看三户试算，再公布"))
            return back_to("subsidies.show_managed", scheme_id=scheme_id)
        except DomainError as error:
            attach(form, error)
    page = render("subsidies/edit_scheme.html", form=form, seen=seen)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/official/subsidies/<scheme_id>/publish")
@policy(STAFF)
def publish_scheme(scheme_id: str) -> Response:
    """Make it public, or go on."""
    try:
        with unit_of_work() as session:
            service.publish_scheme(session, context.actor(), scheme_id, context.now())
        say(_("公布了，从开始那天起可以用"))
    except DomainError as error:
        if error.status in (403, 404):
            raise
        say_refusal(error)
    return back_to("subsidies.show_managed", scheme_id=scheme_id)


@blueprint.post("/official/subsidies/<scheme_id>/pause")
@policy(STAFF)
def pause_scheme(scheme_id: str) -> Any:
    """Give nothing new for now."""
    return _leave(scheme_id, "pause")


@blueprint.post("/official/subsidies/<scheme_id>/end")
@policy(STAFF)
def end_scheme(scheme_id: str) -> Any:
    """End it for good."""
    return _leave(scheme_id, "end")


def _leave(scheme_id: str, verb: str) -> Any:
    run = {"pause": service.pause_scheme, "end": service.end_scheme}[verb]
    done = {"pause": _("暂停了，已经留好的照样给"), "end": _("结束了，已经留好的照样给")}
    form = ReasonForm()
    with reading() as session:
        queries.get_managed(session, context.actor(), scheme_id, context.now())
    if form.validate():
        try:
            with unit_of_work() as session:
                run(session, context.actor(), scheme_id, form.reason.data or "", context.now())
            say(done[verb])
            return back_to("subsidies.show_managed", scheme_id=scheme_id)
        except DomainError as error:
            attach(form, error)
    return _page(scheme_id, form), 422


@blueprint.post("/official/subsidies/<scheme_id>/budget")
@policy(STAFF)
def budget_scheme(scheme_id: str) -> Any:
    """Give it another budget."""
    form = BudgetForm()
    with reading() as session:
        queries.get_managed(session, context.actor(), scheme_id, context.now())
    if form.validate():
        try:
            with unit_of_work() as session:
                service.change_budget(
                    session, context.actor(), scheme_id, form.budget_fen.data,
                    form.reason.data or "", context.now(),
                )  # fmt: skip
            say(_("预算改好了，从现在起的申请和订单照新的算"))
            return back_to("subsidies.show_managed", scheme_id=scheme_id, _anchor="budget")
        except DomainError as error:
            attach(form, error)
    return _page(scheme_id, ReasonForm(formdata=None), form), 422


@blueprint.post("/official/subsidies/<scheme_id>/household/<any(ask, waive):verdict>")
@policy(STAFF)
def ask_household(scheme_id: str, verdict: str) -> Any:
    """Ask for stated households, or waive that."""
    form = AskingForm()
    with reading() as session:
        queries.get_managed(session, context.actor(), scheme_id, context.now())
    if form.validate():
        try:
            with unit_of_work() as session:
                service.ask_household(
                    session, context.actor(), scheme_id, form.asked_reason.data or "",
                    context.now(), asked=verdict == "ask",
                )  # fmt: skip
            say(_("改好了，从现在起的申请和订单照新的算"))
            return back_to("subsidies.show_managed", scheme_id=scheme_id, _anchor="household")
        except DomainError as error:
            attach(form, error)
    return _page(scheme_id, ReasonForm(formdata=None), asking=form), 422


def _page(
    scheme_id: str, form: ReasonForm, budget_form: BudgetForm | None = None,
    asking: AskingForm | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        now = context.now()
        seen = queries.get_managed(session, context.actor(), scheme_id, now)
        changes = audit.budget_changes(session, "subsidy_scheme", scheme_id)
        people = accounts.accounts_by_ids(
            session, sorted({one.account_id for one in changes if one.account_id})
        )
        return render(
            "subsidies/show_managed.html",
            seen=seen,
            form=form,
            budget_form=_budget_form(budget_form),
            asking=asking or AskingForm(formdata=None),
            limited=seen.draft.type is not SchemeType.FEE and rules.is_limited(seen.draft.terms),
            changes=changes,
            people={one.id: one.display_name for one in people.values()},
            trials=_trials(session, seen),
            loans=preview.loans(seen.scheme, now) if seen.draft.type is SchemeType.INTEREST else [],
            vouchers=queries.vouchers_of_scheme(session, scheme_id),
            names=queries.names_of(session, [seen.scheme], context.language()),
            words=words,
        )


def _budget_form(sent: BudgetForm | None) -> BudgetForm:
    """With an id of its own for the reason, which another form of the page has too."""
    form = sent or BudgetForm(formdata=None)
    form.reason.id = "budget-reason"
    return form


def _trials(session: Session, seen: SchemeView) -> list[preview.Trial]:
    if seen.draft.type is SchemeType.INTEREST:
        return []
    kind, now = seen.draft.type, context.now()
    others, _household = queries.schemes_at(session, seen.scheme.region, None, now, (kind,))
    return preview.households(seen.scheme, others, now)


def _draft(scheme_id: str) -> SchemeView:
    with reading() as session:
        seen = queries.get_managed(session, context.actor(), scheme_id, context.now())
    if seen.phase is not Phase.DRAFT:
        raise NotADraft
    return seen


def _form(data: dict[str, Any]) -> SchemeForm:
    form = SchemeForm(data=data)
    with reading() as session:
        kinds = catalogue.list_kinds(session)
    form.kinds.choices = [choice(kind.code, name_of(kind)) for kind in kinds]
    if not form.is_submitted() and isinstance(data.get("region"), RegionCode):
        form.region.data = data["region"]
    return form
