"""Which days a point offers and which goods it takes. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from market.pickups.types import DropDay, Goods, Piece, PointView, Unfit

OFFERED = 4  # days a household chooses among
HORIZON = timedelta(days=42)  # how far ahead room is looked for
ON_THE_ROAD = timedelta(days=1)  # from the seller's door to the point, at the earliest


def earliest_day(today: date, lead_days: int) -> date:
    """The first day on which goods that take `lead_days` to leave can be dropped."""
    return today + timedelta(days=lead_days) + ON_THE_ROAD


def drop_days(point: PointView, earliest: date) -> Iterator[date]:
    """Every drop day of the point from `earliest` on, as far as room is looked for."""
    day = max(earliest, point.open_from)
    last = earliest + HORIZON
    if point.open_until is not None:
        last = min(last, point.open_until)
    while day <= last:
        if day.isoweekday() in point.weekdays:
            yield day
        day += timedelta(days=1)


def days_with_room(
    point: PointView, weight_g: int, taken: dict[date, int], earliest: date
) -> tuple[DropDay, ...]:
    """The first drop days on which `weight_g` grams more have room."""
    found: list[DropDay] = []
    for day in drop_days(point, earliest):
        free = point.capacity_g - taken.get(day, 0)
        if free >= weight_g:
            found.append(DropDay(day, free))
        if len(found) == OFFERED:
            break
    return tuple(found)


def unfit(point: PointView, goods: Goods) -> Unfit | None:
    """Why the goods cannot go to the point, None when they can. A piece whose length nobody gave
    is not judged by it."""
    for piece in goods.pieces:
        if point.max_pack_g is not None and piece.weight_g > point.max_pack_g:
            return Unfit("pack", piece, point.max_pack_g)
        if _too_long(point, piece):
            return Unfit("piece", piece, point.max_piece_mm or 0)
    if goods.weight_g > point.capacity_g:
        return Unfit("whole", None, point.capacity_g)
    return None


def _too_long(point: PointView, piece: Piece) -> bool:
    most, longest = point.max_piece_mm, piece.longest_mm
    return most is not None and longest is not None and longest > most
