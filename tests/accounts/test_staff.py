"""Operators: people, roles, suspension, legal pages; and who may not."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.accounts import queries, service
from market.accounts.commands import create_admin
from market.accounts.models import Account
from market.accounts.types import Role
from market.audit import queries as audit
from market.audit.queries import AuditFilter
from market.kernel.clock import FixedClock, shanghai_date
from market.kernel.region_code import RegionCode
from tests.accounts.test_signing_in import is_in
from tests.factories.accounts import make_account, sign_in


@pytest.fixture
def operator(client: FlaskClient, session: Session) -> Account:
    account = make_account(session, display_name="运营")
    service.grant_role(session, account.id, Role.OPERATOR)
    sign_in(client, session, account.id)
    return account


def acts(session: Session, account_id: str) -> list[str]:
    found = audit.search(session, AuditFilter(object_type="account")).items
    return [row.action for row in found if row.object_id == account_id]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages(client: FlaskClient, session: Session, operator: Account, lang: str) -> None:
    service.ensure_first_versions(session, now=operator.created_at)
    session.commit()
    client.set_cookie("lang", lang)
    for path in (
        "/operator/accounts", f"/operator/accounts?q={operator.phone}&page=1",
        "/operator/accounts?q=zzz", f"/operator/accounts/{operator.id}", "/operator/legal",
        "/operator/legal/rules/new", "/official/climate", "/operator/accounts?page=-3",
        "/operator/accounts?page=x",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert client.get("/operator/accounts/nobody").status_code == 404
    assert client.get("/operator/legal/nothing/new").status_code == 404


@pytest.mark.parametrize("role", ["household", "seller", "provider", "official"])
def test_others_are_refused(app: Flask, session: Session, role: str) -> None:
    account, client = make_account(session), app.test_client()
    scope = {"seller": "s1", "provider": "p1", "official": "13"}.get(role, "")
    if role != "household":
        service.grant_role(session, account.id, role, scope)
    sign_in(client, session, account.id)
    assert client.get("/operator/accounts").status_code == 403
    answer = client.post(f"/operator/accounts/{account.id}/roles", data={"role": "operator"})
    assert answer.status_code == 403
    assert "operator" not in service.load_actor(session, account.id).roles


def test_a_granted_role_holds_with_the_next_request_and_is_audited(
    app: Flask, client: FlaskClient, session: Session, operator: Account
) -> None:
    account, theirs = make_account(session), app.test_client()
    sign_in(theirs, session, account.id)
    assert theirs.get("/official/climate").status_code == 403
    data = {"role": "official", "scope": "1306"}
    assert client.post(f"/operator/accounts/{account.id}/roles", data=data).status_code == 303
    assert theirs.get("/official/climate").status_code == 200
    assert "保定市" in client.get(f"/operator/accounts/{account.id}").get_data(as_text=True)
    client.post(f"/operator/accounts/{account.id}/roles/revoke", data=data)
    assert theirs.get("/official/climate").status_code == 403
    assert set(acts(session, account.id)) == {"account.grant_role", "account.revoke_role"}


@pytest.mark.parametrize(
    ("role", "scope"),
    [("official", "abc"), ("official", "130"), ("official", "130000"), ("operator", "13"),
     ("seller", ""), ("provider", "x" * 21), ("king", ""), ("", "")],
)  # fmt: skip
def test_scopes_that_do_not_fit(
    client: FlaskClient, session: Session, operator: Account, role: str, scope: str
) -> None:
    account = make_account(session)
    session.commit()
    data = {"role": role, "scope": scope}
    assert client.post(f"/operator/accounts/{account.id}/roles", data=data).status_code == 422
    assert queries.grants(session, account.id) == []


def test_suspension_kills_the_sessions_and_reinstating_does_not_revive_them(
    app: Flask, client: FlaskClient, session: Session, operator: Account
) -> None:
    account, theirs = make_account(session), app.test_client()
    sign_in(theirs, session, account.id)
    path = f"/operator/accounts/{account.id}"
    missing = client.post(f"{path}/suspend", data={"reason": " "})
    assert missing.status_code == 422
    assert "写明停用的理由" in missing.get_data(as_text=True)
    assert client.post(f"{path}/suspend", data={"reason": "骗人"}).status_code == 303
    assert not is_in(theirs)
    assert "骗人" in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/reinstate").status_code == 303
    assert not is_in(theirs)
    sign_in(theirs, session, account.id)
    assert is_in(theirs)
    assert set(acts(session, account.id)) == {"account.suspend", "account.reinstate"}


def test_operators_do_not_lock_themselves_out(
    client: FlaskClient, session: Session, operator: Account
) -> None:
    path = f"/operator/accounts/{operator.id}"
    client.post(f"{path}/suspend", data={"reason": "x"})
    client.post(f"{path}/roles/revoke", data={"role": "operator", "scope": ""})
    assert is_in(client)
    assert client.get("/operator/accounts").status_code == 200


def test_a_new_version_of_the_rules_is_announced_seven_days_ahead(
    client: FlaskClient, session: Session, operator: Account, clock: FixedClock
) -> None:
    service.ensure_first_versions(session, now=clock.now())
    session.commit()
    today = shanghai_date(clock.now())
    data = {
        "body": "## 新规则\n\n第二版正文",
        "effective_on": (today + timedelta(days=6)).isoformat(),
    }
    early = client.post("/operator/legal/rules/new", data=data)
    text = early.get_data(as_text=True)
    assert early.status_code == 422
    assert "要提前 7 天公示" in text
    assert "第二版正文" in text
    data["effective_on"] = (today + timedelta(days=7)).isoformat()
    assert client.post("/operator/legal/rules/new", data=data).status_code == 303
    assert "第二版正文" not in client.get("/legal/rules").get_data(as_text=True)
    assert "正在公示" in client.get("/legal/rules").get_data(as_text=True)
    assert "第二版正文" in client.get("/legal/rules/2").get_data(as_text=True)
    clock.advance(days=7)
    assert "第二版正文" in client.get("/legal/rules").get_data(as_text=True)
    old = client.get("/legal/rules/1").get_data(as_text=True)
    assert "这是旧版本" in old
    assert "谁能卖" in old
    assert client.get("/legal/rules/9").status_code == 404
    assert client.get("/legal/nothing").status_code == 404


def test_a_consent_remembers_its_version(
    client: FlaskClient, session: Session, operator: Account, clock: FixedClock
) -> None:
    now = clock.now()
    service.ensure_first_versions(session, now=now)
    actor = service.load_actor(session, operator.id)
    service.publish_version(
        session, actor, "privacy", effective_on=shanghai_date(now), body="x", body_en="", now=now
    )
    account_id = service.register(session, "13812340000", now=now)
    assert queries.consents(session, account_id)["privacy"].version == 2
    assert queries.consents(session, account_id)["rules"].version == 1


def test_members_and_officials_are_found(session: Session) -> None:
    seller, officer, far = (make_account(session) for _n in range(3))
    service.grant_role(session, seller.id, Role.SELLER, "seller-1")
    service.grant_role(session, officer.id, Role.OFFICIAL, "1306")
    service.grant_role(session, far.id, Role.OFFICIAL, "44")
    assert queries.members_of(session, Role.SELLER, "seller-1") == [seller.id]
    assert queries.officials_of(session, RegionCode("130624104")) == [officer.id]
    actor = service.load_actor(session, officer.id)
    assert actor.governs(RegionCode("130624"))
    assert not actor.governs(RegionCode("1307"))


def test_create_admin_asks_for_everything(app: Flask, session: Session) -> None:
    weak = CliRunner().invoke(create_admin, input="13800001111\n管理\npassword1\npassword1\n")
    assert weak.exit_code == 1
    assert queries.find_by_phone(session, "13800001111") is None
    typed = "13800001111\n管理\ngreen-hill-42-roof\ngreen-hill-42-roof\n"
    made = CliRunner().invoke(create_admin, input=typed)
    assert made.exit_code == 0, made.output
    assert "green-hill" not in made.output
    account = queries.find_by_phone(session, "13800001111")
    assert account
    assert service.load_actor(session, account.id).is_operator
    assert CliRunner().invoke(create_admin, input=typed).exit_code == 1
