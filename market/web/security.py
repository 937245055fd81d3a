"""Headers every response carries, cookies, CSRF and the size of requests."""

from datetime import timedelta
from functools import cached_property
from hashlib import sha1
from hmac import digest
from secrets import token_hex
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm
from werkzeug.middleware.proxy_fix import ProxyFix

from market.config import Settings
from market.web import unreadable

csrf = CSRFProtect()
_SHORT = 200  # letters of a signed value that is not worth compressing

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'{form}; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def init_app(app: Flask, settings: Settings) -> None:
    """Install the defences that need no domain knowledge."""
    https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_NAME="session",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = _Sessions(settings.secret_key, https=https)
    app.extensions["market.form_tokens"] = _Serializer(settings.secret_key, "wtf-csrf-token")
    unreadable.init_app(app)
    csrf.init_app(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    policy = POLICY.format(form=_payment_pages(settings))

    fixed = [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=(), microphone=(), camera=()"),
    ]
    if https:
        fixed.append(("Strict-Transport-Security", "max-age=31536000"))
    names = {name.lower() for name, _ in fixed}

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        present = {name.lower() for name, _ in headers}
        if names.isdisjoint(present):
            headers.extend(fixed)
        else:
            for name, value in fixed:
                headers.setdefault(name, value)
        if response.mimetype == "text/html" and "cache-control" not in present:
            kept = "private, no-store" if _personal() else "private, no-cache"
            headers.add("Cache-Control", kept)
        return response


class _Hmac(SigningAlgorithm):
    """The usual algorithm of these signatures (HMAC of SHA-1), in one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The signature of a value."""
        return digest(key, value, "sha1")


class _Signer(TimestampSigner):
    """Derives its key once; the usual signer does so for every signature."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.algorithm = _Hmac()

    @cached_property
    def _derived(self) -> bytes:
        return super().derive_key(self.secret_keys[-1])

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """The key of our one secret."""
        return self._derived


class _Serializer(URLSafeTimedSerializer):
    """Writes and reads signed values as its base does, with one signer for all of them."""

    def __init__(self, secret: str, salt: str, **options: Any) -> None:
        super().__init__(secret, salt=salt, signer=_Signer, **options)
        self._kept = _Signer(self.secret_keys, salt=self.salt, **self.signer_kwargs)

    def dump_payload(self, obj: Any) -> bytes:
        """Short values as they are: the base tries to compress each, which costs the most."""
        plain = self.serializer.dumps(obj, **self.serializer_kwargs)
        return base64_encode(plain) if len(plain) < _SHORT else super().dump_payload(obj)

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        """The signer of our one salt."""
        return self._kept


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; the signer is made once, not twice for every request, and the
    cookie of a guest, which every first page sets, is written in one piece."""

    def __init__(self, secret: str, *, https: bool) -> None:
        self._flags = f"{'; Secure' if https else ''}; HttpOnly; Path=/; SameSite=Lax"
        self._signer = _Serializer(
            secret,
            self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": sha1},
        )

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of this application."""
        return self._signer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """What the base does."""
        if not session or not session.modified or session.permanent:
            super().save_session(app, session, response)
            return
        signed = self._signer.dumps(dict(session))
        headers = response.headers
        headers.add("Set-Cookie", f"{self.get_cookie_name(app)}={signed}{self._flags}")
        others = headers.get("Vary")
        headers["Vary"] = f"{others}, Cookie" if others else "Cookie"


def form_token() -> str:
    """The visitor's form token: what Flask-WTF's `generate_csrf` gives, with a kept signer."""
    token: str | None = g.get("csrf_token")
    if token is None:
        if "csrf_token" not in session:
            session["csrf_token"] = token_hex(20)
        signer: _Serializer = current_app.extensions["market.form_tokens"]
        token = g.csrf_token = signer.dumps(session["csrf_token"])
    return token


def _personal() -> bool:
    return "session" in request.cookies


def _payment_pages(settings: Settings) -> str:
    if settings.stripe_api_base:
        return f" {settings.stripe_api_base}"
    return " https://checkout.stripe.com" if settings.stripe_key else ""
