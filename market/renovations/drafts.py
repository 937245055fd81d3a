"""Drafts: one answer at a time, kept for guests too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.kernel.clock import shanghai_date
from market.kernel.ids import new_code
from market.kernel.region_code import RegionCode
from market.media import queries as media
from market.media import service as media_service
from market.providers import queries as providers
from market.regions import queries as regions
from market.regions.errors import UnknownRegion
from market.renovations import access, plans, projects
from market.renovations.errors import (
    BudgetReversed,
    ContactInText,
    DateInThePast,
    DatesReversed,
    RequestNotFound,
    RequestStateForbids,
    TooManyPhotos,
    TownshipNeeded,
    UnknownChoice,
)
from market.renovations.facts import BY_KEY
from market.renovations.models import RenovationRequest, RequestContact
from market.renovations.rules import MAX_PHOTOS, has_contact
from market.renovations.types import (
    CONTRACT_MODES,
    PHOTO_OWNER,
    UNKNOWN,
    Contact,
    RequestPlan,
    RequestState,
    Visitor,
)

PLAN_MODE = "platform"


@dataclass(frozen=True)
class Budget:
    """A range in fen; both None when the household does not know."""

    low_fen: int | None
    high_fen: int | None


@dataclass(frozen=True)
class Window:
    """When the work may happen; both None when the household is flexible."""

    starts_on: date | None
    ends_on: date | None


def start(session: Session, visitor: Visitor, *, now: datetime, bundle: str | None = None) -> str:
    """A new draft of the account, or of the cookie's bearer; returns its id.

    A known bundle presets the project type.
    """
    known = bundle if bundle in projects.project_types() else None
    request = RenovationRequest(
        number=new_code(8),
        household_id=visitor.actor.account_id,
        draft_digest=None if visitor.actor.account_id else access.digest(visitor.draft_secret),
        created_at=now,
        updated_at=now,
    )
    session.add(request)
    session.flush()
    if known:
        _take_project(request, known)
        session.flush()
    return request.id


def start_from_plan(
    session: Session,
    visitor: Visitor,
    plan: RequestPlan,
    *,
    facts: Mapping[str, Any],
    scope: str,
    region: RegionCode | None,
    now: datetime,
) -> str:
    """A new draft that asks a crew to build a plan; returns its id.

    What the plan says is answered already and can be changed: kind of work, trades, measures,
    scope and that the goods are bought here. The bill of materials cannot.
    """
    request_id = start(session, visitor, now=now, bundle=plan.slug)
    request = own_draft(session, visitor, request_id)
    request.plan = plans.encode(plan)
    request.facts = {key: value for key, value in facts.items() if key in BY_KEY}
    request.scope = scope
    request.contract_mode = PLAN_MODE
    answered = ["scope", "contract", *request.facts]
    if request.project_type:
        request.trades = list(projects.derive_trades(request.project_type, request.facts))
        answered += ["project", "trades"]
    request.done_steps = answered
    session.flush()
    if region is not None:
        try:
            suggest_place(session, visitor, request_id, region)
        except UnknownRegion:
            pass  # not a township: the question stays open
        else:
            _done(request, "place", now)
    session.flush()
    return request_id


def claim(session: Session, visitor: Visitor) -> int:
    """Give the cookie's drafts to the account that signed in; returns how many."""
    if not visitor.actor.account_id or not visitor.draft_secret:
        return 0
    taken: Any = session.execute(
        update(RenovationRequest)
        .where(
            RenovationRequest.draft_digest == access.digest(visitor.draft_secret),
            RenovationRequest.household_id.is_(None),
        )
        .values(household_id=visitor.actor.account_id, draft_digest=None)
    )
    return int(taken.rowcount)


def discard(session: Session, visitor: Visitor, request_id: str) -> None:
    """Throw a draft away with its personal data. Raises RequestNotFound, RequestStateForbids."""
    request = own_draft(session, visitor, request_id)
    contact = session.get(RequestContact, request_id)
    if contact is not None:
        session.delete(contact)
        session.flush()
    for photo in media.files_of(session, PHOTO_OWNER, [request_id]).get(request_id, []):
        media_service.detach(session, photo.id, PHOTO_OWNER, request_id)
    session.delete(request)
    session.flush()


def answer_photos(
    session: Session,
    visitor: Visitor,
    request_id: str,
    photos: Sequence[media_service.NewFile],
    *,
    now: datetime,
) -> None:
    """Add photos of the house that media has stored; none is an answer too.

    Raises TooManyPhotos.
    """
    request = own_draft(session, visitor, request_id)
    present = media.files_of(session, PHOTO_OWNER, [request_id]).get(request_id, [])
    if len(present) + len(photos) > MAX_PHOTOS:
        raise TooManyPhotos(field="photos", limit=MAX_PHOTOS)
    for photo in photos:
        media_service.attach(session, photo, PHOTO_OWNER, request_id, now=now)
    _done(request, "photos", now)


def remove_photo(session: Session, visitor: Visitor, request_id: str, photo_id: str) -> None:
    """Take a photo out of a draft."""
    own_draft(session, visitor, request_id)
    media_service.detach(session, photo_id, PHOTO_OWNER, request_id)


def answer_project(
    session: Session, visitor: Visitor, request_id: str, key: str, *, now: datetime
) -> None:
    """What should be done; presets the trades. Raises UnknownChoice."""
    request = own_draft(session, visitor, request_id)
    if key not in projects.project_types():
        raise UnknownChoice(field="project")
    _take_project(request, key)
    _done(request, "project", now)


def answer_fact(
    session: Session, visitor: Visitor, request_id: str, key: str, value: Any, *, now: datetime
) -> None:
    """One answer about the house; `unknown` is always allowed. Raises UnknownChoice."""
    request = own_draft(session, visitor, request_id)
    fact = BY_KEY[key]
    if value != UNKNOWN and fact.kind == "choice" and value not in dict(fact.choices):
        raise UnknownChoice(field="value")
    request.facts = {**request.facts, key: value}
    if "trades" not in request.done_steps:
        request.trades = list(projects.derive_trades(request.project_type, request.facts))
    _done(request, key, now)


def answer_trades(
    session: Session, visitor: Visitor, request_id: str, keys: list[str], *, now: datetime
) -> None:
    """Which trades are needed. Raises UnknownChoice for none or an unknown one."""
    request = own_draft(session, visitor, request_id)
    known = providers.trade_table()
    if not keys or any(key not in known for key in keys):
        raise UnknownChoice(field="trades")
    request.trades = [key for key in known if key in keys]
    _done(request, "trades", now)


def answer_scope(
    session: Session, visitor: Visitor, request_id: str, text: str, *, now: datetime
) -> None:
    """Where and how much, in words. Raises ContactInText."""
    request = own_draft(session, visitor, request_id)
    if has_contact(text):
        raise ContactInText(field="scope")
    request.scope = text
    _done(request, "scope", now)


def answer_contract(
    session: Session, visitor: Visitor, request_id: str, mode: str, *, now: datetime
) -> None:
    """Who supplies what. Raises UnknownChoice."""
    request = own_draft(session, visitor, request_id)
    if mode not in CONTRACT_MODES:
        raise UnknownChoice(field="contract")
    request.contract_mode = mode
    _done(request, "contract", now)


def answer_budget(
    session: Session, visitor: Visitor, request_id: str, budget: Budget, *, now: datetime
) -> None:
    """A range, or unknown. Raises BudgetReversed."""
    request = own_draft(session, visitor, request_id)
    low, high = budget.low_fen, budget.high_fen
    if low is not None and high is not None and high < low:
        raise BudgetReversed(field="high")
    request.budget_low_fen, request.budget_high_fen = low, high
    _done(request, "budget", now)


def answer_dates(
    session: Session, visitor: Visitor, request_id: str, window: Window, *, now: datetime
) -> None:
    """When, or flexible. Raises DateInThePast, DatesReversed."""
    request = own_draft(session, visitor, request_id)
    if window.starts_on is not None and window.starts_on < shanghai_date(now):
        raise DateInThePast(field="starts_on")
    if window.starts_on and window.ends_on and window.ends_on < window.starts_on:
        raise DatesReversed(field="ends_on")
    if window.ends_on is not None and window.ends_on < shanghai_date(now):
        raise DateInThePast(field="ends_on")
    request.starts_on, request.ends_on = window.starts_on, window.ends_on
    _done(request, "dates", now)


def answer_place(
    session: Session, visitor: Visitor, request_id: str, region: RegionCode, *, now: datetime
) -> None:
    """The township. Raises TownshipNeeded for anything above it (unless it has none below)."""
    request = own_draft(session, visitor, request_id)
    try:
        regions.get_deliverable(session, region)
    except UnknownRegion:
        raise TownshipNeeded(field="region") from None
    request.region = region.digits
    _done(request, "place", now)


def suggest_place(session: Session, visitor: Visitor, request_id: str, region: RegionCode) -> None:
    """Preset the township the visitor chose for the site; the question is still asked."""
    request = own_draft(session, visitor, request_id)
    request.region = regions.get_deliverable(session, region).code
    session.flush()


def answer_contact(
    session: Session, visitor: Visitor, request_id: str, contact: Contact, *, now: datetime
) -> None:
    """Personal data, kept apart from everything crews can read."""
    request = own_draft(session, visitor, request_id)
    row = session.get(RequestContact, request_id)
    if row is None:
        row = RequestContact(request_id=request_id, name="", phone="", door="")
        session.add(row)
    row.name, row.phone, row.door = contact.name, contact.phone, contact.door
    _done(request, "contact", now)


def own_draft(session: Session, visitor: Visitor, request_id: str) -> RenovationRequest:
    """The visitor's draft. Raises RequestNotFound, RequestStateForbids once published."""
    request = session.scalar(
        select(RenovationRequest).where(RenovationRequest.id == request_id).with_for_update()
    )
    if request is None or not access.owns(visitor, request.household_id, request.draft_digest):
        raise RequestNotFound()
    if request.state != RequestState.DRAFT:
        raise RequestStateForbids()
    return request


def _take_project(request: RenovationRequest, key: str) -> None:
    kind = projects.project_types()[key]
    changed = request.project_type != key
    request.project_type, request.bundle = key, kind.bundle
    if changed:
        request.trades = list(projects.derive_trades(key, request.facts))
        request.done_steps = [step for step in request.done_steps if step != "trades"]


def _done(request: RenovationRequest, step: str, now: datetime) -> None:
    if step not in request.done_steps:
        request.done_steps = [*request.done_steps, step]
    request.updated_at = now
