"""The clock of contracts, for the job runner."""

from datetime import datetime

from market.contracts import service
from market.db.session import unit_of_work


def release_goods(now: datetime) -> int:
    """Goods of jobs that are off and that nobody decided about in time come as promised."""
    with unit_of_work() as session:
        return service.release_undecided(session, now)
