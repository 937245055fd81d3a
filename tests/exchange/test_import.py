"""Sheets in and out: what the preview shows is what is written, or nothing is."""

import csv
import io
from dataclasses import asdict, replace

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from market.accounts import service as accounts
from market.audit.models import AuditEvent
from market.catalogue import service as catalogue
from market.catalogue.invariants import breaches
from market.catalogue.models import Listing, Product, StockLevel, Variant
from market.exchange import exporting, jobs, queries, seller_views, service
from market.exchange.errors import NotReadyToApply
from market.exchange.types import MOST_MEGABYTES, State
from market.sellers.models import Warehouse
from market.web.i18n import english
from tests.factories.accounts import make_account, sign_in
from tests.factories.catalogue import (
    LISTING,
    VARIANT,
    actor_for,
    make_maker,
    make_offer,
    make_product,
    make_shelter,
    make_stamp,
    shown_ids,
)


@pytest.fixture
def desk(session, client):
    """A maker with one live listing; its person is signed in."""
    offer = make_offer(session, stock=10)
    account = make_account(session)
    accounts.grant_role(session, account.id, "seller", offer.maker.id)
    sign_in(client, session, account.id)
    session.commit()
    return offer, accounts.load_actor(session, account.id)


def sheet(rows):
    """An .xlsx of rows, the first of them the headings."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def text(rows, encoding="utf-8-sig"):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode(encoding)


def preview(session, desk, data, now):
    offer, actor = desk
    import_id = service.take_file(
        session, actor, offer.maker.id, data, "货.xlsx", most_mb=12, now=now
    )
    session.commit()
    jobs.work_on(import_id, lambda: now)
    session.expire_all()
    return import_id, queries.get_import(session, actor, import_id)


def lines(session, import_id, *, wrong=False):
    return queries.lines_of(session, import_id, 1, wrong=wrong).items


def apply(session, desk, import_id, now):
    service.ask_to_apply(session, desk[1], import_id, now)
    session.commit()
    jobs.work_on(import_id, lambda: now)
    session.expire_all()
    return queries.get_import(session, desk[1], import_id)


def exported(session, desk, suffix, now, language="zh"):
    say = english if language == "en" else str
    pieces = exporting.goods(session, desk[0].maker.id, suffix, say, language, now)
    return b"".join(pieces)


NEW = ["品类", "产品名称", "型号", "规格名称", "每包含量", "每包重量（kg）", "每包售价（元）",
       "仓库", "库存（包）", "厚度（mm）"]  # fmt: skip


def test_new_goods_come_in_as_drafts_with_stock(session, desk, now):
    place = session.scalar(select(StockLevel.warehouse_id))
    house = session.get(Warehouse, place).name
    rows = [
        NEW,
        ["G105", "岩棉板", "RW-50", "每包 4 块", "2.88", 6.5, 99.9, house, 40, 50],
        ["G105", "岩棉板", "RW-50", "每包 8 块", "5.76", 13, "188.00", house, 20, 50],
    ]
    import_id, found = preview(session, desk, sheet(rows), now)
    assert found.state is State.READY, found
    assert (found.counts.products, found.counts.variants, found.counts.listings) == (1, 2, 2)
    assert session.scalar(select(func.count()).select_from(Product)) == 1
    done = apply(session, desk, import_id, now)
    assert done.state is State.APPLIED
    product = session.scalars(select(Product).where(Product.name_zh == "岩棉板")).one()
    assert product.state == "draft"
    assert product.attributes == {"thickness_mm": 50}
    prices = session.scalars(select(Listing.price_fen).where(Listing.product_id == product.id))
    assert sorted(prices) == [9990, 18800]
    assert not breaches(session, now)
    audited = session.scalars(select(AuditEvent).where(AuditEvent.action == "sheet.apply")).one()
    assert audited.after["listings"] == 2


def test_one_wrong_price_keeps_everything_out(session, desk, now):
    offer, _ = desk
    rows = [["规格编号", "每包售价（元）"], [offer.variant_id, "四十"]]
    import_id, found = preview(session, desk, text(rows), now)
    assert found.counts.wrong_rows == 1
    (line,) = lines(session, import_id, wrong=True)
    assert line.number == 2
    assert line.problems[0].column == "price"
    with pytest.raises(NotReadyToApply):
        service.ask_to_apply(session, desk[1], import_id, now)
    assert session.get(Listing, offer.listing_id).price_fen == 13824


@pytest.mark.parametrize(
    "price", ["", "0", "0.001", "-5", "1e3", "12.345", "=1+1", "１2元5", "n/a", "12,3"]
)
def test_a_price_is_a_price_or_an_error(session, desk, now, price):
    offer, _ = desk
    rows = [["规格编号", "每包售价（元）", "最少买几包"], [offer.variant_id, price, "2"]]
    import_id, found = preview(session, desk, text(rows), now)
    if price:
        assert found.counts.wrong_rows == 1
    else:
        (line,) = lines(session, import_id)
        assert [change.column for change in line.changes] == ["min_packs"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("库存（包）", "፩"), ("报告日期", "፩፩፩፩፩"), ("报告日期", "9" * 30 + "-1-1")],
)
def test_digits_of_no_number_are_an_error_of_their_cell(session, desk, now, column, cell):
    offer, _ = desk
    rows = [["规格编号", column], [offer.variant_id, cell]]
    import_id, found = preview(session, desk, text(rows), now)
    assert (found.state, found.counts.wrong_rows) == (State.READY, 1)
    (line,) = lines(session, import_id, wrong=True)
    assert line.problems[0].column in ("stock", "report_issued_on")


@pytest.mark.parametrize("cell", [46082, 46082.5625, "2026-03-01 13:30", "2026-03-01"])
def test_a_day_is_read_however_the_sheet_keeps_it(session, desk, now, cell):
    offer, _ = desk
    rows = [["规格编号", "报告日期"], [offer.variant_id, cell]]
    import_id, _ = preview(session, desk, sheet(rows), now)
    (line,) = lines(session, import_id)
    assert [(change.column, change.after) for change in line.changes] == [
        ("report_issued_on", "2026-03-01")
    ]


def test_a_comma_for_a_point_is_an_error_and_no_larger_number(session, desk, now):
    offer, _ = desk
    rows = [["规格编号", "每包含量"], [offer.variant_id, "2,5"]]
    _, found = preview(session, desk, text(rows), now)
    assert found.counts.wrong_rows == 1


def test_signs_that_nobody_sees_change_nothing(session, desk, now):
    offer, _ = desk
    rows = [["规格编号", "产品名称", "最少买几包"], [offer.variant_id, "\u200b\u200b", "2"]]
    _, found = preview(session, desk, text(rows), now)
    assert (found.counts.edited_products, found.counts.prices) == (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(session, desk, now, encoding):
    offer, _ = desk
    rows = [["规格编号", "每包售价（元）"], [offer.variant_id, "88.00"]]
    _, found = preview(session, desk, text(rows, encoding), now)
    assert found.counts.prices == 1


def test_english_headings_and_words_are_read(session, desk, now):
    offer, _ = desk
    rows = [
        ["Variant ID", "Price per pack (yuan)", "Listing state"],
        [offer.variant_id, "88", "Paused"],
    ]
    _, found = preview(session, desk, sheet(rows), now)
    assert (found.counts.prices, found.counts.states) == (1, 1)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_went_out_comes_back_unchanged(session, desk, now, suffix, language):
    offer, _ = desk
    make_shelter(session, offer.maker, name="第二仓")
    catalogue.receive_stock(
        session, offer.actor, offer.listing_id, make_shelter(session, offer.maker).id, 7, now=now
    )
    make_product(session, offer.maker, name_zh="=HYPERLINK(1)", use_zh="-20℃ 也能用",
                 attributes={"thickness_mm": 0.3, "fire_class": "@B1"})  # fmt: skip
    session.commit()
    data = exported(session, desk, suffix, now, language)
    _, found = preview(session, desk, data, now)
    assert found.state is State.READY, found
    assert asdict(found.counts) == dict.fromkeys(asdict(found.counts), 0)


def test_exports_hold_no_formula(session, desk, now):
    offer, _ = desk
    wild = ("=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x")
    for name in wild:
        product = make_product(session, offer.maker, name_zh=name, model=name)
        catalogue.add_variant(session, offer.actor, product, VARIANT, now)
    session.commit()
    book = load_workbook(io.BytesIO(exported(session, desk, "xlsx", now)))
    cells = [cell for ws in book for row in ws.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"=1+1", "＝1"} <= {cell.value for cell in cells}
    for row in csv.reader(io.StringIO(exported(session, desk, "csv", now).decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]


def test_the_template_offers_lists_and_says_how(session, desk, now):
    data = exporting.template(session, desk[0].maker.id, str, "zh", now)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["商品", "说明", "列表"]
    assert book["列表"].sheet_state == "hidden"
    rules = {rule.sqref for rule in book["商品"].data_validations.dataValidation}
    assert len(rules) == 6
    _, found = preview(session, desk, data, now)
    assert found.state is State.BROKEN  # it holds no goods yet


def test_when_goods_moved_a_new_preview_is_asked_for(session, desk, now):
    offer, _ = desk
    rows = [["规格编号", "每包售价（元）"], [offer.variant_id, "88.00"]]
    import_id, _ = preview(session, desk, text(rows), now)
    cheaper = replace(LISTING, price_fen=7700)
    catalogue.edit_listing(session, offer.actor, offer.listing_id, cheaper, now)
    session.commit()
    found = apply(session, desk, import_id, now)
    assert (found.state, found.moved) == (State.READY, True)
    assert session.get(Listing, offer.listing_id).price_fen == 7700
    assert lines(session, import_id)[0].changes[0].before == "77.00"
    assert apply(session, desk, import_id, now).state is State.APPLIED
    assert session.get(Listing, offer.listing_id).price_fen == 8800


def test_a_refusal_while_applying_changes_nothing(session, desk, now):
    """Two listings go in; the second is refused, and the first is not there either."""
    offer, actor = desk
    other = make_offer(session, offer.maker, offer.certificate)
    rows = [["规格编号", "每包售价（元）"], [offer.variant_id, "88"], [other.variant_id, "99"]]
    import_id, _ = preview(session, desk, text(rows), now)
    accounts.revoke_role(session, actor.account_id, "seller", offer.maker.id)
    service.ask_to_apply(session, actor, import_id, now)
    session.commit()
    jobs.work_on(import_id, lambda: now)
    session.expire_all()
    assert queries.get_import(session, actor, import_id).moved
    assert session.get(Listing, offer.listing_id).price_fen == 13824


def test_others_goods_are_priced_but_not_edited(session, desk, now):
    stranger = make_offer(session)
    session.commit()
    rows = [["规格编号", "产品名称", "每包售价（元）"], [stranger.variant_id, "", "50.00"]]
    import_id, found = preview(session, desk, text(rows), now)
    assert found.counts.listings == 1
    rows[1][1] = "改成我的"
    import_id, found = preview(session, desk, text(rows), now)
    assert found.counts.wrong_rows == 1
    assert lines(session, import_id, wrong=True)[0].problems[0].column == "name_zh"


def test_others_drafts_and_unknown_ids_are_not_there(session, desk, now):
    stranger = make_maker(session)
    draft = make_product(session, stranger)
    hidden = catalogue.add_variant(session, actor_for(stranger.id), draft, VARIANT, now)
    session.commit()
    for key in (hidden, "nothing"):
        _, found = preview(session, desk, text([["规格编号", "售价"][:1], [key]]), now)
        assert found.counts.wrong_rows == 1


def test_stock_below_what_orders_hold_is_refused_in_the_preview(session, desk, now):
    offer, _ = desk
    level = session.get(StockLevel, (offer.listing_id, offer.warehouse_id))
    level.reserved = 4
    session.commit()
    import_id, found = preview(
        session, desk, text([["规格编号", "库存（包）"], [offer.variant_id, "3"]]), now
    )
    assert lines(session, import_id, wrong=True)[0].problems[0].params == {"reserved": 4}
    assert found.counts.stock == 0


def test_publishing_in_bulk_opens_the_shelf_once(session, desk, now):
    offer, _ = desk
    stamp = make_stamp(session, offer.maker)
    ids = []
    for _n in range(5):
        other = make_offer(session, offer.maker, stamp)
        catalogue.pause_listing(session, offer.actor, other.listing_id, now)
        ids.append(other)
    session.commit()
    rows = [["规格编号", "上架状态"], *([one.variant_id, "在售"] for one in ids)]
    import_id, found = preview(session, desk, sheet(rows), now)
    assert found.counts.states == 5
    assert apply(session, desk, import_id, now).state is State.APPLIED
    assert {one.listing_id for one in ids} <= shown_ids(session)
    assert not breaches(session, now)


def test_the_same_thing_is_not_said_twice_differently(session, desk, now):
    offer, _ = desk
    rows = [["规格编号", "每包售价（元）"], [offer.variant_id, "88"], [offer.variant_id, "89"]]
    import_id, _ = preview(session, desk, text(rows), now)
    (line,) = lines(session, import_id, wrong=True)
    assert (line.number, line.problems[0].params) == (3, {"row": 2})


def test_a_second_import_of_the_filled_template_adds_nothing(session, desk, now):
    rows = [NEW[:7], ["G105", "岩棉板", "RW-50", "每包 4 块", "2.88", 6.5, 99.9]]
    import_id, _ = preview(session, desk, sheet(rows), now)
    apply(session, desk, import_id, now)
    _, found = preview(session, desk, sheet(rows), now)
    assert found.counts.changed_rows == 0
    assert session.scalar(select(func.count()).select_from(Variant)) == 2


def test_the_pages_work_from_upload_to_done(client, session, desk, now):
    offer, _ = desk
    data = text([["规格编号", "每包售价（元）"], [offer.variant_id, "88.00"]])
    page = client.post(
        "/seller/sheets", data={"file": (io.BytesIO(data), "价格.csv")}, follow_redirects=True
    )
    assert "写入这 1 行" in page.text
    assert "138.24" in page.text
    address = page.request.path
    done = client.post(f"{address}/apply", follow_redirects=True)
    assert "写好了" in done.text
    assert "已写入" in client.get("/seller/sheets").text
    assert client.get("/seller/sheets/template.xlsx").status_code == 200
    assert client.get("/seller/sheets/products.csv").data.startswith(b"\xef\xbb\xbf")


def test_a_large_file_is_left_to_the_worker(client, desk, now):
    filler = [["", "x" * 2000]] * 100
    rows = [["规格编号", "用在哪里、怎么用"], *filler]
    page = client.post(
        "/seller/sheets", data={"file": (io.BytesIO(text(rows)), "大.csv")}, follow_redirects=True
    )
    assert "http-equiv" in page.text
    assert "排队等着读" in page.text
    jobs.work(lambda: now)
    assert "有错误" in client.get(page.request.path).text


def test_a_file_larger_than_its_form_says_is_refused(client, desk, monkeypatch):
    assert f"{MOST_MEGABYTES} MB" in client.get("/seller/sheets").text
    monkeypatch.setattr(seller_views, "MOST_MEGABYTES", 0)
    page = client.post("/seller/sheets", data={"file": (io.BytesIO(b"x"), "大.csv")})
    assert page.status_code == 422
    assert "文件太大了，最大 0 MB" in page.text


def test_a_listing_of_another_shop_stays_out_of_reach(client, session, desk, now):
    stranger = make_offer(session)
    import_id = service.take_file(
        session, stranger.actor, stranger.maker.id, b"x", "x.csv", most_mb=1, now=now
    )
    session.commit()
    assert client.get(f"/seller/sheets/{import_id}").status_code == 404
    assert client.post(f"/seller/sheets/{import_id}/apply").status_code == 404
