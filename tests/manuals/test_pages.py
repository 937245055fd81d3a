"""The maker's page of a manual, and what everyone reads."""

import re

import pytest

from market.manuals.types import Section, Words
from tests.factories.accounts import make_actor, sign_in
from tests.factories.batches import make_batch, make_code
from tests.factories.catalogue import make_maker, make_offer, make_product
from tests.factories.manuals import make_manual, manual

FILLED = {f"{section}_zh": f"{section} 的做法" for section in Section}


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
def offer(session):
    made = make_offer(session)
    session.commit()
    return made


@pytest.fixture
def desk(client, session, offer):
    """A client at the maker's desk."""
    sign_in(client, session, make_actor(session, "seller", offer.maker.id).account_id)
    return client


@pytest.fixture
def unwritten(session, offer):
    """The address of a manual nobody has written."""
    product = make_product(session, offer.maker, manual=False)
    session.commit()
    return f"/seller/products/{product}/manual"


def test_write_preview_publish(desk, unwritten):
    assert unwritten in page(desk.get(unwritten.removesuffix("/manual")))
    part = FILLED | {"mixing_zh": "", "do": "save"}
    assert desk.post(unwritten, data=part).status_code == 303
    assert "disposal 的做法" in page(desk.get(unwritten))
    assert page(desk.get(unwritten.replace("/seller/products", "/p")), 404)
    refused = page(desk.post(unwritten, data=part | {"do": "publish"}), 422)
    assert refused.count("写上内容；用不着的，勾“不适用”") == 2  # in the summary and at the field
    assert "disposal 的做法" in refused
    whole = part | {"mixing_none": "y"}
    seen = desk.post(unwritten, data=whole | {"do": "preview"}, follow_redirects=True)
    assert "草稿，买家看不到" in page(seen)
    done = page(desk.post(unwritten, data=whole | {"do": "publish"}, follow_redirects=True))
    assert "第 1 版说明书发布了" in done
    public = page(desk.get(unwritten.replace("/seller/products", "/p")))
    assert re.search(r"配比和搅拌</h2>\s*<p class=\"muted\">不适用", public)
    assert "<svg" in public
    again = page(desk.post(unwritten, data=whole | {"do": "publish"}), 422)
    assert "和现在这一版一样" in again


def test_too_long_a_text_is_refused_and_kept(desk, unwritten):
    text = "长" * 3_001
    refused = page(desk.post(unwritten, data=FILLED | {"use_zh": text, "do": "save"}), 422)
    assert "最多写 3000 个字" in refused
    assert text in refused


def test_the_product_and_the_scan_show_the_manual_of_their_own(client, session, offer, now):
    code = make_code(session, offer.actor, make_batch(session, offer.actor, offer.product_id))
    make_manual(
        session, offer.actor, offer.product_id, manual(use=Words("新的用法", "New use")), now
    )
    session.commit()
    product = page(client.get(f"/p/{offer.product_id}"))
    assert f"/p/{offer.product_id}/manual" in product
    assert "第 2 版" in product
    scanned = page(client.get(f"/t/{code}"))
    assert f"/p/{offer.product_id}/manual/1" in scanned
    old = page(client.get(f"/p/{offer.product_id}/manual/1"))
    assert "这是旧的一版" in old
    assert "新的用法" not in old
    english = page(client.get(f"/p/{offer.product_id}/manual?lang=en"))
    assert "New use" in english
    assert "The maker wrote it in Chinese only" in english
    assert page(client.get(f"/p/{offer.product_id}/manual/9"), 404)


def test_what_makers_write_is_escaped(client, session, offer, now):
    make_manual(session, offer.actor, offer.product_id, manual(use=Words("<script>x")), now)
    session.commit()
    assert "<script>x" not in page(client.get(f"/p/{offer.product_id}/manual"))


def test_the_desk_counts_goods_without_a_manual(desk, session, offer):
    from market.catalogue.models import Product  # noqa: PLC0415

    assert "还没有说明书" not in page(desk.get("/seller"))
    session.get_one(Product, offer.product_id).manual_version = None
    session.commit()
    assert "有 1 个在卖的产品还没有说明书" in page(desk.get("/seller"))


def test_the_interface_names_the_manual(client, offer):
    listed = client.get("/api/v1/products").json["items"][0]["manual"]
    assert listed["version"] == 1
    assert listed["url"].endswith(f"/p/{offer.product_id}/manual/1")


def test_a_product_of_another_maker_is_not_there(client, session, offer):
    stranger = make_maker(session)
    sign_in(client, session, make_actor(session, "seller", stranger.id).account_id)
    path = f"/seller/products/{offer.product_id}/manual"
    assert page(client.get(path), 404)
    assert page(client.post(path, data=FILLED | {"do": "publish"}), 404)
