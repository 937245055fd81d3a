"""Pure rules about places: distance, the county a place belongs to, search words."""

import re
import unicodedata
from math import asin, cos, radians, sin, sqrt

from market.kernel.region_code import RegionCode

EARTH_RADIUS_KM = 6371.0088
# A prefecture whose towns lie directly under it is its own "county".
TOWNS_UNDER_CITY = frozenset({"4419", "4420", "4604"})
_ADMIN_WORD = re.compile(r"(?<=[省市县区州盟旗])(?=\S{2})")


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two (latitude, longitude) points on a sphere (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*a, *b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def point_code(region: RegionCode) -> str:
    """The code whose point stands for `region`: its county, or the city above its towns."""
    digits = region.digits
    return digits[:4] if digits[:4] in TOWNS_UNDER_CITY else digits[:6]


def same_county(a: RegionCode, b: RegionCode) -> bool:
    """Whether two places lie in one county (or one city without counties)."""
    own = point_code(a)
    needed = 4 if own in TOWNS_UNDER_CITY else 6
    return len(own) == needed and own == point_code(b)


def distance_text(km: int | None, *, together: bool, lang: str) -> str:
    """县内, 约 N km, or that it is unknown."""
    if together:
        return "same county" if lang == "en" else "县内"
    if km is None:
        return "distance unknown" if lang == "en" else "距离不清楚"
    return f"about {km:,}\u00a0km" if lang == "en" else f"约 {km:,}\u00a0km"


def search_words(typed: str) -> list[str]:
    """What was typed, cleaned, as words: "阜平县 天生桥" -> ["阜平县", "天生桥"]."""
    text = unicodedata.normalize("NFKC", typed)[:60].lower()
    text = "".join(c if c.isalnum() or c in "'’" else " " for c in text)
    return text.replace("'", "").replace("’", "").replace("ü", "v").split()


def split_address(word: str) -> list[str]:
    """Cut a run-together address after administrative words: 阜平县天生桥镇 -> two words."""
    return _ADMIN_WORD.sub(" ", word).split()


def is_latin(word: str) -> bool:
    """Whether a word is pinyin (or a code) rather than characters."""
    return word.isascii()
