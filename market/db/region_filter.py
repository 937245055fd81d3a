"""The condition "lies in this region" for columns that hold trimmed region codes."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from market.kernel.region_code import RegionCode


def within(column: Any, *regions: RegionCode) -> ColumnElement[bool]:
    """Rows whose region is one of `regions` or below it; a range, so that an index serves it."""
    return or_(*(_range(column, region.digits) for region in regions))


def _range(column: Any, digits: str) -> ColumnElement[bool]:
    if not digits:
        return true()
    following = str(int(digits) + 1).zfill(len(digits))
    return and_(column >= digits, column < following)
