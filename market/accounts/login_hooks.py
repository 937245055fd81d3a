"""Where accounts meet Flask: the signed-in user of a request, and proving who one is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import flask_login
from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin

from market.accounts import codes, passwords, queries, service, sessions, throttle
from market.accounts.errors import (
    CodeExpired,
    MessageNotSent,
    NotConfirmed,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)
from market.accounts.roles import actor_of
from market.accounts.types import CodeCheck, CodePurpose
from market.db.session import reading, unit_of_work
from market.kernel.actor import ANONYMOUS, Actor
from market.kernel.ids import new_id
from market.kernel.ports import Sender, SendingFailed
from market.web import context

_KEPT_AT_SIGN_IN = ("feedback",)
_MOST_COOKIE_LIFE = timedelta(days=30)


class SignedIn(UserMixin):
    """The user of a request as flask-login sees it: a live session."""

    def __init__(self, token: str, live: sessions.LiveSession) -> None:
        self.token = token
        self.live = live

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    """Install flask-login and the loader of actors."""
    manager = LoginManager()
    manager.session_protection = None  # sessions are rows; revocation does not rest on a cookie
    manager.init_app(app, add_context_processor=False)  # templates ask `current_actor`
    manager.user_loader(_load)
    app.extensions["market.actor_loader"] = current_actor
    app.config["REMEMBER_COOKIE_DURATION"] = _MOST_COOKIE_LIFE


def _load(token: str) -> SignedIn | None:
    with reading() as opened:
        live = sessions.find_live(opened, token, now=context.now())
    return SignedIn(token, live) if live else None


def current_actor() -> Actor:
    """The actor of this request; ANONYMOUS without a live session."""
    live = live_session()
    return actor_of(live.account_id, live.display_name, live.grants) if live else ANONYMOUS


def live_session() -> sessions.LiveSession | None:
    """The live session of this request."""
    if "_user_id" not in session:
        return None
    user = flask_login.current_user
    return user.live if isinstance(user, SignedIn) else None


def account_id() -> str:
    """The signed-in account; for views behind a policy that asks for one."""
    live = live_session()
    if live is None:
        raise NotConfirmed()
    return live.account_id


def begin(token: str) -> None:
    """Put a new session into the cookie. Nothing of the anonymous one survives but messages."""
    kept = {key: session[key] for key in _KEPT_AT_SIGN_IN if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    with reading() as opened:
        live = sessions.find_live(opened, token, now=context.now())
    if live is not None:
        flask_login.login_user(SignedIn(token, live))
    _forget_request_state()


def leave() -> None:
    """Empty the cookie."""
    flask_login.logout_user()
    session.clear()
    _forget_request_state()


def _forget_request_state() -> None:
    for name in ("actor", "csrf_token"):
        g.pop(name, None)


def start_session(account: str) -> None:
    """Open a session for the account on this device. Raises AccountSuspendedError."""
    agent = request.user_agent.string
    with unit_of_work() as opened:
        token = service.open_session(opened, account, agent=agent, now=context.now())
    begin(token)


def check_password(phone: str, password: str) -> str:
    """The account of a phone and password.

    The answer to an unknown phone, an account without password and a wrong password is the
    same, and takes the same time. Raises TooManyAttempts, WrongCredentials.
    """
    now = context.now()
    limits = throttle.login_limits(phone, client_address())
    count_try(limits)
    with reading() as opened:
        known = queries.credentials(opened, phone)
    stored = known.password_hash if known else None
    if not passwords.verify(stored, password) or known is None or stored is None:
        raise WrongCredentials()
    fresh = passwords.hash_password(password) if passwords.needs_rehash(stored) else None
    with unit_of_work() as opened:
        throttle.forgive(opened, limits[0], now=now)
        if fresh:
            service.replace_hash(opened, known.account_id, stored, fresh)
    return known.account_id


def count_try(limits: Sequence[throttle.Limit]) -> None:
    """Count one try, committed whatever follows. Raises TooManyAttempts."""
    with unit_of_work() as opened:
        wait = throttle.take(opened, limits, now=context.now())
    if wait is not None:
        raise TooManyAttempts(minutes=max(1, -(-int(wait.total_seconds()) // 60)))


def client_address() -> str:
    """The caller's network address as the trusted proxy tells it."""
    return request.remote_addr or "unknown"


def send_code(phone: str, purpose: CodePurpose) -> None:
    """Send a code, whether or not the phone has an account.

    Raises TooManyAttempts, CodeJustSent, MessageNotSent.
    """
    now = context.now()
    count_try(throttle.send_limits(phone, client_address()))
    with unit_of_work() as opened:
        code = codes.issue(opened, phone, purpose, secret=_secret(), now=now)
    sender: Sender = current_app.extensions["market.sms"]
    try:
        sender.send(phone, "", _code_text(code), key=new_id())
    except SendingFailed:
        raise MessageNotSent() from None


def _code_text(code: str) -> str:
    if context.language() == "en":
        return f"Your code is {code}, good for 10 minutes. We never ask you for it by phone."
    return f"【绿色建材下乡】验证码 {code}，10 分钟内有效。任何人来要都不要给。"


def check_code(phone: str, purpose: CodePurpose, code: str) -> None:
    """Use up a typed code; a wrong one counts. Raises TooManyAttempts, WrongCode, CodeExpired."""
    count_try(throttle.code_limits(phone, client_address()))
    with unit_of_work() as opened:
        verdict = codes.check(opened, phone, purpose, code, secret=_secret(), now=context.now())
    if verdict is CodeCheck.EXPIRED:
        raise CodeExpired(field="code")
    if verdict is CodeCheck.WRONG:
        raise WrongCode(field="code")


def need_confirmed() -> sessions.LiveSession:
    """The live session when it was confirmed in the last minutes. Raises NotConfirmed."""
    live = live_session()
    if live is None or not sessions.is_confirmed(live, now=context.now()):
        raise NotConfirmed()
    return live


def proved_phone(now: datetime) -> str | None:
    """The phone this visitor proved to hold in the last quarter of an hour."""
    proof = session.get("proved_phone")
    if not isinstance(proof, list) or len(proof) != 2:
        return None
    phone, at = proof
    return phone if now.timestamp() - at < 900 else None


def keep_proof(phone: str, now: datetime) -> None:
    """Remember, in the signed cookie, that this visitor holds the phone."""
    session["proved_phone"] = [phone, int(now.timestamp())]


def _secret() -> str:
    return context.settings().secret_key
