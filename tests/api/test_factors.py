"""Background factors by their last change, all versions."""

from datetime import timedelta
from decimal import Decimal

from market.footprints import service
from market.kernel.actor import SYSTEM
from tests.api.test_reading import walk
from tests.factories.catalogue import make_offer
from tests.factories.footprints import START, factor, make_factor, make_verified


def test_all_versions_page_by_page_and_only_what_changed(session, anyone):
    old = factor(session, "GRID-51")
    session.commit()
    rows = walk(anyone, "/factors", limit=50)
    assert len(rows) == len({row["id"] for row in rows}) == 127
    mine = next(row for row in rows if row["code"] == "GRID-51")
    assert (Decimal(mine["kg_per_unit"]), mine["gas"], mine["year"]) == (
        Decimal("0.1564"),
        "CO2",
        2023,
    )
    later = START + timedelta(days=1)
    fresh = make_factor(kg_per_unit=Decimal("0.2"), year=2024)
    newer = service.supersede_factor(session, SYSTEM, old.id, fresh, now=later)
    session.commit()
    changed = anyone.get("/factors", updated_since=later.isoformat()).json["items"]
    assert {row["id"]: row["version"] for row in changed} == {old.id: 1, newer: 2}
    assert next(row for row in changed if row["id"] == newer)["supersedes_id"] == old.id


def test_a_product_names_its_declaration_while_the_label_holds(session, anyone, clock):
    offer = make_offer(session)
    made = make_verified(session, offer)
    session.commit()
    carbon = anyone.get(f"/products/{offer.product_id}").json["carbon"]
    assert (carbon["trust"], carbon["declaration_id"]) == ("verified", made)
    assert carbon["valid_to"] == "2030-12-31"
    clock.advance(days=1600)
    assert anyone.get(f"/products/{offer.product_id}").json["carbon"] is None
