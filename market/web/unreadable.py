"""Refuses what no text can be made of: NUL and bytes that are not UTF-8.

A database refuses such text with a fault of its own, and no page can show it. It is stopped
once, before any view: in the address, the query, the cookies and the form. The fields of JSON
documents are checked by their schemas, which name the field.
"""

from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict

from market.kernel.errors import DomainError
from market.kernel.i18n import N_

_LOST = "\N{REPLACEMENT CHARACTER}"  # what the multipart parser puts for bytes it cannot read


class UnreadableText(DomainError):
    """Something in the request is no text."""

    status = 400
    message = N_("里面有读不出来的字符，没有提交。去掉那些字符再试一次")


class _Parameters(ImmutableMultiDict[str, Any]):
    """What the base is; to find nothing costs no exception, and most pages look for seven
    cookies and parameters that are not there."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        return super().get(key, default, type) if key in self else default


class ReadableRequest(Request):
    """A request of text. Parts that are none are left out, so that the refusal can be shown
    in the visitor's language, and `unreadable` says so.
    """

    parameter_storage_class = dict_storage_class = _Parameters
    unreadable: bool = False

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        unreadable = _mend(environ)
        super().__init__(environ, *args, **kwargs)
        self.unreadable = unreadable


def init_app(app: Flask) -> None:
    """Check every request before anything else looks into it."""
    app.request_class = ReadableRequest

    @app.before_request
    def check() -> None:
        asked: Any = request
        if asked.unreadable or not (request.method in ("GET", "HEAD") or _form_is_text()):
            raise UnreadableText()


def _is_text(raw: bytes) -> bool:
    if b"\0" in raw:
        return False
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _query_is_text(raw: bytes) -> bool:
    """Also of a form that is sent like a query; not everybody escapes, so both are looked at."""
    return _is_text(raw) and (b"%" not in raw or _is_text(unquote_to_bytes(raw)))


def _cookie_is_text(raw: bytes) -> bool:
    return _is_text(raw) and not any(mark in raw for mark in (b"%00", b"\\000"))


def _mend(environ: dict[str, Any]) -> bool:
    """Leave out what is no text; whether there was any."""
    found = False
    path = environ.get("PATH_INFO", "").encode("latin-1")
    if not _is_text(path):
        kept = path.replace(b"\0", b"").decode(errors="ignore").encode()
        environ["PATH_INFO"], found = kept.decode("latin-1"), True
    query = environ.get("QUERY_STRING", "").encode("latin-1")
    if not _query_is_text(query):
        parts = [part for part in query.split(b"&") if _query_is_text(part)]
        environ["QUERY_STRING"], found = b"&".join(parts).decode("latin-1"), True
    cookies = environ.get("HTTP_COOKIE", "").encode("latin-1")
    if not _cookie_is_text(cookies):
        parts = [part for part in cookies.split(b";") if _cookie_is_text(part)]
        environ["HTTP_COOKIE"], found = b";".join(parts).decode("latin-1"), True
    return found


def _form_is_text() -> bool:
    if request.mimetype == "application/x-www-form-urlencoded":
        return _query_is_text(request.get_data())
    if request.mimetype != "multipart/form-data":
        return True
    texts = [text for pair in request.form.items(multi=True) for text in pair]
    for key, file in request.files.items(multi=True):
        texts += [key, file.filename or ""]
    return not any("\0" in text or _LOST in text for text in texts)
