"""The demonstration world: big enough, full of cases, and the same every time."""

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from sqlalchemy import select

from market.accounts import passwords
from market.accounts.models import Account
from market.adapters.whoosh_index import WhooshIndex
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter
from market.certification import queries as certification
from market.certification.models import Certificate
from market.certification.types import CertificateState
from market.config import Settings
from market.orders import queries as orders
from market.orders.models import Order, SellerOrder
from market.orders.types import State
from market.promotions.models import Promotion
from market.promotions.types import BenefitKind, Owner
from market.providers.models import Provider
from market.renovations.models import RenovationRequest
from market.reports import invariants
from market.seed.logins import login_lines
from market.seed.people import PASSWORD
from market.sellers.models import Seller
from market.sellers.types import SellerKind
from tests.architecture.source import MARKET, ROOT
from tests.conftest import ENGINE
from tests.seed.build import START

pytestmark = pytest.mark.skipif(
    ENGINE != "sqlite", reason="built on SQLite here; tests/grown builds it on PostgreSQL"
)


def visible(session, **wanted):
    return catalogue.list_listings(session, ListingFilter(**wanted), START).page


def kinds_of_the_files():
    for name in ("product_kinds.csv", "product_kinds_extra.csv"):
        with (MARKET / "catalogue" / "data" / name).open(encoding="utf-8", newline="") as file:
            yield from (row["code"] for row in csv.DictReader(file))


def test_it_takes_less_than_a_minute_of_work(worlds):
    seconds = [json.loads((path / "built.json").read_text())["cpu_seconds"] for path in worlds]
    assert min(seconds) < 60


def test_the_same_clock_gives_the_same_world(worlds):
    one, two = (sqlite3.connect(path / "market.db") for path in worlds)
    with closing(one), closing(two):
        names = [
            name for (name,) in one.execute("select name from sqlite_master where type='table'")
        ]
        assert len(names) > 60
        different = [name for name in names if rows(one, name) != rows(two, name)]
    assert not different


def rows(connection, table):
    """Everything but the salted hash of the shared password."""
    found = connection.execute(f"select * from {table}")
    columns = [column[0] for column in found.description]
    kept = [n for n, column in enumerate(columns) if column != "password_hash"]
    return sorted(repr([row[n] for n in kept]) for row in found)


def test_there_are_twelve_sellers_of_each_sort(world):
    kinds = Counter(world.scalars(select(Seller.kind).where(Seller.state == "approved")))
    assert kinds.total() >= 12
    assert set(kinds) == set(SellerKind)


def test_every_kind_of_the_files_is_on_sale_and_there_are_two_hundred_listings(world):
    codes = set(kinds_of_the_files())
    assert len(codes) == 77
    assert visible(world).total >= 200
    assert not {code for code in codes if not visible(world, kinds=frozenset({code})).total}


def test_every_kind_has_its_picture(world):
    drawings = {path.stem for path in (ROOT / "static" / "img" / "kind").glob("*.svg")}
    kinds = catalogue.list_kinds(world)
    assert not {kind.code for kind in kinds if (kind.picture or kind.code) not in drawings}


def test_some_carbon_is_missing_and_some_is_known(world):
    listings = catalogue.list_listings(world, ListingFilter(), START, size=1000).page.items
    known = Counter(listing.carbon_kg_per_unit is not None for listing in listings)
    assert known[False] >= 10
    assert known[True] >= 10


def test_prices_are_of_firms_marked_as_invented(world):
    listings = catalogue.list_listings(world, ListingFilter(), START, size=1000).page.items
    assert {"示例" in listing.seller_name for listing in listings} == {True}


def test_one_certificate_is_expired_and_one_is_due(world):
    ids = list(world.scalars(select(Certificate.id)))
    known = certification.certificates_by_ids(world, ids, START)
    states = Counter(certificate.state for certificate in known.values())
    assert states[CertificateState.EXPIRED] == 1
    assert states[CertificateState.DUE] >= 1
    (gone,) = (c.id for c in known.values() if c.state is CertificateState.EXPIRED)
    listings = catalogue.list_listings(world, ListingFilter(), START, size=1000).page.items
    assert gone not in {listing.certificate.id for listing in listings if listing.certificate}


def test_one_promotion_is_nearly_out_of_budget_and_still_runs(world):
    running = world.scalars(select(Promotion).where(Promotion.state == "live")).all()
    assert {promotion.owner for promotion in running} == set(Owner)
    assert {promotion.benefit["kind"] for promotion in running} == set(BenefitKind)
    used = [(p.reserved_fen + p.spent_fen) / p.budget_fen for p in running if p.budget_fen]
    assert [share for share in used if 0.8 <= share < 1]
    assert all(promotion.exhausted_at is None for promotion in running)


def test_there_are_sixty_crews_in_four_provinces(world):
    regions = list(world.scalars(select(Provider.region).where(Provider.state == "approved")))
    assert len(regions) >= 60
    assert len({region[:2] for region in regions}) >= 4
    assert world.scalar(select(Provider.id).where(Provider.state == "submitted"))


def test_requests_and_orders_stand_in_several_states(world):
    assert len(set(world.scalars(select(RenovationRequest.state)))) >= 4
    found = [orders.find_order(world, order_id) for order_id in world.scalars(select(Order.id))]
    states = {part.state for order in found for part in order.seller_orders}
    assert {State.PREPARING, State.PART_SHIPPED} <= states
    assert len(states) >= 2
    assert len(list(world.scalars(select(SellerOrder.id)))) >= 3


def test_its_books_are_in_order(world, worlds):
    report = invariants.check_all(world, WhooshIndex(worlds[0] / "index"), START)
    assert report.is_clean, report.findings


def test_the_printed_logins_open_the_door(world, tmp_path):
    lines = login_lines(Settings(secret_key="k" * 40, data_dir=tmp_path))
    assert PASSWORD in lines[0]
    phones = [line.split()[-1] for line in lines if line.split()[-1].isdigit()]
    assert len(phones) >= 5
    hashes = dict(world.execute(select(Account.phone, Account.password_hash)).all())
    assert len(set(hashes.values())) == 1
    assert set(phones) <= set(hashes)
    assert passwords.verify(hashes[phones[0]], PASSWORD)


def test_production_prints_no_login(tmp_path):
    assert login_lines(Settings("k" * 40, tmp_path, environment="production")) == []
