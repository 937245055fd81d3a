"""Where and when local lists admit a product, as the text that products and listings carry.

"130624@1790000000-1798000000" says: in the county 130624, from one instant until before
another; several are divided by spaces. Pure.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from market.kernel.region_code import RegionCode


class Area(NamedTuple):
    """One region with its window."""

    digits: str
    opens_at: datetime
    closes_at: datetime

    @property
    def is_never_open(self) -> bool:
        """Whether it was withdrawn: then both instants are that of the withdrawal."""
        return self.opens_at >= self.closes_at

    def is_open(self, at: datetime) -> bool:
        """Whether it admits at an instant."""
        return self.opens_at <= at < self.closes_at


def written(areas: Iterable[Area]) -> str:
    """The text of some areas."""
    return " ".join(
        f"{area.digits}@{_seconds(area.opens_at)}-{_seconds(area.closes_at)}" for area in areas
    )


def areas_of(text: str) -> list[Area]:
    """The areas of a text."""
    found = []
    for part in text.split():
        digits, _, window = part.partition("@")
        opens, _, closes = window.partition("-")
        found.append(Area(digits, _instant(opens), _instant(closes)))
    return found


def open_somewhere(text: str, at: datetime) -> bool:
    """Whether any region admits at an instant."""
    return any(area.is_open(at) for area in areas_of(text))


def admits(text: str, region: RegionCode | None, at: datetime) -> bool:
    """Whether goods may be sold to a place: goods of local lists only inside their regions."""
    if not text:
        return True
    if region is None:
        return False
    return any(
        area.is_open(at) and region.digits.startswith(area.digits) for area in areas_of(text)
    )


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _instant(text: str) -> datetime:
    return datetime.fromtimestamp(int(text), UTC)
