"""Messages reach the right people once, in their language, only after the commit."""

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.adapters.sms import DevelopmentSender
from market.db.session import reading, unit_of_work
from market.kernel.events import publish
from market.kernel.ports import SendingFailed
from market.notifications import service
from market.notifications.jobs import drain
from market.notifications.models import OutboxMessage
from market.notifications.texts import KINDS, words
from market.promotions.events import PromotionExhausted
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import make_maker
from tests.factories.payments import make_held_order

BASE = "http://127.0.0.1:8000"
PARAMS = {"code": "1", "amount_fen": 12345}


class Recorder:
    """A carrier that keeps what it is given and drops repetitions of a key."""

    def __init__(self, failures=0):
        self.got, self.failures = {}, failures

    def send(self, address, subject, text, *, key):
        if self.failures:
            self.failures -= 1
            raise SendingFailed("down")
        self.got.setdefault(key, (address, subject, text))


def send(session, account, key="k", kind="order_paid", now=None):
    return service.send(session, [account.id], kind, PARAMS, "/orders/1", key=key, now=now)


def states():
    with reading() as session:
        return [
            row.state for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        ]


def test_only_those_get_it_who_do_not_have_it_yet(session, clock):
    first, second = make_account(session), make_account(session)
    send(session, first, now=clock.now())
    people = [first.id, second.id, second.id]
    sent = service.send(
        session, people, "order_paid", PARAMS, "/orders/1", key="k", now=clock.now()
    )
    assert sent == 1
    for account in (first, second):
        assert service.count_unread(session, account.id) == 1
    assert len(session.scalars(select(OutboxMessage)).all()) == 2


def test_a_message_is_in_the_inbox_and_goes_out_once(session, clock, app):
    account = make_account(session)
    assert send(session, account, now=clock.now()) == 1
    assert send(session, account, now=clock.now()) == 0  # the same key
    session.commit()
    carrier = Recorder()
    assert drain({"sms": carrier}, BASE, clock) == 1
    assert drain({"sms": carrier}, BASE, clock) == 0
    ((address, title, text),) = carrier.got.values()
    assert address == account.phone
    assert title == ""
    assert text.startswith("订单 1 付好了。收到 123.45 元")
    assert text.endswith(f"{BASE}/orders/1")


def test_words_are_in_the_persons_language(session, clock, app):
    account = make_account(session, language="en", email="a@example.com")
    accounts.set_channels(session, account.id, {("orders", "email")})
    send(session, account, now=clock.now())
    session.commit()
    sms, mail = Recorder(), Recorder()
    drain({"sms": sms, "email": mail}, BASE, clock)
    assert sms.got == {}
    ((address, title, _text),) = mail.got.values()
    assert (address, title) == ("a@example.com", "Order 1 is paid")


def test_a_rolled_back_sale_tells_nobody(session, clock, app):
    account = make_account(session)
    session.commit()

    def sell():
        with unit_of_work() as work:
            send(work, account, now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sell()
    carrier = Recorder()
    assert drain({"sms": carrier}, BASE, clock) == 0
    assert service.list_messages(session, account.id) == []


def test_a_failure_is_tried_again_with_growing_waits_and_then_given_up(session, clock, app):
    account = make_account(session)
    send(session, account, now=clock.now())
    session.commit()
    carrier = Recorder(failures=1)
    assert drain({"sms": carrier}, BASE, clock) == 0
    assert drain({"sms": carrier}, BASE, clock) == 0  # not yet due again
    clock.advance(minutes=1)
    assert drain({"sms": carrier}, BASE, clock) == 1
    send(session, account, key="k2", now=clock.now())
    session.commit()
    broken = Recorder(failures=100)
    for _ in range(service.MOST_ATTEMPTS):
        drain({"sms": broken}, BASE, clock)
        clock.advance(hours=2)
    assert states() == ["sent", "failed"]


def test_a_worker_that_died_while_sending_has_its_effect_once(session, clock, app):
    account = make_account(session)
    send(session, account, now=clock.now())
    session.commit()
    carrier = Recorder()

    class Dies(Recorder):
        def send(self, address, subject, text, *, key):
            carrier.send(address, subject, text, key=key)
            raise KeyboardInterrupt  # after sending, before recording

    with pytest.raises(KeyboardInterrupt):
        drain({"sms": Dies()}, BASE, clock)
    assert drain({"sms": carrier}, BASE, clock) == 0  # leased
    clock.advance(minutes=3)
    assert drain({"sms": carrier}, BASE, clock) == 1
    assert len(carrier.got) == 1


def test_without_an_address_a_message_stays_in_the_inbox_only(session, clock, app):
    account = make_account(session)
    accounts.set_channels(session, account.id, {("orders", "email")})
    send(session, account, now=clock.now())
    session.commit()
    drain({"sms": Recorder(), "email": Recorder()}, BASE, clock)
    assert states() == ["dropped"]


def test_two_workers_never_carry_the_same_row(session, clock, app):
    account = make_account(session)
    send(session, account, now=clock.now())
    session.commit()
    (outbox_id,) = service.due(session, clock.now())
    assert service.claim(session, outbox_id, clock.now()) is not None
    assert service.claim(session, outbox_id, clock.now()) is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_words_in_both_languages(kind):
    import re  # noqa: PLC0415

    wanted = set(re.findall(r"%\((\w+)\)s", KINDS[kind].title + KINDS[kind].text))
    params = dict.fromkeys(wanted, "7")
    chinese, english = words(kind, params, "zh"), words(kind, params, "en")
    assert all(chinese)
    assert all(english)
    assert not re.search(r"[\u4e00-\u9fff]", "".join(english))


def test_an_order_tells_its_household(client, session, clock, app):
    account = make_account(session)
    make_held_order(session, clock.now(), account_id=account.id)
    sign_in(client, session, account.id)
    page = client.get("/me/messages")
    assert "已提交" in page.text
    assert "1 条没看过" in page.text
    assert "placed" in client.get("/me/messages?lang=en").text
    assert client.post("/me/messages/read").status_code == 303
    assert "没看过" not in client.get("/me/messages").text


def test_a_spent_promotion_tells_its_seller(session, app):
    maker = make_maker(session)
    member = make_account(session)
    accounts.grant_role(session, member.id, "seller", maker.id)
    publish(session, PromotionExhausted("p1", "满减", "seller", maker.id, "", 100, member.id))
    (message,) = service.list_messages(session, member.id)
    assert words(message.kind, message.params, "zh")[0] == "优惠“满减”的预算用完了"


def test_every_link_leads_to_a_page_of_the_site(app):
    import re  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from market.notifications import handlers  # noqa: PLC0415

    source = Path(handlers.__file__).read_text(encoding="utf-8")
    links = re.findall(r'f?"(/[a-z][^"]*)"', source)
    assert len(links) > 10
    adapter = app.url_map.bind("localhost")
    for link in links:
        adapter.match(re.sub(r"\{[^}]+\}", "x" * 20, link), method="GET")


def test_nobody_sees_messages_without_signing_in(client):
    assert client.get("/me/messages").status_code == 303
    assert client.post("/me/messages/read").status_code == 303


def test_the_development_page_shows_what_was_sent(client, session, clock, app):
    account = make_account(session)
    send(session, account, now=clock.now())
    session.commit()
    assert drain({"sms": DevelopmentSender("sms", clock)}, BASE, clock) == 1
    assert "订单 1 付好了" in client.get("/dev/messages").text


def test_a_deleted_account_keeps_no_messages(session, clock, app):
    account = make_account(session)
    send(session, account, now=clock.now())
    service.forget_account(session, account.id)
    assert service.list_messages(session, account.id) == []
