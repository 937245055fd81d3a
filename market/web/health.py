"""Liveness, readiness, request ids, logs and metrics."""

import logging
import os
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from json import JSONEncoder
from secrets import token_hex
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client import REGISTRY as DEFAULT_REGISTRY

from market.db.revision import at_head
from market.db.session import database
from market.web.access import PUBLIC, policy
from market.web.context import kept

blueprint = Blueprint("health", __name__)
log = structlog.get_logger()

REQUESTS = Counter("market_requests_total", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram("market_request_seconds", "Time to answer", ["endpoint"])
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_JSON = JSONEncoder(ensure_ascii=False, default=repr)  # made once: every answer writes a line
_UNCOUNTED = {"health.healthz", "health.readyz", "health.metrics", "static"}


@blueprint.get("/healthz")
@policy(PUBLIC)
def healthz() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@policy(PUBLIC)
def readyz() -> Any:
    """The database answers and has the newest migration."""
    checks = _checks()
    ready = all(checks.values())
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


def _checks() -> dict[str, bool]:
    answers = _holds(_pinged)
    return {"database": answers, "migrations": answers and _holds(lambda: at_head(database()))}


def _pinged() -> bool:
    database().ping()
    return True


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 (whatever the driver raises means: not ready)
        log.warning("not_ready", error=str(error))
        return False


@blueprint.get("/metrics")
@policy(PUBLIC)
def metrics() -> Response:
    """Counters for Prometheus, summed over the workers; served to this machine only."""
    if request.remote_addr not in ("127.0.0.1", "::1"):
        return Response(status=404)
    registry = DEFAULT_REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def configure_logs(*, testing: bool) -> None:
    """JSON lines on standard error, with the request's id on each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(lambda event, **_: _JSON.encode(event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.ERROR if testing else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not testing,
    )


@cache
def _metrics(endpoint: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """The counter and the histogram of such an answer; as few as the prometheus client keeps."""
    return REQUESTS.labels(endpoint, method, status), SECONDS.labels(endpoint)


def init_app(app: Flask) -> None:
    """Give every request an id, a log line and a place in the metrics."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        name = given if _REQUEST_ID.fullmatch(given) else token_hex(10)
        kept().update(request_id=name, began=time.perf_counter())
        structlog.contextvars.bind_contextvars(request_id=name)

    @app.after_request
    def finish(response: Response) -> Response:
        asked = request._get_current_object()  # type: ignore[attr-defined]  # not five times
        began, endpoint = kept().get("began"), asked.endpoint or "none"
        if endpoint not in _UNCOUNTED and began is not None:
            seconds = time.perf_counter() - began
            requests, durations = _metrics(endpoint, asked.method, response.status_code)
            requests.inc()
            durations.observe(seconds)
            if not app.testing:
                log.info(
                    "request",
                    method=asked.method,
                    path=asked.path,
                    endpoint=endpoint,
                    status=response.status_code,
                    ms=round(seconds * 1000, 1),
                )
        response.headers.add("X-Request-ID", kept().get("request_id", ""))
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()
