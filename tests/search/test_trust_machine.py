"""S6: certificates, listings, spot checks and the index in any order.

The model knows what officials, sellers and the clock did, and from that alone which goods may
be seen. Publishing, the listing, search, the cart and the checkout must agree with it after
every step; search may lag behind what opened, never show what shut. In the end whatever is
under way is delivered, in an order of its own, and then search must agree to the last product.
"""

import os
import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from market.adapters.whoosh_index import WhooshIndex
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import invariants as listings
from market.catalogue import queries as kind_queries
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable
from market.certification import service as certification
from market.certification.errors import ActionNotPossible
from market.certification.types import SurveillanceResult
from market.checkout import service as checkout
from market.checkout.errors import CartChanged, ListingGone
from market.checkout.quote import quote
from market.inspections import queries as checks
from market.inspections import service as inspections
from market.kernel.actor import SYSTEM
from market.kernel.clock import FixedClock, end_of_day, shanghai_date, start_of_day
from market.reports.invariants import Books, search_hits
from market.search import jobs
from market.storefront import searching
from market.storefront.types import Choice
from tests.factories.catalogue import (
    LISTING,
    VARIANT,
    Offer,
    actor_for,
    ensure_kinds,
    make_maker,
    make_product,
)
from tests.factories.catalogue import make_shelter as shelter
from tests.factories.catalogue import publish as put_on_the_market
from tests.factories.certification import make_body, make_check, make_pending
from tests.factories.inspections import OFFICIAL, enter, fail, paper
from tests.factories.orders import START, TOWN, make_address, make_household, submission
from tests.factories.sellers import make_file

KIND, MOST = "G105", 4
HALF_A_YEAR, TWO_YEARS = timedelta(days=183), timedelta(days=730)
_names = count(1)


@dataclass
class Failure:
    """A published failure of a spot check."""

    check_id: str
    at: datetime
    stands: bool = True
    counts: bool = True  # until it is annulled


@dataclass
class Goods:
    """A certificate and the goods under it, as the model knows them."""

    certificate: str
    product: str
    twin: str  # a draft under the same certificate
    listing: str
    begins: date
    ends: date
    review: str = "submitted"
    standing: str = "in_force"
    due: date | None = None
    product_live: bool = False
    listing_live: bool = False
    failures: list[Failure] = field(default_factory=list)

    def certified(self, now: datetime) -> bool:
        last = min(self.ends, self.due or self.ends)
        return (
            (self.review, self.standing) == ("approved", "in_force")
            and start_of_day(self.begins) <= now < end_of_day(last)
        )  # fmt: skip

    @property
    def held(self) -> bool:
        return any(failure.stands for failure in self.failures)


class Trust(RuleBasedStateMachine):
    """One maker with a handful of certificates; one official; a household that wants it all."""

    app: object
    session: object
    database: object
    folder: Path
    met: Counter[str]

    @initialize()
    def begin(self) -> None:
        self.clock = FixedClock(START)
        self.app.extensions["market.clock"] = self.clock
        self.app.extensions["market.page_cache"].clear()
        self.index = WhooshIndex(self.folder / f"index{next(_names)}")
        self.savepoint = self.database._bind.begin_nested()
        self.body = make_body(self.session, START)
        self.maker = make_maker(self.session)
        self.actor = actor_for(self.maker.id)
        self.house = shelter(self.session, self.maker).id
        self.buyer = make_household(self.session).account_id
        self.address = make_address(self.session, self.buyer)
        self.goods: list[Goods] = []
        self.barred_until = START
        self.ever: set[str] = set()
        self._submit(10, 1_000, opens=True)
        jobs.rebuild(self.index)
        self._submit(360, 400, opens=True)  # the index does not know it yet

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        return shanghai_date(self.now)

    def visible(self, one: Goods) -> bool:
        on_sale = one.product_live and one.listing_live and not one.held
        return on_sale and one.certified(self.now) and self.now >= self.barred_until

    def pick(self, data: st.DataObject) -> Goods:
        return data.draw(st.sampled_from(self.goods), label="goods")

    @contextmanager
    def undone(self):
        point = self.session.begin_nested()
        try:
            yield
        finally:
            if point.is_active:
                point.rollback()
            self.session.expire_all()

    # --- what people do -----------------------------------------------------------------

    @precondition(lambda self: len(self.goods) < MOST)
    @rule(ago=st.sampled_from([700, 360, 10, 0, -5]), length=st.sampled_from([1, 200, 1000]),
          opens=st.booleans())  # fmt: skip
    def submit(self, ago: int, length: int, opens: bool) -> None:
        self._submit(ago, length, opens=opens)

    def _submit(self, ago: int, length: int, *, opens: bool) -> None:
        """A certificate and goods under it; at times all is approved and on sale at once."""
        begins = self.today - timedelta(days=ago)
        ends = max(begins + timedelta(days=length), self.today)
        if ends <= begins:
            return
        name = self.maker.name
        certificate = make_pending(
            self.session, self.actor, self.maker.id, self.now, body_id=self.body,
            valid_from=begins, valid_to=ends, holder=name, manufacturer=name,
        )  # fmt: skip
        product, twin = (self._product(certificate) for _ in range(2))
        variant = goods.add_variant(self.session, self.actor, product, VARIANT, self.now)
        listing = goods.add_listing(
            self.session, self.actor, self.maker.id, variant, LISTING, now=self.now
        )
        goods.stock.restock(self.session, listing, self.house, 1_000, self.now)
        goods.add_variant(self.session, self.actor, twin, VARIANT, self.now)
        one = Goods(certificate, product, twin, listing, begins, ends)
        self.goods.append(one)
        self.session.commit()
        if opens:
            self._review(one, "approve")
            self._publish(one)

    def _product(self, certificate: str) -> str:
        name = f"石墨聚苯板{next(_names)}号"
        return make_product(self.session, self.maker, name_zh=name, certificate_id=certificate)

    @precondition(lambda self: self.goods)
    @rule(data=st.data(), verb=st.sampled_from(["approve", "approve", "approve", "refuse"]))
    def review(self, data: st.DataObject, verb: str) -> None:
        self._review(self.pick(data), verb)

    def _review(self, one: Goods, verb: str) -> None:
        check = make_check(next_check_on=self.today + timedelta(days=300))
        act = {"approve": (certification.approve, check), "refuse": (certification.refuse, "不符")}
        if self._acts(one.review == "submitted", one, *act[verb]):
            one.review = {"approve": "approved", "refuse": "refused"}[verb]
            if verb == "approve":
                one.due = self._anniversary(one, self.today)

    @precondition(lambda self: self.goods)
    @rule(data=st.data(), verb=st.sampled_from(["suspend", "suspend", "reinstate", "reinstate",
                                                "revoke", "cancel"]))  # fmt: skip
    def change_standing(self, data: st.DataObject, verb: str) -> None:
        one = self.pick(data)
        after = {"suspend": "suspended", "reinstate": "in_force", "revoke": "revoked",
                 "cancel": "cancelled"}[verb]  # fmt: skip
        allowed = {"in_force": {"suspended", "revoked", "cancelled"},
                   "suspended": {"in_force", "revoked", "cancelled"}}  # fmt: skip
        may = one.review == "approved" and after in allowed.get(one.standing, ())
        if self._acts(may, one, getattr(certification, verb), "机构公告"):
            one.standing = after

    @precondition(lambda self: self.goods)
    @rule(data=st.data(), passed=st.sampled_from([True, True, False]))
    def surveillance(self, data: st.DataObject, passed: bool) -> None:
        one = self.pick(data)
        if one.due is not None and self.today < self._years(one.due, -1):
            return
        if self.today < one.begins:
            return
        result = SurveillanceResult(self.today, passed, f"JD-{next(_names)}", "记录")
        may = (
            one.review == "approved" and one.standing in ("in_force", "suspended")
            and self.now < end_of_day(one.ends)
        )  # fmt: skip
        if self._acts(may, one, certification.record_surveillance, result, make_file()):
            if passed:
                one.due = self._anniversary(one, max(self.today, one.due or self.today))
            elif one.standing == "in_force":
                one.standing = "suspended"

    def _acts(self, may: bool, one: Goods, verb, *words) -> bool:
        """An official's act; refused exactly when it cannot be."""
        try:
            verb(self.session, SYSTEM, one.certificate, *words, now=self.now)
        except ActionNotPossible:
            assert not may
            return False
        assert may
        self.session.commit()
        return True

    @staticmethod
    def _years(day: date, years: int) -> date:
        leap = (day.month, day.day) == (2, 29) and (day.year + years) % 4
        return date(day.year + years, 3, 1) if leap else day.replace(year=day.year + years)

    def _anniversary(self, one: Goods, after: date) -> date | None:
        days = [self._years(one.begins, n) for n in range(1, 6)]
        return next((day for day in days if after < day < one.ends), None)

    @precondition(lambda self: self.goods)
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        self._publish(self.pick(data))

    def _publish(self, one: Goods) -> None:
        opened = one.certified(self.now) and not one.held and self.now >= self.barred_until
        if one.product_live and one.listing_live:
            return
        try:
            if not one.product_live:
                put_on_the_market(self.session, self.actor, one.product, self.now)
                one.product_live = True
            if not one.listing_live:
                goods.publish_listing(self.session, self.actor, one.listing, self.now)
                one.listing_live = True
            assert opened
        except NotPublishable:
            assert not opened
        self.session.commit()

    @precondition(lambda self: any(one.listing_live for one in self.goods))
    @rule(data=st.data(), price=st.one_of(st.none(), st.integers(1_000, 90_000)))
    def edit_listing(self, data: st.DataObject, price: int | None) -> None:
        """Another price, or a pause."""
        one = data.draw(st.sampled_from([g for g in self.goods if g.listing_live]))
        if price is None:
            goods.pause_listing(self.session, self.actor, one.listing, self.now)
            one.listing_live = False
        else:
            details = type(LISTING)(price_fen=price)
            goods.edit_listing(self.session, self.actor, one.listing, details, self.now)
        self.session.commit()

    @precondition(lambda self: self.goods)
    @rule(data=st.data())
    def spot_check_fails(self, data: st.DataObject) -> None:
        one = self.pick(data)
        earlier = self._fails(self.now - TWO_YEARS)
        check = fail(self.session, self._offer(one), self.now, sampled_on=self.today)
        one.failures.append(Failure(check, self.now))
        if earlier:
            self.barred_until = max(self.barred_until, self.now + HALF_A_YEAR)
        self.session.commit()

    @precondition(lambda self: any(one.failures for one in self.goods))
    @rule(data=st.data())
    def recheck_passes(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([g for g in self.goods if g.failures]))
        check = enter(self.session, self._offer(one), self.now, sampled_on=self.today,
                      passed=True)  # fmt: skip
        inspections.publish(self.session, OFFICIAL, check, now=self.now)
        if one.held:
            for failure in one.failures:
                failure.stands = False
            self._perhaps_unbarred(self.now)
        self.session.commit()

    @precondition(lambda self: any(self._appealable()))
    @rule(data=st.data(), upheld=st.booleans())
    def appeal(self, data: st.DataObject, upheld: bool) -> None:
        _, failure = data.draw(st.sampled_from(list(self._appealable())))
        inspections.appeal(
            self.session, self.actor, self.maker.id, failure.check_id, "复检合格", paper(),
            now=self.now,
        )  # fmt: skip
        (made,) = [
            a for a in checks.appeals_of(self.session, failure.check_id) if a.decision == "open"
        ]
        inspections.decide_appeal(
            self.session, OFFICIAL, failure.check_id, made.id, "有据", upheld=upheld, now=self.now
        )
        if upheld:
            failure.stands = failure.counts = False
            self._perhaps_unbarred(failure.at)
        self.session.commit()

    def _appealable(self):
        return [
            (one, failure) for one in self.goods for failure in one.failures
            if failure.stands and self.now < failure.at + timedelta(days=15)
        ]  # fmt: skip

    def _fails(self, since: datetime) -> int:
        return sum(f.counts and f.at >= since for one in self.goods for f in one.failures)

    def _perhaps_unbarred(self, at: datetime) -> None:
        if self._fails(at - TWO_YEARS) <= 1:
            self.barred_until = START

    def _offer(self, one: Goods):
        return Offer(self.maker, None, one.product, "", one.listing, self.house)

    # --- time and the index -------------------------------------------------------------

    @rule(hours=st.sampled_from([14, 24, 24 * 20, 24 * 80, 24 * 190]))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours=hours)

    @rule(how=st.sampled_from(["drain", "drain", "rebuild", "lose", "heal"]))
    def reindex(self, how: str) -> None:
        if how == "lose":
            shutil.rmtree(self.index.root, ignore_errors=True)
        else:
            {"drain": jobs.drain, "rebuild": jobs.rebuild, "heal": jobs.heal}[how](self.index)

    @precondition(lambda self: self.goods)
    @rule(data=st.data())
    def buy(self, data: st.DataObject) -> None:
        self._cart_and_checkout(self.pick(data))

    # --- what must hold -----------------------------------------------------------------

    def _cart_and_checkout(self, one: Goods) -> None:
        owner = CartOwner(self.buyer)
        with self.undone():
            try:
                checkout.add_to_cart(self.session, owner, one.listing, 1, self.now)
            except ListingGone:
                assert not self.visible(one)
                return
            priced = quote(
                self.session, carts.get_cart(self.session, owner), TOWN, self.buyer, self.now
            )
            assert (not priced.problems) is self.visible(one), priced.problems
            sent = submission(self.session, self.buyer, self.address, self.now)
            try:
                checkout.place_order(self.session, self.buyer, sent, self.now)
                sold = True
            except CartChanged:
                sold = False
        assert sold is self.visible(one)
        self.met["sold"] += sold

    def found(self) -> set[str]:
        """Listings on the page of results; from the database while the index is lost."""
        kinds = tuple(kind_queries.list_kinds(self.session))
        page = searching.results(
            self.session, self.index, "石墨聚苯板", Choice(), kinds, region=None, now=self.now
        )
        return {view.id for view in page.shelf.page.items}

    @invariant()
    def every_gate_agrees_with_the_model(self) -> None:
        if not hasattr(self, "goods"):
            return
        may = {one.listing for one in self.goods if self.visible(one)}
        mine = {one.listing for one in self.goods}
        assert listings.visible_among(self.session, mine, self.now) == may
        assert listings.breaches(self.session, self.now) == []
        found = self.found() & mine
        assert found <= may
        self.met["found"] += len(found)
        self.met["behind"] += found < may
        self.met["shut"] += len(self.ever - may)
        self.ever |= may
        assert search_hits(Books(self.session, self.now, self.index)) == []
        for one in self.goods[-1:]:
            with self.undone():
                try:
                    goods.publish_product(self.session, self.actor, one.twin, self.now)
                    opened = True
                except NotPublishable:
                    opened = False
            assert opened is (one.certified(self.now) and self.now >= self.barred_until)

    def teardown(self) -> None:
        """Deliver everything under way, in two ways; then search agrees to the last product."""
        if not hasattr(self, "goods"):
            return
        try:
            may = {one.listing for one in self.goods if self.visible(one)}
            jobs.heal(self.index)
            jobs.drain(self.index)
            assert self.found() == may
            jobs.rebuild(self.index)
            assert self.found() == may
            for one in self.goods:
                self._cart_and_checkout(one)
        finally:
            self.session.rollback()
            self.savepoint.rollback()
            self.session.expire_all()


def test_what_is_visible_is_valid_whatever_happens(app, session, shared_database, tmp_path):
    ensure_kinds(session)
    session.commit()
    Trust.app, Trust.session, Trust.database = app, session, shared_database
    Trust.folder, Trust.met = tmp_path, Counter()
    full = bool(os.environ.get("FULL"))
    machine = Trust.TestCase
    machine.settings = settings(
        max_examples=200 if full else 5, stateful_step_count=50 if full else 20, deadline=None,
        suppress_health_check=list(HealthCheck), derandomize=True, print_blob=True,
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    machine().runTest()
    assert all(Trust.met[name] for name in ("found", "behind", "shut", "sold")), Trust.met
