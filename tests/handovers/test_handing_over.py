"""From the lorry to the household: arrival, the code, exactly once, reminders."""

import re
from datetime import timedelta

import pytest

from market.accounts import service as accounts
from market.handovers import codes, queries, service
from market.handovers.errors import (
    BrokenAboveArrived,
    GoodsNotFound,
    NotAllThere,
    NotAnAgent,
    NothingSent,
    PickupCodeUnknown,
    PickupCodeUsed,
)
from market.handovers.models import Handover
from market.handovers.rules import Patience
from market.handovers.types import ArrivalDraft, QueuedCode
from market.kernel.actor import Actor
from market.media import service as media
from market.notifications.models import Message
from market.orders import service as orders
from market.orders.types import QuantityOf, Shipment, State
from market.pickups import queries as pickups
from market.reports import invariants
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.market import pay
from tests.factories.orders import make_household, view
from tests.factories.pickups import agent_of, make_point, place_at
from tests.factories.pictures import jpeg

SECRET = "of-this-test"
PATIENCE = Patience(3, 7)


class Story:
    """An order of three packs on its way to a point."""

    def __init__(self, session, now, *, ship=3):
        self.session, self.now = session, now
        self.offer = make_offer(session, stock=20)
        self.household, self.point = make_household(session), make_point(session)
        self.agent = agent_of(self.point)
        self.order_id = place_at(session, self.household, self.point, (self.offer, 3)).id
        pay(session, self.order_id)
        (self.place,) = pickups.places_of_order(session, self.order_id)
        self.code = codes.code_of(SECRET, self.place.id)
        if ship:
            self.ship(ship)

    @property
    def part(self):
        return view(self.session, self.order_id).seller_orders[0]

    def ship(self, packs):
        part = self.part
        shipment = Shipment((QuantityOf(part.lines[0].id, packs),), "王师傅")
        orders.ship(self.session, part.id, shipment, self.offer.actor, self.now)

    def arrive(self, packs=3, broken=0, actor=None, photo=None, **more):
        return service.mark_arrived(
            self.session, actor or self.agent, self.place.id, ArrivalDraft(packs, broken, **more),
            photo, patience=PATIENCE, now=self.now,
        )  # fmt: skip

    def fetch(self, code=None, actor=None, **more):
        told = self.code if code is None else code
        return service.hand_over(
            self.session, actor or self.agent, told, secret=SECRET, now=self.now, **more
        )

    def told(self, account_id=None):
        who = account_id or self.household.account_id
        rows = self.session.query(Message).filter(Message.account_id == who)
        return [row.kind for row in rows.order_by(Message.id)]


@pytest.fixture
def story(session, now):
    return Story(session, now)


def test_goods_come_are_told_of_and_leave_by_code_once(session, now, story):
    member = make_account(session).id
    accounts.grant_role(session, member, "seller", story.offer.maker.id)
    goods = story.arrive()
    assert goods.until == PATIENCE.until(now)
    assert "goods_arrived" in story.told()
    assert story.fetch().part.code.startswith(view(session, story.order_id).code)
    assert view(session, story.order_id).state is State.RECEIVED
    assert story.told()[-1] == "goods_fetched"
    assert story.told(member)[-1] == "goods_fetched_seller"
    with pytest.raises(PickupCodeUsed):
        story.fetch()
    assert invariants.pickup_places(invariants.Books(session, now, None)) == []


def test_the_agent_is_told_what_is_to_come(session, now):
    story = Story(session, now, ship=2)
    assert story.told(story.point.agent_id) == ["goods_coming"]
    story.ship(1)
    assert story.told(story.point.agent_id) == ["goods_coming"] * 2


def test_the_code_is_in_no_table(session, story):
    story.arrive()
    assert re.fullmatch(r"\d{8}", story.code)
    row = session.get(Handover, story.place.id)
    assert story.code not in repr({c.name: getattr(row, c.name) for c in row.__table__.columns})
    assert story.code != codes.code_of("another", story.place.id)
    assert codes.plain(f" {codes.shown(story.code)} ") == story.code


def test_a_wrong_code_and_a_strangers_code_are_unknown(session, now, story):
    story.arrive()
    other = Story(session, now)
    other.arrive()
    for code in ("00000000", "", story.code[:-1], other.code):
        with pytest.raises(PickupCodeUnknown):
            story.fetch(code=code)
    assert view(session, story.order_id).state is State.SHIPPED


def test_only_the_agent_of_the_point_works_there(session, now, story):
    stranger = Actor(account_id=make_account(session).id)
    other = Story(session, now)
    with pytest.raises(NotAnAgent):
        story.arrive(actor=stranger)
    with pytest.raises(GoodsNotFound):
        story.arrive(actor=other.agent)
    story.arrive()
    with pytest.raises(PickupCodeUnknown):
        story.fetch(actor=other.agent)
    with pytest.raises(NotAnAgent):
        story.fetch(actor=stranger)


def test_goods_that_come_in_parts_leave_when_all_are_there(session, now):
    story = Story(session, now, ship=2)
    assert story.arrive(2).until is None
    assert story.told()[-1] == "goods_arriving"
    with pytest.raises(NotAllThere):
        story.fetch()
    with pytest.raises(NothingSent):
        story.arrive(1)  # the seller has not sent it
    story.ship(1)
    story.arrive(1)
    story.fetch()
    assert view(session, story.order_id).state is State.RECEIVED


def test_when_the_rest_is_cancelled_what_is_there_is_everything(session, now):
    story = Story(session, now, ship=2)
    story.arrive(2)
    line = story.part.lines[0]
    orders.cancel_remainder(
        session, story.part.id, (QuantityOf(line.id, 1),), reason="没有了", actor=story.offer.actor,
        now=now,
    )  # fmt: skip
    assert "goods_arrived" in story.told()
    story.fetch()


def test_broken_packs_are_counted_and_told_with_their_photo(session, now, story, client):
    with pytest.raises(BrokenAboveArrived):
        story.arrive(2, 3)
    photo = media.store_document(jpeg(), "破损.jpg")
    story.arrive(3, 1, photo=photo, note="角破了")
    assert "goods_broken" in story.told()
    (state,) = queries.states_of_order(session, story.order_id).values()
    (came,) = state.arrivals
    assert (came.packs, came.broken, came.note, came.photo_id) == (3, 1, "角破了", photo.id)
    address = f"/pickup-arrivals/{came.id}/photo/{photo.id}"
    for account, status in ((story.household.account_id, 200), (story.point.agent_id, 200),
                            (make_account(session).id, 404)):  # fmt: skip
        sign_in(client, session, account)
        with client.get(address) as answer:
            assert answer.status_code == status


def test_a_line_taken_down_without_a_connection_has_one_answer(session, now, story):
    story.arrive()
    later = now + timedelta(hours=2)
    line = QueuedCode(f"{story.code} x", story.code, now + timedelta(minutes=5))
    told = {"secret": SECRET, "now": later}
    assert service.take_queued(session, story.agent, line, **told).outcome == "fetched"
    assert service.take_queued(session, story.agent, line, **told).outcome == "same_use"
    other = QueuedCode("y", story.code, now + timedelta(hours=1))
    assert service.take_queued(session, story.agent, other, **told).outcome == "pickup_code_used"
    wrong = QueuedCode("z", "12345678", now)
    assert service.take_queued(session, story.agent, wrong, **told).outcome == "pickup_code_unknown"
    (state,) = queries.states_of_order(session, story.order_id).values()
    assert state.fetched_at == line.taken_at


def test_an_answer_that_got_lost_is_the_same_use(session, now, story):
    story.arrive()
    story.fetch()
    line = QueuedCode("x", story.code, now.replace(second=0))
    settled = service.take_queued(session, story.agent, line, secret=SECRET, now=now)
    assert settled.outcome == "same_use"


def test_the_households_own_word_ends_the_waiting(session, now, story):
    story.arrive()
    orders.confirm_receipt(session, story.part.id, story.household, now)
    assert session.get(Handover, story.place.id, populate_existing=True).fetched_at == now
    assert service.remind(session, PATIENCE, now + timedelta(days=9)) == 0


def test_goods_that_nobody_fetches_are_reminded_of_then_all_are_told(session, now, story):
    story.arrive()
    assert service.remind(session, PATIENCE, now + timedelta(days=2)) == 0
    assert service.remind(session, PATIENCE, now + timedelta(days=3)) == 1
    assert story.told()[-1] == "goods_waiting"
    assert service.remind(session, PATIENCE, now + timedelta(days=4)) == 0
    assert service.remind(session, PATIENCE, now + timedelta(days=8)) == 1
    assert story.told()[-1] == "goods_overdue"
    assert story.told(story.point.agent_id)[-1] == "goods_overdue_agent"
    assert service.remind(session, PATIENCE, now + timedelta(days=9)) == 0
    story.now = now + timedelta(days=10)
    story.fetch()  # whoever comes with the code still gets them


@pytest.fixture
def at_work(client, session, story):
    sign_in(client, session, story.point.agent_id)
    return client


def real_code(app, story):
    return codes.code_of(app.extensions["market.settings"].secret_key, story.place.id)


def test_the_agents_page_from_arrival_to_handing_over(app, at_work, session, story):
    page = at_work.get("/pickup-agent").text
    assert story.part.seller_name in page
    wrong = at_work.post(f"/pickup-agent/arrivals/{story.place.id}", data={"packs": "9"})
    assert wrong.status_code == 422
    assert "卖家登记发出、还没到的是 3 包，填的是 9 包" in wrong.text
    assert 'value="9"' in wrong.text
    done = at_work.post(f"/pickup-agent/arrivals/{story.place.id}", data={"packs": "3"})
    assert done.status_code == 303
    assert real_code(app, story) not in at_work.get("/pickup-agent").text
    unknown = at_work.post("/pickup-agent/hand-over", data={"code": "11112222", "sure": "1"})
    assert unknown.status_code == 422
    assert "没有货是这个取货码" in unknown.text
    code = codes.shown(real_code(app, story))
    looked = at_work.post("/pickup-agent/hand-over", data={"code": code}).text
    assert "货交给他了" in looked
    done = at_work.post("/pickup-agent/hand-over", data={"code": code, "sure": "1"})
    assert done.status_code == 303
    again = at_work.post("/pickup-agent/hand-over", data={"code": code, "sure": "1"})
    assert again.status_code == 409
    assert "已经取走了" in again.text


def test_codes_cannot_be_guessed(app, at_work, session, story):
    story.arrive()
    session.commit()
    for _number in range(20):
        at_work.post("/pickup-agent/hand-over", data={"code": "11112222"})
    stopped = at_work.post("/pickup-agent/hand-over", data={"code": real_code(app, story)})
    assert stopped.status_code == 429
    assert "输错太多次了" in stopped.text


def test_the_queue_says_what_became_of_each_line(app, at_work, session, story):
    story.arrive()
    session.commit()
    lines = f"{real_code(app, story)} 2026-11-22 10:00\n99998888 2026-11-22 10:01"
    page = at_work.post("/pickup-agent/queue", data={"lines": lines})
    assert page.status_code == 200
    assert f'data-line="{real_code(app, story)} 2026-11-22 10:00"' in page.text
    assert "记下了，货取走了" in page.text
    assert "没有货是这个取货码" in page.text
    unread = at_work.post("/pickup-agent/queue", data={"lines": "这行不对"})
    assert unread.status_code == 422
    assert "第 1 行看不懂" in unread.text


def test_the_household_sees_its_code_and_the_seller_does_not(app, client, session, story):
    code = codes.shown(real_code(app, story))
    sign_in(client, session, story.household.account_id)
    page = client.get(f"/orders/{story.order_id}").text
    assert code in page
    assert "<svg" in page.partition(code)[2]
    assert story.point.agent_phone in page
    assert client.get("/pickup-agent").status_code == 404  # an agent of nothing
