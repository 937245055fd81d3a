"""Requests of the own regions, and where crews are missing."""

from flask import request

from market.db.session import reading
from market.matching import provider_views as _crew_pages  # noqa: F401 (same blueprint)
from market.matching import queries
from market.matching.types import ENOUGH_QUOTES
from market.matching.views import blueprint
from market.providers import queries as providers
from market.renovations import queries as renovations
from market.renovations.types import (
    CLOSE_REASONS,
    INVITATION_LABELS,
    REQUEST_LABELS,
    RequestState,
)
from market.web import context
from market.web.access import STAFF, policy
from market.web.paging import page_number
from market.web.templating import render

SHOWN = tuple(state for state in RequestState if state != RequestState.DRAFT)


@blueprint.get("/official/requests")
@policy(STAFF)
def list_region_requests() -> str:
    """Requests of the own regions, with the townships that lack crews."""
    state, gaps_only, number = _asked()
    with reading() as session:
        board = queries.region_board(
            session, context.actor(), state, only_gaps=gaps_only, page=number
        )
    return render(
        "matching/list_region_requests.html",
        board=board,
        page=board.page,
        state=state,
        gaps_only=gaps_only,
        states={key: REQUEST_LABELS[key] for key in SHOWN},
        projects=renovations.project_types(),
        enough=ENOUGH_QUOTES,
    )


def _asked() -> tuple[str, bool, int]:
    state = request.args.get("state", RequestState.LIVE)
    return (
        state if state in SHOWN else RequestState.LIVE,
        request.args.get("gaps") == "1",
        page_number(),
    )


@blueprint.get("/official/requests/<request_id>")
@policy(STAFF)
def show_region_request(request_id: str) -> str:
    """One request: who was asked and what came of it; no personal data."""
    with reading() as session:
        found = queries.official_request(session, context.actor(), request_id)
        sheet = queries.sheet(session, found)
        invitations = renovations.invitations_of(session, request_id)
        names = providers.names(session, [one.provider_id for one in invitations])
        counts = renovations.counts(session, [request_id])[request_id]
    return render(
        "matching/show_region_request.html",
        request_view=found,
        sheet=sheet,
        invitations=invitations,
        names=names,
        counts=counts,
        states=REQUEST_LABELS,
        invitation_states=INVITATION_LABELS,
        close_reasons=CLOSE_REASONS,
        enough=ENOUGH_QUOTES,
    )
