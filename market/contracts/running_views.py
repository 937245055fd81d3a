"""A running contract: milestones reported, accepted, sent back and moved."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from market.contracts import page_views, queries, service
from market.contracts.blueprint import blueprint
from market.contracts.forms import MoveForm, ReportForm, ReworkForm
from market.contracts.types import MOST_PHOTOS, PHOTO_OWNER, GoodsMoved, Moved
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.media import service as media
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach, refusals_beside
from market.web.templating import back_to, render


@blueprint.post("/contracts/<contract_id>/milestones/<int:position>/report")
@policy(SIGNED_IN)
def report_milestone(contract_id: str, position: int) -> Any:
    """The crew says a milestone is reached."""
    with reading() as session:
        queries.get_contract(session, context.actor(), contract_id)
    form = ReportForm()
    if form.validate():
        try:
            photos = [
                media.store_photo(*one, private=True) for one in form.chosen()[: MOST_PHOTOS + 1]
            ]
            with unit_of_work() as session:
                service.report(
                    session, context.actor(), contract_id, position, str(form.note.data or ""),
                    photos, context.now(),
                )  # fmt: skip
        except DomainError as error:
            error.field = error.field or "photos"
            attach(form, error)
        else:
            say(_("记下了，业主会收到通知来验收"))
            return back_to("contracts.show_contract", contract_id=contract_id)
    return page_views.contract(contract_id, report=form), 422


@blueprint.post("/contracts/<contract_id>/milestones/<int:position>/accept")
@policy(SIGNED_IN)
def accept_milestone(contract_id: str, position: int) -> Response:
    """The household accepts it."""
    try:
        with unit_of_work() as session:
            service.accept(session, context.actor(), contract_id, position, context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        say(_("验收通过了"))
    return back_to("contracts.show_contract", contract_id=contract_id)


@blueprint.post("/contracts/<contract_id>/milestones/<int:position>/rework")
@policy(SIGNED_IN)
def ask_rework(contract_id: str, position: int) -> Any:
    """The household sends it back."""
    form = ReworkForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.ask_rework(
                    session, context.actor(), contract_id, position, str(form.reason.data),
                    context.now(),
                )  # fmt: skip
            say(_("告诉施工队了，返工以后会再请你验收"))
            return back_to("contracts.show_contract", contract_id=contract_id)
    return page_views.contract(contract_id, rework=form), 422


@blueprint.get("/contracts/<contract_id>/milestones/<int:position>/move")
@policy(SIGNED_IN)
def propose_move(contract_id: str, position: int) -> str:
    """A new day for a milestone, with what would follow from it."""
    form = MoveForm(formdata=None)
    return _move_page(contract_id, position, form)


@blueprint.post("/contracts/<contract_id>/milestones/<int:position>/move")
@policy(SIGNED_IN)
def send_move(contract_id: str, position: int) -> Any:
    """Look at what follows, or ask the other party."""
    form = MoveForm()
    looking = "look" in request.form
    if form.validate():
        if looking:
            return _move_page(contract_id, position, form)
        with refusals_beside(form):
            with unit_of_work() as session:
                service.propose(
                    session, context.actor(), contract_id, position, form.new_on.data,
                    str(form.reason.data), context.now(),
                )  # fmt: skip
            say(_("问对方了。对方同意以前，日期不变"))
            return back_to("contracts.show_contract", contract_id=contract_id)
    return _move_page(contract_id, position, form), 422


def _move_page(contract_id: str, position: int, form: MoveForm) -> str:
    with reading() as session:
        page = queries.contract_page(session, context.actor(), contract_id)
        if not page.contract.is_running or position >= len(page.contract.milestones):
            raise NotFound()
        follows: tuple[tuple[Moved, ...], tuple[GoodsMoved, ...]] = ((), ())
        if isinstance(form.new_on.data, date):
            follows = queries.preview_move(session, contract_id, position, form.new_on.data)
    return render(
        "contracts/propose_move.html", page=page, form=form, follows=follows,
        milestone=page.contract.milestones[position], **page_views.words(),
    )  # fmt: skip


@blueprint.post("/contracts/<contract_id>/move")
@policy(SIGNED_IN)
def answer_move(contract_id: str) -> Response:
    """Assent to a proposed day, or not."""
    agreed = request.form.get("answer") == "agree"
    try:
        with unit_of_work() as session:
            moved = service.answer(
                session, context.actor(), contract_id, request.form.get("move", "")[:20],
                agreed=agreed, now=context.now(),
            )  # fmt: skip
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    else:
        if agreed:
            say(ngettext("改期了，%(num)s 家的送货日期跟着改", "改期了，%(num)s 家的送货日期跟着改",
                         moved))  # fmt: skip
        else:
            say(_("日期照旧"))
    return back_to("contracts.show_contract", contract_id=contract_id)


@blueprint.get("/contracts/<contract_id>/milestones/<int:position>/photos/<photo_id>")
@policy(SIGNED_IN)
def show_milestone_photo(contract_id: str, position: int, photo_id: str) -> Response:
    """A photo of a milestone, for the parties."""
    with reading() as session:
        owner = queries.milestone_photo_owner(session, context.actor(), contract_id, position)
        found = media.private_path(
            session, photo_id, PHOTO_OWNER, owner, 320 if request.args.get("w") else 1280
        )
    return send_private(*found, keep_seconds=3600)
