"""Reviewers decide about changes of products; makers answer and withdraw."""

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import change_queries, service, words
from market.catalogue.blueprint import blueprint
from market.catalogue.change_forms import AnswerForm, ReviewForm
from market.catalogue.errors import NotPublishable
from market.catalogue.types import Blocker
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, Forbidden, NotFound
from market.kernel.i18n import N_
from market.web.access import SELLER, STAFF, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

_VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "confirm": (service.confirm_change, N_("已通过，马上生效")),
    "decline": (service.decline_change, N_("已退回，产品保持原样")),
    "ask": (service.ask_about_change, N_("问题发给厂家了")),
}


@blueprint.get("/official/product-changes")
@policy(STAFF)
def list_changes() -> str:
    """Changes and first publications of the own region subtree."""
    shown = request.args.get("state", "waiting")
    shown = shown if shown in change_queries.QUEUES else "waiting"
    with reading() as session:
        page = change_queries.list_changes(session, actor(), shown, page_number())
        tabs = change_queries.count_changes(session, actor())
    return render("catalogue/list_changes.html", page=page, tabs=tabs, shown=shown, words=words)


@blueprint.get("/official/product-changes/<change_id>")
@policy(STAFF)
def review_change(change_id: str) -> str:
    """One change, field by field."""
    return _review_page(change_id, ReviewForm(formdata=None))


@blueprint.post("/official/product-changes/<change_id>/<any(confirm, decline, ask):verb>")
@policy(STAFF)
def decide_change(change_id: str, verb: str) -> Response | tuple[str, int]:
    """Confirm, decline or ask."""
    form = ReviewForm()
    act, done = _VERBS[verb]
    if form.validate():
        try:
            texts = form.note.data or "", form.internal_note.data or ""
            with unit_of_work() as session:
                act(session, actor(), change_id, form.to_version(), *texts, now=now())
            say(_(done))
            return back_to(".list_changes")
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            attach(form, error)
            if isinstance(error, NotPublishable):
                form.refusals += words.reasons(map(Blocker, _codes(error)))
    return _review_page(change_id, form), 422


def _codes(error: NotPublishable) -> list[str]:
    """The reasons whose sentences need no values."""
    return [code for code in error.params["reasons"] if not words.has_values(code)]


def _review_page(change_id: str, form: ReviewForm) -> str:
    with reading() as session:
        change = change_queries.change_for_review(session, actor(), change_id)
    form.version.data = str(change.version)
    return render("catalogue/review_change.html", change=change, form=form, words=words)


@blueprint.get("/official/product-changes/<change_id>/report")
@policy(STAFF)
def show_change_report(change_id: str) -> Response:
    """The test report that would be in force."""
    with reading() as session:
        place = change_queries.report_of_change(session, actor(), change_id)
    return send_private(*place)


@blueprint.post("/seller/products/<product_id>/change/answer")
@policy(SELLER)
def answer_change(product_id: str) -> Response:
    """Answer the reviewer's question."""
    form = AnswerForm()
    try:
        with unit_of_work() as session:
            change = change_queries.own_change(session, actor(), product_id)
            if change is None:
                raise NotFound()
            service.answer_change(session, actor(), change.id, form.answer.data or "", now())
        say(_("回答发出去了，等审核"))
    except NotFound:
        raise
    except DomainError as error:
        say(_(error.message), "bad")
    return back_to(".show_own_product", product_id=product_id)


@blueprint.post("/seller/products/<product_id>/change/withdraw")
@policy(SELLER)
def withdraw_change(product_id: str) -> Response:
    """Take the change back."""
    try:
        with unit_of_work() as session:
            change = change_queries.own_change(session, actor(), product_id)
            if change is None:
                raise NotFound()
            service.withdraw_change(session, actor(), change.id, now())
        say(_("变更收回了，产品保持原样"))
    except NotFound:
        raise
    except DomainError as error:
        say(_(error.message), "warn")
    return back_to(".show_own_product", product_id=product_id)
