"""What everyone sees: notices, one notice, the record of a product, the feed."""

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from market.catalogue import queries as catalogue
from market.catalogue.errors import ProductNotFound
from market.db.session import reading
from market.inspections import queries, service
from market.media import service as media
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.files import send_private
from market.web.paging import page_number
from market.web.templating import render

blueprint = Blueprint("inspections", __name__)
Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/spot-checks")
@policy(PUBLIC)
def list_notices() -> str:
    """Published results, newest first; `?only=failed` leaves the passing ones out, `?maker=` the
    goods of other makers."""
    failed_only = request.args.get("only") == "failed"
    maker_id = request.args.get("maker", "")[:20]
    with reading() as session:
        page = queries.list_published(
            session, page_number(), failed_only=failed_only, maker_id=maker_id
        )
    return render(
        "inspections/list_notices.html", page=page, failed_only=failed_only, maker_id=maker_id
    )


@blueprint.get("/spot-checks/<check_id>")
@policy(PUBLIC)
def show_notice(check_id: str) -> str:
    """One published result."""
    with reading() as session:
        check = queries.get_published(session, check_id)
    return render("inspections/show_notice.html", check=check)


@blueprint.get("/spot-checks/products/<product_id>")
@policy(PUBLIC)
def show_history(product_id: str) -> str:
    """The published record of a product. Raises ProductNotFound."""
    with reading() as session:
        names = catalogue.product_names(session, [product_id]).get(product_id)
        if names is None:
            raise ProductNotFound
        checks = queries.history_of(session, product_id)
    return render(
        "inspections/show_history.html", checks=checks, product_id=product_id,
        named={"name_zh": names[0], "name_en": names[1]},
    )  # fmt: skip


@blueprint.get("/spot-checks.atom")
@policy(PUBLIC)
def show_feed() -> Response:
    """The newest published results as an Atom feed."""
    with reading() as session:
        page = queries.list_published(session)
    changed = max((check.updated_at for check in page.items), default=context.now())
    answer = make_response(
        render_template(
            "inspections/feed.xml", checks=page.items, changed=changed,
            base=context.settings().base_url.rstrip("/"),
        )
    )  # fmt: skip
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def report_response(check_id: str) -> AnyResponse:
    """The laboratory's report, for a reader whose right was checked."""
    with reading() as session:
        file_id = queries.report_file(session, check_id) or ""
        found = media.private_path(session, file_id, service.REPORTS, check_id)
    return send_private(*found)


def appeal_response(check_id: str, appeal_id: str) -> AnyResponse:
    """The report of an objection, for a reader whose right was checked."""
    with reading() as session:
        file_id = queries.appeal_file(session, check_id, appeal_id)
        found = media.private_path(session, file_id, service.APPEALS, appeal_id)
    return send_private(*found)
