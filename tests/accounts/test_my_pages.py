"""My pages: addresses, preferences, consents, phone change, data export, deletion."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.accounts import queries, registry, rules, service
from market.accounts.models import Account, AuthSession
from market.accounts.types import AddressInput, Blocker
from market.kernel.clock import FixedClock
from market.kernel.region_code import RegionCode
from tests.accounts.test_signing_in import is_in, sent_code
from tests.factories.accounts import CREATED, PASSWORD, make_account, sign_in

ADDRESS = {
    "recipient": "张三",
    "phone": "13812345678",
    "region": "130624104",
    "detail": "3 组 12 号",
}


@dataclass
class Me:
    client: FlaskClient
    account: Account
    session: Session

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def confirm(self) -> None:
        answer = self.client.post("/me/confirm", data={"password": PASSWORD})
        assert answer.status_code == 303


@pytest.fixture
def me(client: FlaskClient, session: Session) -> Me:
    account = make_account(session)
    sign_in(client, session, account.id)
    return Me(client, account, session)


PAGES = [
    "/me", "/me/profile", "/me/devices", "/me/confirm", "/me/preferences", "/me/consents",
    "/me/data", "/me/addresses", "/me/addresses/new", "/me/password", "/me/phone", "/me/delete",
]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_in_both_languages(me: Me, path: str, lang: str) -> None:
    me.confirm()
    me.client.set_cookie("lang", lang)
    me.account.display_name = "Zhang"
    me.session.commit()
    text = me.text(path)
    main = re.sub(
        r'<[^>]* lang="zh-CN"[^>]*>[^<]*', "", text[text.index("<main") :].split("</main>")[0]
    )
    assert (lang == "zh") is bool(re.search(r"[\u4e00-\u9fff]", main))


@pytest.mark.parametrize("path", PAGES)
def test_anonymous_visitors_are_sent_to_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == f"/sign-in?next={path}"


def test_an_address_is_added_changed_and_removed(me: Me) -> None:
    assert me.client.post("/me/addresses/new", data=ADDRESS).status_code == 303
    (row,) = queries.addresses(me.session, me.account.id)
    assert row.region == RegionCode("130624104")
    assert row.is_default
    assert "阜平县天生桥镇" in me.text("/me/addresses")
    changed = {**ADDRESS, "detail": "村口"}
    assert me.client.post(f"/me/addresses/{row.id}", data=changed).status_code == 303
    second = {**ADDRESS, "make_default": "y", "detail": "第二处"}
    me.client.post("/me/addresses/new", data=second)
    me.session.expire_all()
    rows = queries.addresses(me.session, me.account.id)
    assert [(r.detail, r.is_default) for r in rows] == [("第二处", True), ("村口", False)]
    me.client.post(f"/me/addresses/{rows[0].id}/remove")
    me.session.expire_all()
    (left,) = queries.addresses(me.session, me.account.id)
    assert left.is_default
    assert left.detail == "村口"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("recipient", "", "填收货人"),
        ("recipient", "长" * 41, "最多写 40 个字"),
        ("phone", "123", "现在是 3 位"),
        ("region", "", "先选乡镇"),
        ("region", "999999999", "没有这个地方"),
        ("region", "1306", "没有这个地方"),
        ("detail", " ", "填村、组、门牌"),
    ],
)
def test_bad_addresses_say_so_and_keep_the_input(
    me: Me, field: str, value: str, sentence: str
) -> None:
    answer = me.client.post("/me/addresses/new", data={**ADDRESS, field: value})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    kept = "3 组 12 号" if field != "detail" else "张三"
    assert kept in text


def test_going_to_the_picker_and_back_keeps_what_was_typed(me: Me) -> None:
    typed = {**ADDRESS, "region": "", "step": "region"}
    answer = me.client.post("/me/addresses/new", data=typed)
    assert answer.location == "/region?next=/me/addresses/new&pick=region"
    text = me.text("/me/addresses/new?region=441900101")
    assert "3 组 12 号" in text
    assert "石碣镇" in text
    assert 'value="441900101"' in text


def test_someone_elses_address_does_not_exist(me: Me) -> None:
    other = make_account(me.session)
    entered = AddressInput("李四", "13812345678", RegionCode("130624104"), "x")
    theirs = service.add_address(me.session, other.id, entered)
    me.session.commit()
    for path in ("", "/default", "/remove"):
        answer = me.client.post(f"/me/addresses/{theirs}{path}", data=ADDRESS)
        assert answer.status_code == 404
    assert me.client.get(f"/me/addresses/{theirs}").status_code == 404
    assert queries.addresses(me.session, other.id)[0].recipient == "李四"


def test_the_address_book_has_an_end(me: Me) -> None:
    for _n in range(20):
        assert me.client.post("/me/addresses/new", data=ADDRESS).status_code == 303
    answer = me.client.post("/me/addresses/new", data=ADDRESS)
    assert answer.status_code == 422
    assert "最多存 20 个" in answer.get_data(as_text=True)


def test_language_and_text_size_are_cookies_and_follow_the_account(me: Me, app: Flask) -> None:
    answer = me.client.post("/preferences/language", data={"language": "en", "next": "/me"})
    assert answer.location == "/me"
    assert "Sign out" in me.text("/me")
    me.client.post("/preferences/text", data={"text": "large", "next": "/me"})
    assert 'data-text="large"' in me.text("/me")
    elsewhere = app.test_client()
    elsewhere.post("/sign-in", data={"phone": me.account.phone, "password": PASSWORD})
    text = elsewhere.get("/me").get_data(as_text=True)
    assert "Sign out" in text
    assert 'data-text="large"' in text


def test_visitors_choose_language_without_account(client: FlaskClient) -> None:
    client.post("/preferences/language", data={"language": "en"})
    assert 'lang="en"' in client.get("/sign-in").get_data(as_text=True)
    assert client.post("/preferences/language", data={"language": "fr"}).status_code == 303
    assert 'lang="en"' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en-GB,en;q=0.9", "en"), ("en", "en"), ("fr,en;q=0.5", "en"), ("zh-CN,en;q=0.9", "zh-CN"),
        ("fr", "zh-CN"), ("*", "zh-CN"), ("", "zh-CN"), ("\x00;q=x,,", "zh-CN"),
    ],
)  # fmt: skip
def test_a_first_visit_speaks_what_the_browser_asks_for(
    client: FlaskClient, asked: str, spoken: str
) -> None:
    header = {"Accept-Language": asked}
    assert f'<html lang="{spoken}"' in client.get("/sign-in", headers=header).text
    for chosen, then in (("zh", "zh-CN"), ("en", "en")):
        client.set_cookie("lang", chosen)
        assert f'<html lang="{then}"' in client.get("/sign-in", headers=header).text


def test_whoever_never_chose_a_language_reads_what_the_browser_asks_for(me: Me, app: Flask) -> None:
    me.account.language = ""
    me.session.commit()
    person = queries.get_account(me.session, me.account.id)
    assert (person.language, person.chosen_language) == ("zh", "")  # messages stay Chinese
    for asked, word in (("en-GB,en;q=0.9", "Sign out"), ("zh-CN", "我的")):
        device, header = app.test_client(), {"Accept-Language": asked}
        device.post(
            "/sign-in", data={"phone": me.account.phone, "password": PASSWORD}, headers=header
        )
        assert device.get_cookie("lang") is None
        assert word in device.get("/me", headers=header).text


def test_people_of_the_demonstration_world_have_not_chosen(me: Me) -> None:
    made = service.register(me.session, "13912340099", now=CREATED)
    assert queries.get_account(me.session, made).chosen_language == ""


def test_notification_channels(me: Me) -> None:
    assert queries.channels_for(me.session, me.account.id, "orders") == {"sms"}
    me.client.post("/me/preferences", data={"wanted": ["orders:email", "renovation:sms"]})
    me.session.expire_all()
    assert queries.channels_for(me.session, me.account.id, "orders") == {"email"}
    assert queries.channels_for(me.session, me.account.id, "renovation") == {"sms"}
    assert queries.channels_for(me.session, me.account.id, "promotions") == frozenset()
    assert me.client.post("/me/preferences", data={"wanted": "x:y"}).status_code == 404


def test_consents_are_withdrawn_as_easily_as_given(me: Me) -> None:
    assert me.client.post("/me/consents/marketing/give").status_code == 303
    assert queries.has_consent(me.session, me.account.id, "marketing")
    assert me.client.post("/me/consents/marketing/withdraw").status_code == 303
    assert not queries.has_consent(me.session, me.account.id, "marketing")
    assert me.client.post("/me/consents/privacy/withdraw").status_code == 409
    assert me.client.post("/me/consents/nonsense/give").status_code == 404


@pytest.mark.parametrize("email", ["x", "a@b", "a b@c.de", "@c.de"])
def test_bad_mail_addresses(me: Me, email: str) -> None:
    answer = me.client.post("/me/profile", data={"display_name": "王五", "email": email})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "邮箱地址不对" in text
    assert "王五" in text


def test_names_are_shown_escaped(me: Me) -> None:
    me.client.post("/me/profile", data={"display_name": "<script>alert(1)</script>"})
    text = me.text("/me")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("path", ["/me/password", "/me/phone", "/me/delete"])
def test_weighty_steps_ask_again_who_one_is(me: Me, path: str, clock: FixedClock) -> None:
    assert me.client.get(path).location == f"/me/confirm?next={path}"
    assert me.client.post(path, data={}).location == f"/me/confirm?next={path}"
    wrong = me.client.post("/me/confirm", data={"password": "wrong-wrong"})
    assert wrong.status_code == 422
    me.confirm()
    assert me.client.get(path).status_code == 200
    clock.advance(minutes=11)
    assert me.client.get(path).status_code == 303


def test_confirming_by_code(me: Me) -> None:
    assert me.client.post("/me/confirm/code").status_code == 303
    code = sent_code(me.session, str(me.account.phone))
    assert me.client.post("/me/confirm", data={"code": code, "next": "/me/phone"}).location == (
        "/me/phone"
    )


def test_the_phone_changes_after_both_proofs_and_other_devices_end(me: Me, app: Flask) -> None:
    other = app.test_client()
    sign_in(other, me.session, me.account.id)
    me.confirm()
    assert me.client.post("/me/phone", data={"phone": "13711112222"}).status_code == 303
    code = sent_code(me.session, "13711112222")
    wrong = "000000" if code != "000000" else "111111"
    assert me.client.post("/me/phone/code", data={"code": wrong}).status_code == 422
    assert me.client.post("/me/phone/code", data={"code": code}).status_code == 303
    assert is_in(me.client)
    assert not is_in(other)
    me.session.expire_all()
    assert queries.get_account(me.session, me.account.id).phone == "13711112222"


def test_a_code_for_the_new_phone_needs_the_confirmation_too(me: Me, clock: FixedClock) -> None:
    me.confirm()
    me.client.post("/me/phone", data={"phone": "13711112222"})
    clock.advance(minutes=11)
    code = sent_code(me.session, "13711112222")
    answer = me.client.post("/me/phone/code", data={"code": code})
    assert answer.location.startswith("/me/confirm")


def test_a_taken_phone_is_told_only_to_its_holder(me: Me) -> None:
    taken = make_account(me.session)
    me.session.commit()
    me.confirm()
    assert me.client.post("/me/phone", data={"phone": taken.phone}).status_code == 303
    code = sent_code(me.session, str(taken.phone))
    answer = me.client.post("/me/phone/code", data={"code": code})
    assert answer.status_code == 422
    assert "已经有账号" in answer.get_data(as_text=True)


def test_a_new_password_ends_other_devices_and_keeps_this_one(me: Me, app: Flask) -> None:
    other = app.test_client()
    sign_in(other, me.session, me.account.id)
    me.confirm()
    weak = me.client.post("/me/password", data={"password": "password1"})
    assert weak.status_code == 422
    assert "太常见" in weak.get_data(as_text=True)
    good = {"password": "another-good-pass-9"}
    assert me.client.post("/me/password", data=good).status_code == 303
    assert is_in(me.client)
    assert not is_in(other)


def test_devices_can_be_signed_out_one_by_one_or_all(me: Me, app: Flask) -> None:
    other, third = app.test_client(), app.test_client()
    sign_in(other, me.session, me.account.id)
    sign_in(third, me.session, me.account.id)
    rows = queries.live_sessions(
        me.session, me.account.id, "", now=app.extensions["market.clock"].now()
    )
    assert len(rows) == 3
    assert "让它退出" in me.text("/me/devices")
    with other.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = me.session.query(AuthSession).filter_by(token_hash=rules.token_hash(token)).one()
    me.client.post(f"/me/devices/{row.id}/end")
    assert not is_in(other)
    assert is_in(third)
    me.client.post("/sign-out/everywhere")
    assert not is_in(third)
    assert not is_in(me.client)


def test_someone_elses_device_stays_signed_in(me: Me, app: Flask) -> None:
    victim, client = make_account(me.session), app.test_client()
    sign_in(client, me.session, victim.id)
    row = me.session.query(AuthSession).filter_by(account_id=victim.id).one()
    me.client.post(f"/me/devices/{row.id}/end")
    assert is_in(client)


@pytest.fixture
def contributed() -> Iterator[dict[str, object]]:
    state: dict[str, object] = {"blocker": None}
    kept = dict(registry._exports), dict(registry._blockers)
    registry._exports.clear()
    registry._blockers.clear()
    service.contribute_export("orders", lambda session, account_id: [{"of": account_id}])
    service.contribute_deletion_check("orders", lambda session, account_id: state["blocker"])  # type: ignore[arg-type, return-value]
    yield state
    for own, before in zip((registry._exports, registry._blockers), kept, strict=True):
        own.clear()
        own.update(before)  # type: ignore[arg-type]


def test_the_export_holds_ones_own_data_and_what_others_add(
    me: Me, contributed: dict[str, object]
) -> None:
    stranger = make_account(me.session, display_name="外人")
    me.session.commit()
    me.client.post("/me/addresses/new", data=ADDRESS)
    me.client.post("/me/consents/marketing/give")
    assert me.client.post("/me/data").location.startswith("/me/confirm")
    me.confirm()
    answer = me.client.post("/me/data")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data(as_text=True)
    data = json.loads(text)
    assert data["account"]["phone"] == me.account.phone
    assert data["addresses"][0]["detail"] == "3 组 12 号"
    assert data["consents"][0]["document"] == "marketing"
    assert data["orders"] == [{"of": me.account.id}]
    assert "argon2" not in text
    assert "token" not in text
    assert str(stranger.phone) not in text


def test_deletion_is_refused_with_the_reason(me: Me, contributed: dict[str, object]) -> None:
    contributed["blocker"] = Blocker("还有没收到的货")
    me.confirm()
    assert "还有没收到的货" in me.text("/me/delete")
    answer = me.client.post("/me/delete", data={"sure": "y"})
    assert answer.status_code == 409
    assert is_in(me.client)


def test_deletion_removes_the_person_and_frees_the_phone(
    me: Me, contributed: dict[str, object], app: Flask
) -> None:
    other = app.test_client()
    sign_in(other, me.session, me.account.id)
    me.client.post("/me/addresses/new", data=ADDRESS)
    me.confirm()
    unticked = me.client.post("/me/delete", data={})
    assert unticked.status_code == 422
    assert "勾上这一项" in unticked.get_data(as_text=True)
    phone, account_id = str(me.account.phone), me.account.id
    assert me.client.post("/me/delete", data={"sure": "y"}).status_code == 303
    assert not is_in(me.client)
    assert not is_in(other)
    me.session.expire_all()
    left = queries.get_account(me.session, account_id)
    assert (left.phone, left.display_name, left.email, left.state.value) == (
        None,
        "",
        None,
        "deleted",
    )
    assert queries.addresses(me.session, account_id) == []
    assert queries.find_by_phone(me.session, phone) is None
    again = make_account(me.session, phone=phone)
    assert again.id != account_id


def test_the_last_operator_cannot_leave(me: Me, contributed: dict[str, object]) -> None:
    service.grant_role(me.session, me.account.id, "operator")
    me.session.commit()
    me.confirm()
    answer = me.client.post("/me/delete", data={"sure": "y"})
    assert answer.status_code == 409
    assert "最后一个运营" in answer.get_data(as_text=True)
