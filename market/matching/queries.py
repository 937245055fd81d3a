"""Reads that join requests, crews and places. A fixed number of statements each."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.paging import Page
from market.kernel.region_code import RegionCode
from market.matching.errors import RequestElsewhere
from market.matching.service import own_invitation
from market.matching.types import ENOUGH_QUOTES
from market.media import queries as media
from market.media.queries import FileView
from market.providers import queries as providers
from market.providers.types import ProviderView, Trade
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.renovations import queries as renovations
from market.renovations.errors import RequestNotFound
from market.renovations.queries import Comparison, Described
from market.renovations.types import (
    PHOTO_OWNER,
    Contact,
    InvitationView,
    OwnRequest,
    ProjectType,
    QuoteView,
    RequestState,
    RequestView,
    Visitor,
)


@dataclass(frozen=True)
class Sheet:
    """A request in words: nothing personal in it."""

    project: ProjectType | None
    place: RegionPath | None
    trades: tuple[Trade, ...]
    house: list[Described]
    work: list[Described]
    photos: list[FileView]


@dataclass(frozen=True)
class SummaryPage:
    """The last screen of the wizard."""

    own: OwnRequest
    sheet: Sheet
    fit: int
    open_steps: tuple[str, ...]


@dataclass(frozen=True)
class HouseholdPage:
    """One request as its household sees it."""

    own: OwnRequest
    sheet: Sheet
    invitations: list[InvitationView]
    quotes: list[QuoteView]
    crews: dict[str, ProviderView]
    awarded: QuoteView | None


@dataclass(frozen=True)
class ComparisonPage:
    """The quotes side by side."""

    own: OwnRequest
    sheet: Sheet
    comparison: Comparison
    crews: dict[str, ProviderView]
    distances: dict[str, int | None]

    def quote(self, quote_id: str) -> QuoteView | None:
        """One of the compared quotes."""
        return next((one for one in self.comparison.quotes if one.id == quote_id), None)


@dataclass(frozen=True)
class CrewPage:
    """One request as an invited crew sees it; `contact` is there for the winner only."""

    request: RequestView
    invitation: InvitationView
    sheet: Sheet
    quotes: list[QuoteView]
    contact: Contact | None


@dataclass(frozen=True)
class RegionBoard:
    """What an official sees of the own regions."""

    page: Page[RequestView]
    counts: dict[str, renovations.RequestCounts]
    gaps: list[tuple[RegionCode, int, int]]
    places: dict[str, RegionPath]


@dataclass(frozen=True)
class CrewRow:
    """One invitation in a crew's list."""

    invitation: InvitationView
    request: RequestView
    place: RegionPath | None
    project: ProjectType | None


def sheet(session: Session, request: RequestView) -> Sheet:
    """The request in words. Two statements."""
    places = regions.paths(session, [request.region]) if request.region else {}
    photos = media.files_of(session, PHOTO_OWNER, [request.id]).get(request.id, [])
    table = providers.trade_table()
    return Sheet(
        project=renovations.project_types().get(request.project_type),
        place=places.get(request.region.digits) if request.region else None,
        trades=tuple(table[key] for key in request.trades if key in table),
        house=renovations.house(request),
        work=renovations.work(request),
        photos=photos,
    )


def summary(session: Session, visitor: Visitor, request_id: str) -> SummaryPage:
    """The wizard's last screen, with how many crews fit now."""
    own = renovations.get_own(session, visitor, request_id)
    view = own.view
    fit = providers.count_fitting(session, view.region, view.trades) if view.region else 0
    return SummaryPage(
        own=own,
        sheet=sheet(session, view),
        fit=fit,
        open_steps=renovations.open_steps(own),
    )


def household_page(session: Session, visitor: Visitor, request_id: str) -> HouseholdPage:
    """One of the visitor's requests. Raises RequestNotFound."""
    own = renovations.get_own(session, visitor, request_id)
    invitations = renovations.invitations_of(session, request_id)
    quotes = renovations.current_quotes(session, request_id)
    crews = providers.providers_by_ids(session, [one.provider_id for one in quotes])
    awarded = next((one for one in quotes if one.awarded_at), None)
    return HouseholdPage(own, sheet(session, own.view), invitations, quotes, crews, awarded)


def comparison(session: Session, visitor: Visitor, request_id: str) -> ComparisonPage:
    """The quotes of one of the visitor's requests. Raises RequestNotFound."""
    own = renovations.get_own(session, visitor, request_id)
    compared = renovations.compare(session, own.view)
    crews = providers.providers_by_ids(session, [one.provider_id for one in compared.quotes])
    homes = {view.region for view in crews.values()}
    place = own.view.region
    by_home = regions.distances(session, place, homes) if place and homes else {}
    distances = {key: by_home.get(view.region.digits) for key, view in crews.items()}
    return ComparisonPage(own, sheet(session, own.view), compared, crews, distances)


def crew_page(session: Session, actor: Actor, request_id: str) -> CrewPage:
    """A request the actor's crew was invited to. Raises RequestNotFound for any other."""
    request, invitation = own_invitation(session, actor, request_id)
    return CrewPage(
        request=request,
        invitation=invitation,
        sheet=sheet(session, request),
        quotes=renovations.quote_versions(session, request_id, invitation.provider_id),
        contact=renovations.contact_for_winner(session, request_id, invitation.provider_id),
    )


def crew_rows(
    session: Session, provider_id: str, states: tuple[str, ...], page: int = 1
) -> Page[CrewRow]:
    """A crew's invitations with their requests and places. Four statements."""
    found = renovations.list_invitations(session, provider_id, states, page)
    known = renovations.requests_by_ids(session, [one.request_id for one in found.items])
    places = regions.paths(session, [one.region for one in known.values() if one.region])
    types = renovations.project_types()
    rows = []
    for one in found.items:
        request = known[one.request_id]
        place = places.get(request.region.digits) if request.region else None
        rows.append(CrewRow(one, request, place, types.get(request.project_type)))
    return Page(rows, found.total, found.number)


def region_board(
    session: Session, actor: Actor, state: str, *, only_gaps: bool, page: int = 1
) -> RegionBoard:
    """Requests of the actor's regions and the townships that lack crews."""
    found = renovations.list_in_regions(
        session, actor, states=[state], only_gaps=only_gaps, enough=ENOUGH_QUOTES, page=page
    )
    gaps = renovations.gaps_by_township(session, actor, ENOUGH_QUOTES)
    codes = [one.region for one in found.items if one.region]
    return RegionBoard(
        page=found,
        counts=renovations.counts(session, [one.id for one in found.items]),
        gaps=gaps,
        places=regions.paths(session, [*codes, *(gap[0] for gap in gaps)]),
    )


def official_request(session: Session, actor: Actor, request_id: str) -> RequestView:
    """A published request of the actor's regions.

    Raises RequestNotFound, or RequestElsewhere (403) for another county's.
    """
    request = renovations.find_request(session, request_id)
    if request is None or request.state == RequestState.DRAFT or request.region is None:
        raise RequestNotFound()
    if not actor.governs(request.region):
        raise RequestElsewhere()
    return request
