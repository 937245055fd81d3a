"""One carbon declaration as JSON: the words of its paper, and a gap where there is none."""

import pytest

from tests.factories.catalogue import make_offer
from tests.factories.footprints import make_submitted, make_verified


@pytest.fixture
def made(session):
    offer = make_offer(session)
    return offer, make_verified(session, offer)


def test_a_declaration_says_unit_method_verifier_and_stages(session, anyone, made):
    offer, key = made
    session.commit()
    told = anyone.get(f"/carbon-declarations/{key}").json
    assert told["declared_unit"] == {"qty": "1", "unit": "m2"}
    assert (told["pcr"], told["method"]) == ("PCR 2025-03", "GB/T 24067-2024")
    assert told["third_party_verifier"] == "示例核验公司 CNCA-R-2026-01"
    assert told["verification_number"] == "CNCA-R-2026-01"
    assert (told["date_of_issue"], told["valid_until"]) == ("2026-01-01", "2030-12-31")
    stages = {one["stage"]: one["kg_co2e"] for one in told["gwp"]}
    assert float(stages["A1-A3"]) == 12.5
    assert stages["A4"] is None  # missing, not 0
    assert (told["standing"], told["product_id"]) == ("verified", offer.product_id)
    product = anyone.get(f"/products/{offer.product_id}").json
    assert product["carbon"]["declaration_id"] == key
    assert product["carbon"]["verifier"] == "示例核验公司 CNCA-R-2026-01"


def test_what_nobody_verified_is_not_there_and_what_ended_says_so(session, anyone, made, clock):
    waiting = make_submitted(session, make_offer(session))
    session.commit()
    assert anyone.get(f"/carbon-declarations/{waiting}").status_code == 404
    assert anyone.get("/carbon-declarations/none").status_code == 404
    clock.advance(days=365 * 5)
    assert anyone.get(f"/carbon-declarations/{made[1]}").json["standing"] == "expired"
