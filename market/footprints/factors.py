"""The background factors: loaded once, then changed only by adding versions."""

import csv
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.footprints.errors import (
    FactorCodeKnown,
    FactorCodeMalformed,
    FactorNotFound,
    FactorOutdated,
    FactorUnchanged,
    FactorUnitUnknown,
)
from market.footprints.models import CarbonFactor
from market.footprints.rules import FACTOR_UNITS
from market.footprints.types import FactorDraft, Quality
from market.kernel.actor import SYSTEM, Actor, need_operator
from market.kernel.ids import new_id

_FILE = Path(__file__).parent / "data" / "factors.csv"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,39}")


@lru_cache(maxsize=1)
def shipped() -> tuple[FactorDraft, ...]:
    """The factors that come with the program; `data/README.md` says where from."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_draft(row) for row in csv.DictReader(file))


def load_factors(session: Session, *, now: datetime) -> int:
    """Add the shipped factors whose codes are not known yet; returns how many. Safe to repeat."""
    known = set(session.scalars(select(CarbonFactor.code)))
    fresh = [draft for draft in shipped() if draft.code not in known]
    for draft in fresh:
        session.add(_row(draft, 1, SYSTEM, now))
    session.flush()
    return len(fresh)


def add_factor(session: Session, actor: Actor, draft: FactorDraft, *, now: datetime) -> str:
    """Add a factor under a new code; returns its id.

    Raises Forbidden, FactorCodeMalformed, FactorUnitUnknown, FactorCodeKnown.
    """
    need_operator(actor)
    if not _CODE.fullmatch(draft.code):
        raise FactorCodeMalformed(field="code")
    if draft.unit not in FACTOR_UNITS:
        raise FactorUnitUnknown(field="unit")
    row = _row(draft, 1, actor, now)
    _insert(session, row, draft.code)
    _audit(session, actor, "carbon_factor.add", row, None, now)
    return row.id


def supersede_factor(
    session: Session, actor: Actor, factor_id: str, draft: FactorDraft, *, now: datetime
) -> str:
    """Add the next version of a factor; returns its id. Code, category, unit, gas and region
    stay: they say what it is a factor of.

    Declarations computed with the older version are flagged by it and keep their figures.
    Raises Forbidden, FactorNotFound, FactorOutdated when a newer one stands, FactorUnchanged.
    """
    need_operator(actor)
    old = session.get(CarbonFactor, factor_id, with_for_update=True, populate_existing=True)
    if old is None:
        raise FactorNotFound
    if old.superseded_at is not None:
        raise FactorOutdated
    same = draft.kg_per_unit == old.kg_per_unit, draft.year == old.year, draft.source == old.source
    if all(same):
        raise FactorUnchanged(field="kg_per_unit")
    kept = {name: getattr(old, name) for name in ("code", "category", "unit", "gas", "region")}
    row = _row(replace(draft, **kept), old.version + 1, actor, now, supersedes_id=old.id)
    _insert(session, row, old.code)
    old.superseded_at = old.updated_at = now
    session.flush()
    _audit(session, actor, "carbon_factor.supersede", row, old, now)
    return row.id


def _insert(session: Session, row: CarbonFactor, code: str) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise FactorCodeKnown(field="code", code=code) from None


def _row(
    draft: FactorDraft, version: int, actor: Actor, now: datetime, **more: Any
) -> CarbonFactor:
    return CarbonFactor(
        id=new_id(), code=draft.code, version=version, category=draft.category,
        name_zh=draft.name_zh, name_en=draft.name_en, unit=draft.unit,
        kg_per_unit=draft.kg_per_unit, gas=draft.gas, region=draft.region, year=draft.year,
        stage=draft.stage, source=draft.source, quality=draft.quality.value, basis=draft.basis,
        created_by=actor.account_id or "", created_at=now, updated_at=now, **more,
    )  # fmt: skip


def _draft(row: dict[str, str]) -> FactorDraft:
    return FactorDraft(
        code=row["code"],
        category=row["category"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        unit=row["unit"],
        kg_per_unit=Decimal(row["kg_per_unit"]),
        gas=row["gas"],
        region=row["region"],
        year=int(row["year"]) if row["year"] else None,
        stage=row["stage"],
        source=row["source"],
        quality=Quality(row["quality"]),
        basis=row["basis"],
    )


def _audit(
    session: Session, actor: Actor, action: str, row: CarbonFactor, old: CarbonFactor | None,
    now: datetime,
) -> None:  # fmt: skip
    audit.record(
        session, actor, action, "carbon_factor", row.id, now=now,
        before=_said(old) if old else None, after=_said(row),
    )  # fmt: skip


def _said(row: CarbonFactor) -> dict[str, Any]:
    return {
        "code": row.code, "version": row.version, "kg_per_unit": f"{row.kg_per_unit.normalize():f}",
        "year": row.year, "source": row.source,
    }  # fmt: skip
