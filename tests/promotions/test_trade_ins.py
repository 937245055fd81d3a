"""Old pieces handed in for new ones, through services and pages."""

from datetime import timedelta

import pytest

from market.kernel.actor import SYSTEM, Actor
from market.kernel.region_code import RegionCode
from market.promotions import (
    proof_queries,
    proofs,
)
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Owner,
)
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import actor_for, make_maker, make_offer
from tests.factories.orders import fill_cart, make_household, place
from tests.factories.promotions import make_running
from tests.promotions.offers import picture, reasons, seen, told

K = BenefitKind


@pytest.fixture
def household(session):
    return make_household(session)


def test_an_old_piece_is_handed_in_accepted_and_used_once(client, session, now):
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    offer = make_offer(session, stock=50)
    key = make_running(session, owner=Owner.SELLER, seller_id=offer.maker.id, benefit=benefit)
    account = make_account(session)
    household = Actor(account.id, frozenset({"household"}))
    sign_in(client, session, account.id)
    refused = client.post(f"/promotions/{key}/proofs", data={"pieces": "2"})
    assert refused.status_code == 422
    sent = client.post(
        f"/promotions/{key}/proofs",
        data={"pieces": "2", "note": "旧锅炉", "file": (picture(), "old.png")},
    )
    assert sent.status_code == 303
    fill_cart(session, account.id, (offer, 5))
    assert reasons(seen(session, household, now)) == ["proof_waiting"]
    proof = proofs.mine(session, key, account.id)[0]
    with client.get(f"/promotions/proofs/{proof.id}/file") as file:
        assert file.status_code == 200
    proofs.decide(session, actor_for(offer.maker.id), proof.id, 2, "", now)
    assert seen(session, household, now).discount_fen == 4_000
    place(session, household, now=now)
    assert proofs.mine(session, key, account.id)[0].used == 2
    fill_cart(session, account.id, (offer, 1))
    assert reasons(seen(session, household, now)) == ["proof_needed"]


def test_a_proof_is_decided_on_the_desk_of_its_promotion_only(client, session, now):
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    offer = make_offer(session)
    key = make_running(session, owner=Owner.SELLER, seller_id=offer.maker.id, benefit=benefit)
    owner = make_account(session)
    sign_in(client, session, owner.id)
    client.post(f"/promotions/{key}/proofs", data={"pieces": "1", "file": (picture(), "a.png")})
    proof = proofs.sent_to(session, key)[0]
    stranger = make_actor(session, "seller", make_maker(session).id)
    sign_in(client, session, stranger.account_id)
    address = f"/seller/promotions/proofs/{proof.id}"
    assert client.post(address, data={"accepted": "1"}).status_code == 404
    assert client.get(f"/promotions/proofs/{proof.id}/file").status_code == 404
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    page = client.get(f"/seller/promotions/{key}")
    assert "旧物凭证" in page.text
    assert client.post(address, data={"accepted": "1", "next": "/seller"}).status_code == 303
    assert proofs.sent_to(session, key)[0].accepted == 1


def handed_in(client, session, pieces=2, **over):
    """A trade-in of a seller and the proof a household sent for it; its desk is signed in."""
    benefit = Benefit(K.TRADE_IN, amount_fen=2_000, times=0)
    maker = make_maker(session)
    owner = over or {"owner": Owner.SELLER, "seller_id": maker.id}
    key = make_running(session, benefit=benefit, **owner)
    account = make_account(session)
    sign_in(client, session, account.id)
    data = {"pieces": str(pieces), "file": (picture(), "old.png")}
    client.post(f"/promotions/{key}/proofs", data=data)
    sign_in(client, session, make_actor(session, "seller", maker.id).account_id)
    return maker, key, account.id, proofs.sent_to(session, key)[0].id


def test_a_refusal_is_explained_and_nothing_is_cut_silently(client, session):
    _, key, household_id, proof_id = handed_in(client, session)
    address = f"/seller/promotions/proofs/{proof_id}"
    none = client.post(address, data={"accepted": "0", "reason": " "})
    assert none.status_code == 422
    assert 'value="0"' in none.text
    assert f'id="reason-{proof_id}-err"' in none.text
    assert "算 0 件要写清楚原因" in none.text
    more = client.post(address, data={"accepted": "3", "reason": "三件都好"})
    assert more.status_code == 422
    assert "只交了 2 件，最多算 2 件" in more.text
    assert f'id="accepted-{proof_id}-err"' in more.text
    assert 'value="3"' in more.text
    assert "三件都好" in more.text
    assert client.post(address, data={"accepted": "两"}).status_code == 422
    assert proofs.sent_to(session, key)[0].state == "waiting"
    done = client.post(address, data={"accepted": "0", "reason": "照片看不清"})
    assert done.status_code == 303
    assert done.location.endswith(f"/seller/promotions/{key}#proofs")
    (message,) = told(session, household_id)
    assert message[0] == "proof_refused"
    assert "照片看不清" in message[2]
    again = client.post(address, data={"accepted": "1"}, follow_redirects=True)
    assert "这份凭证已经核对过了" in again.text


def test_a_household_is_told_how_many_of_its_pieces_count(client, session, now):
    maker, key, household_id, proof_id = handed_in(client, session)
    proofs.decide(session, actor_for(maker.id), proof_id, 1, "", now)
    (message,) = told(session, household_id)
    assert message[0] == "proof_accepted"
    assert "你交的 2 件算 1 件" in message[2]
    assert message[3] == f"/promotions/{key}#proof"


def test_waiting_pieces_are_a_task_on_the_desk(client, session, now):
    maker, key, _, proof_id = handed_in(client, session)
    today = client.get("/seller").text
    assert f"/seller/promotions/{key}#proofs" in today
    assert "核对“满 1000 减 100”的旧物凭证" in today
    assert "等核对的旧物凭证" in client.get("/seller/promotions").text
    proofs.decide(session, actor_for(maker.id), proof_id, 1, "", now)
    assert f"/seller/promotions/{key}#proofs" not in client.get("/seller").text
    assert "等核对的旧物凭证" not in client.get("/seller/promotions").text


def test_waiting_pieces_of_the_platform_are_in_the_operators_queue(client, session, now):
    _, key, _, proof_id = handed_in(client, session, owner=Owner.PLATFORM)
    office = Actor("o", frozenset({"official"}), official_regions=(RegionCode("130624"),))
    later = now + timedelta(days=1)
    found = proof_queries.backlog_of_staff(session, SYSTEM, later, later)
    assert (found.waiting, found.late) == (1, 1)
    assert proof_queries.backlog_of_staff(session, office, later, later).waiting == 0
    sign_in(client, session, make_actor(session, "operator").account_id)
    assert "旧物凭证" in client.get("/operator").text
    assert f"/official/promotions/{key}#proofs" in client.get("/official/promotions").text
    proofs.decide(session, SYSTEM, proof_id, 1, "", now)
    assert proof_queries.backlog_of_staff(session, SYSTEM, later, later).waiting == 0


def test_a_trade_in_by_percentage_is_drafted_and_used(client, session, now):
    offer = make_offer(session, stock=50)
    seller = make_actor(session, "seller", offer.maker.id)
    sign_in(client, session, seller.account_id)
    form = {"name": "试试", "starts_on": "2026-11-20", "ends_on": "2026-12-31", "kind": "trade_in"}
    neither = client.post("/seller/promotions/new", data=form)
    assert (neither.status_code, "填减多少元，或者减百分之几" in neither.text) == (422, True)
    both = client.post(
        "/seller/promotions/new", data={**form, "trade_fen": "20", "trade_percent": "10"}
    )
    assert (both.status_code, "只能填一样" in both.text) == (422, True)
    made = client.post("/seller/promotions/new", data={**form, "trade_percent": "12.5"})
    assert made.status_code == 303
    assert "每交一件旧的，一件新的减 12.5 %" in client.get(made.location).text
    assert 'value="12.5"' in client.get(f"{made.location}/edit").text
    client.post(f"{made.location}/schedule")
    key = made.location.rsplit("/", 1)[1]
    household = make_household(session)
    sign_in(client, session, household.account_id)
    client.post(f"/promotions/{key}/proofs", data={"pieces": "1", "file": (picture(), "a.png")})
    proof = proofs.sent_to(session, key)[0]
    proofs.decide(session, actor_for(offer.maker.id), proof.id, 1, "", now)
    fill_cart(session, household.account_id, (offer, 3))
    assert seen(session, household, now).discount_fen == 13_824 // 8
