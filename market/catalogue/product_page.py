"""What the public page of a product shows. The most read page of all, so it is read in plain
tuples; the rules that decide what is shown are those of every other list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.catalogue.errors import ProductNotFound
from market.catalogue.kind_queries import kind_view
from market.catalogue.listing_queries import PHOTOS, Around, OfferRow, view_of_row
from market.catalogue.models import Kind, Listing, Product, StockLevel, Variant
from market.catalogue.product_views import product_view
from market.catalogue.types import ProductPage
from market.certification import queries as certification
from market.db.plain import Columns, read
from market.media import queries as media
from market.sellers import queries as sellers

_PRODUCT = Columns(
    Product,
    "id maker_id kind_code name_zh name_en model use_zh use_en unit state certificate_id standard"
    " report_number report_issued_on report_file_id life_years carbon_kg_per_unit carbon_source"
    " carbon_trust material_key attributes evidence created_at published_at"
    " held_since barred_until local_areas batches_until",
)
_KIND = Columns(
    Kind,
    "code group_code name_zh name_en scheme certifiable standard default_unit picture house_part"
    " spot_check_risk catalogue_batch attribute_keys is_open position basis traced",
)
_LISTING = Columns(
    Listing,
    "id seller_id price_fen unit_price_milli_fen min_packs lead_days made_to_order state"
    " seller_suspended was_fen was_until",
)
_VARIANT = Columns(Variant, "id label_zh label_en pack_size unit weight_g")
_STOCK = StockLevel.__table__.c
_PUBLISHED = (
    select(*_PRODUCT.columns, *_KIND.columns)
    .join_from(Product.__table__, Kind.__table__, _KIND.of.code == _PRODUCT.of.kind_code)
    .where(_PRODUCT.of.id == bindparam("product_id"), _PRODUCT.of.published_at.is_not(None))
)
_LEFT = (
    select(func.coalesce(func.sum(_STOCK.on_hand - _STOCK.reserved), 0))
    .where(_STOCK.listing_id == _LISTING.of.id)
    .correlate(Listing.__table__)
    .scalar_subquery()
)
_OFFERS = (
    select(*_LISTING.columns, *_VARIANT.columns, _LEFT)
    .join_from(Listing.__table__, Variant.__table__, _VARIANT.of.id == _LISTING.of.variant_id)
    .where(_LISTING.of.product_id == bindparam("product_id"))
    .order_by(_LISTING.of.unit_price_milli_fen, _LISTING.of.id)
)


def get_product(session: Session, product_id: str, now: datetime) -> ProductPage:
    """Everything the public page of a product shows, in five statements. Raises ProductNotFound
    for drafts and archived products; a paused one has a page without listings."""
    asked = {"product_id": product_id}
    found = read(session, _PUBLISHED, asked)
    if not found or (product := _PRODUCT.cut(found[0])).state == "archived":
        raise ProductNotFound()
    kind = _KIND.cut(found[0], len(_PRODUCT.columns))
    offers = [
        OfferRow(
            _LISTING.cut(row), _VARIANT.cut(row, len(_LISTING.columns)), product, kind, row[-1]
        )
        for row in read(session, _OFFERS, asked)
    ]
    around = _around(session, product, offers, now)
    views = [view_of_row(offer, around) for offer in offers]
    maker = around.sellers.get(product.maker_id)
    certificate = around.certificates.get(product.certificate_id or "")
    files = around.photos.get(product_id, [])
    return ProductPage(
        product=product_view(product, maker.name if maker else ""),
        kind=kind_view(kind),
        certificate=certificate if kind.certifiable else None,
        listings=tuple(view for view in views if view.sellable),
        sellers=around.sellers,
        photos=tuple(file for file in files if file.kind == "photo"),
    )


def _around(session: Session, product: Any, offers: list[OfferRow], now: datetime) -> Around:
    certificates: Mapping[str, Any] = {}
    if product.certificate_id:
        certificates = certification.certificates_by_ids(session, [product.certificate_id], now)
    return Around(
        certificates,
        sellers.sellers_by_ids(session, {product.maker_id, *(o.Listing.seller_id for o in offers)}),
        media.files_of(session, PHOTOS, [product.id]),
        now,
    )
