"""The public pages, through the client, on real offers."""

import gzip
import re
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import render_template_string
from sqlalchemy import event, update

from market.catalogue import service as catalogue
from market.catalogue.types import Dimension, Evidence
from market.certification.models import CertificationBody
from market.sellers.models import Seller, SellerArea
from tests.factories.catalogue import (
    START,
    ensure_kinds,
    make_listing,
    make_maker,
    make_offer,
    make_shelter,
    make_stamp,
)


@contextmanager
def statements(session):
    """Collects the SQL that reaches the database in the block."""
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def reads(seen):
    return [sql for sql in seen if sql.lstrip().upper().startswith("SELECT")]


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def words(page):
    """What a reader sees, tags apart."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ")


@pytest.fixture
def offer(session):
    """石墨聚苯板, three stars, 48.00 yuan/m², with one gap in the evidence."""
    made = make_offer(
        session,
        stock=420,
        product={
            "name_en": "Graphite EPS board",
            "model": "HN-G100",
            "life_years": 25,
            "attributes": {"thickness_mm": 100, "lambda_w_mk": 0.033},
            "evidence": (Evidence(Dimension.SAFETY, "燃烧性能 B1 级", "GB 8624"),),
        },
    )
    session.commit()
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["/", "/materials", "/materials/1", "/materials/G105", "/zone",
             "/guide/returns", "/guide/complaints", "/guide/certificates", "/guide/accessibility"]
)  # fmt: skip
def test_every_page_opens_for_everyone(client, offer, path, lang):
    joint = "&" if "?" in path else "?"
    page = text_of(client, f"{path}{joint}lang={lang}")
    assert page.count("<h1") == 1
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in page


@pytest.mark.parametrize("path", ["/", "/materials", "/materials/G105", "/zone"])
def test_pages_open_before_anything_is_for_sale(client, session, path):
    ensure_kinds(session)
    session.commit()
    assert "<h1" in text_of(client, path)


def test_the_product_page_says_the_delivered_price_first(in_town, offer):
    page = words(text_of(in_town, f"/p/{offer.product_id}?amount=84"))
    # 31 packs of 2.88 m² weigh 178.56 kg: 10.00 + 89.28 yuan of freight on 89.28 m²
    assert "49.11 元/m² 送到天生桥镇" in page
    assert "运到天生桥镇 1.11 元" in page
    assert page.index("49.11") < page.index("绿色建材证书有效") < page.index("要多少")


def test_the_working_box_counts_packs_and_money(in_town, offer):
    page = words(text_of(in_town, f"/p/{offer.product_id}?amount=84&loss=5"))
    assert "84 m² 加 5 % 损耗，每包 2.88 m²，要 31 包，剩 1.08 m²" in page
    # 31 × 138.24 + 99.28
    assert "4,384.72 元" in page


def test_without_a_township_the_price_says_so(client, offer):
    page = words(text_of(client, f"/p/{offer.product_id}"))
    assert "48.00 元/m² 不含运费" in page
    assert "选好乡镇" in page


@pytest.mark.parametrize("amount", ["abc", "-5", "0", "99999999", "1e9", "NaN", "1.23456"])
def test_a_strange_amount_is_explained_or_ignored_never_a_fault(in_town, offer, amount):
    response = in_town.get(f"/p/{offer.product_id}", query_string={"amount": amount, "loss": "x"})
    assert response.status_code == 200


def test_a_wrong_amount_is_said_beside_the_price(in_town, offer):
    page = text_of(in_town, f"/p/{offer.product_id}?amount=abc")
    assert 'role="alert"' in page
    field = re.search(r'<input[^>]*id="amount"[^>]*>', page)[0]
    assert 'value="abc"' in field
    assert 'aria-describedby="amount-err"' in field
    assert 'id="amount-err"' in page


def test_sellers_are_ranked_by_what_it_costs_here(in_town, session, offer):
    cheap_but_far = make_maker(session, name="远处的店")
    session.execute(
        update(SellerArea).where(SellerArea.seller_id == cheap_but_far.id).values(prefix="51")
    )
    near = make_maker(session, name="近处的店")
    make_listing(session, cheap_but_far, offer.variant_id, price_fen=9_000, made_to_order=True)
    make_listing(session, near, offer.variant_id, price_fen=13_000, made_to_order=True)
    session.commit()
    page = words(text_of(in_town, f"/p/{offer.product_id}"))
    sellers = page[page.index("谁在卖，比到镇价") :]
    assert sellers.index("近处的店") < sellers.index(offer.maker.name) < sellers.index("远处的店")
    assert "这家送不到天生桥镇" in sellers


def test_the_chosen_seller_is_the_one_in_the_cart_form(in_town, session, offer):
    other = make_maker(session, name="另一家")
    listing = make_listing(session, other, offer.variant_id, price_fen=20_000, made_to_order=True)
    session.commit()
    page = text_of(in_town, f"/p/{offer.product_id}?listing={listing}")
    assert f'name="listing_id" value="{listing}"' in page
    default = text_of(in_town, f"/p/{offer.product_id}")
    assert f'name="listing_id" value="{offer.listing_id}"' in default


def test_a_list_of_offers_names_each_seller_and_leads_to_that_offer(in_town, session, offer):
    other = make_maker(session, name="另一家")
    listing = make_listing(session, other, offer.variant_id, price_fen=20_000, made_to_order=True)
    session.commit()
    page = text_of(in_town, "/zone")
    assert "2 个报价" in page
    for seller, wanted in ((offer.maker.name, offer.listing_id), ("另一家", listing)):
        card = next(c for c in page.split("<article")[1:] if f"listing={wanted}" in c)
        assert seller in words(card)
        price = re.search(r'class="n">([\d.,]+)<', card)[1]
        shown = text_of(in_town, f"/p/{offer.product_id}?listing={wanted}&amount=100&loss=0")
        assert f'name="listing_id" value="{wanted}"' in shown
        assert price.split(".")[0] in words(shown[shown.index("pricebox") :])
    assert "另一家" not in words(text_of(in_town, f"/s/{offer.maker.id}").split("<article", 1)[1])


@pytest.mark.parametrize("sample", [True, False])
def test_outside_production_every_price_says_that_it_is_a_sample(app, monkeypatch, sample):
    assert app.jinja_env.globals["sample_prices"]
    monkeypatch.setitem(app.jinja_env.globals, "sample_prices", sample)
    source = """{% import "components/product.html" as product with context %}
        {{ product.price(4911, "m2", "天生桥镇") }}"""
    with app.test_request_context("/"):
        assert ("示例价" in render_template_string(source)) is sample


def test_missing_evidence_is_a_gap_not_a_zero(client, offer):
    page = text_of(client, f"/p/{offer.product_id}")
    assert page.count('class="gap"') == 5
    assert "厂家还没交核验过的碳足迹，不等于 0" in page
    assert "燃烧性能 B1 级" in page


def test_a_kind_without_scheme_carries_the_neutral_label_and_no_stars(client, session):
    cement = make_offer(
        session,
        product={"kind_code": "X01", "name_zh": "普通水泥 42.5", "unit": "t"},
        variant={"pack_size": Decimal("0.05"), "weight_g": 50_000},
    )
    session.commit()
    for path in (f"/p/{cement.product_id}", "/materials/X01"):
        page = text_of(client, path)
        assert "暂无绿色认证目录" in page
        assert "★" not in page
    assert "普通水泥" not in text_of(client, "/zone")


def test_activity_one_says_pass_and_never_stars(client, session):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, kinds=["A02"], scheme="activity1", star=None)
    paint = make_offer(
        session, maker, stamp, product={"kind_code": "A02", "name_zh": "净味涂料", "unit": "kg"}
    )
    session.commit()
    page = text_of(client, f"/p/{paint.product_id}")
    assert "合格" in page
    assert "★" not in page
    assert "净味涂料" in text_of(client, "/zone")
    assert "★" not in text_of(client, "/materials/A02")


def test_an_expired_certificate_takes_the_product_off_the_lists(client, session, clock):
    maker = make_maker(session)
    stamp = make_stamp(session, maker, valid_to=date(2026, 11, 25))
    soon = make_offer(session, maker, stamp, product={"name_zh": "快到期的板"})
    session.commit()
    assert "快到期的板" in text_of(client, "/zone")
    assert "证书快到期" in text_of(client, f"/p/{soon.product_id}")
    clock.advance(days=4)
    for path in ("/zone", "/materials/G105", "/"):
        assert "快到期的板" not in text_of(client, path)
    page = words(text_of(client, f"/p/{soon.product_id}"))
    assert "证书已过期" in page
    assert "看同类产品" in page
    assert "加入购物车" not in page


def test_a_change_is_seen_at_once_although_pages_are_kept(client, session, offer):
    before = words(text_of(client, f"/p/{offer.product_id}"))
    assert "48.00 元/m²" in before
    assert "48.00" in text_of(client, "/materials/G105")
    from market.catalogue.types import ListingDetails  # noqa: PLC0415

    catalogue.edit_listing(
        session, offer.actor, offer.listing_id, ListingDetails(price_fen=14_400), START
    )
    session.commit()
    assert "50.00 元/m²" in words(text_of(client, f"/p/{offer.product_id}"))
    assert "50.00" in text_of(client, "/materials/G105")


def test_kept_pages_hold_nothing_of_another_visitor(app, offer):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        tokens = []
        for _ in range(2):
            page = app.test_client().get(f"/p/{offer.product_id}").get_data(as_text=True)
            form = page[page.index('id="buy"') :]
            tokens.append(re.search(r'name="csrf_token" value="([^"]+)"', form)[1])
            assert "%%csrf%%" not in page
        assert tokens[0] != tokens[1]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_place_and_language_have_their_own_page(app, client, in_town, offer):
    path = f"/p/{offer.product_id}"
    assert "送到天生桥镇" in words(text_of(in_town, path))
    assert "不含运费" in words(text_of(app.test_client(), path))
    english = words(text_of(app.test_client(), f"{path}?lang=en"))
    assert "Graphite EPS board" in english
    assert "加入购物车" not in english


def test_filters_narrow_the_list_and_stay_readable(in_town, session, offer):
    maker = make_maker(session, name="二星厂")
    stamp = make_stamp(session, maker, star=2)
    make_offer(session, maker, stamp, stock=0, product={"name_zh": "二星的板"})
    session.commit()
    assert "二星的板" in text_of(in_town, "/materials/G105")
    page = text_of(in_town, "/materials/G105?star=3&sort=delivered")
    assert "二星的板" not in page
    assert "石墨聚苯板" in page
    assert 'name="sort" value="delivered"' in page
    assert "去掉：三星" in page
    assert "石墨聚苯板" not in text_of(in_town, "/materials/G105?star=2")
    assert "没有符合的商品" in text_of(in_town, "/materials/G105?star=1")
    assert "二星的板" not in text_of(in_town, "/materials/G105?stock=1")


@pytest.mark.parametrize(
    "query", ["star=9", "star=x", "sort=paid", "seller=" + "x" * 300, "here=1", "zz=1"]
)
def test_a_strange_filter_is_no_fault(client, offer, query):
    for path in ("/materials/G105", "/materials/1", "/zone", f"/s/{offer.maker.id}"):
        assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999"])
def test_a_wild_page_number_is_not_found(client, offer, page):
    assert client.get(f"/materials/G105?page={page}").status_code == 404


def test_long_lists_have_pages(client, session):
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    for number in range(26):
        make_offer(session, maker, stamp, stock=1, product={"name_zh": f"第{number}种板"})
    session.commit()
    first, second = (text_of(client, f"/materials/G105?page={n}") for n in (1, 2))
    assert (first.count('<article class="g"'), second.count('<article class="g"')) == (24, 2)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_a_seller_page_shows_reach_freight_and_goods(in_town, session, offer):
    page = words(text_of(in_town, f"/s/{offer.maker.id}"))
    assert offer.maker.name in page
    assert "送得到" in page
    assert "10.00 元" in page
    assert "石墨聚苯板" in page


def test_a_suspended_seller_says_so_and_an_applicant_has_no_page(client, session, offer):
    draft = make_maker(session, state="submitted")
    session.execute(update(Seller).where(Seller.id == offer.maker.id).values(state="suspended"))
    session.commit()
    assert "暂停营业" in text_of(client, f"/s/{offer.maker.id}")
    assert client.get(f"/s/{draft.id}").status_code == 404
    assert client.get("/s/nobody").status_code == 404


def test_a_draft_has_no_page(client, session):
    from tests.factories.catalogue import make_product  # noqa: PLC0415

    maker = make_maker(session)
    draft = make_product(session, maker)
    session.commit()
    assert client.get(f"/p/{draft}").status_code == 404


def test_names_of_makers_are_escaped(client, session):
    maker = make_maker(session, name="<b>厂</b>")
    bad = make_offer(session, maker, product={"name_zh": "<script>x</script>"})
    session.commit()
    for path in (f"/p/{bad.product_id}", "/materials/G105", f"/s/{maker.id}"):
        page = text_of(client, path)
        assert "<script>x" not in page
        assert "<b>厂" not in page


@pytest.mark.parametrize(
    "path", ["/", "/materials", "/materials/G105", "/materials/1", "/zone", "/p/{}", "/s/{}"]
)
def test_no_statement_more_for_more_goods(in_town, session, clock, path):
    maker = make_maker(session)
    stamp = make_stamp(session, maker)
    first = make_offer(session, maker, stamp, product={"name_zh": "第一种"})
    session.commit()
    text_of(in_town, "/guide/returns")  # the header knows the place from here on
    counts = []
    for more in (2, 7):
        for number in range(more):
            make_offer(session, maker, stamp, product={"name_zh": f"{more}-{number}"})
            other = make_maker(session)
            make_listing(session, other, first.variant_id, price_fen=9_000 + number)
            make_shelter(session, other)
        session.commit()
        clock.advance(seconds=21)  # pages are made anew, the header knows its place
        address = path.format(first.product_id if path.startswith("/p") else maker.id)
        with statements(session) as seen:
            text_of(in_town, address)
        counts.append([sql.split("WHERE")[0] for sql in reads(seen)])
    assert counts[0] == counts[1]
    assert len(counts[0]) <= 30


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 2), ("/materials", 1), ("/materials/G105", 2), ("/zone", 1), ("/p/{}", 1)],
)
def test_a_warm_page_costs_a_revision_and_little_else(in_town, session, offer, path, most):
    address = path.format(offer.product_id)
    text_of(in_town, address)
    with statements(session) as seen:
        text_of(in_town, address)
    assert len(reads(seen)) <= most, reads(seen)


def test_kept_pages_end_with_their_time(in_town, session, clock, offer):
    path = f"/p/{offer.product_id}"
    text_of(in_town, path)
    clock.advance(seconds=25)
    with statements(session) as seen:
        text_of(in_town, path)
    assert len(reads(seen)) > 3
    assert timedelta(seconds=25) > timedelta(seconds=20)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_holds_a_dead_link(in_town, offer, lang):
    for path in ("/", "/materials", "/materials/G105", "/zone", f"/p/{offer.product_id}",
                 f"/s/{offer.maker.id}", "/guide/returns"):  # fmt: skip
        page = text_of(in_town, f"{path}?lang={lang}")
        assert not re.findall(r'(?:href|action)="#?"', page), path


@pytest.mark.parametrize("path", ["/", "/materials/G105", "/zone", "/p/{}"])
def test_the_first_view_stays_light(in_town, offer, path):
    page = text_of(in_town, path.format(offer.product_id))
    assert len(gzip.compress(page.encode())) <= 18 * 1024


@pytest.mark.parametrize("path", ["/", "/materials/G105", "/zone"])
def test_a_card_names_the_issuer_beside_the_mark(in_town, session, offer, path):
    body = session.get(CertificationBody, offer.certificate.body_id)
    body.name = "示例建材检验认证集团股份有限公司"
    session.commit()
    with statements(session) as seen:
        page = text_of(in_town, path)
    mark = re.search(r'<span class="cert.*?</span></?', page.split("<main")[1], re.S)
    assert mark
    assert "示例建材检验认证集团发证" in page
    assert "有限公司发证" not in page
    certificates = [one for one in reads(seen) if "certification_bodies" in one]
    assert len(certificates) <= 1  # the issuer comes with the certificate
