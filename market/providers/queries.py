"""Reads of providers. Each function uses a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.providers import access
from market.providers.errors import OtherRegion, ProviderNotFound
from market.providers.models import (
    Craftsman,
    Provider,
    ProviderDecision,
    ProviderDocument,
    ProviderRoute,
    ProviderTrade,
)
from market.providers.routes import areas_of, candidates, count_fitting
from market.providers.rules import checklist, rating
from market.providers.trades import named, trades
from market.providers.types import (
    CraftsmanView,
    Decision,
    DocumentView,
    ProviderFile,
    ProviderState,
    ProviderView,
    QueueRow,
    Trade,
)

__all__ = [
    "candidates",
    "count_fitting",
    "decisions",
    "find_provider",
    "get_document",
    "get_file",
    "get_provider",
    "list_for_review",
    "list_in_region",
    "names",
    "own_file",
    "providers_by_ids",
    "trade_table",
    "waiting",
]


def trade_table() -> dict[str, Trade]:
    """All trades by key."""
    return trades()


def get_provider(session: Session, provider_id: str) -> ProviderView:
    """The public face of an approved crew. Raises ProviderNotFound for all others."""
    view = find_provider(session, provider_id)
    if view is None or not view.is_approved:
        raise ProviderNotFound()
    return view


def find_provider(session: Session, provider_id: str) -> ProviderView | None:
    """A crew in any state, or None."""
    return providers_by_ids(session, [provider_id]).get(provider_id)


def providers_by_ids(session: Session, provider_ids: Collection[str]) -> dict[str, ProviderView]:
    """Crews in any state by id. Four statements."""
    if not provider_ids:
        return {}
    rows = session.scalars(select(Provider).where(Provider.id.in_(provider_ids))).all()
    return {view.id: view for view in _views(session, rows)}


def names(session: Session, provider_ids: Collection[str]) -> dict[str, str]:
    """Names of crews by id. One statement."""
    if not provider_ids:
        return {}
    rows = session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(provider_ids)))
    return {row.id: row.name for row in rows}


def list_in_region(
    session: Session, region: RegionCode, trade: str | None = None, page: int = 1
) -> Page[ProviderView]:
    """Approved crews that work in `region`: nearest area first, then rating, then room."""
    wanted: list[ColumnElement[bool]] = [ProviderRoute.region.in_(region.prefixes)]
    if trade:
        wanted.append(ProviderRoute.trade == trade)
    matched = (
        select(
            ProviderRoute.provider_id.label("id"),
            func.max(func.length(ProviderRoute.region)).label("depth"),
            func.max(ProviderRoute.rating).label("rating"),
            func.max(ProviderRoute.free).label("free"),
        )
        .where(*wanted)
        .group_by(ProviderRoute.provider_id)
        .subquery()
    )
    total = session.scalar(select(func.count()).select_from(matched)) or 0
    ids = session.scalars(
        select(matched.c.id)
        .order_by(
            matched.c.depth.desc(), matched.c.rating.desc(), matched.c.free.desc(), matched.c.id
        )
        .limit(PAGE_SIZE)
        .offset(offset(page))
    ).all()
    views = providers_by_ids(session, ids)
    return Page([views[key] for key in ids], total, max(1, page))


def list_for_review(
    session: Session, actor: Actor, states: Iterable[str], page: int = 1
) -> Page[QueueRow]:
    """Applications in the actor's own regions, longest waiting first."""
    chosen = _reviewable(actor).where(Provider.state.in_(list(states)))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.order_by(Provider.submitted_at, Provider.id).limit(PAGE_SIZE).offset(offset(page))
    ).all()
    known = _trades_of(session, [row.id for row in rows])
    items = [
        QueueRow(
            id=row.id,
            name=row.name,
            region=RegionCode(row.region),
            state=row.state,
            submitted_at=row.submitted_at,
            trades=known.get(row.id, ()),
        )
        for row in rows
    ]
    return Page(items, total, max(1, page))


def count_waiting(session: Session, actor: Actor) -> int:
    """How many applications wait for this actor."""
    chosen = _reviewable(actor).where(Provider.state == ProviderState.SUBMITTED)
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def waiting(session: Session, actor: Actor, before: datetime) -> Backlog:
    """Applications of the actor's regions that wait for a reviewer; late since `before`."""
    mine = _reviewable(actor).where(Provider.state == ProviderState.SUBMITTED)
    return backlog(
        session, Provider.submitted_at, before,
        Provider.id.in_(mine.with_only_columns(Provider.id)),
    )  # fmt: skip


def decisions(session: Session) -> dict[tuple[str, str], int]:
    """How often each (provider, verdict) was decided."""
    log = ProviderDecision
    query = select(log.provider_id, log.verdict, func.count()).group_by(
        log.provider_id, log.verdict
    )
    return {(key, verdict): count for key, verdict, count in session.execute(query)}


def get_file(session: Session, actor: Actor, provider_id: str) -> ProviderFile:
    """Everything on one application, for the official in charge.

    Raises ProviderNotFound, or OtherRegion when it lies outside the actor's regions.
    """
    provider = session.get(Provider, provider_id)
    if provider is None or provider.state == ProviderState.DRAFT:
        raise ProviderNotFound()
    if not access.may_review(actor, RegionCode(provider.region)):
        raise OtherRegion()
    return _file(session, provider)


def own_file(session: Session, actor: Actor, provider_id: str) -> ProviderFile:
    """Everything on the actor's own crew. Raises ProviderNotFound for anyone else's."""
    provider = session.get(Provider, provider_id)
    if provider is None or not access.may_manage(actor, provider_id):
        raise ProviderNotFound()
    return _file(session, provider)


def get_document(session: Session, actor: Actor, document_id: str) -> tuple[DocumentView, str]:
    """A proof document and the crew's id, for its members and the official in charge."""
    document = session.get(ProviderDocument, document_id)
    provider = session.get(Provider, document.provider_id) if document else None
    if document is None or provider is None:
        raise ProviderNotFound()
    if not access.may_manage(actor, provider.id):
        if not (actor.is_official or actor.is_operator):
            raise ProviderNotFound()
        if not access.may_review(actor, RegionCode(provider.region)):
            raise OtherRegion()
    return _document(document), provider.id


def _reviewable(actor: Actor) -> Select[Provider]:
    chosen = select(Provider).where(Provider.state != ProviderState.DRAFT)
    return chosen.where(governed_by(actor, Provider.region))


def _views(session: Session, rows: Sequence[Provider]) -> list[ProviderView]:
    ids = [row.id for row in rows]
    areas = areas_of(session, ids)
    known = _trades_of(session, ids)
    counted = session.execute(
        select(Craftsman.provider_id, func.count())
        .where(Craftsman.provider_id.in_(ids))
        .group_by(Craftsman.provider_id)
    )
    craftsmen = {row[0]: row[1] for row in counted}
    return [
        ProviderView(
            id=row.id,
            name=row.name,
            region=RegionCode(row.region),
            state=row.state,
            introduction=row.introduction,
            weekly_capacity=row.weekly_capacity,
            open_jobs=row.open_jobs,
            rating=rating(row.rating_sum, row.rating_count),
            trades=known.get(row.id, ()),
            areas=areas.get(row.id, ()),
            craftsmen=craftsmen.get(row.id, 0),
            approved_at=row.approved_at,
        )
        for row in rows
    ]


def _trades_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[Trade, ...]]:
    keys: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(ProviderTrade.provider_id, ProviderTrade.trade).where(
            ProviderTrade.provider_id.in_(ids)
        )
    )
    for provider_id, trade in rows:
        keys[provider_id].append(trade)
    return {provider_id: named(values) for provider_id, values in keys.items()}


def _document(document: ProviderDocument) -> DocumentView:
    return DocumentView(
        document.id, document.kind, document.file_id, document.filename, document.uploaded_at
    )


def _file(session: Session, provider: Provider) -> ProviderFile:
    view = _views(session, [provider])[0]
    roster = session.scalars(
        select(Craftsman).where(Craftsman.provider_id == provider.id).order_by(Craftsman.id)
    ).all()
    documents = session.scalars(
        select(ProviderDocument)
        .where(ProviderDocument.provider_id == provider.id)
        .order_by(ProviderDocument.id)
    ).all()
    decisions = session.scalars(
        select(ProviderDecision)
        .where(ProviderDecision.provider_id == provider.id)
        .order_by(ProviderDecision.decided_at.desc(), ProviderDecision.id.desc())
    ).all()
    return ProviderFile(
        view=view,
        contact_name=provider.contact_name,
        contact_phone=provider.contact_phone,
        reason=provider.reason,
        submitted_at=provider.submitted_at,
        created_at=provider.created_at,
        roster=tuple(
            CraftsmanView(row.id, row.name, trades()[row.trade], row.certificate_number)
            for row in roster
        ),
        documents=tuple(_document(row) for row in documents),
        decisions=tuple(Decision(row.verdict, row.reason, row.decided_at) for row in decisions),
        checklist=checklist(
            trades=len(view.trades),
            areas=len(view.areas),
            craftsmen=len(roster),
            document_kinds=[row.kind for row in documents],
            has_contact=bool(provider.contact_name and provider.contact_phone),
        ),
    )
