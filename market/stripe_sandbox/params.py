"""The form encoding of the protocol: `a[b][0][c]=x` to nested values, and checks on them."""

import re
from collections.abc import Iterable
from typing import Any

from market.stripe_sandbox.errors import invalid

Params = dict[str, Any]
MAX_AMOUNT = 99_999_999


def decode(pairs: Iterable[tuple[str, str]]) -> Params:
    """Nested dictionaries; a level whose keys are all numbers becomes a list."""
    root: Params = {}
    for name, value in pairs:
        keys = re.findall(r"[^\[\]]+", name)
        if not keys:
            raise invalid("A parameter has no name.")
        _set(root, keys, value, name)
    return {key: _listed(value) for key, value in root.items()}


def _set(root: Params, keys: list[str], value: str, name: str) -> None:
    place = root
    for key in keys[:-1]:
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            raise invalid(f"Invalid parameter: {name}", name)
    place[keys[-1]] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def only(params: Params, *known: str) -> None:
    """Refuse parameters this endpoint does not have."""
    for name in params:
        if name not in (*known, "expand"):
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")


def required(params: Params, name: str) -> Any:
    """The value, or the error that it is missing."""
    if params.get(name) in (None, ""):
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return params[name]


def integer(value: Any, name: str) -> int:
    """A whole number in ASCII digits."""
    if not isinstance(value, str | int) or not re.fullmatch(r"-?\d{1,15}", str(value), re.ASCII):
        raise invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
    return int(value)


def amount(value: Any, name: str = "amount") -> int:
    """A positive amount in the smallest unit."""
    number = integer(value, name)
    if number < 1:
        raise invalid("This value must be greater than or equal to 1.", name)
    if number > MAX_AMOUNT:
        raise invalid("Amount must be no more than ¥999,999.99", name, "amount_too_large")
    return number


def currency(value: Any) -> str:
    """Only cny."""
    if value != "cny":
        raise invalid(f"Invalid currency: {value}. This sandbox knows cny.", "currency")
    return "cny"


def metadata(params: Params) -> dict[str, str]:
    """At most 50 short texts."""
    given = params.get("metadata") or {}
    if not isinstance(given, dict) or len(given) > 50:
        raise invalid("Metadata must be a hash of at most 50 keys.", "metadata")
    return {str(key): str(item)[:500] for key, item in given.items() if item != ""}
