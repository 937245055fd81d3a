"""An official ends an anomaly: it says what is done, and both sellers concerned are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.certification import anomalies, anomaly_rules, review, rules
from market.certification.errors import (
    AnomalyNotFound,
    AnomalyResolved,
    DeedNotPossible,
    ReasonMissing,
)
from market.certification.events import AnomalyDecided
from market.certification.models import Certificate, CertificateAnomaly, CertificateSeller
from market.certification.types import CertificateState, Review, Standing
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.region_code import RegionCode

# In order; or something is wrong, but the certificate is shut already and stays so.
ACCEPT, KEEP = "accept", "keep"
_VERBS = {
    rules.ASK: review.ask,
    rules.REFUSE: review.refuse,
    rules.SUSPEND: review.suspend,
    rules.REVOKE: review.revoke,
}

EVERY = (ACCEPT, *_VERBS, KEEP)


@dataclass(frozen=True)
class Deeds:
    """What can be done about an anomaly now, and who will read of it."""

    possible: Sequence[str]
    seller: str
    other: str = ""


def deeds_for(session: Session, anomaly_id: str) -> Deeds:
    """What an official may choose, from the state of the certificate.

    Raises `AnomalyNotFound`; who may see the anomaly is asked by its page.
    """
    one = session.get(CertificateAnomaly, anomaly_id)
    if one is None:
        raise AnomalyNotFound
    row = session.get(Certificate, one.certificate_id)
    assert row is not None
    other = _other(session, one)
    seller = session.get(CertificateSeller, row.seller_id)
    return Deeds(_possible(row), seller.name if seller else "", other.name if other else "")


def resolve_anomaly(
    session: Session, actor: Actor, anomaly_id: str, reason: str, *, deed: str, now: datetime
) -> None:
    """Close an anomaly with words and do what they say, in this transaction.

    `accept`: it is in order. `ask` and `refuse` send an entry back, `suspend` and `revoke` shut
    an approved certificate, `keep` leaves shut what is shut already. Raises `AnomalyNotFound`,
    `OutsideYourRegion`, `ReasonMissing`, `AnomalyResolved`, `DeedNotPossible`.
    """
    found = session.get(CertificateAnomaly, anomaly_id)
    if found is None:
        raise AnomalyNotFound
    # The certificate is locked before its anomalies everywhere.
    row = review.reviewable(session, actor, found.certificate_id)
    one = session.get(CertificateAnomaly, anomaly_id, with_for_update=True, populate_existing=True)
    assert one is not None
    words = reason.strip()
    if not words:
        raise ReasonMissing(field="reason")
    if one.state != anomalies.OPEN:
        raise AnomalyResolved
    if deed not in _possible(row):
        raise DeedNotPossible(field="outcome")
    one.state = anomalies.ACCEPTED if deed == ACCEPT else anomalies.ACTED
    one.reason, one.resolved_by, one.resolved_at = words, actor.display_name, now
    one.params = {**one.params, "deed": deed}
    session.flush()
    if deed in _VERBS:
        _VERBS[deed](session, actor, row.id, words, now=now)
        anomalies.look_over(session, row, now=now)
    audit.record(
        session, actor, f"certificate_anomaly.{one.state}", "certificate", row.id,
        before={"state": anomalies.OPEN},
        after={"rule": one.rule, "deed": deed, "reason": words},
        region=RegionCode(row.region_code), now=now,
    )  # fmt: skip
    other = _other(session, one)
    publish(
        session,
        AnomalyDecided(
            one.id, row.id, row.number, row.seller_id, other.seller_id if other else "", deed, words
        ),
    )


def _possible(row: Certificate) -> list[str]:
    """The deeds that the certificate's present state allows."""
    steps = rules.possible_actions(Review(row.review), Standing(row.standing))
    found = [ACCEPT, *(step for step in steps if step in _VERBS)]
    sent_back = row.review in (Review.CLARIFICATION, Review.REFUSED)
    shut = row.standing in (
        CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED,
    )  # fmt: skip
    return [*found, KEEP] if sent_back or shut else found


def _other(session: Session, one: CertificateAnomaly) -> CertificateSeller | None:
    """The other seller of a number used twice; found by its name where only that was kept."""
    if one.rule != anomaly_rules.DUPLICATE:
        return None
    if one.params.get("other_id"):
        return session.get(CertificateSeller, one.params["other_id"])
    named = session.scalars(
        select(CertificateSeller).where(CertificateSeller.name == one.params.get("other")).limit(2)
    ).all()
    return named[0] if len(named) == 1 else None
