"""Which crews are asked first, and why. Pure: candidates in, ranked list with reasons out.

Nothing here can be bought. Crews whose score falls into the same band of five points are
equals: among them the one that has waited longest for an invitation comes first, and a
fixed shuffle of the request's own settles what is still equal.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from market.kernel.region_code import RegionCode
from market.providers.types import Candidate

BAND = 5
AREA_POINTS = {"town": 30, "county": 25, "city": 16, "province": 8, "country": 4}
TRADE_POINTS = 30
FREE_POINTS, FREE_ENOUGH = 15, 3
RATING_POINTS, RATING_MOST = 15, 500
DISTANCE_POINTS = ((0, 10), (20, 8), (50, 6), (100, 3))
UNKNOWN_DISTANCE_POINTS = 3


@dataclass(frozen=True)
class Reason:
    """One part of a score: a code, what it says, and its points."""

    code: str
    params: Mapping[str, Any]
    points: int

    def as_json(self) -> dict[str, Any]:
        """What an invitation keeps."""
        return {"code": self.code, "params": dict(self.params), "points": self.points}


@dataclass(frozen=True)
class Ranked:
    """A candidate with its score and where the score comes from."""

    candidate: Candidate
    score: int
    reasons: tuple[Reason, ...]

    @property
    def band(self) -> int:
        return self.score // BAND


def rank(
    request_key: str,
    trades: Sequence[str],
    candidates: Sequence[Candidate],
    distances_km: Mapping[str, int | None],
) -> list[Ranked]:
    """Best first. The result depends on the set of candidates, never on their order."""
    ranked = [_judge(trades, one, distances_km.get(one.provider_id)) for one in candidates]
    return sorted(
        ranked,
        key=lambda one: (
            -one.band,
            one.candidate.last_turn,
            _lot(request_key, one.candidate.provider_id),
            one.candidate.provider_id,
        ),
    )


def _judge(trades: Sequence[str], candidate: Candidate, km: int | None) -> Ranked:
    reasons = (
        _area(candidate),
        _trades(trades, candidate),
        _free(candidate),
        _rating(candidate),
        _distance(km),
    )
    return Ranked(candidate, sum(reason.points for reason in reasons), reasons)


@lru_cache(4096)
def _level(area: str) -> str:
    return RegionCode(area).level


def _area(candidate: Candidate) -> Reason:
    level = _level(candidate.matched_area)
    return Reason("area", {"level": level}, AREA_POINTS[level])


def _trades(trades: Sequence[str], candidate: Candidate) -> Reason:
    needed = set(trades)
    covered = len(needed & candidate.trades)
    points = TRADE_POINTS * covered // max(1, len(needed))
    return Reason("trades", {"covered": covered, "needed": len(needed)}, points)


def _free(candidate: Candidate) -> Reason:
    points = FREE_POINTS * min(candidate.free, FREE_ENOUGH) // FREE_ENOUGH
    return Reason("free", {"free": candidate.free}, points)


def _rating(candidate: Candidate) -> Reason:
    points = RATING_POINTS * candidate.rating_hundredths // RATING_MOST
    if not candidate.is_rated:
        return Reason("unrated", {}, points)
    return Reason("rating", {"tenths": candidate.rating_hundredths // 10}, points)


def _distance(km: int | None) -> Reason:
    if km is None:
        return Reason("distance_unknown", {}, UNKNOWN_DISTANCE_POINTS)
    points = next((points for limit, points in DISTANCE_POINTS if km <= limit), 0)
    return Reason("distance", {"km": km}, points)


def _lot(request_key: str, provider_id: str) -> str:
    return hashlib.blake2b(f"{request_key}/{provider_id}".encode(), digest_size=8).hexdigest()
