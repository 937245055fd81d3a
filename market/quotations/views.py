"""Issuing, finding again and printing quotations."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from market.bundles.types import GUEST_COOKIE, Owner
from market.db.session import reading, unit_of_work
from market.quotations import service, wording
from market.quotations.content import aid_of
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import back_to, render

blueprint = Blueprint("quotations", __name__)


@blueprint.post("/quotations/<configuration_id>")
@policy(PUBLIC)
def issue_quotation(configuration_id: str) -> Response:
    """Write down today's price of a configuration."""
    with unit_of_work() as session:
        number = service.issue(session, _owner(), configuration_id, context.region(), context.now())
    return back_to("quotations.show_quotation", quotation_number=number)


@blueprint.get("/quotations")
@policy(PUBLIC)
def list_quotations() -> str:
    """The visitor's own quotations, newest first."""
    with reading() as session:
        rows = service.list_mine(session, _owner(), context.now())
    return render("quotations/list_quotations.html", rows=rows)


@blueprint.get("/quotations/<quotation_number>")
@policy(PUBLIC)
def show_quotation(quotation_number: str) -> str:
    """A quotation to print, with today's price beside it when that differs."""
    with reading() as session:
        found = service.show(session, _owner(), quotation_number, context.now())
    return render(
        "quotations/show_quotation.html", quotation=found, rows=wording.ledger(found),
        seller_rows=wording.seller_rows, aid=aid_of(found.content),
    )  # fmt: skip


def _owner() -> Owner:
    return Owner(context.actor().account_id, request.cookies.get(GUEST_COOKIE) or None)
