"""The registry's records: compared first, shown, and taken over whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.certification import (
    access,
    anomalies,
    comparison,
    provenance,
    registry_queries,
    review,
    rules,
)
from market.certification.errors import (
    RecordNotFound,
    RecordNotUsable,
    SyncDecided,
    SyncNotFound,
    SyncStale,
)
from market.certification.events import CertificateChanged, StandingDecided
from market.certification.log import note
from market.certification.models import (
    Certificate,
    RegistryChange,
    RegistryRecordRow,
    RegistryReject,
    RegistrySync,
)
from market.certification.registry_types import (
    RegistryRecord,
    Rejected,
    Source,
    SyncState,
    record_of,
)
from market.certification.types import (
    TOLD_BY_REGISTRY,
    ManualCheck,
    Papers,
    Review,
    Standing,
)
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode

REGISTRY = "registry"
_DEEDS = {
    Standing.IN_FORCE: rules.REINSTATE, Standing.SUSPENDED: rules.SUSPEND,
    Standing.REVOKED: rules.REVOKE, Standing.CANCELLED: rules.CANCEL,
}  # fmt: skip
_DATES = frozenset({"valid_from", "valid_to", "surveillance_due_on"})


def compare(
    session: Session,
    actor: Actor,
    records: Sequence[RegistryRecord],
    source: str,
    *,
    rejected: Sequence[Rejected] = (),
    places: Mapping[str, int] | None = None,
    now: datetime,
) -> str:
    """Keep what a registry's list would change, for a decision; returns the sync's id.

    Nothing but the comparison is written, with the rows that could not be read (`rejected`)
    and those of certificates outside the actor's region, which are left out; `places` says by
    the number's key where a row stood. A number that the list does not name is left as it is.
    Raises `Forbidden` for anyone but officials and the operator.
    """
    scope = _scope(actor)
    keys = [rules.number_key(record.number) for record in records]
    known = _rows(session, keys)
    matched = _certificates(session, keys)
    sync = RegistrySync(
        region_code=scope, source=source[:120], records=len(records), changes=0,
        made_by=actor.display_name, made_at=now, rejected=len(rejected),
    )  # fmt: skip
    session.add(sync)
    session.flush()
    refused = list(rejected)
    for key, record in zip(keys, records, strict=True):
        row = matched.get(key)
        if row is not None and not access.may_review(actor, RegionCode(row.region_code)):
            sync.left_out += 1
            place = (places or {}).get(key, 0)
            refused.append(Rejected(place, record.number, "number", "", "other_region"))
            continue
        change = _change(sync.id, key, record, known.get(key), row)
        if change is not None:
            session.add(change)
            sync.changes += 1
    session.flush()
    _keep_rejected(session, sync.id, refused)
    after = {
        "source": sync.source, "records": sync.records, "changes": sync.changes,
        "rejected": sync.rejected,
    }  # fmt: skip
    audit.record(
        session, actor, "registry.compare", "registry_sync", sync.id, after=after,
        region=scope or None, now=now,
    )  # fmt: skip
    return sync.id


def apply_sync(session: Session, actor: Actor, sync_id: str, *, now: datetime) -> int:
    """Take the whole comparison over; returns how many certificates changed.

    What differs from the moment of the comparison refuses all of it. A record that cannot be
    true changes no certificate; it is queued as an anomaly. Raises `SyncNotFound`,
    `OutsideYourRegion`, `SyncDecided`, `SyncStale`.
    """
    sync = _open(session, actor, sync_id)
    changes = session.scalars(
        select(RegistryChange)
        .where(RegistryChange.sync_id == sync_id)
        .order_by(RegistryChange.number_key)
    ).all()
    known = _rows(session, [change.number_key for change in changes])
    touched = 0
    for change in changes:
        _keep_record(session, change, known.get(change.number_key), sync, now)
        if change.certificate_id is not None:
            touched += _take_change(session, actor, change, sync, now)
    _decide(session, actor, sync, SyncState.APPLIED, {"certificates": touched}, now)
    return touched


def discard_sync(session: Session, actor: Actor, sync_id: str, *, now: datetime) -> None:
    """Throw a comparison away. Raises `SyncNotFound`, `OutsideYourRegion`, `SyncDecided`."""
    _decide(session, actor, _open(session, actor, sync_id), SyncState.DISCARDED, {}, now)


def adopt(
    session: Session, actor: Actor, certificate_id: str, check: ManualCheck,
    papers: Papers = review.NO_PAPERS, *, now: datetime,
) -> None:  # fmt: skip
    """Approve a pending certificate with the values of its registry record.

    Raises `RecordNotFound`, `RecordNotUsable`, and what `review.approve` raises.
    """
    row = review.reviewable(session, actor, certificate_id)
    rules.review_after(Review(row.review), rules.APPROVE)
    record = anomalies.record_for(session, row.number_key)
    if record is None:
        raise RecordNotFound
    found, problem = comparison.against(record, columns(row), suspended_here=False)
    if problem:
        raise RecordNotUsable
    before = {one.field: one.before for one in found}
    _set(row, {one.field: one.after for one in found}, now)
    confirmed = {*comparison.TAKEN, "number", "scheme"}
    if record.surveillance_due_on is None:
        confirmed.discard("surveillance_due_on")
    provenance.stamp(row, confirmed, Source.REGISTRY, REGISTRY, now)
    session.flush()
    if before:
        after = {one.field: one.after for one in found}
        review.audit_change(session, actor, row, "adopt", before=before, after=after, now=now)
    anomalies.look_over(session, row, now=now)
    review.approve(session, actor, certificate_id, check, papers, now=now)


def columns(row: Certificate) -> dict[str, Any]:
    """The values that a record is compared with."""
    return {name: getattr(row, name) for name in (*comparison.TAKEN, "standing", "scheme")}


def is_suspended_here(row: Certificate) -> bool:
    """Whether a suspension was ordered on this site and not told by the registry."""
    return provenance.came_from(row, "standing") is not Source.REGISTRY


def _keep_rejected(session: Session, sync_id: str, rows: Sequence[Rejected]) -> None:
    values = [
        {
            "id": new_id(), "sync_id": sync_id, "place": row.place, "number": row.number[:120],
            "column_name": row.column, "value": row.value[:120], "fault": row.fault,
        }
        for row in rows
    ]  # fmt: skip
    if values:
        session.execute(insert(RegistryReject), values)


def _scope(actor: Actor) -> str:
    if actor.is_operator:
        return ""
    if not actor.official_regions:
        raise Forbidden
    return actor.official_regions[0].digits


def _rows(session: Session, keys: Sequence[str]) -> dict[str, RegistryRecordRow]:
    found: dict[str, RegistryRecordRow] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        query = select(RegistryRecordRow).where(RegistryRecordRow.number_key.in_(part))
        found |= {row.number_key: row for row in session.scalars(query)}
    return found


def _certificates(session: Session, keys: Sequence[str]) -> dict[str, Certificate]:
    """The latest certificate of each number that was not refused."""
    found: dict[str, Certificate] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        query = (
            select(Certificate)
            .where(Certificate.number_key.in_(part), Certificate.review != Review.REFUSED)
            .order_by(Certificate.valid_to, Certificate.id)
        )
        found |= {row.number_key: row for row in session.scalars(query)}
    return found


def _change(
    sync_id: str,
    key: str,
    record: RegistryRecord,
    known: RegistryRecordRow | None,
    row: Certificate | None,
) -> RegistryChange | None:
    before, after = (known.fields if known else {}), record.fields()
    found, problem = ((), "") if row is None else comparison.against(
        record, columns(row), suspended_here=is_suspended_here(row)
    )  # fmt: skip
    if row is not None and row.review != Review.APPROVED:
        found = ()  # the reviewer compares and decides
    if before == after and not found:
        return None
    return RegistryChange(
        sync_id=sync_id, number_key=key, before=before, after=after,
        certificate_id=row.id if row else None, problem=problem,
        differences=[[one.field, one.before, one.after] for one in found],
    )  # fmt: skip


def _open(session: Session, actor: Actor, sync_id: str) -> RegistrySync:
    sync = registry_queries.get_sync_row(session, actor, sync_id, lock=True)
    if sync is None:
        raise SyncNotFound
    if sync.state != SyncState.OPEN:
        raise SyncDecided
    return sync


def _keep_record(
    session: Session,
    change: RegistryChange,
    known: RegistryRecordRow | None,
    sync: RegistrySync,
    now: datetime,
) -> None:
    if (known.fields if known else {}) != change.before:
        raise SyncStale(number=change.after["number"])
    if known is None:
        known = RegistryRecordRow(number_key=change.number_key)
        session.add(known)
    known.fields, known.source, known.seen_at = change.after, sync.source, now
    session.flush()


def _take_change(
    session: Session, actor: Actor, change: RegistryChange, sync: RegistrySync, now: datetime
) -> int:
    row = session.get(Certificate, change.certificate_id, with_for_update=True)
    assert row is not None
    access.require_review(actor, RegionCode(row.region_code))
    taken = 0
    if change.differences and not change.problem:
        record = record_of(change.after)
        found, _ = comparison.against(record, columns(row), suspended_here=is_suspended_here(row))
        if [[one.field, one.before, one.after] for one in found] != change.differences:
            raise SyncStale(number=row.number)
        after = {one.field: one.after for one in found}
        _set(row, after, now)
        provenance.stamp(row, after, Source.REGISTRY, sync.source, now)
        note(session, row, REGISTRY, actor, sync.source, now=now)
        before = {one.field: one.before for one in found}
        review.audit_change(session, actor, row, REGISTRY, before=before, after=after, now=now)
        publish(session, CertificateChanged(row.id, now))
        if "standing" in after:
            deed = _DEEDS[Standing(after["standing"])]
            publish(
                session,
                StandingDecided(row.id, row.seller_id, row.number, deed, "", by_registry=True),
            )
        taken = 1
    anomalies.look_over(session, row, now=now)
    return taken


def _set(row: Certificate, values: dict[str, Any], now: datetime) -> None:
    for name, value in values.items():
        if name == "standing":
            row.standing, row.standing_since = value, now
            row.standing_reason = "" if value == Standing.IN_FORCE else TOLD_BY_REGISTRY
        elif name in _DATES:
            setattr(row, name, date.fromisoformat(value) if value else None)
        else:
            setattr(row, name, value)


def _decide(
    session: Session, actor: Actor, sync: RegistrySync, state: SyncState,
    facts: dict[str, Any], now: datetime,
) -> None:  # fmt: skip
    sync.state, sync.decided_by, sync.decided_at = state.value, actor.display_name, now
    session.flush()
    audit.record(
        session, actor, f"registry.{state}", "registry_sync", sync.id,
        after={"source": sync.source, **facts}, region=sync.region_code or None, now=now,
    )  # fmt: skip
