"""Reads of renovations. Each function uses a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.renovations import access, plans, steps
from market.renovations.describe import Described, house, work
from market.renovations.errors import QuoteNotFound, RequestNotFound
from market.renovations.models import (
    Invitation,
    Quote,
    QuoteLine,
    RenovationRequest,
    RequestContact,
)
from market.renovations.projects import expected_items, project_types, work_items
from market.renovations.region_queries import activity, gap_backlog, gaps_by_township, governed
from market.renovations.rules import Comparison
from market.renovations.rules import compare as _compare
from market.renovations.types import (
    Contact,
    InvitationState,
    InvitationView,
    OwnRequest,
    QuoteLineView,
    QuoteView,
    RequestState,
    RequestView,
    Visitor,
)

__all__ = [
    "Comparison",
    "Described",
    "activity",
    "awarded_quotes",
    "compare",
    "contact_for_winner",
    "count_open_invitations",
    "counts",
    "current_quotes",
    "expected_items",
    "find_request",
    "gap_backlog",
    "gaps_by_township",
    "get_own",
    "get_quote",
    "has_guest_drafts",
    "house",
    "household_of",
    "invitation_for",
    "invitations_of",
    "list_in_regions",
    "list_invitations",
    "list_own",
    "list_quotes",
    "open_steps",
    "past_closing",
    "past_deciding",
    "project_types",
    "quote_versions",
    "requests_by_ids",
    "short_of_crews",
    "view_of",
    "work",
    "work_items",
]


@dataclass(frozen=True)
class RequestCounts:
    """How far a request has come."""

    invited: int
    quotes: int


def get_own(session: Session, visitor: Visitor, request_id: str) -> OwnRequest:
    """The visitor's own request. Raises RequestNotFound for anyone else's."""
    row = session.get(RenovationRequest, request_id)
    if row is None or not access.owns(visitor, row.household_id, row.draft_digest):
        raise RequestNotFound()
    contact = session.get(RequestContact, request_id)
    return OwnRequest(
        view=view_of(row),
        contact=Contact(contact.name, contact.phone, contact.door) if contact else None,
        household_id=row.household_id,
        done_steps=frozenset(row.done_steps),
    )


def open_steps(own: OwnRequest) -> tuple[str, ...]:
    """The keys of required questions not answered yet."""
    return tuple(step.key for step in steps.missing(own.done_steps))


def find_request(session: Session, request_id: str) -> RequestView | None:
    """A request without personal data, for packages that did their own check."""
    row = session.get(RenovationRequest, request_id)
    return view_of(row) if row else None


def requests_by_ids(session: Session, ids: Collection[str]) -> dict[str, RequestView]:
    """Several requests without personal data, in one statement."""
    if not ids:
        return {}
    rows = session.scalars(select(RenovationRequest).where(RenovationRequest.id.in_(ids)))
    return {row.id: view_of(row) for row in rows}


def household_of(session: Session, request_id: str) -> str | None:
    """Whose request it is."""
    return session.scalar(
        select(RenovationRequest.household_id).where(RenovationRequest.id == request_id)
    )


def has_guest_drafts(session: Session, secret: str) -> bool:
    """Whether drafts wait for the bearer of this cookie to sign in."""
    return (
        session.scalar(
            select(RenovationRequest.id)
            .where(
                RenovationRequest.draft_digest == access.digest(secret),
                RenovationRequest.household_id.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def list_own(session: Session, visitor: Visitor, page: int = 1) -> Page[RequestView]:
    """The visitor's requests, newest first."""
    chosen = select(RenovationRequest).where(
        RenovationRequest.household_id == visitor.actor.account_id
        if visitor.actor.account_id
        else RenovationRequest.draft_digest == access.digest(visitor.draft_secret)
    )
    return _page(session, chosen.order_by(RenovationRequest.created_at.desc()), page)


def list_in_regions(
    session: Session,
    actor: Actor,
    *,
    states: Iterable[str] = (RequestState.LIVE,),
    only_gaps: bool = False,
    enough: int = 2,
    page: int = 1,
) -> Page[RequestView]:
    """Published requests of the actor's own regions, soonest closing first."""
    chosen = governed(actor).where(RenovationRequest.state.in_(list(states)))
    if only_gaps:
        chosen = chosen.where(func.coalesce(RenovationRequest.crews_fit, 0) < enough)
    return _page(session, chosen.order_by(RenovationRequest.closes_at, RenovationRequest.id), page)


def counts(session: Session, request_ids: Collection[str]) -> dict[str, RequestCounts]:
    """Invitations sent and current quotes of several requests. Two statements."""
    if not request_ids:
        return {}
    invited = _grouped(
        session,
        select(Invitation.request_id, func.count())
        .where(Invitation.request_id.in_(request_ids))
        .group_by(Invitation.request_id),
    )
    quoted = _grouped(
        session,
        select(Quote.request_id, func.count())
        .join(Invitation, Invitation.id == Quote.invitation_id)
        .where(
            Quote.request_id.in_(request_ids),
            Quote.superseded_at.is_(None),
            Invitation.state != InvitationState.WITHDRAWN,
        )
        .group_by(Quote.request_id),
    )
    return {key: RequestCounts(invited.get(key, 0), quoted.get(key, 0)) for key in request_ids}


def invitation_for(session: Session, request_id: str, provider_id: str) -> InvitationView | None:
    """The crew's invitation to this request, None when it was never invited."""
    row = session.scalar(
        select(Invitation).where(
            Invitation.request_id == request_id, Invitation.provider_id == provider_id
        )
    )
    return invitation_view(row) if row else None


def list_invitations(
    session: Session, provider_id: str, states: Iterable[str], page: int = 1
) -> Page[InvitationView]:
    """The crew's invitations in these states, newest first."""
    chosen = select(Invitation).where(
        Invitation.provider_id == provider_id, Invitation.state.in_(list(states))
    )
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .limit(PAGE_SIZE)
        .offset(offset(page))
    )
    return Page([invitation_view(row) for row in rows], total, max(1, page))


def invitations_of(session: Session, request_id: str) -> list[InvitationView]:
    """All invitations to a request, in the order they were sent."""
    rows = session.scalars(
        select(Invitation).where(Invitation.request_id == request_id).order_by(Invitation.id)
    )
    return [invitation_view(row) for row in rows]


def current_quotes(session: Session, request_id: str) -> list[QuoteView]:
    """The current version of every standing quote, cheapest first, with lines."""
    rows = session.scalars(
        select(Quote)
        .join(Invitation, Invitation.id == Quote.invitation_id)
        .where(
            Quote.request_id == request_id,
            Quote.superseded_at.is_(None),
            Invitation.state != InvitationState.WITHDRAWN,
        )
        .order_by(Quote.total_fen, Quote.id)
    ).all()
    return _with_lines(session, rows)


def compare(session: Session, request: RequestView) -> Comparison:
    """All standing quotes of a request, aligned, with what each of them leaves out."""
    quotes = current_quotes(session, request.id)
    expected = expected_items(request.project_type, has_plan=request.plan is not None)
    return _compare(quotes, expected, work_items())


def quote_versions(session: Session, request_id: str, provider_id: str) -> list[QuoteView]:
    """All versions of one crew's quote, newest first, with lines."""
    rows = session.scalars(
        select(Quote)
        .where(Quote.request_id == request_id, Quote.provider_id == provider_id)
        .order_by(Quote.version.desc())
    ).all()
    return _with_lines(session, rows)


def list_quotes(session: Session, provider_id: str, page: int = 1) -> Page[QuoteView]:
    """The crew's current quotes, newest first, without lines."""
    chosen = select(Quote).where(Quote.provider_id == provider_id, Quote.superseded_at.is_(None))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.order_by(Quote.sent_at.desc(), Quote.id.desc()).limit(PAGE_SIZE).offset(offset(page))
    )
    return Page([_quote(row, ()) for row in rows], total, max(1, page))


def get_quote(session: Session, request_id: str, quote_id: str) -> QuoteView:
    """One quote of a request with its lines. Raises QuoteNotFound."""
    row = session.get(Quote, quote_id)
    if row is None or row.request_id != request_id:
        raise QuoteNotFound()
    return _with_lines(session, [row])[0]


def awarded_quotes(session: Session, request_ids: Collection[str]) -> dict[str, QuoteView]:
    """The awarded quote of each request, without lines."""
    if not request_ids:
        return {}
    rows = session.scalars(
        select(Quote).where(Quote.request_id.in_(request_ids), Quote.awarded_at.is_not(None))
    )
    return {row.request_id: _quote(row, ()) for row in rows}


def contact_for_winner(session: Session, request_id: str, provider_id: str) -> Contact | None:
    """The household's contact data for the crew whose quote was awarded; None for all others."""
    row = session.scalar(
        select(RequestContact)
        .join(Quote, Quote.request_id == RequestContact.request_id)
        .where(
            RequestContact.request_id == request_id,
            Quote.provider_id == provider_id,
            Quote.awarded_at.is_not(None),
        )
    )
    return Contact(row.name, row.phone, row.door) if row else None


def count_open_invitations(session: Session, provider_id: str, now: datetime) -> int:
    """Invitations that wait for the crew's answer."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Invitation)
            .where(
                Invitation.provider_id == provider_id,
                Invitation.state == InvitationState.SENT,
                Invitation.expires_at > now,
            )
        )
        or 0
    )


def past_closing(
    session: Session, *, now: datetime, enough: int, limit: int = 500
) -> list[RequestView]:
    """Live requests whose time for quotes ended with fewer than `enough`, not yet escalated."""
    standing = (
        select(func.count())
        .select_from(Quote)
        .join(Invitation, Invitation.id == Quote.invitation_id)
        .where(
            Quote.request_id == RenovationRequest.id,
            Quote.superseded_at.is_(None),
            Invitation.state != InvitationState.WITHDRAWN,
        )
        .scalar_subquery()
    )
    rows = session.scalars(
        select(RenovationRequest)
        .where(
            RenovationRequest.state == RequestState.LIVE,
            RenovationRequest.closes_at <= now,
            RenovationRequest.escalated_at.is_(None),
            standing < enough,
        )
        .order_by(RenovationRequest.closes_at, RenovationRequest.id)
        .limit(limit)
    )
    return [view_of(row) for row in rows]


def short_of_crews(session: Session, *, now: datetime, enough: int, limit: int = 200) -> list[str]:
    """Requests that still take quotes and had fewer than `enough` crews to ask."""
    return list(
        session.scalars(
            select(RenovationRequest.id)
            .where(
                RenovationRequest.state == RequestState.LIVE,
                RenovationRequest.closes_at > now,
                func.coalesce(RenovationRequest.crews_fit, 0) < enough,
            )
            .order_by(RenovationRequest.closes_at, RenovationRequest.id)
            .limit(limit)
        )
    )


def past_deciding(session: Session, *, now: datetime, limit: int = 500) -> list[str]:
    """Live requests nobody decided on in time."""
    return list(
        session.scalars(
            select(RenovationRequest.id)
            .where(
                RenovationRequest.state == RequestState.LIVE,
                RenovationRequest.decide_by <= now,
            )
            .order_by(RenovationRequest.decide_by, RenovationRequest.id)
            .limit(limit)
        )
    )


def view_of(row: RenovationRequest) -> RequestView:
    """A request row without anything personal."""
    return RequestView(
        id=row.id,
        number=row.number,
        state=row.state,
        project_type=row.project_type,
        bundle=row.bundle,
        facts=dict(row.facts),
        trades=tuple(row.trades),
        scope=row.scope,
        budget_low_fen=row.budget_low_fen,
        budget_high_fen=row.budget_high_fen,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        contract_mode=row.contract_mode,
        region=RegionCode(row.region) if row.region else None,
        places_total=row.places_total,
        places_left=row.places_left,
        crews_fit=row.crews_fit,
        created_at=row.created_at,
        published_at=row.published_at,
        closes_at=row.closes_at,
        decide_by=row.decide_by,
        awarded_at=row.awarded_at,
        ended_at=row.ended_at,
        close_reason=row.close_reason,
        escalated_at=row.escalated_at,
        finished_at=row.finished_at,
        rated=row.rated,
        called_off_at=row.called_off_at,
        plan=plans.decode(row.plan),
    )


def invitation_view(row: Invitation) -> InvitationView:
    """An invitation row as a value."""
    return InvitationView(
        id=row.id,
        request_id=row.request_id,
        provider_id=row.provider_id,
        wave=row.wave,
        score=row.score,
        reasons=tuple(row.reasons),
        state=row.state,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        decline_reason=row.decline_reason,
    )


def _page(session: Session, chosen: Select[RenovationRequest], page: int) -> Page[RequestView]:
    total = session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery()))
    rows = session.scalars(chosen.limit(PAGE_SIZE).offset(offset(page)))
    return Page([view_of(row) for row in rows], total or 0, max(1, page))


def _grouped(session: Session, statement: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(statement)}


def _with_lines(session: Session, rows: Sequence[Quote]) -> list[QuoteView]:
    lines: dict[str, list[QuoteLineView]] = defaultdict(list)
    found = session.scalars(
        select(QuoteLine)
        .where(QuoteLine.quote_id.in_([row.id for row in rows]))
        .order_by(QuoteLine.quote_id, QuoteLine.position)
    )
    for line in found:
        lines[line.quote_id].append(
            QuoteLineView(
                kind=line.kind,
                item=line.item,
                label=line.label,
                listing_id=line.listing_id,
                quantity=line.quantity,
                unit=line.unit,
                unit_price_fen=line.unit_price_fen,
                amount_fen=line.amount_fen,
            )
        )
    return [_quote(row, tuple(lines.get(row.id, ()))) for row in rows]


def _quote(row: Quote, lines: tuple[QuoteLineView, ...]) -> QuoteView:
    return QuoteView(
        id=row.id,
        request_id=row.request_id,
        invitation_id=row.invitation_id,
        provider_id=row.provider_id,
        version=row.version,
        total_fen=row.total_fen,
        valid_until=row.valid_until,
        days=row.days,
        warranty_months=row.warranty_months,
        note=row.note,
        sent_at=row.sent_at,
        superseded_at=row.superseded_at,
        awarded_at=row.awarded_at,
        lines=lines,
    )
