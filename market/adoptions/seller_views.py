"""A maker proposes its products, answers, takes them back, asks to come back."""

from collections.abc import Iterable
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.adoptions import queries, service, words
from market.adoptions.errors import AdoptionNotFound
from market.adoptions.forms import AnswerForm, ProposalForm, ReturnForm
from market.adoptions.types import Candidate
from market.adoptions.views import Page, blueprint
from market.db.session import reading, unit_of_work
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.uploads import stored_file
from market.regions import queries as regions
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import Form, refusals_beside
from market.web.templating import back_to, render


@blueprint.get("/seller/adoptions")
@policy(SELLER)
def list_own() -> str:
    """Everything proposed of the maker's products, and what may be proposed."""
    seller_id = desk.seller_id()
    with reading() as session:
        entries = queries.list_of_seller(session, seller_id, context.now())
        products = queries.candidates_of_maker(session, seller_id, context.now())
    return render("adoptions/list_own.html", entries=entries, products=products, words=words)


@blueprint.get("/seller/adoptions/new/<product_id>")
@policy(SELLER)
def new_proposal(product_id: str) -> Page:
    """The form for a product."""
    found = own_candidate(product_id)
    form = ProposalForm(formdata=None)
    prefill(form, found)
    return _form_page(form, found)


@blueprint.post("/seller/adoptions/new/<product_id>")
@policy(SELLER)
def create_proposal(product_id: str) -> Page:
    """Hand it in."""
    found, form = own_candidate(product_id), ProposalForm()
    if form.validate():
        with refusals_beside(form):
            proof = stored_file(form.evidence)
            with unit_of_work() as session:
                made = service.propose(
                    session, context.actor(), product_id, form.to_proposal(), proof,
                    now=context.now(),
                )  # fmt: skip
            say(_("交上去了，先由市里初审，再由省里复审"))
            return back_to("adoptions.show_own", adoption_id=made)
    return _form_page(form, found)


@blueprint.get("/seller/adoptions/<adoption_id>")
@policy(SELLER)
def show_own(adoption_id: str) -> str:
    """One entry and what became of it."""
    return _page(adoption_id)


@blueprint.get("/seller/adoptions/<adoption_id>/evidence")
@policy(SELLER)
def show_own_evidence(adoption_id: str) -> Response:
    """The proof."""
    with reading() as session:
        queries.get_own(session, context.actor(), adoption_id, context.now())
        found = media.private_path(
            session, queries.evidence_file(session, adoption_id), service.EVIDENCE, adoption_id
        )
    return send_private(*found)


@blueprint.post("/seller/adoptions/<adoption_id>/answer")
@policy(SELLER)
def answer_question(adoption_id: str) -> Page:
    """Answer the reviewer's question."""
    form = AnswerForm()
    _need_own(adoption_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.answer(
                    session, context.actor(), adoption_id, form.answer.data or "",
                    now=context.now(),
                )  # fmt: skip
            say(_("补充好了，等审核"))
            return back_to("adoptions.show_own", adoption_id=adoption_id)
    return _page(adoption_id, answer=form), 422


@blueprint.post("/seller/adoptions/<adoption_id>/return")
@policy(SELLER)
def ask_back(adoption_id: str) -> Page:
    """Ask for what has left to come back."""
    form = ReturnForm()
    _need_own(adoption_id)
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                assert form.ends_on.data is not None
                service.ask_back(
                    session, context.actor(), adoption_id, form.ends_on.data, now=context.now()
                )
            say(_("申请了重新进入，由市里核对，不用再到省里复审"))
            return back_to("adoptions.show_own", adoption_id=adoption_id)
    return _page(adoption_id, back=form), 422


@blueprint.post("/seller/adoptions/<adoption_id>/withdraw")
@policy(SELLER)
def withdraw_proposal(adoption_id: str) -> Page:
    """Take it back for good."""
    form = Form()
    with refusals_beside(form):
        with unit_of_work() as session:
            service.withdraw(session, context.actor(), adoption_id, now=context.now())
        say(_("撤回了"))
        return back_to("adoptions.list_own")
    return _page(adoption_id, moving=form), 422


def own_candidate(product_id: str) -> Candidate:
    """A product of the open desk. Raises AdoptionNotFound."""
    with reading() as session:
        found = queries.candidate(session, product_id, context.now())
    if found.seller_id != desk.seller_id():
        raise AdoptionNotFound
    return found


def prefill(form: ProposalForm, found: Candidate) -> None:
    """The maker's own place, unless another one was picked, and the certificate's last day."""
    try:
        picked = RegionCode(request.args.get("region", ""))
    except ValueError:
        picked = RegionCode("")
    form.region.data = picked if picked.digits else RegionCode(found.maker_region.digits[:6])
    form.ends_on.data = found.valid_to


def _need_own(adoption_id: str) -> None:
    with reading() as session:
        queries.get_own(session, context.actor(), adoption_id, context.now())


def _form_page(form: ProposalForm, found: Candidate) -> Page:
    page = proposal_page(form, found, "seller")
    return (page, 422) if form.is_submitted() else page


def proposal_page(form: ProposalForm, found: Candidate, at: str) -> str:
    """The form of a proposal at a desk."""
    place = None
    if isinstance(form.region.data, RegionCode):
        with reading() as session:
            place = regions.paths(session, [form.region.data.digits]).get(form.region.data.digits)
    return render("adoptions/new_proposal.html", form=form, found=found, place=place, at=at)


def _page(adoption_id: str, **forms: Form) -> str:
    with reading() as session:
        entry = queries.get_own(session, context.actor(), adoption_id, context.now())
        history = queries.history_of(session, adoption_id)
        codes = {entry.region.digits, *(step.office.digits for step in history)} - {""}
        places = regions.paths(session, codes)
        limit = queries.candidate(session, entry.product_id, context.now()).valid_to
    back = ReturnForm(formdata=None)
    back.ends_on.data = limit
    shown = {"answer": AnswerForm(formdata=None), "back": back, "moving": Form(formdata=None)}
    return render(
        "adoptions/show_own.html", entry=entry, history=history, places=places, words=words,
        shown={**shown, **forms},
    )  # fmt: skip


@desk.seller_tasks
def _tasks(session: Session, seller_id: str, _now: datetime) -> Iterable[desk.DeskTask]:
    asked = queries.asked_of_seller(session, seller_id)
    if asked:
        href = url_for("adoptions.list_own")
        yield desk.DeskTask(_("采信申报要补充说明"), asked, href, late=True)
