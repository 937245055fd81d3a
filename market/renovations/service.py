"""The verbs of renovations: publish, end, finish; drafts and quoting are in their own modules."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import queries as account_queries
from market.accounts import service as accounts
from market.accounts.events import ConsentWithdrawn
from market.kernel.events import Event
from market.kernel.events import publish as tell
from market.renovations import access, drafts, queries, quoting, steps
from market.renovations.drafts import claim, discard, start, start_from_plan
from market.renovations.errors import (
    RequestIncomplete,
    RequestNotFound,
    RequestStateForbids,
    UnknownChoice,
)
from market.renovations.events import RequestEnded
from market.renovations.models import Quote, RenovationRequest
from market.renovations.personal import on_account_deleted
from market.renovations.quoting import (
    accept,
    award,
    decline,
    expire,
    invite,
    send_quote,
    withdraw,
)
from market.renovations.states import may_become
from market.renovations.types import CLOSE_REASONS, RequestState, RequestView, Visitor

CONSENT = "crews"
WITHDRAWN_CONSENT = "other"

__all__ = [
    "accept",
    "award",
    "call_off",
    "claim",
    "close",
    "decline",
    "discard",
    "drafts",
    "escalate",
    "expire",
    "expire_request",
    "extend",
    "finish",
    "hold",
    "invite",
    "note_fit",
    "on_account_deleted",
    "on_consent_withdrawn",
    "publish",
    "rate",
    "send_quote",
    "start",
    "start_from_plan",
    "withdraw",
]


def publish(
    session: Session,
    visitor: Visitor,
    request_id: str,
    *,
    now: datetime,
    open_days: int,
    places: int,
    decide_days: int,
) -> None:
    """Open a draft to crews. Needs an account.

    Raises RequestNotFound, RequestStateForbids, RequestIncomplete.
    """
    request = drafts.own_draft(session, visitor, request_id)
    if visitor.actor.account_id is None:
        raise RequestStateForbids()
    open_steps = steps.missing(frozenset(request.done_steps))
    if open_steps:
        raise RequestIncomplete(count=len(open_steps))
    request.household_id = visitor.actor.account_id
    request.draft_digest = None
    request.state = RequestState.LIVE
    request.published_at = now
    request.closes_at = now + timedelta(days=open_days)
    request.decide_by = request.closes_at + timedelta(days=decide_days)
    request.places_total = request.places_left = places
    session.flush()
    if not account_queries.has_consent(session, request.household_id, CONSENT):
        accounts.give_consent(session, request.household_id, CONSENT, now=now)


def hold(session: Session, request_id: str) -> RequestView:
    """The request, held until the end of the transaction. Raises RequestNotFound."""
    return queries.view_of(quoting.lock(session, request_id))


def note_fit(session: Session, request_id: str, crews: int) -> None:
    """Keep how many crews fit, for the household and the supply-gap list."""
    request = quoting.lock(session, request_id)
    request.crews_fit = crews
    session.flush()


def close(
    session: Session, visitor: Visitor, request_id: str, reason: str, *, now: datetime
) -> None:
    """End a live request without an award; the reason is kept.

    A request that drew quotes becomes closed, one without becomes cancelled.
    Raises RequestNotFound, RequestStateForbids, UnknownChoice.
    """
    request = _own(session, visitor, request_id)
    if reason not in CLOSE_REASONS:
        raise UnknownChoice(field="reason")
    _close(session, request, reason, now)


def on_consent_withdrawn(session: Session, event: Event) -> None:
    """Crews may not see the person's requests any more: those that take quotes end."""
    assert isinstance(event, ConsentWithdrawn)
    if event.document != CONSENT:
        return
    live = select(RenovationRequest.id).where(
        RenovationRequest.household_id == event.account_id,
        RenovationRequest.state == RequestState.LIVE,
    )
    for request_id in session.scalars(live.order_by(RenovationRequest.id)).all():
        _close(session, quoting.lock(session, request_id), WITHDRAWN_CONSENT, event.at)


def _close(session: Session, request: RenovationRequest, reason: str, now: datetime) -> None:
    quoted = queries.counts(session, [request.id])[request.id].quotes > 0
    target = RequestState.CLOSED if quoted else RequestState.CANCELLED
    if request.state == RequestState.DRAFT or not may_become(request.state, target):
        raise RequestStateForbids()
    request.state = target
    request.ended_at = now
    request.close_reason = reason
    session.flush()
    _end(session, request.id, expired=False, now=now)


def extend(
    session: Session, visitor: Visitor, request_id: str, *, now: datetime, days: int,
    decide_days: int,
) -> None:  # fmt: skip
    """Take quotes for some more days, once, after too few came. Raises RequestStateForbids."""
    request = _own(session, visitor, request_id)
    if (
        request.state != RequestState.LIVE
        or request.escalated_at is None
        or request.extended_at is not None
    ):
        raise RequestStateForbids()
    request.extended_at = now
    request.closes_at = now + timedelta(days=days)
    request.decide_by = request.closes_at + timedelta(days=decide_days)
    session.flush()


def escalate(session: Session, request_id: str, *, now: datetime) -> bool:
    """Note, once, that too few quotes came by the deadline; whether this call did it."""
    request = quoting.lock(session, request_id)
    if request.state != RequestState.LIVE or request.escalated_at is not None:
        return False
    request.escalated_at = now
    session.flush()
    return True


def expire_request(session: Session, request_id: str, *, now: datetime) -> bool:
    """End a request nobody decided on in time; whether this call did it."""
    request = quoting.lock(session, request_id)
    if request.state != RequestState.LIVE or not request.decide_by or request.decide_by > now:
        return False
    request.state = RequestState.EXPIRED
    request.ended_at = now
    session.flush()
    _end(session, request_id, expired=True, now=now)
    return True


def finish(session: Session, request_id: str, *, now: datetime) -> bool:
    """The awarded job is done; whether this call said so. Raises RequestStateForbids."""
    request = quoting.lock(session, request_id)
    if request.state != RequestState.AWARDED or request.called_off_at is not None:
        raise RequestStateForbids()
    if request.finished_at is not None:
        return False
    request.finished_at = now
    session.flush()
    return True


def call_off(session: Session, request_id: str, *, now: datetime) -> bool:
    """The awarded job will not be done; whether this call said so. Raises RequestStateForbids."""
    request = quoting.lock(session, request_id)
    if request.state != RequestState.AWARDED or request.finished_at is not None:
        raise RequestStateForbids()
    if request.called_off_at is not None:
        return False
    request.called_off_at = now
    session.flush()
    return True


def rate(session: Session, visitor: Visitor, request_id: str, score: int) -> str:
    """The household's 1–5 stars for a finished job, once; returns the crew's id.

    Raises RequestNotFound, RequestStateForbids, UnknownChoice.
    """
    request = _own(session, visitor, request_id)
    if not 1 <= score <= 5:
        raise UnknownChoice(field="score")
    if request.finished_at is None or request.rated is not None:
        raise RequestStateForbids()
    request.rated = score
    session.flush()
    crew = session.scalar(
        select(Quote.provider_id).where(
            Quote.request_id == request_id, Quote.awarded_at.is_not(None)
        )
    )
    if crew is None:
        raise RequestStateForbids()
    return crew


def _end(session: Session, request_id: str, *, expired: bool, now: datetime) -> None:
    crews = quoting.end_invitations(session, request_id)
    if crews:
        tell(session, RequestEnded(request_id, crews, expired, now))


def _own(session: Session, visitor: Visitor, request_id: str) -> RenovationRequest:
    request = quoting.lock(session, request_id)
    if not access.owns(visitor, request.household_id, request.draft_digest):
        raise RequestNotFound()
    return request
