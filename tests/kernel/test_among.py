"""A column among texts given as one value, on both engines."""

import pytest
from sqlalchemy import not_, select
from sqlalchemy.dialects import postgresql, sqlite

from market.db.among import among
from market.regions.models import DivisionRow

PLACES = select(DivisionRow.code).where(among(DivisionRow.code, "codes")).order_by(DivisionRow.code)


@pytest.mark.parametrize(
    "texts",
    [[], ["51"], ["51", "13"], {"51"}, ["51", "51", "nowhere"], ["'", '"', "\\", "{51}", "[51]"]],
)
def test_it_holds_for_just_the_texts_it_was_given(session, texts):
    assert session.scalars(PLACES, {"codes": texts}).all() == sorted({"51", "13"} & set(texts))


def test_it_is_a_condition_as_it_stands_so_that_an_index_serves_it():
    for dialect, wanted in (
        (sqlite.dialect(), "code IN (__[POSTCOMPILE_codes]) ORDER BY"),
        (postgresql.dialect(), "code = ANY (%(codes)s::TEXT[]) ORDER BY"),
    ):
        written = str(PLACES.compile(dialect=dialect)).replace("\n", "")
        assert wanted in written.replace("divisions.", "")


def test_it_can_be_turned_round(session):
    others = select(DivisionRow.code).where(not_(among(DivisionRow.code, "codes")))
    every = set(session.scalars(select(DivisionRow.code)))
    assert set(session.scalars(others, {"codes": ["51"]})) == every - {"51"}
