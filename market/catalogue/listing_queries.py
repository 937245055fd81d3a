"""Reads of listings by id, in a fixed number of statements whatever their number: one, two when
there are photos."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Select, bindparam, func, select
from sqlalchemy.orm import Session

from market.catalogue import rules
from market.catalogue.cart_holds import SHELF, shelf_of
from market.catalogue.models import Kind, Listing, Product, StockLevel, Variant
from market.catalogue.pictures import picture_of
from market.catalogue.rules import ListingFacts
from market.catalogue.stock_levels import FREE, NOBODY
from market.catalogue.types import Blocker, ListingRow, ListingView, Offer, label_of
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.db.among import among
from market.db.plain import AsGiven, Columns, read
from market.kernel.clock import shanghai_date, start_of_day
from market.kernel.region_code import RegionCode
from market.media import queries as media
from market.sellers import queries as sellers
from market.sellers.types import SellerView

PHOTOS = "product"


@dataclass(frozen=True)
class Around:
    """What the rows of a set of listings refer to in other packages."""

    certificates: Mapping[str, CertificateView]
    sellers: Mapping[str, SellerView]
    photos: Mapping[str, list[media.FileView]]
    now: datetime


class OfferRow(NamedTuple):
    """A listing with what it belongs to, in plain tuples with the names of the entities."""

    Listing: Any
    Variant: Any
    Product: Any
    Kind: Any
    free: int

    @classmethod
    def of_row(cls, row: Any) -> "OfferRow":
        """From a row of `_BY_IDS`."""
        listing, variant, product, kind = map(Columns.cut, _PARTS, repeat(row), _STARTS)
        return cls(listing, variant, product, kind, row[_FREE_AT])


_LEFT = (
    select(func.coalesce(func.sum(FREE), 0))
    .where(StockLevel.listing_id == Listing.id)
    .correlate(Listing)
    .scalar_subquery()
    .label("free")
)


_OFFER = (
    select(Listing.price_fen, Product.name_zh, Product.id, *SHELF)
    .select_from(Listing)
    .join(Product, Product.id == Listing.product_id)
    .outerjoin(StockLevel, StockLevel.listing_id == Listing.id)
    .where(Listing.id == bindparam("id"), Listing.state != "draft")
)


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(Listing, Variant, Product, Kind, _LEFT)
        .join(Variant, Variant.id == Listing.variant_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Kind, Kind.code == Product.kind_code)
    )


_LISTED = Columns(
    Listing,
    "id product_id seller_id price_fen unit_price_milli_fen min_packs lead_days made_to_order"
    " state seller_suspended was_fen was_until sold maker_region in_stock",
)
_VARIANT = Columns(Variant, "id label_zh label_en pack_size unit weight_g")
_PRODUCT = Columns(
    Product,
    "id maker_id kind_code name_zh name_en model state certificate_id standard report_file_id"
    " life_years carbon_kg_per_unit carbon_trust carbon_label material_key attributes held_since"
    " barred_since barred_until local_areas contents unfit_from",
)
_KIND = Columns(Kind, "code group_code name_zh name_en certifiable picture")
_PARTS = (_LISTED, _VARIANT, _PRODUCT, _KIND)
*_STARTS, _FREE_AT = accumulate((len(part) for part in _PARTS), initial=0)
_PHOTOS_AT, _SELLER_AT, _CERTIFICATE_AT = accumulate((_FREE_AT + 1, 1, sellers.WIDTH))
_BY_IDS = certification.with_certificate(
    sellers.with_seller(
        select(
            *(column for part in _PARTS for column in part.columns),
            _LEFT,
            media.has_files(PHOTOS, _PRODUCT.of.id),
        )
        .join_from(Listing.__table__, Variant.__table__, _VARIANT.of.id == _LISTED.of.variant_id)
        .join(Product.__table__, _PRODUCT.of.id == _LISTED.of.product_id)
        .join(Kind.__table__, _KIND.of.code == _PRODUCT.of.kind_code)
        .where(among(_LISTED.of.id, "ids")),
        _LISTED.of.seller_id,
    ),
    _PRODUCT.of.certificate_id,
)
_FREE = (
    select(StockLevel.listing_id, func.sum(FREE))
    .where(among(StockLevel.listing_id, "ids"))
    .group_by(StockLevel.listing_id)
)


_GIVEN = AsGiven(_BY_IDS)
_LISTING_AT, _PRODUCT_AT = _STARTS[0], _STARTS[2]
_SELLER_ID_AT = _LISTING_AT + _LISTED.names.index("seller_id")
# What opens or shuts at an instant; all else of a view changes with the day.
_INSTANTS_AT = (
    _LISTING_AT + _LISTED.names.index("was_until"),
    *(_PRODUCT_AT + _PRODUCT.names.index(name)
      for name in ("barred_until", "unfit_from", "local_areas")),
)  # fmt: skip


class ListingsRead:
    """Listings of a price, read in steps: one statement for some ids with all they refer to, and
    one for the photos of all of them where there are some."""

    def __init__(self, session: Session, now: datetime, holder: str = NOBODY) -> None:
        """`holder`: whose cart it is; what is kept for it counts as free."""
        self._session, self._now, self._holder = session, now, holder
        self._rows: dict[str, Any] = {}

    def rows(self, ids: Collection[str]) -> set[str]:
        """Read these ids; the sellers of those that exist."""
        missing = set(ids) - set(self._rows)
        if missing:
            asked = {"ids": list(missing), "now": self._now, "holder": self._holder}
            found = read(self._session, _GIVEN.statement, asked)
            self._rows.update((row[_LISTING_AT], row) for row in found)
        return {self._rows[key][_SELLER_ID_AT] for key in ids if key in self._rows}

    def views(self) -> dict[str, ListingView]:
        """Everything that was read, by id, with the reason when it cannot be sold now."""
        pictured = {row[_PRODUCT_AT] for row in self._rows.values() if row[_PHOTOS_AT]}
        files = media.files_of(self._session, PHOTOS, pictured) if pictured else {}
        dialect = self._session.get_bind().dialect
        if len(self._rows) > _CART:
            return _all_views(dialect, self._rows.values(), files, self._now)
        return {
            key: _with(_view(dialect, row, self._now), row, files.get(row[_PRODUCT_AT], ()))
            for key, row in self._rows.items()
        }


_CART = 100  # more rows are no cart's: they share papers and would push out what is kept


def _all_views(
    dialect: Dialect,
    rows: Iterable[Any],
    photos: Mapping[str, list[media.FileView]],
    now: datetime,
) -> dict[str, ListingView]:
    known = [_GIVEN.values(dialect, row) for row in rows]
    offers = [OfferRow.of_row(row) for row in known]
    pairs = list(zip(offers, known, strict=True))
    papers = {offer.Product.certificate_id: row for offer, row in pairs}
    shops = {offer.Listing.seller_id: row for offer, row in pairs}
    around = Around(
        certificates={
            paper.id: paper
            for row in papers.values()
            if (paper := certification.certificate_at(row, _CERTIFICATE_AT, now))
        },
        sellers={key: sellers.seller_at(row, _SELLER_AT) for key, row in shops.items()},
        photos=photos,
        now=now,
    )
    return {offer.Listing.id: view_of_row(offer, around) for offer in offers}


def _view(dialect: Dialect, row: Any, now: datetime) -> ListingView:
    """The view of a row as the driver gave it, without stock and photo. One that says the same
    on the same day is not made again: that takes half of reading a listing."""
    lasting = (*row[:_FREE_AT], 0, *row[_FREE_AT + 1 :])
    if any(row[at] for at in _INSTANTS_AT):
        return _made_at(dialect, lasting, now)
    return _made_on(dialect, lasting, shanghai_date(now))


@lru_cache(maxsize=300)  # of 7 KB each
def _made_on(dialect: Dialect, row: tuple[Any, ...], day: date) -> ListingView:
    return _made_at(dialect, row, start_of_day(day))


def _made_at(dialect: Dialect, row: Any, now: datetime) -> ListingView:
    values = _GIVEN.values(dialect, row)
    offer = OfferRow.of_row(values)
    paper = certification.certificate_at(values, _CERTIFICATE_AT, now)
    shop = sellers.seller_at(values, _SELLER_AT)
    return view_of_row(offer, Around({paper.id: paper} if paper else {}, {shop.id: shop}, {}, now))


def _with(view: ListingView, row: Any, files: Sequence[media.FileView]) -> ListingView:
    """A view with the free stock of its row and its photo."""
    free = None if view.made_to_order else int(row[_FREE_AT])
    photo = next((file for file in files if file.kind == "photo"), None)
    if view.available == free and photo is None:
        return view
    made = object.__new__(ListingView)  # `replace` looks at fifty fields
    made.__dict__.update(view.__dict__, available=free, photo=photo)
    return made


def listings_by_ids(
    session: Session, ids: Collection[str], now: datetime, holder: str = NOBODY
) -> dict[str, ListingView]:
    """Listings in whatever state, with the reason when they cannot be sold now; what is kept for
    the cart of `holder` counts as free. Unknown ids are left out.
    """
    wanted = ListingsRead(session, now, holder)
    wanted.rows(ids)
    return wanted.views()


def find_offer(session: Session, listing_id: str, now: datetime) -> Offer | None:
    """A listing of any state but a draft as a cart takes it in; None when there is none."""
    rows = read(session, _OFFER, {"id": listing_id})
    if not rows:
        return None
    price_fen, name, product_id = rows[0][:3]
    return Offer(price_fen, name, product_id, shelf_of([row[3:] for row in rows], now))


def listings_for_material(
    session: Session,
    kind_code: str,
    material_key: str | None,
    region: RegionCode | None,
    now: datetime,
) -> list[ListingView]:
    """Sellable listings of a kind (and generic material), deliverable to `region`,
    cheapest unit first."""
    statement = _joined().where(Listing.kind_code == kind_code, Listing.shown.is_(True))
    if material_key is not None:
        statement = statement.where(Product.material_key == material_key)
    if region is not None:
        reach = sellers.sellers_delivering_to(session, region)
        statement = statement.where(Listing.seller_id.in_(reach))
    statement = statement.order_by(Listing.unit_price_milli_fen, Listing.id)
    views = _views(session, session.execute(statement, _asked(now)).all(), now)
    return [v for v in views if v.sellable and v.may_go_to(region, now)]


def listing_rows(
    session: Session, seller_id: str, now: datetime, state: str | None = None
) -> list[ListingRow]:
    """All listings of a seller for its desk, each with what hides it, newest first."""
    statement = _joined().where(Listing.seller_id == seller_id)
    statement = statement.where(
        Listing.state == state if state else Listing.state != "archived"
    ).order_by(Listing.created_at.desc(), Listing.id.desc())
    rows = session.execute(statement, _asked(now)).all()
    around = _around(session, rows, now)
    return [_row(row, around) for row in rows]


def listing_blockers_of(session: Session, listing_id: str, now: datetime) -> list[Blocker]:
    """What would hide this listing if it were live."""
    rows = session.execute(_joined().where(Listing.id == listing_id), _asked(now)).all()
    around = _around(session, rows, now)
    return list(_row(rows[0], around).blockers) if rows else []


def free_stock(
    session: Session, listing_ids: Collection[str], now: datetime, holder: str = NOBODY
) -> dict[str, int]:
    """Packs on hand and neither reserved nor kept for another cart than `holder`'s, summed over
    warehouses."""
    found = read(session, _FREE, {"ids": list(listing_ids), **_asked(now, holder)})
    return {listing_id: int(free) for listing_id, free in found}


def _asked(now: datetime, holder: str = NOBODY) -> dict[str, Any]:
    return {"now": now, "holder": holder}


def _views(session: Session, rows: Iterable[Any], now: datetime) -> list[ListingView]:
    rows = list(rows)
    if not rows:
        return []
    around = _around(session, rows, now)
    return [view_of_row(row, around) for row in rows]


def _around(session: Session, rows: Collection[Any], now: datetime) -> Around:
    products = [row.Product for row in rows]
    certificates = {one.certificate_id for one in products if one.certificate_id}
    known = {row.Listing.seller_id for row in rows} | {one.maker_id for one in products}
    return Around(
        certification.certificates_by_ids(session, certificates, now),
        sellers.sellers_by_ids(session, known),
        media.files_of(session, PHOTOS, {one.id for one in products}),
        now,
    )


def _was(listing: Any, now: datetime) -> int | None:
    """The price to strike out, while it is a true one."""
    if listing.was_until is None or listing.was_until <= now:
        return None
    return listing.was_fen


def _row(row: Any, around: Around) -> ListingRow:
    gate = _gate(row, around)
    facts = _facts(row, around)
    blockers = tuple(rules.listing_blockers(facts, gate))
    visible = row.Listing.state == "live" and not blockers
    return ListingRow(view_of_row(row, around), visible, blockers)


def _gate(row: Any, around: Around) -> list[Blocker]:
    certificate = around.certificates.get(row.Product.certificate_id or "")
    return rules.gate_blockers(row.Product, row.Kind, certificate, around.now)


def _facts(row: Any, around: Around) -> ListingFacts:
    seller = around.sellers.get(row.Listing.seller_id)
    return ListingFacts(
        state=row.Listing.state,
        product_state=row.Product.state,
        seller_suspended=row.Listing.seller_suspended,
        seller_open=seller is not None and seller.is_open,
    )


def view_of_row(row: Any, around: Around) -> ListingView:
    """The view of a listing joined with its variant, product and kind."""
    listing, variant, product, kind = row.Listing, row.Variant, row.Product, row.Kind
    seller = around.sellers.get(listing.seller_id)
    certificate = around.certificates.get(product.certificate_id or "")
    gate = _gate(row, around)
    reason = rules.unsellable_reason(_facts(row, around), gate)
    photos = [file for file in around.photos.get(product.id, []) if file.kind == "photo"]
    label = label_of(product.carbon_label)
    label = label if label and label.holds_on(shanghai_date(around.now)) else None
    return ListingView(
        id=listing.id,
        product_id=product.id,
        product_name=product.name_zh,
        product_name_en=product.name_en,
        kind_code=kind.code,
        kind_name=kind.name_zh,
        kind_name_en=kind.name_en,
        group_code=kind.group_code,
        certifiable=kind.certifiable,
        seller_id=listing.seller_id,
        seller_name=seller.name if seller else "",
        variant_id=variant.id,
        variant_label=variant.label_zh,
        variant_label_en=variant.label_en,
        pack_size=variant.pack_size,
        unit=variant.unit,
        weight_g=variant.weight_g,
        price_fen=listing.price_fen,
        was_fen=_was(listing, around.now),
        unit_price_milli_fen=listing.unit_price_milli_fen,
        min_packs=listing.min_packs,
        lead_days=listing.lead_days,
        made_to_order=listing.made_to_order,
        available=None if listing.made_to_order else int(row.free),
        stocked=listing.in_stock,
        certificate=certificate if kind.certifiable else None,
        star=certificate.star if certificate and kind.certifiable else None,
        carbon_kg_per_unit=label.kg_per_unit if label else product.carbon_kg_per_unit,
        carbon_trust="verified" if label else product.carbon_trust,
        carbon_label=label,
        sellable=reason is None,
        unsellable_reason=reason,
        material_key=product.material_key,
        life_years=product.life_years,
        maker_id=product.maker_id,
        picture=picture_of(kind.code, kind.picture, product.material_key),
        photo=photos[0] if photos else None,
        attributes=dict(product.attributes),
        state=listing.state,
        model=product.model,
        held_since=product.held_since,
        shut=tuple(gate),
        local_areas="" if product.certificate_id else product.local_areas,
        maker_region=listing.maker_region,
        sold=listing.sold,
    )
