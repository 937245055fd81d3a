"""The clocks of the matching, for the job runner and the command line."""

from datetime import datetime

from market.config import Settings
from market.db.session import unit_of_work
from market.matching import service
from market.matching.types import MatchingRules, SweepReport


def sweep_requests(now: datetime, settings: Settings) -> SweepReport:
    """Expire invitations and ask the next crews, escalate, end undecided requests.

    One transaction; running it again changes nothing.
    """
    with unit_of_work() as session:
        return service.sweep(session, now=now, limits=MatchingRules.of(settings))
