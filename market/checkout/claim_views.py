"""Claims and loans of households: filed here, where orders, addresses and flags are known."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.checkout import claiming
from market.checkout.claim_forms import (
    InvoiceClaimForm,
    LoanForm,
    LoanTermsForm,
    OrderClaimForm,
)
from market.checkout.views import blueprint
from market.db.session import reading, unit_of_work
from market.households import stating
from market.households.stating import StatementForm
from market.kernel.errors import DomainError
from market.kernel.money import format_fen
from market.promotions import queries as promotions
from market.subsidies import queries as subsidies
from market.subsidies import rules, service, words
from market.subsidies.errors import NothingToClaim, SchemeNotFound
from market.subsidies.types import NewClaim, NewLoan, Outcome, SchemeType, SchemeView
from market.web import context
from market.web.access import HOUSEHOLD, policy
from market.web.choices import choice
from market.web.feedback import say
from market.web.forms import Form, attach
from market.web.templating import back_to, name_of, render

ClaimForm = OrderClaimForm | InvoiceClaimForm


@blueprint.route("/subsidies/<code>/claim", methods=["GET", "POST"])
@policy(HOUSEHOLD)
def new_claim(code: str) -> Any:
    """Claim for an order, or with ?by=invoice for goods bought elsewhere."""
    by_invoice = request.args.get("by") == "invoice"
    with reading() as session:
        seen = _scheme(session, code, SchemeType.CLAIM)
        form = _form(session, by_invoice=by_invoice)
        home = _home(session, seen)
    outcome = None
    if form.is_submitted() and _valid(form, home):
        try:
            claim_id = _file(seen, form, home)
            say(_("申请交上去了，审核结果会发消息给你"))
            return back_to("subsidies.show_own_claim", claim_id=claim_id)
        except NothingToClaim as nothing:
            attach(form, nothing)
            outcome = nothing.outcome
        except DomainError as error:
            _beside(form, home, error)
    page = _claim_page(seen, form, home, outcome, by_invoice=by_invoice)
    return (page, 422) if form.is_submitted() else page


def _home(session: Session, seen: SchemeView) -> StatementForm | None:
    """What a scheme asks of the household, while the account states none."""
    asked = rules.asks(seen.scheme.asks_household, seen.draft.terms)
    return stating.form_if_asked(session, context.actor().account_id or "", asked=asked)


def _valid(form: Form, home: StatementForm | None) -> bool:
    """Both are looked at, so that everything wrong is said at once."""
    found = [form.validate(), home is None or home.validate()]
    return all(found)


def _beside(form: Form, home: StatementForm | None, error: DomainError) -> None:
    stated = home is not None and error.field is not None and error.field in home
    attach(home if stated and home is not None else form, error)


def _file(seen: SchemeView, form: ClaimForm, home: StatementForm | None) -> str:
    files = form.stored()
    with unit_of_work() as session:
        stating.state(session, context.actor(), home, context.now())
        new = _new_claim(session, seen, form)
        return service.file_claim(session, context.actor(), new, files, context.now())


def _new_claim(session: Session, seen: SchemeView, form: ClaimForm) -> NewClaim:
    who, note = context.actor(), form.note.data or ""
    if isinstance(form, OrderClaimForm):
        return claiming.of_order(session, who, seen, form.order.data, note, context.now())
    return claiming.of_invoice(session, who, seen, form.to_line(), form.to_invoice(), note)


def _form(session: Session, *, by_invoice: bool) -> ClaimForm:
    if by_invoice:
        made = InvoiceClaimForm()
        kinds = catalogue.list_kinds(session)
        made.kind.choices = [(kind.code, name_of(kind)) for kind in kinds]
        return made
    form = OrderClaimForm()
    found = claiming.orders_to_claim(session, context.actor().account_id or "")
    form.order.choices = [
        choice(order.id, order.code, _("付了 %(amount)s 元", amount=format_fen(order.captured_fen)))
        for order in found
    ]
    return form


def _claim_page(
    seen: SchemeView, form: ClaimForm, home: StatementForm | None, outcome: Outcome | None, *,
    by_invoice: bool,
) -> str:  # fmt: skip
    with reading() as session:
        names = subsidies.names_of(session, [seen.scheme], context.language())
    return render(
        "checkout/new_claim.html", seen=seen, form=form, home=home, outcome=outcome,
        by_invoice=by_invoice, names=names, words=words,
    )  # fmt: skip


@blueprint.route("/subsidies/<code>/loan", methods=["GET", "POST"])
@policy(HOUSEHOLD)
def new_loan(code: str) -> Any:
    """Try a loan's figures; apply with its contract."""
    with reading() as session:
        seen = _scheme(session, code, SchemeType.INTEREST)
        home = _home(session, seen)
    if request.method == "POST":
        return _apply(seen, home)
    asked = bool(request.args.get("principal_fen"))
    form = LoanTermsForm(request.args if asked else None)
    valid = asked and form.validate()
    shown = LoanForm(formdata=None, data=form.data if asked else None)
    page = _loan_page(seen, form, shown if valid else None, home, None)
    return page if valid or not asked else (page, 422)


def _apply(seen: SchemeView, home: StatementForm | None) -> Any:
    form, outcome = LoanForm(), None
    if _valid(form, home):
        try:
            files = form.stored()
            with unit_of_work() as session:
                stating.state(session, context.actor(), home, context.now())
                new = _new_loan(session, seen, form)
                loan_id = service.apply_loan(session, context.actor(), new, files, context.now())
            say(_("申请交上去了，审核结果会发消息给你"))
            return back_to("subsidies.show_own_loan", loan_id=loan_id)
        except NothingToClaim as nothing:
            attach(form, nothing)
            outcome = nothing.outcome
        except DomainError as error:
            _beside(form, home, error)
    return _loan_page(seen, form, form, home, outcome), 422


def _new_loan(session: Session, seen: SchemeView, form: LoanForm) -> NewLoan:
    account_id = context.actor().account_id or ""
    return NewLoan(
        scheme_id=seen.id, household_id=account_id, region=claiming.home_of(session, account_id),
        terms=form.to_terms(), lender=form.lender.data or "",
        contract_no=form.contract_no.data or "", purpose=form.purpose.data or "",
        flags=promotions.flags_of(session, account_id),
    )  # fmt: skip


def _loan_page(
    seen: SchemeView, form: LoanTermsForm, apply: LoanForm | None, home: StatementForm | None,
    outcome: Outcome | None,
) -> str:  # fmt: skip
    found = None
    if apply is not None and not any(f.errors for f in form if f.name in _FIGURES):
        found = service.plan(seen.scheme, form.to_terms())
    with reading() as session:
        names = subsidies.names_of(session, [seen.scheme], context.language())
    return render(
        "checkout/new_loan.html", seen=seen, form=form, apply=apply, home=home, found=found,
        outcome=outcome, names=names, words=words,
    )  # fmt: skip


_FIGURES = ("principal_fen", "rate", "starts_on", "months", "repayment")


def _scheme(session: Session, code: str, type_: SchemeType) -> SchemeView:
    seen = subsidies.get_public(session, code, context.now())
    if seen.draft.type is not type_:
        raise SchemeNotFound
    return seen
