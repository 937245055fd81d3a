"""A column among texts given as one value, on both engines."""

import pytest
from sqlalchemy import select

from market.db.among import among
from market.regions.models import DivisionRow

PLACES = select(DivisionRow.code).where(among(DivisionRow.code, "codes")).order_by(DivisionRow.code)


@pytest.mark.parametrize(
    "texts",
    [[], ["51"], ["51", "13"], {"51"}, ["51", "51", "nowhere"], ["'", '"', "\\", "{51}", "[51]"]],
)
def test_it_holds_for_just_the_texts_it_was_given(session, texts):
    assert session.scalars(PLACES, {"codes": texts}).all() == sorted({"51", "13"} & set(texts))
