"""Which approved certificates are to be checked by hand again."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.certification.models import Certificate
from market.certification.queries import WITH_ISSUER, view_of
from market.certification.types import CertificateView, Review, Standing
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import shanghai_date, start_of_day


def checks_due(session: Session, actor: Actor, now: datetime) -> list[CertificateView]:
    """Certificates of the actor's subtree whose next manual check is due, oldest first."""
    query = WITH_ISSUER.where(*_check_due(actor, now)).order_by(
        Certificate.next_check_on, Certificate.id
    )
    return [view_of(row, issuer, now) for row, issuer in session.execute(query)]


def checks_waiting(session: Session, actor: Actor, now: datetime) -> Backlog:
    """How many manual checks of the actor's subtree are due, all of them late."""
    count, first = session.execute(
        select(func.count(), func.min(Certificate.next_check_on)).where(*_check_due(actor, now))
    ).one()
    return Backlog(count, count, start_of_day(first) if first else None)


def _check_due(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    today = shanghai_date(now)
    return (
        governed_by(actor, Certificate.region_code),
        Certificate.review == Review.APPROVED,
        Certificate.next_check_on <= today,
        Certificate.standing.in_([Standing.IN_FORCE, Standing.SUSPENDED]),
        Certificate.valid_to >= today,
    )
