"""Calendar years and months on days and instants. Pure."""

from calendar import monthrange
from datetime import date, datetime

from market.kernel.clock import SHANGHAI


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_before(instant: datetime, years: int) -> datetime:
    """The same moment of an earlier year in Shanghai; 29 February becomes the 28th."""
    local = instant.astimezone(SHANGHAI)
    return datetime.combine(months_later(local.date(), -12 * years), local.timetz())


def years_after(instant: datetime, years: int) -> datetime:
    """The same moment of a later year in Shanghai."""
    return years_before(instant, -years)
