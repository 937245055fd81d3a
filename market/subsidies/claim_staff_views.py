"""Officials review claims and loans of their regions, and record what was paid."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.households import queries as households
from market.households.types import KINDS, STATES
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError
from market.kernel.money import format_fen
from market.media import queries as media_queries
from market.media import service as media
from market.regions import queries as regions
from market.subsidies import claim_queries, claims, loans, queries, service, words
from market.subsidies.blueprint import blueprint
from market.subsidies.claim_forms import DecideForm, PayForm
from market.subsidies.errors import ClaimNotFound
from market.web import context
from market.web.access import STAFF, policy
from market.web.choices import choice
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, name_of, render

_DONE = {"ask": "asked", "approve": "approved", "refuse": "refused"}


@blueprint.get("/official/subsidy-claims")
@policy(STAFF)
def list_claims() -> str:
    """Claims of the own subtree by state, loans, and the budgets they draw on."""
    shown = request.args.get("state", "filed")
    shown = shown if shown in claim_queries.QUEUES else "filed"
    who, now = context.actor(), context.now()
    with reading() as session:
        page = claim_queries.list_claims(session, who, shown, now, page_number())
        counts = claim_queries.count_claims(session, who)
        lent = claim_queries.list_loans(session, who, now)
        funds = queries.funds_of(session, who)
    return render(
        "subsidies/list_claims.html", page=page, tabs=counts, shown=shown, loans=lent,
        funds=funds, words=words,
    )  # fmt: skip


@blueprint.get("/official/subsidy-claims/<claim_id>")
@policy(STAFF)
def review_claim(claim_id: str) -> str:
    """One claim with its documents and the sum."""
    return _claim(claim_id, None)


def _claim(claim_id: str, form: DecideForm | None) -> str:
    with reading() as session:
        seen = claim_queries.get_claim_for_review(session, context.actor(), claim_id, context.now())
        files = media_queries.files_of(session, claims.OWNER, [claim_id]).get(claim_id, [])
        home = _home(session, seen.beneficiary_id, asked=seen.what != "fee")
    if form is None:
        form = DecideForm(formdata=None, data={"accepted_fen": seen.price_fen})
    return render(
        "subsidies/review_claim.html", seen=seen, files=files, form=form, words=words, home=home
    )


def _home(session: Session, account_id: str, *, asked: bool) -> dict[str, Any] | None:
    """The household of who asks, masked, with what it had; a maker has none."""
    if not asked:
        return None
    found = households.brief(session, account_id)
    uses = households.uses_of(session, found.household_id if found else account_id)
    paths = regions.paths(session, [found.town]) if found else {}
    return {"brief": found, "uses": uses, "place": next(iter(paths.values()), None),
            "kinds": KINDS, "states": STATES, "governed": found is not None
            and context.actor().governs(found.town)}  # fmt: skip


@blueprint.post("/official/subsidy-claims/<claim_id>/<any(ask, approve, refuse):verdict>")
@policy(STAFF)
def decide_claim(claim_id: str, verdict: str) -> Any:
    """Ask for more, approve at a price, or refuse."""
    who, form = context.actor(), DecideForm()
    with reading() as session:
        seen = claim_queries.get_claim_for_review(session, who, claim_id, context.now())
    if form.validate():
        words_, fen = form.reason.data or "", form.accepted_fen.data or seen.price_fen
        try:
            with unit_of_work() as session:
                if verdict == "approve":
                    service.approve_claim(session, who, claim_id, fen, context.now())
                else:
                    run = service.ask_claim if verdict == "ask" else service.refuse_claim
                    run(session, who, claim_id, words_, context.now())
            say(_("处理好了，申请人会收到消息"))
            return back_to("subsidies.review_claim", claim_id=claim_id)
        except DomainError as error:
            attach(form, error)
    return _claim(claim_id, form), 422


@blueprint.get("/official/subsidy-claims/<claim_id>/files/<file_id>")
@policy(STAFF)
def show_claim_file(claim_id: str, file_id: str) -> Response:
    """A document of a claim in the own subtree."""
    with reading() as session:
        claim_queries.get_claim_for_review(session, context.actor(), claim_id, context.now())
        found = media.private_path(session, file_id, claims.OWNER, claim_id)
    return send_private(*found)


@blueprint.get("/official/subsidy-loans/<loan_id>")
@policy(STAFF)
def review_loan(loan_id: str) -> str:
    """One application with its schedule and its contract."""
    return _loan(loan_id, DecideForm(formdata=None))


def _loan(loan_id: str, form: DecideForm) -> str:
    with reading() as session:
        seen = claim_queries.get_loan_for_review(session, context.actor(), loan_id, context.now())
        done = claim_queries.quarters_of(session, loan_id, context.now())
        files = media_queries.files_of(session, loans.LOAN_OWNER, [loan_id]).get(loan_id, [])
        home = _home(session, seen.household_id, asked=True)
    return render(
        "subsidies/review_loan.html", seen=seen, plan=loans.planned(seen), done=done, files=files,
        form=form, words=words, home=home,
    )  # fmt: skip


@blueprint.post("/official/subsidy-loans/<loan_id>/<any(ask, approve, refuse):verdict>")
@policy(STAFF)
def decide_loan(loan_id: str, verdict: str) -> Any:
    """Ask for more, approve the schedule, or refuse."""
    with reading() as session:
        claim_queries.get_loan_for_review(session, context.actor(), loan_id, context.now())
    form = DecideForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.decide_loan(
                    session, context.actor(), loan_id, _DONE[verdict], form.reason.data or "",
                    context.now(),
                )  # fmt: skip
            say(_("处理好了，申请人会收到消息"))
            return back_to("subsidies.review_loan", loan_id=loan_id)
        except DomainError as error:
            attach(form, error)
    return _loan(loan_id, form), 422


@blueprint.get("/official/subsidy-loans/<loan_id>/files/<file_id>")
@policy(STAFF)
def show_loan_file(loan_id: str, file_id: str) -> Response:
    """A document of a loan in the own subtree."""
    with reading() as session:
        claim_queries.get_loan_for_review(session, context.actor(), loan_id, context.now())
        found = media.private_path(session, file_id, loans.LOAN_OWNER, loan_id)
    return send_private(*found)


@blueprint.route("/official/subsidy-payments", methods=["GET", "POST"])
@policy(STAFF)
def list_payments() -> Any:
    """Approved claims to be paid together, and what was paid."""
    form, who = PayForm(), context.actor()
    with reading() as session:
        due = claim_queries.to_pay(session, who, context.now())
        batches = claim_queries.batches_of(session, who)
    form.claims.choices = [
        choice(one.id, f"{one.code} {name_of(one)}",
               _("%(amount)s 元", amount=format_fen(one.amount_fen or 0)))
        for one in due
    ]  # fmt: skip
    if not form.is_submitted():
        form.paid_on.data = shanghai_date(context.now())
    elif form.validate() and (done := _pay(form)) is not None:
        return done
    page = render("subsidies/list_payments.html", form=form, due=due, batches=batches,
                  words=words)  # fmt: skip
    return (page, 422) if form.is_submitted() else page


def _pay(form: PayForm) -> Response | None:
    try:
        with unit_of_work() as session:
            service.pay_claims(
                session, context.actor(), form.claims.data or (), form.reference.data or "",
                form.paid_on.data, context.now(),
            )  # fmt: skip
        say(_("记下了，申请人会收到消息"))
        return back_to("subsidies.list_payments")
    except ClaimNotFound:
        raise
    except DomainError as error:
        attach(form, error)
        return None
