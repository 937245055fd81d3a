"""Who has rows in care: the operator all, an official those of the own regions, others none."""

import pytest
from sqlalchemy import literal, select

from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode

OPERATOR = Actor("o", frozenset({"operator"}))
NOBODY = Actor("n", frozenset({"official"}))


def official(*regions):
    return Actor("c", frozenset({"official"}), official_regions=tuple(map(RegionCode, regions)))


@pytest.mark.parametrize(
    ("actor", "place", "is_seen"),
    [
        (OPERATOR, "130624", True), (OPERATOR, "", True), (NOBODY, "130624", False),
        (Actor(), "130624", False), (official("130624"), "130624104", True),
        (official("130624"), "130625", False), (official("130624"), "1306", False),
        (official("130624", "51"), "510121", True), (official("13"), "", False),
    ],
)  # fmt: skip
def test_rows_are_seen_by_those_who_have_them_in_care(session, actor, place, is_seen):
    found = session.scalar(select(literal(1)).where(governed_by(actor, literal(place))))
    assert (found == 1) is is_seen
