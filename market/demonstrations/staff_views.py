"""Officials record demonstration projects; their superiors or the operator make them public."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.bundles.house import MEASURES, TYPED_AREAS
from market.db.session import reading, unit_of_work
from market.demonstrations import access, author_views, drafting, fitting, queries, service, words
from market.demonstrations.errors import ProjectNotFound
from market.demonstrations.forms import (
    AREAS,
    NUMBERS,
    DecisionForm,
    FactsForm,
    OrderForm,
    ShowPhotoForm,
    VisitForm,
    facts_of,
)
from market.demonstrations.types import Place, ProjectState
from market.demonstrations.views import blueprint
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.regions import queries as regions
from market.uses import wording
from market.uses.types import Use
from market.web.access import STAFF, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import Form, refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["author_views", "blueprint"]
Page = str | Response | tuple[str, int]
_DECISIONS: dict[str, Callable[..., None]] = {
    "approve": service.approve,
    "refuse": service.refuse,
    "withdraw": service.withdraw,
}


@blueprint.get("/official/demonstrations")
@policy(STAFF)
def list_managed() -> str:
    """Projects of the own region subtree."""
    shown = request.args.get("state", "submitted")
    shown = shown if shown in queries.LISTS else "submitted"
    with reading() as session:
        page = queries.list_managed(session, actor(), shown, page_number())
        counts = queries.counts_managed(session, actor())
        places = regions.paths(session, [card.region.digits for card in page.items])
    return render(
        "demonstrations/list_managed.html", page=page, tabs=counts, shown=shown, places=places,
        words=words,
    )  # fmt: skip


@blueprint.route("/official/demonstrations/new", methods=["GET", "POST"])
@policy(STAFF)
def new_project() -> Page:
    """A new draft."""
    form = FactsForm()
    if not form.is_submitted():
        form.region.data = _asked_region()
    if form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                made = service.record(
                    session, actor(), form.region.data, form.to_draft(), now=now()
                )
            say(_("存好了，再加订单和照片"))
            return back_to(".manage_project", demonstration_id=made)
    return _facts_page(form)


@blueprint.route("/official/demonstrations/<demonstration_id>/facts", methods=["GET", "POST"])
@policy(STAFF)
def edit_project(demonstration_id: str) -> Page:
    """The facts of a draft."""
    with reading() as session:
        project = queries.get_managed(session, actor(), demonstration_id)
    form = FactsForm(data=facts_of(project.draft))
    del form.region
    if form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.rewrite(session, actor(), project.id, form.to_draft(), now=now())
            say(_("存好了"))
            return back_to(".manage_project", demonstration_id=project.id)
    return _facts_page(form, demonstration_id)


@blueprint.get("/official/demonstrations/<demonstration_id>")
@policy(STAFF)
def manage_project(demonstration_id: str) -> str:
    """Everything about one project, with what may be done now."""
    return _page(demonstration_id)


@blueprint.post("/official/demonstrations/<demonstration_id>/orders")
@policy(STAFF)
def add_order(demonstration_id: str) -> Page:
    """Take the goods of an order into the bill."""
    form = OrderForm()
    with reading() as session:
        queries.get_managed(session, actor(), demonstration_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.add_order(
                    session, actor(), demonstration_id, form.code.data or "",
                    bool(form.consent.data), now=now(),
                )  # fmt: skip
            say(_("加好了，再看每样材料用在哪里"))
            return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="bill")
    return _page(demonstration_id, order=form), 422


@blueprint.post("/official/demonstrations/<demonstration_id>/orders/<shown_order_id>/remove")
@policy(STAFF)
def remove_order(demonstration_id: str, shown_order_id: str) -> Response:
    """Take an order out again."""
    with unit_of_work() as session:
        service.remove_order(session, actor(), demonstration_id, shown_order_id, now=now())
    say(_("拿掉了"))
    return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="bill")


@blueprint.post("/official/demonstrations/<demonstration_id>/places")
@policy(STAFF)
def place_goods(demonstration_id: str) -> Response:
    """Say where the goods went."""
    places = {key: Place(value) for key, value in _told("place-") if value in set(Place)}
    used = {key: Use(value) for key, value in _told("use-") if value in set(Use)}
    with unit_of_work() as session:
        service.place_goods(session, actor(), demonstration_id, places, used, now=now())
    say(_("存好了"))
    return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="bill")


@blueprint.post("/official/demonstrations/<demonstration_id>/photos")
@policy(STAFF)
def add_photo(demonstration_id: str) -> Page:
    """Add a photo; it is re-encoded before any transaction is open."""
    form = ShowPhotoForm()
    with reading() as session:
        queries.get_managed(session, actor(), demonstration_id)
    if form.validate():
        with refusals_beside(form):
            photo = media.store_photo(form.photo.bytes() or b"", form.photo.data.filename)
            with unit_of_work() as session:
                service.add_photo(
                    session, actor(), demonstration_id, photo, form.caption.data or "", now=now()
                )
            say(_("照片加好了"))
            return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="photos")
    return _page(demonstration_id, photo=form), 422


@blueprint.post("/official/demonstrations/<demonstration_id>/photos/<shown_photo_id>/remove")
@policy(STAFF)
def remove_photo(demonstration_id: str, shown_photo_id: str) -> Response:
    """Take a photo away."""
    with unit_of_work() as session:
        service.remove_photo(session, actor(), demonstration_id, shown_photo_id)
    say(_("照片已删除"))
    return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="photos")


@blueprint.post("/official/demonstrations/<demonstration_id>/visits")
@policy(STAFF)
def record_visit(demonstration_id: str) -> Page:
    """Note how many people came."""
    form = VisitForm()
    with reading() as session:
        queries.get_managed(session, actor(), demonstration_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.record_visit(session, actor(), demonstration_id, form.to_visit(), now=now())
            say(_("记下了"))
            return back_to(".manage_project", demonstration_id=demonstration_id, _anchor="visits")
    return _page(demonstration_id, visit=form), 422


@blueprint.post("/official/demonstrations/<demonstration_id>/submit")
@policy(STAFF)
def submit_project(demonstration_id: str) -> Page:
    """Hand it in."""
    return _moved(demonstration_id, service.submit, _("交上去了，等上级审核"))


@blueprint.post("/official/demonstrations/<demonstration_id>/take-back")
@policy(STAFF)
def take_back_project(demonstration_id: str) -> Page:
    """Make it a draft again."""
    return _moved(demonstration_id, service.take_back, _("撤回了，可以接着改"))


@blueprint.post("/official/demonstrations/<demonstration_id>/<action>")
@policy(STAFF)
def decide_project(demonstration_id: str, action: str) -> Page:
    """Make it public, send it back or withdraw it."""
    act = _DECISIONS.get(action)
    if act is None:
        raise ProjectNotFound
    form = DecisionForm()
    with reading() as session:
        queries.get_managed(session, actor(), demonstration_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                act(session, actor(), demonstration_id, form.reason.data or "", now=now())
            say(_("已处理，对方会收到消息"))
            return back_to(".manage_project", demonstration_id=demonstration_id)
    return _page(demonstration_id, decision=form), 422


def _moved(demonstration_id: str, act: Callable[..., None], said: str) -> Page:
    form = Form()
    with refusals_beside(form):
        with unit_of_work() as session:
            act(session, actor(), demonstration_id, now=now())
        say(said)
        return back_to(".manage_project", demonstration_id=demonstration_id)
    return _page(demonstration_id, moving=form), 422


def _told(prefix: str) -> list[tuple[str, str]]:
    """(id of a line, what was chosen for it) of the fields of the bill."""
    return [(k.removeprefix(prefix), v) for k, v in request.form.items() if k.startswith(prefix)]


def _asked_region() -> RegionCode | None:
    try:
        return RegionCode(request.args.get("region", ""))
    except ValueError:
        return None


def _facts_page(form: FactsForm, demonstration_id: str = "") -> Page:
    place = None
    if "region" in form and isinstance(form.region.data, RegionCode):
        with reading() as session:
            place = regions.paths(session, [form.region.data.digits]).get(form.region.data.digits)
    page = render(
        "demonstrations/edit_project.html", form=form, place=place, numbers=NUMBERS, areas=AREAS,
        measures={**MEASURES, **TYPED_AREAS}, demonstration_id=demonstration_id,
    )  # fmt: skip
    return (page, 422) if form.is_submitted() else page


def _page(demonstration_id: str, **forms: Form) -> str:
    with reading() as session:
        project = queries.get_managed(session, actor(), demonstration_id)
        place = regions.paths(session, [project.region.digits]).get(project.region.digits)
        zone = regions.climate_zone(session, project.region)
        misused = []
        if project.state in (ProjectState.DRAFT, ProjectState.SUBMITTED):
            found = fitting.misused(session, project.bill, now())
            misused = fitting.with_swaps(session, found, project.region, now())
    hands = {project.created_by, project.submitted_by}
    shown: dict[str, Any] = {
        "order": OrderForm(formdata=None), "photo": ShowPhotoForm(formdata=None),
        "visit": VisitForm(formdata=None), "decision": DecisionForm(formdata=None),
        "moving": Form(formdata=None), **forms,
    }  # fmt: skip
    return render(
        "demonstrations/manage_project.html", project=project, place=place,
        heat=drafting.heat_of(project.draft, project.bill, zone), words=words, uses=wording,
        misused={one.line.id: one for one in misused},
        may_decide=access.may_decide(actor(), hands, project.submitted_region), shown=shown,
    )  # fmt: skip
