"""What a seller's sheets hold: read from the catalogue, written by `writing`."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.attributes import ATTRIBUTES
from market.certification import queries as certification
from market.exchange import writing
from market.exchange.writing import Lists, Say
from market.sellers import queries as sellers


def template(session: Session, seller_id: str, say: Say, language: str, now: datetime) -> bytes:
    """An empty workbook for new goods."""
    lists = _lists(session, seller_id, now)
    columns = writing.columns_for(ATTRIBUTES)
    return writing.as_workbook([], columns, lists, say, language)


def goods(
    session: Session, seller_id: str, suffix: str, say: Say, language: str, now: datetime
) -> list[bytes]:
    """The seller's goods as .xlsx or .csv, in pieces."""
    found = catalogue.desk_goods(session, seller_id, now)
    certificates = certification.certificates_of_seller(session, seller_id, now)
    places = {place.id: place.name for place in sellers.warehouses(session, seller_id)}
    rows = writing.goods_rows(found, {one.id: one.number for one in certificates}, places)
    used = {key for view in found.products.values() for key in view.attributes}
    kinds = {kind.code: kind for kind in catalogue.list_kinds(session)}
    mine = {view.kind_code for view in found.products.values()}
    asked = {key for code in mine for key in kinds[code].attribute_keys}
    columns = writing.columns_for(used | asked)
    if suffix == "csv":
        return list(writing.as_csv(rows, columns, say, language))
    lists = _lists(session, seller_id, now)
    return [writing.as_workbook(rows, columns, lists, say, language)]


def _lists(session: Session, seller_id: str, now: datetime) -> Lists:
    certificates = certification.certificates_of_seller(session, seller_id, now)
    return Lists(
        kinds=catalogue.list_kinds(session),
        warehouses=[p.name for p in sellers.warehouses(session, seller_id) if p.is_open],
        certificates=[one.number for one in certificates],
    )
