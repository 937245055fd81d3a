"""Officials record where a listed product went; somebody above confirms it."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.adoptions import access, queries, service, words
from market.adoptions.forms import UsageForm, WordsForm
from market.adoptions.views import Page, blueprint
from market.catalogue import queries as catalogue
from market.db.session import reading, unit_of_work
from market.media import service as media
from market.media.uploads import stored_file
from market.regions import queries as regions
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, refusals_beside
from market.web.templating import back_to, render

_DECISIONS = {
    "approve": service.approve_usage, "refuse": service.refuse_usage, "end": service.end_usage,
}  # fmt: skip


@blueprint.get("/official/adoptions/<adoption_id>/uses")
@policy(STAFF)
def list_uses(adoption_id: str) -> str:
    """The records of an entry in the own regions, and the form of a new one."""
    return _page(adoption_id)


@blueprint.post("/official/adoptions/<adoption_id>/uses")
@policy(STAFF)
def record_use(adoption_id: str) -> Page:
    """Enter a project."""
    form = UsageForm()
    with reading() as session:
        queries.list_usages(session, context.actor(), adoption_id)
    if form.validate():
        with refusals_beside(form):
            proof = stored_file(form.evidence)
            with unit_of_work() as session:
                service.record_usage(
                    session, context.actor(), adoption_id, form.to_draft(), proof,
                    now=context.now(),
                )  # fmt: skip
            say(_("记下了，等上级确认"))
            return back_to("adoptions.list_uses", adoption_id=adoption_id)
    return _page(adoption_id, usage=form), 422


@blueprint.get("/official/adoptions/<adoption_id>/uses/<usage_id>/evidence")
@policy(STAFF)
def show_use_evidence(adoption_id: str, usage_id: str) -> Response:
    """The proof of a record."""
    with reading() as session:
        queries.get_usage(session, context.actor(), adoption_id, usage_id)
        found = media.private_path(
            session, queries.usage_file(session, usage_id), service.USAGE_EVIDENCE, usage_id
        )
    return send_private(*found)


@blueprint.post(
    "/official/adoptions/<adoption_id>/uses/<usage_id>/<any(approve, refuse, end):choice>"
)
@policy(STAFF)
def decide_use(adoption_id: str, usage_id: str, choice: str) -> Page:
    """Confirm a record, refuse it or take it away."""
    act = _DECISIONS[choice]
    form = WordsForm()
    with reading() as session:
        queries.get_usage(session, context.actor(), adoption_id, usage_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                act(
                    session, context.actor(), adoption_id, usage_id, form.reason.data or "",
                    now=context.now(),
                )  # fmt: skip
            say(_("已处理，登记的人会收到消息"))
            return back_to("adoptions.list_uses", adoption_id=adoption_id)
    return _page(adoption_id, decision=form, deciding=usage_id), 422


def _page(adoption_id: str, deciding: str = "", **forms: Form) -> str:
    actor = context.actor()
    with reading() as session:
        usages = queries.list_usages(session, actor, adoption_id)
        entry = queries.get_public(session, adoption_id, context.now())
        product = catalogue.products_about(session, [entry.product_id])[entry.product_id]
        places = regions.paths(session, {one.draft.region.digits for one in usages})
    usage = forms.get("usage") or UsageForm(formdata=None)
    assert isinstance(usage, UsageForm)
    usage.offer(product.unit)
    decision = forms.get("decision") or WordsForm(formdata=None)
    decision["reason"].id = f"reason-{deciding}"
    mine = {
        one.id
        for one in usages
        if access.is_superior(actor, one.entered_region) and one.entered_by != actor.account_id
    }
    return render(
        "adoptions/list_uses.html", entry=entry, usages=usages, places=places, words=words,
        usage=usage, decision=decision, mine=mine,
        deciding=deciding,
    )  # fmt: skip
