"""What others see of the recurring jobs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JobView:
    """How a job stands."""

    name: str
    next_due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    ok_at: datetime | None
    result: int
    runs: int
    failures: int
    error: str

    @property
    def failed(self) -> bool:
        return bool(self.error)

    def is_late(self, now: datetime) -> bool:
        """Due for more than ten minutes: the worker does not run."""
        return (now - self.next_due_at).total_seconds() > 600
