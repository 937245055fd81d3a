"""Kinds and groups: loading the shipped lists, and the operator's changes."""

import csv
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import access, gates
from market.catalogue.attributes import ATTRIBUTES
from market.catalogue.errors import KindCodeTaken, KindInUse, KindNotFound, UnknownGroup
from market.catalogue.events import KindChanged
from market.catalogue.models import Kind, KindGroup, Product
from market.catalogue.types import KindDetails, Scheme
from market.db import changes
from market.kernel.actor import Actor
from market.kernel.errors import Forbidden
from market.kernel.events import publish

_DATA = Path(__file__).parent / "data"
OTHER_GROUP = "X"


def load_kinds(session: Session) -> int:
    """Add the shipped groups and kinds that are missing; returns how many kinds were added.

    What an operator has edited is left alone.
    """
    groups = set(session.scalars(select(KindGroup.code)))
    for position, (code, zh, en) in enumerate(_shipped_groups(), start=1):
        if code not in groups:
            session.add(KindGroup(code=code, name_zh=zh, name_en=en, position=position))
    session.flush()
    present = set(session.scalars(select(Kind.code)))
    added = [row for row in _shipped_kinds() if row["code"] not in present]
    session.add_all([Kind(**row) for row in added])
    session.flush()
    changes.move(session)
    return len(added)


def add_kind(session: Session, actor: Actor, details: KindDetails, now: datetime) -> str:
    """Add a kind; returns its code. Raises KindCodeTaken, UnknownGroup, Forbidden."""
    if not access.may_edit_kinds(actor):
        raise Forbidden()
    if session.get(Kind, details.code) is not None:
        raise KindCodeTaken(field="code", code=details.code)
    _require_group(session, details.group_code)
    session.add(Kind(code=details.code, **_columns(details)))
    session.flush()
    _record(session, actor, "kind.add", details, now)
    publish(session, KindChanged(details.code))
    return details.code


def edit_kind(session: Session, actor: Actor, details: KindDetails, now: datetime) -> None:
    """Change a kind. Its listings' gates follow in the same transaction.

    Raises KindNotFound, UnknownGroup, Forbidden, and KindInUse when the unit would change
    under products that are priced by it.
    """
    if not access.may_edit_kinds(actor):
        raise Forbidden()
    row = session.get(Kind, details.code)
    if row is None:
        raise KindNotFound()
    _require_group(session, details.group_code)
    product_ids = list(session.scalars(select(Product.id).where(Product.kind_code == row.code)))
    if product_ids and row.default_unit != details.default_unit:
        raise KindInUse(field="default_unit")
    for name, value in _columns(details).items():
        setattr(row, name, value)
    session.flush()
    gates.refresh(session, product_ids)
    _record(session, actor, "kind.edit", details, now)
    publish(session, KindChanged(details.code))


def _columns(details: KindDetails) -> dict[str, Any]:
    values = asdict(details)
    del values["code"]
    certifiable = details.certifiable and details.scheme is not Scheme.NONE
    keys = [key for key in details.attribute_keys if key in ATTRIBUTES]
    return values | {
        "certifiable": certifiable,
        "attribute_keys": keys,
        "scheme": details.scheme.value,
        "spot_check_risk": details.spot_check_risk.value,
    }


def _require_group(session: Session, code: str) -> None:
    if session.get(KindGroup, code) is None:
        raise UnknownGroup(field="group_code")


def _record(
    session: Session, actor: Actor, action: str, details: KindDetails, now: datetime
) -> None:
    changes.move(session)  # the names of kinds are remembered
    after = _columns(details)
    audit.record(session, actor, action, "kind", details.code, now=now, after=after)


# --- the shipped lists ------------------------------------------------------------------


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _shipped_groups() -> list[tuple[str, str, str]]:
    found = {row["group"]: (row["group_zh"], row["group_en"]) for row in _rows("product_kinds.csv")}
    found["A"] = ("绿色产品（合格认证）", "Green products (pass or fail)")
    found[OTHER_GROUP] = ("其他常用材料", "Other everyday materials")
    return [(code, zh, en) for code, (zh, en) in found.items()]


def _shipped_kinds() -> list[dict[str, Any]]:
    defaults = {row["code"]: row for row in _rows("kind_defaults.csv")}
    kinds = [_certified_kind(row) for row in _rows("product_kinds.csv")]
    kinds += [_extra_kind(row) for row in _rows("product_kinds_extra.csv")]
    for position, kind in enumerate(kinds, start=1):
        extra = defaults[kind["code"]]
        part = extra["house_part"]
        kind |= {
            "position": position * 10,
            "default_unit": extra["default_unit"],
            "house_part": int(part) if part else None,
            "spot_check_risk": extra["spot_check_risk"],
            "traced": extra["traced"] == "yes",
            "attribute_keys": [key for key in extra["attributes"].split("|") if key],
            "picture": kind["code"],
        }
        kinds[position - 1] = kind
    return kinds


def _certified_kind(row: dict[str, str]) -> dict[str, Any]:
    graded = row["group"] != "A"
    return {
        "code": row["code"],
        "group_code": row["group"],
        "name_zh": row["kind_zh"],
        "name_en": row["kind_en"],
        "scheme": (Scheme.GRADED if graded else Scheme.ACTIVITY1).value,
        "certifiable": True,
        "standard": row["evaluation_standard"],
        "catalogue_batch": "51" if graded else "activity1",
        "basis": row["basis"],
    }


def _extra_kind(row: dict[str, str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "group_code": OTHER_GROUP,
        "name_zh": row["kind_zh"],
        "name_en": row["kind_en"],
        "scheme": Scheme.NONE.value,
        "certifiable": False,
        "standard": "",
        "catalogue_batch": "",
        "basis": row["basis"],
    }
