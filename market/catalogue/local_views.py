"""Local lists: the officials' desk, and what everyone may see."""

from flask import send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import local_queries, service
from market.catalogue.blueprint import blueprint
from market.catalogue.errors import ProductNotFound
from market.catalogue.local_forms import AdmissionForm, WithdrawForm
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.media import service as media
from market.media.uploads import stored
from market.web import context
from market.web.access import PUBLIC, STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

Page = str | Response | tuple[str, int]


@blueprint.get("/local-list")
@policy(PUBLIC)
def show_local_list() -> str:
    """What is admitted without a certificate at the visitor's place."""
    with reading() as session:
        rows = local_queries.local_list(session, context.region(), context.now())
    return render("catalogue/show_local_list.html", rows=rows, chosen=context.region() is not None)


@blueprint.get("/local-list/<admission_id>/sheet")
@policy(PUBLIC)
def show_sheet(admission_id: str) -> Response:
    """The technical sheet."""
    with reading() as session:
        file_id = local_queries.sheet_of(session, admission_id)
        path, media_type, name = media.private_path(session, file_id, service.SHEETS, admission_id)
    return send_file(path, mimetype=media_type, download_name=name)


@blueprint.get("/official/local-list")
@policy(STAFF)
def list_admissions() -> str:
    """Admissions of the own subtree, and products that could be admitted."""
    return _list_page(WithdrawForm(formdata=None))


@blueprint.get("/official/local-list/new/<product_id>")
@policy(STAFF)
def new_admission(product_id: str) -> str:
    """The form for one product."""
    form = AdmissionForm(formdata=None)
    regions = context.actor().official_regions
    form.region.data = regions[0] if regions else None
    return _new_page(form, product_id)


@blueprint.post("/official/local-list/new/<product_id>")
@policy(STAFF)
def create_admission(product_id: str) -> Page:
    """Admit it."""
    form = AdmissionForm()
    with reading() as session:
        local_queries.get_candidate(session, context.actor(), product_id)
    if form.validate():
        try:
            sheet = stored(form.sheet)
            with unit_of_work() as session:
                service.admit(
                    session, context.actor(), product_id, form.to_admission(), sheet,
                    now=context.now(),
                )  # fmt: skip
        except ProductNotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("已列入地方目录"))
            return back_to("catalogue.list_admissions")
    return _new_page(form, product_id), 422


@blueprint.post("/official/local-list/<admission_id>/withdraw")
@policy(STAFF)
def withdraw_admission(admission_id: str) -> Page:
    """Take it off the list."""
    form = WithdrawForm()
    with reading() as session:
        local_queries.require_own(session, context.actor(), admission_id)
    if form.validate():
        with unit_of_work() as session:
            service.withdraw_admission(
                session, context.actor(), admission_id, form.reason.data or "", now=context.now()
            )
        say(_("已移出地方目录"))
        return back_to("catalogue.list_admissions")
    form.reason.id = f"reason-{admission_id}"
    return _list_page(form, admission_id), 422


def _list_page(form: WithdrawForm, refused: str | None = None) -> str:
    with reading() as session:
        rows = local_queries.list_admissions(session, context.actor(), context.now())
        candidates = local_queries.candidates(session, context.actor())
    return render(
        "catalogue/list_admissions.html", rows=rows, candidates=candidates, form=form,
        refused=refused,
    )  # fmt: skip


def _new_page(form: AdmissionForm, product_id: str) -> str:
    with reading() as session:
        candidate = local_queries.get_candidate(session, context.actor(), product_id)
    return render("catalogue/new_admission.html", form=form, candidate=candidate)
