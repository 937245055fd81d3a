"""The OpenAPI document, made of the schemas and of what each operation says about itself."""

import re
from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, current_app
from flask_babel import gettext
from marshmallow import Schema, fields

from market.api.fields import Amount, Document, Exact, Phone, Region, Text, Word, said
from market.api.operation import PATH_VALUE, Operation
from market.api.types import SCOPE_LABELS, Scope
from market.kernel.i18n import N_
from market.web.context import language, settings

VERSION = "1.0.0"
_CACHE = "market.openapi"
_PATH_PART = re.compile(r"<(?:\w+:)?(\w+)>")
TAGS = {
    "about": N_("这份说明"),
    "regions": N_("地区"),
    "catalogue": N_("品类、产品、商品"),
    "bundles": N_("方案"),
    "demonstrations": N_("示范工程"),
    "promotions": N_("优惠"),
    "providers": N_("施工队"),
    "trust": N_("抽查"),
    "adoptions": N_("采信应用数据库和数据互通"),
    "cart": N_("购物车"),
    "orders": N_("地址和订单"),
    "requests": N_("装修需求"),
}
STATUSES = {
    200: N_("成功"),
    201: N_("建好了"),
    304: N_("和 If-None-Match 里的一样，没有变"),
    400: N_("请求内容不是 JSON，或地址里有读不出来的字符"),
    401: N_("没有令牌，或令牌不对、已收回、已过期"),
    403: N_("令牌没有这项权限"),
    404: N_("没有这个，或不是你的"),
    409: N_("现在的状态不能这样做，code 和 title 说明原因"),
    413: N_("请求内容太大，最多 64 KiB"),
    415: N_("请求内容要用 application/json"),
    422: N_("有些内容不对，逐项列在 fields 里"),
    429: N_("太快了，按 Retry-After 的秒数等"),
}
ABOUT = N_(
    "金额都是整数，单位分。数量是带小数的文字，写进来时数字和文字都可以。时刻是 UTC。"
    "列表用 limit 和 cursor 翻页。读公开数据不用令牌；别的要令牌，只放在 Authorization 头里。"
)


class FieldProblem(Document):
    """What is wrong with one field."""

    field = fields.String(required=True, metadata=said(N_("哪一项，嵌套的用点连起来")))
    detail = fields.String(required=True)


class Problem(Document):
    """A refusal (RFC 9457)."""

    type = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata=said(N_("不变的代码，给程序看")))
    title = fields.String(required=True, metadata=said(N_("一句话，给人看")))
    field = fields.String()
    fields_ = fields.List(fields.Nested(FieldProblem), data_key="fields", attribute="fields")


class OpenApiOut(Document):
    """The document itself."""

    openapi = fields.String(required=True)
    info = fields.Dict(required=True)
    servers = fields.List(fields.Dict(), required=True)
    tags = fields.List(fields.Dict(), required=True)
    paths = fields.Dict(required=True)
    components = fields.Dict(required=True)


def document() -> dict[str, Any]:
    """The document in the language of the request; made once per language."""
    cache: dict[str, dict[str, Any]] = current_app.extensions.setdefault(_CACHE, {})
    lang = language()
    if lang not in cache:
        cache[lang] = _translated(_make(current_app))
    return cache[lang]


def _make(app: Flask) -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title="Green materials market",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": ABOUT},
        servers=[{"url": settings().base_url.rstrip("/")}],
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    for kind, shape in ((Region, fields.String), (Text, fields.String), (Word, fields.String),
                        (Exact, fields.String),
                        (Phone, fields.String)):  # fmt: skip
        plugin.map_to_openapi_type(kind, shape)  # type: ignore[no-untyped-call]
    plugin.converter.add_attribute_function(_amount)  # type: ignore[union-attr]
    spec.components.security_scheme(
        "bearer",
        {"type": "http", "scheme": "bearer", "description": "; ".join(s.value for s in Scope)},
    )
    for path, operations in _paths(app).items():
        spec.path(path=path, operations=operations)
    made: dict[str, Any] = spec.to_dict()
    return made


def _amount(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A quantity is exact text; numbers are taken too on the way in."""
    if not isinstance(field, Amount):
        return {}
    for name in ("minimum", "maximum", "type", "format"):
        ret.pop(name, None)
    null = ["null"] if field.allow_none else []
    read = [] if type(field.root).__name__.endswith("Out") else ["number"]
    kinds = ["string", *read, *null]
    return {"type": kinds if len(kinds) > 1 else "string", "format": "decimal"}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__).removesuffix("Out")


def framed(app: Flask) -> list[tuple[str, str, str, Operation]]:
    """(path, method, endpoint, operation) of everything the API serves, by path."""
    found = []
    for rule in app.url_map.iter_rules():
        about = getattr(app.view_functions[rule.endpoint], "operation", None)
        if about is not None:
            method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found.append((_PATH_PART.sub(r"{\1}", rule.rule), method, rule.endpoint, about))
    return sorted(found, key=lambda row: (row[0], row[1]))


def _paths(app: Flask) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path, method, endpoint, about in framed(app):
        described = _operation(about, endpoint.split(".")[-1], path, is_get=method == "GET")
        found.setdefault(path, {})[method.lower()] = described
    return found


def _operation(about: Operation, name: str, path: str, *, is_get: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": name,
        "summary": about.summary,
        "tags": [about.tag],
        "parameters": [*_path_parameters(path), {"in": "query", "schema": about.query}],
        "security": [*([{}] if about.is_open else []), {"bearer": [about.scope.value]}],
        "x-scope": about.scope.value,
        "responses": {
            str(status): _response(about, status)
            for status in sorted({*about.statuses, *([304] if is_get else [])})
        },
    }
    if about.idempotent:
        made["parameters"].append(_IDEMPOTENCY)
    if about.body is not None:
        made["requestBody"] = {
            "required": not about.body_optional,
            "content": {"application/json": {"schema": about.body}},
        }
    return made


_IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": N_("自己定的、每单不同的一串字；网断了用同一个再发，不会下两单"),
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z._-]{1,60}$"},
}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    schema = {"type": "string", "pattern": f"^{PATH_VALUE}$"}
    return [
        {"in": "path", "name": name, "required": True, "schema": schema}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _response(about: Operation, status: int) -> dict[str, Any]:
    if status == 304:
        return {"description": STATUSES[304]}
    if status < 400:
        content: Mapping[str, Any] = {"application/json": {"schema": about.result}}
    else:
        content = {"application/problem+json": {"schema": Problem}}
    made = {"description": STATUSES[status], "content": content}
    if status == 429:
        made["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if status == 200:
        made["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return made


def _translated(part: Any, key: str = "") -> Any:
    if isinstance(part, dict):
        return {name: _translated(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_translated(value) for value in part]
    if key in ("description", "summary") and isinstance(part, str) and part:
        return gettext(part)
    return part


def scope_words(scope: str) -> str:
    """A scope in the language of the request."""
    return gettext(SCOPE_LABELS[Scope(scope)][0])


__all__ = ["Schema", "document", "framed", "scope_words"]
