"""A sheet ends in the rows that the screens' single verbs would have left, in one short write."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from market import all_models
from market.accounts import service as accounts
from market.catalogue import service as catalogue
from market.catalogue.errors import GoodsMoved
from market.catalogue.invariants import breaches
from market.catalogue.models import Kind, Listing, Product, ProductChange, StockLevel, Variant
from market.exchange import applying, planning
from market.exchange.cells import read_row
from market.exchange.operations import (
    AddListing,
    AddProduct,
    AddVariant,
    EditListing,
    EditProduct,
    EditVariant,
    MoveListing,
    SetStock,
)
from market.exchange.types import RawRow
from market.exchange.world import read_world
from tests.factories.accounts import make_account
from tests.factories.catalogue import (
    LISTING,
    VARIANT,
    ensure_kinds,
    make_maker,
    make_offer,
    make_product,
    make_shelter,
    make_stamp,
)

TABLES = (
    "products", "variants", "listings", "listing_prices", "stock_levels", "stock_movements",
    "product_changes", "audit_events", "listing_tallies", "messages", "certificate_anomalies",
)  # fmt: skip
COUNTED = {"id", "revision"}  # counted up once instead of after each edit; ids are made anew


@pytest.fixture
def maker(session):
    return make_maker(session)


@pytest.fixture
def actor(session, maker):
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", maker.id)
    return accounts.load_actor(session, account.id)


@pytest.fixture
def rows(session, maker, actor, now):
    """Rows that ask for every act there is."""
    stamp = make_stamp(session, maker)
    first = make_shelter(session, maker, name="东仓")
    make_shelter(session, maker, name="西仓")
    live = [make_offer(session, maker, stamp, stock=0) for _ in range(8)]
    for one in live:
        catalogue.receive_stock(session, actor, one.listing_id, first.id, 10, now=now)
    catalogue.pause_listing(session, actor, live[3].listing_id, now)
    catalogue.archive_listing(session, actor, live[4].listing_id, now)
    catalogue.edit_listing(
        session, actor, live[1].listing_id, replace(LISTING, price_fen=20_000), now
    )
    draft = make_product(session, maker, name_zh="草稿板", model="D-1", certificate_id=stamp.id)
    size = catalogue.add_variant(session, actor, draft, VARIANT, now)
    catalogue.publish_product(session, actor, draft, now)  # it waits for a reviewer
    stranger = make_offer(session)
    session.commit()
    found = [
        {"variant_id": live[0].variant_id, "price": "120.00"},
        {"variant_id": live[1].variant_id, "price": "99", "lead_days": "9"},
        {"variant_id": live[2].variant_id, "price": "200", "state": "paused"},
        {"variant_id": live[3].variant_id, "state": "live", "warehouse": "东仓", "stock": "0"},
        {"variant_id": live[4].variant_id, "state": "live"},
        {"variant_id": live[5].variant_id, "state": "archived", "warehouse": "西仓", "stock": "4"},
        {"variant_id": live[6].variant_id, "made_to_order": "yes", "name_zh": "改名的板"},
        {"variant_id": live[7].variant_id, "label_zh": "每包五块", "warehouse": "东仓",
         "stock": "3"},
        {"product_id": live[7].product_id, "label_zh": "新的一种", "pack_size": "2",
         "weight_kg": "3"},
        {"variant_id": size, "name_zh": "草稿板二", "label_zh": "每包两块", "pack_size": "1.44"},
        {"product_id": draft, "name_zh": "草稿板二", "label_zh": "每包九块", "pack_size": "9",
         "weight_kg": "5", "price": "77", "warehouse": "东仓", "stock": "6"},
        {"variant_id": stranger.variant_id, "price": "130", "warehouse": "西仓", "stock": "2"},
        *(
            {"kind": "G105", "name_zh": "岩棉板", "model": model, "label_zh": label,
             "pack_size": "2.88", "weight_kg": "6.5", "price": "99.90", "warehouse": "东仓",
             "stock": "40", "certificate": stamp.number, "attr_thickness_mm": "50"}
            for model in ("A", "B") for label in ("每包 4 块", "每包 8 块")
        ),
    ]  # fmt: skip
    return [read_row(RawRow(n, cells)) for n, cells in enumerate(found, 2)]


def planned(session, maker, rows, now):
    session.expire_all()
    plan = planning.plan(rows, read_world(session, maker.id, rows, now))
    assert not plan.counts.wrong_rows, [line for line in plan.lines if line.problems]
    return plan


def by_verbs(session, actor, seller_id, plan, now):
    """The acts one after the other, as the desk's pages do them."""
    made = {}
    for act in plan.operations:
        match act:
            case AddProduct():
                made[act.key] = catalogue.add_product(session, actor, seller_id, act.details, now)
            case EditProduct():
                catalogue.edit_product(session, actor, act.product_id, act.details, now)
            case AddVariant():
                key = made.get(act.product, act.product)
                made[act.key] = catalogue.add_variant(session, actor, key, act.details, now)
            case EditVariant():
                catalogue.edit_variant(session, actor, act.variant_id, act.details, now)
            case AddListing():
                key = made.get(act.variant, act.variant)
                made[act.key] = catalogue.add_listing(
                    session, actor, seller_id, key, act.details, now=now
                )
            case EditListing():
                catalogue.edit_listing(session, actor, act.listing_id, act.details, now)
            case MoveListing():
                for verb in act.verbs:
                    getattr(catalogue, f"{verb}_listing")(session, actor, act.listing, now)
            case SetStock():
                key = made.get(act.listing, act.listing)
                verb = catalogue.receive_stock if act.before is None else catalogue.correct_stock
                verb(session, actor, key, act.warehouse_id, act.counted, reason="sheet", now=now)


def dump(session):
    """Every row of the tables concerned, with names in place of ids."""
    session.flush()
    session.expire_all()
    names = {row.id: f"<{row.name_zh} {row.model}>" for row in session.scalars(select(Product))}
    for row in session.scalars(select(Variant)):
        names[row.id] = f"<{names[row.product_id]} {row.label_zh}>"
    for row in session.scalars(select(Listing)):
        names[row.id] = f"<offer of {row.seller_id} for {names[row.variant_id]}>"

    def said(text):
        return re.sub(r"\b[0-9a-z]{20}\b", lambda m: names.get(m[0], "<id>"), text)

    found = {}
    for name in TABLES:
        table = all_models.metadata.tables[name]
        columns = [c for c in table.columns if c.key not in COUNTED]
        read = session.execute(select(*columns)).mappings()
        found[name] = Counter(said(str(sorted(row.items()))) for row in read)
    tasks = all_models.metadata.tables["index_tasks"]
    queued = session.execute(select(tasks.c.subject_kind, tasks.c.subject_id).distinct())
    found["index_tasks"] = Counter(said(str(tuple(row))) for row in queued)
    return found


def test_many_at_once_end_in_the_rows_of_one_by_one(session, maker, actor, rows, now):
    plan = planned(session, maker, rows, now)
    acts = {type(act) for act in plan.operations}
    assert acts == {AddProduct, AddVariant, AddListing, EditListing, EditProduct, EditVariant,
                    MoveListing, SetStock}  # fmt: skip
    point = session.begin_nested()
    by_verbs(session, actor, maker.id, plan, now)
    wanted = dump(session)
    point.rollback()
    revision = session.scalar(select(Kind.revision).where(Kind.code == "G105"))
    edits = applying.prepare(session, actor, maker.id, plan, now)
    assert not session.new | session.dirty
    catalogue.write_edits(session, edits)
    assert dump(session) == wanted
    assert not breaches(session, now)
    assert session.scalar(select(Kind.revision).where(Kind.code == "G105")) > revision
    assert session.scalars(select(ProductChange)).all()
    assert planned(session, maker, rows[:6], now).operations == ()


def test_nothing_is_written_when_the_goods_moved_meanwhile(session, maker, actor, rows, now):
    plan = planned(session, maker, rows, now)
    edits = applying.prepare(session, actor, maker.id, plan, now)
    listing = next(act.listing_id for act in plan.operations if isinstance(act, EditListing))
    level = session.scalars(select(StockLevel).where(StockLevel.on_hand > 5)).first()
    moves = [
        lambda: catalogue.edit_listing(session, actor, listing, LISTING, now),
        lambda: setattr(level, "on_hand", level.on_hand - 1),
        lambda: setattr(session.scalars(select(Product)).first(), "revision", 99),
    ]
    for move in moves:
        point = session.begin_nested()
        move()
        session.flush()
        before = session.scalar(select(Listing.price_fen).where(Listing.id == listing))
        with pytest.raises(GoodsMoved):
            catalogue.write_edits(session, edits)
        after = session.scalar(select(Listing.price_fen).where(Listing.id == listing))
        assert after == before
        point.rollback()

    # Packs that orders hold meanwhile stop only a count below them: three are counted here.
    counted = next(key for key, packs in edits.counted.items() if packs == 3)
    shelf = select(StockLevel).where(StockLevel.listing_id == counted[0])
    session.scalars(shelf).first().reserved = 2
    point = session.begin_nested()
    catalogue.write_edits(session, edits)  # three are counted, two are held
    point.rollback()
    session.scalars(shelf).first().reserved = 4
    session.flush()
    with pytest.raises(GoodsMoved):
        catalogue.write_edits(session, edits)


def test_twice_the_rows_take_no_more_statements(session, maker, actor, now):
    ensure_kinds(session)
    stamp = make_stamp(session, maker)
    make_shelter(session, maker, name="东仓")
    session.commit()

    def new(name):
        return {"kind": "G105", "name_zh": name, "label_zh": "每包 4 块", "pack_size": "2.88",
                "weight_kg": "6.5", "price": "99.90", "warehouse": "东仓", "stock": "40",
                "certificate": stamp.number}  # fmt: skip

    def statements(names):
        sheet = [read_row(RawRow(n, new(name))) for n, name in enumerate(names)]
        edits = applying.prepare(session, actor, maker.id, planned(session, maker, sheet, now), now)
        sent = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *a: sent.append(a[2]))
        catalogue.write_edits(session, edits)
        return len(sent)

    few = statements([f"少 {n}" for n in range(5)])
    assert statements([f"多 {n}" for n in range(10)]) <= few
