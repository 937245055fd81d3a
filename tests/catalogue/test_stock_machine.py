"""S1: carts that keep, prolong, shrink and leave; orders that take, end, are paid or cancelled;
goods that come in, are counted and come back, in any order and with the clock going on.

The model is a dict of counters for two warehouses taken together; after every step the levels equal
it, the books agree, and nothing is negative.
"""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.catalogue import cart_holds, queries, stock
from market.catalogue.errors import HoldExpired, HoldInUse, OutOfStock, StockBelowReserved
from market.catalogue.models import CartHold
from market.catalogue.types import CartWish, Demand
from tests.factories.catalogue import START, make_offer, make_shelter

TEN, QUARTER = timedelta(minutes=10), timedelta(minutes=15)
HOLDERS, LINES, KEYS = ("ann", "bob"), ("set", "loose"), ("o1", "o2", "o3")
Cart = dict[tuple[str, str], tuple[int, datetime]]  # (holder, line) -> packs, until


class Stock(RuleBasedStateMachine):
    """One listing in two warehouses."""

    session: Session

    @initialize()
    def begin(self) -> None:
        self.savepoint = self.session.begin_nested()
        self.now: datetime = START
        self.offer = make_offer(self.session, stock=6)
        self.near = make_shelter(self.session, self.offer.maker).id
        stock.restock(self.session, self.offer.listing_id, self.near, 4, self.now)
        self.on_hand = 10
        self.carts: Cart = {}
        self.orders: dict[str, tuple[str, int, datetime]] = {}  # key -> state, packs, until

    @property
    def reserved(self) -> int:
        return sum(packs for state, packs, _ in self.orders.values() if state == "held")

    def kept(self, holder: str = "") -> int:
        """Packs that stand in the way of others than `holder`."""
        return sum(
            packs for (whose, _), (packs, until) in self.carts.items()
            if until > self.now and whose != holder
        )  # fmt: skip

    def free(self, holder: str = "") -> int:
        return self.on_hand - self.reserved - self.kept(holder)

    def forget_over(self) -> None:
        self.carts = {key: one for key, one in self.carts.items() if one[1] > self.now}

    @rule(holder=st.sampled_from(HOLDERS), sets=st.integers(0, 4), loose=st.integers(0, 4))
    def keep(self, holder: str, sets: int, loose: int) -> None:
        wishes = [
            [CartWish(line, self.offer.listing_id, packs)]
            for line, packs in zip(LINES, (sets, loose), strict=True)
            if packs and (holder, line) not in self.carts
        ]
        left, wanted = self.free(), set()
        for (wish,) in wishes:
            if wish.quantity <= left:
                left -= wish.quantity
                wanted.add(wish.line_id)
        until = self.now + TEN
        assert cart_holds.keep(self.session, holder, wishes, until, self.now) == wanted
        for (wish,) in wishes:
            if wish.line_id in wanted:
                self.carts[holder, wish.line_id] = wish.quantity, until

    @rule(holder=st.sampled_from(HOLDERS))
    def prolong(self, holder: str) -> None:
        """Whoever comes back before others took the packs has them still."""
        cart_holds.end_over(self.session, self.now)
        self.forget_over()
        cart_holds.prolong(self.session, holder, self.now + TEN)
        for key, (packs, _until) in list(self.carts.items()):
            if key[0] == holder:
                self.carts[key] = packs, self.now + TEN

    @rule(holder=st.sampled_from(HOLDERS), line=st.sampled_from(LINES), packs=st.integers(0, 4))
    def shrink(self, holder: str, line: str, packs: int) -> None:
        cart_holds.shrink(self.session, holder, line, packs)
        had, until = self.carts.get((holder, line), (0, self.now))
        self.carts.pop((holder, line), None)
        if min(had, packs):
            self.carts[holder, line] = min(had, packs), until

    @rule(holder=st.sampled_from(HOLDERS), line=st.sampled_from((*LINES, "all")))
    def leave(self, holder: str, line: str) -> None:
        if line == "all":
            cart_holds.free_holder(self.session, holder)
        else:
            cart_holds.free_lines(self.session, holder, [line])
        gone = LINES if line == "all" else (line,)
        self.carts = {k: v for k, v in self.carts.items() if k[0] != holder or k[1] not in gone}

    @rule(
        key=st.sampled_from(KEYS), packs=st.integers(1, 9), holder=st.sampled_from((*HOLDERS, ""))
    )
    def order(self, key: str, packs: int, holder: str) -> None:
        demands = [Demand(self.offer.listing_id, n) for n in (packs - packs // 2, packs // 2) if n]
        until, state = self.now + QUARTER, self.orders.get(key, ("", 0, self.now))
        had = state[1] if state[0] == "held" else 0

        def act() -> None:
            stock.reserve(self.session, key, demands, until, self.now, holder=holder or None)

        if state[0] == "committed":
            with pytest.raises(HoldInUse):
                act()
        elif packs > self.free(holder) + had:
            with pytest.raises(OutOfStock) as refusal:
                act()
            assert refusal.value.available == self.free(holder) + had
        else:
            act()
            self.orders[key] = "held", packs, until
            self.carts = {k: v for k, v in self.carts.items() if k[0] != holder}

    @rule(key=st.sampled_from(KEYS), paid=st.booleans())
    def end_order(self, key: str, paid: bool) -> None:
        state, packs, until = self.orders.get(key, ("", 0, self.now))
        if not paid:
            assert stock.release(self.session, key, self.now) == (packs if state == "held" else 0)
            if state == "held":
                self.orders[key] = "released", packs, until
        elif state == "held":
            stock.commit(self.session, key, self.now)
            self.orders[key] = "committed", packs, until
            self.on_hand -= packs
        elif state != "committed":
            with pytest.raises(HoldExpired):
                stock.commit(self.session, key, self.now)

    @rule(minutes=st.sampled_from([1, 5, 10, 15]), sweep=st.booleans())
    def wait(self, minutes: int, sweep: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if sweep:
            cart_holds.end_over(self.session, self.now)
            stock.expire_holds(self.session, self.now)
            self.forget_over()
            for key, (state, packs, until) in self.orders.items():
                if state == "held" and until <= self.now:
                    self.orders[key] = "expired", packs, until

    @rule(packs=st.integers(1, 3), back=st.booleans())
    def receive(self, packs: int, back: bool) -> None:
        act = stock.take_back if back else stock.restock
        act(self.session, self.offer.listing_id, self.near, packs, self.now)
        self.on_hand += packs

    @rule(counted=st.integers(0, 6))
    def count(self, counted: int) -> None:
        levels = {
            x.warehouse_id: x for x in queries.levels_of(self.session, [self.offer.listing_id])
        }
        near = levels[self.near]

        def act() -> int:
            return stock.count_stock(
                self.session, self.offer.listing_id, self.near, counted, self.now
            )

        if counted < near.reserved:
            with pytest.raises(StockBelowReserved):
                act()
            return
        self.on_hand += act()
        if counted < near.reserved + near.in_carts:  # carts gave way there, and only there
            self.carts = _kept_now(self.session, self.carts)

    @invariant()
    def levels_equal_the_model(self) -> None:
        if not hasattr(self, "orders"):
            return
        assert queries.stock_breaches(self.session) == []
        listing = self.offer.listing_id
        levels = queries.levels_of(self.session, [listing], self.now)
        assert sum(x.on_hand for x in levels) == self.on_hand
        assert sum(x.reserved for x in levels) == self.reserved
        assert sum(x.in_carts for x in levels) == self.kept()
        assert all(x.free >= 0 for x in levels)
        for holder in ("", *HOLDERS):
            found = queries.free_stock(self.session, [listing], self.now, holder)
            assert found == {listing: self.free(holder)}

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()


def _kept_now(session: Session, before: Cart) -> Cart:
    """What of these is still written down after a count made some give way."""
    rows = session.execute(
        select(CartHold.holder, CartHold.line_id, func.sum(CartHold.quantity)).group_by(
            CartHold.holder, CartHold.line_id
        )
    )
    return {(who, line): (int(packs), before[who, line][1]) for who, line, packs in rows}


def test_stock_in_any_order(session: Session) -> None:
    Stock.session = session
    full = int(os.environ.get("FULL") or 0)  # `make fuzz`: 1, for 200 examples; or their number
    machine = Stock.TestCase
    machine.settings = settings(
        max_examples=max(200, full) if full else 10, stateful_step_count=50 if full else 20,
        deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, print_blob=True,
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    machine().runTest()


pytestmark = pytest.mark.usefixtures("session")
