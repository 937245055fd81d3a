"""The matching's verbs: publish, invite in waves, accept, quote, award, and the clocks."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.events import publish as tell
from market.kernel.region_code import RegionCode
from market.matching.errors import JobUnderContract, NotApproved
from market.matching.events import (
    InvitationSent,
    NoQuotesByDeadline,
    QuoteReceived,
    RequestAwarded,
)
from market.matching.routing import Ranked, rank
from market.matching.types import ENOUGH_QUOTES, MatchingRules, SweepReport
from market.providers import queries as providers
from market.providers import service as provider_service
from market.regions import queries as regions
from market.renovations import queries as renovations
from market.renovations import service as requests
from market.renovations.errors import RequestNotFound, RequestStateForbids
from market.renovations.types import (
    HOLDS_PLACE,
    InvitationState,
    InvitationToSend,
    InvitationView,
    QuoteDraft,
    RequestView,
    Visitor,
)

SHORTLIST = 16
_under_contract: list[Callable[[Session, str], bool]] = []


def use_contracts(under_contract: Callable[[Session, str], bool]) -> None:
    """Who says whether the job of a request is done by a signed contract."""
    _under_contract[:] = [under_contract]


def route(
    session: Session,
    request_key: str,
    region: RegionCode,
    trades: tuple[str, ...],
    *,
    exclude: Collection[str] = (),
    most: int = SHORTLIST,
) -> list[Ranked]:
    """The most promising crews, best first, with reasons. At most two statements."""
    found = providers.candidates(session, region, trades, exclude=exclude, most=most)
    distances: dict[str, int | None] = {one.provider_id: 0 for one in found}
    away = [one for one in found if one.home.digits[:6] != region.digits[:6]]
    if away:
        by_home = regions.distances(session, region, {one.home for one in away})
        distances.update({one.provider_id: by_home.get(one.home.digits) for one in away})
    return rank(request_key, trades, found, distances)


def publish(
    session: Session,
    visitor: Visitor,
    request_id: str,
    *,
    now: datetime,
    limits: MatchingRules,
    open_days: int,
) -> int:
    """Open a draft and send the first wave; returns how many crews fit.

    Raises what `renovations.service.publish` raises.
    """
    requests.publish(
        session,
        visitor,
        request_id,
        now=now,
        open_days=open_days,
        places=limits.quoting_places,
        decide_days=limits.decide_days,
    )
    return refill(session, request_id, now=now, limits=limits)


def refill(session: Session, request_id: str, *, now: datetime, limits: MatchingRules) -> int:
    """Invite the next crews in rank while places are free; returns how many crews fit.

    At most one wave's worth of invitations waits for an answer at a time. Doing it again
    changes nothing. Does nothing once the request takes no more quotes.
    """
    request = requests.hold(session, request_id)
    if not request.is_quoting(now) or request.region is None:
        return request.crews_fit or 0
    known = renovations.invitations_of(session, request_id)
    asked = {one.provider_id for one in known}
    fitting = providers.count_fitting(session, request.region, request.trades)
    fit = max(fitting, len(asked))
    requests.note_fit(session, request_id, fit)
    waiting = sum(one.state_at(now) == InvitationState.SENT for one in known)
    wanted = limits.wave_size - waiting if request.places_left else 0
    fresh = (
        route(
            session,
            request.id,
            request.region,
            request.trades,
            exclude=asked,
            most=max(SHORTLIST, wanted),
        )
        if wanted > 0
        else []
    )
    _invite(session, request, fresh[: max(0, wanted)], now=now, limits=limits)
    return fit


def _invite(
    session: Session,
    request: RequestView,
    chosen: list[Ranked],
    *,
    now: datetime,
    limits: MatchingRules,
) -> None:
    if not chosen or request.closes_at is None or request.region is None:
        return
    expires_at = min(now + limits.invitation_time, request.closes_at)
    crews = [
        InvitationToSend(
            one.candidate.provider_id, one.score, [reason.as_json() for reason in one.reasons]
        )
        for one in chosen
    ]
    ids = requests.invite(session, request.id, crews, now=now, expires_at=expires_at)
    provider_service.note_turns(session, [crew.provider_id for crew in crews], now=now)
    for invitation_id, crew in zip(ids, crews, strict=True):
        tell(
            session,
            InvitationSent(
                invitation_id=invitation_id,
                request_id=request.id,
                provider_id=crew.provider_id,
                region=request.region.digits,
                project_type=request.project_type,
                expires_at=expires_at,
            ),
        )


def own_invitation(
    session: Session, actor: Actor, request_id: str
) -> tuple[RequestView, InvitationView]:
    """A request the actor's crew was invited to. Raises RequestNotFound for any other."""
    request = renovations.find_request(session, request_id)
    for provider_id in sorted(actor.provider_ids):
        invitation = renovations.invitation_for(session, request_id, provider_id)
        if request is not None and invitation is not None:
            return request, invitation
    raise RequestNotFound()


def accept(session: Session, actor: Actor, request_id: str, *, now: datetime) -> None:
    """Take one of the request's quoting places.

    Raises RequestNotFound, NotApproved, RequestClosed, NoPlaceLeft, InvitationOver.
    """
    _, invitation = own_invitation(session, actor, request_id)
    crew = providers.find_provider(session, invitation.provider_id)
    if crew is None or not crew.is_approved:
        raise NotApproved()
    requests.accept(session, invitation.id, now=now)


def decline(
    session: Session,
    actor: Actor,
    request_id: str,
    reason: str,
    *,
    now: datetime,
    limits: MatchingRules,
) -> None:
    """Say no with a reason; the next crew in rank is asked. Raises as `accept`."""
    _, invitation = own_invitation(session, actor, request_id)
    requests.decline(session, invitation.id, reason, now=now)
    refill(session, request_id, now=now, limits=limits)


def withdraw(
    session: Session, actor: Actor, request_id: str, *, now: datetime, limits: MatchingRules
) -> None:
    """Step back after accepting; the place is free and the next crew is asked."""
    _, invitation = own_invitation(session, actor, request_id)
    requests.withdraw(session, invitation.id, now=now)
    refill(session, request_id, now=now, limits=limits)


def send_quote(
    session: Session, actor: Actor, request_id: str, draft: QuoteDraft, *, now: datetime
) -> str:
    """Send the crew's quote or its next version. Raises as `renovations.service.send_quote`."""
    _, invitation = own_invitation(session, actor, request_id)
    crew = providers.find_provider(session, invitation.provider_id)
    if crew is None or not crew.is_approved:
        raise NotApproved()
    quote_id = requests.send_quote(session, invitation.id, draft, now=now)
    quote = renovations.get_quote(session, request_id, quote_id)
    tell(
        session,
        QuoteReceived(
            quote_id=quote_id,
            request_id=request_id,
            household_id=renovations.household_of(session, request_id) or "",
            provider_id=crew.id,
            provider_name=crew.name,
            total_fen=quote.total_fen,
            version=quote.version,
        ),
    )
    return quote_id


def award(
    session: Session, visitor: Visitor, request_id: str, quote_id: str, *, now: datetime
) -> None:
    """The household chooses exactly one quote.

    The crew's capacity is counted, the others learn the outcome only, and only the chosen
    crew sees the contact data from now on. Raises RequestNotFound and what
    `renovations.service.award` raises.
    """
    renovations.get_own(session, visitor, request_id)
    held = [
        one.provider_id
        for one in renovations.invitations_of(session, request_id)
        if one.state in HOLDS_PLACE
    ]
    quote = requests.award(session, request_id, quote_id, now=now)
    provider_service.start_job(session, quote.provider_id)
    tell(
        session,
        RequestAwarded(
            request_id=request_id,
            household_id=visitor.actor.account_id or "",
            provider_id=quote.provider_id,
            quote_id=quote.id,
            other_provider_ids=tuple(key for key in held if key != quote.provider_id),
        ),
    )


def finish_by_crew(session: Session, actor: Actor, request_id: str, *, now: datetime) -> None:
    """The crew says the job is done; its capacity is free again.

    Raises RequestNotFound, JobUnderContract and, before it was chosen, RequestStateForbids.
    """
    _, invitation = own_invitation(session, actor, request_id)
    if invitation.state != InvitationState.WON:
        raise RequestStateForbids()
    _refuse_under_contract(session, request_id)
    finish_job(session, request_id, invitation.provider_id, now=now)


def finish_by_household(
    session: Session, visitor: Visitor, request_id: str, score: int | None, *, now: datetime
) -> None:
    """The household says the job is done and may give 1–5 stars, once.

    Raises RequestNotFound, JobUnderContract and, before a crew was chosen, RequestStateForbids.
    """
    own = renovations.get_own(session, visitor, request_id)
    quote = renovations.awarded_quotes(session, [request_id]).get(own.view.id)
    if quote is None:
        raise RequestStateForbids()
    if own.view.finished_at is None:
        _refuse_under_contract(session, request_id)
    finish_job(session, request_id, quote.provider_id, now=now)
    if score is not None:
        crew = requests.rate(session, visitor, request_id, score)
        provider_service.rate(session, crew, request_id, score, now=now)


def finish_job(session: Session, request_id: str, provider_id: str, *, now: datetime) -> None:
    """The job is done; the crew's capacity is free again. Once; a second call changes nothing."""
    if requests.finish(session, request_id, now=now):
        provider_service.end_job(session, provider_id)


def call_off(session: Session, request_id: str, provider_id: str, *, now: datetime) -> None:
    """The job will not be done; the crew's capacity is free again. Once."""
    if requests.call_off(session, request_id, now=now):
        provider_service.end_job(session, provider_id)


def _refuse_under_contract(session: Session, request_id: str) -> None:
    if any(asked(session, request_id) for asked in _under_contract):
        raise JobUnderContract()


def extend(
    session: Session, visitor: Visitor, request_id: str, *, now: datetime, limits: MatchingRules
) -> None:
    """Take quotes for some more days, once, and ask further crews."""
    requests.extend(
        session,
        visitor,
        request_id,
        now=now,
        days=limits.open_days,
        decide_days=limits.decide_days,
    )
    refill(session, request_id, now=now, limits=limits)


def sweep(session: Session, *, now: datetime, limits: MatchingRules) -> SweepReport:
    """Let the clocks have their effect. Running it again changes nothing."""
    affected = requests.expire(session, now=now)
    short = renovations.short_of_crews(session, now=now, enough=ENOUGH_QUOTES)
    for request_id in dict.fromkeys([*affected, *short]):
        refill(session, request_id, now=now, limits=limits)
    escalated = sum(
        _escalate(session, request, now)
        for request in renovations.past_closing(session, now=now, enough=ENOUGH_QUOTES)
    )
    expired = sum(
        requests.expire_request(session, request_id, now=now)
        for request_id in renovations.past_deciding(session, now=now)
    )
    return SweepReport(len(affected), escalated, expired)


def _escalate(session: Session, request: RequestView, now: datetime) -> bool:
    quotes = renovations.counts(session, [request.id])[request.id].quotes
    if request.region is None or not requests.escalate(session, request.id, now=now):
        return False
    tell(
        session,
        NoQuotesByDeadline(
            request_id=request.id,
            household_id=renovations.household_of(session, request.id) or "",
            region=request.region.digits,
            quotes=quotes,
        ),
    )
    return True


def answer_by(now: datetime, limits: MatchingRules) -> datetime:
    """Until when the first crews have to answer a request published now."""
    return now + timedelta(hours=limits.invitation_hours)
