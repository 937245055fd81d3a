"""The gate of each product, copied onto its listings in the transaction that changes it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update
from sqlalchemy.orm import Session

from market.catalogue import cart_holds, effects, rules, tallies
from market.catalogue.events import GoodsChanged
from market.catalogue.local_areas import areas_of
from market.catalogue.models import (
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    Kind,
    KindBar,
    Listing,
    Product,
)
from market.certification import queries as certification
from market.certification import service as certificates
from market.certification.events import CertificateChanged
from market.certification.types import CertificateView, GateWindow
from market.kernel.events import publish
from market.sellers import queries as sellers
from market.sellers.events import SellerReinstated, SellerSuspended
from market.sellers.types import SellerView

AnyRow = Row[*tuple[Any, ...]]
BULK = 500  # products whose gates are rewritten together


@dataclass(frozen=True)
class Gate:
    """When households may see what is sold under a product."""

    opens_at: datetime = ALWAYS_SINCE
    closes_at: datetime = ALWAYS_UNTIL
    blocked: bool = True
    star: int = rules.NOT_CERTIFIABLE
    local_areas: str = ""


def refresh(session: Session, product_ids: Collection[str]) -> None:
    """Rewrite gate, star, kind and product state on all listings of these products."""
    if not product_ids:
        return
    session.flush()
    session.execute(  # waits for purchases that read the gates: see holds.keep_gates
        select(Product.id).where(Product.id.in_(product_ids)).order_by(Product.id).with_for_update()
    )
    rows = session.execute(_ROWS.where(Product.id.in_(product_ids)).order_by(Product.id)).all()
    wanted = _wanted(session, rows)
    hidden = [key for key, copies in wanted.items() if _hides(copies)]
    if hidden:
        cart_holds.free_listings(session, Listing.product_id.in_(hidden))
    _note_effects(session, rows)
    for row in rows:
        if (row.known_bar, row.known_since) != (row.barred_until, row.barred_since):
            session.execute(
                update(Product)
                .where(Product.id == row.id)
                .values(barred_since=row.barred_since, barred_until=row.barred_until)
                .execution_options(synchronize_session=False)
            )
    _copy(session, wanted)
    _after(session, [row.id for row in rows])


def note_change(session: Session, product_ids: Sequence[str], at: datetime) -> None:
    """Move the instant of the last change of these products, which readers of the changes go
    by; it never goes back."""
    for ids in _chunks(product_ids):
        session.execute(
            select(Product.id).where(Product.id.in_(ids)).order_by(Product.id).with_for_update()
        )
        session.execute(
            update(Product)
            .where(Product.id.in_(ids), Product.updated_at < at)
            .values(updated_at=at)
            .execution_options(synchronize_session=False)
        )


def _note_effects(session: Session, rows: Sequence[AnyRow]) -> None:
    """The price of the same effect on every listing whose product's figures changed it."""
    products = {row.id: row for row in rows}
    listed = session.execute(
        select(
            Listing.id, Listing.product_id, Listing.unit, Listing.unit_price_milli_fen,
            Listing.effect_rank, Listing.effect_milli,
        ).where(Listing.product_id.in_(products))
    )  # fmt: skip
    changed = []
    for one in listed:
        product = products[one.product_id]
        rank, milli = effects.place_of(
            one.unit, one.unit_price_milli_fen, product.attributes, product.life_years
        )
        if (rank, milli) != (one.effect_rank, one.effect_milli):
            changed.append({"id": one.id, "effect_rank": rank, "effect_milli": milli})
    if changed:
        session.execute(update(Listing), changed)


_ROWS = (
    select(
        Product.id, Product.maker_id, Product.kind_code, Product.state, Product.standard,
        Product.report_file_id, Product.certificate_id, Product.held_since, Product.local_areas,
        Product.unfit_from, Product.material_key, Product.attributes, Product.life_years,
        Kind.group_code, Kind.certifiable, Product.barred_until.label("known_bar"),
        Product.barred_since.label("known_since"), KindBar.since.label("barred_since"),
        KindBar.until.label("barred_until"),
    )
    .join(Kind, Kind.code == Product.kind_code)
    .outerjoin(
        KindBar,
        and_(KindBar.maker_id == Product.maker_id, KindBar.kind_code == Product.kind_code),
    )
)  # fmt: skip


def fill(
    session: Session, listings: Sequence[Listing], new: Mapping[str, tuple[Product, Kind]]
) -> None:
    """What listings that are not written yet will copy of their products, so that `refresh` finds
    it right; `new` are the products that are not written yet either, with their kinds."""
    ids = {listing.product_id for listing in listings} - set(new)
    bars = {
        (bar.maker_id, bar.kind_code): bar.until
        for bar in session.scalars(
            select(KindBar).where(KindBar.maker_id.in_({one.maker_id for one, _ in new.values()}))
        )
    }
    rows: list[Any] = [_Unwritten(product, kind, bars) for product, kind in new.values()]
    for some in _chunks(ids):
        rows += session.execute(_ROWS.where(Product.id.in_(some)))
    wanted = _wanted(session, rows)
    for listing in listings:
        for column, value in zip(_COPIED, wanted[listing.product_id], strict=True):
            setattr(listing, column.key, value)


class _Unwritten:
    """A new product with the names of a row of `_ROWS`."""

    known_bar = held_since = unfit_from = report_file_id = None
    local_areas = ""

    def __init__(
        self, product: Product, kind: Kind, bars: Mapping[tuple[str, str], datetime]
    ) -> None:
        self.id, self.maker_id, self.kind_code = product.id, product.maker_id, product.kind_code
        self.state, self.standard = product.state, product.standard
        self.certificate_id, self.material_key = product.certificate_id, product.material_key
        self.attributes, self.life_years = product.attributes, product.life_years
        self.group_code, self.certifiable = kind.group_code, kind.certifiable
        self.barred_until = bars.get((product.maker_id, product.kind_code))


def _wanted(session: Session, rows: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """By product what its listings copy."""
    ids = {row.certificate_id for row in rows if row.certificate_id}
    windows = certification.gate_windows(session, ids)
    # Only the timeless parts of the views (holder, kinds, star) are used here.
    views = certification.certificates_by_ids(session, ids, ALWAYS_SINCE)
    makers = sellers.sellers_by_ids(session, {row.maker_id for row in rows})
    found = {}
    for row in rows:
        gate = gate_of(row, windows.get(row.certificate_id), views.get(row.certificate_id))
        found[row.id] = _copies(row, checked(gate, row), makers[row.maker_id])
    return found


def _copies(row: AnyRow, gate: Gate, maker: SellerView) -> tuple[Any, ...]:
    """What listings copy of a product, in the order of `_COPIED`."""
    return (
        row.kind_code, row.group_code, row.certifiable and not gate.local_areas,
        gate.local_areas, row.material_key, maker.region.digits[:6], gate.star,
        row.state == "live", gate.blocked, gate.opens_at, gate.closes_at,
    )  # fmt: skip


_COPIED = (
    Listing.kind_code, Listing.group_code, Listing.certified, Listing.local_areas,
    Listing.material_key, Listing.maker_region, Listing.star, Listing.product_live,
    Listing.gate_blocked, Listing.gate_opens_at, Listing.gate_closes_at,
)  # fmt: skip
_NAMES = [column.key for column in _COPIED]
_LIVE_AT, _BLOCKED_AT = _NAMES.index("product_live"), _NAMES.index("gate_blocked")


def _hides(copies: Sequence[Any]) -> bool:
    """Whether households see nothing of a product whose listings copy this."""
    return not copies[_LIVE_AT] or bool(copies[_BLOCKED_AT])


_COPY = (
    update(Listing)
    .where(Listing.id == bindparam("listing"))
    .values({column: bindparam(f"new_{column.key}") for column in _COPIED})
    .execution_options(synchronize_session=False)
)


def _copy(session: Session, wanted: Mapping[str, tuple[Any, ...]]) -> None:
    """Rewrite the listings of these products whose copies differ; the others stay untouched."""
    held = session.execute(
        select(Listing.id, Listing.product_id, *_COPIED).where(Listing.product_id.in_(wanted))
    )
    stale = [
        {"listing": row[0]}
        | {f"new_{c.key}": v for c, v in zip(_COPIED, wanted[row[1]], strict=True)}
        for row in held
        if tuple(row[2:]) != wanted[row[1]]
    ]
    if stale:
        session.connection().execute(_COPY, stale)


def settle(session: Session, product_ids: Collection[str]) -> None:
    """`refresh` for any number of products, some hundreds at a time."""
    for ids in _chunks(product_ids):
        refresh(session, ids)


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(ids))
    while some := list(islice(rest, BULK)):
        yield some


def gate_of(row: Any, window: GateWindow | None, view: CertificateView | None) -> Gate:
    """The gate of a product row, from its certificate's window and view."""
    if not row.certifiable:
        return Gate(blocked=not row.standard or row.report_file_id is None)
    if row.certificate_id is None and row.local_areas:
        areas = areas_of(row.local_areas)
        return Gate(
            min(area.opens_at for area in areas), max(area.closes_at for area in areas),
            all(area.is_never_open for area in areas), rules.NOT_CERTIFIABLE, row.local_areas,
        )  # fmt: skip
    star = rules.star_of(True, view.star if view else None)
    if window is None or view is None:
        return Gate(star=star)
    misfit = rules.certificate_fits(view, row.maker_id, row.kind_code)
    return Gate(window.opens_at, window.closes_at, window.blocked or misfit is not None, star)


def checked(gate: Gate, row: Any) -> Gate:
    """The gate as far as others leave it open: shut while a failed spot check holds the product,
    until the end of a bar of its maker's kind, and from the day its contents are not allowed."""
    opens_at = max(gate.opens_at, row.barred_until or gate.opens_at)
    closes_at = min(gate.closes_at, row.unfit_from or gate.closes_at)
    blocked = gate.blocked or row.held_since is not None
    return replace(gate, opens_at=opens_at, closes_at=closes_at, blocked=blocked)


def _after(session: Session, product_ids: list[str]) -> None:
    tallies.touch_products(session, product_ids)
    tallies.recount_products(session, product_ids)
    forget_loaded(session)
    publish(session, GoodsChanged(product_ids=tuple(product_ids)))


def forget_loaded(session: Session) -> None:
    """Entities changed behind the session's back are read again when next used."""
    for entity in session.identity_map.values():
        if isinstance(entity, (Listing, Product, Kind)):
            session.expire(entity)


# --- reactions --------------------------------------------------------------------------


def on_certificate_changed(session: Session, event: CertificateChanged) -> None:
    """The certificate's products open or shut at once, which is a change of each of them."""
    ids = _ids(session, Product.certificate_id == event.certificate_id)
    session.flush()
    known = certification.certificates_by_ids(session, {event.certificate_id}, ALWAYS_SINCE)
    view = known.get(event.certificate_id)
    if view is not None and view.updated_at is not None:
        note_change(session, ids, view.updated_at)
    refresh(session, ids)
    if event.at is not None:
        report_outside(session, event.certificate_id, event.at)


def report_outside(session: Session, certificate_id: str, now: datetime) -> None:
    """Tell the certificate's officials which of its live products it does not cover."""
    view = certification.get_certificate(session, certificate_id, now)
    rows = session.execute(
        select(Product.name_zh, Product.model, Product.kind_code)
        .where(Product.certificate_id == certificate_id, Product.state == "live")
        .order_by(Product.id)
    )
    outside = [
        f"{row.name_zh} {row.model}".strip()
        for row in rows
        if row.kind_code not in view.kinds or not certification.covers_model(view, row.model)
    ]
    certificates.tell_products(session, certificate_id, outside, now=now)


def on_seller_suspended(session: Session, event: SellerSuspended) -> None:
    """The seller's listings vanish at once."""
    _set_suspended(session, event.seller_id, True)


def on_seller_reinstated(session: Session, event: SellerReinstated) -> None:
    """The seller's listings are back, as far as their own gates allow."""
    _set_suspended(session, event.seller_id, False)


def _set_suspended(session: Session, seller_id: str, suspended: bool) -> None:
    session.flush()
    if suspended:
        cart_holds.free_listings(session, Listing.seller_id == seller_id)
    session.execute(
        update(Listing)
        .where(Listing.seller_id == seller_id)
        .values(seller_suspended=suspended)
        .execution_options(synchronize_session=False)
    )
    product_ids = session.scalars(
        select(Listing.product_id).where(Listing.seller_id == seller_id).distinct()
    )
    _after(session, sorted(product_ids))


def _ids(session: Session, condition: Any) -> list[str]:
    return list(session.scalars(select(Product.id).where(condition).order_by(Product.id)))
