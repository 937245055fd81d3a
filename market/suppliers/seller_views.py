"""A seller applies to be a supplier of whole solutions, answers questions, lays the role down."""

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.media.uploads import stored_file
from market.sellers import queries as sellers
from market.suppliers import queries, rules, service, words
from market.suppliers.forms import ApplicationForm, application_form
from market.suppliers.types import ApplicationState, ApplicationView
from market.suppliers.views import Page, blueprint, evidence_response
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/seller/supplier")
@policy(SELLER)
def show_own() -> str:
    """The own grade, the criteria, and what became of the applications."""
    with reading() as session:
        seller = sellers.get_own(session, context.actor(), desk.seller_id())
        rows = queries.list_of_seller(session, seller.id)
    return render("suppliers/show_own.html", seller=seller, rows=rows, words=words, rules=rules)


@blueprint.route("/seller/supplier/apply", methods=["GET", "POST"])
@policy(SELLER)
def apply() -> Page:
    """Hand an application in, or correct one that the official asked about."""
    asked = _asked()
    form = application_form(asked)
    if form.validate_on_submit():
        try:
            _submit(form)
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("交上去了，等主管部门评定"))
            return back_to("suppliers.show_own")
    page = render("suppliers/apply.html", form=form, asked=asked, rules=rules, words=words)
    return (page, 422) if form.is_submitted() else page


def _asked() -> ApplicationView | None:
    """The own application that an official has a question about."""
    with reading() as session:
        rows = queries.list_of_seller(session, desk.seller_id())
    return next((row for row in rows if row.state is ApplicationState.ASKED), None)


def _submit(form: ApplicationForm) -> None:
    files = {key: stored_file(field) for key, field in form.uploads().items()}
    with unit_of_work() as session:
        service.submit(
            session, context.actor(), desk.seller_id(), form.entries(), files,
            form.answer.data or "", now=context.now(),
        )  # fmt: skip


@blueprint.get("/seller/supplier/<supplier_application_id>/evidence/<key>")
@policy(SELLER)
def show_own_evidence(supplier_application_id: str, key: str) -> Response:
    """A proof."""
    with reading() as session:
        queries.get_own(session, context.actor(), supplier_application_id)
    return evidence_response(supplier_application_id, key)


@blueprint.post("/seller/supplier/<supplier_application_id>/withdraw")
@policy(SELLER)
def give_up(supplier_application_id: str) -> Response:
    """Take an application back, or lay the role down."""
    with unit_of_work() as session:
        service.give_up(session, context.actor(), supplier_application_id, now=context.now())
    say(_("撤回了"))
    return back_to("suppliers.show_own")


@desk.seller_tasks
def _tasks(session: Session, seller_id: str, _now: datetime) -> Iterable[desk.DeskTask]:
    asked = queries.asked_of_seller(session, seller_id)
    if asked:
        href = url_for("suppliers.apply")
        yield desk.DeskTask(_("方案供应商申请要补充"), asked, href, late=True)
