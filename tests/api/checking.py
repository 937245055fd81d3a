"""A caller whose every answer is held against the OpenAPI document."""

import json
import re

from flask import Flask

from market.api import openapi

_KINDS = {
    "string": str, "integer": int, "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


class Caller:
    """Calls the API, with a token or without; refuses answers the document does not name."""

    def __init__(self, app: Flask, token: str = "", account_id: str = "") -> None:
        self.app, self.token, self.account_id = app, token, account_id
        self.seen: set[tuple[str, str, int]] = set()

    def __call__(self, method, path, body=None, *, headers=None, raw=None, **query):
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        kind = sent.pop("Content-Type", "application/json")
        content = {}
        if raw is not None:
            content = {"data": raw, "content_type": kind}
        elif body is not None:
            content = {"data": json.dumps(body), "content_type": kind}
        client = self.app.test_client()
        answer = client.open(
            f"/api/v1{path}", method=method, headers=sent, query_string=query, **content
        )
        self._check(method, path, answer)
        return answer

    def get(self, path, **query):
        return self("GET", path, **query)

    def _check(self, method, path, answer):
        with self.app.test_request_context():
            document = openapi.document()
        pattern, made = described(document, method, path)
        status = str(answer.status_code)
        assert status in made["responses"], f"{method} {pattern} gave {status}: {answer.text[:300]}"
        self.seen.add((method, pattern, answer.status_code))
        content = made["responses"][status].get("content")
        if content is None:
            assert not answer.data
            return
        (kind,) = content
        assert answer.mimetype == kind
        faults = list(mismatches(answer.json, content[kind]["schema"], document))
        assert not faults, faults[:5]


def described(document, method, path):
    """(path of the document, operation) that serves a real path."""
    plain = f"/api/v1{path}".split("?", maxsplit=1)[0]
    exact = sorted(document["paths"], key=lambda p: p.count("{"))
    for pattern in exact:
        form = re.sub(r"\{\w+\}", "[^/]+", pattern)
        made = document["paths"][pattern].get(method.lower())
        if made and re.fullmatch(form, plain):
            return pattern, made
    raise AssertionError(f"not in the document: {method} {plain}")


def mismatches(value, schema, document, at=""):
    """Where a value does not have the form of its schema; the parts of JSON Schema we use."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        yield from mismatches(value, document["components"]["schemas"][name], document, at)
        return
    if "anyOf" in schema:
        options = [list(mismatches(value, part, document, at)) for part in schema["anyOf"]]
        if all(options):
            yield from options[0]
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{at}: {value!r} is no {kinds}"
        return
    if isinstance(value, list):
        for n, item in enumerate(value):
            yield from mismatches(item, schema.get("items", {}), document, f"{at}.{n}")
    if isinstance(value, dict):
        yield from _in_object(value, schema, document, at)


def _in_object(value, schema, document, at):
    known = schema.get("properties", {})
    yield from (f"{at}: without {name}" for name in schema.get("required", ()) if name not in value)
    more = schema.get("additionalProperties", {})
    for name, item in value.items():
        if name in known:
            yield from mismatches(item, known[name], document, f"{at}.{name}")
        elif more is False:
            yield f"{at}: unknown {name}"
        elif isinstance(more, dict):
            yield from mismatches(item, more, document, f"{at}.{name}")


def _is(value, kind):
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, _KINDS[kind])
