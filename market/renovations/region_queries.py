"""Reads of requests for officials: those of the own regions, and where crews are missing."""

from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.region_code import RegionCode
from market.renovations.models import RenovationRequest
from market.renovations.types import RequestState


def governed(actor: Actor) -> Select[RenovationRequest]:
    """Requests that were published in the actor's regions."""
    chosen = select(RenovationRequest).where(RenovationRequest.state != RequestState.DRAFT)
    return chosen.where(governed_by(actor, RenovationRequest.region))


def gaps_by_township(
    session: Session, actor: Actor, enough: int = 2
) -> list[tuple[RegionCode, int, int]]:
    """(township, live requests, of them with fewer than `enough` crews), worst first."""
    row = RenovationRequest
    short = func.sum(case((func.coalesce(row.crews_fit, 0) < enough, 1), else_=0))
    counted = (
        governed(actor)
        .where(row.state == RequestState.LIVE)
        .with_only_columns(row.region, func.count(), short)
        .group_by(row.region)
    )
    found = [(RegionCode(r), int(n), int(s or 0)) for r, n, s in session.execute(counted)]
    return sorted(found, key=lambda gap: (-gap[2], -gap[1], gap[0].digits))


def gap_backlog(session: Session, actor: Actor, enough: int, now: datetime) -> Backlog:
    """Live requests of the actor's regions with fewer than `enough` crews to ask.

    Late are those whose time for quotes is over.
    """
    row = RenovationRequest
    mine = governed(actor).where(
        row.state == RequestState.LIVE, func.coalesce(row.crews_fit, 0) < enough
    )
    return backlog(session, row.closes_at, now, row.id.in_(mine.with_only_columns(row.id)))


def activity(session: Session, actor: Actor, since: datetime) -> tuple[int, int]:
    """Requests of the actor's regions (published, awarded) since an instant."""
    row = RenovationRequest
    published = func.sum(case((row.published_at >= since, 1), else_=0))
    awarded = func.sum(case((row.awarded_at >= since, 1), else_=0))
    found = session.execute(governed(actor).with_only_columns(published, awarded)).one()
    return int(found[0] or 0), int(found[1] or 0)
