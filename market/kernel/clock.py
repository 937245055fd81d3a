"""One clock for the whole program. Instants are aware UTC; days are Shanghai calendar days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that moves only when told; for tests and for the demonstration world."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("an aware instant is needed")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, **delta: float) -> None:
        """Move forward (or back) by keyword arguments of `timedelta`."""
        self._at += timedelta(**delta)

    def set(self, at: datetime) -> None:
        """Jump to an instant."""
        self._at = at.astimezone(UTC)


def shanghai_date(instant: datetime) -> date:
    """The calendar day in Shanghai at `instant`."""
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=4_096)  # of a certificate they are asked for again and again
def start_of_day(day: date) -> datetime:
    """The instant (UTC) at which `day` begins in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


@lru_cache(maxsize=4_096)
def whole_minutes(span: timedelta) -> int:
    """The full minutes of a span, as limits are told to people."""
    return int(span.total_seconds() // 60)


def end_of_day(day: date) -> datetime:
    """The instant (UTC) at which `day` is over in Shanghai (exclusive)."""
    return start_of_day(day + timedelta(days=1))
