"""What must hold of all requests at any time; an empty list when it does."""

from typing import Any

from sqlalchemy import Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from market.renovations.models import Invitation, Quote, RenovationRequest
from market.renovations.types import HOLDS_PLACE, InvitationState, RequestState

_TOOK_PLACE = (*HOLDS_PLACE, InvitationState.WON, InvitationState.LOST)


def breaches(session: Session) -> list[str]:
    """Never more crews than places, exactly one winner where there is an award, no late answer."""
    return [*_places(session), *_awards(session), *_late(session)]


def _places(session: Session) -> list[str]:
    taken = _by_request(
        func.sum(case((Invitation.state.in_(_TOOK_PLACE), 1), else_=0)).label("n"), Invitation
    )
    held = func.coalesce(taken.c.n, 0)
    request = RenovationRequest
    rows = session.execute(
        select(request.id, request.places_total, request.places_left, held)
        .outerjoin(taken, taken.c.request_id == request.id)
        .where(request.places_total - request.places_left != held)
    )
    return [
        f"request {key}: {total} places, {left} left, {crews} crews hold one"
        for key, total, left, crews in rows
    ]


def _awards(session: Session) -> list[str]:
    won = _by_request(
        func.sum(case((Invitation.state == InvitationState.WON, 1), else_=0)).label("n"),
        Invitation,
    )
    awarded = _by_request(func.count(Quote.awarded_at).label("n"), Quote)
    request = RenovationRequest
    winners, quotes = func.coalesce(won.c.n, 0), func.coalesce(awarded.c.n, 0)
    should = case((request.state == RequestState.AWARDED, 1), else_=0)
    rows = session.execute(
        select(request.id, request.state, winners, quotes)
        .outerjoin(won, won.c.request_id == request.id)
        .outerjoin(awarded, awarded.c.request_id == request.id)
        .where(or_(winners != should, quotes != should))
    )
    return [
        f"request {key} is {state}: {crews} winning crews, {papers} awarded quotes"
        for key, state, crews, papers in rows
    ]


def _late(session: Session) -> list[str]:
    request = RenovationRequest
    rows = session.execute(
        select(Invitation.id, request.id)
        .join(request, request.id == Invitation.request_id)
        .where(
            Invitation.state == InvitationState.ACCEPTED,
            or_(
                request.state != RequestState.LIVE,
                Invitation.answered_at > request.closes_at,
                Invitation.answered_at > Invitation.expires_at,
            ),
        )
    )
    return [f"invitation {key}: accepted after request {ended} closed" for key, ended in rows]


def _by_request(counted: Any, table: Any) -> Subquery:
    return select(table.request_id, counted).group_by(table.request_id).subquery()
