"""The verbs of providers: apply, keep the file, carry jobs and ratings."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts.types import Role
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.providers import access, queries, routes
from market.providers.errors import (
    AlreadyMember,
    ApplicationIncomplete,
    AreaAlreadyCovered,
    CapacityOutOfRange,
    CertificateNumberTaken,
    ProviderNotFound,
    ProviderStateForbids,
    TooManyAreas,
    TooManyEntries,
    UnknownArea,
    UnknownDocumentKind,
    UnknownTrade,
)
from market.providers.events import ProviderSubmitted
from market.providers.models import (
    Craftsman,
    Provider,
    ProviderArea,
    ProviderDocument,
    ProviderRating,
    ProviderTrade,
)
from market.providers.review import decide
from market.providers.rules import CAPACITY, MAX_AREAS, MAX_ENTRIES, widest
from market.providers.states import EDITABLE, SUBMITTABLE
from market.providers.trades import trades
from market.providers.types import (
    DOCUMENT_LABELS,
    DOCUMENT_OWNER,
    ProviderApplication,
    ProviderChange,
    ProviderState,
)
from market.regions import queries as regions

__all__ = [
    "add_areas",
    "add_craftsman",
    "add_document",
    "apply",
    "change",
    "correct",
    "decide",
    "end_job",
    "note_turns",
    "rate",
    "remove_area",
    "remove_craftsman",
    "remove_document",
    "start_job",
    "submit",
]


def apply(
    session: Session, actor: Actor, application: ProviderApplication, *, now: datetime
) -> str:
    """Open a file for a crew, owned by the actor; returns its id.

    Raises AlreadyMember, UnknownTrade, UnknownArea, CapacityOutOfRange.
    """
    if actor.provider_ids or actor.account_id is None:
        raise AlreadyMember()
    _check_application(session, application)
    provider = Provider(
        name=application.name,
        contact_name=application.contact_name,
        contact_phone=application.contact_phone,
        region=application.region,
        introduction=application.introduction,
        weekly_capacity=application.weekly_capacity,
        created_by=actor.account_id,
        created_at=now,
    )
    session.add(provider)
    session.flush()
    _set_trades(session, provider, application.trades)
    accounts.grant_role(session, actor.account_id, Role.PROVIDER, scope=provider.id)
    return provider.id


def correct(
    session: Session, actor: Actor, provider_id: str, application: ProviderApplication
) -> None:
    """Change name, place and trades too; only while not approved. Raises ProviderStateForbids."""
    provider = _own(session, actor, provider_id)
    if provider.state not in EDITABLE:
        raise ProviderStateForbids()
    _check_application(session, application)
    provider.name = application.name
    provider.region = application.region
    _change(provider, application)
    _set_trades(session, provider, application.trades)


def change(session: Session, actor: Actor, provider_id: str, changes: ProviderChange) -> None:
    """Change contact, capacity and introduction, at any time. Raises CapacityOutOfRange."""
    provider = _own(session, actor, provider_id)
    _check_capacity(changes.weekly_capacity)
    _change(provider, changes)
    routes.restate(session, provider)


def submit(session: Session, actor: Actor, provider_id: str, *, now: datetime) -> None:
    """Hand the file to the officials. Raises ApplicationIncomplete, ProviderStateForbids."""
    provider = _own(session, actor, provider_id)
    if provider.state not in SUBMITTABLE:
        raise ProviderStateForbids()
    open_items = [
        i for i in queries.own_file(session, actor, provider_id).checklist if not i.is_done
    ]
    if open_items:
        raise ApplicationIncomplete(count=len(open_items))
    provider.state = ProviderState.SUBMITTED
    provider.submitted_at = now
    session.flush()
    publish(session, ProviderSubmitted(provider.id, provider.name, provider.region))


def add_areas(
    session: Session, actor: Actor, provider_id: str, codes: Iterable[RegionCode]
) -> None:
    """Work in these regions too; those inside a wider one are folded into it.

    Raises UnknownArea, AreaAlreadyCovered (nothing new), TooManyAreas.
    """
    provider = _own(session, actor, provider_id)
    wanted = list(codes)
    _check_regions(session, wanted)
    present = routes.areas_of(session, [provider.id]).get(provider.id, ())
    merged = widest([*present, *wanted])
    if merged == sorted(present):
        raise AreaAlreadyCovered(field="codes")
    if len(merged) > MAX_AREAS:
        raise TooManyAreas(field="codes", limit=MAX_AREAS)
    session.execute(delete(ProviderArea).where(ProviderArea.provider_id == provider.id))
    session.add_all(ProviderArea(provider_id=provider.id, region=code.digits) for code in merged)
    routes.rebuild(session, provider)


def remove_area(session: Session, actor: Actor, provider_id: str, code: RegionCode) -> None:
    """No longer work there; removing twice is harmless."""
    provider = _own(session, actor, provider_id)
    session.execute(
        delete(ProviderArea).where(
            ProviderArea.provider_id == provider.id, ProviderArea.region == code.digits
        )
    )
    routes.rebuild(session, provider)


def add_craftsman(
    session: Session,
    actor: Actor,
    provider_id: str,
    *,
    name: str,
    trade: str,
    certificate_number: str,
    now: datetime,
) -> None:
    """Put a person on the roster. Raises UnknownTrade, CertificateNumberTaken, TooManyEntries."""
    provider = _own(session, actor, provider_id)
    if trade not in trades():
        raise UnknownTrade(field="trade")
    _check_room(session, Craftsman, provider.id)
    number = certificate_number.upper()
    taken = select(Craftsman.id).where(
        Craftsman.provider_id == provider.id, Craftsman.certificate_number == number
    )
    if session.scalar(taken) is not None:
        raise CertificateNumberTaken(field="certificate_number")
    session.add(
        Craftsman(
            provider_id=provider.id,
            name=name,
            trade=trade,
            certificate_number=number,
            created_at=now,
        )
    )
    session.flush()


def remove_craftsman(session: Session, actor: Actor, provider_id: str, craftsman_id: str) -> None:
    """Take a person off the roster; removing twice is harmless."""
    provider = _own(session, actor, provider_id)
    session.execute(
        delete(Craftsman).where(Craftsman.id == craftsman_id, Craftsman.provider_id == provider.id)
    )


def add_document(
    session: Session,
    actor: Actor,
    provider_id: str,
    file: media.NewFile,
    *,
    kind: str,
    now: datetime,
) -> None:
    """File a proof document that media has stored. Raises TooManyEntries, UnknownDocumentKind."""
    provider = _own(session, actor, provider_id)
    if kind not in DOCUMENT_LABELS:
        raise UnknownDocumentKind(field="kind")
    _check_room(session, ProviderDocument, provider.id)
    media.attach(session, file, DOCUMENT_OWNER, provider.id, now=now)
    session.add(
        ProviderDocument(
            provider_id=provider.id,
            kind=kind,
            file_id=file.id,
            filename=file.original_name[:200],
            uploaded_at=now,
        )
    )
    session.flush()


def remove_document(session: Session, actor: Actor, provider_id: str, document_id: str) -> None:
    """Take a document out while the file is not approved. Raises ProviderStateForbids."""
    provider = _own(session, actor, provider_id)
    if provider.state not in EDITABLE:
        raise ProviderStateForbids()
    document = session.get(ProviderDocument, document_id)
    if document is None or document.provider_id != provider.id:
        return
    file_id = document.file_id
    session.delete(document)
    session.flush()
    media.detach(session, file_id, DOCUMENT_OWNER, provider.id)


def start_job(session: Session, provider_id: str) -> None:
    """One more open job counts against the crew's capacity."""
    _count_job(session, provider_id, +1)


def end_job(session: Session, provider_id: str) -> None:
    """A job is over; its place is free again."""
    _count_job(session, provider_id, -1)


def rate(session: Session, provider_id: str, job_key: str, score: int, *, now: datetime) -> bool:
    """Keep a household's 1–5 stars for a finished job; a second one for the job changes nothing."""
    if session.scalar(select(ProviderRating.id).where(ProviderRating.job_key == job_key)):
        return False
    session.add(ProviderRating(provider_id=provider_id, job_key=job_key, score=score, rated_at=now))
    session.execute(
        update(Provider)
        .where(Provider.id == provider_id)
        .values(rating_sum=Provider.rating_sum + score, rating_count=Provider.rating_count + 1)
        .execution_options(synchronize_session=False)
    )
    _restate_fresh(session, provider_id)
    return True


def note_turns(session: Session, provider_ids: Collection[str], *, now: datetime) -> None:
    """These crews were invited: among equals they now come last."""
    routes.note_turns(session, provider_ids, int(now.timestamp()))


def _own(session: Session, actor: Actor, provider_id: str) -> Provider:
    provider = session.get(Provider, provider_id)
    if provider is None or not access.may_manage(actor, provider_id):
        raise ProviderNotFound()
    return provider


def _change(provider: Provider, changes: ProviderChange | ProviderApplication) -> None:
    provider.contact_name = changes.contact_name
    provider.contact_phone = changes.contact_phone
    provider.weekly_capacity = changes.weekly_capacity
    provider.introduction = changes.introduction


def _check_application(session: Session, application: ProviderApplication) -> None:
    if not application.trades or any(key not in trades() for key in application.trades):
        raise UnknownTrade(field="trades")
    _check_capacity(application.weekly_capacity)
    try:
        region = RegionCode(application.region)
    except ValueError:
        raise UnknownArea(field="region") from None
    if not region.digits or regions.find(session, region) is None:
        raise UnknownArea(field="region")


def _check_capacity(capacity: int) -> None:
    low, high = CAPACITY
    if not low <= capacity <= high:
        raise CapacityOutOfRange(field="weekly_capacity", low=low, high=high)


def _check_regions(session: Session, codes: list[RegionCode]) -> None:
    if not codes:
        raise UnknownArea(field="codes")
    for code in codes[: MAX_AREAS + 1]:
        if code.digits and regions.find(session, code) is None:
            raise UnknownArea(field="codes")


def _check_room(
    session: Session, model: type[Craftsman] | type[ProviderDocument], provider_id: str
) -> None:
    number = session.scalar(
        select(func.count()).select_from(model).where(model.provider_id == provider_id)
    )
    if (number or 0) >= MAX_ENTRIES:
        raise TooManyEntries(limit=MAX_ENTRIES)


def _set_trades(session: Session, provider: Provider, keys: Iterable[str]) -> None:
    session.execute(delete(ProviderTrade).where(ProviderTrade.provider_id == provider.id))
    session.add_all(
        ProviderTrade(provider_id=provider.id, trade=key) for key in dict.fromkeys(keys)
    )
    routes.rebuild(session, provider)


def _count_job(session: Session, provider_id: str, by: int) -> None:
    session.execute(
        update(Provider)
        .where(Provider.id == provider_id, Provider.open_jobs + by >= 0)
        .values(open_jobs=Provider.open_jobs + by)
        .execution_options(synchronize_session=False)
    )
    _restate_fresh(session, provider_id)


def _restate_fresh(session: Session, provider_id: str) -> None:
    provider = session.get(Provider, provider_id, populate_existing=True)
    if provider is not None:
        routes.restate(session, provider)
