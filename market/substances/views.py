"""What everyone may read of a product's contents."""

from datetime import date

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.catalogue.contents import RuleOn
from market.db.session import reading
from market.kernel.clock import shanghai_date
from market.media import service as media
from market.substances import queries, service
from market.substances.forms import STATUSES
from market.web.access import PUBLIC, policy
from market.web.context import now
from market.web.templating import render

blueprint = Blueprint("substances", __name__)


@blueprint.get("/p/<product_id>/substances")
@policy(PUBLIC)
def show_contents(product_id: str) -> str:
    """Declared contents against the limits of today."""
    with reading() as session:
        page = catalogue.get_product(session, product_id, now())
        names = dict(catalogue.kind_names(session))
    return render(
        "substances/show_contents.html", product=page.product, today=shanghai_date(now()),
        statuses=STATUSES, kind_names=names, verdict=verdict,
    )  # fmt: skip


@blueprint.get("/p/<product_id>/substances/<substance_id>/report")
@policy(PUBLIC)
def show_content_report(product_id: str, substance_id: str) -> Response:
    """The report behind a declared content, of a product that was ever published."""
    with reading() as session:
        catalogue.get_product(session, product_id, now())
        file_id = queries.report_of(session, product_id, substance_id)
        path, kind, name = media.private_path(session, file_id, service.REPORTS, product_id)
    return send_file(path, mimetype=kind, download_name=name, max_age=0)


def verdict(rule: RuleOn | None, today: date) -> str:
    """bad, ok or plain: how a content stands under its rule."""
    if rule is None or rule.status == "watch":
        return "plain"
    return "bad" if rule.breaks and rule.from_on <= today else "ok"
