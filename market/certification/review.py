"""What officials and the operator decide about certificates of their region subtree."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.certification import access, anomalies, provenance, queries, rules
from market.certification.errors import (
    ActionNotPossible,
    AuthorisationMissing,
    CertificateNotFound,
    HolderNotConfirmed,
    NextCheckTooEarly,
    OutsideYourRegion,
    ReasonMissing,
    SurveillanceDateOutside,
)
from market.certification.events import CertificateChanged, CertificateReviewed, StandingDecided
from market.certification.log import note
from market.certification.models import Certificate
from market.certification.registry_types import Source
from market.certification.types import ManualCheck, Papers, Review, Standing
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.media import service as media

NO_PAPERS = Papers()
RECHECK = "recheck"
# Whose the files of `Papers` are: {name: owner kind}.
PAPERS = {"check": "certificate_check", "authorisation": "certificate_authorisation"}


def approve(
    session: Session, actor: Actor, certificate_id: str, check: ManualCheck,
    papers: Papers = NO_PAPERS, *, now: datetime,
) -> None:  # fmt: skip
    """Accept the certificate after a manual check, which is recorded.

    Raises `ReasonMissing` without a note of the check, `NextCheckTooEarly`, and when holder and
    seller differ `HolderNotConfirmed` unless the reviewer confirmed it and
    `AuthorisationMissing` without a paper that shows it; as all here do, `CertificateNotFound`,
    `OutsideYourRegion`, `ActionNotPossible`.
    """
    row = reviewable(session, actor, certificate_id)
    seller = queries.seller_of(session, row.seller_id)
    target = rules.review_after(Review(row.review), rules.APPROVE)
    if not rules.same_party(row.holder, seller.name) and not check.holder_confirmed:
        raise HolderNotConfirmed(field="holder_confirmed")
    if not rules.same_party(row.holder, seller.name) and papers.authorisation is None:
        raise AuthorisationMissing(field="authorisation")
    row.holder_authorised_at = now if check.holder_confirmed else None
    anomalies.look_over(session, row, now=now)
    anomalies.require_none(session, row)
    _record_check(row, actor, check, now)
    _keep(session, row, papers, now)
    _plan_first_surveillance(row, actor, check, now)
    _decide(session, actor, row, target, words=check.note.strip(), action=rules.APPROVE, now=now)
    publish(session, CertificateChanged(row.id))


def ask(
    session: Session, actor: Actor, certificate_id: str, question: str, *, now: datetime
) -> None:
    """Ask the seller to explain or correct. Raises `ReasonMissing` without a question."""
    _review(session, actor, certificate_id, rules.ASK, question, now=now)


def refuse(
    session: Session, actor: Actor, certificate_id: str, reason: str, *, now: datetime
) -> None:
    """End the review without acceptance. Raises `ReasonMissing` without a reason."""
    _review(session, actor, certificate_id, rules.REFUSE, reason, now=now)


def suspend(
    session: Session, actor: Actor, certificate_id: str, reason: str, *, now: datetime
) -> None:
    """Close the gate until reinstated. Raises `ReasonMissing`."""
    _change_standing(session, actor, certificate_id, rules.SUSPEND, reason, now=now)


def reinstate(
    session: Session, actor: Actor, certificate_id: str, reason: str, *, now: datetime
) -> None:
    """Lift a suspension. Raises `ReasonMissing`."""
    _change_standing(session, actor, certificate_id, rules.REINSTATE, reason, now=now)


def revoke(
    session: Session, actor: Actor, certificate_id: str, reason: str, *, now: datetime
) -> None:
    """Close the gate for good: the issuer withdrew the certificate. Raises `ReasonMissing`."""
    _change_standing(session, actor, certificate_id, rules.REVOKE, reason, now=now)


def cancel(
    session: Session, actor: Actor, certificate_id: str, reason: str, *, now: datetime
) -> None:
    """Close the gate for good: the holder gave the certificate up. Raises `ReasonMissing`."""
    _change_standing(session, actor, certificate_id, rules.CANCEL, reason, now=now)


def recheck(
    session: Session, actor: Actor, certificate_id: str, check: ManualCheck,
    papers: Papers = NO_PAPERS, *, now: datetime,
) -> None:  # fmt: skip
    """Record another manual check of an approved certificate and when the next is due.

    Raises `ReasonMissing`, `NextCheckTooEarly`, `ActionNotPossible` unless approved.
    """
    row = reviewable(session, actor, certificate_id)
    if row.review != Review.APPROVED:
        raise ActionNotPossible
    before = _facts(row)
    _record_check(row, actor, check, now)
    _keep(session, row, papers, now)
    note(session, row, RECHECK, actor, check.note.strip(), now=now)
    _audit(session, actor, row, RECHECK, before=before, reason=check.note.strip(), now=now)


def _review(
    session: Session, actor: Actor, certificate_id: str, action: str, words: str, *, now: datetime
) -> None:
    row = reviewable(session, actor, certificate_id)
    target = rules.review_after(Review(row.review), action)
    if not words.strip():
        raise ReasonMissing(field="reason")
    row.question = words.strip()
    _decide(session, actor, row, target, words=words.strip(), action=action, now=now)


def _decide(
    session: Session,
    actor: Actor,
    row: Certificate,
    target: Review,
    *,
    words: str,
    action: str,
    now: datetime,
) -> None:
    before = _facts(row)
    row.review, row.reviewed_at = target.value, now
    note(session, row, action, actor, words, now=now)
    _audit(session, actor, row, action, before=before, reason=words, now=now)
    publish(session, CertificateReviewed(row.id, row.seller_id, target.value, words))


def _change_standing(
    session: Session, actor: Actor, certificate_id: str, action: str, reason: str, *, now: datetime
) -> None:
    row = reviewable(session, actor, certificate_id)
    target = rules.standing_after(Review(row.review), Standing(row.standing), action)
    words = reason.strip()
    if not words:
        raise ReasonMissing(field="reason")
    before = _facts(row)
    row.standing, row.standing_since, row.standing_reason = target.value, now, words
    provenance.stamp(row, ["standing"], Source.OFFICIAL, actor.display_name, now)
    note(session, row, action, actor, words, now=now)
    _audit(session, actor, row, action, before=before, reason=words, now=now)
    publish(session, CertificateChanged(row.id))
    publish(session, StandingDecided(row.id, row.seller_id, row.number, action, words))


def _record_check(row: Certificate, actor: Actor, check: ManualCheck, now: datetime) -> None:
    if not check.note.strip():
        raise ReasonMissing(field="note")
    if check.next_check_on <= shanghai_date(now):
        raise NextCheckTooEarly(field="next_check_on")
    row.checked_at, row.checked_by = now, actor.display_name
    row.check_note, row.next_check_on = check.note.strip(), check.next_check_on


def _keep(session: Session, row: Certificate, papers: Papers, now: datetime) -> None:
    """The newest check has its own paper or none; a consent stays until there is another."""
    row.check_file_id = papers.check.id if papers.check else None
    if papers.check is not None:
        media.attach(session, papers.check, PAPERS["check"], row.id, now=now)
    if papers.authorisation is not None:
        row.holder_file_id = papers.authorisation.id
        media.attach(session, papers.authorisation, PAPERS["authorisation"], row.id, now=now)


def _plan_first_surveillance(
    row: Certificate, actor: Actor, check: ManualCheck, now: datetime
) -> None:
    """The reviewer has seen that earlier years were looked at; the next one is due."""
    today, due_on = shanghai_date(now), check.surveillance_due_on
    if due_on is not None and not today < due_on < row.valid_to:
        raise SurveillanceDateOutside(field="surveillance_due_on")
    due_on = due_on or row.surveillance_due_on  # the registry's, however long ago
    due_on = due_on or rules.next_surveillance(row.valid_from, row.valid_to, today)
    if due_on != row.surveillance_due_on:
        row.surveillance_due_on = due_on
        provenance.stamp(row, ["surveillance_due_on"], Source.OFFICIAL, actor.display_name, now)


def reviewable(session: Session, actor: Actor, certificate_id: str) -> Certificate:
    """The row, locked, for an official of its region. Raises `CertificateNotFound`,
    `OutsideYourRegion`."""
    row = session.get(Certificate, certificate_id, with_for_update=True)
    if row is None:
        raise CertificateNotFound
    if not access.may_review(actor, RegionCode(row.region_code)):
        raise OutsideYourRegion
    return row


def _facts(row: Certificate) -> dict[str, str]:
    return {"review": row.review, "standing": row.standing}


def _audit(
    session: Session,
    actor: Actor,
    row: Certificate,
    action: str,
    *,
    before: dict[str, str],
    reason: str,
    now: datetime,
) -> None:
    after = {**_facts(row), "reason": reason}
    audit_change(session, actor, row, action, before=before, after=after, now=now)


def audit_change(
    session: Session,
    actor: Actor,
    row: Certificate,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    """The trail of a privileged act on a certificate."""
    audit.record(
        session, actor, f"certificate.{action}", "certificate", row.id,
        before=before, after=after, region=RegionCode(row.region_code), now=now,
    )  # fmt: skip
