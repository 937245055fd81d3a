"""Regions as people write them: one name or code a line."""

import re

from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.promotions.errors import RegionAmbiguous, RegionUnknown
from market.regions import queries as regions

MOST = 40
_CODE = re.compile(r"^(\d{2,9})\b")


def read_places(session: Session, text: str, field: str = "regions") -> frozenset[str]:
    """Trimmed prefixes of the places named; none for an empty text.

    Raises `RegionUnknown` and `RegionAmbiguous`, naming what was typed.
    """
    lines = [line.strip() for line in re.split(r"[\n,，;；、]", text) if line.strip()]
    return frozenset(_read(session, line, field) for line in lines[:MOST])


def _read(session: Session, line: str, field: str) -> str:
    code = _CODE.match(line)
    if code is not None:
        found = _by_code(session, code[1])
        if found is None:
            raise RegionUnknown(name=line, field=field)
        return found
    paths = regions.search(session, line, 5)
    exact = [path for path in paths if line in (path.place.name, path.label)]
    if len(exact) == 1 or len(paths) == 1:
        return (exact or paths)[0].place.code
    if not paths:
        raise RegionUnknown(name=line, field=field)
    raise RegionAmbiguous(name=line, example=paths[0].label, field=field)


def _by_code(session: Session, digits: str) -> str | None:
    try:
        region = RegionCode(digits)
    except ValueError:
        return None
    return region.digits if regions.exists(session, region.digits) else None


def place_labels(session: Session, prefixes: frozenset[str], lang: str = "zh") -> list[str]:
    """Names of the places in full, in order of their codes."""
    known = regions.paths(session, prefixes)
    return [known[p].text(lang) if p in known else p for p in sorted(prefixes) if p]


def written(session: Session, prefixes: frozenset[str]) -> str:
    """The places as the field shows them: code and name, one a line."""
    known = regions.paths(session, prefixes)
    return "\n".join(f"{p} {known[p].label}" if p in known else p for p in sorted(prefixes) if p)
