"""A contract for its parties: the list, the page, drafting, signing, printing."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.contracts import (
    asking_views,
    goods_views,
    page_views,
    queries,
    running_views,
    service,
    staff_views,
)
from market.contracts.blueprint import blueprint
from market.contracts.forms import DraftForm, SignForm, draft_form
from market.contracts.milestones import templates
from market.contracts.queries import ContractPage
from market.contracts.types import CONTRACT_LABELS, CONTRACT_TONES, ContractState, Party
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.regions import queries as regions
from market.web import context
from market.web.access import PROVIDER, SIGNED_IN, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, name_of, render

__all__ = ["asking_views", "blueprint", "goods_views", "running_views", "staff_views"]


@blueprint.get("/contracts")
@policy(SIGNED_IN)
def list_contracts() -> str:
    """The household's own contracts."""
    return _list(Party.HOUSEHOLD)


@blueprint.get("/provider/contracts")
@policy(PROVIDER)
def list_crew_contracts() -> str:
    """The crew's contracts."""
    return _list(Party.CREW)


def _list(party: Party) -> str:
    with reading() as session:
        page = queries.list_own(session, context.actor(), party, page_number())
        places = regions.paths(session, [card.region for card in page.items])
    return render(
        "contracts/list_contracts.html", page=page, places=places, party=party,
        labels=CONTRACT_LABELS, tones=CONTRACT_TONES,
    )  # fmt: skip


@blueprint.get("/requests/<request_id>/contract")
@policy(SIGNED_IN)
def show_of_request(request_id: str) -> Response:
    """The contract of an awarded request, for its parties."""
    with reading() as session:
        contract_id = queries.contract_of_request(session, context.actor(), request_id)
    return back_to("contracts.show_contract", contract_id=contract_id)


@blueprint.get("/contracts/<contract_id>")
@policy(SIGNED_IN)
def show_contract(contract_id: str) -> str:
    """Where the contract stands and what can be done now."""
    return page_views.contract(contract_id)


@blueprint.get("/contracts/<contract_id>/versions/<int:version>")
@policy(SIGNED_IN)
def show_version(contract_id: str, version: int) -> str:
    """A version as it is or was, made for paper."""
    with reading() as session:
        page = queries.contract_page(session, context.actor(), contract_id, version)
    return render("contracts/show_version.html", page=page, **page_views.words())


@blueprint.get("/contracts/<contract_id>/edit")
@policy(SIGNED_IN)
def edit_contract(contract_id: str) -> Any:
    """The milestones and days of a draft, to be changed by either party."""
    page = _draft(contract_id)
    if page.contract.state is not ContractState.DRAFT:
        return back_to("contracts.show_contract", contract_id=contract_id)
    form = _form(page, formdata=None)
    form.version.data = page.contract.version
    form.words.data = page.contract.content["words"]
    return _edit_page(page, form)


@blueprint.post("/contracts/<contract_id>/edit")
@policy(SIGNED_IN)
def update_contract(contract_id: str) -> Any:
    """Make the next version; what was typed stays when it is refused."""
    page = _draft(contract_id)
    form = _form(page)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                version = service.edit(
                    session, context.actor(), contract_id, form.to_edit(), context.now()
                )
            say(_("改成了第 %(version)s 版，对方会收到通知。双方都要签这一版", version=version))
            return back_to("contracts.show_contract", contract_id=contract_id)
    return _edit_page(page, form), 422


@blueprint.post("/contracts/<contract_id>/template")
@policy(SIGNED_IN)
def use_template(contract_id: str) -> Response:
    """Begin the milestones anew from another template."""
    seen = request.form.get("version", "")
    try:
        with unit_of_work() as session:
            service.use_template(
                session, context.actor(), contract_id, request.form.get("template", ""),
                int(seen) if seen.isdigit() and len(seen) < 7 else 0, context.now(),
            )  # fmt: skip
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    return back_to("contracts.edit_contract", contract_id=contract_id)


@blueprint.post("/contracts/<contract_id>/sign")
@policy(SIGNED_IN)
def sign_contract(contract_id: str) -> Any:
    """Sign the version that was read."""
    form = SignForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                runs = service.sign(
                    session, context.actor(), contract_id, int(form.version.data),
                    str(form.name.data), agreed=bool(form.agree.data), now=context.now(),
                )  # fmt: skip
            say(_("双方都签了，合同生效") if runs else _("签好了，等对方签"))
            return back_to("contracts.show_contract", contract_id=contract_id)
    return page_views.contract(contract_id, sign=form), 422


def _draft(contract_id: str) -> ContractPage:
    with reading() as session:
        return queries.contract_page(session, context.actor(), contract_id)


def _form(page: ContractPage, **kwargs: Any) -> DraftForm:
    contract = page.contract
    names = {
        line["listing_id"]: name_of(line)
        for seller in contract.content["materials"]["sellers"]
        for line in seller["lines"]
    }
    goods = {key: at for key, at in contract.content["goods"].items() if key in names}
    return draft_form(contract.steps, goods, names, **kwargs)


def _edit_page(page: ContractPage, form: DraftForm) -> str:
    return render(
        "contracts/edit_contract.html", page=page, form=form, templates=templates(),
        **page_views.words(),
    )  # fmt: skip
