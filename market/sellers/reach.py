"""Who delivers to a place, and for how much: read for all sellers at once."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from market.db.glance import recent_piece
from market.kernel.region_code import RegionCode
from market.sellers.models import Seller, SellerArea, SellerFreightRate, SellerLastMile
from market.sellers.types import FreightRate, FreightTable, LastMile, SellerState

_ZERO = literal_column("0", Integer)


class FreightTo:
    """Who delivers to a place, `reach`, and for how much: of every open seller the row that counts
    there, which is that of the longest prefix."""

    def __init__(self, rows: Iterable[tuple[str, str, str, int, int]]) -> None:
        self._area: dict[str, tuple[str, int, int]] = {}
        self._rate: dict[str, tuple[str, int, int]] = {}
        self._last: dict[str, tuple[str, int, int]] = {}
        parts = {"area": self._area, "rate": self._rate, "last": self._last}
        for seller_id, what, prefix, fen, per_kg in rows:
            part = parts[what]
            if seller_id not in part or len(part[seller_id][0]) < len(prefix):
                part[seller_id] = prefix, fen, per_kg
        self.reach = frozenset(self._area.keys() & self._rate.keys())

    def fee(self, seller_id: str) -> tuple[int, int] | None:
        """Fen once for a shipment with its last mile, and fen for each kilogram."""
        if seller_id not in self.reach:
            return None
        _, base, per_kg = self._rate[seller_id]
        last = self._last.get(seller_id)
        return base + (last[1] if last else 0), per_kg

    def table(self, seller_id: str) -> FreightTable | None:
        """The part of a seller's freight table that matters there."""
        if seller_id not in self.reach:
            return None
        prefix, base, per_kg = self._rate[seller_id]
        last = self._last.get(seller_id)
        return FreightTable(
            seller_id,
            (self._area[seller_id][0],),
            (FreightRate(prefix, base, per_kg),),
            (LastMile(*last[:2]),) if last else (),
        )


_SELLER_BYTES = 900  # of what a `FreightTo` holds of one seller, roughly


def freight_to(session: Session, region: RegionCode) -> FreightTo:
    """Who delivers to `region` and for how much. One statement, or none while no change was
    announced; a session that writes always asks."""
    prefixes = region.prefixes
    values = {f"prefix{at}": prefix for at, prefix in enumerate(prefixes)}
    return recent_piece(session, _freight_to(len(prefixes)), values, _made_of)


def _made_of(rows: Iterable[Any]) -> tuple[FreightTo, int]:
    found = FreightTo(rows)
    return found, _SELLER_BYTES * len(found.reach)


@cache
def _freight_to(prefixes: int) -> CompoundSelect[Any]:
    """The rows that count in a place with so many prefixes."""
    names = [bindparam(f"prefix{at}", type_=String) for at in range(prefixes)]

    def part(what: str, model: Any, fen: Any, per_kg: Any) -> Select[Any]:
        return select(
            model.seller_id, literal_column(f"'{what}'").label("what"), model.prefix,
            fen.label("fen"), per_kg.label("per_kg"),
        ).where(model.prefix.in_(names))  # fmt: skip

    return union_all(
        # Sellers by their areas: a join begins with all open sellers instead.
        part("area", SellerArea, _ZERO, _ZERO).where(
            select(Seller.id)
            .where(Seller.id == SellerArea.seller_id, Seller.state == SellerState.APPROVED)
            .exists()
        ),
        part("rate", SellerFreightRate, SellerFreightRate.base_fen, SellerFreightRate.per_kg_fen),
        part("last", SellerLastMile, SellerLastMile.surcharge_fen, _ZERO)
        .where(SellerLastMile.seller_id.in_(
            select(SellerArea.seller_id).where(SellerArea.prefix.in_(names))
        )),
    )  # fmt: skip
