"""How much waits in a queue."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Backlog:
    """What waits; `late` of it since before the agreed instant; `oldest` is the first of all."""

    waiting: int = 0
    late: int = 0
    oldest: datetime | None = None
