"""What the region picker shows, put together from the queries."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.regions import queries
from market.regions.errors import UnknownRegion
from market.regions.types import PickerView

_STEP_NAMES = {0: "province", 2: "city", 4: "county", 6: "town"}


def view(
    session: Session,
    inside: str = "",
    typed: str = "",
    recent: Sequence[str] = (),
    present: RegionCode | None = None,
) -> PickerView:
    """The picker standing at `inside`. Raises UnknownRegion for a place that is none.

    A step with one single choice of the same name (嘉峪关) is passed over.
    """
    digits = _place(session, inside)
    options = queries.children(session, digits)
    while len(options) == 1 and options[0].level != "town":
        digits = options[0].code
        options = queries.children(session, digits)
    known = queries.paths(session, [*recent, *([present] if present else []), digits])
    shown = known.get(present.digits) if present else None
    return PickerView(
        chosen=known[digits].parts if digits else (),
        options=tuple(options),
        options_level=options[0].level if options else _STEP_NAMES.get(len(digits), "town"),
        found=tuple(queries.search(session, typed)) if typed else (),
        recent=tuple(known[code] for code in recent if code in known),
        present=shown,
        zone=queries.climate_zone(session, shown.place.code) if shown else None,
    )


def _place(session: Session, inside: str) -> str:
    if not inside:
        return ""
    place = queries.get(session, inside)
    if place.is_placeholder:
        raise UnknownRegion()
    return place.parent if place.level == "town" else place.code
