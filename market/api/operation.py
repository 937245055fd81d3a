"""One frame around every operation: who calls and how often, input checked, answer written.

The frame also keeps what each operation says about itself; the OpenAPI document is made of it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields
from werkzeug.wrappers import Response

from market.api import service
from market.api.errors import (
    BodyTooLarge,
    IdempotencyKeyMissing,
    InvalidInput,
    MalformedBody,
    NoSuchResource,
    ScopeMissing,
    TokenInvalid,
    TokenMissing,
    TooManyCalls,
    WrongContentType,
)
from market.api.fields import Choice, CountText, Document, Word, flat, said
from market.api.paging import MOST, USUAL
from market.api.types import SCOPE_LABELS, Call, Caller, Limits, Scope
from market.db.session import unit_of_work
from market.kernel.errors import DomainError
from market.kernel.i18n import N_
from market.web import context
from market.web.errors import problem, sentence

MOST_BYTES = 64 * 1024
LIMITS_EXTENSION = "market.api_limits"
_BEARER = re.compile(r"Bearer ([0-9A-Za-z_-]{16,128})")
_KEY = re.compile(r"[0-9A-Za-z._-]{1,60}")
PATH_VALUE = "[0-9A-Za-z._-]{1,64}"


class Query(Document):
    """What every address may carry."""

    lang = fields.String(
        validate=Choice(["zh", "en"]), metadata=said(N_("错误和说明用的语言，不写就是中文"))
    )


class ListQuery(Query):
    """What every list may carry."""

    limit = CountText(
        least=1, most=MOST, load_default=USUAL, metadata=said(N_("最多给几条，不超过 100"))
    )
    cursor = Word(most=300, metadata=said(N_("上一页给的 next，从它后面接着给")))


@dataclass(frozen=True)
class Operation:
    """What an operation says about itself."""

    summary: str
    tag: str
    result: type[Schema]
    scope: Scope
    is_open: bool
    query: type[Schema]
    body: type[Schema] | None
    body_optional: bool
    status: int
    errors: tuple[int, ...]
    idempotent: bool

    @property
    def statuses(self) -> list[int]:
        """Every status a call may get."""
        found = {self.status, 400, 401, 422, 429, *self.errors}
        if self.body is not None:
            found |= {413, 415}
        return sorted(found | {403})


View = Callable[..., Any]


def operation(
    summary: str,
    *,
    tag: str,
    result: type[Schema],
    scope: Scope = Scope.READ,
    query: type[Schema] = Query,
    body: type[Schema] | None = None,
    body_optional: bool = False,
    status: int = 200,
    errors: tuple[int, ...] = (),
    idempotent: bool = False,
) -> Callable[[View], View]:
    """Frame a view that takes a `Call` and the parts of its address and returns what `result`
    writes. What is for reading everybody may call; the rest needs a token with the scope.
    """
    about = Operation(
        summary, tag, result, scope, scope is Scope.READ, query, body, body_optional,
        status, errors, idempotent,
    )  # fmt: skip

    def decorate(view: View) -> View:
        @wraps(view)
        def framed(**path: str) -> Response:
            try:
                call = _admit(about, path)
                return _answer(about, view(call, **path), call)
            except ValidationError as error:
                refusal = InvalidInput()
                return problem(
                    refusal.status, refusal.code, sentence(refusal), fields=flat(error.messages)
                )
            except DomainError as error:
                return refused(error)

        framed.operation = about  # type: ignore[attr-defined]
        return framed

    return decorate


def refused(error: DomainError) -> Response:
    """A refusal as a problem document, with the headers its status asks for."""
    said_so = sentence(error)
    extra: dict[str, Any] = {}
    if error.field:
        extra = {"field": error.field, "fields": [{"field": error.field, "detail": said_so}]}
    response = problem(error.status, error.code, said_so, **extra)
    if isinstance(error, TooManyCalls):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        known = ', error="invalid_token"' if isinstance(error, TokenInvalid) else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="api"{known}'
    response.headers["Cache-Control"] = "no-store"
    return response


def _admit(about: Operation, path: Mapping[str, str]) -> Call:
    caller = _caller()
    if not caller.actor.is_signed_in:
        if not about.is_open:
            raise TokenMissing()
    elif about.scope not in caller.scopes:
        raise ScopeMissing(scope=gettext(SCOPE_LABELS[about.scope][0]))
    if not all(re.fullmatch(PATH_VALUE, value) for value in path.values()):
        raise NoSuchResource()
    args = about.query().load(_arguments())
    body = _body(about) if about.body is not None else {}
    key = request.headers.get("Idempotency-Key", "")
    if about.idempotent and not _KEY.fullmatch(key):
        raise IdempotencyKeyMissing(field="Idempotency-Key")
    return Call(caller, args, body, key)


def _caller() -> Caller:
    """Who calls, by the header alone; every call counts, refused ones too."""
    given = request.headers.get("Authorization")
    limits: Limits = current_app.extensions.get(LIMITS_EXTENSION, Limits())
    address, now = request.remote_addr or "unknown", context.now()
    refusal: DomainError | None = None
    token_id, caller = None, Caller()
    with unit_of_work() as session:
        try:
            if given is not None:
                match = _BEARER.fullmatch(given)
                if match is None:
                    raise TokenInvalid()
                token_id, caller = service.find_caller(session, match[1], now=now)
        except TokenInvalid as error:
            refusal = error
        wait = service.count_call(session, token_id, address, limits, now=now)
    if wait is not None:
        raise TooManyCalls(seconds=max(1, ceil(wait.total_seconds())))
    if refusal is not None:
        raise refusal
    return caller


def _arguments() -> dict[str, Any]:
    """The query; a parameter given twice is refused like a wrong one."""
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ValidationError({name: [gettext("这一项只能写一次")]})
        found[name] = values[0]
    return found


def _body(about: Operation) -> Any:
    raw = request.get_data(cache=True) if (request.content_length or 0) <= MOST_BYTES else None
    if raw is None or len(raw) > MOST_BYTES:
        raise BodyTooLarge(kib=MOST_BYTES // 1024)
    if not raw and about.body_optional:
        data: Any = {}
    elif request.mimetype != "application/json":
        raise WrongContentType()
    else:
        data = _parsed(raw)
    if about.body is None:
        return {}
    return about.body().load(data)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedBody() from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _answer(about: Operation, value: Any, call: Call) -> Response:
    text = json.dumps(about.result().dump(value), ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status=about.status, content_type="application/json")
    response.headers["Vary"] = "Authorization, Cookie"
    if request.method not in ("GET", "HEAD"):
        response.headers["Cache-Control"] = "no-store"
        return response
    own = call.caller.actor.is_signed_in
    response.headers["Cache-Control"] = "private, no-cache" if own else "no-cache"
    response.add_etag()
    return response.make_conditional(request)
