"""Every bundle of the demonstration world quotes to sums that add up."""

import pytest

from market.bundles import queries as bundles
from market.bundles import service
from market.bundles.types import Choices
from market.checkout.bundle_price import as_cart, price_selection
from market.checkout.quote import quote
from market.kernel.region_code import RegionCode
from market.quotations.content import content_of, unexplained_fen
from market.quotations.types import QuotationView
from market.quotations.wording import ledger, seller_rows
from tests.conftest import ENGINE
from tests.seed.build import START

pytestmark = pytest.mark.skipif(ENGINE != "sqlite", reason="the world is built on SQLite here")

TOWNS = ("130624104", "510121001", "350824102")


@pytest.mark.parametrize("digits", TOWNS)
def test_the_rows_of_every_bundle_add_up_to_what_the_page_says(world, digits):
    region, given, shown = RegionCode(digits), 0, 0
    for bundle in bundles.live_bundles(world, None):
        found = service.price(world, bundle.card.slug, Choices(), region, START)
        if not found.lines:
            continue
        quoted = quote(world, as_cart(found.lines, bundle.card.id), region, None, START)
        content = content_of(found, quoted)
        view = QuotationView("", "", {"name_zh": "-"}, content, quoted.total_fen, START, START, 0)
        rows = ledger(view)
        assert sum(row["fen"] for row in rows[:-1]) == rows[-1]["fen"] == quoted.total_fen
        assert unexplained_fen(content, quoted.total_fen) == 0
        parts = [seller_rows(seller) for seller in content["sellers"]]
        for part in parts:
            assert sum(row["fen"] for row in part[:-1]) == part[-1]["fen"]
        assert sum(part[-1]["fen"] for part in parts) == quoted.total_fen
        page = price_selection(world, found.lines, bundle.card.id, region, None, START)
        assert page.total_fen == quoted.total_fen
        assert all(row.get("note") for row in rows[2:-1])
        given += bool(content["subsidies"])
        shown += 1
    assert shown >= 5
    assert given or digits != TOWNS[0]
