"""Telling the world, once, that a certificate is due for renewal."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.certification import queries
from market.certification.events import CertificateDue
from market.certification.models import Certificate
from market.kernel.events import publish


def sweep_due(session: Session, now: datetime) -> int:
    """Publish `CertificateDue` for each certificate in its last 90 days, once ever.

    Safe to run at any time and in parallel; returns how many were published.
    """
    claim = (
        update(Certificate)
        .where(*queries.due_now(now), Certificate.due_notified_at.is_(None))
        .values(due_notified_at=now)
        .returning(Certificate.id)
        .execution_options(synchronize_session=False)
    )
    views = queries.certificates_by_ids(session, session.scalars(claim).all(), now)
    for view in sorted(views.values(), key=lambda one: (one.valid_to, one.id)):
        publish(
            session,
            CertificateDue(view.id, view.seller_id, view.number, view.valid_to, view.days_left),
        )
    return len(views)
