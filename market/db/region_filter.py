"""Conditions "lies in this region" for columns that hold trimmed region codes."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def within(column: Any, *regions: RegionCode) -> ColumnElement[bool]:
    """Rows whose region is one of `regions` or below it; a range, so that an index serves it."""
    return or_(*(_range(column, region.digits) for region in regions))


def governed_by(actor: Actor, column: Any) -> ColumnElement[bool]:
    """Rows in the care of an actor: all for the operator, those of the own regions for an
    official, none for anybody else."""
    if actor.is_operator:
        return true()
    return within(column, *actor.official_regions) if actor.official_regions else false()


def _range(column: Any, digits: str) -> ColumnElement[bool]:
    if not digits:
        return true()
    following = str(int(digits) + 1).zfill(len(digits))
    return and_(column >= digits, column < following)
