"""Reads of registry comparisons, matches and anomalies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.certification import access, comparison, provenance, rules
from market.certification.anomaly_rules import RULES
from market.certification.errors import AnomalyNotFound, OutsideYourRegion, SyncNotFound
from market.certification.models import (
    Certificate,
    CertificateAnomaly,
    CertificateSeller,
    CertificationBody,
    RegistryChange,
    RegistryRecordRow,
    RegistryReject,
    RegistrySync,
)
from market.certification.registry_rows import problem_of
from market.certification.registry_types import (
    ChangeView,
    Difference,
    Match,
    Origin,
    RegistryRecord,
    Rejected,
    Source,
    SyncState,
    SyncView,
    record_of,
)
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode

SHOWN_CHANGES = 200


@dataclass(frozen=True)
class AnomalyView:
    """An anomaly in the officials' queue."""

    id: str
    certificate_id: str
    number: str
    seller_name: str
    rule: str
    params: dict[str, Any]
    state: str
    found_at: datetime
    reason: str
    resolved_by: str
    resolved_at: datetime | None

    @property
    def sentence(self) -> str:
        """The sentence of its rule, to be filled with `params`."""
        return RULES[self.rule]


def match_of(session: Session, certificate_id: str) -> Match | None:
    """What the registry says of a certificate's number; None when it does not know it."""
    found = session.execute(
        select(Certificate, RegistryRecordRow, CertificationBody.name)
        .join(RegistryRecordRow, RegistryRecordRow.number_key == Certificate.number_key)
        .join(CertificationBody, CertificationBody.id == Certificate.body_id)
        .where(Certificate.id == certificate_id)
    ).one_or_none()
    if found is None:
        return None
    row, kept, issuer = found
    record = record_of(kept.fields)
    here = {name: getattr(row, name) for name in (*comparison.TAKEN, "standing", "scheme")}
    suspended_here = provenance.came_from(row, "standing") is not Source.REGISTRY
    differing, problem = comparison.against(record, here, suspended_here=suspended_here)
    other = "" if rules.same_party(issuer, record.issuer) else issuer
    return Match(record, kept.source, kept.seen_at, differing, problem, other)


@dataclass(frozen=True)
class Known:
    """What the registry last said of a number, and what cannot be true of it."""

    record: RegistryRecord
    source: str
    seen_at: datetime
    problem: str


def look_up(session: Session, number: str) -> Known | None:
    """The registry's record of exactly this number; None when it does not know it."""
    row = session.scalar(
        select(RegistryRecordRow).where(RegistryRecordRow.number_key == rules.number_key(number))
    )
    if row is None:
        return None
    record = record_of(row.fields)
    return Known(record, row.source, row.seen_at, problem_of(record))


def origins_of(session: Session, certificate_id: str) -> tuple[Origin, ...]:
    """Where each field of a certificate came from."""
    row = session.get(Certificate, certificate_id)
    return provenance.origins(row) if row is not None else ()


def get_sync_row(
    session: Session, actor: Actor, sync_id: str, *, lock: bool = False
) -> RegistrySync | None:
    """The row, for the operator or an official of its region. Raises `OutsideYourRegion`."""
    sync = session.get(RegistrySync, sync_id, with_for_update=lock or None)
    if sync is None or actor.is_operator:
        return sync
    if not sync.region_code or not access.may_review(actor, RegionCode(sync.region_code)):
        raise OutsideYourRegion
    return sync


def list_syncs(session: Session, actor: Actor, number: int = 1) -> Page[SyncView]:
    """Comparisons made for the actor's region subtree, newest first."""
    condition = governed_by(actor, RegistrySync.region_code)
    total = session.scalar(select(func.count()).select_from(RegistrySync).where(condition)) or 0
    query = (
        select(RegistrySync)
        .where(condition)
        .order_by(RegistrySync.made_at.desc(), RegistrySync.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    return Page([_sync_view(row) for row in session.scalars(query)], total, max(1, number))


def get_sync(session: Session, actor: Actor, sync_id: str) -> tuple[SyncView, list[ChangeView]]:
    """One comparison with its first changes, those of certificates first.

    Raises `SyncNotFound`, `OutsideYourRegion`.
    """
    sync = get_sync_row(session, actor, sync_id)
    if sync is None:
        raise SyncNotFound
    query = (
        select(RegistryChange)
        .where(RegistryChange.sync_id == sync_id)
        .order_by(RegistryChange.certificate_id.is_(None), RegistryChange.number_key)
        .limit(SHOWN_CHANGES)
    )
    return _sync_view(sync), [_change_view(row) for row in session.scalars(query)]


def rejected_rows(session: Session, actor: Actor, sync_id: str, number: int = 1) -> Page[Rejected]:
    """The rows of a list that nothing was taken from, by their place.

    Raises `SyncNotFound`, `OutsideYourRegion`.
    """
    if get_sync_row(session, actor, sync_id) is None:
        raise SyncNotFound
    mine = RegistryReject.sync_id == sync_id
    total = session.scalar(select(func.count()).select_from(RegistryReject).where(mine)) or 0
    rows = session.scalars(
        select(RegistryReject)
        .where(mine)
        .order_by(RegistryReject.place, RegistryReject.id)
        .limit(PAGE_SIZE)
        .offset(offset(number))
    )
    found = [Rejected(r.place, r.number, r.column_name, r.value, r.fault) for r in rows]
    return Page(found, total, max(1, number))


def count_records(session: Session) -> int:
    """How many certificates the registry has told of."""
    return session.scalar(select(func.count()).select_from(RegistryRecordRow)) or 0


def list_anomalies(
    session: Session, actor: Actor, *, is_open: bool, number: int = 1
) -> Page[AnomalyView]:
    """Anomalies of the actor's subtree: the open ones, or those dealt with."""
    state = CertificateAnomaly.state
    wanted = (
        governed_by(actor, CertificateAnomaly.region_code),
        state == "open" if is_open else state != "open",
    )
    total = session.scalar(select(func.count()).select_from(CertificateAnomaly).where(*wanted))
    order = CertificateAnomaly.found_at if is_open else CertificateAnomaly.found_at.desc()
    query = _anomalies().where(*wanted).order_by(order, CertificateAnomaly.id)
    rows = session.execute(query.limit(PAGE_SIZE).offset(offset(number)))
    return Page([_anomaly_view(*row) for row in rows], total or 0, max(1, number))


def get_anomaly(session: Session, actor: Actor, anomaly_id: str) -> AnomalyView:
    """One anomaly. Raises `AnomalyNotFound`, `OutsideYourRegion`."""
    found = session.execute(_anomalies().where(CertificateAnomaly.id == anomaly_id)).one_or_none()
    if found is None:
        raise AnomalyNotFound
    if not access.may_review(actor, RegionCode(found[0].region_code)):
        raise OutsideYourRegion
    return _anomaly_view(*found)


def anomalies_of(session: Session, certificate_id: str) -> list[AnomalyView]:
    """What is open about one certificate."""
    wanted = (
        CertificateAnomaly.certificate_id == certificate_id, CertificateAnomaly.state == "open",
    )  # fmt: skip
    query = _anomalies().where(*wanted).order_by(CertificateAnomaly.found_at, CertificateAnomaly.id)
    return [_anomaly_view(*row) for row in session.execute(query)]


def anomalies_waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Open anomalies of the actor's subtree; late since `before`."""
    return backlog(
        session, CertificateAnomaly.found_at, before,
        governed_by(actor, CertificateAnomaly.region_code), CertificateAnomaly.state == "open",
    )  # fmt: skip


def _anomalies() -> Select[CertificateAnomaly, str, str]:
    return (
        select(CertificateAnomaly, Certificate.number, CertificateSeller.name)
        .join(Certificate, Certificate.id == CertificateAnomaly.certificate_id)
        .join(CertificateSeller, CertificateSeller.seller_id == Certificate.seller_id)
    )


def _anomaly_view(row: CertificateAnomaly, number: str, seller_name: str) -> AnomalyView:
    return AnomalyView(
        row.id, row.certificate_id, number, seller_name, row.rule, row.params, row.state,
        row.found_at, row.reason, row.resolved_by, row.resolved_at,
    )  # fmt: skip


def _sync_view(row: RegistrySync) -> SyncView:
    return SyncView(
        row.id, row.region_code, row.source, SyncState(row.state), row.made_by, row.made_at,
        row.decided_by, row.decided_at, row.records, row.left_out, row.changes,
        row.rejected,
    )  # fmt: skip


def _change_view(row: RegistryChange) -> ChangeView:
    return ChangeView(
        number=row.after["number"],
        is_new=not row.before,
        certificate_id=row.certificate_id,
        record=comparison.differences(row.before, row.after) if row.before else (),
        certificate=tuple(Difference(*one) for one in row.differences),
        problem=row.problem,
    )
