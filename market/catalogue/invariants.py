"""What must hold of all listings at any time; empty lists when it does.

The gate on a listing is a copy. Here it is derived anew from what certification says now,
by another way than the one that wrote it: from the certificate's state at this instant.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select, true
from sqlalchemy.orm import Session

from market.catalogue import effects, rules, tallies
from market.catalogue.gates import checked, gate_of
from market.catalogue.local_areas import admits, areas_of, open_somewhere
from market.catalogue.models import Kind, KindBar, Listing, Product
from market.certification import queries as certification
from market.certification.types import CertificateState, CertificateView
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

OPEN = frozenset({CertificateState.VALID, CertificateState.DUE})
_BATCH = 1000
AnyRow = Row[*tuple[Any, ...]]


def breaches(session: Session, now: datetime) -> list[str]:
    """Listings whose gate differs from what certification says, and tallies that do not add up."""
    found = tallies.breaches(session)
    for rows in _batches(session):
        ids = {row.certificate_id for row in rows if row.certificate_id}
        windows = certification.gate_windows(session, ids)
        views = certification.certificates_by_ids(session, ids, now)
        homes = sellers.sellers_by_ids(session, {row.maker_id for row in rows})
        for row in rows:
            view = views.get(row.certificate_id)
            gate = checked(gate_of(row, windows.get(row.certificate_id), view), row)
            copied = (row.gate_blocked, row.gate_opens_at, row.gate_closes_at, row.star)
            if copied != (gate.blocked, gate.opens_at, gate.closes_at, gate.star):
                found.append(f"listing {row.id}: its gate is not that of its product")
            if row.product_live != (row.product_state == "live"):
                found.append(f"listing {row.id}: its product is {row.product_state}")
            if _compared(row) != (row.effect_rank, row.effect_milli):
                found.append(f"listing {row.id}: its price of the same effect is another")
            if row.maker_region != homes[row.maker_id].region.digits[:6]:
                found.append(f"listing {row.id}: its product is made elsewhere")
            if _is_visible(row, now) and not _is_allowed(row, view, now):
                found.append(f"listing {row.id}: households see it behind a shut gate")
    return found


def visible_among(
    session: Session,
    listing_ids: Collection[str],
    now: datetime,
    region: RegionCode | None = None,
) -> set[str]:
    """Those of the listings that households may see now at a place; goods of local lists only
    where these admit them."""
    rows = session.execute(
        select(Listing.id, Listing.local_areas).where(
            Listing.id.in_(listing_ids),
            Listing.shown == true(),
            Listing.gate_opens_at <= now,
            Listing.gate_closes_at > now,
        )
    )
    return {row.id for row in rows if admits(row.local_areas, region, now)}


def regions_of_lists(session: Session) -> list[RegionCode]:
    """Regions whose local lists admit something that is shown."""
    texts = session.scalars(
        select(Listing.local_areas)
        .where(Listing.local_areas != "", Listing.shown == true())
        .distinct()
    )
    found = {area.digits for text in texts for area in areas_of(text)}
    return [RegionCode(digits) for digits in sorted(found)]


def _batches(session: Session) -> Iterator[Sequence[AnyRow]]:
    after = ""
    query = (
        select(
            Listing.id, Listing.gate_blocked, Listing.gate_opens_at, Listing.gate_closes_at,
            Listing.star, Listing.product_live, Listing.shown, Product.state.label("product_state"),
            Product.maker_id, Product.kind_code, Product.standard, Product.report_file_id,
            Product.certificate_id, Product.local_areas, Product.held_since, Product.unfit_from,
            Listing.unit, Listing.unit_price_milli_fen, Listing.effect_rank, Listing.effect_milli,
            Listing.maker_region, Product.attributes, Product.life_years,
            Kind.certifiable, KindBar.until.label("barred_until"),
        )
        .join(Product, Product.id == Listing.product_id)
        .join(Kind, Kind.code == Product.kind_code)
        .outerjoin(
            KindBar,
            and_(KindBar.maker_id == Product.maker_id, KindBar.kind_code == Product.kind_code),
        )
        .order_by(Listing.id)
        .limit(_BATCH)
    )  # fmt: skip
    while rows := session.execute(query.where(Listing.id > after)).all():
        yield rows
        after = rows[-1].id


def _compared(row: AnyRow) -> tuple[int, int]:
    return effects.place_of(row.unit, row.unit_price_milli_fen, row.attributes, row.life_years)


def _is_visible(row: AnyRow, now: datetime) -> bool:
    return bool(row.shown and row.gate_opens_at <= now < row.gate_closes_at)


def _is_allowed(row: AnyRow, view: CertificateView | None, now: datetime) -> bool:
    barred = row.barred_until is not None and now < row.barred_until
    unfit = row.unfit_from is not None and now >= row.unfit_from
    if row.held_since is not None or barred or unfit:
        return False
    if not row.certifiable:
        return bool(row.standard) and row.report_file_id is not None
    if row.certificate_id is None:
        return open_somewhere(row.local_areas, now)
    return (
        view is not None
        and view.state in OPEN
        and rules.certificate_fits(view, row.maker_id, row.kind_code) is None
    )


def touched_by(
    session: Session, listing_ids: Collection[str], changes: Collection[tuple[str, str]]
) -> set[str]:
    """Those of the listings that a change of ("listing" or "product", id) is about."""
    rows = session.execute(
        select(Listing.id, Listing.product_id).where(Listing.id.in_(listing_ids))
    )
    products = {row.id: row.product_id for row in rows}
    return {
        key
        for key in listing_ids
        if ("listing", key) in changes or ("product", products.get(key)) in changes
    }
