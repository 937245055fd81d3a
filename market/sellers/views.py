"""Applying to sell."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.media import service as media
from market.sellers import queries, rules, service, states
from market.sellers.application import OWNER_KIND
from market.sellers.errors import ApplicationNotFound
from market.sellers.forms import AnswerForm, StartForm
from market.sellers.steps import STEPS, Saving, Step
from market.sellers.types import Application
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, attach
from market.web.templating import back_to, render

blueprint = Blueprint("sellers", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/seller/apply")
@policy(SIGNED_IN)
def new_application() -> str:
    """What selling here takes, the own applications, and the form to begin."""
    form = StartForm(formdata=None)
    form.region.data = request.args.get("region", "")
    return _start_page(form)


@blueprint.post("/seller/apply")
@policy(SIGNED_IN)
def create_application() -> Page:
    """Begin an application."""
    form = StartForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", narrowest=True)
                seller_id = service.apply(
                    session, context.actor(), form.to_new(region), now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            return back_to("sellers.show_application", seller_id=seller_id)
    return _start_page(form), 422


@blueprint.get("/seller/apply/<seller_id>")
@policy(SIGNED_IN)
def show_application(seller_id: str) -> str:
    """The checklist, what is missing, and where the review stands."""
    return _application_page(seller_id, AnswerForm(formdata=None))


@blueprint.post("/seller/apply/<seller_id>/submit")
@policy(SIGNED_IN)
def submit_application(seller_id: str) -> Page:
    """Hand the application in; refused while an item is open."""
    form = AnswerForm(formdata=None)
    try:
        with unit_of_work() as session:
            service.submit(session, context.actor(), seller_id, now=context.now())
    except DomainError as error:
        if isinstance(error, ApplicationNotFound):
            raise
        attach(form, error)
        return _application_page(seller_id, form), error.status
    say(_("申请交上去了。审核结果会发消息告诉你"))
    return back_to("sellers.show_application", seller_id=seller_id)


@blueprint.post("/seller/apply/<seller_id>/answer")
@policy(SIGNED_IN)
def answer_application(seller_id: str) -> Page:
    """Answer the reviewer."""
    form = AnswerForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                text = form.answer.data or ""
                service.answer(session, context.actor(), seller_id, text, now=context.now())
        except DomainError as error:
            if isinstance(error, ApplicationNotFound):
                raise
            attach(form, error)
        else:
            say(_("回复交上去了，等审核人看"))
            return back_to("sellers.show_application", seller_id=seller_id)
    return _application_page(seller_id, form), 422


@blueprint.get("/seller/apply/<seller_id>/<step>")
@policy(SIGNED_IN)
def edit_application(seller_id: str, step: str) -> str:
    """One page of the checklist."""
    page = _step(step)
    application = _own(seller_id)
    form = page.form(formdata=None)
    for name, value in page.fill(application).items():
        form[name].data = value
    return _step_page(application, step, page, form)


@blueprint.post("/seller/apply/<seller_id>/<step>")
@policy(SIGNED_IN)
def update_application(seller_id: str, step: str) -> Page:
    """Keep one page of the checklist."""
    page, application = _step(step), _own(seller_id)
    form = page.form()
    if form.validate():
        try:
            file = page.store(form)
            with unit_of_work() as session:
                saving = Saving(session, context.actor(), seller_id, context.now(), file)
                page.save(saving, form)
        except DomainError as error:
            if step == "licence" and error.field is None:
                error.field = "licence"
            attach(form, error)
        else:
            say(_("已保存"))
            return back_to("sellers.show_application", seller_id=seller_id)
    return _step_page(application, step, page, form), 422


@blueprint.get("/seller/apply/<seller_id>/licence/file")
@policy(SIGNED_IN)
def show_own_licence(seller_id: str) -> Response:
    """The uploaded licence, for its own applicant."""
    application = _own(seller_id)
    return licence_response(application)


def licence_response(application: Application) -> Response:
    """The licence of an application whose reader was checked."""
    with reading() as session:
        found = media.private_path(
            session, application.licence_file_id or "", OWNER_KIND, application.seller.id
        )
    return send_private(*found)


def _own(seller_id: str) -> Application:
    with reading() as session:
        account_id = context.actor().account_id or ""
        return queries.get_own_application(session, account_id, seller_id)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise ApplicationNotFound
    return STEPS[name]


def _start_page(form: StartForm) -> str:
    with reading() as session:
        applications = queries.applications_of(session, context.actor().account_id or "")
    return render("sellers/new_application.html", form=form, applications=applications)


def _application_page(seller_id: str, form: AnswerForm) -> str:
    application = _own(seller_id)
    return render(
        "sellers/show_application.html",
        application=application,
        checklist=rules.checklist(application.facts),
        form=form,
        editable=application.seller.state in states.EDITABLE,
    )


def _step_page(application: Application, name: str, page: Step, form: Form) -> str:
    return render(
        "sellers/edit_application.html",
        application=application,
        step=name,
        page=page,
        form=form,
        editable=application.seller.state in states.EDITABLE,
    )
