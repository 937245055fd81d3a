"""Reads about places. Codes may be given as text or as RegionCode."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from market.db.plain import Columns, read
from market.kernel.region_code import RegionCode
from market.regions import rules
from market.regions.errors import UnknownRegion
from market.regions.models import ClimateOverrideRow, ClimateZoneRow, DivisionRow
from market.regions.types import ClimateOverride, ClimateZone, Division, RegionPath

Code = RegionCode | str
_LEVEL_ORDER = ("town", "county", "city", "province")
_PINYIN_WORDS = ("zhen", "xiang", "jiedao", "xian", "qu", "shi", "sheng")


def _region(code: Code) -> RegionCode | None:
    if isinstance(code, RegionCode):
        return code
    try:
        return RegionCode(code)
    except ValueError:
        return None


_DIVISION = Columns(
    DivisionRow, "code display_name level name_en parent_code is_placeholder is_stat_zone"
)
_BY_CODES = select(*_DIVISION.columns).where(
    _DIVISION.of.code.in_(bindparam("codes", expanding=True))
)


def _division(row: Any) -> Division:
    return Division(
        code=row.code,
        name=row.display_name,
        level=row.level,
        name_en=row.name_en,
        parent=row.parent_code or "",
        is_placeholder=row.is_placeholder,
        is_stat_zone=row.is_stat_zone,
    )


def find(session: Session, code: Code) -> Division | None:
    """The place with this code, None when there is none."""
    region = _region(code)
    rows = read(session, _BY_CODES, {"codes": [region.digits]}) if region else []
    return _division(_DIVISION.cut(rows[0])) if rows else None


def get(session: Session, code: Code) -> Division:
    """The place with this code. Raises UnknownRegion."""
    found = find(session, code)
    if found is None:
        raise UnknownRegion()
    return found


def exists(session: Session, code: Code) -> bool:
    """Whether the code is that of a real place (placeholders are none)."""
    found = find(session, code)
    return found is not None and not found.is_placeholder


def get_deliverable(session: Session, code: Code) -> Division:
    """A place goods can be sent to: a town, or a county that has none. Raises UnknownRegion."""
    found = get(session, code)
    if found.level == "town":
        return found
    if found.level == "county" and not children(session, found.code):
        return found
    raise UnknownRegion()


def paths(session: Session, codes: Iterable[Code]) -> dict[str, RegionPath]:
    """The paths of many places by trimmed code, in one statement; unknown codes are absent."""
    wanted = {r.digits: r for r in map(_region, codes) if r is not None and r.digits}
    needed = {prefix for region in wanted.values() for prefix in region.prefixes[1:]}
    if not needed:
        return {}
    rows = map(_DIVISION.cut, read(session, _BY_CODES, {"codes": list(needed)}))
    by_code = {row.code: _division(row) for row in rows}
    result = {}
    for digits, region in wanted.items():
        if digits in by_code:
            chain = [by_code[p] for p in region.prefixes[1:] if p in by_code]
            parts = tuple(d for d in chain if not d.is_placeholder)
            result[digits] = RegionPath(_without_repeats(parts) or (by_code[digits],))
    return result


def _without_repeats(parts: tuple[Division, ...]) -> tuple[Division, ...]:
    """嘉峪关's one county bears the city's name: say it once."""
    return tuple(
        part
        for i, part in enumerate(parts)
        if i + 1 == len(parts) or parts[i + 1].name != part.name
    )


def path(session: Session, code: Code) -> RegionPath:
    """A place with everything above it. Raises UnknownRegion."""
    region = _region(code)
    found = paths(session, [region]) if region else {}
    if region is None or region.digits not in found:
        raise UnknownRegion()
    return found[region.digits]


def label(session: Session, code: Code, lang: str = "zh") -> str:
    """The whole name of a place; 全国 for the empty code. Raises UnknownRegion."""
    region = _region(code)
    if region is not None and not region.digits:
        return "the whole country" if lang == "en" else "全国"
    return path(session, code).text(lang)


def short_label(session: Session, code: Code, lang: str = "zh") -> str | None:
    """The place's own name alone, None when unknown."""
    found = find(session, code)
    if found is None:
        return None
    return found.name_en if lang == "en" else found.name


def children(session: Session, code: Code = "") -> list[Division]:
    """The places right below, as a picker shows them.

    Placeholder rows are hidden: what lies below them takes their place.
    """
    region = _region(code)
    if region is None:
        return []
    parent = DivisionRow.__table__.alias("parent")
    hidden = select(parent.c.code).where(
        parent.c.parent_code == region.digits, parent.c.is_placeholder
    )
    below = (
        DivisionRow.parent_code.is_(None)
        if not region.digits
        else or_(DivisionRow.parent_code == region.digits, DivisionRow.parent_code.in_(hidden))
    )
    rows = session.scalars(
        select(DivisionRow).where(below, ~DivisionRow.is_placeholder).order_by(DivisionRow.code)
    )
    return [_division(row) for row in rows]


def search(session: Session, typed: str, limit: int = 24) -> list[RegionPath]:
    """Places by name or pinyin, best first: exact names, then towns before counties.

    Earlier words narrow by what lies above: "阜平 天生桥", "fuping tianshengqiao".
    """
    words = rules.search_words(typed)
    if not words:
        return []
    found = _search(session, words, limit)
    if not found and not rules.is_latin(words[-1]):
        cut = [part for word in words for part in rules.split_address(word)]
        found = _search(session, cut, limit) if cut != words else []
    return found


def _search(session: Session, words: Sequence[str], limit: int) -> list[RegionPath]:
    *above, word = words
    starts = f"{word}%"
    if rules.is_latin(word):
        matches = or_(
            DivisionRow.pinyin.like(starts),
            DivisionRow.initials == word,
            DivisionRow.code == word,
        )
        exact = DivisionRow.pinyin.in_([word, *(word + s for s in _PINYIN_WORDS)])
    else:
        matches = DivisionRow.display_name.like(f"%{word}%")
        exact = DivisionRow.display_name.in_([word, *(word + s for s in "镇乡县区市省")])
    begins = DivisionRow.display_name.like(starts)
    rank = case((exact, 0), (begins, 1), else_=2)
    level = case({name: i for i, name in enumerate(_LEVEL_ORDER)}, value=DivisionRow.level)
    rows = session.scalars(
        select(DivisionRow)
        .where(matches, ~DivisionRow.is_placeholder)
        .order_by(rank, level, DivisionRow.code)
        .limit(800 if above else limit)
    ).all()
    by_code = paths(session, [row.code for row in rows])
    ordered = [by_code[row.code] for row in rows]
    if above:
        ordered = [p for p in ordered if _lies_in(p, above)]
    return ordered[:limit]


def _lies_in(found: RegionPath, words: Sequence[str]) -> bool:
    names = [(part.name, part.name_en) for part in found.parts[:-1]]

    def fits(word: str) -> bool:
        if rules.is_latin(word):
            return any(_squeezed(english).startswith(word) for _, english in names)
        return any(name.startswith(word) for name, _ in names)

    return all(fits(word) for word in words)


def _squeezed(english: str) -> str:
    return "".join(c for c in english.lower().replace("ü", "v") if c.isalnum())


_ZONE = (  # composing it costs more than running it
    select(
        ClimateZoneRow.zone,
        ClimateZoneRow.confidence,
        ClimateZoneRow.hdd18,
        select(ClimateOverrideRow.zone)
        .where(ClimateOverrideRow.code == bindparam("county"))
        .scalar_subquery()
        .label("set"),
    )
    .where(ClimateZoneRow.code.in_(bindparam("codes", expanding=True)))
    .order_by(func.length(ClimateZoneRow.code).desc())
    .limit(1)
)


def climate_zone(session: Session, code: Code) -> ClimateZone:
    """The zone in force: a county's override, else the nearest row above, else the province's
    most frequent. Raises UnknownRegion for a code outside the data."""
    region = _region(code)
    if region is None or not region.digits:
        raise UnknownRegion()
    values = {"county": region.digits[:6], "codes": region.prefixes[1:]}
    row = next(iter(read(session, _ZONE, values)), None)
    if row is None:
        raise UnknownRegion()
    if row.set:
        return ClimateZone(row.set, "A", overridden=True)
    return ClimateZone(row.zone, row.confidence, hdd18=row.hdd18)


def overrides_in(session: Session, regions: Sequence[RegionCode]) -> list[ClimateOverride]:
    """The overrides in some regions, newest first."""
    if not regions:
        return []
    inside = or_(*(ClimateOverrideRow.code.like(f"{r.digits}%") for r in regions))
    rows = session.scalars(
        select(ClimateOverrideRow).where(inside).order_by(ClimateOverrideRow.set_at.desc())
    )
    return [ClimateOverride(r.code, r.zone, r.reason, r.set_by, r.set_at) for r in rows]


_POINTS = select(DivisionRow.code, DivisionRow.lat, DivisionRow.lon).where(
    DivisionRow.code.in_(bindparam("codes", expanding=True)), DivisionRow.lat.is_not(None)
)


def distances(session: Session, origin: Code, codes: Iterable[Code]) -> dict[str, int | None]:
    """Rough kilometres from `origin` to many places (by trimmed code), in one statement."""
    start = _region(origin)
    ends = [r for r in map(_region, codes) if r is not None]
    if start is None:
        return {end.digits: None for end in ends}
    stand_for = {end.digits: rules.point_code(end) for end in ends}
    origin_point = rules.point_code(start)
    needed = {origin_point, *stand_for.values()}
    points = {code: (lat, lon) for code, lat, lon in read(session, _POINTS, {"codes": [*needed]})}
    here = points.get(origin_point)
    if here is None:
        return dict.fromkeys(stand_for)
    km = {code: round(rules.great_circle_km(here, there)) for code, there in points.items()}
    return {digits: km.get(code) for digits, code in stand_for.items()}


def distance_km(session: Session, a: Code, b: Code) -> int | None:
    """Rough kilometres between two places (points of their counties); None when unknown."""
    return next(iter(distances(session, a, [b]).values()), None)


def distance_label(session: Session, a: Code, b: Code, lang: str = "zh") -> str:
    """县内 within one county, else 约 N km."""
    start, end = _region(a), _region(b)
    together = start is not None and end is not None and rules.same_county(start, end)
    km = None if together else distance_km(session, a, b)
    return rules.distance_text(km, together=together, lang=lang)


def is_loaded(session: Session) -> bool:
    """Whether the data are there."""
    return session.scalar(select(DivisionRow.code).limit(1)) is not None
