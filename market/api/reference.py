"""The document as rows for the page that shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from market.api.openapi import scope_words

_METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True)
class Row:
    """A parameter or field: its type in words, and the schema it refers to."""

    name: str
    type: str
    required: bool
    text: str
    link: str = ""
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """A status an operation may give."""

    status: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Entry:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    is_open: bool
    inputs: tuple[Row, ...]
    body: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Chapter:
    """Operations that belong together."""

    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sheet:
    """One schema with its fields."""

    name: str
    rows: tuple[Row, ...]


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    """The operations by tag, in the order of the tags."""
    entries = list(_entries(document))
    return [
        Chapter(
            tag["name"],
            tag["description"],
            tuple(entry for name, entry in entries if name == tag["name"]),
        )
        for tag in document["tags"]
    ]


def sheets(document: Mapping[str, Any]) -> list[Sheet]:
    """All schemas by name."""
    found = document["components"]["schemas"]
    return [Sheet(name, tuple(_fields(found[name]))) for name in sorted(found)]


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                made = operations[method]
                yield made["tags"][0], _entry(path, method, made)


def _entry(path: str, method: str, made: Mapping[str, Any]) -> Entry:
    body = made.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Entry(
        id=made["operationId"],
        method=method.upper(),
        path=path,
        summary=made["summary"],
        scope=scope_words(made["x-scope"]),
        is_open={} in made["security"],
        inputs=tuple(_input(item) for item in made["parameters"]),
        body=_link(body.get("schema", {})),
        answers=tuple(
            Answer(status, answer["description"], _content(answer))
            for status, answer in made["responses"].items()
        ),
    )


def _input(item: Mapping[str, Any]) -> Row:
    shape = item["schema"]
    text = item.get("description") or shape.get("description", "")
    return Row(item["name"], _type(shape), bool(item.get("required")), text, place=item["in"])


def _content(answer: Mapping[str, Any]) -> str:
    return next((_link(kind["schema"]) for kind in answer.get("content", {}).values()), "")


def _fields(schema: Mapping[str, Any]) -> Iterator[Row]:
    required = schema.get("required", [])
    for name, shape in schema.get("properties", {}).items():
        yield Row(name, _type(shape), name in required, shape.get("description", ""), _link(shape))


def _link(shape: Any) -> str:
    """The schema a shape refers to, itself or in a list."""
    if isinstance(shape, Mapping):
        if "$ref" in shape:
            return str(shape["$ref"]).rsplit("/", 1)[-1]
        for key in ("items", "allOf", "anyOf", "oneOf", "additionalProperties"):
            if found := _link(shape.get(key)):
                return found
    elif isinstance(shape, list):
        return next((found for part in shape if (found := _link(part))), "")
    return ""


def _type(shape: Mapping[str, Any]) -> str:
    """A type as programmers write it: string, integer[], object, "a" | "b"."""
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    if "const" in shape:
        return f'"{shape["const"]}"'
    for key in ("anyOf", "oneOf"):
        if key in shape:
            return " | ".join(dict.fromkeys(_type(part) for part in shape[key]))
    if "allOf" in shape or "$ref" in shape:
        return _link(shape)
    kind = shape.get("type", "any")
    if kind == "array":
        return f"{_type(shape['items'])}[]"
    text = " | ".join(kind) if isinstance(kind, list) else str(kind)
    low, high = shape.get("minimum"), shape.get("maximum")
    return f"{text} {low}–{high}" if low is not None and high is not None else text
