"""The operator's desk of partners: keys, mapping tables, batches."""

from flask import Blueprint, make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.accounts import login_hooks as login
from market.accounts.errors import NotConfirmed
from market.db.session import reading, unit_of_work
from market.interchange import queries, service, words
from market.interchange.forms import MappingForm, PartnerForm
from market.regions import queries as regions
from market.web import context
from market.web.access import OPERATOR, policy
from market.web.feedback import say
from market.web.forms import Form, refusals_beside
from market.web.templating import back_to, render

blueprint = Blueprint("interchange", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/operator/partners")
@policy(OPERATOR)
def list_partners() -> str:
    """All partners, and the form of a new one."""
    return _list(PartnerForm(formdata=None))


@blueprint.post("/operator/partners")
@policy(OPERATOR)
def create_partner() -> Page:
    """Register one."""
    form = PartnerForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                made = service.register(
                    session, context.actor(), form.to_draft(), now=context.now()
                )
            say(_("登记好了。把密钥交给对方，再写对照表"))
            return back_to("interchange.show_partner", partner_id=made)
    return _list(form), 422


@blueprint.get("/operator/partners/<partner_id>")
@policy(OPERATOR)
def show_partner(partner_id: str) -> str:
    """One partner with its mapping table and batches."""
    return _page(partner_id, MappingForm(formdata=None))


@blueprint.post("/operator/partners/<partner_id>/mappings")
@policy(OPERATOR)
def put_mapping(partner_id: str) -> Page:
    """Say what a word of the partner means."""
    form = MappingForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.put(
                    session, context.actor(), partner_id, form.to_subject(),
                    form.theirs.data or "", form.ours.data or "", now=context.now(),
                )  # fmt: skip
            say(_("对照表改好了，是新的一版"))
            return back_to("interchange.show_partner", partner_id=partner_id, _anchor="mappings")
    return _page(partner_id, form), 422


@blueprint.post("/operator/partners/<partner_id>/mappings/<mapping_id>/drop")
@policy(OPERATOR)
def drop_mapping(partner_id: str, mapping_id: str) -> Response:
    """A word means nothing any more."""
    with unit_of_work() as session:
        service.drop(session, context.actor(), partner_id, mapping_id, now=context.now())
    say(_("这一条停用了，用它的批次会整批退回"))
    return back_to("interchange.show_partner", partner_id=partner_id, _anchor="mappings")


@blueprint.post("/operator/partners/<partner_id>/key")
@policy(OPERATOR)
def show_key(partner_id: str) -> Page:
    """The key, for somebody who has just said who they are."""
    return _key(partner_id, renew=False)


@blueprint.post("/operator/partners/<partner_id>/key/renew")
@policy(OPERATOR)
def renew_key(partner_id: str) -> Page:
    """Another key; the old one is worth nothing from now on."""
    return _key(partner_id, renew=True)


@blueprint.post("/operator/partners/<partner_id>/<any(stop, resume):choice>")
@policy(OPERATOR)
def open_partner(partner_id: str, choice: str) -> Response:
    """Let it send and fetch, or not."""
    with unit_of_work() as session:
        service.set_open(
            session, context.actor(), partner_id, is_open=choice == "resume", now=context.now()
        )
    say(_("改好了"))
    return back_to("interchange.show_partner", partner_id=partner_id)


def _key(partner_id: str, *, renew: bool) -> Page:
    try:
        login.need_confirmed()
    except NotConfirmed:
        return back_to("accounts.confirm_identity", next=f"/operator/partners/{partner_id}")
    with unit_of_work() as session:
        act = service.renew_key if renew else service.note_key_shown
        act(session, context.actor(), partner_id, now=context.now())
        partner = queries.get_partner(session, partner_id)
    key = service.key_of(context.settings().secret_key, partner.id, partner.key_generation)
    response = make_response(_page(partner_id, MappingForm(formdata=None), service.shown(key)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _list(form: Form) -> str:
    with reading() as session:
        partners = queries.list_partners(session)
        places = regions.paths(session, {one.region.digits for one in partners})
    return render("interchange/list_partners.html", partners=partners, form=form, places=places)


def _page(partner_id: str, form: Form, key: str = "") -> str:
    with reading() as session:
        partner = queries.get_partner(session, partner_id)
        mappings = queries.mappings_of(session, partner_id)
        past = [
            one for one in queries.mappings_of(session, partner_id, past=True) if one.version_to
        ]
        batches = queries.batches_of(session, partner_id)
        place = regions.paths(session, [partner.region.digits]).get(partner.region.digits)
    return render(
        "interchange/show_partner.html", partner=partner, mappings=mappings, past=past,
        batches=batches, place=place, form=form, key=key, words=words,
    )  # fmt: skip
