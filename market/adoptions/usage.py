"""Records of use that officials enter; somebody above confirms them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.adoptions import access
from market.adoptions.errors import (
    NotListed,
    NotSuperior,
    NotWaiting,
    OutsideYourRegion,
    ProjectElsewhere,
    ReasonMissing,
    UnitUnknown,
    UsageNotFound,
    YearAhead,
)
from market.adoptions.events import UsageDecided, UsageWaits
from market.adoptions.loading import near
from market.adoptions.models import AdoptionEntry, AdoptionUsage
from market.adoptions.types import UsageDraft, UsageState
from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.quantity import UNITS
from market.kernel.region_code import RegionCode
from market.media import service as media
from market.media.service import NewFile

USAGE_EVIDENCE = "adoption_usage"


def record_usage(
    session: Session, actor: Actor, entry_id: str, draft: UsageDraft, evidence: NewFile, *,
    now: datetime,
) -> str:  # fmt: skip
    """Enter a project that used the product, in the list's province and the own regions.

    Raises AdoptionNotFound, OutsideYourRegion, NotListed, ProjectElsewhere, YearAhead,
    UnitUnknown.
    """
    row = near(session, actor, entry_id)
    if row.public_at is None:
        raise NotListed
    if not RegionCode(row.province).contains(draft.region) or not actor.governs(draft.region):
        raise ProjectElsewhere(field="region")
    if draft.year > shanghai_date(now).year:
        raise YearAhead(field="year")
    if draft.unit not in UNITS:
        raise UnitUnknown(field="unit")
    usage = AdoptionUsage(
        id=new_id(), entry_id=row.id, project_name=draft.project_name.strip(),
        region_code=draft.region.digits, year=draft.year, quantity=draft.quantity,
        unit=draft.unit, evidence_file_id=evidence.id, entered_by=actor.account_id or "",
        entered_name=actor.display_name, entered_at=now,
        entered_region=access.acts_for(actor, draft.region).digits,
    )  # fmt: skip
    session.add(usage)
    session.flush()
    media.attach(session, evidence, USAGE_EVIDENCE, usage.id, now=now)
    _note(session, actor, row, usage, "use", now)
    publish(
        session,
        UsageWaits(
            row.id, usage.id, usage.project_name, usage.entered_region, usage.entered_by
        ),
    )  # fmt: skip
    return usage.id


def approve_usage(
    session: Session, actor: Actor, entry_id: str, usage_id: str, reason: str = "", *,
    now: datetime,
) -> None:  # fmt: skip
    """Confirm a record, which is public from now on. Raises UsageNotFound, OutsideYourRegion,
    NotWaiting, NotSuperior."""
    _decide(session, actor, entry_id, usage_id, UsageState.APPROVED, reason, now)


def refuse_usage(
    session: Session, actor: Actor, entry_id: str, usage_id: str, reason: str, *, now: datetime
) -> None:
    """Refuse it. Raises the same and ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    _decide(session, actor, entry_id, usage_id, UsageState.REFUSED, reason, now)


def end_usage(
    session: Session, actor: Actor, entry_id: str, usage_id: str, reason: str, *, now: datetime
) -> None:
    """Take a confirmed record away that proved wrong. Raises ReasonMissing, NotListed."""
    row, usage = _usage(session, actor, entry_id, usage_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if usage.state != UsageState.APPROVED:
        raise NotWaiting
    _need_superior(actor, usage)
    usage.state, usage.reason = UsageState.ENDED.value, reason.strip()
    _note(session, actor, row, usage, "end_use", now)


def _decide(
    session: Session, actor: Actor, entry_id: str, usage_id: str, state: UsageState, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    row, usage = _usage(session, actor, entry_id, usage_id)
    if usage.state != UsageState.SUBMITTED:
        raise NotWaiting
    _need_superior(actor, usage)
    usage.state, usage.reason = state.value, reason.strip()
    usage.decided_by, usage.decided_name = actor.account_id or "", actor.display_name
    usage.decided_at = now
    verb = "approve_use" if state is UsageState.APPROVED else "refuse_use"
    _note(session, actor, row, usage, verb, now)
    publish(
        session,
        UsageDecided(
            row.id, usage.id, usage.project_name, usage.entered_by,
            state is UsageState.APPROVED, usage.reason,
        ),
    )  # fmt: skip


def _need_superior(actor: Actor, usage: AdoptionUsage) -> None:
    same = actor.account_id == usage.entered_by
    if same or not access.is_superior(actor, RegionCode(usage.entered_region)):
        raise NotSuperior


def _usage(
    session: Session, actor: Actor, entry_id: str, usage_id: str
) -> tuple[AdoptionEntry, AdoptionUsage]:
    row = near(session, actor, entry_id)
    usage = session.get(AdoptionUsage, usage_id, with_for_update=True, populate_existing=True)
    if usage is None or usage.entry_id != row.id:
        raise UsageNotFound
    if not actor.governs(RegionCode(usage.region_code)):
        raise OutsideYourRegion
    return row, usage


def _note(
    session: Session, actor: Actor, row: AdoptionEntry, usage: AdoptionUsage, verb: str,
    now: datetime,
) -> None:  # fmt: skip
    row.updated_at, row.revision = max(now, row.updated_at), row.revision + 1
    session.flush()
    after: dict[str, Any] = {"name": usage.project_name, "state": usage.state}
    if usage.reason:
        after["reason"] = usage.reason
    audit.record(
        session, actor, f"adoption.{verb}", "adoption", row.id, now=now, after=after,
        region=usage.region_code,
    )  # fmt: skip
