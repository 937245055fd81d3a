"""What a version changes against the one before it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
UNSAID = ("product_id", "product_en")  # its Chinese name says it


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: `part` is bundle, slot, labour or rule, `name` the thing's own name (both
    languages), `field` what of it ("" when all of it came or went). None is nothing."""

    part: str
    name: Mapping[str, str]
    field: str
    before: Any
    after: Any


def differences(before: Document | None, after: Document) -> list[Difference]:
    """Changes from a published document to another, the bundle's own first; all of it is new
    without one."""
    old: Document = before or {}
    found = [
        Difference("bundle", {}, key, old.get(key), value)
        for key, value in after.items()
        if key not in ("slots", "labour", "rules", "slug")
        and (old.get(key) or None) != (value or None)
    ]
    found += _rows("slot", _by(old.get("slots"), "key"), _by(after["slots"], "key"))
    found += _rows("labour", _by(old.get("labour"), "name_zh"), _by(after["labour"], "name_zh"))
    rules = (_rules(old.get("rules")), _rules(after.get("rules")))
    return found + _rows("rule", *rules)


def _by(rows: Any, key: str) -> dict[str, Document]:
    return {row[key]: row for row in rows or ()}


def _rules(rows: Any) -> dict[str, Document]:
    sides = ("slot", "material", "kind", "other", "other_material")
    return {
        " ".join(str(row[side]) for side in sides if row[side]): {
            "name_zh": row["reason_zh"], "name_en": row["reason_en"]
        }
        for row in rows or ()
    }  # fmt: skip


def _rows(
    part: str, before: Mapping[str, Document], after: Mapping[str, Document]
) -> list[Difference]:
    found = []
    for key, row in after.items():
        old = before.get(key)
        if old is None:
            found.append(Difference(part, _name(row), "", None, row))
        else:
            found += [
                Difference(part, _name(row), field, old.get(field), value)
                for field, value in row.items()
                if old.get(field, "") != value and field not in UNSAID
            ]
    gone = [key for key in before if key not in after]
    return found + [Difference(part, _name(before[key]), "", before[key], None) for key in gone]


def _name(row: Document) -> Mapping[str, str]:
    return {"name_zh": row.get("name_zh", ""), "name_en": row.get("name_en", "")}
