"""A maker enters claims of its works, answers questions, takes claims back."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.factories import queries, service, words
from market.factories.errors import ClaimNotFound
from market.factories.forms import AnswerForm, ClaimForm, claim_form
from market.factories.types import ClaimKind
from market.factories.views import Page, blueprint, evidence_response
from market.kernel.errors import DomainError, NotFound
from market.media.uploads import stored_file
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/seller/factory")
@policy(SELLER)
def list_own_claims() -> str:
    """Everything the maker entered."""
    with reading() as session:
        claims = queries.list_of_seller(session, desk.seller_id(), context.now())
    return render(
        "factories/list_own_claims.html", claims=claims, words=words, seller_id=desk.seller_id()
    )


@blueprint.get("/seller/factory/new/<kind>")
@policy(SELLER)
def new_claim(kind: str) -> str:
    """The form of a kind of claim."""
    known = _kind(kind)
    return _form_page(claim_form(known, formdata=None), known)


@blueprint.post("/seller/factory/new/<kind>")
@policy(SELLER)
def create_claim(kind: str) -> Page:
    """Hand a claim in."""
    known = _kind(kind)
    form = claim_form(known)
    if form.validate():
        try:
            draft, evidence = form.to_draft(known), stored_file(form.evidence)
            with unit_of_work() as session:
                profile_claim_id = service.enter(
                    session, context.actor(), desk.seller_id(), draft, evidence, now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("交上去了，等主管部门确认"))
            return back_to("factories.show_own_claim", profile_claim_id=profile_claim_id)
    return _form_page(form, known), 422


@blueprint.get("/seller/factory/<profile_claim_id>")
@policy(SELLER)
def show_own_claim(profile_claim_id: str) -> str:
    """One claim and what became of it."""
    return _page(profile_claim_id, AnswerForm(formdata=None))


@blueprint.get("/seller/factory/<profile_claim_id>/evidence")
@policy(SELLER)
def show_own_evidence(profile_claim_id: str) -> Response:
    """The proof."""
    with reading() as session:
        queries.get_own(session, context.actor(), profile_claim_id, context.now())
    return evidence_response(profile_claim_id)


@blueprint.post("/seller/factory/<profile_claim_id>/answer")
@policy(SELLER)
def answer_claim(profile_claim_id: str) -> Page:
    """Answer the official's question."""
    form = AnswerForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.answer(
                    session, context.actor(), profile_claim_id, form.answer.data or "",
                    now=context.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("补充好了，等主管部门确认"))
            return back_to("factories.show_own_claim", profile_claim_id=profile_claim_id)
    return _page(profile_claim_id, form), 422


@blueprint.post("/seller/factory/<profile_claim_id>/withdraw")
@policy(SELLER)
def withdraw_claim(profile_claim_id: str) -> Page:
    """Take a claim back."""
    with unit_of_work() as session:
        service.withdraw(session, context.actor(), profile_claim_id, now=context.now())
    say(_("撤下了，店铺页不再显示"))
    return back_to("factories.list_own_claims")


def _kind(name: str) -> ClaimKind:
    if name not in set(ClaimKind):
        raise ClaimNotFound
    return ClaimKind(name)


def _form_page(form: ClaimForm, kind: ClaimKind) -> str:
    return render("factories/new_claim.html", form=form, kind=kind, words=words)


def _page(profile_claim_id: str, form: AnswerForm) -> str:
    with reading() as session:
        claim = queries.get_own(session, context.actor(), profile_claim_id, context.now())
    return render("factories/show_own_claim.html", claim=claim, form=form, words=words)


@desk.seller_tasks
def _tasks(session: Session, seller_id: str, _now: datetime) -> Iterable[desk.DeskTask]:
    asked = queries.asked_of_seller(session, seller_id)
    if asked:
        href = url_for("factories.list_own_claims")
        yield desk.DeskTask(_("工厂档案要补充说明"), asked, href, late=True)
