"""Making codes, recording scans, deciding about alarms, telling the buyers of a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.batches import queries as batch_queries
from market.batches import service as batches
from market.batches.types import BatchView
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_code, new_id
from market.kernel.region_code import RegionCode
from market.orders import queries as orders
from market.traceability import access, rules
from market.traceability.errors import (
    AlarmDecided,
    AlarmNotFound,
    BatchWithdrawn,
    NobodyToTell,
    NoCodes,
    NoteMissing,
    ToldRecently,
    TooManyCodes,
    WordsMissing,
)
from market.traceability.events import BatchRecalled, ScanAlarmDecided
from market.traceability.models import Recall, Scan, ScanAlarm, TraceCode
from market.traceability.scanning import record_scan
from market.traceability.types import CodesWanted, Decision, Level


def make_codes(
    session: Session, actor: Actor, batch_id: str, wanted: CodesWanted, *, now: datetime
) -> int:
    """Make codes for a batch in one statement, at most 5,000 at once; returns how many.

    The first go also makes the batch's own code, which the pallets and units stand under.
    Raises BatchNotFound, NoCodes, TooManyCodes, BatchWithdrawn.
    """
    batch = batch_queries.get_own(session, actor, batch_id)
    if wanted.pallets < 0 or wanted.units < 0 or not rules.count_of(wanted):
        raise NoCodes(field="units")
    if rules.count_of(wanted) > rules.MOST_CODES:
        raise TooManyCodes(field="units", most=rules.MOST_CODES, asked=rules.count_of(wanted))
    batches.lock(session, batch_id)
    if batch.withdrawn_at is not None:
        raise BatchWithdrawn
    last = _last_serials(session, batch_id)
    root = session.scalar(
        select(TraceCode.code).where(TraceCode.batch_id == batch_id, TraceCode.level == "batch")
    )
    made = rules.tree(
        wanted, lambda: new_code(rules.BODY), root=root,
        pallets_before=last.get(Level.PALLET, 0), units_before=last.get(Level.UNIT, 0),
    )  # fmt: skip
    common = {"batch_id": batch_id, "made_at": now, "scans": 0, "first_county": ""}
    rows = [
        {"code": new.code, "level": new.level.value, "parent": new.parent, "serial": new.serial,
         **common}
        for new in made
    ]  # fmt: skip
    session.execute(insert(TraceCode), rows)
    audit.record(
        session, actor, "batch.codes", "batch", batch_id, now=now, after={"codes": len(made)}
    )
    return len(made)


def decide_alarm(
    session: Session, actor: Actor, alarm_id: str, note: str, decision: Decision, *, now: datetime
) -> None:
    """Say what an alarm was. A counterfeit marks the code: whoever scans it is warned.

    Raises AlarmNotFound, AlarmOutsideRegion, NoteMissing, AlarmDecided.
    """
    row = session.get(ScanAlarm, alarm_id, with_for_update=True, populate_existing=True)
    if row is None or decision is Decision.OPEN:
        raise AlarmNotFound
    access.require_governs_any(actor, row.county, row.other_county)
    if not note.strip():
        raise NoteMissing(field="note")
    if row.decision != Decision.OPEN:
        raise AlarmDecided
    row.decision, row.note = decision.value, note.strip()
    row.decided_by, row.decided_at = actor.account_id or "", now
    if decision is Decision.COUNTERFEIT:
        session.execute(
            update(TraceCode)
            .where(TraceCode.code == row.code, TraceCode.counterfeit_at.is_(None))
            .values(counterfeit_at=now)
        )
    session.flush()
    audit.record(
        session, actor, f"scan_alarm.{decision.value}", "scan_alarm", row.id, now=now,
        after={"code": row.code, "note": row.note}, region=row.county,
    )  # fmt: skip
    batch = batch_queries.get(session, row.batch_id)
    found = decision is Decision.COUNTERFEIT
    publish(
        session,
        ScanAlarmDecided(row.id, batch.name_zh, batch.id, row.maker_id, found, row.note),
    )


def recall_as_maker(
    session: Session, actor: Actor, batch_id: str, words: str, *, now: datetime
) -> int:
    """Send words to everyone who got a batch of the own goods; returns how many people.

    Raises BatchNotFound, WordsMissing, ToldRecently, NobodyToTell.
    """
    batch = batch_queries.get_own(session, actor, batch_id)
    return _recall(session, actor, batch, words, None, now)


def recall_as_official(
    session: Session, actor: Actor, batch_id: str, words: str, *, now: datetime
) -> int:
    """Send words to those of the own subtree who got a batch; returns how many people.

    Raises BatchNotFound, WordsMissing, ToldRecently, NobodyToTell.
    """
    batch = batch_queries.get(session, batch_id)
    return _recall(session, actor, batch, words, access.regions_of(actor), now)


def forget_visitors(session: Session, *, now: datetime) -> int:
    """Drop the marks of visitors whose time is over; returns how many."""
    dropped = session.execute(
        update(Scan)
        .where(Scan.at < now - rules.KEEP_VISITORS, Scan.visitor.is_not(None))
        .values(visitor=None)
        .execution_options(synchronize_session=False)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def _recall(
    session: Session,
    actor: Actor,
    batch: BatchView,
    words: str,
    regions: Sequence[RegionCode] | None,
    now: datetime,
) -> int:
    if not words.strip():
        raise WordsMissing(field="words")
    batches.lock(session, batch.id)
    by_maker = actor.is_member_of_seller(batch.maker_id) and regions is None
    mine: ColumnElement[bool] = Recall.sent_by == (actor.account_id or "")
    if by_maker:
        mine = Recall.by_maker.is_(True)
    if session.scalar(
        select(func.count()).where(
            Recall.batch_id == batch.id, mine, Recall.sent_at > now - rules.TELL_AGAIN_AFTER
        )
    ):
        raise ToldRecently
    buyers = tuple(orders.buyers_of_batch(session, batch.id, regions))
    if not buyers:
        raise NobodyToTell
    row = Recall(
        id=new_id(), batch_id=batch.id, words=words.strip(), by_maker=by_maker,
        sent_by=actor.account_id or "", sent_at=now, buyers=len(buyers),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "batch.recall", "batch", batch.id, now=now,
        after={"words": row.words, "buyers": row.buyers},
    )  # fmt: skip
    publish(
        session,
        BatchRecalled(row.id, batch.id, batch.name_zh, batch.number, row.words, buyers),
    )
    return len(buyers)


def _last_serials(session: Session, batch_id: str) -> dict[Any, int]:
    rows = session.execute(
        select(TraceCode.level, func.max(TraceCode.serial))
        .where(TraceCode.batch_id == batch_id)
        .group_by(TraceCode.level)
    )
    return {Level(row[0]): int(row[1]) for row in rows}


__all__ = [
    "decide_alarm",
    "forget_visitors",
    "make_codes",
    "recall_as_maker",
    "recall_as_official",
    "record_scan",
]
