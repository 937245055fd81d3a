"""What a seller's sheets hold: read from the catalogue, written by `writing` and
`xlsx`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.attributes import ATTRIBUTES
from market.certification import queries as certification
from market.exchange import writing
from market.exchange.columns import Column
from market.exchange.writing import Say
from market.sellers import queries as sellers


def template(session: Session, seller_id: str, say: Say, language: str, now: datetime) -> bytes:
    """An empty workbook for new goods."""
    columns = writing.columns_for(ATTRIBUTES)
    return _workbook(session, seller_id, [], columns, say, language, now)


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
    return [_workbook(session, seller_id, rows, columns, say, language, now)]


def _workbook(
    session: Session, seller_id: str, rows: Iterable[dict[str, Any]], columns: Sequence[Column],
    say: Say, language: str, now: datetime,
) -> bytes:  # fmt: skip
    from market.exchange import xlsx  # noqa: PLC0415 (8 MB of a process: when it is asked for)

    certificates = certification.certificates_of_seller(session, seller_id, now)
    lists = xlsx.Lists(
        kinds=catalogue.list_kinds(session),
        warehouses=[p.name for p in sellers.warehouses(session, seller_id) if p.is_open],
        certificates=[one.number for one in certificates],
    )
    return xlsx.as_workbook(rows, columns, lists, say, language)
