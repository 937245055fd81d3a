"""What the public page of a product shows. The most read page of all, so it is read in plain
tuples; the rules that decide what is shown are those of every other list."""

from datetime import datetime
from itertools import accumulate

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.catalogue import rules
from market.catalogue.errors import ProductGone, ProductNotFound
from market.catalogue.kind_queries import kind_view
from market.catalogue.listing_queries import PHOTOS, Around, OfferRow, view_of_row
from market.catalogue.models import Kind, Listing, Product, StockLevel, Variant
from market.catalogue.product_views import product_view
from market.catalogue.stock_levels import FREE, NOBODY
from market.catalogue.types import ProductPage
from market.certification import queries as certification
from market.db.glance import rows_of_each
from market.db.plain import Columns
from market.media import queries as media
from market.sellers import queries as sellers

_PRODUCT = Columns(
    Product,
    "id maker_id kind_code name_zh name_en model use_zh use_en unit state certificate_id standard"
    " report_number report_issued_on report_file_id life_years carbon_kg_per_unit carbon_source"
    " carbon_trust carbon_label material_key attributes evidence created_at published_at"
    " held_since barred_since barred_until local_areas batches_until manual_version contents"
    " unfit_from cited revision",
)
_KIND = Columns(
    Kind,
    "code group_code name_zh name_en scheme certifiable standard default_unit picture house_part"
    " spot_check_risk catalogue_batch attribute_keys is_open position basis traced"
    " cited",
)
_LISTING = Columns(
    Listing,
    "id seller_id price_fen unit_price_milli_fen min_packs lead_days made_to_order state"
    " seller_suspended was_fen was_until sold maker_region in_stock",
)
_VARIANT = Columns(Variant, "id label_zh label_en pack_size unit weight_g")
_STOCK = StockLevel.__table__.c
_KIND_AT, _PHOTOS_AT, _MAKER_AT, _CERTIFICATE_AT = accumulate(
    (len(_PRODUCT), len(_KIND), 1, sellers.WIDTH)
)
_PUBLISHED = certification.with_certificate(
    sellers.with_seller(
        select(*_PRODUCT.columns, *_KIND.columns, media.has_files(PHOTOS, _PRODUCT.of.id))
        .join_from(Product.__table__, Kind.__table__, _KIND.of.code == _PRODUCT.of.kind_code)
        .where(_PRODUCT.of.id == bindparam("product_id"), _PRODUCT.of.published_at.is_not(None)),
        _PRODUCT.of.maker_id,
    ),
    _PRODUCT.of.certificate_id,
)
_LEFT = (
    select(func.coalesce(func.sum(FREE), 0))
    .where(_STOCK.listing_id == _LISTING.of.id)
    .correlate(Listing.__table__)
    .scalar_subquery()
)
_VARIANT_AT, _LEFT_AT, _SELLER_AT = accumulate((len(_LISTING), len(_VARIANT), 1))
_OFFERS = sellers.with_seller(
    select(*_LISTING.columns, *_VARIANT.columns, _LEFT)
    .join_from(Listing.__table__, Variant.__table__, _VARIANT.of.id == _LISTING.of.variant_id)
    .where(_LISTING.of.product_id == bindparam("product_id"))
    .order_by(_LISTING.of.unit_price_milli_fen, _LISTING.of.id),
    _LISTING.of.seller_id,
)


def get_product(session: Session, product_id: str, now: datetime) -> ProductPage:
    """Everything the public page of a product shows, in two statements, three when it has files.
    Raises ProductNotFound for drafts, ProductGone for archived products; a paused one has a page
    without listings."""
    asked = {"product_id": product_id, "now": now, "holder": NOBODY}
    found, rows = rows_of_each(session, (_PUBLISHED, _OFFERS), asked)
    if not found:
        raise ProductNotFound()
    if (product := _PRODUCT.cut(found[0])).state == "archived":
        raise ProductGone()
    kind = _KIND.cut(found[0], _KIND_AT)
    maker = sellers.seller_at(found[0], _MAKER_AT)
    certificate = certification.certificate_at(found[0], _CERTIFICATE_AT, now)
    files = media.files_of(session, PHOTOS, [product_id]) if found[0][_PHOTOS_AT] else {}
    around = Around(
        certificates={certificate.id: certificate} if certificate else {},
        sellers={one.id: one for one in (sellers.seller_at(row, _SELLER_AT) for row in rows)},
        photos=files,
        now=now,
    )
    views = [
        view_of_row(
            OfferRow(
                _LISTING.cut(row), _VARIANT.cut(row, _VARIANT_AT), product, kind, row[_LEFT_AT]
            ),
            around,
        )
        for row in rows
    ]
    return ProductPage(
        product=product_view(product, maker.name),
        revision=product.revision,
        kind=kind_view(kind),
        certificate=certificate if kind.certifiable else None,
        listings=tuple(view for view in views if view.sellable),
        sellers=around.sellers,
        photos=tuple(file for file in files.get(product_id, []) if file.kind == "photo"),
        shut=tuple(rules.gate_blockers(product, kind, certificate, now)),
        maker=maker,
    )
