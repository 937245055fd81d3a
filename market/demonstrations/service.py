"""The verbs of demonstration projects: record, hand in, decide, withdraw.

A project is changed only as a draft. It becomes public by the word of a superior of the region
that handed it in, or of the operator, never of somebody whose hands it went through.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.demonstrations import access, fitting, queries, rules
from market.demonstrations.bill import add_order, place_goods, remove_order
from market.demonstrations.cloning import clone
from market.demonstrations.errors import (
    DayAhead,
    GoodsMisused,
    NoGoods,
    NotStanding,
    NotSuperior,
    NotWaiting,
    OutsideYourRegion,
    ReasonMissing,
    TooManyPhotos,
    TownshipMissing,
    VisitThere,
)
from market.demonstrations.events import ProjectDecided, ProjectSubmitted
from market.demonstrations.loading import draft_row, governed, note
from market.demonstrations.models import (
    DemonstrationOrder,
    DemonstrationProject,
    DemonstrationVisit,
)
from market.demonstrations.types import BillLine, ProjectDraft, ProjectState, Visit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.media import queries as files
from market.media import service as media
from market.media.service import NewFile

MOST_PHOTOS = 8
__all__ = [
    "add_order",
    "add_photo",
    "approve",
    "clone",
    "place_goods",
    "record",
    "record_visit",
    "refuse",
    "remove_order",
    "remove_photo",
    "rewrite",
    "submit",
    "take_back",
    "withdraw",
]


def record(
    session: Session, actor: Actor, region: RegionCode, draft: ProjectDraft, *, now: datetime
) -> str:
    """A new draft in a township of the actor's; returns its id.

    Raises TownshipMissing, OutsideYourRegion and what `rules.check` raises.
    """
    if region.level not in ("county", "town"):
        raise TownshipMissing(field="region")
    if not actor.governs(region):
        raise OutsideYourRegion
    rules.check(draft, shanghai_date(now))
    row = DemonstrationProject(
        id=new_id(), region_code=region.digits, created_by=actor.account_id or "", created_at=now
    )
    _fill(row, draft)
    session.add(row)
    session.flush()
    note(session, actor, row, "create", now)
    return row.id


def rewrite(
    session: Session, actor: Actor, project_id: str, draft: ProjectDraft, *, now: datetime
) -> None:
    """Change the facts of a draft; the place stays.

    Raises ProjectNotFound, OutsideYourRegion, NotADraft and what `rules.check` raises.
    """
    row = draft_row(session, actor, project_id)
    rules.check(draft, shanghai_date(now))
    _fill(row, draft)
    session.flush()
    note(session, actor, row, "edit", now)


def submit(session: Session, actor: Actor, project_id: str, *, now: datetime) -> None:
    """Hand a draft in. Raises NotADraft, NoGoods without any goods on its bill, GoodsMisused."""
    row = draft_row(session, actor, project_id)
    bill = queries.bill_of(session, row.id)
    if not bill:
        raise NoGoods
    _check_uses(session, bill, now)
    row.state, row.reason = ProjectState.SUBMITTED.value, ""
    row.submitted_by, row.submitted_at = actor.account_id or "", now
    row.submitted_region = access.acts_for(actor, RegionCode(row.region_code)).digits
    session.flush()
    note(session, actor, row, "submit", now)
    publish(
        session,
        ProjectSubmitted(
            row.id, row.title_zh, row.submitted_region, row.submitted_by, now.isoformat()
        ),
    )


def take_back(session: Session, actor: Actor, project_id: str, *, now: datetime) -> None:
    """A project that waits is a draft again. Raises NotWaiting."""
    row = governed(session, actor, project_id)
    if row.state != ProjectState.SUBMITTED:
        raise NotWaiting
    row.state = ProjectState.DRAFT.value
    session.flush()
    note(session, actor, row, "take_back", now)


def approve(
    session: Session, actor: Actor, project_id: str, reason: str = "", *, now: datetime
) -> None:
    """Make it public. Raises NotWaiting, NotSuperior, and GoodsMisused where a rule came or the
    goods lost what it asks for meanwhile."""
    row = _waiting(session, actor, project_id)
    _check_uses(session, queries.bill_of(session, row.id), now)
    row.published_at = now
    _decide(session, actor, row, ProjectState.PUBLIC, "approve", reason, now)


def refuse(session: Session, actor: Actor, project_id: str, reason: str, *, now: datetime) -> None:
    """Send it back with a reason. Raises NotWaiting, NotSuperior, ReasonMissing."""
    row = _waiting(session, actor, project_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _decide(session, actor, row, ProjectState.DRAFT, "refuse", reason, now)


def withdraw(
    session: Session, actor: Actor, project_id: str, reason: str, *, now: datetime
) -> None:
    """Take it off the site for good; its orders may be shown elsewhere again.

    Raises NotStanding, ReasonMissing.
    """
    row = governed(session, actor, project_id)
    if row.state == ProjectState.WITHDRAWN:
        raise NotStanding
    if not reason.strip():
        raise ReasonMissing(field="reason")
    session.execute(
        update(DemonstrationOrder)
        .where(DemonstrationOrder.project_id == row.id)
        .values(standing=False)
    )
    _decide(session, actor, row, ProjectState.WITHDRAWN, "end", reason, now)


def add_photo(
    session: Session, actor: Actor, project_id: str, photo: NewFile, caption: str = "",
    *, now: datetime,
) -> None:  # fmt: skip
    """Add a photo that `media.store_photo` wrote to a draft. Raises NotADraft, TooManyPhotos."""
    row = draft_row(session, actor, project_id)
    known = files.files_of(session, queries.PHOTOS, [row.id]).get(row.id, [])
    if len(known) >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    media.attach(session, photo, queries.PHOTOS, row.id, now=now, caption=caption)


def remove_photo(session: Session, actor: Actor, project_id: str, file_id: str) -> None:
    """Take a photo out of a draft. Raises NotADraft, FileMissing."""
    row = draft_row(session, actor, project_id)
    media.detach(session, file_id, queries.PHOTOS, row.id)


def record_visit(
    session: Session, actor: Actor, project_id: str, visit: Visit, *, now: datetime
) -> None:
    """Note how many people came on a day, also while it is public.

    Raises NotStanding, DayAhead, VisitThere.
    """
    row = governed(session, actor, project_id)
    if row.state == ProjectState.WITHDRAWN:
        raise NotStanding
    if visit.day > shanghai_date(now):
        raise DayAhead(field="day")
    known = select(DemonstrationVisit.id).where(
        DemonstrationVisit.project_id == row.id, DemonstrationVisit.visited_on == visit.day
    )
    if session.scalar(known) is not None:
        raise VisitThere(field="day")
    session.add(
        DemonstrationVisit(
            project_id=row.id, visited_on=visit.day, people=visit.people,
            recorded_by=actor.account_id or "",
        )
    )  # fmt: skip
    session.flush()
    note(session, actor, row, "visit", now, people=visit.people, day=visit.day.isoformat())


def _check_uses(session: Session, bill: Sequence[BillLine], now: datetime) -> None:
    wrong = fitting.misused(session, bill, now)
    if wrong:
        raise GoodsMisused(count=len(wrong))


def _waiting(session: Session, actor: Actor, project_id: str) -> DemonstrationProject:
    row = governed(session, actor, project_id)
    if row.state != ProjectState.SUBMITTED:
        raise NotWaiting
    hands = {row.created_by, row.submitted_by}
    if not access.may_decide(actor, hands, RegionCode(row.submitted_region)):
        raise NotSuperior
    return row


def _decide(
    session: Session, actor: Actor, row: DemonstrationProject, state: ProjectState, verb: str,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    told = row.submitted_by
    row.state, row.reason = state.value, reason.strip()
    if verb != "end":
        row.decided_by, row.decided_at = actor.account_id or "", now
    session.flush()
    note(session, actor, row, verb, now, reason=row.reason)
    if told and told != actor.account_id:
        word = {"approve": "approved", "refuse": "refused", "end": "withdrawn"}[verb]
        publish(
            session,
            ProjectDecided(row.id, row.title_zh, told, word, row.reason, now.isoformat()),
        )


def _fill(row: DemonstrationProject, draft: ProjectDraft) -> None:
    house, energy = draft.house, draft.energy
    values: dict[str, Any] = {
        "kind": draft.kind.value, "title_zh": draft.title_zh, "title_en": draft.title_en,
        "summary_zh": draft.summary_zh, "summary_en": draft.summary_en,
        "archetype": house.archetype, "wall_mm": house.wall_mm,
        "numbers": {key: str(value) for key, value in (house.numbers or {}).items()},
        "areas": {key: str(value) for key, value in (house.areas or {}).items()},
        "work_days": draft.work_days, "finished_on": draft.finished_on,
        "labour_fen": draft.labour_fen, "energy_basis": energy.basis.value,
        "energy_before_kwh": energy.before_kwh, "energy_after_kwh": energy.after_kwh,
        "energy_source": energy.source,
    }  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
