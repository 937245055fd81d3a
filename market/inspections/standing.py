"""Conditions on `SpotCheck`: which results stand against a product."""

from datetime import datetime

from sqlalchemy import ColumnElement

from market.inspections.models import SpotCheck
from market.kernel.clock import shanghai_date

# Published failures that were not annulled; those that stand were not followed by a passing check.
FAILED = (
    SpotCheck.passed.is_(False),
    SpotCheck.published_at.is_not(None),
    SpotCheck.annulled_at.is_(None),
)
STANDING = (*FAILED, SpotCheck.cleared_at.is_(None))


def overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Standing failures whose re-check is past its day."""
    return (*STANDING, SpotCheck.recheck_due_on < shanghai_date(now))
