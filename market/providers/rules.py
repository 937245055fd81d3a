"""Pure rules of providers: what an application needs, how areas and ratings are kept."""

from collections.abc import Iterable

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode
from market.providers.types import CheckItem, Rating

MAX_AREAS = 40
MAX_ENTRIES = 60
CAPACITY = (1, 50)
# Where a crew nobody has rated yet stands in the order; shown as 暂无评价, never as a figure.
NEUTRAL_RATING = 400


def checklist(
    *, trades: int, areas: int, craftsmen: int, document_kinds: Iterable[str], has_contact: bool
) -> tuple[CheckItem, ...]:
    """What must be there before a crew can submit its application."""
    kinds = set(document_kinds)
    return (
        CheckItem(
            "profile", N_("队名、联系人、所在地和工种"), has_contact and trades > 0, "profile"
        ),
        CheckItem("areas", N_("服务地区，至少一个"), areas > 0, "areas"),
        CheckItem("roster", N_("工匠名册，至少一人，写证书编号"), craftsmen > 0, "roster"),
        CheckItem("identity", N_("身份证明或营业执照"), "identity" in kinds, "documents"),
        CheckItem("training", N_("培训合格证或职业资格证"), "training" in kinds, "documents"),
    )


def widest(areas: Iterable[RegionCode]) -> list[RegionCode]:
    """The areas without those that lie inside another one, in order of code."""
    kept: list[RegionCode] = []
    for area in sorted(set(areas), key=lambda code: (len(code.digits), code.digits)):
        if not any(other.contains(area) for other in kept):
            kept.append(area)
    return sorted(kept)


def rating(total: int, count: int) -> Rating:
    """The average to one decimal, rounded half up; none while nobody rated."""
    if count == 0:
        return Rating(0, None)
    return Rating(count, (total * 20 + count) // (2 * count))


def routing_rating(total: int, count: int) -> int:
    """The figure the routing order uses, in hundredths of a star."""
    return NEUTRAL_RATING if count == 0 else (total * 100) // count
