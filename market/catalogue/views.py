"""What everyone may open: the test report of a product on the market."""

from flask import send_file
from werkzeug.wrappers import Response

from market.catalogue import (
    change_views,
    listing_views,
    local_views,
    queries,
    renewal_views,
    seller_views,
    service,
    staff_views,
)
from market.catalogue.blueprint import blueprint
from market.catalogue.errors import ProductNotFound
from market.db.session import reading
from market.media import service as media
from market.web.access import PUBLIC, policy
from market.web.context import actor

__all__ = [
    "blueprint",
    "change_views",
    "listing_views",
    "local_views",
    "renewal_views",
    "seller_views",
    "staff_views",
]


@blueprint.get("/products/<product_id>/report")
@policy(PUBLIC)
def show_report(product_id: str) -> Response:
    """The test report: for everyone once the product is live, before that for its maker."""
    with reading() as session:
        product = queries.get_reported_product(session, actor(), product_id)
        if product.report_file_id is None:
            raise ProductNotFound()
        path, media_type, name = media.private_path(
            session, product.report_file_id, service.REPORTS, product_id
        )
    return send_file(path, mimetype=media_type, download_name=name)
