"""What everyone sees: verified declarations with their reports, and the background factors."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from market.db.session import reading
from market.footprints import queries, rules, service, words
from market.media import service as media
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.files import send_private
from market.web.paging import page_number
from market.web.templating import render

blueprint = Blueprint("footprints", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/carbon/<declaration_id>")
@policy(PUBLIC)
def show_declaration(declaration_id: str) -> str:
    """One verified declaration: label, stages, how it was computed, other versions."""
    with reading() as session:
        made = queries.get_public(session, declaration_id, context.now())
        versions = queries.public_versions(session, made.product_id, context.now())
    return render("footprints/show_declaration.html", made=made, versions=versions, words=words)


@blueprint.get("/carbon/<declaration_id>/report")
@policy(PUBLIC)
def show_report(declaration_id: str) -> Response:
    """The verifier's report of a verified declaration."""
    with reading() as session:
        queries.get_public(session, declaration_id, context.now())
    return report_response(declaration_id)


@blueprint.get("/factors")
@policy(PUBLIC)
def list_factors() -> str:
    """The standing background factors, by category and words."""
    text = request.args.get("q", "")[:80]
    category = request.args.get("category", "")
    category = category if category in rules.CATEGORIES else ""
    with reading() as session:
        page = queries.list_factors(session, text, category, page_number())
        counts = queries.category_counts(session, text)
    return render(
        "footprints/list_factors.html", page=page, counts=counts, text=text, category=category,
        categories=rules.CATEGORIES, words=words,
    )  # fmt: skip


@blueprint.get("/factors/<code>")
@policy(PUBLIC)
def show_factor(code: str) -> str:
    """One factor with all its versions."""
    with reading() as session:
        versions = queries.versions_of(session, code)
        users = {one.id: queries.users_of(session, one.id) for one in versions}
    return render(
        "footprints/show_factor.html", factor=versions[0], versions=versions, users=users,
        categories=rules.CATEGORIES, words=words,
    )  # fmt: skip


def report_response(declaration_id: str) -> Response:
    """The report, for a reader whose right was checked."""
    with reading() as session:
        file_id = queries.report_file(session, declaration_id)
        found = media.private_path(session, file_id, service.REPORTS, declaration_id)
    return send_private(*found)
