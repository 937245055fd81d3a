"""A quotation adds up, says by which rule, and is found again by whose it is."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.bundles import service as bundles
from market.bundles.types import Choices, Owner
from market.kernel.money import parse_yuan
from market.kernel.region_code import RegionCode
from market.quotations import service
from market.quotations.errors import QuotationNotFound
from market.quotations.models import Quotation
from market.quotations.wording import ledger, seller_rows
from market.subsidies.types import SchemeType
from tests.factories.accounts import make_account, sign_in
from tests.factories.bundles import load, offer_eps
from tests.factories.promotions import make_running
from tests.factories.subsidies import make_published

SLUG = "cold-clean-heat"
TOWN = RegionCode("130624104")
TOKEN = "g" * 43
GUEST = Owner(token=TOKEN)


@pytest.fixture
def offered(session):
    """Goods, a promotion, two schemes that take off when it is ordered, one that waits."""
    load(session)
    offer_eps(session)
    make_running(session)
    make_published(session, region="13", rate_bp=500, name="省里的", name_en="Provincial")
    make_published(
        session,
        rate_bp=1000,
        order_cap_fen=12_345,
        name="县里的（示例）",
        name_en="County (example)",
        example=True,
    )
    make_published(session, type_=SchemeType.CLAIM, rate_bp=100, name="买完申请的")


def save(session, owner, now, choices=None):
    return bundles.save_configuration(
        session, owner, SLUG, choices or Choices(), configuration_id=None, now=now
    )


def issued(session, now, owner=GUEST):
    return service.issue(session, owner, save(session, owner, now), TOWN, now)


def stored(session, number):
    return session.scalars(select(Quotation).where(Quotation.number == number)).one()


def sums(rows):
    return sum(row["fen"] for row in rows[:-1]), rows[-1]["fen"]


def test_the_rows_add_up_and_every_step_says_its_rule(app, session, now, offered):
    number = issued(session, now)
    for language in ("zh", "en"):
        with app.test_request_context(f"/?lang={language}"):
            found = service.show(session, GUEST, number, now)
            rows = ledger(found)
            parts = [seller_rows(seller) for seller in found.content["sellers"]]
        added, total = sums(rows)
        assert added == total == found.total_fen
        assert [sums(part) for part in parts] == [(total, total)]
        assert [row["label"] for row in rows][2:] == (
            ["满 1000 减 100", "省里的", "县里的（示例）", "合计"] if language == "zh"
            else ["100 off 1,000", "Provincial", "County (example)", "Total"]
        )  # fmt: skip
        notes = [row["note"] for row in rows[2:-1]]
        assert "2,790.00" in notes[0]
        assert "2,690.00" in notes[1]
        assert "5" in notes[1]
        assert "123.45" in notes[2]
        assert ("示例" in notes[2]) == (language == "zh")
    assert found.total_fen < found.content["goods_fen"] - 10_000


def test_one_from_before_the_steps_were_kept_says_what_is_missing(app, session, now, offered):
    number = issued(session, now)
    row = stored(session, number)
    content = {k: v for k, v in row.content.items() if k != "subsidies"}
    content["discounts"] = [
        {"name_zh": off["name"], "name_en": off["name_en"], "fen": off["off"]}
        for off in content["discounts"]
    ]
    kept = ("name", "freight_fen", "lines")
    content["sellers"] = [{k: s[k] for k in kept} for s in content["sellers"]]
    row.content = content
    session.flush()
    with app.test_request_context("/?lang=zh"):
        rows = ledger(service.show(session, GUEST, number, now))
        (part,) = [seller_rows(seller) for seller in content["sellers"]]
    assert sums(rows)[0] == sums(rows)[1]
    assert (rows[-2]["label"], "没有记下是哪几项补贴" in rows[-2]["note"]) == ("补贴", True)
    assert [row["label"] for row in part] == ["运费"]


def test_paper_cart_and_configurator_show_the_same_steps(client, session, now, offered):
    configuration = save(session, GUEST, now)
    session.commit()
    client.set_cookie("house", TOKEN)
    client.set_cookie("township", TOWN.digits)
    paper = text(client.get(client.post(f"/quotations/{configuration}").location))
    client.post(f"/cart/bundles/{configuration}")
    cart = text(client.get("/cart"))
    page = text(client.get(f"/bundles/{SLUG}/my/{configuration}"))
    for told in ("按前面减完的", "起步 10.00 元，按", "补贴（省级）：2,690.00 元 × 5 % ＝"):
        assert told in paper
        assert told in cart
    (total,) = re.findall(r"合计 ([\d,.]+) 元", paper)
    assert parse_yuan(total) == session.scalars(select(Quotation.total_fen)).one()
    assert f"合计 {total} 元" in cart
    assert re.search(rf"合计，送到\S+ {re.escape(total)} 元", page)


def test_paper_says_why_other_subsidies_give_nothing(client, session, now, offered):
    make_published(session, min_amount_fen=99_999_999, name="大单的", name_en="For large orders")
    configuration = save(session, GUEST, now)
    session.commit()
    client.set_cookie("house", TOKEN)
    client.set_cookie("township", TOWN.digits)
    paper = client.get(client.post(f"/quotations/{configuration}").location)
    client.post(f"/cart/bundles/{configuration}")
    cart = text(client.get("/cart"))
    (why,) = re.findall(r"大单的 ：适用商品还差 [\d,.]+ 元", text(paper))
    assert why in cart
    assert "没用上的补贴（1）" in text(paper)
    assert "<summary>没用上的补贴" not in paper.text  # what is folded away is not printed


def test_english_paper_has_no_chinese_place(client, session, now, offered):
    configuration = save(session, GUEST, now)
    session.commit()
    client.set_cookie("house", TOKEN)
    client.set_cookie("township", TOWN.digits)
    client.set_cookie("lang", "en")
    paper = text(client.get(client.post(f"/quotations/{configuration}").location))
    label = stored(session, re.search(r"BJ\d{8}-\w{6}", paper)[0]).region_label
    assert label not in paper
    assert "Tianshengqiao" in paper


def test_a_guest_finds_its_quotations_again_and_nobody_elses(client, session, now, offered):
    number = issued(session, now)
    other = issued(session, now, Owner(token="h" * 43))
    session.commit()
    assert "还没有报价单" in text(client.get("/quotations"))
    client.set_cookie("house", TOKEN)
    page = text(client.get("/quotations"))
    row = stored(session, number)
    assert number in page
    assert f"{row.total_fen / 100:,.2f} 元" in page
    assert "有效期至" in page
    assert "在有效期内" in page
    assert other not in page
    assert 'href="/quotations"' in client.get("/bundles/my").text


def test_an_account_lists_its_own_and_late_ones_as_no_longer_valid(client, session, now, offered):
    account = make_account(session)
    number = issued(session, now, Owner(account.id))
    first = service.list_mine(session, Owner(account.id), now)
    late = service.list_mine(session, Owner(account.id), now + timedelta(days=16))
    assert [(c.number, c.is_valid) for c in first] == [(number, True)]
    assert [(c.number, c.is_valid) for c in late] == [(number, False)]
    stranger = Owner(make_account(session).id, TOKEN)
    assert service.list_mine(session, stranger, now) == []
    assert service.list_mine(session, Owner(), now) == []
    with pytest.raises(QuotationNotFound):
        service.show(session, stranger, number, now)
    sign_in(client, session, account.id)
    assert 'href="/quotations"' in client.get("/me").text
    assert number in client.get("/quotations").text


def test_the_same_day_is_that_of_the_place(session, now, offered):
    configuration = save(session, GUEST, now)
    late = now.replace(hour=15, minute=59)  # 23:59 in Shanghai
    first = service.issue(session, GUEST, configuration, TOWN, late)
    assert service.issue(session, GUEST, configuration, TOWN, late) == first
    after = late + timedelta(minutes=2)
    assert service.issue(session, GUEST, configuration, TOWN, after) != first


def text(response):
    plain = re.sub(r"<(script|style).*?</\1>", "", html.unescape(response.text), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))
