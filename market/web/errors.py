"""One place that turns a refusal or a fault into a page or a problem document (RFC 9457)."""

import time
from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from market.kernel.errors import DomainError
from market.kernel.i18n import N_, Named, Word
from market.web import context
from market.web.feedback import say

log = structlog.get_logger()

READ_AWAY_BYTES = 512 * 1024 * 1024
READ_AWAY_SECONDS = 60

TITLES = {
    400: N_("这个请求看不懂"),
    401: N_("请先登录"),
    403: N_("你没有权限看这一页"),
    404: N_("没有这一页"),
    405: N_("这个地址不能这样用"),
    409: N_("现在的状态不能这样做"),
    410: N_("已经过期"),
    413: N_("文件太大了"),
    415: N_("这种内容不支持"),
    422: N_("填写的内容不对，请检查"),
    429: N_("次数太多了，过一会儿再试"),
    500: N_("我们这边出错了"),
    503: N_("服务暂时不可用，请稍后再试"),
}


def sentence(error: DomainError) -> str:
    """The refusal in the visitor's language."""
    return gettext(error.message, **{key: _said(value) for key, value in error.params.items()})


def _said(value: object) -> str:
    if isinstance(value, Named):
        return value.name_en if context.language() == "en" and value.name_en else value.name_zh
    return gettext(value) if isinstance(value, Word) else str(value)


def say_refusal(error: DomainError) -> None:
    """The refusal on the next page, with where to go on."""
    to, words = next_step(error) or (None, None)
    say(sentence(error), "bad", href=to, link=words)


def wants_json() -> bool:
    """Whether the caller is a program: the API, or JSON preferred over HTML."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """A problem document."""
    body = {"type": "about:blank", "status": status, "code": code, "title": detail, **extra}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def next_step(error: DomainError) -> tuple[str, str] | None:
    """The address and the words of where to go on after a refusal."""
    if error.step is None:
        return None
    endpoint, words = error.step
    return url_for(endpoint), gettext(words)


def _page(status: int, text: str, step: tuple[str, str] | None) -> tuple[str, int]:
    page = render_template(
        "errors/error.html", status=status, text=text, title=_title(status), step=step,
        max_upload_mb=context.settings().max_upload_mb,
    )  # fmt: skip
    return page, status


def _title(status: int) -> str:
    return gettext(TITLES.get(status, TITLES[400 if status < 500 else 500]))


def _respond(
    status: int, code: str, text: str, step: tuple[str, str] | None = None, **extra: Any
) -> Any:
    if wants_json():
        return problem(status, code, text, **extra)
    return _page(status, text, step)


def _read_away() -> None:
    """Take in what is still on its way, within limits: a browser whose upload is cut off shows a
    broken connection instead of our answer."""
    stream = request.environ["wsgi.input"]
    end, left = time.monotonic() + READ_AWAY_SECONDS, READ_AWAY_BYTES
    while left > 0 and time.monotonic() < end:
        piece = stream.read(min(left, 65_536))
        if not piece:
            return
        left -= len(piece)


def init_app(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(DomainError)
    def on_refusal(error: DomainError) -> Any:
        extra = {"field": error.field} if error.field else {}
        return _respond(error.status, error.code, sentence(error), next_step(error), **extra)

    @app.errorhandler(CSRFError)
    def on_forgery(_error: CSRFError) -> Any:
        text = gettext("页面放得太久了，没有提交成功。返回上一页刷新后再试")
        return _respond(400, "csrf", text)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> Any:
        if error.response is not None:
            return error.response
        status = error.code or 500
        if status < 400:
            return error.get_response()
        if status == 413:
            _read_away()
        return _respond(status, (error.name or "error").lower().replace(" ", "_"), _title(status))

    @app.errorhandler(OperationalError)
    def on_database(error: OperationalError) -> Any:
        log.error("database_unavailable", error=str(error.orig))
        return _respond(503, "database_unavailable", _title(503))

    @app.errorhandler(Exception)
    def on_fault(error: Exception) -> Any:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS", True):
            raise error
        log.error("fault", exc_info=error)
        return _respond(500, "fault", _title(500))
