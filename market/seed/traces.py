"""Trace codes of the demonstration world, and who has scanned them."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.seed.sellers import Shop
from market.traceability import queries
from market.traceability import service as traceability
from market.traceability.types import CodesWanted, Level

HERE, FAR = RegionCode("130624104"), RegionCode("510121")  # about 1,200 km apart


def label_all(session: Session, shops: list[Shop], now: datetime) -> None:
    """Codes for every batch; of the first maker one unit was scanned, another copied."""
    scanned = False
    for shop in shops:
        for batch in batches.list_of_maker(session, shop.id).items:
            traceability.make_codes(session, shop.owner, batch.id, CodesWanted(2, 5), now=now)
            if not scanned:
                _scan(session, batch.id, now)
                scanned = True


def _scan(session: Session, batch_id: str, now: datetime) -> None:
    codes = queries.sheet(session, batch_id, 1).items
    units = [code.code for code in codes if code.level is Level.UNIT]
    for code, place, minutes in ((units[0], HERE, 0), (units[1], HERE, 5), (units[1], FAR, 65)):
        at = now + timedelta(minutes=minutes)
        traceability.record_scan(session, code, new_id(), place, now=at)
