"""Local lists: sold without a certificate only inside the region, only until the day."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from market.accounts import service as accounts
from market.adapters.whoosh_index import WhooshIndex
from market.audit.models import AuditEvent
from market.carts import queries as carts
from market.carts.types import CartOwner
from market.catalogue import cart_holds, errors, local_areas, local_queries, queries, service
from market.catalogue.invariants import breaches, visible_among
from market.catalogue.local_lists import Admission
from market.catalogue.models import CartHold, ListingTally
from market.catalogue.types import CartWish, ListingFilter
from market.checkout import service as checkout
from market.checkout.errors import CartChanged
from market.checkout.quote import quote
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.kernel.region_code import RegionCode
from market.notifications.models import Message
from market.reports.invariants import Books, search_hits
from market.search import jobs
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import (
    START,
    VARIANT,
    actor_for,
    make_listing,
    make_maker,
    make_offer,
    make_product,
    make_shelter,
    publish,
)
from tests.factories.inspections import paper
from tests.factories.orders import TOWN, make_address, make_household, submission
from tests.factories.sellers import make_png

COUNTY, ELSEWHERE = RegionCode("130624"), RegionCode("510121001")
UNTIL = date(2026, 12, 31)


def official(region=COUNTY):
    return Actor(
        account_id="o", roles=frozenset({"official"}), official_regions=(region,),
        display_name="李主任",
    )  # fmt: skip


def admission(**overrides):
    values = {"region": COUNTY, "until_on": UNTIL, "sheet_number": "JS-1", "reason": "本地产",
              **overrides}  # fmt: skip
    return Admission(**values)


@pytest.fixture
def product(session):
    maker = make_maker(session, region_code="130624")
    made = make_product(session, maker, name_zh="秸秆压制板")
    service.add_variant(session, actor_for(maker.id), made, VARIANT, START)
    return maker, made


def admit(session, product, **overrides):
    return service.admit(
        session, official(), product[1], admission(**overrides), paper(), now=START
    )


@pytest.fixture
def listing(session, product):
    """Admitted, published and in stock."""
    maker, made = product
    admit(session, product)
    publish(session, actor_for(maker.id), made, START)
    (variant,) = queries.own_variants(session, actor_for(maker.id), made)
    key = make_listing(session, maker, variant.id)
    service.stock.restock(session, key, make_shelter(session, maker).id, 10, START)
    return key


def view(session, listing, now=START):
    return queries.listings_by_ids(session, {listing}, now)[listing]


def test_without_a_certificate_or_a_local_list_it_is_not_published(session, product):
    maker, made = product
    with pytest.raises(errors.NotPublishable):
        service.publish_product(session, actor_for(maker.id), made, START)
    admit(session, product)
    service.publish_product(session, actor_for(maker.id), made, START)


def test_it_goes_only_inside_the_region_and_only_until_the_day(session, listing):
    seen = view(session, listing)
    assert seen.sellable
    assert (seen.certified, seen.is_local, seen.star) == (False, True, None)
    assert seen.may_go_to(TOWN, START)
    assert not seen.may_go_to(ELSEWHERE, START)
    assert not seen.may_go_to(None, START)
    over = local_areas.areas_of(seen.local_areas)[0].closes_at
    assert over.isoformat() == "2026-12-31T16:00:00+00:00"
    assert view(session, listing, over - timedelta(seconds=1)).sellable
    ended = view(session, listing, over)
    assert (ended.sellable, ended.unsellable_reason) == (False, "local_ended")
    assert breaches(session, START) == breaches(session, over) == []


def test_it_stays_out_of_the_green_zone_the_counts_and_other_places(session, listing):
    zone = queries.list_listings(session, ListingFilter(zone=True), START)
    assert listing not in {one.id for one in zone.page.items}
    assert not session.scalar(select(ListingTally.kind_code).limit(1))
    assert [v.id for v in queries.listings_for_material(session, "G105", None, TOWN, START)] == [
        listing
    ]
    for place in (ELSEWHERE, None):
        assert not queries.listings_for_material(session, "G105", None, place, START)


def test_cart_and_checkout_refuse_other_places(session, listing):
    buyer = make_household(session).account_id
    checkout.add_to_cart(session, CartOwner(buyer), listing, 1, START)
    cart = carts.get_cart(session, CartOwner(buyer))
    assert quote(session, cart, TOWN, buyer, START).problems == ()
    (problem,) = quote(session, cart, ELSEWHERE, buyer, START).problems
    assert (problem.code, problem.blocking) == ("local_only", True)
    away = make_address(session, buyer, ELSEWHERE)
    sent = submission(session, buyer, away, START)
    with pytest.raises(CartChanged):
        checkout.place_order(session, buyer, sent, START)
    home = make_address(session, buyer, TOWN)
    placed = checkout.place_order(session, buyer, submission(session, buyer, home, START), START)
    assert placed


def test_withdrawing_shuts_it_at_once(session, product, listing):
    (row,) = local_queries.list_admissions(session, official(), START)
    with pytest.raises(Forbidden):
        service.withdraw_admission(
            session, official(RegionCode("510121")), row.id, "不行", now=START
        )
    with pytest.raises(errors.WithdrawalNeedsReason):
        service.withdraw_admission(session, official(), row.id, " ", now=START)
    service.withdraw_admission(session, official(), row.id, "抽检不合格", now=START)
    assert not view(session, listing).sellable
    actions = set(session.scalars(select(AuditEvent.action)))
    assert {"local_list.admit", "local_list.withdraw"} <= actions
    admit(session, product)
    assert view(session, listing).sellable


def test_after_a_withdrawal_goods_cart_and_maker_say_since_when(session, product, listing):
    maker, _made = product
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", maker.id)
    buyer = make_household(session).account_id
    checkout.add_to_cart(session, CartOwner(buyer), listing, 2, START)
    wish = CartWish("line", listing, 2, TOWN)
    until = START + timedelta(days=4)  # longer than any, so that only the withdrawal ends it
    assert cart_holds.keep(session, "ann", ([wish],), until, START) == {"line"}
    later = START + timedelta(days=3)
    (row,) = local_queries.list_admissions(session, official(), later)
    service.withdraw_admission(session, official(), row.id, "抽检不合格", now=later)
    seen = view(session, listing, later)
    assert (seen.sellable, seen.unsellable_reason) == (False, "local_ended")
    assert [one.since for one in seen.shut] == [date(2026, 11, 25)]
    (problem,) = quote(
        session, carts.get_cart(session, CartOwner(buyer)), TOWN, buyer, later
    ).problems
    assert (problem.code, problem.params["since"]) == ("local_ended", date(2026, 11, 25))
    assert not session.scalar(select(CartHold.quantity).limit(1))
    assert breaches(session, later) == []
    told = {one.kind: one.params for one in session.scalars(
        select(Message).where(Message.account_id == worker.id)
    )}  # fmt: skip
    assert told["local_withdrawn"]["reason"] == "抽检不合格"
    assert "阜平" in told["local_withdrawn"]["place"]


def test_the_maker_is_told_where_and_until_when_it_is_admitted(session, product):
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", product[0].id)
    admit(session, product)
    (told,) = session.scalars(select(Message).where(Message.account_id == worker.id))
    assert (told.kind, told.params["day"]) == ("local_admitted", "2026-12-31")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"region": RegionCode("510121")}, Forbidden),
        ({"until_on": date(2026, 11, 22)}, errors.AdmissionEndWrong),
        ({"until_on": date(2029, 1, 1)}, errors.AdmissionEndWrong),
    ],
)
def test_what_cannot_be_admitted(session, product, wrong, error):
    with pytest.raises(error):
        admit(session, product, **wrong)


def test_twice_without_a_sheet_or_under_a_certificate_is_refused(session, product):
    with pytest.raises(errors.SheetMissing):
        service.admit(session, official(), product[1], admission(), None, now=START)
    admit(session, product)
    with pytest.raises(errors.AdmittedAlready):
        admit(session, product)
    certified = make_offer(session)
    with pytest.raises(errors.NotForLocalList):
        admit(session, (None, certified.product_id))


def test_pages_say_where_and_until_when(session, client, product, listing):
    session.commit()
    page = client.get(f"/p/{product[1]}").get_data(as_text=True)
    assert "没有绿色建材证书" in page
    assert "2026-12-31" in page
    client.set_cookie("township", TOWN.digits)
    assert "秸秆压制板" in client.get("/materials/G105").get_data(as_text=True)
    assert "秸秆压制板" in client.get("/local-list").get_data(as_text=True)
    client.set_cookie("township", ELSEWHERE.digits)
    assert "秸秆压制板" not in client.get("/materials/G105").get_data(as_text=True)
    assert "秸秆压制板" not in client.get("/local-list").get_data(as_text=True)
    assert "秸秆压制板" not in client.get("/zone").get_data(as_text=True)


def test_a_search_finds_it_only_in_the_region_with_its_own_badge(
    app, client, session, listing, tmp_path, monkeypatch
):
    session.commit()
    index = WhooshIndex(tmp_path / "index")
    monkeypatch.setitem(app.extensions, "market.text_index", index)
    jobs.rebuild(index)
    assert jobs.heal(index) is False

    def found(place, query="保温板"):
        if place:
            client.set_cookie("township", place.digits)
        return client.get(f"/search?q={query}").get_data(as_text=True)

    for place in (None, ELSEWHERE):
        assert "/p/" not in found(place)
    assert "地方目录，没有绿色建材证书" in found(TOWN)
    assert "/p/" in found(TOWN, "石墨聚苯板")
    books = Books(session, START, index)
    assert search_hits(books) == []
    over = local_areas.areas_of(view(session, listing).local_areas)[0].closes_at
    assert visible_among(session, {listing}, START, TOWN) == {listing}
    for at, place in ((START, None), (START, ELSEWHERE), (over, TOWN)):
        assert visible_among(session, {listing}, at, place) == set()
    (row,) = local_queries.list_admissions(session, official(), START)
    service.withdraw_admission(session, official(), row.id, "抽检不合格", now=START)
    session.commit()
    assert "/p/" not in found(TOWN)  # the index has not heard of it yet
    jobs.drain(index)
    assert index.count() == 0


def test_the_number_beside_a_kind_is_what_its_list_shows_at_the_place(client, listing):
    def promised():
        page = client.get("/materials").get_data(as_text=True)
        found = re.search(r'<a href="/materials/G105"(?:(?!</a>).)*?(\d+) 个在卖', page, re.DOTALL)
        return int(found[1]) if found else 0

    def shown():
        page = client.get("/materials/G105").get_data(as_text=True)
        return page.count('<article class="g">')

    assert promised() == shown() == 0
    client.set_cookie("township", TOWN.digits)
    assert promised() == shown() == 1
    client.set_cookie("township", ELSEWHERE.digits)
    assert promised() == shown() == 0


def test_a_foreign_region_is_refused_beside_the_field_and_what_was_typed_stays(
    client, session, product
):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", COUNTY.digits)
    sign_in(client, session, account.id)
    typed = {"region": "510121", "until_on": "2026-12-31", "sheet_number": "JS-7", "reason": "本地"}
    data = {**typed, "sheet": (BytesIO(make_png()), "sheet.png")}
    answer = client.post(f"/official/local-list/new/{product[1]}", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'name="region"[^>]*aria-invalid="true"', page) or re.search(
        r'aria-invalid="true"[^>]*name="region"', page
    )
    assert "这个地区不在你负责的范围" in page
    assert all(value in page for value in ("510121", "2026-12-31", "JS-7", "本地"))


def test_a_withdrawal_without_words_says_so_at_its_own_line(client, session, product, listing):
    other = make_product(session, product[0], name_zh="另一种板")
    service.admit(session, official(), other, admission(), paper(), now=START)
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", COUNTY.digits)
    rows = local_queries.list_admissions(session, official(), START)
    (mine,) = [row for row in rows if row.product_id == product[1]]
    (its,) = [row for row in rows if row.product_id == other]
    session.commit()
    sign_in(client, session, account.id)
    for typed, said in (("", "写明移出的理由"), ("长" * 1001, "最多写 1000 个字")):
        answer = client.post(f"/official/local-list/{mine.id}/withdraw", data={"reason": typed})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        own = re.search(rf"<details open>.*?local-list/{mine.id}/withdraw.*?</details>", page, re.S)
        assert own
        assert said in own[0]
        assert f'href="#reason-{mine.id}"' in page
        assert page.count("<details open>") == 1
        if typed:
            assert page.count(typed) == 1  # in its own line, and in no other
            assert typed in own[0]
        assert f'id="reason-{its.id}"' in page
