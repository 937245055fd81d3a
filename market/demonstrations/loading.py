"""The row of a project, locked for whoever may change it, and its trail."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.demonstrations.errors import NotADraft, OutsideYourRegion, ProjectNotFound
from market.demonstrations.models import DemonstrationProject
from market.demonstrations.types import ProjectState
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def governed(session: Session, actor: Actor, project_id: str) -> DemonstrationProject:
    """A project of the actor's subtree. Raises ProjectNotFound, OutsideYourRegion."""
    row = session.get(
        DemonstrationProject, project_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise ProjectNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise OutsideYourRegion
    return row


def draft_row(session: Session, actor: Actor, project_id: str) -> DemonstrationProject:
    """The same, while it may be changed. Raises NotADraft."""
    row = governed(session, actor, project_id)
    if row.state != ProjectState.DRAFT:
        raise NotADraft
    return row


def note(
    session: Session, actor: Actor, row: DemonstrationProject, verb: str, now: datetime, **more: Any
) -> None:
    """Write it into the trail."""
    after = {"title": row.title_zh, "state": row.state, **more}
    audit.record(
        session, actor, f"demonstration.{verb}", "demonstration", row.id, now=now, after=after,
        region=row.region_code,
    )  # fmt: skip
