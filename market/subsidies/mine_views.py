"""A household's own subsidies: vouchers, claims, loans, and what it says to the office."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.media import queries as media_queries
from market.media import service as media
from market.media.uploads import stored
from market.subsidies import claim_queries, claims, loans, queries, service, words
from market.subsidies.blueprint import blueprint
from market.subsidies.claim_forms import AnswerForm, QuarterForm
from market.web import context
from market.web.access import HOUSEHOLD, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/me/subsidies")
@policy(HOUSEHOLD)
def list_mine() -> str:
    """What schemes gave for one's orders, one's claims and loans."""
    who, now = context.actor().account_id or "", context.now()
    with reading() as session:
        vouchers = queries.vouchers_of(session, who)
        own, lent = (
            claim_queries.claims_of(session, who, now),
            claim_queries.loans_of(session, who, now),
        )
    return render(
        "subsidies/list_mine.html", vouchers=vouchers, claims=own, loans=lent, words=words
    )


@blueprint.get("/me/subsidies/claims/<claim_id>")
@policy(HOUSEHOLD)
def show_own_claim(claim_id: str) -> str:
    """One claim: the sum, where it stands, what was said."""
    return claim_page(claim_id, AnswerForm(formdata=None))


def claim_page(claim_id: str, form: AnswerForm) -> str:
    """A claim's page for those who filed it."""
    with reading() as session:
        seen = claim_queries.get_own_claim(session, context.actor(), claim_id, context.now())
        files = media_queries.files_of(session, claims.OWNER, [claim_id]).get(claim_id, [])
    return render("subsidies/show_own_claim.html", seen=seen, files=files, form=form, words=words)


@blueprint.post("/me/subsidies/claims/<claim_id>/answer")
@policy(HOUSEHOLD)
def answer_claim(claim_id: str) -> Any:
    """Say what the office asked for."""
    with reading() as session:
        claim_queries.own_claim(session, context.actor(), claim_id)
    form = AnswerForm()
    if form.validate():
        try:
            file = stored(form.file)
            with unit_of_work() as session:
                service.answer_claim(
                    session, context.actor(), claim_id, form.words.data or "",
                    [file] if file else [], context.now(),
                )  # fmt: skip
            say(_("补充交上去了，等主管部门再看"))
            return back_to("subsidies.show_own_claim", claim_id=claim_id)
        except DomainError as error:
            attach(form, error)
    return claim_page(claim_id, form), 422


@blueprint.post("/me/subsidies/claims/<claim_id>/withdraw")
@policy(HOUSEHOLD)
def withdraw_claim(claim_id: str) -> Response:
    """Give it up."""
    try:
        with unit_of_work() as session:
            service.withdraw_claim(session, context.actor(), claim_id, context.now())
        say(_("撤回了，次数和额度都退回了"))
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    return back_to("subsidies.show_own_claim", claim_id=claim_id)


@blueprint.get("/me/subsidies/claims/<claim_id>/files/<file_id>")
@policy(HOUSEHOLD)
def show_own_file(claim_id: str, file_id: str) -> Response:
    """A document of one's own claim."""
    with reading() as session:
        claim_queries.own_claim(session, context.actor(), claim_id)
        found = media.private_path(session, file_id, claims.OWNER, claim_id)
    return send_private(*found)


@blueprint.get("/me/subsidies/loans/<loan_id>")
@policy(HOUSEHOLD)
def show_own_loan(loan_id: str) -> str:
    """One's loan with its schedule and the quarters to claim."""
    return _loan_page(loan_id, AnswerForm(formdata=None), QuarterForm(formdata=None), 0)


def _loan_page(loan_id: str, answer: AnswerForm, form: QuarterForm, wrong: int) -> str:
    with reading() as session:
        seen = claim_queries.get_own_loan(session, context.actor(), loan_id, context.now())
        done = claim_queries.quarters_of(session, loan_id, context.now())
    plan = loans.planned(seen)
    return render(
        "subsidies/show_own_loan.html", seen=seen, plan=plan, done=done, answer=answer,
        form=form, wrong=wrong, today=shanghai_date(context.now()), words=words,
    )  # fmt: skip


@blueprint.post("/me/subsidies/loans/<loan_id>/answer")
@policy(HOUSEHOLD)
def answer_loan(loan_id: str) -> Any:
    """Say what the office asked for."""
    with reading() as session:
        claim_queries.own_loan(session, context.actor(), loan_id)
    form = AnswerForm()
    if form.validate():
        try:
            file = stored(form.file)
            with unit_of_work() as session:
                service.answer_loan(
                    session, context.actor(), loan_id, form.words.data or "",
                    [file] if file else [], context.now(),
                )  # fmt: skip
            say(_("补充交上去了，等主管部门再看"))
            return back_to("subsidies.show_own_loan", loan_id=loan_id)
        except DomainError as error:
            attach(form, error)
    return _loan_page(loan_id, form, QuarterForm(formdata=None), 0), 422


@blueprint.post("/me/subsidies/loans/<loan_id>/withdraw")
@policy(HOUSEHOLD)
def withdraw_loan(loan_id: str) -> Response:
    """Give it up."""
    try:
        with unit_of_work() as session:
            service.withdraw_loan(session, context.actor(), loan_id, context.now())
        say(_("撤回了，次数和额度都退回了"))
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
    return back_to("subsidies.show_own_loan", loan_id=loan_id)


@blueprint.post("/me/subsidies/loans/<loan_id>/quarters/<int:number>")
@policy(HOUSEHOLD)
def claim_quarter(loan_id: str, number: int) -> Any:
    """Claim the interest of a quarter that is over."""
    with reading() as session:
        claim_queries.own_loan(session, context.actor(), loan_id)
    form = QuarterForm()
    if form.validate():
        try:
            files = form.stored()
            with unit_of_work() as session:
                claim_id = service.claim_quarter(
                    session, context.actor(), loan_id, number, files, context.now()
                )
            say(_("申请交上去了，审核结果会发消息给你"))
            return back_to("subsidies.show_own_claim", claim_id=claim_id)
        except DomainError as error:
            attach(form, error)
    return _loan_page(loan_id, AnswerForm(formdata=None), form, number), 422
