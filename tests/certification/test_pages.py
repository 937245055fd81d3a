"""The pages of certificates, in both languages, with what people get wrong."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from market.certification import queries, registry_queries, registry_rows, service
from market.certification.models import CertificationBody
from market.certification.types import Scheme
from market.kernel.actor import SYSTEM
from tests.certification.test_registry import row as registry_row
from tests.factories.accounts import make_actor, sign_in
from tests.factories.certification import make_body, make_certificate, make_pending
from tests.factories.sellers import OTHER_COUNTY, make_official, make_png, make_seller


def page(response, status=200):
    assert response.status_code == status, response.text
    return response.text


@pytest.fixture
def shop(client, session, now):
    """A signed-in owner of an open shop."""
    owner, seller_id = make_seller(session, now)
    sign_in(client, session, owner.account_id)
    return owner, seller_id


@pytest.fixture
def typed(session, now):
    """A certificate as a seller types it."""
    body_id = make_body(session, now, name="示例认证中心")
    session.commit()
    return {
        "number": "CABR-01(02)-(2025)-CGP-035", "scheme": "graded", "star": "3",
        "body_id": body_id, "holder": "阜平保温材料厂", "manufacturer": "阜平保温材料厂",
        "factory": "阜平县工业路 1 号", "product_scope": "石墨聚苯板", "models": "",
        "kinds": "G105", "standard": "T/CECS 10031-2019", "rule_no": "",
        "first_issued_on": "", "valid_from": "2025-06-05", "valid_to": "2030-06-04",
    }  # fmt: skip


def scan(name="证书.png"):
    return {"evidence": (BytesIO(make_png()), name)}


def test_from_the_form_through_the_check_to_the_public_page(client, session, shop, typed):
    page(client.get("/seller/certificates"))
    page(client.get("/seller/certificates/new"))
    response = client.post("/seller/certificates/new", data={**typed, **scan()})
    assert response.status_code == 303, response.text
    key = response.location.rsplit("/", 1)[1]
    assert "等主管部门核对" in page(client.get(response.location))
    assert client.get(f"{response.location}/evidence", buffered=True).status_code == 200
    assert client.get(f"/certificates/{key}").status_code == 404
    sign_in(client, session, make_official(session).account_id)
    assert typed["number"] in page(client.get("/official/certificates"))
    review = f"/official/certificates/{key}"
    assert "核对后通过" in page(client.get(review))
    assert client.get(f"{review}/evidence", buffered=True).status_code == 200
    bad = {"note": "", "next_check_on": "2026-01-01"}
    text = page(client.post(f"{review}/check/approve", data=bad), 422)
    assert "写明在哪里核对" in text
    assert 'value="2026-01-01"' in text
    good = {"note": "发证机构网站查到", "next_check_on": "2027-05-01"}
    assert client.post(f"{review}/check/approve", data=good).status_code == 303
    client.delete_cookie("session")
    public = page(client.get(f"/certificates/{key}"))
    for fact in (
        typed["number"],
        "示例认证中心",
        "阜平保温材料厂",
        "2030-06-04",
        "三星",
        "证书有效",
    ):
        assert fact in public
    assert "3 stars" in page(client.get(f"/certificates/{key}?lang=en"))


def test_suspension_shows_no_stars_and_says_why_and_since_when(client, session, now, shop):
    key = make_certificate(session, *shop, now)
    service.suspend(session, SYSTEM, key, "监督检查不合格", now=now)
    session.commit()
    text = page(client.get(f"/certificates/{key}"))
    assert "证书从 2026-11-22 起被暂停" in text
    assert "监督检查不合格" in text
    assert "★" not in text


def test_a_certificate_without_stars_is_never_shown_as_zero(client, session, now, shop):
    key = make_certificate(session, *shop, now, scheme=Scheme.ACTIVITY1, star=None, kinds=("A01",))
    session.commit()
    text = page(client.get(f"/certificates/{key}"))
    assert "合格，这类认证不分星级" in text
    assert "★" not in text


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"number": "A"}, "证书编号要 4 到 60 位", "4 to 60 characters"),
        ({"valid_to": "2025-06-01"}, "到期日要晚于发证日", "end date must be after"),
        ({"valid_to": "2031-06-04"}, "最长 5 年", "5 years at most"),
        ({"valid_to": "昨天"}, "日期写成", None),
        ({"valid_from": "9999-99-99"}, "日期写成", None),
        ({"star": "0"}, "要选星级", "needs stars"),
        ({"star": "7"}, "不是", None),
        ({"scheme": "activity1"}, "没有星级", "has no stars"),
        ({"body_id": "nobody"}, "", None),
        ({"kinds": " , "}, "至少选一个", "at least one kind"),
        ({"holder": ""}, "这一项要填", None),
        ({"evidence": (BytesIO(b"MZ\x00"), "virus.exe")}, "文件只收", None),
        ({"evidence": ""}, "请上传证书", "Upload a photo"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_answered_beside_it_and_the_rest_is_kept(
    client, session, shop, typed, change, zh, en
):
    def data():
        merged = {**typed, **scan(), **change}
        file = merged["evidence"]
        if isinstance(file, tuple):
            merged["evidence"] = (BytesIO(file[0].getvalue()), file[1])
        return merged

    text = page(client.post("/seller/certificates/new", data=data()), 422)
    assert zh in text
    assert "石墨聚苯板" in text
    if en:
        assert en in page(client.post("/seller/certificates/new?lang=en", data=data()), 422)
    assert "还没有证书" in page(client.get("/seller/certificates"))


def test_a_number_that_is_taken(client, session, now, shop, typed):
    rival, rival_id = make_seller(session, now)
    make_pending(session, rival, rival_id, now, number=typed["number"])
    session.commit()
    text = page(client.post("/seller/certificates/new", data={**typed, **scan()}), 422)
    assert "已经录入过" in text


def test_question_and_answer_by_the_pages(client, session, now, shop, typed):
    key = make_pending(session, *shop, now)
    session.commit()
    where = f"/seller/certificates/{key}"
    assert client.get(f"{where}/amend").status_code == 409
    service.ask(session, SYSTEM, key, "编号看不清", now=now)
    session.commit()
    assert "编号看不清" in page(client.get(where))
    assert "有问题要回复" in page(client.get("/seller"))
    assert "编号看不清" in page(client.get(f"{where}/amend"))
    assert "写一句回复" in page(client.post(f"{where}/amend", data=typed), 422)
    response = client.post(f"{where}/amend", data={**typed, "reply": "更正了"})
    assert response.status_code == 303
    assert "更正了" in page(client.get(where))


def test_another_sellers_certificate_looks_like_none(client, session, now, shop):
    rival, rival_id = make_seller(session, now)
    key = make_pending(session, rival, rival_id, now)
    session.commit()
    for path in ("", "/amend", "/evidence"):
        assert client.get(f"/seller/certificates/{key}{path}").status_code == 404
        assert client.get(f"/seller/certificates/{'0' * 20}{path}").status_code == 404
    assert client.post(f"/seller/certificates/{key}/amend", data={}).status_code == 404


def test_another_countys_url_is_refused(client, session, now, shop):
    key = make_pending(session, *shop, now)
    sign_in(client, session, make_official(session, OTHER_COUNTY).account_id)
    where = f"/official/certificates/{key}"
    good = {"note": "查到", "next_check_on": "2027-05-01"}
    assert client.get(where).status_code == 403
    assert client.get(f"{where}/evidence").status_code == 403
    assert client.post(f"{where}/check/approve", data=good).status_code == 403
    assert client.post(f"{where}/refuse", data={"reason": "x"}).status_code == 403
    assert client.get(f"/official/certificates/{'0' * 20}").status_code == 404


def test_official_changes_the_standing(client, session, now, shop):
    key = make_certificate(session, *shop, now)
    sign_in(client, session, make_official(session).account_id)
    where = f"/official/certificates/{key}"
    assert "改变证书状态" in page(client.get(where))
    assert "写明理由" in page(client.post(f"{where}/revoke", data={"reason": ""}), 422)
    assert client.post(f"{where}/revoke", data={"reason": "机构撤销"}).status_code == 303
    text = page(client.post(f"{where}/reinstate", data={"reason": "再试"}), 422)
    assert "不能这样处理" in text
    assert client.post(f"{where}/explode", data={"reason": "x"}).status_code == 404
    recheck = {"note": "再查", "next_check_on": "2027-05-01"}
    assert client.post(f"{where}/check/recheck", data=recheck).status_code == 303


def test_the_operator_keeps_bodies(client, session):
    sign_in(client, session, make_actor(session, "operator").account_id)
    where = "/operator/certification-bodies"
    page(client.get(where))
    data = {
        "name": "新机构",
        "approval_no": "CNCA-R-0002",
        "is_approved": "y",
        "scope": "g105，G202",
    }
    assert client.post(where, data=data).status_code == 303
    body = next(b for b in queries.list_bodies(session) if b.name == "新机构")
    assert body.scope_kinds == ("G105", "G202")
    assert "同名" in page(client.post(where, data=data), 422)
    one = f"{where}/{body.id}"
    assert "G105, G202" in page(client.get(one))
    assert client.post(one, data={**data, "is_approved": ""}).status_code == 303
    assert "资格取消" in page(client.get(where))
    assert client.get(f"{where}/{'0' * 20}").status_code == 404
    sign_in(client, session, make_official(session).account_id)
    assert client.get(where).status_code == 403


@pytest.mark.parametrize("path", ["", "/new"])
def test_the_sellers_pages_read_in_english(client, shop, path):
    text = page(client.get(f"/seller/certificates{path}?lang=en"))
    main = text.split('<main id="main"')[1].split("</main>")[0]
    for word in ("证书", "星级", "发证"):
        assert word not in main


# --- a number is looked up first ----------------------------------------------------------------


def told(session, now, *rows):
    records = registry_rows.read_rows(rows).records
    sync_id = service.compare(session, SYSTEM, records, "示例登记库", now=now)
    service.apply_sync(session, SYSTEM, sync_id, now=now)
    session.commit()


def test_what_the_registry_knows_is_filled_in_and_marked(client, session, now, shop, typed):
    told(session, now, registry_row(number=typed["number"], issuer="示例认证中心", star=2))
    shown = page(client.get("/seller/certificates/new", query_string={"look": typed["number"]}))
    assert "示例登记库" in shown
    for name, value in (("number", typed["number"]), ("valid_to", "2030-06-04"), ("kinds", "G105")):
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', shown)[0]
        assert f'value="{value}"' in field
    two = re.search(r'<input[^>]*name="star"[^>]*value="2"[^>]*>', shown)[0]
    assert "checked" in two
    assert re.search(r'<option selected value="\w+">示例认证中心', shown)
    assert shown.count("登记库</span> ") >= 8
    assert 'name="manufacturer"' in shown
    sent = client.post("/seller/certificates/new", data={**typed, "star": "2", **scan()})
    key = sent.location.rsplit("/", 1)[1]
    origins = {one.field: one.source for one in registry_queries.origins_of(session, key)}
    assert (origins["star"], origins["factory"]) == ("registry", "seller")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("SL-UNKNOWN-1", "登记库里没有这个编号"), ("!", "证书编号要 4 到 60 位"), ("", "必填")],
)
def test_a_number_that_is_not_known_leaves_the_form_to_be_filled(client, shop, number, sentence):
    shown = page(client.get("/seller/certificates/new", query_string={"look": number}))
    if number:
        assert sentence in shown
    assert 'name="evidence"' in shown
    assert f'value="{number}"' in shown or not number


def test_a_record_that_cannot_be_true_fills_nothing(client, session, now, shop):
    told(session, now, registry_row(number="SL-LONG-1", valid_to="2039-01-01"))
    shown = page(client.get("/seller/certificates/new", query_string={"look": "sl-long-1"}))
    assert "那条记录有问题" in shown
    assert "2039-01-01" not in shown


def test_an_unknown_kind_is_said_to_be_unknown(client, session, shop, typed):
    body = session.scalars(select(CertificationBody)).one()
    body.scope_kinds = ["G105"]
    session.commit()
    answer = client.post("/seller/certificates/new", data={**typed, "kinds": "Z999", **scan()})
    shown = page(answer, 422)
    assert "没有种类 Z999" in shown
    assert "认证资格" not in shown


# --- what a reviewer keeps of a check ----------------------------------------------------------


def test_a_check_keeps_its_paper_and_the_consent_of_another_holder(client, session, shop, now):
    owner, seller_id = shop
    key = make_pending(session, owner, seller_id, now, holder="别家公司")
    official, elsewhere = make_official(session), make_official(session, OTHER_COUNTY)
    session.commit()
    sign_in(client, session, official.account_id)
    path = f"/official/certificates/{key}"
    typed = {"note": "电话核对过", "next_check_on": "2027-05-01", "holder_confirmed": "y"}
    refused = page(client.post(f"{path}/check/approve", data=typed), 422)
    assert "请上传持有人给商家的授权证明" in refused
    assert "电话核对过" in refused
    broken = {**typed, "authorisation": (BytesIO(b"<script>"), "a.png")}
    page(client.post(f"{path}/check/approve", data=broken), 422)
    data = {
        **typed, "evidence": (BytesIO(make_png()), "截图.png"),
        "authorisation": (BytesIO(make_png()), "授权书.png"),
    }  # fmt: skip
    assert client.post(f"{path}/check/approve", data=data).status_code == 303
    shown = page(client.get(path))
    for paper in ("check", "authorisation"):
        assert f"{path}/papers/{paper}" in shown
        assert client.get(f"{path}/papers/{paper}", buffered=True).status_code == 200
    assert client.get(f"{path}/papers/other").status_code == 404
    sign_in(client, session, elsewhere.account_id)
    assert client.get(f"{path}/papers/check").status_code == 403
    sign_in(client, session, owner.account_id)
    assert client.get(f"{path}/papers/check").status_code == 403
    sign_in(client, session, official.account_id)
    again = {"note": "再查一次", "next_check_on": "2027-06-01"}
    assert client.post(f"{path}/check/recheck", data=again).status_code == 303
    assert client.get(f"{path}/papers/check").status_code == 404  # the newest check kept nothing
    assert client.get(f"{path}/papers/authorisation", buffered=True).status_code == 200


def test_asking_the_registry_needs_no_token(app, client, session, now, shop, monkeypatch):
    told(session, now, registry_row(number="SL-ASKED-1"))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    shown = page(client.get("/seller/certificates/new", query_string={"look": "SL-ASKED-1"}))
    assert "登记库有这个编号" in shown


def test_an_answer_with_somebody_elses_number_is_queued_for_the_officials(
    client, session, now, shop, typed
):
    taken = make_certificate(session, *make_seller(session, now), now, number="SL-TAKEN-1")
    key = make_pending(session, *shop, now)
    service.ask(session, SYSTEM, key, "编号看不清", now=now)
    session.commit()
    answer = {**typed, "number": "sl-taken-1", "reply": "更正了"}
    text = page(client.post(f"/seller/certificates/{key}/amend", data=answer), 422)
    assert "已经录入过" in text
    assert "更正了" in text
    (found,) = registry_queries.anomalies_of(session, taken)
    assert found.rule == "duplicate_number"
