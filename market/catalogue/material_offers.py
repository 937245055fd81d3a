"""The cheapest offers of generic materials, for what counts in materials and not in products.

Outside of writing transactions a process keeps what it read of a kind: while the kind's revision
stands, for some seconds at most and never beyond the day, as with pages. Packs in stock are not
among what is kept: they are asked for every time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from market.catalogue.listing_queries import free_stock, listings_by_ids
from market.catalogue.models import Kind, Listing
from market.catalogue.stock_levels import NOBODY
from market.catalogue.types import ListingView
from market.catalogue.variety import varied
from market.db.among import among
from market.db.glance import KEPT
from market.db.plain import read
from market.kernel.clock import end_of_day, shanghai_date
from market.kernel.kept import PieceCache
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

MOST_READ = 24  # of each material; fewer are kept, see `variety.py`
LIFETIME = timedelta(seconds=20)  # for what a revision does not see: names of sellers, sales
_SIZE = 4_000  # bytes of a view, roughly

Pair = tuple[str, str | None]  # kind, generic material (None: any)
_Sought = tuple[str | None, frozenset[str] | None]  # material, the sellers who reach the place


@dataclass(frozen=True)
class _Offers:
    """What is known of a kind at a revision: ids by what was sought, and their views."""

    revision: int
    until: datetime
    ids: Mapping[_Sought, tuple[str, ...]] = field(default_factory=dict)
    views: Mapping[str, ListingView] = field(default_factory=dict)


def listings_for_materials(
    session: Session,
    wanted: Collection[Pair],
    region: RegionCode | None,
    now: datetime,
    freight: sellers.FreightTo | None = None,
    *,
    holder: str | None = None,
) -> dict[Pair, list[ListingView]]:
    """A few of the `MOST_READ` cheapest per unit of every (kind, generic material), sellable and
    deliverable to `region`, cheapest with freight first, in a fixed number of statements that read
    no more the more is on sale. `freight` is that of all sellers there, when it is known already;
    without it, offers are compared without freight. `holder` is who asks: what its cart keeps
    counts as free."""
    if not wanted:
        return {}
    pairs = sorted(wanted, key=lambda pair: (pair[0], pair[1] or ""))
    if region is not None and freight is None:
        freight = sellers.freight_to(session, region)
    place = _Place(region, freight)
    kept: PieceCache | None = session.info.get(KEPT)
    if kept is None:
        found, views = _read(session, pairs, place, now, holder or NOBODY)
    else:
        found, views = _known(session, kept, pairs, place, now)
        views = _stocked(session, views, now, holder or NOBODY)
    return {
        pair: [
            view for key in found.get(pair, ())
            if (view := views.get(key)) and view.sellable and view.may_go_to(region, now)
        ]
        for pair in pairs
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to, and whose goods come there for how much."""

    region: RegionCode | None
    freight: sellers.FreightTo | None

    @property
    def near(self) -> frozenset[str] | None:
        return self.freight.reach if self.freight else None

    def per_kg(self, seller_id: str) -> int:
        """Fen for a kilogram; 0 without a place."""
        fee = self.freight.fee(seller_id) if self.freight else None
        return fee[1] if fee else 0


_KIND = Kind.__table__.c
_REVISIONS = select(_KIND.code, _KIND.revision).where(among(_KIND.code, "kinds"))


def _known(
    session: Session,
    kept: PieceCache,
    pairs: Collection[Pair],
    place: _Place,
    now: datetime,
) -> tuple[dict[Pair, tuple[str, ...]], dict[str, ListingView]]:
    """The ids of the pairs' listings, cheapest first, and their views, read as far as they are
    not kept. The revisions are read first: what is newer than they say is only read again."""
    kinds, near = {kind for kind, _ in pairs}, place.near
    asked = read(session, _REVISIONS, {"kinds": sorted(kinds)})
    known = {code: _standing(kept, code, revision, now) for code, revision in asked}
    missing = [
        (kind, material) for kind, material in pairs
        if kind in known and (material, near) not in known[kind].ids
    ]  # fmt: skip
    if missing:
        _learn(session, known, missing, place, now)
        for kind in {kind for kind, _ in missing}:
            offers = known[kind]
            size = _SIZE * len(offers.views) + sum(8 * len(x) for x in offers.ids.values())
            kept.keep((__name__, kind), offers, now, offers.until, size)
    found = {(kind, material): known[kind].ids[material, near]
             for kind, material in pairs if kind in known}  # fmt: skip
    views = {
        key: known[kind].views[key]
        for (kind, _), ids in found.items() for key in ids if key in known[kind].views
    }  # fmt: skip
    return found, views


def _standing(kept: PieceCache, kind: str, revision: int, now: datetime) -> _Offers:
    """What is kept of a kind at this revision, or nothing yet."""
    found: _Offers | None = kept.find((__name__, kind), now)
    if found is not None and found.revision == revision:
        return found
    return _Offers(revision, min(now + LIFETIME, end_of_day(shanghai_date(now))))


def _learn(
    session: Session,
    known: dict[str, _Offers],
    missing: Collection[Pair],
    place: _Place,
    now: datetime,
) -> None:
    found, views = _read(session, missing, place, now, NOBODY)
    for (kind, material), ids in found.items():
        offers = known[kind]
        known[kind] = replace(
            offers,
            ids={**offers.ids, (material, place.near): ids},
            views={**offers.views, **{key: views[key] for key in ids}},
        )


def _read(
    session: Session, pairs: Collection[Pair], place: _Place, now: datetime, holder: str
) -> tuple[dict[Pair, tuple[str, ...]], dict[str, ListingView]]:
    """The offers of every pair that are worth showing, and the views of all that were read."""
    found = _find(session, pairs, place.region)
    wanted_ids = {key for ids in found.values() for key in ids}
    views = listings_by_ids(session, wanted_ids, now, holder)
    chosen = {}
    for pair, ids in found.items():
        open_now = [
            view for key in ids
            if (view := views.get(key)) and view.sellable and view.may_go_to(place.region, now)
        ]  # fmt: skip
        chosen[pair] = varied(open_now, place.per_kg, place.region)
    return chosen, views


def _stocked(
    session: Session, views: dict[str, ListingView], now: datetime, holder: str
) -> dict[str, ListingView]:
    """With the stock of this moment."""
    counted = [key for key, view in views.items() if not view.made_to_order]
    free = free_stock(session, counted, now, holder) if counted else {}
    for key in counted:
        if views[key].available != (left := free.get(key, 0)):
            views[key] = replace(views[key], available=left)
    return views


def _find(
    session: Session, pairs: Collection[Pair], region: RegionCode | None
) -> dict[Pair, tuple[str, ...]]:
    """Ids of the cheapest listings of every pair."""
    prefixes = tuple(region.prefixes) if region is not None else ()
    ordered = list(pairs)
    values: dict[str, object] = {"most": MOST_READ}
    if prefixes:
        values["prefixes"] = list(prefixes)
    for at, (kind, material) in enumerate(ordered):
        values[f"kind{at}"] = kind
        if material is not None:
            values[f"material{at}"] = material
    asked = tuple(material is not None for _, material in ordered)
    found: dict[Pair, list[str]] = {pair: [] for pair in ordered}
    for at, key in read(session, _cheapest(asked, bool(prefixes)), values):
        found[ordered[at]].append(key)
    return {pair: tuple(ids) for pair, ids in found.items()}


@lru_cache(maxsize=256)
def _cheapest(asked: tuple[bool, ...], in_region: bool) -> CompoundSelect[Any]:
    """(place of the pair, id) of the cheapest listings of every pair, each found by one walk
    along its index."""
    reach = sellers.reaching(bindparam("prefixes", expanding=True)).cte("reach")
    parts = []
    for at, with_material in enumerate(asked):
        part: Select[*tuple[Any, ...]] = select(
            literal_column(str(at)).label("pair"), Listing.id
        ).where(Listing.kind_code == bindparam(f"kind{at}"), Listing.shown.is_(True))
        if with_material:
            part = part.where(Listing.material_key == bindparam(f"material{at}"))
        if in_region:
            part = part.where(Listing.seller_id.in_(select(reach.c.seller_id)))
        part = part.order_by(Listing.unit_price_milli_fen, Listing.id).limit(bindparam("most"))
        found = part.subquery()
        parts.append(select(found.c.pair, found.c.id))
    return union_all(*parts)
