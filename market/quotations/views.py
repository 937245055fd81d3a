"""Issuing and printing quotations."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.bundles.types import GUEST_COOKIE, Owner
from market.db.session import reading, unit_of_work
from market.quotations import service
from market.quotations.types import QuotationView
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import back_to, name_of, render

blueprint = Blueprint("quotations", __name__)


@blueprint.post("/quotations/<configuration_id>")
@policy(PUBLIC)
def issue_quotation(configuration_id: str) -> Response:
    """Write down today's price of a configuration."""
    with unit_of_work() as session:
        number = service.issue(session, _owner(), configuration_id, context.region(), context.now())
    return back_to("quotations.show_quotation", quotation_number=number)


@blueprint.get("/quotations/<quotation_number>")
@policy(PUBLIC)
def show_quotation(quotation_number: str) -> str:
    """A quotation to print, with today's price beside it when that differs."""
    with reading() as session:
        found = service.show(session, _owner(), quotation_number, context.now())
    return render("quotations/show_quotation.html", quotation=found, rows=_ledger(found))


def _owner() -> Owner:
    return Owner(context.actor().account_id, request.cookies.get(GUEST_COOKIE) or None)


def _ledger(found: QuotationView) -> list[dict[str, object]]:
    content = found.content
    rows: list[dict[str, object]] = [{"label": _("材料"), "fen": content["goods_fen"]}]
    rows.append({"label": _("运费"), "fen": content["freight_fen"]})
    rows += [
        {"label": name_of(off), "fen": -off["fen"], "kind": "off"} for off in content["discounts"]
    ]
    return [*rows, {"label": _("合计"), "fen": found.total_fen, "kind": "sum"}]
