"""What `make_offer` writes is what maker, reviewer and seller leave behind at their desks."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.all_models import metadata
from tests.factories import catalogue, on_sale
from tests.factories.accounts import make_account
from tests.factories.catalogue import make_maker, make_offer, make_stamp

COUNTERS = {"revision"}  # how often something changed, not what it became
FIXED = {"divisions"}  # places, by the ten thousand
DAY = datetime(2026, 3, 1, tzinfo=UTC).date()
ID = re.compile(r"\b[0-9a-z]{20}\b")
CASES = {
    "plain": {},
    "no stock": {"stock": 0},
    "made to order": {"stock": 0, "listing": {"made_to_order": True, "lead_days": 20}},
    "made to order, with stock": {"listing": {"made_to_order": True}},
    "other words": {
        "product": {"name_zh": "岩棉板", "name_en": "Rock wool", "model": "A-1", "life_years": 30},
        "variant": {"label_zh": "一箱", "pack_size": 3, "weight_g": 9000},
        "listing": {"price_fen": 9_999, "min_packs": 4},
        "stock": 77,
    },
    "papers": {"product": {"report_number": "R-1", "report_issued_on": DAY, "standard": "GB 1"}},
    "effect": {"product": {"attributes": {"lambda": 0.033, "thickness": 100}}},
    "another kind": {"product": {"kind_code": "G101"}},
}


@pytest.fixture
def people(session):
    """A maker with a member, an official of its region, and stamps for the kinds sold here."""
    maker = make_maker(session)
    accounts.grant_role(session, make_account(session).id, "seller", maker.id)
    accounts.grant_role(session, make_account(session).id, "official", "510124")
    return maker, make_stamp(session, maker, kinds=["G105", "G101"])


def rows(session, offer):
    """Every row there is, with the ids of the offer by name and other new ids left out."""
    session.expire_all()
    names = {
        offer.product_id: "<product>", offer.variant_id: "<variant>",
        offer.listing_id: "<listing>", str(offer.warehouse_id): "<warehouse>",
    }  # fmt: skip
    found = {}
    for table in metadata.sorted_tables:
        if table.name in FIXED:
            continue
        columns = [c for c in table.c if c.name not in COUNTERS]
        kept = Counter(said(row, names) for row in session.execute(select(*columns)))
        found[table.name] = set(kept) if table.name == "index_tasks" else kept
    return found


def said(row, names):
    text = re.sub("仓库[0-9]+", "仓库", repr(tuple(row)))
    return ID.sub(lambda one: names.get(one[0], "<id>"), text)


def undone(session, make):
    point = session.begin_nested()
    found = rows(session, make())
    point.rollback()
    session.expire_all()
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_same_rows_as_through_the_desks(app, session, people, monkeypatch, case):
    def make():
        with app.test_request_context():  # messages are dated by the clock of the site
            return make_offer(session, *people, **CASES[case])

    quick = undone(session, make)
    monkeypatch.setattr(catalogue, "rows_of", lambda *_: None)
    slow = undone(session, make)
    wrong = {t: (quick[t] - slow[t], slow[t] - quick[t]) for t in slow if quick[t] != slow[t]}
    assert not wrong
    assert len(slow["products"]) == 1


@pytest.mark.parametrize(
    "stamp", [{"review": "submitted"}, {"valid_to": DAY}, {"models": "B-2"}], ids=str
)
def test_what_has_something_in_its_way_goes_through_the_desks(session, people, stamp):
    held = make_stamp(session, people[0], **stamp)
    wanted = on_sale.Wanted(
        catalogue.actor_for(people[0].id),
        catalogue.replace(catalogue.PRODUCT, certificate_id=held.id, model="A-1"),
        catalogue.VARIANT, catalogue.LISTING, 1, catalogue.START,
    )  # fmt: skip
    assert on_sale.rows_of(session, people[0].id, wanted) is None
