"""The index is a cache: it follows the database, may be lost, and is never believed."""

import shutil

import pytest
from sqlalchemy import update

from market.adapters.tantivy_index import TantivyIndex
from market.adapters.whoosh_index import WhooshIndex
from market.catalogue.events import ListingChanged
from market.catalogue.models import Listing
from market.kernel.events import publish
from market.search import jobs, service
from market.search.models import IndexTokens
from market.search.types import TextRequest
from tests.factories.catalogue import make_maker, make_offer

BOARDS = TextRequest(kinds={"G105": 1.0}, at=1_795_000_000, sort="price")


@pytest.fixture(params=[WhooshIndex, TantivyIndex])
def index(request, app, session, tmp_path, monkeypatch):
    made = request.param(tmp_path / "index")
    monkeypatch.setitem(app.extensions, "market.text_index", made)
    return made


@pytest.fixture
def offers(session):
    maker = make_maker(session)
    made = [make_offer(session, maker, product={"name_zh": f"石墨板{n}"}) for n in range(3)]
    session.commit()
    return made


def test_a_changed_price_is_carried_without_a_rebuild(index, session, offers):
    jobs.rebuild(index)
    build = index.builds.current()
    jobs.drain(index)
    last = offers[2].listing_id
    session.execute(update(Listing).where(Listing.id == last).values(unit_price_milli_fen=1))
    publish(session, ListingChanged(last))
    session.commit()
    assert jobs.drain(index) == 1
    assert index.search(BOARDS).listing_ids[0] == last
    assert index.builds.current() == build


def test_words_are_cut_once_and_kept(index, session, offers):
    assert jobs.keep_tokens() == 3
    assert jobs.keep_tokens() == 0
    assert session.query(IndexTokens).count() == 3
    session.query(IndexTokens).update({"version": 0})
    session.commit()
    assert jobs.rebuild(index) == 3
    assert jobs.keep_tokens() == 0


def test_a_lost_index_is_healed_and_selling_goes_on_meanwhile(index, client, session, offers):
    jobs.rebuild(index)
    shutil.rmtree(index.root)
    page = client.get("/search?q=石墨板").get_data(as_text=True)
    assert "搜索正在修" in page
    assert "石墨板1" in page
    assert jobs.heal(index) is True
    assert jobs.heal(index) is False
    page = client.get("/search?q=石墨板").get_data(as_text=True)
    assert "搜索正在修" not in page
    assert offers[1].product_id in page


def test_a_change_meets_a_lost_index_and_builds_it(index, session, offers):
    publish(session, ListingChanged(offers[0].listing_id))
    session.commit()
    jobs.drain(index)
    assert index.count() == 3
    assert service.waiting(session) == 0


def test_a_hit_is_shown_only_when_the_database_lets_it(index, client, session, offers):
    jobs.rebuild(index)
    hidden = offers[1].listing_id
    session.execute(update(Listing).where(Listing.id == hidden).values(state="paused"))
    session.commit()
    page = client.get("/search?q=石墨板").get_data(as_text=True)
    assert offers[0].product_id in page
    assert offers[1].product_id not in page
