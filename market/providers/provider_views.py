"""The crew's own file: profile, areas, roster, documents, submitting."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.uploads import stored_file
from market.providers import queries, service
from market.providers.errors import UnknownArea
from market.providers.forms import ApplicationForm, ChangeForm, CraftsmanForm, DocumentForm
from market.providers.states import EDITABLE
from market.providers.types import (
    DOCUMENT_LABELS,
    DOCUMENT_OWNER,
    STATE_LABELS,
    VERDICT_LABELS,
    ProviderFile,
)
from market.providers.views import application_page, blueprint
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.web import context
from market.web.access import PROVIDER, SIGNED_IN, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.templating import back_to, render


def own_provider_id() -> str:
    """The crew this person works for."""
    return min(context.actor().provider_ids)


def _own() -> tuple[ProviderFile, dict[str, RegionPath]]:
    with reading() as session:
        file = queries.own_file(session, context.actor(), own_provider_id())
        places = regions.paths(session, [file.view.region, *file.view.areas])
    return file, places


@blueprint.get("/provider/profile")
@policy(PROVIDER)
def show_profile() -> str:
    """Where the file stands, and everything in it."""
    file, places = _own()
    return render(
        "providers/show_profile.html",
        file=file,
        places=places,
        states=STATE_LABELS,
        verdicts=VERDICT_LABELS,
        documents=DOCUMENT_LABELS,
        may_edit=file.view.state in EDITABLE,
    )


@blueprint.get("/provider/profile/edit")
@policy(PROVIDER)
def edit_profile() -> str:
    """Correct the file; name, place and trades only while it is not approved."""
    file, _places = _own()
    form = ApplicationForm() if file.view.state in EDITABLE else ChangeForm()
    _fill(form, file)
    return _edit_page(form, file)


@blueprint.post("/provider/profile/edit")
@policy(PROVIDER)
def update_profile() -> Any:
    """Keep the corrections."""
    file, _places = _own()
    form = ApplicationForm() if file.view.state in EDITABLE else ChangeForm()
    if form.validate():
        try:
            _save(form)
        except DomainError as error:
            attach(form, error)
        else:
            say(_("改好了"))
            return back_to("providers.show_profile")
    return _edit_page(form, file), 422


def _fill(form: ChangeForm, file: ProviderFile) -> None:
    form.contact_name.data = file.contact_name
    form.contact_phone.data = file.contact_phone
    form.weekly_capacity.data = file.view.weekly_capacity
    form.introduction.data = file.view.introduction
    if isinstance(form, ApplicationForm):
        picked = request.args.get("region", "")
        form.name.data = file.view.name
        form.region.data = _code(picked) or file.view.region
        form.trades.data = [trade.key for trade in file.view.trades]


def _save(form: ChangeForm) -> None:
    provider_id = own_provider_id()
    with unit_of_work() as session:
        if isinstance(form, ApplicationForm):
            service.correct(session, context.actor(), provider_id, form.to_application())
        else:
            service.change(session, context.actor(), provider_id, form.to_change())


def _edit_page(form: ChangeForm, file: ProviderFile) -> str:
    if isinstance(form, ApplicationForm):
        return application_page(form, file=file)
    return render("providers/edit_profile.html", form=form, file=file)


def _code(text: str) -> RegionCode | None:
    try:
        code = RegionCode(text)
    except ValueError:
        return None
    return code if code.digits else None


@blueprint.post("/provider/submit")
@policy(PROVIDER)
def submit_application() -> Response:
    """Hand the file to the officials of the home region."""
    try:
        with unit_of_work() as session:
            service.submit(session, context.actor(), own_provider_id(), now=context.now())
    except DomainError as error:
        say_refusal(error)
    else:
        say(_("已提交。县里的工作人员审核后，结果会发到消息里"))
    return back_to("providers.show_profile")


@blueprint.get("/provider/areas")
@policy(PROVIDER)
def edit_areas() -> str:
    """Where the crew works: remove, or walk down the regions and tick some."""
    inside = request.args.get("in", "")
    with reading() as session:
        file = queries.own_file(session, context.actor(), own_provider_id())
        here = _code(inside) or _code(file.view.region.digits[:6])
        found = regions.paths(session, [*file.view.areas, *([here] if here else [])])
        options = regions.children(session, "" if inside == "0" or here is None else here)
    return render(
        "providers/edit_areas.html",
        file=file,
        places=found,
        here=found.get(here.digits) if here and inside != "0" else None,
        options=options,
    )


@blueprint.post("/provider/areas")
@policy(PROVIDER)
def add_areas() -> Response:
    """Work there too."""
    codes = [_code(text) for text in request.form.getlist("codes")]
    try:
        if any(code is None for code in codes):
            raise UnknownArea()
        with unit_of_work() as session:
            wanted = [code for code in codes if code is not None]
            service.add_areas(session, context.actor(), own_provider_id(), wanted)
    except DomainError as error:
        say_refusal(error)
    else:
        say(_("服务地区加好了"))
    return back_to("providers.edit_areas", **{"in": request.form.get("in", "")[:9]})


@blueprint.post("/provider/areas/remove")
@policy(PROVIDER)
def remove_area() -> Response:
    """No longer work there."""
    code = _code(request.form.get("code", ""))
    if code is not None:
        with unit_of_work() as session:
            service.remove_area(session, context.actor(), own_provider_id(), code)
        say(_("服务地区删掉了"))
    return back_to("providers.edit_areas")


@blueprint.get("/provider/roster")
@policy(PROVIDER)
def list_craftsmen() -> str:
    """The people and their certificate numbers."""
    file, _places = _own()
    return render("providers/list_craftsmen.html", file=file, form=CraftsmanForm())


@blueprint.post("/provider/roster")
@policy(PROVIDER)
def add_craftsman() -> Any:
    """Put a person on the roster."""
    form = CraftsmanForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.add_craftsman(
                    session,
                    context.actor(),
                    own_provider_id(),
                    name=str(form.name.data),
                    trade=str(form.trade.data),
                    certificate_number=str(form.certificate_number.data),
                    now=context.now(),
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("名册加好了"))
            return back_to("providers.list_craftsmen")
    file, _places = _own()
    return render("providers/list_craftsmen.html", file=file, form=form), 422


@blueprint.post("/provider/roster/<craftsman_id>/remove")
@policy(PROVIDER)
def remove_craftsman(craftsman_id: str) -> Response:
    """Take a person off the roster."""
    with unit_of_work() as session:
        service.remove_craftsman(session, context.actor(), own_provider_id(), craftsman_id)
    say(_("从名册里删掉了"))
    return back_to("providers.list_craftsmen")


@blueprint.get("/provider/documents")
@policy(PROVIDER)
def list_documents() -> str:
    """The proof documents."""
    return _documents_page(DocumentForm())


@blueprint.post("/provider/documents")
@policy(PROVIDER)
def add_document() -> Any:
    """File a proof document; the bytes are stored before the transaction opens."""
    form = DocumentForm()
    if form.validate():
        try:
            document = stored_file(form.file)
            with unit_of_work() as session:
                service.add_document(
                    session,
                    context.actor(),
                    own_provider_id(),
                    document,
                    kind=str(form.kind.data),
                    now=context.now(),
                )
        except DomainError as error:
            error.field = error.field or "file"
            attach(form, error)
        else:
            say(_("证明存好了"))
            return back_to("providers.list_documents")
    return _documents_page(form), 422


def _documents_page(form: DocumentForm) -> str:
    file, _places = _own()
    return render(
        "providers/list_documents.html",
        file=file,
        form=form,
        documents=DOCUMENT_LABELS,
        may_edit=file.view.state in EDITABLE,
    )


@blueprint.post("/provider/documents/<document_id>/remove")
@policy(PROVIDER)
def remove_document(document_id: str) -> Response:
    """Take a document out while the file is not approved."""
    with unit_of_work() as session:
        service.remove_document(session, context.actor(), own_provider_id(), document_id)
    say(_("证明删掉了"))
    return back_to("providers.list_documents")


@blueprint.get("/provider/documents/<document_id>")
@policy(SIGNED_IN)
def show_document(document_id: str) -> Response:
    """The file itself, for members of the crew and the officials in charge."""
    with reading() as session:
        document, owner = queries.get_document(session, context.actor(), document_id)
        path, kind, name = media.private_path(session, document.file_id, DOCUMENT_OWNER, owner)
    return send_private(path, kind, name)
