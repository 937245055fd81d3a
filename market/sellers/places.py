"""From what a person types to a region: a code, a name, or a name narrowed by what lies above."""

from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.sellers.errors import PlaceAmbiguous, RegionTooWide, UnknownRegion

_WHOLE_COUNTRY = frozenset({"全国", "全中国", "china", "the whole country", "whole country"})
_NARROW = ("county", "town")
_WIDEST_FIRST = ("province", "city", "county", "town")
_ENDINGS = (
    "", "省", "市", "县", "区", "镇", "乡", "街道", "旗", "盟", "地区", "自治区", "自治州",
    "自治县", "自治旗", "壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "林区",
)  # fmt: skip
_SEARCHED, _NAMED = 200, 4


def resolve(
    session: Session,
    typed: str,
    *,
    field: str = "region",
    may_be_country: bool = False,
    narrowest: bool = False,
) -> RegionCode:
    """The one region meant by `typed`; `narrowest` asks for a county or township.

    A name that fits places of several levels means the widest of them (阜平 is the county,
    not its town). Raises `UnknownRegion`, `RegionTooWide`, and `PlaceAmbiguous`, which names
    the candidates.
    """
    text = " ".join(typed.split())
    if may_be_country and text.lower() in _WHOLE_COUNTRY:
        return RegionCode("")
    found = _candidates(session, text)
    if not found:
        raise UnknownRegion(field=field)
    chosen = _widest(found)
    if narrowest and chosen[0].place.level not in _NARROW:
        raise RegionTooWide(field=field)
    if len(chosen) > 1:
        options = "，".join(f"{path.label} {path.place.code}" for path in chosen[:_NAMED])
        raise PlaceAmbiguous(field=field, options=options)
    return RegionCode(chosen[0].place.code)


def _candidates(session: Session, text: str) -> list[RegionPath]:
    if text.isascii() and text.isdigit():
        found = regions.find(session, text)
        known = found is not None and not found.is_placeholder
        return [regions.path(session, text)] if known else []
    matches = regions.search(session, text, _SEARCHED) if text else []
    return [path for path in matches if _is_exact(path, text)] or matches


def _is_exact(path: RegionPath, text: str) -> bool:
    name, word = path.place.name, text.rsplit(" ", 1)[-1]
    if text in (path.label, path.label_en) or text == path.place.name_en:
        return True
    return name.startswith(word) and name[len(word) :] in _ENDINGS


def _widest(paths: list[RegionPath]) -> list[RegionPath]:
    levels = [level for level in _WIDEST_FIRST if any(p.place.level == level for p in paths)]
    return [path for path in paths if path.place.level == levels[0]]
