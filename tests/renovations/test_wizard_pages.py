"""The wizard: one question per screen, nothing lost, also for guests."""

import io
import re

import pytest

from market.accounts.queries import find_account
from market.renovations import queries, steps
from market.renovations.facts import HOUSE_FACTS
from market.renovations.models import RenovationRequest
from market.renovations.types import DRAFT_COOKIE, Visitor
from tests.factories.accounts import make_account, make_actor, sign_in
from tests.factories.pictures import jpeg
from tests.factories.providers import HOME, make_provider
from tests.factories.renovations import DOOR, PHONE, make_draft

ANSWERS = {
    "photos": {},
    "project": {"project": "roof-repair"},
    "owner_type": {"value": "own"},
    "homestead_ok": {"value": "not_needed"},
    "built_year": {"value": "1998"},
    "floors": {"value": "１"},
    "footprint": {"length": "10.5", "width": "8"},
    "storey_height": {"unknown": "y"},
    "structure": {"value": "brick_concrete"},
    "wall_type": {"value": "unknown"},
    "roof_type": {"value": "flat"},
    "heating": {"value": "coal"},
    "safety_state": {"value": "none"},
    "trades": {"trades": ["waterproof"]},
    "scope": {"scope": "北屋屋顶三处漏水"},
    "contract": {"contract": "full"},
    "budget": {"low": "5000", "high": "1,2000"},
    "dates": {"starts_on": "2026-12-01", "ends_on": "2026-12-20"},
    "place": {"region": HOME},
    "contact": {"name": "赵户主", "phone": "139 1234 5678", "door": DOOR, "agree": "y"},
}


def begin(client) -> str:
    answer = client.post("/requests/new")
    assert answer.status_code == 303
    return re.search(r"/requests/(\w+)/edit/photos", answer.location)[1]


def answer_all(client, key, but=()):
    for step in steps.KEYS:
        if step in but:
            continue
        done = client.post(f"/requests/{key}/edit/{step}", data=ANSWERS[step])
        assert done.status_code == 303, (step, done.get_data(as_text=True)[-2000:])


def test_a_guest_answers_everything_signs_in_and_publishes(client, session, now):
    make_provider(session)
    session.commit()
    key = begin(client)
    answer_all(client, key)
    page = client.get(f"/requests/{key}/summary").get_data(as_text=True)
    assert "镇上有 1 支队能干，48 小时内答复" in page
    assert "登录，然后发布" in page
    assert "5,000.00 到 12,000.00 元" in page
    account = make_account(session)
    sign_in(client, session, account.id)
    page = client.get(f"/requests/{key}/summary").get_data(as_text=True)
    assert "发布，请他们报价" in page
    done = client.post(f"/requests/{key}/publish", data={"open_days": "14"})
    assert done.location.endswith(f"/requests/{key}")
    page = client.get(f"/requests/{key}").get_data(as_text=True)
    assert "附近有 1 支队能干" in page
    row = session.get(RenovationRequest, key, populate_existing=True)
    assert (row.state, row.household_id, row.draft_digest) == ("live", account.id, None)
    assert row.facts["footprint"] == ["10.5", "8"]
    assert (row.closes_at - now).days == 14


def test_every_step_can_be_read_in_both_languages(client, session):
    key = begin(client)
    answer_all(client, key, but=("photos",))
    for step in steps.KEYS:
        for language in ("zh", "en"):
            page = client.get(f"/requests/{key}/edit/{step}?lang={language}")
            assert page.status_code == 200, step
    english = client.get(f"/requests/{key}/summary?lang=en").get_data(as_text=True)
    assert "What crews will see" in english
    main = english[english.index("<main") : english.index("</main")]
    shown = re.sub(r"<[^>]+>", "", main).replace("北屋屋顶三处漏水", "").replace(DOOR, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", shown.replace("赵户主", ""))


def test_a_draft_is_saved_at_each_step_and_found_again(client):
    key = begin(client)
    client.post(f"/requests/{key}/edit/project", data={"project": "pv-roof"})
    page = client.get("/requests/new").get_data(as_text=True)
    assert "屋顶光伏" in page
    page = client.get(f"/requests/{key}/edit/project").get_data(as_text=True)
    assert re.search(r'value="pv-roof"[^>]*checked|checked[^>]*value="pv-roof"', page)


def test_a_bundle_presets_the_question(client, session):
    answer = client.post("/requests/new", data={"bundle": "pv-roof"})
    key = answer.location.split("/")[-3]
    row = session.get(RenovationRequest, key)
    assert (row.project_type, row.bundle) == ("pv-roof", "pv-roof")


@pytest.mark.parametrize("fact", [fact.key for fact in HOUSE_FACTS])
def test_not_sure_is_always_allowed(client, session, fact):
    key = begin(client)
    kind = next(one.kind for one in HOUSE_FACTS if one.key == fact)
    data = {"value": "unknown"} if kind == "choice" else {"unknown": "y"}
    assert client.post(f"/requests/{key}/edit/{fact}", data=data).status_code == 303
    assert session.get(RenovationRequest, key).facts[fact] == "unknown"


@pytest.mark.parametrize(
    ("step", "data", "message", "kept"),
    [
        ("project", {}, "请选一项", None),
        ("project", {"project": "palace"}, "", None),
        ("built_year", {"value": "abcd"}, "只写数字", "abcd"),
        ("built_year", {"value": "1098"}, "不像是对的", "1098"),
        ("built_year", {}, "写一个数，或者勾", None),
        ("footprint", {"length": "1000", "width": "8"}, "1000 不像是对的", "1000"),
        ("footprint", {"length": "NaN", "width": "1e9"}, "只写数字", "NaN"),
        ("trades", {}, "至少选一个工种", None),
        ("scope", {"scope": "打我电话 13912345678"}, "这里不要写电话", "13912345678"),
        ("scope", {"scope": "长" * 1001}, "最多写 1000 个字", "长长长"),
        ("budget", {"low": "9000", "high": "100"}, "上限要大于下限", "9000"),
        ("budget", {"low": "-5"}, "金额只写数字", "-5"),
        ("budget", {}, "写一个数，或者勾", None),
        ("dates", {"starts_on": "2020-01-01"}, "日期已经过去了", "2020-01-01"),
        ("dates", {"starts_on": "2026-12-20", "ends_on": "2026-12-01"}, "完工日期要晚于", None),
        ("dates", {"starts_on": "soon"}, "日期写成", "soon"),
        ("place", {}, "先选房子所在的乡镇", None),
        ("place", {"region": "13"}, "请选到乡镇", None),
        ("place", {"region": "999999999"}, "", None),
        ("contact", {"name": "赵", "phone": "1391234567", "door": "1号", "agree": "y"},
         "现在是 10 位", "1391234567"),
        ("contact", {"name": "赵", "phone": PHONE, "door": "1号"}, "要勾选同意", PHONE),
    ],
)  # fmt: skip
def test_bad_answers_are_said_beside_the_field_and_kept(client, step, data, message, kept):
    key = begin(client)
    answer = client.post(f"/requests/{key}/edit/{step}", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert 'class="msg"' in page
    if kept:
        assert kept in page


def test_photos_are_kept_stripped_and_can_be_removed(client, session):
    key = begin(client)
    files = {"photos": [(io.BytesIO(jpeg()), "北面.jpg"), (io.BytesIO(jpeg()), "屋顶.jpg")]}
    done = client.post(f"/requests/{key}/edit/photos", data=files)
    assert done.status_code == 303
    page = client.get(f"/requests/{key}/edit/photos").get_data(as_text=True)
    (first, *_rest) = re.findall(rf"/requests/{key}/photos/(\w+)\?w=320", page)
    shown = client.get(f"/requests/{key}/photos/{first}?w=320")
    assert shown.mimetype == "image/webp"
    assert b"Camera" not in shown.data
    shown.close()
    stranger = client.application.test_client()
    assert stranger.get(f"/requests/{key}/photos/{first}").status_code == 404
    client.post(f"/requests/{key}/photos/{first}/remove")
    page = client.get(f"/requests/{key}/edit/photos").get_data(as_text=True)
    assert len(re.findall(r"\?w=320", page)) == 1


def test_what_is_no_photo_is_said(client):
    key = begin(client)
    bad = {"photos": [(io.BytesIO(b"<svg onload=alert(1)>"), "x.jpg")]}
    answer = client.post(f"/requests/{key}/edit/photos", data=bad)
    assert answer.status_code == 422
    assert "这个文件不是能用的照片" in answer.get_data(as_text=True)


def test_another_visitor_finds_nothing(client, session, now):
    key = begin(client)
    other = client.application.test_client()
    for path in ("edit/project", "summary"):
        assert other.get(f"/requests/{key}/{path}").status_code == 404
    assert other.post(f"/requests/{key}/edit/project", data={}).status_code == 404
    assert other.post(f"/requests/{key}/discard").status_code == 404
    other.set_cookie(DRAFT_COOKIE, "guessed")
    assert other.get(f"/requests/{key}/summary").status_code == 404


def test_the_draft_of_an_account_is_not_its_cookies(client, session, now):
    who, key = make_draft(session, now=now)
    session.commit()
    assert client.get(f"/requests/{key}/summary").status_code == 404
    sign_in(client, session, who.actor.account_id)
    assert client.get(f"/requests/{key}/summary").status_code == 200


def test_an_unknown_step_is_not_found(client):
    key = begin(client)
    assert client.get(f"/requests/{key}/edit/wishes").status_code == 404
    assert client.get("/requests/nothing/edit/project").status_code == 404


def test_a_draft_can_be_thrown_away_with_its_personal_data(client, session):
    key = begin(client)
    client.post(f"/requests/{key}/edit/contact", data=ANSWERS["contact"])
    assert client.post(f"/requests/{key}/discard").status_code == 303
    assert session.get(RenovationRequest, key) is None


def test_publishing_needs_all_answers(client, session):
    account = make_account(session)
    sign_in(client, session, account.id)
    key = begin(client)
    client.post(f"/requests/{key}/publish")
    page = client.get(f"/requests/{key}/summary").get_data(as_text=True)
    assert "个问题没答" in page
    assert session.get(RenovationRequest, key, populate_existing=True).state == "draft"


def test_publishing_as_a_guest_leads_to_signing_in(client):
    key = begin(client)
    answer_all(client, key)
    answer = client.post(f"/requests/{key}/publish")
    assert answer.status_code == 303
    assert "publish" not in answer.location


def test_own_requests_are_listed(client, session, now):
    actor = make_actor(session)
    make_draft(session, Visitor(actor), now=now)
    sign_in(client, session, actor.account_id)
    page = client.get("/requests").get_data(as_text=True)
    assert "屋顶漏水维修" in page
    assert queries.list_own(session, Visitor(actor)).total == 1


def test_what_the_account_knows_is_not_asked_twice(client, session, now):
    actor = make_actor(session, "household")
    sign_in(client, session, actor.account_id)
    account = find_account(session, actor.account_id)
    page = client.get(f"/requests/{begin(client)}/edit/contact").text
    assert f'value="{account.phone}"' in page
    assert 'name="agree"' in page
    assert not re.search(r'name="agree"[^>]*checked|checked[^>]*name="agree"', page)


def test_the_same_sentence_at_two_fields_says_which(client):
    answer = client.post(f"/requests/{begin(client)}/edit/footprint", data={})
    assert answer.status_code == 422
    assert "长：写一个数" in answer.text
    assert "宽：写一个数" in answer.text
