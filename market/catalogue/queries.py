"""Reads of the catalogue for pages; frozen values out, a fixed number of statements each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from market.catalogue import access, rules
from market.catalogue.about import (
    ProductAbout,
    certified_products,
    products_about,
    products_certified,
    sellers_of_product,
    traced_kinds,
)
from market.catalogue.citing import (
    CitingProduct,
    all_texts,
    cited_breaches,
    cited_texts,
    citing_products,
    ids_citing,
    kind_texts,
    kinds_of_maker,
    makers_of_kinds,
    outdated_products,
    page_of_texts,
    products_of_texts,
)
from market.catalogue.desk_goods import desk_goods
from market.catalogue.documents import (
    count_for_index,
    ids_for_index,
    products_by_ids,
    products_for_index,
    products_of_listings,
    texts_for_index,
)
from market.catalogue.duties import unread_of
from market.catalogue.errors import ListingNotFound, ProductNotFound, VariantNotFound
from market.catalogue.finding import (
    NamedProduct,
    products_called,
    products_named,
    products_numbered,
    products_sold_by,
)
from market.catalogue.kind_queries import (
    find_kind,
    get_kind,
    kind_counts,
    kind_names,
    kind_revisions,
    kind_view,
    list_groups,
    list_kinds,
    product_counts,
)
from market.catalogue.listing_queries import (
    PHOTOS,
    ListingsRead,
    find_offer,
    free_stock,
    listing_blockers_of,
    listing_rows,
    listings_by_ids,
    listings_for_material,
)
from market.catalogue.local_queries import admissions_of, local_product_counts
from market.catalogue.material_offers import listings_for_materials
from market.catalogue.models import Kind, Listing, Product, Variant
from market.catalogue.named import buyable_products, listings_called, listings_of_products
from market.catalogue.ordered import PriceRow, ids_by_origin, ids_by_rank, rows_by_price
from market.catalogue.product_page import get_product
from market.catalogue.product_views import product_view, variant_view
from market.catalogue.sampling import (
    contents_of_kind,
    count_listings,
    count_without_manual,
    listing_of,
    maker_and_kind,
    on_sale_at,
    on_shelves,
    product_names,
    unfit_by,
    unfit_products,
)
from market.catalogue.shelf import (
    facet_counts,
    list_listings,
    revision_of,
    says_effect,
    shelf,
)
from market.catalogue.shut_queries import GateNow, gates_now, shut_products
from market.catalogue.stock_queries import levels_of, movements_of, stock_breaches
from market.catalogue.traits import traits_of_kinds
from market.catalogue.types import (
    ListingView,
    ProductRow,
    ProductView,
    VariantView,
)
from market.certification import queries as certification
from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.sellers import queries as sellers


def get_own_product(session: Session, actor: Actor, product_id: str) -> ProductView:
    """A product for its maker's people. Raises ProductNotFound for anyone else's."""
    row = session.get(Product, product_id)
    if row is None or not access.may_edit_product(actor, row.maker_id):
        raise ProductNotFound()
    maker = sellers.find_seller(session, row.maker_id)
    return product_view(row, maker.name if maker else "")


def get_reported_product(session: Session, actor: Actor, product_id: str) -> ProductView:
    """A product whose report the actor may read: any live one, or its own.

    Raises ProductNotFound."""
    row = session.get(Product, product_id)
    if row is None or not (row.state == "live" or access.may_edit_product(actor, row.maker_id)):
        raise ProductNotFound()
    return product_view(row, "")


def own_product_rows(
    session: Session, seller_id: str, now: datetime, number: int = 1, size: int = PAGE_SIZE
) -> Page[ProductRow]:
    """The maker's products with what keeps each from being sold, newest first."""
    mine = Product.maker_id == seller_id, Product.state != "archived"
    total = session.scalar(select(func.count()).select_from(Product).where(*mine)) or 0
    rows = session.execute(
        select(Product, Kind)
        .join(Kind, Kind.code == Product.kind_code)
        .where(*mine)
        .order_by(Product.created_at.desc(), Product.id.desc())
        .limit(size)
        .offset(offset(number, size))
    ).all()
    found = _product_rows(session, seller_id, [(r.Product, r.Kind) for r in rows], now)
    return Page(found, total, max(1, number), size)


def own_product_row(session: Session, actor: Actor, product_id: str, now: datetime) -> ProductRow:
    """One product for its maker's people, with its blockers. Raises ProductNotFound."""
    get_own_product(session, actor, product_id)
    return product_row(session, product_id, now)


def product_row(session: Session, product_id: str, now: datetime) -> ProductRow:
    """One product with what keeps it from being sold, whoever asks."""
    rows = session.execute(
        select(Product, Kind)
        .join(Kind, Kind.code == Product.kind_code)
        .where(Product.id == product_id)
    ).all()
    maker_id = rows[0].Product.maker_id
    return _product_rows(session, maker_id, [(r.Product, r.Kind) for r in rows], now)[0]


def _product_rows(
    session: Session, seller_id: str, rows: Sequence[tuple[Product, Kind]], now: datetime
) -> list[ProductRow]:
    ids = [product.id for product, _ in rows]
    maker = sellers.find_seller(session, seller_id)
    certificates = certification.certificates_by_ids(
        session, {product.certificate_id for product, _ in rows if product.certificate_id}, now
    )
    variants = _counts(session, Variant, ids, Variant.is_open.is_(True))
    listings = _counts(session, Listing, ids, Listing.state != "archived")
    open_now = (
        Listing.shown.is_(True) & (Listing.gate_opens_at <= now) & (Listing.gate_closes_at > now)
    )
    live = _counts(session, Listing, ids, open_now)
    unread = unread_of(session, seller_id, now)
    found = []
    for product, kind_row in rows:
        view = product_view(product, maker.name if maker else "")
        kind = kind_view(kind_row)
        certificate = certificates.get(product.certificate_id or "")
        blockers = rules.product_blockers(
            view,
            kind,
            certificate,
            variants=variants.get(product.id, 0),
            maker_open=maker is not None and maker.is_open,
            unread=unread.get(kind.code, ()),
            now=now,
        )
        found.append(
            ProductRow(
                view,
                kind,
                certificate,
                tuple(blockers),
                listings.get(product.id, 0),
                live.get(product.id, 0),
            )
        )
    return found


def _counts(
    session: Session, table: type[Variant] | type[Listing], ids: Sequence[str], condition: object
) -> dict[str, int]:
    statement = (
        select(table.product_id, func.count())
        .where(table.product_id.in_(ids), condition)  # type: ignore[arg-type]
        .group_by(table.product_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def own_variants(session: Session, actor: Actor, product_id: str) -> list[VariantView]:
    """All pack sizes of a product, closed ones too. Raises ProductNotFound."""
    get_own_product(session, actor, product_id)
    return _variants(session, product_id)


def get_own_variant(session: Session, actor: Actor, variant_id: str) -> VariantView:
    """A pack size for its maker's people. Raises VariantNotFound for anyone else's."""
    row = session.get(Variant, variant_id)
    product = session.get(Product, row.product_id) if row else None
    if row is None or product is None or not access.may_edit_product(actor, product.maker_id):
        raise VariantNotFound()
    return variant_view(row)


def get_own_listing(session: Session, actor: Actor, listing_id: str, now: datetime) -> ListingView:
    """A listing for its seller's people. Raises ListingNotFound for anyone else's."""
    view = listings_by_ids(session, [listing_id], now).get(listing_id)
    if view is None or not access.may_edit_listing(actor, view.seller_id):
        raise ListingNotFound()
    return view


def get_listable(
    session: Session, seller_id: str, variant_id: str
) -> tuple[ProductView, VariantView]:
    """A pack size this seller may list. Raises VariantNotFound."""
    row = session.execute(
        select(Product, Variant)
        .join(Variant, Variant.product_id == Product.id)
        .where(Variant.id == variant_id, *_listable(seller_id))
    ).one_or_none()
    if row is None:
        raise VariantNotFound()
    maker = sellers.find_seller(session, row.Product.maker_id)
    return product_view(row.Product, maker.name if maker else ""), variant_view(row.Variant)


def _listable(seller_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Variant.is_open.is_(True),
        Product.state != "archived",
        or_(Product.maker_id == seller_id, Product.state == "live"),
    )


def listable_variants(
    session: Session, seller_id: str, words: str = "", limit: int = 30
) -> list[tuple[ProductView, VariantView]]:
    """Pack sizes this seller may list: of its own products and of others' live ones, by name;
    those it lists already are left out."""
    taken = select(Listing.variant_id).where(Listing.seller_id == seller_id)
    statement = (
        select(Product, Variant)
        .join(Variant, Variant.product_id == Product.id)
        .where(
            Variant.id.not_in(taken),
            *_listable(seller_id),
        )
        .order_by((Product.maker_id == seller_id).desc(), Product.name_zh, Variant.pack_size)
        .limit(limit)
    )
    for word in words.split()[:5]:
        columns = (Product.name_zh, Product.name_en, Product.model)
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    rows = session.execute(statement).all()
    makers = sellers.sellers_by_ids(session, {row.Product.maker_id for row in rows})
    return [
        (product_view(product, makers[product.maker_id].name), variant_view(variant))
        for product, variant in rows
    ]


def _variants(session: Session, product_id: str) -> list[VariantView]:
    rows = session.scalars(
        select(Variant)
        .where(Variant.product_id == product_id)
        .order_by(Variant.pack_size, Variant.id)
    )
    return [variant_view(row) for row in rows]


kinds = list_kinds

__all__ = [
    "PHOTOS",
    "CitingProduct",
    "GateNow",
    "ListingsRead",
    "NamedProduct",
    "PriceRow",
    "ProductAbout",
    "admissions_of",
    "all_texts",
    "buyable_products",
    "certified_products",
    "cited_breaches",
    "cited_texts",
    "citing_products",
    "contents_of_kind",
    "count_for_index",
    "count_listings",
    "count_without_manual",
    "desk_goods",
    "facet_counts",
    "find_kind",
    "find_offer",
    "free_stock",
    "gates_now",
    "get_kind",
    "get_listable",
    "get_own_listing",
    "get_own_product",
    "get_own_variant",
    "get_product",
    "get_reported_product",
    "ids_by_origin",
    "ids_by_rank",
    "ids_citing",
    "ids_for_index",
    "kind_counts",
    "kind_names",
    "kind_revisions",
    "kind_texts",
    "kinds",
    "kinds_of_maker",
    "levels_of",
    "list_groups",
    "list_kinds",
    "list_listings",
    "listable_variants",
    "listing_blockers_of",
    "listing_of",
    "listing_rows",
    "listings_by_ids",
    "listings_called",
    "listings_for_material",
    "listings_for_materials",
    "listings_of_products",
    "local_product_counts",
    "maker_and_kind",
    "makers_of_kinds",
    "movements_of",
    "on_sale_at",
    "on_shelves",
    "outdated_products",
    "own_product_row",
    "own_product_rows",
    "own_variants",
    "page_of_texts",
    "product_counts",
    "product_names",
    "product_row",
    "products_about",
    "products_by_ids",
    "products_called",
    "products_certified",
    "products_for_index",
    "products_named",
    "products_numbered",
    "products_of_listings",
    "products_of_texts",
    "products_sold_by",
    "revision_of",
    "rows_by_price",
    "says_effect",
    "sellers_of_product",
    "shelf",
    "shut_products",
    "stock_breaches",
    "texts_for_index",
    "traced_kinds",
    "traits_of_kinds",
    "unfit_by",
    "unfit_products",
]
