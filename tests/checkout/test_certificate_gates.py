"""One certificate through all its states by the clock: each of the five gates at each of them.

Between the acts of officials nothing runs: no job, no sweep, no rebuilt index. What opens and
shuts is the clock alone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from market.adapters.whoosh_index import WhooshIndex
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import queries as catalogue
from market.catalogue import service as goods
from market.catalogue.errors import NotPublishable
from market.catalogue.invariants import breaches, visible_among
from market.certification import queries as certification
from market.certification import service
from market.certification.types import CertificateState, SurveillanceResult
from market.checkout import service as checkout
from market.checkout.errors import CartChanged
from market.checkout.quote import quote
from market.kernel.actor import SYSTEM
from market.search import jobs
from tests.factories.catalogue import VARIANT, Offer, make_maker, make_offer, make_product
from tests.factories.catalogue import make_stamp as stamp
from tests.factories.orders import TOWN, fill_cart, make_address, make_household, submission
from tests.factories.sellers import make_file

LAST_SURVEILLANCE = date(2027, 3, 1)
NAME = "走完一生的石墨板"


def shanghai(*parts: int) -> datetime:
    """An instant by the clock on the wall in Shanghai."""
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=8)


@dataclass
class Walk:
    """A certificate, the goods under it, a draft that wants to be published, and a buyer."""

    session: object
    client: object
    clock: object
    index: WhooshIndex
    offer: Offer
    draft: str
    account: str
    address: str

    @property
    def key(self) -> str:
        return self.offer.certificate.id

    def at(self, moment: datetime) -> datetime:
        self.clock.advance(seconds=(moment - self.clock.now()).total_seconds())
        return self.clock.now()

    def decide(self, verb, *words) -> None:
        """An official acts; the index hears of it as usual."""
        verb(self.session, SYSTEM, self.key, *words, now=self.clock.now())
        self.session.commit()
        jobs.drain(self.index)

    def gates(self) -> dict[str, bool]:
        """Which of the five let the goods through now."""
        now = self.clock.now()
        found = {
            "publish": self._publishes(now),
            "listing": self._listed(now),
            "search": self._found(),
            "cart": not self._problems(now),
            "checkout": self._places(now),
        }
        assert breaches(self.session, now) == []
        return found

    def _publishes(self, now: datetime) -> bool:
        point = self.session.begin_nested()
        try:
            goods.publish_product(self.session, self.offer.actor, self.draft, now)
        except NotPublishable:
            return False
        finally:
            if point.is_active:
                point.rollback()
        return True

    def _listed(self, now: datetime) -> bool:
        shown = visible_among(self.session, {self.offer.listing_id}, now)
        view = catalogue.listings_by_ids(self.session, {self.offer.listing_id}, now)
        assert view[self.offer.listing_id].sellable is bool(shown)
        return bool(shown)

    def _found(self) -> bool:
        page = self.client.get("/search?q=" + NAME).get_data(as_text=True)
        return self.offer.product_id in page

    def _problems(self, now: datetime) -> list[str]:
        cart = carts.get_cart(self.session, CartOwner(self.account))
        priced = quote(self.session, cart, TOWN, self.account, now)
        return [problem.code for problem in priced.problems]

    def _places(self, now: datetime) -> bool:
        point = self.session.begin_nested()
        sent = submission(self.session, self.account, self.address, now, seen_total_fen=self.total)
        try:
            checkout.place_order(self.session, self.account, sent, now)
        except CartChanged:
            return False
        finally:
            if point.is_active:
                point.rollback()
            self.session.expire_all()
        return True

    def says(self, *words: str) -> None:
        """The product's page and the certificate's page tell why and since when."""
        for path in (f"/p/{self.offer.product_id}", f"/certificates/{self.key}"):
            page = self.client.get(path).get_data(as_text=True)
            assert all(word in page for word in words), (path, words)

    def stands(self, state: CertificateState, since: datetime | None, code: str = "") -> None:
        """The state, since when, and the same answer at all five gates."""
        view = certification.get_certificate(self.session, self.key, self.clock.now())
        assert (view.state, view.since) == (state, since)
        assert self.gates() == dict.fromkeys(
            ("publish", "listing", "search", "cart", "checkout"), state.opens_gate
        )
        assert self._problems(self.clock.now()) == ([code] if code else [])


@pytest.fixture
def walk(app, session, client, clock, now, tmp_path, monkeypatch):
    index = WhooshIndex(tmp_path / "index")
    monkeypatch.setitem(app.extensions, "market.text_index", index)
    maker = make_maker(session)
    certificate = stamp(
        session, maker, valid_from=date(2025, 3, 1), valid_to=date(2030, 2, 28),
        surveillance_due_on=LAST_SURVEILLANCE,
    )  # fmt: skip
    offer = make_offer(session, maker, certificate, product={"name_zh": NAME})
    draft = make_product(session, maker, name_zh="还没上架的板", certificate_id=certificate.id)
    goods.add_variant(session, offer.actor, draft, VARIANT, now)
    buyer = make_household(session).account_id
    fill_cart(session, buyer, (offer, 1))
    made = Walk(session, client, clock, index, offer, draft, buyer, make_address(session, buyer))
    cart = carts.get_cart(session, CartOwner(buyer))
    made.total = quote(session, cart, TOWN, buyer, now).total_fen
    session.commit()
    jobs.rebuild(index)
    return made


def passed(walk: Walk) -> SurveillanceResult:
    return SurveillanceResult(walk.clock.now().date(), True, "JD-2027-1")


def test_a_certificate_passes_through_all_states_and_every_gate_follows(walk):
    walk.stands(CertificateState.VALID, shanghai(2025, 3, 1))

    walk.at(shanghai(2027, 3, 1, 23, 59, 59))
    walk.stands(CertificateState.VALID, shanghai(2025, 3, 1))
    midnight = walk.at(shanghai(2027, 3, 2))
    code = "certificate_surveillance_overdue"
    walk.stands(CertificateState.SURVEILLANCE_OVERDUE, midnight, code)
    walk.says("监督", "2027-03-02")

    since = walk.at(shanghai(2027, 3, 5, 9))
    walk.decide(service.suspend, "监督拒检")
    walk.stands(CertificateState.SUSPENDED, since, "certificate_suspended")
    walk.says("监督拒检", "2027-03-05")

    walk.at(shanghai(2027, 3, 9))
    walk.decide(service.record_surveillance, passed(walk), make_file())
    walk.stands(CertificateState.SUSPENDED, since, "certificate_suspended")
    walk.decide(service.reinstate, "已补做监督")
    walk.stands(CertificateState.VALID, shanghai(2025, 3, 1))
    view = certification.get_certificate(walk.session, walk.key, walk.clock.now())
    assert view.surveillance_due_on == date(2028, 3, 1)

    for year in (2028, 2029):
        walk.at(shanghai(year, 2, 20))
        walk.decide(service.record_surveillance, passed(walk), make_file())
    view = certification.get_certificate(walk.session, walk.key, walk.clock.now())
    assert view.surveillance_due_on is None  # the last year ends with the certificate itself

    begun = walk.at(shanghai(2029, 12, 1))
    walk.stands(CertificateState.DUE, begun)
    walk.at(shanghai(2030, 2, 28, 23, 59, 59))
    walk.stands(CertificateState.DUE, begun)
    ended = walk.at(shanghai(2030, 3, 1))
    walk.stands(CertificateState.EXPIRED, ended, "certificate_expired")
    walk.says("2030-0")


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (service.revoke, CertificateState.REVOKED),
        (service.cancel, CertificateState.CANCELLED),
    ],
)
def test_a_withdrawn_certificate_shuts_every_gate_for_good(walk, verb, state):
    since = walk.at(shanghai(2026, 12, 1, 8))
    walk.decide(verb, "机构公告")
    walk.stands(state, since, f"certificate_{state}")
    walk.says("机构公告", "2026-12-01")
    walk.at(shanghai(2031, 1, 1))
    walk.stands(state, since, f"certificate_{state}")


def test_a_failed_surveillance_suspends_at_once_with_its_reason(walk):
    since = walk.at(shanghai(2027, 2, 1, 8))
    failed = SurveillanceResult(date(2027, 1, 31), False, "JD-2", "导热系数不合格")
    walk.decide(service.record_surveillance, failed, make_file())
    walk.stands(CertificateState.SUSPENDED, since, "certificate_suspended")
    walk.says("导热系数不合格")
    walk.at(shanghai(2027, 3, 3))
    walk.decide(service.reinstate, "整改")
    overdue = shanghai(2027, 3, 2)
    code = "certificate_surveillance_overdue"
    walk.stands(CertificateState.SURVEILLANCE_OVERDUE, overdue, code)


def test_a_kept_page_does_not_outlive_the_last_day_of_a_surveillance(walk):
    walk.at(shanghai(2027, 3, 1, 23, 59, 55))
    path = "/materials/G105"
    assert NAME in walk.client.get(path).get_data(as_text=True)
    walk.at(shanghai(2027, 3, 2))
    assert NAME not in walk.client.get(path).get_data(as_text=True)
