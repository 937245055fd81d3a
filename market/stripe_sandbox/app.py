"""The sandbox as a Flask application: keys, idempotency, faults, then the endpoints."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request

from market.stripe_sandbox import control, pages
from market.stripe_sandbox.delivery import Delivery
from market.stripe_sandbox.endpoints import COLLECTIONS, POSTS, Call, list_objects, retrieve
from market.stripe_sandbox.errors import ApiError
from market.stripe_sandbox.events import EventLog
from market.stripe_sandbox.faults import Fault, Faults
from market.stripe_sandbox.params import decode
from market.stripe_sandbox.settings import SandboxSettings, assert_loopback
from market.stripe_sandbox.store import Store
from market.stripe_sandbox.world import World


def create_sandbox(settings: SandboxSettings, now: Callable[[], float] = time.time) -> Flask:
    """The application. Raises NotLoopback when it would be reachable from outside."""
    assert_loopback(settings.host)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    store = Store(settings.database, now)
    faults = Faults()
    delivery = Delivery(
        settings.webhook_url, settings.webhook_secret, settings.retry_seconds, faults
    )
    world = World(store, EventLog(store, delivery.send), settings.base_url)
    app.extensions["sandbox"] = world
    app.extensions["sandbox.faults"] = faults
    app.extensions["sandbox.delivery"] = delivery
    app.extensions["sandbox.settings"] = settings
    _add_api(app, world, faults)
    app.register_blueprint(pages.bp)
    if settings.control_token:
        app.register_blueprint(control.bp)
    app.register_error_handler(ApiError, _api_error)
    app.before_request(_authenticate)
    app.after_request(_headers)
    return app


def _add_api(app: Flask, world: World, faults: Faults) -> None:
    for path, call in POSTS.items():
        app.add_url_rule(path, f"POST {path}", _post_view(world, faults, call), methods=["POST"])
    for name, kind in COLLECTIONS.items():
        app.add_url_rule(
            f"/v1/{name}", f"list {name}", _list_view(world, faults, kind), methods=["GET"]
        )
        app.add_url_rule(
            f"/v1/{name}/<identity>", f"get {name}", _get_view(world, faults, kind),
            methods=["GET"],
        )  # fmt: skip


def _authenticate() -> None:
    if not request.path.startswith("/v1/"):
        return
    settings: SandboxSettings = current_app.extensions["sandbox.settings"]
    if request.headers.get("Authorization") != f"Bearer {settings.secret_key}":
        raise ApiError(401, "invalid_request_error", "Invalid API Key provided", remember=False)


def _headers(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _api_error(error: ApiError) -> Response:
    return _json(error.status, json.dumps(error.body))


def _json(status: int, body: str, *, replayed: bool = False) -> Response:
    response = Response(body, status=status, content_type="application/json")
    response.headers["Request-Id"] = f"req_{time.monotonic_ns():x}"
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _post_view(world: World, faults: Faults, call: Call) -> Any:
    def view(**names: str) -> Response:
        fault = faults.for_call("POST", request.path)
        early = _before(fault)
        if early is not None:
            return early
        response = _once(world, lambda: _run(world, call, names))
        if fault is not None and fault.kind == "lost_reply":
            _hang_up()
        return response

    return view


def _run(world: World, call: Call, names: dict[str, str]) -> tuple[int, str]:
    params = decode(request.form.items())
    try:
        with world.store.transaction():
            body = call(world, params, **names)
    except BaseException:
        world.events.discard()
        raise
    world.events.flush()
    return 200, json.dumps(body)


def _once(world: World, run: Any) -> Response:
    """The rules of idempotency keys: same call, same answer; another call, an error."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return _json(*run())
    if len(key) > 255:
        raise ApiError(
            400, "invalid_request_error", "Idempotency keys are at most 255 characters.",
            remember=False,
        )  # fmt: skip
    fingerprint = hashlib.sha256(
        f"{request.path}?".encode() + json.dumps(sorted(request.form.items(multi=True))).encode()
    ).hexdigest()
    known = world.store.begin_answer(key, fingerprint)
    if known is not None:
        return _replay(known, fingerprint)
    try:
        status, body = run()
    except ApiError as error:
        if not error.remember:
            world.store.forget_answer(key)
            raise
        status, body = error.status, json.dumps(error.body)
    except BaseException:
        world.store.forget_answer(key)
        raise
    world.store.finish_answer(key, status, body)
    return _json(status, body)


def _replay(known: tuple[str, int | None, str | None], fingerprint: str) -> Response:
    first, status, body = known
    if first != fingerprint:
        raise ApiError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were "
            "first used with.",
        )
    if status is None or body is None:
        raise ApiError(
            409,
            "idempotency_error",
            "There is currently another in-progress request using this Idempotent Key.",
            code="idempotency_key_in_use",
        )
    return _json(status, body, replayed=True)


def _list_view(world: World, faults: Faults, kind: str) -> Any:
    def view() -> Response:
        early = _before(faults.for_call("GET", request.path))
        if early is not None:
            return early
        params = decode(request.args.items())
        return _json(200, json.dumps(list_objects(world, kind, request.path, params)))

    return view


def _get_view(world: World, faults: Faults, kind: str) -> Any:
    def view(identity: str) -> Response:
        early = _before(faults.for_call("GET", request.path))
        if early is not None:
            return early
        with world.store.transaction():
            body = retrieve(world, kind, identity)
        world.events.flush()
        return _json(200, json.dumps(body))

    return view


def _before(fault: Fault | None) -> Response | None:
    """Faults that strike before anything is done."""
    if fault is None:
        return None
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    if fault.kind == "reset":
        _hang_up()
    if fault.kind == "status":
        kind = "rate_limit_error" if fault.status == 429 else "api_error"
        error = ApiError(fault.status, kind, "Scripted fault.")
        return _json(fault.status, json.dumps(error.body))
    return None


def _hang_up() -> None:
    """Close the connection without an answer."""
    socket = request.environ.get("werkzeug.socket")
    if socket is not None:
        socket.shutdown(2)
        socket.close()
    raise ConnectionAbortedError("scripted fault")
