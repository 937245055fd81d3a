"""The drawing that stands for a product follows its material."""

import pytest

from market.catalogue import queries
from market.catalogue.materials import materials
from market.catalogue.pictures import OF_MATERIAL, picture_of
from tests.architecture.source import ROOT
from tests.factories.catalogue import START, make_offer


def test_every_drawing_named_for_a_material_exists():
    for key, name in OF_MATERIAL.items():
        assert key in materials()
        assert (ROOT / "static" / "img" / "kind" / f"{name}.svg").is_file()


@pytest.mark.parametrize(
    ("kind", "own", "material", "wanted"),
    [
        ("G105", "G105", "eps80", "G105-eps"),
        ("G105", "", "rw100", "G105-wool"),
        ("G105", "G105", "geps100", "G105"),
        ("G105", "G105", None, "G105"),
        ("G105", "G105", "nonsense", "G105"),
        ("G104", "G104", "aac", "G104-aac"),
        ("G105", "G105", "aac", "G105"),
        ("G105", "X06", "eps80", "X06"),
    ],
)
def test_the_material_chooses_unless_the_kind_was_given_a_picture(kind, own, material, wanted):
    assert picture_of(kind, own, material) == wanted


def test_a_listing_carries_the_picture_of_its_material(session):
    offer = make_offer(session, product={"material_key": "xps50", "name_zh": "挤塑板"})
    plain = make_offer(session)
    views = queries.listings_by_ids(session, [offer.listing_id, plain.listing_id], START)
    assert views[offer.listing_id].picture == "G105-xps"
    assert views[plain.listing_id].picture == "G105"


def test_the_product_page_draws_the_material_with_the_products_own_figure(client, session):
    attributes = {"thickness_mm": 80}
    offer = make_offer(session, product={"material_key": "eps80", "attributes": attributes})
    bare = make_offer(session)
    session.commit()
    page = client.get(f"/p/{offer.product_id}").get_data(as_text=True)
    assert "/assets/G105-eps." in page
    assert 'class="measure" aria-hidden="true"' in page
    assert "80" in page.split('class="measure"')[1][:80]
    assert 'class="measure"' not in client.get(f"/p/{bare.product_id}").get_data(as_text=True)
