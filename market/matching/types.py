"""Words of the matching."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from market.config import Settings
from market.kernel.i18n import N_

ENOUGH_QUOTES = 2

# The sentences of `routing.Reason`, by code; areas by the level that matched.
AREA_SENTENCES: dict[str, str] = {
    "town": N_("服务范围写明了这个乡镇"),
    "county": N_("服务范围包括本县"),
    "city": N_("服务范围包括本市"),
    "province": N_("服务范围包括本省"),
    "country": N_("全国都接"),
}
REASON_SENTENCES: dict[str, str] = {
    "trades": N_("要 %(needed)s 个工种，会做 %(covered)s 个"),
    "free": N_("还能同时接 %(free)s 个活"),
    "rating": N_("评价 %(stars)s 分"),
    "unrated": N_("暂无评价，按中间水平排"),
    "distance": N_("距离约 %(km)s km"),
    "near": N_("同一个县，离得近"),
    "distance_unknown": N_("距离不清楚"),
}


@dataclass(frozen=True)
class MatchingRules:
    """The durations and sizes of the matching, from the settings; all are shown to users."""

    invitation_hours: int = 48
    wave_size: int = 5
    quoting_places: int = 5
    open_days: int = 7
    decide_days: int = 15

    @property
    def invitation_time(self) -> timedelta:
        return timedelta(hours=self.invitation_hours)

    @classmethod
    def of(cls, settings: Settings) -> "MatchingRules":
        """The part of the settings that matters here."""
        return cls(
            invitation_hours=settings.invitation_hours,
            wave_size=settings.invitation_wave_size,
            quoting_places=settings.quoting_places,
            open_days=settings.request_open_days,
            decide_days=settings.quote_valid_days,
        )


OPEN_DAYS = (7, 14)


@dataclass(frozen=True)
class SweepReport:
    """What one run of the clocks did."""

    expired_invitations_of: int
    escalated: int
    expired_requests: int

    def as_json(self) -> dict[str, Any]:
        """For a command's output."""
        return {
            "requests_with_expired_invitations": self.expired_invitations_of,
            "escalated": self.escalated,
            "expired_requests": self.expired_requests,
        }
