"""Coming in: registration, password, codes, reset, throttling, no enumeration, rotation."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import passwords, queries, service, throttle
from market.accounts.models import Account, AuthSession, DevMessageRow, OneTimeCode
from market.kernel.clock import FixedClock
from tests.factories.accounts import PASSWORD, make_account, sign_in

NEW = "13812345678"


def sent_code(session: Session, phone: str) -> str:
    session.expire_all()
    text = session.scalar(
        select(DevMessageRow.text)
        .where(DevMessageRow.recipient == phone)
        .order_by(DevMessageRow.id.desc())
        .limit(1)
    )
    assert text is not None
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


def is_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def register(client: FlaskClient, session: Session, phone: str = NEW, **extra: str) -> None:
    assert client.post("/sign-in/code", data={"phone": phone}).status_code == 303
    answer = client.post("/sign-in/code/enter", data={"code": sent_code(session, phone)})
    assert answer.location.startswith("/sign-up/finish")
    answer = client.post("/sign-up/finish", data={"agree": "y", **extra})
    assert answer.status_code == 303


def test_register_by_phone_and_code(client: FlaskClient, session: Session) -> None:
    register(client, session, display_name="李四")
    assert is_in(client)
    account = queries.find_by_phone(session, NEW)
    assert account
    assert account.display_name == "李四"
    assert not account.has_password
    given = queries.consents(session, account.id)
    assert {key for key, row in given.items() if row.given} == {"privacy", "rules"}


def test_registration_needs_the_two_consents_and_keeps_what_was_typed(
    client: FlaskClient, session: Session
) -> None:
    client.post("/sign-in/code", data={"phone": NEW})
    client.post("/sign-in/code/enter", data={"code": sent_code(session, NEW)})
    answer = client.post("/sign-up/finish", data={"display_name": "李四"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "要先同意" in text
    assert "李四" in text
    assert queries.find_by_phone(session, NEW) is None


def test_registration_cannot_skip_the_code(client: FlaskClient, session: Session) -> None:
    assert client.post("/sign-up/finish", data={"agree": "y"}).location.startswith("/sign-up")
    assert queries.find_by_phone(session, NEW) is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "密码至少 8 个字符"),
        ("password1", "太常见"),
        ("12345678", "太常见"),
        ("woaini520", "太常见"),
        ("P@ssw0rd!", "太常见"),
        ("qwertyuiop", "太常见"),
        ("1qaz2wsx", "太常见"),
        ("my" + NEW, "不要用手机号"),
        ("长" * 129, "密码最多 128 个字符"),
    ],
)
def test_weak_passwords_are_refused_beside_the_field(
    client: FlaskClient, session: Session, password: str, sentence: str
) -> None:
    client.post("/sign-in/code", data={"phone": NEW})
    client.post("/sign-in/code/enter", data={"code": sent_code(session, NEW)})
    answer = client.post("/sign-up/finish", data={"agree": "y", "password": password})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_sign_in_with_password_leads_back_to_the_page_asked_for(
    client: FlaskClient, session: Session
) -> None:
    account = make_account(session)
    session.commit()
    assert client.get("/me/addresses").location == "/sign-in?next=/me/addresses"
    data = {"phone": account.phone, "password": PASSWORD, "next": "/me/addresses"}
    assert client.post("/sign-in", data=data).location == "/me/addresses"
    assert is_in(client)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil", "/nope"])
def test_sign_in_never_leads_off_the_site(
    client: FlaskClient, session: Session, target: str
) -> None:
    account = make_account(session)
    session.commit()
    data = {"phone": account.phone, "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=data).location == "/"


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [("1381234567", "现在是 10 位"), ("", "填手机号"), ("12345678901", "这不是手机号")],
)
def test_bad_phone_numbers(client: FlaskClient, phone: str, sentence: str) -> None:
    answer = client.post("/sign-in", data={"phone": phone, "password": "x"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    assert f'value="{phone}"' in text or not phone


def wrong_tries(session: Session) -> dict[str, dict[str, str]]:
    real = make_account(session)
    bare = make_account(session, password_hash=None)
    gone = make_account(session, state="suspended")
    session.commit()
    return {
        "wrong": {"phone": str(real.phone), "password": "wrong-wrong"},
        "no password": {"phone": str(bare.phone), "password": "wrong-wrong"},
        "suspended": {"phone": str(gone.phone), "password": "wrong-wrong"},
        "unknown": {"phone": "13700000001", "password": "wrong-wrong"},
    }


def bare_text(text: str, phone: str) -> str:
    """The page without what differs by nature: the typed number and the forgery token."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text.replace(phone, "PHONE"))


def test_wrong_tries_look_the_same(app: Flask, session: Session) -> None:
    answers = set()
    for data in wrong_tries(session).values():
        answer = app.test_client().post("/sign-in", data=data)
        text = bare_text(answer.get_data(as_text=True), data["phone"])
        answers.add((answer.status_code, text))
    assert len(answers) == 1


def test_wrong_tries_cost_the_same_work(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each checks one hash of the same cost, so that time does not tell who has an account."""
    checked: list[tuple[int, int, int]] = []

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            cost = extract_parameters(stored)
            checked.append((cost.time_cost, cost.memory_cost, cost.parallelism))
            return hasher.verify(stored, password)

        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

    hasher = passwords._hasher
    tries = wrong_tries(session)
    monkeypatch.setattr(passwords, "_hasher", Watched())
    for data in tries.values():
        app.test_client().post("/sign-in", data=data)
    assert len(checked) == len(tries)
    assert len(set(checked)) == 1


@pytest.mark.parametrize("path", ["/sign-in/code", "/password/forgot"])
def test_asking_for_a_code_does_not_tell_who_has_an_account(
    app: Flask, session: Session, path: str
) -> None:
    known = make_account(session)
    session.commit()
    seen = set()
    for phone in (str(known.phone), "13700000002"):
        client = app.test_client()
        answer = client.post(path, data={"phone": phone})
        page = client.get(answer.location).get_data(as_text=True)
        shown = f"{phone[:3]}****{phone[-4:]}"
        seen.add((answer.status_code, answer.location, bare_text(page, shown)))
    assert len(seen) == 1


def test_suspension_is_told_to_the_right_person_only(client: FlaskClient, session: Session) -> None:
    account = make_account(session, state="suspended")
    session.commit()
    answer = client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD})
    assert answer.status_code == 403
    assert "已经停用" in answer.get_data(as_text=True)
    assert not is_in(client)


def test_password_tries_are_limited_for_known_and_unknown_phones(
    app: Flask, session: Session, clock: FixedClock
) -> None:
    account = make_account(session)
    session.commit()
    for phone in (str(account.phone), "13700000003"):
        client = app.test_client()
        for _try in range(8):
            wrong = {"phone": phone, "password": "wrong-wrong"}
            assert client.post("/sign-in", data=wrong).status_code == 422
        right = {"phone": phone, "password": PASSWORD}
        answer = client.post("/sign-in", data=right)
        assert answer.status_code == 429
        assert "分钟后再试" in answer.get_data(as_text=True)
    clock.advance(minutes=16)
    assert client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD}).location


def test_a_success_starts_the_count_again(app: Flask, session: Session) -> None:
    account = make_account(session)
    session.commit()
    for _round in range(3):
        client = app.test_client()
        for _try in range(5):
            client.post("/sign-in", data={"phone": account.phone, "password": "wrong-wrong"})
        right = {"phone": account.phone, "password": PASSWORD}
        assert client.post("/sign-in", data=right).status_code == 303


def test_a_network_is_limited_too(app: Flask, session: Session) -> None:
    client = app.test_client()
    now = app.extensions["market.clock"].now()
    limit = throttle.login_limits("x", "127.0.0.1")[1]
    for _try in range(100):
        assert throttle.take(session, [limit], now=now) is None
    session.commit()
    answer = client.post("/sign-in", data={"phone": "13700000004", "password": "wrong-wrong"})
    assert answer.status_code == 429


def test_a_code_works_once_for_its_purpose_and_its_time(
    app: Flask, session: Session, clock: FixedClock
) -> None:
    account = make_account(session)
    session.commit()
    phone, client = str(account.phone), app.test_client()
    client.post("/sign-in/code", data={"phone": phone})
    code = sent_code(session, phone)
    reset = {"code": code, "password": "another-good-pass-9"}
    assert client.post("/password/reset", data=reset).status_code == 422  # other purpose
    assert client.post("/sign-in/code/enter", data={"code": code}).status_code == 303
    assert is_in(client)
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["pending_phone"] = phone
    answer = other.post("/sign-in/code/enter", data={"code": code})
    assert answer.status_code == 422
    assert "过期" in answer.get_data(as_text=True)
    clock.advance(minutes=2)
    other.post("/sign-in/code", data={"phone": phone})
    fresh = sent_code(session, phone)
    clock.advance(minutes=11)
    assert other.post("/sign-in/code/enter", data={"code": fresh}).status_code == 422


def test_five_wrong_tries_use_a_code_up(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    session.commit()
    client.post("/sign-in/code", data={"phone": account.phone})
    code = sent_code(session, str(account.phone))
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        assert client.post("/sign-in/code/enter", data={"code": wrong}).status_code == 422
    assert client.post("/sign-in/code/enter", data={"code": code}).status_code == 422
    assert not is_in(client)


def test_codes_are_kept_hashed_and_never_resent_at_once(
    client: FlaskClient, session: Session
) -> None:
    client.post("/sign-in/code", data={"phone": NEW})
    code = sent_code(session, NEW)
    row = session.scalar(select(OneTimeCode).where(OneTimeCode.phone == NEW))
    assert row
    assert code not in row.code_hash
    assert len(row.code_hash) == 64
    answer = client.post("/sign-in/code", data={"phone": NEW})
    assert answer.status_code == 429
    assert "秒后才能再发" in answer.get_data(as_text=True)


def test_sending_is_limited_per_hour(
    client: FlaskClient, session: Session, clock: FixedClock
) -> None:
    codes = []
    for _try in range(6):
        codes.append(client.post("/sign-in/code", data={"phone": NEW}).status_code)
        clock.advance(seconds=61)
    assert codes == [303] * 5 + [429]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３", "12 34"])
def test_malformed_codes(client: FlaskClient, session: Session, code: str) -> None:
    client.post("/sign-in/code", data={"phone": NEW})
    assert client.post("/sign-in/code/enter", data={"code": code}).status_code == 422


def test_reset_ends_every_session_and_signs_in_here(app: Flask, session: Session) -> None:
    account = make_account(session)
    old = app.test_client()
    sign_in(old, session, account.id)
    assert is_in(old)
    client = app.test_client()
    client.post("/password/forgot", data={"phone": account.phone})
    code = sent_code(session, str(account.phone))
    data = {"code": code, "password": "another-good-pass-9"}
    assert client.post("/password/reset", data={**data, "password": "12345678"}).status_code == 422
    assert client.post("/password/reset", data=data).status_code == 303
    assert is_in(client)
    assert not is_in(old)
    stale = {"phone": account.phone, "password": PASSWORD}
    assert app.test_client().post("/sign-in", data=stale).status_code == 422


def test_reset_of_an_unknown_phone_says_so_only_after_the_code(
    client: FlaskClient, session: Session
) -> None:
    client.post("/password/forgot", data={"phone": NEW})
    data = {"code": sent_code(session, NEW), "password": "another-good-pass-9"}
    answer = client.post("/password/reset", data=data)
    assert answer.status_code == 422
    assert "还没有注册" in answer.get_data(as_text=True)


def test_the_session_rotates_at_sign_in(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
        cookie["_user_id"] = "planted-token"
        cookie["csrf_token"] = "planted"
    client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "planted"
        first = cookie["_user_id"]
        assert first != "planted-token"
    client.post("/sign-out")
    client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first


def test_an_old_cookie_is_dead_after_sign_out(app: Flask, session: Session) -> None:
    account = make_account(session)
    client, thief = app.test_client(), app.test_client()
    sign_in(client, session, account.id)
    stolen = client.get_cookie("session")
    assert stolen
    thief.set_cookie("session", stolen.value)
    assert is_in(thief)
    client.post("/sign-out")
    assert not is_in(client)
    assert not is_in(thief)


def test_the_cookie_has_its_flags(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    session.commit()
    answer = client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in cookies)


def test_the_database_keeps_no_session_token(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    sign_in(client, session, account.id)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session.scalar(select(AuthSession).where(AuthSession.account_id == account.id))
    assert row
    assert row.token_hash != token


def test_sessions_end_by_themselves_those_of_staff_sooner(
    app: Flask, session: Session, clock: FixedClock
) -> None:
    household, operator = make_account(session), make_account(session)
    service.grant_role(session, operator.id, "operator")
    plain, staff = app.test_client(), app.test_client()
    sign_in(plain, session, household.id)
    sign_in(staff, session, operator.id)
    clock.advance(hours=13)
    assert is_in(plain)
    assert not is_in(staff)
    clock.advance(days=30)
    assert not is_in(plain)


def test_old_hashes_are_renewed_at_sign_in(client: FlaskClient, session: Session) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    account = make_account(session, password_hash=old)
    session.commit()
    client.post("/sign-in", data={"phone": account.phone, "password": PASSWORD})
    session.expire_all()
    renewed = session.get(Account, account.id)
    assert renewed
    assert renewed.password_hash != old
    assert "m=19456" in str(renewed.password_hash)


def test_garbage_in_the_session_cookie_is_an_anonymous_visitor(
    client: FlaskClient, now: datetime
) -> None:
    client.set_cookie("session", "garbage.garbage.garbage")
    assert client.get("/me").status_code == 303


def test_dev_messages_exist_only_where_the_settings_say_so(app: Flask) -> None:
    client = app.test_client()
    client.post("/sign-in/code", data={"phone": NEW})
    assert NEW in client.get("/dev/messages").get_data(as_text=True)
    kept = app.extensions["market.settings"]
    app.extensions["market.settings"] = replace(kept, dev_messages=False)
    try:
        assert client.get("/dev/messages").status_code == 404
    finally:
        app.extensions["market.settings"] = kept


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/sign-up", "/sign-in/code", "/password/forgot", "/legal/license",
     "/legal/privacy", "/legal/rules", "/dev/messages"],
)  # fmt: skip
def test_public_pages_in_both_languages(
    client: FlaskClient, session: Session, now: datetime, path: str, lang: str
) -> None:
    service.ensure_first_versions(session, now=now)
    session.commit()
    client.set_cookie("lang", lang)
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    main = text[text.index("<main") : text.index("</main>")]
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff]", main)
