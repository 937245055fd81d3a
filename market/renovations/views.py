"""The wizard (one question per screen, for guests too) and the household's own requests."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, make_response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.ids import new_secret
from market.kernel.region_code import RegionCode
from market.media import queries as photos
from market.media import service as media
from market.regions import queries as regions
from market.renovations import drafts, forms, projects, queries, service, steps
from market.renovations.errors import RequestNotFound
from market.renovations.facts import BY_KEY
from market.renovations.rules import MAX_PHOTOS
from market.renovations.types import (
    DRAFT_COOKIE,
    PHOTO_OWNER,
    REQUEST_LABELS,
    UNKNOWN,
    OwnRequest,
    RequestState,
    Visitor,
)
from market.web import context
from market.web.access import PUBLIC, SIGNED_IN, policy
from market.web.cookies import remember
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, attach
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("renovations", __name__)
DRAFT_SECONDS = 90 * 24 * 3600
SUMMARY = "matching.show_summary"


def visitor() -> Visitor:
    """Who is at the wizard. Drafts a guest began are given to the account that signed in."""
    if "renovation_visitor" not in g:
        who = Visitor(context.actor(), request.cookies.get(DRAFT_COOKIE, "")[:100])
        if who.actor.is_signed_in and who.draft_secret:
            _claim(who)
        g.renovation_visitor = who
    found: Visitor = g.renovation_visitor
    return found


def _claim(who: Visitor) -> None:
    with reading() as session:
        waiting = queries.has_guest_drafts(session, who.draft_secret)
    if waiting:
        with unit_of_work() as session:
            service.claim(session, who)


@blueprint.get("/requests/new")
@policy(PUBLIC)
def new_request() -> str:
    """Where finding a crew begins: what happens, and drafts to go on with."""
    who = visitor()
    with reading() as session:
        known = who.actor.is_signed_in or who.draft_secret
        mine = queries.list_own(session, who).items if known else []
    bundle = request.args.get("bundle", "")
    return render(
        "renovations/new_request.html",
        drafts=[one for one in mine if one.state == RequestState.DRAFT],
        bundle=projects.project_types().get(bundle),
        projects=projects.project_types(),
        limits=context.settings(),
    )


@blueprint.post("/requests/new")
@policy(PUBLIC)
def create_request() -> Response:
    """Begin a draft; a guest's is kept by a cookie only this browser has."""
    who = visitor()
    secret = who.draft_secret or new_secret()
    bundle = request.form.get("bundle") or None
    with unit_of_work() as session:
        owner = Visitor(who.actor, secret)
        request_id = service.start(session, owner, now=context.now(), bundle=bundle)
        region = context.region()
        if region is not None:
            _try_place(session, owner, request_id, region)
    response = back_to("renovations.edit_request", request_id=request_id, step=steps.KEYS[0])
    if not who.actor.is_signed_in:
        remember(response, DRAFT_COOKIE, secret, DRAFT_SECONDS)
    return response


def _try_place(session: Session, who: Visitor, request_id: str, region: RegionCode) -> None:
    """The visitor's township is the likely answer; it stays a question."""
    try:
        drafts.suggest_place(session, who, request_id, region)
    except DomainError:
        return


@blueprint.get("/requests/<request_id>/edit/<step>")
@policy(PUBLIC)
def edit_request(request_id: str, step: str) -> str:
    """One question, filled with what was answered before."""
    own = _own_draft(request_id, step)
    return _step_page(own, step, _form(own, step, filled=True))


@blueprint.post("/requests/<request_id>/edit/<step>")
@policy(PUBLIC)
def update_request(request_id: str, step: str) -> Any:
    """Keep the answer at once and go on; what was typed stays when it is refused."""
    own = _own_draft(request_id, step)
    form = _form(own, step, filled=False)
    if form.validate():
        try:
            _save(own, step, form)
        except DomainError as error:
            error.field = "photos" if step == "photos" else error.field
            attach(form, error)
        else:
            return _onward(request_id, step)
    return _step_page(own, step, form), 422


def _onward(request_id: str, step: str) -> Response:
    following = steps.after(step)
    if request.form.get("then") == "more":
        return back_to("renovations.edit_request", request_id=request_id, step=step)
    if following is None or request.args.get("back") == "summary":
        return back_to(SUMMARY, request_id=request_id)
    return back_to("renovations.edit_request", request_id=request_id, step=following)


@blueprint.post("/requests/<request_id>/photos/<photo_id>/remove")
@policy(PUBLIC)
def remove_photo(request_id: str, photo_id: str) -> Response:
    """Take a photo out of the draft."""
    who = visitor()
    with unit_of_work() as session:
        drafts.remove_photo(session, who, request_id, photo_id)
    return back_to("renovations.edit_request", request_id=request_id, step="photos")


@blueprint.get("/requests/<request_id>/photos/<photo_id>")
@policy(PUBLIC)
def show_photo(request_id: str, photo_id: str) -> Response:
    """A photo of the own request; crews and officials have their own addresses."""
    who = visitor()
    with reading() as session:
        queries.get_own(session, who, request_id)
        found = media.private_path(
            session, photo_id, PHOTO_OWNER, request_id, 320 if request.args.get("w") else 1280
        )
    return send_private(*found, keep_seconds=3600)


@blueprint.post("/requests/<request_id>/discard")
@policy(PUBLIC)
def discard_request(request_id: str) -> Response:
    """Throw a draft away."""
    who = visitor()
    with unit_of_work() as session:
        service.discard(session, who, request_id)
    say(_("草稿删掉了"))
    return back_to("renovations.new_request")


@blueprint.get("/requests")
@policy(SIGNED_IN)
def list_requests() -> Response:
    """The household's requests, newest first."""
    who = visitor()
    with reading() as session:
        mine = queries.list_own(session, who, page_number())
        ids = [one.id for one in mine.items]
        counted = queries.counts(session, ids)
        places = regions.paths(session, [one.region for one in mine.items if one.region])
    response = make_response(
        render(
            "renovations/list_requests.html",
            page=mine,
            counts=counted,
            places=places,
            states=REQUEST_LABELS,
            projects=projects.project_types(),
        )
    )
    if request.cookies.get(DRAFT_COOKIE):
        remember(response, DRAFT_COOKIE, "")
    return response


def _own_draft(request_id: str, step: str) -> OwnRequest:
    if step not in steps.BY_KEY:
        raise RequestNotFound()
    who = visitor()
    with reading() as session:
        own = queries.get_own(session, who, request_id)
    if own.view.state != RequestState.DRAFT:
        raise RequestNotFound()
    return own


def _form(own: OwnRequest, step: str, *, filled: bool) -> Form:
    if step in BY_KEY:
        form: Form = forms.fact_form(BY_KEY[step])
    else:
        form = _FORMS[step]()
    if filled:
        fill(form, own, step)
    return form


_FORMS: dict[str, Callable[[], Form]] = {
    "photos": forms.PhotosForm,
    "project": forms.ProjectForm,
    "trades": forms.TradesForm,
    "scope": forms.ScopeForm,
    "contract": forms.ContractForm,
    "budget": forms.BudgetForm,
    "dates": forms.DatesForm,
    "place": forms.PlaceForm,
    "contact": forms.ContactForm,
}


def fill(form: Any, own: OwnRequest, step: str) -> None:
    """Put the earlier answer into the form."""
    view = own.view
    if step in BY_KEY:
        _fill_fact(form, view.facts.get(step), BY_KEY[step].kind)
    elif step == "project":
        form.project.data = view.project_type or None
    elif step == "trades":
        form.trades.data = list(view.trades)
    elif step == "scope":
        form.scope.data = view.scope
    elif step == "contract":
        form.contract.data = view.contract_mode or None
    elif step == "budget":
        form.low.data, form.high.data = view.budget_low_fen, view.budget_high_fen
        form.unknown.data = step in own.done_steps and form.low.data is form.high.data is None
    elif step == "dates":
        form.starts_on.data, form.ends_on.data = view.starts_on, view.ends_on
        form.unknown.data = step in own.done_steps and view.starts_on is view.ends_on is None
    elif step == "place":
        form.region.data = _picked_region() or view.region
    elif step == "contact":
        _fill_contact(form, own)


def _fill_fact(form: Any, value: Any, kind: str) -> None:
    if value is None:
        return
    if kind == "choice":
        form.value.data = value
    elif value == UNKNOWN:
        form.unknown.data = True
    elif kind == "size":
        form.length.data, form.width.data = value
    else:
        form.value.data = value


def _fill_contact(form: Any, own: OwnRequest) -> None:
    """What was answered before, else what the account already knows; agreeing stays open."""
    account_id = context.actor().account_id
    if own.contact is None and account_id:
        with reading() as session:
            known = accounts.get_account(session, account_id)
        form.name.data, form.phone.data = known.display_name, known.phone
    if own.contact is not None:
        form.name.data = own.contact.name
        form.phone.data = own.contact.phone
        form.door.data = own.contact.door
        form.agree.data = True


def _picked_region() -> RegionCode | None:
    try:
        code = RegionCode(request.args.get("region", ""))
    except ValueError:
        return None
    return code if code.digits else None


def _save(own: OwnRequest, step: str, form: Any) -> None:
    who, request_id, now = visitor(), own.view.id, context.now()
    stored = []
    if step == "photos":
        stored = [media.store_photo(*one, private=True) for one in form.chosen()[: MAX_PHOTOS + 1]]
    with unit_of_work() as session:
        if step in BY_KEY:
            drafts.answer_fact(session, who, request_id, step, form.answer(), now=now)
        elif step == "photos":
            drafts.answer_photos(session, who, request_id, stored, now=now)
        elif step == "project":
            drafts.answer_project(session, who, request_id, form.project.data, now=now)
        elif step == "trades":
            drafts.answer_trades(session, who, request_id, form.trades.data, now=now)
        elif step == "scope":
            drafts.answer_scope(session, who, request_id, form.scope.data or "", now=now)
        elif step == "contract":
            drafts.answer_contract(session, who, request_id, form.contract.data, now=now)
        elif step == "budget":
            drafts.answer_budget(session, who, request_id, form.to_budget(), now=now)
        elif step == "dates":
            drafts.answer_dates(session, who, request_id, form.to_window(), now=now)
        elif step == "place":
            drafts.answer_place(session, who, request_id, form.region.data, now=now)
        else:
            drafts.answer_contact(session, who, request_id, form.to_contact(), now=now)


def _step_page(own: OwnRequest, step: str, form: Form) -> str:
    number = steps.KEYS.index(step) + 1
    place = None
    with reading() as session:
        pictures = photos.files_of(session, PHOTO_OWNER, [own.view.id]).get(own.view.id, [])
        if step == "place":
            region = _picked_region() or own.view.region
            place = regions.paths(session, [region]).get(region.digits) if region else None
    previous = steps.before(step)
    return render(
        "renovations/edit_request.html",
        own=own,
        step=steps.BY_KEY[step],
        fact=BY_KEY.get(step),
        form=form,
        number=number,
        total=len(steps.STEPS),
        photos=pictures,
        place=place,
        most_photos=MAX_PHOTOS,
        previous=previous
        and url_for("renovations.edit_request", request_id=own.view.id, step=previous),
    )
