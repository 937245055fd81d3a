"""The pages of spot checks: an official's, a maker's and everyone's."""

import re
from dataclasses import replace
from io import BytesIO

import pytest

from market.accounts import service as accounts
from market.catalogue import queries as catalogue
from market.certification import service as certificates
from market.inspections import queries, service
from market.kernel.actor import SYSTEM
from market.kernel.clock import shanghai_date
from market.storefront import wording
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.catalogue import make_offer
from tests.factories.inspections import FAILED, OFFICIAL, START, enter, fail
from tests.factories.sellers import make_png

TYPED = {
    "batch_no": "20261015-2", "sampled_on": "2026-11-10", "laboratory": "示例质检所",
    "report_number": "A-1", "standard": "GB/T 10801.1-2021", "passed": "no",
    "findings": "导热系数：应不大于 0.033，实测 0.041",
}  # fmt: skip


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


def scan():
    return {"report": (BytesIO(make_png()), "报告.png")}


@pytest.fixture
def offer(session):
    made = make_offer(session)
    session.commit()
    return made


@pytest.fixture
def official(client, session, offer):
    """A signed-in official of the county the seller lives in."""
    actor = make_actor(session, "official", offer.maker.region_code)
    sign_in(client, session, actor.account_id)
    return actor


def test_from_the_draw_to_the_notice(client, offer, official):
    drawn = client.post(
        "/official/spot-checks/plans/new",
        data={"region": "510124", "name": "冬季", "size": "5", "kinds": "G105", "seed": "2026"},
    )
    plan = drawn.location
    assert "2026" in page(client.get(plan))
    entry = f"/official/spot-checks/new/{offer.product_id}/{offer.maker.id}"
    assert entry in page(client.get(plan))
    made = client.post(f"{entry}?plan={plan.rsplit('/', 1)[1]}", data={**TYPED, **scan()})
    assert made.status_code == 303, made.text
    review = page(client.get(made.location))
    assert "1 条在售的马上下架" in review
    assert client.get(f"{made.location}/report", buffered=True).status_code == 200
    check_id = made.location.rsplit("/", 1)[1]
    page(client.get(f"/spot-checks/{check_id}"), 404)
    published = client.post(f"{made.location}/publish", follow_redirects=True)
    assert "510124-2026-0001" in page(published)
    assert "不合格，已停售" in page(client.get(plan))
    notice = page(client.get(f"/spot-checks/{check_id}"))
    assert "实测 0.041" in notice
    assert "Failed" in page(client.get(f"/spot-checks/{check_id}?lang=en"))
    assert notice.count("<h1") == 1
    assert check_id in page(client.get("/spot-checks"))
    assert check_id in page(client.get("/spot-checks?only=failed"))
    assert check_id in page(client.get(f"/spot-checks/products/{offer.product_id}"))
    feed = client.get("/spot-checks.atom")
    assert feed.content_type.startswith("application/atom+xml")
    assert check_id in page(feed)
    assert check_id in page(client.get("/official/spot-checks?state=failed"))


def test_bad_input_stays_and_gets_its_sentence(client, offer, official):
    plans = "/official/spot-checks/plans/new"
    answer = page(client.post(plans, data={"region": "510124", "name": "冬季", "size": "0"}), 422)
    assert "冬季" in answer
    none = {"region": "510124", "name": "冬季", "size": "3", "kinds": "G104"}
    assert "没有符合条件的在售产品" in page(client.post(plans, data=none), 422)
    entry = f"/official/spot-checks/new/{offer.product_id}/{offer.maker.id}"
    answer = page(client.post(entry, data={**TYPED, "findings": ""}), 422)
    assert "写明哪一项不合格" in answer
    assert "示例质检所" in answer
    unsaid = {key: value for key, value in TYPED.items() if key != "passed"}
    answer = page(client.post(entry, data=unsaid), 422)
    assert "请选结果" in answer
    assert "不是有效的选择" not in answer
    late = page(client.post(entry, data={**TYPED, "sampled_on": "2026-12-01"}), 422)
    assert "不能晚于今天" in late


def test_an_official_of_another_county_is_refused(client, session, offer, official):
    check_id = fail(session, offer)
    stranger = make_actor(session, "official", "130624")
    session.commit()
    sign_in(client, session, stranger.account_id)
    entry = f"/official/spot-checks/new/{offer.product_id}/{offer.maker.id}"
    page(client.get(entry), 403)
    page(client.post(entry, data=TYPED), 403)
    page(client.get(f"/official/spot-checks/{check_id}"), 403)
    page(client.post(f"/official/spot-checks/{check_id}/publish"), 403)
    assert check_id not in page(client.get("/official/spot-checks?state=all"))


def test_a_maker_objects_and_the_official_decides(client, session, offer, official):
    check_id = fail(session, offer)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", offer.maker.id)
    session.commit()
    sign_in(client, session, worker.id)
    assert check_id in page(client.get("/seller/spot-checks"))
    own = f"/seller/spot-checks/{check_id}"
    assert "不同意这个结果" in page(client.get(own))
    assert "附上一份检测报告" in page(client.post(f"{own}/appeals", data={"words": "不同意"}), 422)
    sent = client.post(f"{own}/appeals", data={"words": "留样复检合格", **scan()})
    assert sent.status_code == 303, sent.text
    made = queries.appeals_of(session, check_id)[0]
    assert client.get(f"{own}/appeals/{made.id}", buffered=True).status_code == 200
    for open_to_all in (f"/spot-checks/{check_id}", f"/spot-checks/products/{offer.product_id}"):
        assert "申诉中" in page(client.get(open_to_all))
    sign_in(client, session, official.account_id)
    review = f"/official/spot-checks/{check_id}"
    assert "留样复检合格" in page(client.get(review))
    decide = f"{review}/appeals/{made.id}"
    assert "写明理由" in page(client.post(f"{decide}/uphold", data={"reason": ""}), 422)
    assert client.post(f"{decide}/uphold", data={"reason": "复检合格"}).status_code == 303
    notice = page(client.get(f"/spot-checks/{check_id}"))
    assert "原结果已撤销" in notice
    assert "申诉中" not in notice
    assert "申诉成立，原结果撤销" in notice


def test_another_maker_does_not_see_it(client, session, offer):
    check_id = fail(session, offer)
    stranger = make_offer(session)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", stranger.maker.id)
    session.commit()
    sign_in(client, session, worker.id)
    page(client.get(f"/seller/spot-checks/{check_id}"), 404)
    page(client.get(f"/seller/spot-checks/{check_id}/report"), 404)
    assert FAILED.batch_no not in page(client.get("/seller/spot-checks"))


def test_a_check_outside_a_draw_is_found_entered_and_says_its_cause(
    client, session, offer, official
):
    assert "/official/spot-checks/new" in page(client.get("/official/spot-checks"))
    entry = f"/official/spot-checks/new/{offer.product_id}/{offer.maker.id}"
    assert entry in page(client.get("/official/spot-checks/new?q=聚苯"))
    none = page(client.get("/official/spot-checks/new?q=没有的东西"))
    assert "没有找到“没有的东西”" in none
    typed = {**TYPED, "cause": "complaint"}
    answer = page(client.post(entry, data=typed), 422)
    assert "写明投诉编号" in answer
    assert "示例质检所" in answer
    made = client.post(entry, data={**typed, "cause_note": "12315-7"})
    assert made.status_code == 303, made.text
    assert "有人投诉，12315-7" in page(client.get(made.location))


def test_a_plan_of_elsewhere_or_of_unknown_kinds_is_refused_beside_the_field(client, official):
    plans = "/official/spot-checks/plans/new"
    typed = {"region": "130624", "name": "冬季抽查", "size": "3", "kinds": "ZZZ"}
    away = page(client.post(plans, data=typed), 422)
    assert "这个地区不归你管理" in away
    assert 'value="冬季抽查"' in away
    wrong = page(client.post(plans, data={**typed, "region": "510124"}), 422)
    assert "没有这些种类：ZZZ" in wrong
    assert 'value="ZZZ"' in wrong


def test_the_makers_desk_says_what_is_to_be_checked_again_and_by_when(
    client, session, offer, clock
):
    check = fail(session, offer)
    worker = make_account(session)
    accounts.grant_role(session, worker.id, "seller", offer.maker.id)
    session.commit()
    sign_in(client, session, worker.id)
    seen = page(client.get("/seller"))
    assert f"/seller/spot-checks/{check}" in seen
    assert "最迟 2027-01-17 复查" in seen
    clock.advance(days=58)
    sign_in(client, session, worker.id)
    assert "复查期限 2027-01-17 已经过了" in page(client.get("/seller"))


def test_a_notice_with_a_passing_recheck_still_tells_of_the_bar(client, session, offer, clock):
    fail(session, offer)
    second = fail(session, offer)
    good = enter(session, offer, passed=True, sampled_on=shanghai_date(START))
    service.publish(session, OFFICIAL, good, now=START)
    session.commit()
    notice = page(client.get(f"/spot-checks/{second}"))
    assert "复查合格" in notice
    assert "可以再卖" not in notice
    assert "厂家到 2027-05-24 为止不能卖这个品类" in notice
    clock.advance(days=200)
    assert "不能卖这个品类" not in page(client.get(f"/spot-checks/{second}"))


def test_a_mistyped_draft_is_corrected_or_thrown_away(client, session, offer, official):
    entry = f"/official/spot-checks/new/{offer.product_id}/{offer.maker.id}"
    typed = {**TYPED, "cause": "complaint", "cause_note": "12315-7"}
    review = client.post(entry, data={**typed, "batch_no": "20261015-Z", **scan()}).location
    edit = f"{review}/correct"
    assert edit in page(client.get(review))
    shown = page(client.get(edit))
    for value in ("20261015-Z", "2026-11-10", "示例质检所", "12315-7", "实测 0.041"):
        assert value in shown
    refused = page(client.post(edit, data={**typed, "findings": ""}), 422)
    assert "写明哪一项不合格" in refused
    assert 'value="20261015-2"' in refused
    assert client.post(edit, data=typed).status_code == 303
    assert "20261015-2" in page(client.get(review))
    assert client.get(f"{review}/report", buffered=True).status_code == 200
    other = client.post(entry, data={**typed, "report_number": "A-2"}).location
    assert "已经录入过" in page(client.post(f"{other}/correct", data=typed), 422)
    assert client.post(f"{review}/discard").status_code == 303
    page(client.get(review), 404)
    assert client.post(f"{other}/correct", data=typed).status_code == 303


def test_what_is_public_is_neither_corrected_nor_thrown_away(client, session, offer, official):
    review = f"/official/spot-checks/{fail(session, offer)}"
    session.commit()
    assert "录错了" not in page(client.get(review))
    assert client.get(f"{review}/correct").location.endswith(review)
    assert "不能再改" in page(client.post(f"{review}/correct", data=TYPED), 422)
    assert "不能再改" in page(client.post(f"{review}/discard"), 409)
    assert "实测 0.041" in page(client.get(review))


def test_a_draft_of_another_county_is_out_of_reach(client, session, offer, official):
    draft = enter(session, offer)
    stranger = make_actor(session, "official", "130624")
    session.commit()
    sign_in(client, session, stranger.account_id)
    page(client.get(f"/official/spot-checks/{draft}/correct"), 403)
    page(client.post(f"/official/spot-checks/{draft}/correct", data=TYPED), 403)
    page(client.post(f"/official/spot-checks/{draft}/discard"), 403)
    assert queries.get_for_review(session, OFFICIAL, draft).result == replace(
        FAILED, report_number=queries.get_for_review(session, OFFICIAL, draft).result.report_number
    )


def test_goods_of_a_barred_kind_lead_to_the_failures_that_barred_it(client, session, offer):
    sister, stranger = make_offer(session, offer.maker, offer.certificate), make_offer(session)
    checks = [fail(session, offer), fail(session, offer)]
    other = fail(session, stranger)
    session.commit()
    shown = page(client.get(f"/p/{sister.product_id}"))
    (href,) = set(re.findall(r'href="(/spot-checks\?[^"]*)"', shown))
    notices = page(client.get(href.replace("&amp;", "&")))
    assert all(check in notices for check in checks)
    assert other not in notices
    assert offer.maker.name in notices
    assert other in page(client.get("/spot-checks?only=failed"))


@pytest.mark.parametrize(("verb", "said"), [("suspend", "被暂停"), ("revoke", "被撤销")])
def test_a_card_says_the_true_reason(app, session, offer, verb, said):
    getattr(certificates, verb)(session, SYSTEM, offer.certificate.id, "不合格", now=START)
    view = catalogue.listings_by_ids(session, {offer.listing_id}, START)[offer.listing_id]
    with app.test_request_context():
        text = wording.unsellable(view)
    assert f"从 2026-11-22 起{said}" in text
    assert "到期" not in text
