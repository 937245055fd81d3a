"""The picker's pages, with and without script."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.accounts import service
from market.accounts.types import Role
from market.audit import queries as audit
from market.audit.queries import AuditFilter
from market.regions import queries
from tests.factories.accounts import make_account, sign_in


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_four_steps_of_plain_links_end_in_a_remembered_township(client: FlaskClient) -> None:
    assert 'href="/region?in=13' in page(client, "/region")
    assert 'href="/region?in=1306' in page(client, "/region?in=13")
    assert 'href="/region?in=130624' in page(client, "/region?in=1306")
    assert 'value="130624104"' in page(client, "/region?in=130624&next=/sign-in")
    answer = client.post("/region", data={"code": "130624104", "next": "/sign-in"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    cookie = client.get_cookie("township")
    assert cookie
    assert cookie.value == "130624104"
    assert cookie.http_only
    shown = page(client, "/region")
    assert "天生桥镇" in shown
    assert "寒冷地区（2B）" in shown
    assert "按冬季保温推荐" in shown
    elsewhere = page(client, "/sign-in")
    assert "送货地区：</span>天生桥镇" in elsewhere
    assert "寒冷地区</span>2B" in elsewhere


def test_the_next_page_says_what_the_zone_means(client: FlaskClient) -> None:
    client.post("/region", data={"code": "513322100", "next": "/region"})
    shown = page(client, "/region")
    assert "严寒地区" in shown
    assert "分区只作参考" in shown


def test_recent_townships_come_first(client: FlaskClient) -> None:
    client.post("/region", data={"code": "130624104"})
    client.post("/region", data={"code": "441900101"})
    shown = page(client, "/region")
    assert shown.index("石碣镇") < shown.index("一级一级选")
    assert "广东省东莞市石碣镇" in shown
    assert "河北省保定市阜平县天生桥镇" in shown


@pytest.mark.parametrize("code", ["11", "50", "46"])
def test_placeholder_rows_never_show(client: FlaskClient, code: str) -> None:
    shown = page(client, f"/region?in={code}")
    assert "市辖区" not in shown
    assert "直辖县级" not in shown


@pytest.mark.parametrize(
    ("inside", "town"),
    [("4419", "石碣镇"), ("4420", "石岐街道"), ("4604", "那大镇"), ("6202", "新城镇")],
)
def test_cities_that_skip_a_step(client: FlaskClient, inside: str, town: str) -> None:
    assert re.search(rf'<button name="code"[^>]*>{town}', page(client, f"/region?in={inside}"))


def test_search_by_submit(client: FlaskClient) -> None:
    assert "河北省保定市阜平县天生桥镇" in page(client, "/region?q=tianshengqiao")
    assert "没有找到" in page(client, "/region?q=%3Cscript%3E")


def test_the_fragment_is_only_the_list(client: FlaskClient) -> None:
    whole = page(client, "/region?in=13")
    part = page(client, "/region/steps?in=13")
    assert "保定市" in part
    assert "<html" not in part
    assert len(part) < len(whole) / 2


@pytest.mark.parametrize("code", ["", "13", "9" * 9, "abc", "110100", "130624104 "])
def test_a_place_that_cannot_be_chosen_has_its_sentence(client: FlaskClient, code: str) -> None:
    answer = client.post("/region", data={"code": code})
    assert answer.status_code == 404
    assert "没有这个地方" in answer.get_data(as_text=True)


@pytest.mark.parametrize("inside", ["999999", "abc", "1101", "１３"])
def test_a_bad_step_is_no_fault(client: FlaskClient, inside: str) -> None:
    assert client.get(f"/region?in={inside}").status_code == 404


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:1",
     "/region\r\nX: y", "/nowhere", "http:region", "////evil.example", "/@evil.example"],
)  # fmt: skip
def test_it_never_leads_away_from_the_site(client: FlaskClient, target: str) -> None:
    answer = client.post("/region", data={"code": "130624104", "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_malformed_or_unknown_cookie_counts_as_none(client: FlaskClient) -> None:
    for value in ("zzz", "999999999", "1", "130624"):
        client.set_cookie("township", value)
        assert client.get("/region").status_code == 200


def test_the_picker_answers_a_form(client: FlaskClient) -> None:
    shown = page(client, "/region?in=130624&next=/region&pick=region")
    assert 'href="/region?region=130624104"' in shown
    assert "<button name" not in shown
    shown = page(client, "/region?in=1306&next=/region&pick=area&any=1")
    assert 'href="/region?area=1306"' in shown


def test_english_names(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    shown = page(client, "/region?in=1306")
    assert "Fuping County" in shown
    assert "Choose a region" in shown
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert not re.search(r"[\u4e00-\u9fff]", main)


@pytest.fixture
def as_official(client: FlaskClient, session: Session) -> Callable[[str], None]:
    def enter(scope: str) -> None:
        account = make_account(session)
        service.grant_role(session, account.id, Role.OFFICIAL, scope)
        sign_in(client, session, account.id)

    return enter


def test_an_official_overrides_the_zone_of_an_own_county(
    client: FlaskClient, session: Session, as_official: Callable[[str], None]
) -> None:
    as_official("1306")
    answer = client.post(
        "/official/climate", data={"county": "130624", "zone": "2A", "reason": "海拔高"}
    )
    assert answer.status_code == 303
    zone = queries.climate_zone(session, "130624104")
    assert (zone.zone, zone.overridden) == ("2A", True)
    events = audit.search(session, AuditFilter(object_type="county"))
    assert events.total == 1
    assert "阜平县" in page(client, "/official/climate")
    client.post("/official/climate/130624/remove")
    session.expire_all()
    assert queries.climate_zone(session, "130624104").zone == "2B"


def test_another_region_is_refused(client: FlaskClient, as_official: Callable[[str], None]) -> None:
    as_official("1306")
    data = {"county": "310101", "zone": "2A", "reason": "x"}
    assert client.post("/official/climate", data=data).status_code == 403
    assert client.post("/official/climate/310101/remove").status_code == 403


def test_bad_overrides_say_what_is_wrong(
    client: FlaskClient, as_official: Callable[[str], None]
) -> None:
    as_official("13")
    answer = client.post("/official/climate", data={"county": "1306", "zone": "2A", "reason": "x"})
    assert answer.status_code == 422
    assert "请选到县" in answer.get_data(as_text=True)
    answer = client.post("/official/climate", data={"county": "", "zone": "9Z", "reason": "留着"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "先选一个县" in text
    assert "留着" in text
