"""Officials propose, review at their level, take out, and decide what partners say otherwise."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.adoptions import access, queries, seller_views, service, usage_views, words
from market.adoptions.errors import AdoptionNotFound
from market.adoptions.forms import DecisionForm, ProposalForm, ReturnForm
from market.adoptions.seller_views import prefill, proposal_page
from market.adoptions.types import EntryView
from market.adoptions.usage_queries import entries_with_usages
from market.adoptions.views import Page, blueprint
from market.db.session import reading, unit_of_work
from market.media import service as media
from market.media.uploads import stored_file
from market.regions import queries as regions
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views", "usage_views"]
_DECISIONS = {
    "pass_first": service.pass_first, "pass_second": service.pass_second, "ask": service.ask,
    "refuse": service.refuse, "readmit": service.readmit, "remove": service.remove,
}  # fmt: skip


@blueprint.get("/official/adoptions")
@policy(STAFF)
def list_queue() -> str:
    """Entries of the own region subtree, and what else waits."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in queries.LISTS else "waiting"
    actor, now = context.actor(), context.now()
    with reading() as session:
        page = queries.list_managed(session, actor, shown, now, page_number())
        counts = queries.counts_managed(session, actor, now)
        differing = queries.entries_with_differences(session, actor)
        used = entries_with_usages(session, actor)
        places = regions.paths(session, {one.region.digits for one in page.items})
    return render(
        "adoptions/list_queue.html", page=page, tabs=counts, shown=shown, words=words,
        places=places, differing=differing, used=used,
    )  # fmt: skip


@blueprint.get("/official/adoptions/new")
@policy(STAFF)
def find_candidate() -> str:
    """Which product to propose, found by its name."""
    typed = request.args.get("q", "")[:60]
    with reading() as session:
        found = queries.candidates_called(session, context.actor(), typed, context.now())
    return render("adoptions/find_candidate.html", found=found, typed=typed)


@blueprint.get("/official/adoptions/new/<product_id>")
@policy(STAFF)
def new_official_proposal(product_id: str) -> Page:
    """The form for a product."""
    with reading() as session:
        found = queries.candidate_for(session, context.actor(), product_id, context.now())
    form = ProposalForm(formdata=None)
    prefill(form, found)
    return proposal_page(form, found, "official")


@blueprint.post("/official/adoptions/new/<product_id>")
@policy(STAFF)
def create_official_proposal(product_id: str) -> Page:
    """Propose it for its maker."""
    form = ProposalForm()
    with reading() as session:
        found = queries.candidate_for(session, context.actor(), product_id, context.now())
    if form.validate():
        with refusals_beside(form):
            proof = stored_file(form.evidence)
            with unit_of_work() as session:
                made = service.propose_for(
                    session, context.actor(), product_id, form.to_proposal(), proof,
                    now=context.now(),
                )  # fmt: skip
            say(_("交上去了，由别的人初审"))
            return back_to("adoptions.review_entry", adoption_id=made)
    return proposal_page(form, found, "official"), 422


@blueprint.get("/official/adoptions/<adoption_id>")
@policy(STAFF)
def review_entry(adoption_id: str) -> str:
    """One entry with what can be done now."""
    return _page(adoption_id)


@blueprint.get("/official/adoptions/<adoption_id>/evidence")
@policy(STAFF)
def show_review_evidence(adoption_id: str) -> Response:
    """The proof."""
    with reading() as session:
        queries.get_managed(session, context.actor(), adoption_id, context.now())
        found = media.private_path(
            session, queries.evidence_file(session, adoption_id), service.EVIDENCE, adoption_id
        )
    return send_private(*found)


@blueprint.post("/official/adoptions/<adoption_id>/return")
@policy(STAFF)
def ask_back_for(adoption_id: str) -> Page:
    """Ask, for the maker, that it comes back; somebody else decides."""
    form = ReturnForm()
    _need_managed(adoption_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                assert form.ends_on.data is not None
                service.ask_back(
                    session, context.actor(), adoption_id, form.ends_on.data, now=context.now()
                )
            say(_("申请了重新进入，由市里别的人核对"))
            return back_to("adoptions.review_entry", adoption_id=adoption_id)
    return _page(adoption_id, back=form), 422


@blueprint.post("/official/adoptions/<adoption_id>/<action>")
@policy(STAFF)
def decide_entry(adoption_id: str, action: str) -> Page:
    """Let it through, list it, ask, refuse, let it back or take it out."""
    if action not in _DECISIONS:
        raise AdoptionNotFound
    form = DecisionForm()
    _need_managed(adoption_id)
    if form.validate():
        with refusals_beside(form):
            _decide(adoption_id, action, form)
            say(_("已处理，对方会收到消息"))
            return back_to("adoptions.review_entry", adoption_id=adoption_id)
    return _page(adoption_id, decision=form), 422


@blueprint.post(
    "/official/adoptions/<adoption_id>/differences/<difference_id>/<any(take, keep):choice>"
)
@policy(STAFF)
def decide_difference(adoption_id: str, difference_id: str, choice: str) -> Page:
    """Take a partner's value over, or keep ours."""
    form = Form()
    with refusals_beside(form):
        with unit_of_work() as session:
            service.decide_difference(
                session, context.actor(), adoption_id, difference_id, choice, now=context.now()
            )
        say(_("采用了对方的说法") if choice == "take" else _("保留了我们的说法"))
        return back_to("adoptions.review_entry", adoption_id=adoption_id)
    return _page(adoption_id, moving=form), 422


def _decide(adoption_id: str, action: str, form: DecisionForm) -> None:
    more: dict[str, Any] = {}
    if action == "pass_second":
        more["ends_on"] = form.ends_on.data
    act: Any = _DECISIONS[action]
    with unit_of_work() as session:
        act(
            session, context.actor(), adoption_id, form.reason.data or "", now=context.now(),
            **more,
        )  # fmt: skip


def _need_managed(adoption_id: str) -> None:
    with reading() as session:
        queries.get_managed(session, context.actor(), adoption_id, context.now())


def _actions(entry: EntryView) -> tuple[str, ...]:
    """What this actor may press now, by state, level and hands."""
    who = context.actor()
    me, state = who.account_id, entry.state.value
    city, province = access.is_of_city(who, entry.region), access.is_of_province(who, entry.region)
    found: tuple[str, ...] = ()
    if state == "first" and city and me != entry.proposed_by:
        found = ("pass_first", "ask", "refuse")
    elif state == "second" and province and me not in (entry.proposed_by, entry.first_by):
        found = ("pass_second", "ask", "refuse")
    elif state == "returning" and city and me != entry.returned_by:
        found = ("readmit", "refuse")
    if entry.public_at is not None and province and not entry.state.is_final:
        found = (*found, "remove")
    return found


def _page(adoption_id: str, **forms: Form) -> str:
    with reading() as session:
        entry = queries.get_managed(session, context.actor(), adoption_id, context.now())
        history = queries.history_of(session, adoption_id)
        differences = queries.differences_of(session, adoption_id)
        codes = {entry.region.digits, *(step.office.digits for step in history)} - {""}
        places = regions.paths(session, codes)
        limit = queries.candidate(session, entry.product_id, context.now())
    decision, back = DecisionForm(formdata=None), ReturnForm(formdata=None)
    decision.ends_on.data, back.ends_on.data = entry.ends_on, limit.valid_to
    shown = {"decision": decision, "back": back, "moving": Form(formdata=None)}
    return render(
        "adoptions/review_entry.html", entry=entry, history=history, differences=differences,
        places=places, words=words, actions=_actions(entry), limit=limit,
        shown={**shown, **forms},
    )  # fmt: skip
