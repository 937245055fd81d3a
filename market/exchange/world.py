"""Reading what the rows of a sheet are compared with."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.errors import REASONS
from market.certification import queries as certification
from market.certification.rules import number_key
from market.exchange.planning import World
from market.exchange.types import Row
from market.sellers import queries as sellers


def read_world(session: Session, seller_id: str, rows: Collection[Row], now: datetime) -> World:
    """The goods of the seller and of the pack sizes its rows name, its certificates and
    warehouses."""
    places: dict[str, str | None] = {}
    for place in sellers.warehouses(session, seller_id):
        if place.is_open:
            places[place.name] = None if place.name in places else place.id
    certificates = certification.certificates_of_seller(session, seller_id, now)
    return World(
        seller_id=seller_id,
        goods=catalogue.desk_goods(session, seller_id, now, _named(rows)),
        kinds={kind.code: kind for kind in catalogue.list_kinds(session)},
        certificates={number_key(one.number): (one.id, tuple(one.kinds)) for one in certificates},
        warehouses=places,
        reasons=REASONS,
    )


def _named(rows: Iterable[Row]) -> set[str]:
    return {row.values["variant_id"] for row in rows if "variant_id" in row.values}
