"""A supplier's grading, as everyone sees it."""

from flask import Blueprint
from werkzeug.wrappers import Response

from market.db.session import reading
from market.media import service as media
from market.regions import queries as regions
from market.sellers import queries as sellers
from market.suppliers import queries, rules, service, words
from market.suppliers.errors import NotASupplier
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.files import send_private
from market.web.templating import render

blueprint = Blueprint("suppliers", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/s/<seller_id>/supplier")
@policy(PUBLIC)
def show_supplier(seller_id: str) -> str:
    """The grade of a supplier with its points. Raises NotASupplier."""
    with reading() as session:
        seller = sellers.get_seller(session, seller_id)
        if not seller.is_supplier:
            raise NotASupplier
        grading = queries.standing_of(session, seller_id)
        place = regions.short_label(session, grading.region_code, context.language())
    return render(
        "suppliers/show_supplier.html",
        seller=seller, grading=grading, place=place, words=words, rules=rules,
    )  # fmt: skip


def evidence_response(application_id: str, key: str) -> Response:
    """A proof, for a reader whose right was checked."""
    with reading() as session:
        file_id, owner_id = queries.evidence_file(session, application_id, key)
        found = media.private_path(session, file_id, service.EVIDENCE, owner_id)
    return send_private(*found)
