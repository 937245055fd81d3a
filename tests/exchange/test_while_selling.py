"""A sheet of thousands of rows is written while households buy: nobody is told that
the database is locked, and what they pay is what they were shown."""

import csv
import io
import re
import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event, func, insert, select

from market.accounts import service as accounts
from market.carts import service as carts
from market.carts.types import CartOwner, LineToAdd
from market.catalogue import service as catalogue
from market.catalogue.invariants import breaches
from market.catalogue.models import Listing, ListingPrice, Product, StockLevel, Variant
from market.exchange import jobs, service
from market.exchange.models import SheetImport
from market.exchange.types import State
from market.kernel.ids import new_id
from market.orders.models import Order
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import LISTING, make_offer
from tests.factories.orders import START, make_address, make_household

ROWS, CROWD, PAUSE = 2_000, 2, 0.2
OLD, NEW = LISTING.price_fen, 14_400
_TOTAL = re.compile(r'name="seen_total"[^>]*value="(\d+)"')


@dataclass(frozen=True)
class Press:
    """One time the last button was pressed."""

    buyer: str
    seen_fen: int
    status: int
    said: str


@pytest.fixture
def site(shared_app, race_database, clock):
    """The real site on a database of its own, with a shop of thousands of listings."""
    shared_app.extensions["market.clock"] = clock
    shared_app.extensions["market.page_cache"].clear()
    with race_database.unit_of_work() as session:
        offer = make_offer(session, stock=1_000)
        copies(session, offer, ROWS - 1)
        catalogue.rebuild_tallies(session)
        account = make_account(session)
        accounts.grant_role(session, account.id, "seller", offer.maker.id)
        actor = accounts.load_actor(session, account.id)
    yield shared_app, race_database, offer, actor
    shared_app.extensions["market.page_cache"].clear()


def copies(session, offer, number):
    """As many more listings like this one, straight into the tables."""
    product, variant, listing = (new_ids(number) for _ in range(3))
    new = [
        (Product, {"id": product}, offer.product_id),
        (Variant, {"id": variant, "product_id": product}, offer.variant_id),
        (Listing, {"id": listing, "product_id": product, "variant_id": variant}, offer.listing_id),
    ]
    for model, columns, pattern in new:
        row = session.execute(select(model.__table__).where(model.id == pattern)).mappings().one()
        row = {key: value for key, value in row.items() if key != "shown"}
        many = [row | {key: ids[n] for key, ids in columns.items()} for n in range(number)]
        session.execute(insert(model), many)
    for model, columns in (
        (ListingPrice, ("price_fen", "from_at")), (StockLevel, ("warehouse_id", "on_hand")),
    ):  # fmt: skip
        known = session.scalars(select(model).where(model.listing_id == offer.listing_id)).one()
        row = {key: getattr(known, key) for key in columns}
        if model is StockLevel:
            row["reserved"] = 0
        ids = {"id": new_ids(number)} if hasattr(model, "id") else {}
        many = [
            row | {"listing_id": listing[n]} | {key: value[n] for key, value in ids.items()}
            for n in range(number)
        ]
        session.execute(insert(model), many)


def new_ids(number):
    return [new_id() for _ in range(number)]


def dearer(session, maker_id):
    """A sheet that asks the new price of every listing of the shop."""
    buffer = io.StringIO()
    ids = session.scalars(select(Listing.variant_id).where(Listing.seller_id == maker_id))
    rows = [(variant_id, f"{NEW / 100:.2f}") for variant_id in ids]
    csv.writer(buffer).writerows([("规格编号", "每包售价（元）"), *rows])
    return buffer.getvalue().encode("utf-8-sig")


def previewed(database, offer, actor):
    """The import, whose preview was made and agreed to."""
    with database.unit_of_work() as session:
        data = dearer(session, offer.maker.id)
        import_id = service.take_file(
            session, actor, offer.maker.id, data, "价.csv", most_mb=12, now=START
        )
    jobs.work_on(import_id, lambda: START)
    with database.unit_of_work() as session:
        row = session.get_one(SheetImport, import_id)
        assert (row.state, row.rows_total) == (State.READY.value, ROWS), row.problem
        service.ask_to_apply(session, actor, import_id, START)
    return import_id


def household(app, database, offer):
    """Somebody signed in with one pack in the cart: their device, who and where they are."""
    client = app.test_client()
    with database.unit_of_work() as session:
        account_id = make_household(session).account_id
        address_id = make_address(session, account_id)
        carts.add(session, CartOwner(account_id), LineToAdd(offer.listing_id, 1, OLD), START)
        sign_in(client, session, account_id)
    return client, account_id, address_id


def buy(app, database, offer, wait=lambda: None):
    """One household buys a pack, agreeing to each sum that it is shown; `wait` comes between
    reading the page and pressing the button."""
    client, account_id, address_id = household(app, database, offer)
    page = client.get(f"/checkout/confirm?address={address_id}").get_data(as_text=True)
    wait()
    presses = []
    while not presses or (presses[-1].status != 303 and len(presses) < 4):
        seen = _TOTAL.search(page)[1]
        sent = {"address": address_id, "idempotency_key": "k", "seen_total": seen,
                "payment_method": "alipay"}  # fmt: skip
        answer = client.post("/checkout/confirm", data=sent)
        page = answer.get_data(as_text=True)
        presses.append(Press(account_id, int(seen), answer.status_code, page))
    return presses


@dataclass
class Writing:
    """The import as its job applies it; tells when the goods begin to be written and when it
    is over."""

    import_id: str
    begun: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self):
        try:
            jobs.work_on(self.import_id, lambda: START)
        finally:
            self.begun.set()
            self.over.set()

    def watch(self, engine, writer):
        """`writer`: the thread that runs it."""

        def note(_connection, _cursor, statement, *_rest):
            if threading.current_thread() is writer and statement.startswith("UPDATE listings"):
                self.begun.set()

        event.listen(engine, "after_cursor_execute", note)


def test_households_buy_while_a_large_sheet_is_written(site):
    app, database, offer, actor = site
    writing, presses, late = Writing(previewed(database, offer, actor)), [], []

    def shop():
        while not writing.over.wait(PAUSE):
            presses.extend(buy(app, database, offer))
        presses.extend(buy(app, database, offer))

    def press_late():
        late.extend(buy(app, database, offer, lambda: writing.begun.wait(60)))

    others = [threading.Thread(target=target) for target in (press_late, *[shop] * CROWD)]
    writer = threading.Thread(target=writing.run)
    writing.watch(database.engine, writer)
    for thread in (*others, writer):
        thread.start()
    for thread in (*others, writer):
        thread.join(60)

    presses += late
    with database.reading() as session:
        assert session.get_one(SheetImport, writing.import_id).state == State.APPLIED.value
        assert set(session.scalars(select(Listing.price_fen))) == {NEW}
        orders = {row.account_id: row.total_fen for row in session.scalars(select(Order))}
        level = session.get_one(StockLevel, (offer.listing_id, offer.warehouse_id))
        assert level.reserved == len(orders) == session.scalar(select(func.count(Order.id)))
        assert breaches(session, START) == []
    done = [press for press in presses if press.status == 303]
    assert {press.buyer: press.seen_fen for press in done} == orders  # as shown, and none lost
    assert {total - min(orders.values()) for total in orders.values()} == {0, NEW - OLD}
    refused = [press for press in presses if press.status != 303]
    assert all(p.status == 422 and "金额从" in p.said for p in refused)
    assert [press.status for press in late] == [422, 303]  # had seen the old price
