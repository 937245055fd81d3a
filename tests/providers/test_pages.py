"""Pages of crews: the application, the file, the public page, the review."""

import io
import re

import pytest

from market.accounts import service as accounts
from market.providers.models import Provider, ProviderDocument
from tests.factories.accounts import make_account, sign_in
from tests.factories.pictures import jpeg
from tests.factories.providers import HOME, make_provider

APPLICATION = {
    "name": "望江施工队", "contact_name": "李四", "contact_phone": "13800138000", "region": HOME,
    "trades": ["mason", "waterproof"], "weekly_capacity": "3", "introduction": "",
}  # fmt: skip


@pytest.fixture
def account(session):
    return make_account(session)


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def sign_in_official(client, session, region):
    account = make_account(session)
    accounts.grant_role(session, account.id, "official", region)
    sign_in(client, session, account.id)


def apply(client):
    return client.post("/provider/apply", data=APPLICATION)


def test_from_the_application_to_the_public_page(client, session, account):
    sign_in(client, session, account.id)
    assert apply(client).status_code == 303
    page = text_of(client, "/provider/profile")
    assert page.count("还没填") >= 4
    assert "提交审核" not in page
    client.post("/provider/areas", data={"codes": ["130624"], "in": "130624"})
    client.post(
        "/provider/roster", data={"name": "王五", "trade": "mason", "certificate_number": "jj-1"}
    )
    for kind in ("identity", "training"):
        files = {"kind": kind, "file": (io.BytesIO(jpeg()), f"{kind}.jpg")}
        assert client.post("/provider/documents", data=files).status_code == 303
    assert "提交审核" in text_of(client, "/provider/profile")
    client.post("/provider/submit")
    assert "等待审核" in text_of(client, "/provider/profile")
    provider = session.query(Provider).one()
    assert client.get(f"/providers/{provider.id}").status_code == 404

    sign_in_official(client, session, "130624")
    assert "望江施工队" in text_of(client, "/official/providers")
    page = text_of(client, f"/official/providers/{provider.id}")
    assert "JJ-1" in page
    document = session.query(ProviderDocument).first()
    shown = client.get(f"/provider/documents/{document.id}")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "private, no-store"
    shown.close()
    path = f"/official/providers/{provider.id}"
    refused = client.post(path, data={"verdict": "refuse", "reason": " "})
    assert refused.status_code == 422
    assert "请写明理由" in refused.get_data(as_text=True)
    assert client.post(path, data={"verdict": "approve", "reason": ""}).status_code == 303

    visitor = client.application.test_client()
    page = text_of(visitor, f"/providers/{provider.id}")
    assert "暂无评价" in page
    for secret in ("13800138000", "李四", "王五", "JJ-1"):
        assert secret not in page
    visitor.set_cookie("township", HOME)
    assert "望江施工队" in text_of(visitor, "/providers?trade=mason")
    assert "望江施工队" not in text_of(visitor, "/providers?trade=rebar")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "这一项要填"),
        ({"contact_phone": "123"}, "现在是 3 位"),
        ({"trades": []}, "至少选一个工种"),
        ({"region": ""}, "先选所在的乡镇"),
        ({"region": "999999999"}, "没有找到这个地区"),
        ({"weekly_capacity": "0"}, "只写整数"),
        ({"weekly_capacity": "many"}, "只写整数"),
        ({"introduction": "好" * 601}, "最多写 600 个字"),
    ],
)
def test_bad_applications_keep_what_was_typed(client, session, account, change, message):
    sign_in(client, session, account.id)
    answer = client.post("/provider/apply", data={**APPLICATION, **change})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert "李四" in page
    assert re.search(
        r'value="mason"[^>]*checked|checked[^>]*value="mason"', page
    ) or not change.get("trades", True)


def test_bad_documents_are_said(client, session, account):
    sign_in(client, session, account.id)
    apply(client)
    bad = {"kind": "identity", "file": (io.BytesIO(b"MZ"), "x.pdf")}
    answer = client.post("/provider/documents", data=bad)
    assert answer.status_code == 422
    assert "文件只收 PDF、JPG 或 PNG" in answer.get_data(as_text=True)
    assert client.post("/provider/documents", data={"kind": "identity"}).status_code == 422


def test_someone_elses_documents_are_not_found(client, session, account):
    sign_in(client, session, account.id)
    apply(client)
    files = {"kind": "identity", "file": (io.BytesIO(jpeg()), "a.jpg")}
    client.post("/provider/documents", data=files)
    document = session.query(ProviderDocument).one()
    sign_in(client, session, make_account(session).id)
    assert client.get(f"/provider/documents/{document.id}").status_code == 404
    sign_in_official(client, session, "130626")
    assert client.get(f"/provider/documents/{document.id}").status_code == 403


def test_another_county_gets_403(client, session):
    provider = make_provider(session, state="submitted")
    sign_in_official(client, session, "130626")
    assert client.get(f"/official/providers/{provider.id}").status_code == 403
    data = {"verdict": "approve", "reason": ""}
    assert client.post(f"/official/providers/{provider.id}", data=data).status_code == 403
    assert provider.name not in text_of(client, "/official/providers")


def test_pages_in_english(client, session, account):
    sign_in(client, session, account.id)
    paths = ["/provider/apply"]
    client.set_cookie("township", HOME)
    for path in paths:
        text_of(client, path)
    apply(client)
    text_of(client, "/provider/profile")
    for path in ("/provider/profile", "/provider/profile/edit", "/provider/areas",
                 "/provider/roster", "/provider/documents", "/providers"):  # fmt: skip
        page = text_of(client, f"{path}?lang=en").split("<main")[1].split("</main")[0]
        shown = re.sub(r"<[^>]+>", "", page)
        for own in ("望江施工队", "李四"):
            shown = shown.replace(own, "")
        assert not re.findall(r"[\u4e00-\u9fff]+", shown), path


def test_an_approved_crew_changes_capacity_but_not_its_name(client, session, account):
    provider = make_provider(session)
    accounts.grant_role(session, account.id, "provider", provider.id)
    sign_in(client, session, account.id)
    name = provider.name
    data = {"contact_name": "新人", "contact_phone": "13800138001", "weekly_capacity": "9",
            "name": "别的名字", "state": "approved", "rating_sum": "500"}  # fmt: skip
    assert client.post("/provider/profile/edit", data=data).status_code == 303
    session.refresh(provider)
    assert (provider.name, provider.weekly_capacity, provider.rating_sum) == (name, 9, 0)


def test_walking_the_regions_to_add_some(client, session, account):
    sign_in(client, session, account.id)
    apply(client)
    assert "天生桥镇" in text_of(client, "/provider/areas")
    assert "阜平县" in text_of(client, "/provider/areas?in=1306")
    assert "河北省" in text_of(client, "/provider/areas?in=0")
    client.post("/provider/areas", data={"codes": ["999999999"], "in": "1306"})
    assert "没有找到这个地区" in text_of(client, "/provider/areas")
    client.post("/provider/areas", data={"codes": ["130624104", "130626"]})
    assert "定兴县" in text_of(client, "/provider/areas")
    client.post("/provider/areas/remove", data={"code": "130626"})
    assert text_of(client, "/provider/profile").count("定兴县") == 0
