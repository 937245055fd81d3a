"""Facts about demonstration projects."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class ProjectSubmitted(Event):
    """A project waits for a superior of the region that handed it in ("" is the operator)."""

    project_id: str
    title: str
    region_code: str
    submitted_by: str
    at: str


@dataclass(frozen=True)
class ProjectDecided(Event):
    """A project became public, went back or was withdrawn; whoever handed it in is told."""

    project_id: str
    title: str
    account_id: str
    decision: str  # "approved", "refused" or "withdrawn"
    reason: str
    at: str


@dataclass(frozen=True)
class OrderShown(Event):
    """An official recorded a household's consent to show what it ordered."""

    project_id: str
    title: str
    account_id: str
    code: str
    official: str
