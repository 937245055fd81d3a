"""S7: whatever people and operators do, exactly the right sessions live.

Two people, up to three devices each; the model is a set of live devices per person.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import passwords, service, sessions
from market.accounts.models import AuthSession, DevMessageRow
from market.accounts.rules import token_hash
from market.db import session as db
from market.db.session import Database
from market.kernel.clock import FixedClock
from tests.conftest import START
from tests.factories import accounts as factories
from tests.factories.accounts import PASSWORD, make_account, password_hash

PEOPLE = st.integers(0, 1)
DEVICES = st.integers(0, 2)
SECOND = "another-good-pass-9"


@dataclass
class Person:
    id: str
    phone: str
    password: str = PASSWORD
    suspended: bool = False
    roles: set[str] = field(default_factory=set)
    live: set[int] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)


class Identity(RuleBasedStateMachine):
    """Sign-ins, sign-outs, resets, role changes, suspensions and phone changes in any order."""

    app: Flask
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(START)
        self.numbers = itertools.count(13_600_000_000)
        self.connection = self.database.engine.connect()
        self.transaction = self.connection.begin()
        self.joined = self.database.joined_to(self.connection)
        self.joined.__enter__()
        self.app.extensions["market.clock"] = self.clock

    def teardown(self) -> None:
        self.joined.__exit__(None, None, None)
        self.transaction.rollback()
        self.connection.close()

    def new_phone(self) -> str:
        return str(next(self.numbers))

    @initialize()
    def begin(self) -> None:
        self.clients = {(p, d): self.app.test_client() for p in (0, 1) for d in range(3)}
        with self.database.unit_of_work() as session:
            operator = make_account(session, phone=self.new_phone())
            service.grant_role(session, operator.id, "operator")
            self.operator = service.load_actor(session, operator.id)
            self.people = [self._person(session) for _n in range(2)]

    def _person(self, session: Session) -> Person:
        account = make_account(session, phone=self.new_phone(), password_hash=password_hash())
        return Person(account.id, str(account.phone))

    def _token(self, client: FlaskClient) -> str | None:
        with client.session_transaction() as cookie:
            return cookie.get("_user_id")

    def _retire(self, who: int, *devices: int) -> None:
        person = self.people[who]
        for device in devices:
            cookie = self.clients[who, device].get_cookie("session")
            if device in person.live and cookie:
                person.dead.append(cookie.value)
        person.live -= set(devices)

    def _code(self, phone: str) -> str:
        with self.database.reading() as session:
            text = session.scalar(
                select(DevMessageRow.text)
                .where(DevMessageRow.recipient == phone)
                .order_by(DevMessageRow.id.desc())
                .limit(1)
            )
        return "".join(c for c in str(text).split("验证码")[1] if c.isdigit())[:6]

    def _wait(self) -> None:
        self.clock.advance(hours=2)  # past every limit on sending

    @rule(who=PEOPLE, device=DEVICES, right=st.booleans())
    def sign_in(self, who: int, device: int, right: bool) -> None:
        person, client = self.people[who], self.clients[who, device]
        self.clock.advance(minutes=5)
        if device in person.live:
            return
        password = person.password if right else "wrong-wrong"
        answer = client.post("/sign-in", data={"phone": person.phone, "password": password})
        if right and not person.suspended and answer.status_code == 303:
            person.live.add(device)
        else:
            assert answer.status_code in (403, 422, 429)

    @rule(who=PEOPLE, device=DEVICES)
    def sign_in_by_code(self, who: int, device: int) -> None:
        person, client = self.people[who], self.clients[who, device]
        if device in person.live:
            return
        self._wait()
        assert client.post("/sign-in/code", data={"phone": person.phone}).status_code == 303
        code = self._code(person.phone)
        answer = client.post("/sign-in/code/enter", data={"code": code})
        assert answer.status_code == (403 if person.suspended else 303)
        if not person.suspended:
            person.live.add(device)

    @rule(who=PEOPLE, device=DEVICES)
    def sign_out(self, who: int, device: int) -> None:
        self._retire(who, device)
        self.clients[who, device].post("/sign-out")

    @rule(who=PEOPLE, device=DEVICES)
    def sign_out_everywhere(self, who: int, device: int) -> None:
        person = self.people[who]
        if device in person.live:
            self._retire(who, 0, 1, 2)
            assert self.clients[who, device].post("/sign-out/everywhere").status_code == 303

    @rule(who=PEOPLE, device=DEVICES)
    def reset_password(self, who: int, device: int) -> None:
        person, client = self.people[who], self.clients[who, device]
        if person.suspended:
            return
        self._wait()
        self._retire(who, 0, 1, 2)
        client.post("/password/forgot", data={"phone": person.phone})
        person.password = SECOND if person.password == PASSWORD else PASSWORD
        data = {"code": self._code(person.phone), "password": person.password}
        assert client.post("/password/reset", data=data).status_code == 303
        person.live = {device}

    @rule(who=PEOPLE, device=DEVICES)
    def change_phone(self, who: int, device: int) -> None:
        person, client = self.people[who], self.clients[who, device]
        if device not in person.live:
            return
        self._wait()
        assert client.get("/me/phone").status_code == 303
        answer = client.post("/me/confirm", data={"password": person.password})
        assert answer.status_code == 303
        phone = self.new_phone()
        client.post("/me/phone", data={"phone": phone})
        self._retire(who, 0, 1, 2)
        answer = client.post("/me/phone/code", data={"code": self._code(phone)})
        assert answer.status_code == 303
        person.phone, person.live = phone, {device}

    @rule(who=PEOPLE, role=st.sampled_from(["seller", "provider", "official"]))
    def change_role(self, who: int, role: str) -> None:
        person = self.people[who]
        scope = {"seller": "s", "provider": "p", "official": "13"}[role]
        with self.database.unit_of_work() as session:
            if role in person.roles:
                service.revoke_by_operator(
                    session, self.operator, person.id, role, scope, now=self.clock.now()
                )
            else:
                service.grant_by_operator(
                    session, self.operator, person.id, role, scope, now=self.clock.now()
                )
        person.roles ^= {role}

    @rule(who=PEOPLE)
    def suspend_or_reinstate(self, who: int) -> None:
        person = self.people[who]
        with self.database.unit_of_work() as session:
            if person.suspended:
                service.reinstate(session, self.operator, person.id, now=self.clock.now())
            else:
                self._retire(who, 0, 1, 2)
                service.suspend(session, self.operator, person.id, "x", now=self.clock.now())
        person.suspended = not person.suspended

    @rule(who=PEOPLE)
    @precondition(lambda self: any(person.dead for person in self.people))
    def replay_a_dead_cookie(self, who: int) -> None:
        for value in self.people[who].dead[-3:]:
            thief = self.app.test_client()
            thief.set_cookie("session", value)
            assert thief.get("/me/data").status_code == 303

    @rule()
    def a_month_passes(self) -> None:
        self.clock.advance(days=31)
        for who in (0, 1):
            self._retire(who, 0, 1, 2)

    @invariant()
    def exactly_the_right_sessions_live(self) -> None:
        for (who, device), client in getattr(self, "clients", {}).items():
            person = self.people[who]
            if device in person.live and self._expired(who, device):
                self._retire(who, device)
            status = client.get("/me/data").status_code
            assert status == (200 if device in person.live else 303), (who, device)

    def _expired(self, who: int, device: int) -> bool:
        """Staff sessions are shorter: the model asks the stored end, never the verdict."""
        token = self._token(self.clients[who, device])
        if token is None:
            return False
        with self.database.reading() as session:
            end = session.scalar(
                select(AuthSession.expires_at).where(AuthSession.token_hash == token_hash(token))
            )
        return end is not None and end <= self.clock.now()

    @invariant()
    def roles_are_in_force_at_once(self) -> None:
        for who, person in enumerate(getattr(self, "people", [])):
            for device in sorted(person.live)[:1]:
                status = self.clients[who, device].get("/official/climate").status_code
                assert status == (200 if "official" in person.roles else 403)


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine signs in thousands of times; the strength of the hash is tested elsewhere."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    passwords._dummy.cache_clear()


def _run(examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    run_state_machine_as_test(
        Identity,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=phases,
            deadline=None,
            derandomize=True,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def machine(quick_hashes: None, shared_app: Flask, shared_database: Database) -> Iterator[None]:
    """The machine on this run's application, with quick hashes in its people."""
    factories._hash.clear()
    db.use(shared_database)
    Identity.app, Identity.database = shared_app, shared_database
    yield
    factories._hash.clear()
    passwords._dummy.cache_clear()


def test_exactly_the_right_sessions_live(machine: None) -> None:
    if os.environ.get("FULL") == "1":
        _run(2_000, 50)
    else:
        _run(15, 25)


def test_the_machine_sees_sessions_that_are_not_revoked(
    machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The must-fail control: with revocation planted away the machine has to notice."""
    monkeypatch.setattr(sessions, "revoke_all", lambda session, account_id: None)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        _run(30, 25, (Phase.generate,))
