"""Recording that somebody holds the goods a code is on, and noticing copies."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.batches import queries as batches
from market.db.inserting import insert_new
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.sellers import queries as sellers
from market.traceability import rules
from market.traceability.errors import CodeMalformed, CodeNotFound, ScansFull
from market.traceability.events import ScanAlarmRaised
from market.traceability.models import Scan, ScanAlarm, TraceCode
from market.traceability.types import AlarmKind, Apart, Level, PastScan, Recorded


def record_scan(
    session: Session, typed: str, mark: str, place: RegionCode | None, *, now: datetime
) -> Recorded:
    """Write down that the visitor with this mark holds the goods, in the county of `place`.

    A visitor counts once per code. Scans of one code take turns at its row, so exactly one of
    them is the first and each sees those before it. Raises CodeMalformed, CodeNotFound,
    ScansFull.
    """
    row = _locked(session, typed)
    county = _county(session, place)
    at = max(now, row.first_scanned_at or now)  # a request that began earlier is no earlier scan
    if row.scans >= rules.MOST_SCANS:
        raise ScansFull
    before = _recent(session, row.code, at)
    scan = {"id": new_id(), "code": row.code, "at": at, "county": county, "visitor": mark}
    if not insert_new(session, Scan, [scan]):
        return Recorded(False, False, row.scans)
    first = session.execute(
        update(TraceCode)
        .where(TraceCode.code == row.code, TraceCode.first_scanned_at.is_(None))
        .values(first_scanned_at=at, first_county=county, scans=1)
        .execution_options(synchronize_session=False)
    )
    is_first = bool(first.rowcount == 1)  # type: ignore[attr-defined]
    if not is_first:
        session.execute(
            update(TraceCode)
            .where(TraceCode.code == row.code)
            .values(scans=TraceCode.scans + 1)
            .execution_options(synchronize_session=False)
        )
    session.refresh(row)
    _watch(session, row, county, before, at)
    return Recorded(True, is_first, row.scans)


def _locked(session: Session, typed: str) -> TraceCode:
    code = rules.normal_code(typed)
    if code is None:
        raise CodeMalformed
    row = session.get(TraceCode, code, with_for_update=True, populate_existing=True)
    if row is None:
        raise CodeNotFound
    return row


def _county(session: Session, place: RegionCode | None) -> str:
    """The county alone: where exactly somebody is, is nobody's business."""
    county = place.digits[:6] if place is not None else ""
    return county if len(county) == 6 and regions.exists(session, county) else ""


def _recent(session: Session, code: str, at: datetime) -> list[PastScan]:
    rows = session.execute(
        select(Scan.county, Scan.at).where(Scan.code == code, Scan.at >= at - rules.FAR_WITHIN)
    )
    return rules.recent([PastScan(row.county, row.at) for row in rows], at)


def _watch(
    session: Session, row: TraceCode, county: str, before: list[PastScan], at: datetime
) -> None:
    apart = None
    if county and before and row.level != Level.BATCH:
        km = regions.distances(session, county, {scan.county for scan in before})
        apart = rules.farthest(before, at, km)
    _count(session, row)
    if apart is not None:
        _raise(session, row, AlarmKind.FAR, county, apart, at)
        if row.scans == rules.DUPLICATE:
            return  # the distance says more of the same two scans
    if rules.too_many(Level(row.level), row.scans):
        _raise(session, row, AlarmKind.MANY, county, Apart("", 0, 0), at)


def _count(session: Session, row: TraceCode) -> None:
    """What stands in the list while an alarm is open: how many hold the code by now."""
    session.execute(
        update(ScanAlarm)
        .where(
            ScanAlarm.code == row.code, ScanAlarm.kind == AlarmKind.MANY.value,
            ScanAlarm.decision == "open",
        )
        .values(scans=row.scans)
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip


def _raise(
    session: Session, row: TraceCode, kind: AlarmKind, county: str, apart: Apart, at: datetime
) -> None:
    """Queue an alarm unless one of the same reason is open for the code."""
    batch = batches.get(session, row.batch_id)
    if not county:
        county = sellers.get_seller(session, batch.maker_id).region.digits[:6]
    alarm = {
        "id": new_id(), "code": row.code, "batch_id": batch.id, "maker_id": batch.maker_id,
        "kind": kind.value, "county": county, "other_county": apart.county, "km": apart.km,
        "hours": apart.hours, "scans": row.scans, "raised_at": at, "decision": "open",
        "note": "", "decided_by": "",
    }  # fmt: skip
    for alarm_id in insert_new(session, ScanAlarm, [alarm]):
        counties = tuple(dict.fromkeys(code for code in (county, apart.county) if code))
        publish(
            session,
            ScanAlarmRaised(
                alarm_id, row.code, batch.name_zh, batch.number, batch.id, batch.maker_id, counties
            ),
        )
