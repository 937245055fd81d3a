"""What the template components need from Python: attributes of inputs and addresses of drawings."""

import re
from typing import Any

from flask import Flask, current_app
from wtforms import Field

INPUT_MODES = {
    "YuanField": "decimal",
    "QuantityField": "decimal",
    "DecimalField": "decimal",
    "IntField": "numeric",
    "IntegerField": "numeric",
    "PhoneField": "tel",
}
INPUT_TYPES = {"PhoneField": "tel", "DayField": "date"}
AUTOCOMPLETE = {"PhoneField": "tel"}


def field_attributes(field: Field, described_by: str = "") -> dict[str, Any]:
    """The HTML attributes of an input: keyboard, description, state of error."""
    given = field.render_kw or {}
    attributes: dict[str, Any] = {}
    for name, table in (
        ("inputmode", INPUT_MODES),
        ("type", INPUT_TYPES),
        ("autocomplete", AUTOCOMPLETE),
    ):
        known = next((c.__name__ for c in type(field).__mro__ if c.__name__ in table), None)
        if known is not None and name not in given:
            attributes[name] = table[known]
    if described_by.strip():
        attributes["aria_describedby"] = described_by.strip()
    if field.errors:
        attributes["aria_invalid"] = "true"
    if field.flags.required:
        attributes["aria_required"] = "true"
    return attributes


_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=[^\d\s])")


def whole(text: str) -> str:
    """A sentence in which no number is parted from its unit at the end of a line."""
    return _NUMBER_AND_UNIT.sub("\u00a0", text)


def group_digit(code: str) -> str:
    """The number 1 to 6 of a group or kind code; groups without a number share the neutral one."""
    if code[:1] in "123456":
        return code[0]
    if code[:1] == "G" and code[1:2] in "123456":
        return code[1]
    return {"A": "3", "X": "1"}.get(code[:1], "6")


def kind_picture_url(code: str) -> str:
    """The drawing of a kind, or the drawing of its group while it has none of its own."""
    assets = current_app.extensions["market.assets"]
    for path in (f"img/kind/{code}.svg", f"img/kind/group-{group_digit(code)}.svg"):
        try:
            url: str = assets.url(path)
        except FileNotFoundError:
            continue
        return url
    last: str = assets.url("img/logo.svg")
    return last


def init_app(app: Flask) -> None:
    """Install the globals and filters of the components."""
    app.jinja_env.filters["whole"] = whole
    app.jinja_env.globals.update(
        field_attributes=field_attributes, tile_of=group_digit, kind_picture_url=kind_picture_url
    )
