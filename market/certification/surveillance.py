"""The annual surveillance by the issuing body: until when it is due, and what came of it.

A surveillance not done shuts the gate by the clock; one that failed suspends at once; one
that passed moves the date on and opens the gate again in the same transaction.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from market.certification import provenance, review, rules
from market.certification.errors import (
    ActionNotPossible,
    ReasonMissing,
    SurveillanceDateOutside,
    SurveillanceInFuture,
    SurveillanceReportMissing,
    SurveillanceTooEarly,
)
from market.certification.events import CertificateChanged, StandingDecided
from market.certification.log import note
from market.certification.models import Certificate, SurveillanceVisit
from market.certification.registry_types import Source
from market.certification.types import Review, Standing, SurveillanceResult
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.media import service as media
from market.media.service import NewFile

SURVEILLANCE_OWNER = "surveillance"
PASSED, FAILED, PLANNED = "surveillance_passed", "surveillance_failed", "surveillance_planned"


def record_surveillance(
    session: Session,
    actor: Actor,
    certificate_id: str,
    result: SurveillanceResult,
    report: NewFile | None,
    *,
    now: datetime,
) -> str:
    """Write a surveillance into the log; returns its id.

    A pass moves the due date on; a failure suspends a certificate in force. Raises
    `CertificateNotFound`, `OutsideYourRegion`, `ActionNotPossible` unless approved and neither
    withdrawn nor expired, `SurveillanceReportMissing`, `SurveillanceInFuture`,
    `SurveillanceTooEarly`, `SurveillanceDateOutside`, `ReasonMissing` for a failure without words.
    """
    row = _watched(session, actor, certificate_id, now)
    _check(row, result, report, now)
    before = _facts(row)
    assert report is not None
    visit = SurveillanceVisit(
        id=new_id(), certificate_id=row.id, due_on=row.surveillance_due_on or result.done_on,
        done_on=result.done_on, passed=result.passed, report_number=result.report_number,
        note=result.note.strip(), evidence_file_id=report.id,
        recorded_by_account_id=actor.account_id or "", recorded_by=actor.display_name,
        recorded_at=now,
    )  # fmt: skip
    session.add(visit)
    session.flush()
    media.attach(session, report, SURVEILLANCE_OWNER, visit.id, now=now)
    if result.passed:
        row.surveillance_due_on = _next(row, result)
    elif row.standing == Standing.IN_FORCE:
        row.standing, row.standing_since = Standing.SUSPENDED.value, now
        row.standing_reason = visit.note
        publish(
            session,
            StandingDecided(row.id, row.seller_id, row.number, rules.SUSPEND, visit.note),
        )
    changed = ["surveillance_due_on"] if result.passed else ["standing"]
    provenance.stamp(row, changed, Source.OFFICIAL, actor.display_name, now)
    action = PASSED if result.passed else FAILED
    note(session, row, action, actor, visit.note or visit.report_number, now=now)
    after = {**_facts(row), "report_number": visit.report_number}
    review.audit_change(session, actor, row, action, before=before, after=after, now=now)
    publish(session, CertificateChanged(row.id))
    return visit.id


def plan_surveillance(
    session: Session, actor: Actor, certificate_id: str, due_on: date, reason: str, *, now: datetime
) -> None:
    """Set until when the next surveillance must be done, for example as the body agreed.

    Raises `ReasonMissing`, `SurveillanceDateOutside`, and what `record_surveillance` raises of
    the certificate.
    """
    row = _watched(session, actor, certificate_id, now)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not shanghai_date(now) < due_on < row.valid_to:
        raise SurveillanceDateOutside(field="due_on")
    before = _facts(row)
    row.surveillance_due_on = due_on
    provenance.stamp(row, ["surveillance_due_on"], Source.OFFICIAL, actor.display_name, now)
    note(session, row, PLANNED, actor, reason.strip(), now=now)
    after = {**_facts(row), "reason": reason.strip()}
    review.audit_change(session, actor, row, PLANNED, before=before, after=after, now=now)
    publish(session, CertificateChanged(row.id))


def _watched(session: Session, actor: Actor, certificate_id: str, now: datetime) -> Certificate:
    row = review.reviewable(session, actor, certificate_id)
    standing = row.standing in (Standing.IN_FORCE, Standing.SUSPENDED)
    if row.review != Review.APPROVED or not standing or now >= rules.closes_at(row.valid_to):
        raise ActionNotPossible
    return row


def _check(
    row: Certificate, result: SurveillanceResult, report: NewFile | None, now: datetime
) -> None:
    today = shanghai_date(now)
    if result.done_on > today:
        raise SurveillanceInFuture(field="done_on")
    begin = row.valid_from
    if row.surveillance_due_on is not None:
        begin = max(begin, rules.years_after(row.surveillance_due_on, -1))
    if result.done_on < begin:
        raise SurveillanceTooEarly(field="done_on", begin=begin.isoformat())
    if not result.passed and not result.note.strip():
        raise ReasonMissing(field="note")
    if result.next_due_on is not None and not today < result.next_due_on < row.valid_to:
        raise SurveillanceDateOutside(field="next_due_on")
    if report is None:
        raise SurveillanceReportMissing(field="evidence")


def _next(row: Certificate, result: SurveillanceResult) -> date | None:
    after = max(result.done_on, row.surveillance_due_on or result.done_on)
    return result.next_due_on or rules.next_surveillance(row.valid_from, row.valid_to, after)


def _facts(row: Certificate) -> dict[str, str]:
    due = row.surveillance_due_on
    return {"standing": row.standing, "surveillance_due_on": due.isoformat() if due else ""}
