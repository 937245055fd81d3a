"""The operator's library of standards."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.standards import queries, seller_views, service, wording
from market.standards.forms import (
    CancelForm,
    CorrectionForm,
    EditionForm,
    EndingForm,
    correction_form,
)
from market.standards.types import Reach
from market.standards.views import Page, asked_state, blueprint
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]


@blueprint.get("/operator/standards")
@policy(OPERATOR)
def list_library() -> str:
    """The library, with how many products cite each edition."""
    today, state, text = shanghai_date(now()), asked_state(), request.args.get("q", "")[:60]
    with reading() as session:
        page = queries.list_editions(session, today, words=text, state=state, number=page_number())
        counts = queries.count_states(session, today)
        cited = queries.citing(session)
    return render(
        "standards/list_library.html", page=page, counts=counts, shown=state, text=text,
        citing=cited.counts, unknown=len(cited.unknown), today=today, words=wording,
    )  # fmt: skip


@blueprint.get("/operator/standards/unknown")
@policy(OPERATOR)
def list_unknown() -> str:
    """What products cite and the library does not have."""
    with reading() as session:
        page = queries.unknown_texts(session, page_number())
    return render("standards/list_unknown.html", page=page)


@blueprint.route("/operator/standards/new", methods=["GET", "POST"])
@policy(OPERATOR)
def new_edition() -> Page:
    """Add an edition; `?code=` is what some product cites."""
    form = EditionForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                edition_id = service.add_edition(
                    session, actor(), form.code.data or "", form.to_draft(), now=now()
                )
                standard_id = queries.get_edition(session, edition_id).standard_id
            say(_("标准存好了，引用它的产品页会写出名称"))
            return back_to(".manage_standard", standard_id=standard_id)
        except DomainError as error:
            attach(form, error)
    if not form.is_submitted():
        form.code.data = request.args.get("code", "")[:60]
    page = _form_page(form, None)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/operator/standards/<standard_id>")
@policy(OPERATOR)
def manage_standard(standard_id: str) -> Page:
    """A standard with its editions and the products that cite the one asked for."""
    return _standard_page(standard_id, CancelForm(formdata=None))


@blueprint.route("/operator/standards/editions/<edition_id>/edit", methods=["GET", "POST"])
@policy(OPERATOR)
def correct_edition(edition_id: str) -> Page:
    """Put right what was entered."""
    with reading() as session:
        edition = queries.get_edition(session, edition_id)
    form = CorrectionForm() if request.method == "POST" else correction_form(edition)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.correct_edition(session, actor(), edition_id, form.to_draft(), now=now())
            say(_("改好了，原来写的留在审计记录里"))
            return back_to(".manage_standard", standard_id=edition.standard_id)
        except DomainError as error:
            attach(form, error)
    page = _form_page(form, edition_id)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/operator/standards/editions/<edition_id>/end", methods=["GET", "POST"])
@policy(OPERATOR)
def end_edition(edition_id: str) -> Page:
    """First look whom it concerns, then let the edition be superseded or withdrawn."""
    form, reach = EndingForm(), None
    if form.validate_on_submit():
        try:
            if request.form.get("step") == "confirm":
                return _end(edition_id, form)
            with reading() as session:
                reach = service.look(session, actor(), edition_id, form.to_draft())
        except DomainError as error:
            attach(form, error)
    page = _ending_page(edition_id, form, reach)
    return (page, 422) if form.errors else page


@blueprint.post("/operator/standards/endings/<ending_id>/cancel")
@policy(OPERATOR)
def cancel_ending(ending_id: str) -> Page:
    """Take back what was entered wrongly."""
    form = CancelForm()
    with reading() as session:
        standard_id = queries.edition_of_ending(session, ending_id).standard_id
    if not form.validate():
        return _standard_page(standard_id, form), 422
    with unit_of_work() as session:
        service.cancel_ending(session, actor(), ending_id, form.reason.data or "", now=now())
    say(_("撤销了，引用它的产品不再有提示"))
    return back_to(".manage_standard", standard_id=standard_id)


def _end(edition_id: str, form: EndingForm) -> Response:
    with unit_of_work() as session:
        service.end_edition(session, actor(), edition_id, form.to_draft(), now=now())
        edition = queries.get_edition(session, edition_id)
    say(_("登记好了，到那天引用它的产品有提示，厂家会收到消息"))
    return back_to(".manage_standard", standard_id=edition.standard_id)


def _form_page(form: CorrectionForm, edition_id: str | None) -> str:
    with reading() as session:
        edition = queries.get_edition(session, edition_id) if edition_id else None
        kinds = catalogue.kind_names(session)
    return render("standards/edit_edition.html", form=form, edition=edition, kinds=kinds)


def _ending_page(edition_id: str, form: EndingForm, reach: Reach | None) -> str:
    with reading() as session:
        edition = queries.get_edition(session, edition_id)
    return render("standards/end_edition.html", form=form, edition=edition, reach=reach)


def _standard_page(standard_id: str, form: CancelForm) -> str:
    with reading() as session:
        standard = queries.get_standard(session, standard_id)
        asked, citing = request.args.get("edition", ""), queries.citing(session).counts
        most = max(standard.editions, key=lambda one: citing.get(one.code, 0))
        edition = next((one for one in standard.editions if one.id == asked), most)
        page = queries.citing_page(session, edition, page_number())
        kinds = dict(catalogue.kind_names(session))
    return render(
        "standards/manage_standard.html", standard=standard, edition=edition, citing=citing,
        page=page, kind_names=kinds, form=form, today=shanghai_date(now()), words=wording,
    )  # fmt: skip
