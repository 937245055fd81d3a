"""S3: claims, payments, cancellations, late payments, edited budgets, and accounts that turn out to
be one household or not, in any order.

The model is a multiset of discounts; after every step the counters equal it, and no budget,
limit or code is overspent.
"""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session

from market.households import service as households
from market.kernel.actor import SYSTEM
from market.promotions import invariants, queries, service
from market.promotions.errors import BudgetBelowTaken, BudgetExhausted
from market.promotions.types import Redemption
from tests.factories.accounts import make_actor
from tests.factories.households import make_stated, member_of
from tests.factories.promotions import START, make_running

BUDGET, USES, LIMIT, CODE_USES = 50_000, 6, 3, 4
HOUSES = ("a", "b", "c")


class Budgets(RuleBasedStateMachine):
    """Two promotions: one by code with few uses, one with a budget and a household limit."""

    session: Session

    @initialize()
    def begin(self) -> None:
        self.savepoint = self.session.begin_nested()
        self.now: datetime = START
        self.money = make_running(self.session, budget_fen=BUDGET, household_limit=LIMIT)
        self.coded = make_running(self.session, budget_fen=None, max_uses=USES, codes=("OPEN",))
        service.add_codes(
            self.session, SYSTEM, self.coded, ["FEW-1"], max_uses=CODE_USES, now=self.now
        )
        self.budget = BUDGET
        self.orders: dict[str, tuple[str, str, dict[str, int], str]] = {}
        self.stopped: set[str] = set()
        self.people = {house: make_actor(self.session) for house in HOUSES}
        self.joined: set[str] = set()
        self.parted: set[str] = set()

    def unit(self, house: str) -> str:
        """All that joined are one household."""
        return "one" if house in self.joined else house

    @rule(house=st.sampled_from(HOUSES))
    def join(self, house: str) -> None:
        """An account states the household that others state."""
        if house not in self.joined | self.parted:
            make_stated(self.session, self.people[house], self.now)
            self.joined.add(house)

    @precondition(lambda self: self.joined)
    @rule(data=st.data())
    def part(self, data: st.DataObject) -> None:
        """An official says that an account never was of it: its uses go with it."""
        house = data.draw(st.sampled_from(sorted(self.joined)))
        member = member_of(self.session, self.people[house])
        households.separate(self.session, SYSTEM, member, "不是一户", self.now)
        self.joined.remove(house)
        self.parted.add(house)

    def standing(self, key: str) -> list[tuple[str, int, str]]:
        """(household, amount, code) of every use that stands."""
        return [
            (self.unit(house), uses[key], code)
            for state, house, uses, code in self.orders.values()
            if state != "freed" and key in uses
        ]

    def fits(self, uses: dict[str, int], house: str, code: str) -> bool:
        if any(key in self.stopped for key in uses) or self.now >= START + timedelta(days=30):
            return False
        mine = self.standing(self.money)
        if self.money in uses:
            spent = sum(fen for _, fen, _ in mine) + uses[self.money]
            if spent > self.budget or [h for h, *_ in mine].count(self.unit(house)) >= LIMIT:
                return False
        coded = self.standing(self.coded)
        if self.coded in uses:
            if len(coded) >= USES:
                return False
            if code == "FEW-1" and [c for *_, c in coded].count("FEW-1") >= CODE_USES:
                return False
        return True

    @rule(
        house=st.sampled_from(HOUSES), money=st.integers(0, 20_000), coded=st.integers(0, 500),
        code=st.sampled_from(["OPEN", "FEW-1"]),
    )  # fmt: skip
    def claim(self, house: str, money: int, coded: int, code: str) -> None:
        """An order with a stack of one or two discounts."""
        uses = {k: v for k, v in ((self.money, money), (self.coded, coded)) if v}
        wanted = [Redemption(k, v, code if k == self.coded else None) for k, v in uses.items()]
        order_id, fits = f"order-{len(self.orders):04d}", self.fits(uses, house, code)
        try:
            with self.session.begin_nested():
                who = self.people[house].account_id or ""
                service.reserve(self.session, wanted, order_id, who, self.now)
        except BudgetExhausted:
            self.session.expire_all()  # what the savepoint undid was read in between
            assert not fits
            return
        assert fits or not uses
        self.orders[order_id] = ("reserved", house, uses, code)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        self._move(data, "settled", service.settle)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self._move(data, "freed", service.free)

    def _move(self, data: st.DataObject, to: str, act: object) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        for _ in range(data.draw(st.integers(1, 2))):
            act(self.session, order_id, self.now)  # type: ignore[operator]
        state, *rest = self.orders[order_id]
        if state == "reserved":
            self.orders[order_id] = (to, *rest)  # type: ignore[assignment]

    @precondition(lambda self: any(o[0] == "freed" for o in self.orders.values()))
    @rule(data=st.data())
    def pay_late(self, data: st.DataObject) -> None:
        """A payment after the order was given up takes everything again, or nothing."""
        freed = sorted(key for key, order in self.orders.items() if order[0] == "freed")
        order_id = data.draw(st.sampled_from(freed))
        _, house, uses, code = self.orders[order_id]
        now, self.now = self.now, START  # runs are judged at the instant of the order
        fits, self.now = self.fits(uses, house, code), now
        try:
            with self.session.begin_nested():
                service.retake(self.session, order_id, self.now)
        except BudgetExhausted:
            self.session.expire_all()  # what the savepoint undid was read in between
            assert not fits
            return
        assert fits or not uses
        self.orders[order_id] = ("reserved", house, uses, code)

    @precondition(lambda self: self.now < START + timedelta(days=30))
    @rule(change=st.integers(-20_000, 20_000))
    def edit_budget(self, change: int) -> None:
        """An operator moves the budget, never below what is taken."""
        taken = sum(fen for _, fen, _ in self.standing(self.money))
        wanted = max(self.budget + change, 1)
        try:
            service.change_budget(self.session, SYSTEM, self.money, wanted, "试", self.now)
        except BudgetBelowTaken:
            assert wanted < taken
            return
        assert wanted >= taken
        self.budget = wanted

    @precondition(lambda self: any(o[0] == "settled" for o in self.orders.values()))
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        """A paid order is given back: what its discounts took stays spent, whoever asks."""
        paid = sorted(key for key, order in self.orders.items() if order[0] == "settled")
        order_id = data.draw(st.sampled_from(paid))
        service.free(self.session, order_id, self.now)
        service.retake(self.session, order_id, self.now)

    @rule(days=st.sampled_from([0, 1, 14, 31]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def counters_equal_the_model(self) -> None:
        if not hasattr(self, "orders"):
            return
        assert invariants.breaches(self.session) == []
        for key in (self.money, self.coded):
            seen = queries.get_promotion(self.session, key, self.now)
            if key == self.money:
                assert seen.draft.budget_fen == self.budget
            uses = [o for o in self.orders.values() if key in o[2]]
            held = sum(o[2][key] for o in uses if o[0] == "reserved")
            paid = sum(o[2][key] for o in uses if o[0] == "settled")
            assert (seen.reserved_fen, seen.spent_fen) == (held, paid)
            assert seen.uses == len([o for o in uses if o[0] != "freed"])

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()


def test_budgets_in_any_order(session: Session) -> None:
    Budgets.session = session
    full = int(os.environ.get("FULL") or 0)  # `make fuzz`: 1, for 200 examples; or their number
    machine = Budgets.TestCase
    machine.settings = settings(
        max_examples=max(200, full) if full else 8, stateful_step_count=50 if full else 20,
        deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, print_blob=True,
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    machine().runTest()


pytestmark = pytest.mark.usefixtures("session")
