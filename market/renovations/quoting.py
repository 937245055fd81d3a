"""Invitations, quoting places, quotes and the one award.

Whatever is scarce is taken by a conditional UPDATE whose row count is checked; unique
indexes stand behind it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.clock import shanghai_date
from market.kernel.ids import new_id
from market.renovations import rules
from market.renovations.errors import (
    AlreadyAwarded,
    InvitationOver,
    NoPlaceLeft,
    QuoteDateTooEarly,
    QuoteExpired,
    QuoteNotFound,
    QuoteOutdated,
    QuoteTooLarge,
    QuoteWithoutLines,
    RequestClosed,
    RequestNotFound,
    RequestOver,
    UnknownListing,
)
from market.renovations.models import Invitation, Quote, QuoteLine, RenovationRequest
from market.renovations.projects import work_items
from market.renovations.states import sources_of
from market.renovations.types import (
    HOLDS_PLACE,
    InvitationState,
    InvitationToSend,
    QuoteDraft,
    QuoteLineDraft,
    RequestState,
)


def lock(session: Session, request_id: str) -> RenovationRequest:
    """The request, held until the end of the transaction. Raises RequestNotFound."""
    row = session.scalar(
        select(RenovationRequest)
        .where(RenovationRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise RequestNotFound()
    return row


def invite(
    session: Session,
    request_id: str,
    chosen: Sequence[InvitationToSend],
    *,
    now: datetime,
    expires_at: datetime,
) -> list[str]:
    """Send one wave of invitations; returns their ids in the order of `chosen`."""
    if not chosen:
        return []
    last = session.scalar(
        select(func.max(Invitation.wave)).where(Invitation.request_id == request_id)
    )
    rows = [
        {
            "id": new_id(),
            "request_id": request_id,
            "provider_id": crew.provider_id,
            "wave": (last or 0) + 1,
            "score": crew.score,
            "reasons": list(crew.reasons),
            "state": InvitationState.SENT,
            "sent_at": now,
            "expires_at": expires_at,
            "decline_reason": "",
        }
        for crew in chosen
    ]
    session.execute(insert(Invitation), rows)
    return [str(row["id"]) for row in rows]


def accept(session: Session, invitation_id: str, *, now: datetime) -> None:
    """Take one of the request's quoting places.

    Raises RequestClosed, NoPlaceLeft or InvitationOver; then nothing is changed.
    """
    invitation = _invitation(session, invitation_id)
    if not take_place(session, invitation.request_id, now=now):
        request = session.get(RenovationRequest, invitation.request_id, populate_existing=True)
        if request is not None and _is_quoting(request, now):
            raise NoPlaceLeft()
        raise RequestClosed()
    taken: Any = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.state == InvitationState.SENT,
            Invitation.expires_at > now,
        )
        .values(state=InvitationState.ACCEPTED, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise InvitationOver()
    session.expire(invitation)


def take_place(session: Session, request_id: str, *, now: datetime) -> bool:
    """Whether one of the places could be taken; the row count of one UPDATE decides."""
    taken: Any = session.execute(
        update(RenovationRequest)
        .where(
            RenovationRequest.id == request_id,
            RenovationRequest.state == RequestState.LIVE,
            RenovationRequest.closes_at > now,
            RenovationRequest.places_left > 0,
        )
        .values(places_left=RenovationRequest.places_left - 1)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)


def decline(session: Session, invitation_id: str, reason: str, *, now: datetime) -> None:
    """Say no. Raises InvitationOver when it was answered or is past its time."""
    _move(
        session,
        invitation_id,
        InvitationState.DECLINED,
        Invitation.expires_at > now,
        answered_at=now,
        decline_reason=reason,
    )


def withdraw(session: Session, invitation_id: str, *, now: datetime) -> None:
    """Step back after accepting; the place is free again. Raises InvitationOver."""
    invitation = _invitation(session, invitation_id)
    request = lock(session, invitation.request_id)
    if request.state != RequestState.LIVE:
        raise RequestClosed()
    _move(
        session,
        invitation_id,
        InvitationState.WITHDRAWN,
        Invitation.state.in_(HOLDS_PLACE),
        answered_at=now,
    )
    session.execute(
        update(RenovationRequest)
        .where(
            RenovationRequest.id == invitation.request_id,
            RenovationRequest.places_left < RenovationRequest.places_total,
        )
        .values(places_left=RenovationRequest.places_left + 1)
        .execution_options(synchronize_session=False)
    )


def expire(session: Session, *, now: datetime) -> list[str]:
    """Mark unanswered invitations past their time; returns the requests they belonged to."""
    affected = session.scalars(
        select(Invitation.request_id)
        .where(Invitation.state == InvitationState.SENT, Invitation.expires_at <= now)
        .distinct()
        .order_by(Invitation.request_id)
    ).all()
    if affected:
        session.execute(
            update(Invitation)
            .where(Invitation.state == InvitationState.SENT, Invitation.expires_at <= now)
            .values(state=InvitationState.EXPIRED)
            .execution_options(synchronize_session=False)
        )
    return list(affected)


def send_quote(session: Session, invitation_id: str, draft: QuoteDraft, *, now: datetime) -> str:
    """Send a quote, or a new version of it; returns its id. The server computes all sums.

    Raises InvitationOver, RequestClosed, QuoteWithoutLines, QuoteTooLarge,
    QuoteDateTooEarly, UnknownListing.
    """
    invitation = _invitation(session, invitation_id)
    request = lock(session, invitation.request_id)
    session.refresh(invitation)
    if invitation.state not in HOLDS_PLACE:
        raise InvitationOver()
    if not _is_quoting(request, now) or request.closes_at is None:
        raise RequestClosed()
    closing_day = shanghai_date(request.closes_at)
    if draft.valid_until < closing_day:
        raise QuoteDateTooEarly(field="valid_until", day=closing_day.isoformat())
    lines = _lines(session, draft.lines, now)
    total = sum(int(line["amount_fen"]) for line in lines)
    if total <= 0:
        raise QuoteWithoutLines(field="lines")
    if total > rules.MAX_TOTAL:
        raise QuoteTooLarge(field="lines")
    quote = Quote(
        request_id=request.id,
        invitation_id=invitation.id,
        provider_id=invitation.provider_id,
        version=_supersede(session, invitation.id, now) + 1,
        total_fen=total,
        valid_until=draft.valid_until,
        days=draft.days,
        warranty_months=draft.warranty_months,
        note=draft.note,
        sent_at=now,
    )
    session.add(quote)
    invitation.state = InvitationState.QUOTED
    session.flush()
    session.execute(insert(QuoteLine), [{**line, "quote_id": quote.id} for line in lines])
    return quote.id


def award(session: Session, request_id: str, quote_id: str, *, now: datetime) -> Quote:
    """Choose exactly one quote; the others are lost. Returns the chosen one.

    Raises AlreadyAwarded, RequestOver, QuoteNotFound, QuoteOutdated, QuoteExpired.
    """
    quote = session.get(Quote, quote_id)
    if quote is None or quote.request_id != request_id:
        raise QuoteNotFound()
    if quote.superseded_at is not None:
        raise QuoteOutdated()
    if quote.valid_until < shanghai_date(now):
        raise QuoteExpired(day=quote.valid_until.isoformat())
    won: Any = session.execute(
        update(RenovationRequest)
        .where(
            RenovationRequest.id == request_id,
            RenovationRequest.state == RequestState.LIVE,
            RenovationRequest.decide_by > now,
        )
        .values(state=RequestState.AWARDED, awarded_at=now, ended_at=now)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        request = session.get(RenovationRequest, request_id, populate_existing=True)
        if request is not None and request.state == RequestState.AWARDED:
            raise AlreadyAwarded()
        raise RequestOver()
    # The crew may have replaced or withdrawn its quote since it was read.
    session.refresh(quote)
    if quote.superseded_at is not None:
        raise QuoteOutdated()
    try:
        mark_awarded(session, quote, now=now)
    except InvitationOver:
        raise QuoteNotFound() from None
    return quote


def mark_awarded(session: Session, quote: Quote, *, now: datetime) -> None:
    """Write the award on quote and invitations; a unique index allows one per request."""
    quote.awarded_at = now
    session.flush()
    _move(
        session,
        quote.invitation_id,
        InvitationState.WON,
        Invitation.state == InvitationState.QUOTED,
        answered_at=now,
    )
    end_invitations(session, quote.request_id)


def end_invitations(session: Session, request_id: str) -> tuple[str, ...]:
    """The request is over: who held a place has lost, who had not answered need not.

    Returns the crews that held a place.
    """
    held = session.scalars(
        select(Invitation.provider_id)
        .where(Invitation.request_id == request_id, Invitation.state.in_(HOLDS_PLACE))
        .order_by(Invitation.provider_id)
    ).all()
    for sources, target in (
        (HOLDS_PLACE, InvitationState.LOST),
        ({InvitationState.SENT}, InvitationState.WITHDRAWN),
    ):
        session.execute(
            update(Invitation)
            .where(Invitation.request_id == request_id, Invitation.state.in_(sources))
            .values(state=target)
            .execution_options(synchronize_session=False)
        )
    return tuple(held)


def _invitation(session: Session, invitation_id: str) -> Invitation:
    row = session.get(Invitation, invitation_id)
    if row is None:
        raise RequestNotFound()
    return row


def _is_quoting(request: RenovationRequest, now: datetime) -> bool:
    return (
        request.state == RequestState.LIVE
        and request.closes_at is not None
        and now < request.closes_at
    )


def _move(
    session: Session,
    invitation_id: str,
    target: InvitationState,
    condition: Any,
    **values: Any,
) -> None:
    moved: Any = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.state.in_(sources_of(target)),
            condition,
        )
        .values(state=target, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:
        raise InvitationOver()
    known = session.get(Invitation, invitation_id)
    if known is not None:
        session.expire(known)


def _supersede(session: Session, invitation_id: str, now: datetime) -> int:
    version = session.scalar(
        select(func.max(Quote.version)).where(Quote.invitation_id == invitation_id)
    )
    if version:
        session.execute(
            update(Quote)
            .where(Quote.invitation_id == invitation_id, Quote.superseded_at.is_(None))
            .values(superseded_at=now)
        )
    return version or 0


def _lines(
    session: Session, drafts: Iterable[QuoteLineDraft], now: datetime
) -> list[dict[str, Any]]:
    wanted = list(drafts)[: rules.MAX_LINES]
    if not wanted:
        raise QuoteWithoutLines(field="lines")
    listed = [line.listing_id for line in wanted if line.listing_id]
    known = catalogue.listings_by_ids(session, listed, now) if listed else {}
    if any(key not in known for key in listed):
        raise UnknownListing(field="lines")
    return [
        {
            "id": new_id(),
            "position": position,
            "kind": line.kind,
            "item": line.item if line.item in work_items() else None,
            "label": known[line.listing_id].product_name if line.listing_id else line.label,
            "listing_id": line.listing_id,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price_fen": line.unit_price_fen,
            "amount_fen": rules.line_amount(line.quantity, line.unit_price_fen),
        }
        for position, line in enumerate(wanted)
    ]
