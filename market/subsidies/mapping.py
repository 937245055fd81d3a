"""Rows as frozen values, and terms as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from market.kernel.region_code import RegionCode
from market.subsidies.models import SubsidyScheme
from market.subsidies.types import (
    AidLine,
    Phase,
    Scheme,
    SchemeDraft,
    SchemeState,
    SchemeType,
    SchemeView,
    Step,
    Terms,
)

_SETS = ("kinds", "flags")


def terms_to_json(terms: Terms) -> dict[str, Any]:
    """What differs from the defaults."""
    plain, usual = asdict(terms), asdict(Terms())
    found = {key: value for key, value in plain.items() if value != usual[key]}
    return {key: sorted(found[key]) if key in _SETS else found[key] for key in sorted(found)}


def terms_from_json(stored: Mapping[str, Any]) -> Terms:
    """Terms as `terms_to_json` wrote them."""
    known = {field.name for field in fields(Terms)}
    values = {key: value for key, value in stored.items() if key in known}
    plain: dict[str, Any] = {k: frozenset(v) if k in _SETS else v for k, v in values.items()}
    return Terms(**plain)


def fill(row: SubsidyScheme, draft: SchemeDraft) -> None:
    """Write a draft into its row."""
    row.name, row.name_en, row.source = draft.name, draft.name_en, draft.source
    row.type, row.example, row.measure = draft.type.value, draft.example, draft.measure
    row.asks_household = draft.asks_household
    row.terms, row.sequence = terms_to_json(draft.terms), draft.sequence
    row.starts_at, row.ends_at, row.budget_fen = draft.starts_at, draft.ends_at, draft.budget_fen
    row.measure_key = f"{row.region_code}/{draft.measure or row.code}"


def scheme_of(row: Any) -> Scheme:
    """A row, or a tuple with its columns, as the calculation sees it."""
    return Scheme(
        id=row.id,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        region=RegionCode(row.region_code),
        type=SchemeType(row.type),
        terms=terms_from_json(row.terms),
        state=SchemeState(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        left_fen=row.budget_fen - row.reserved_fen - row.used_fen,
        sequence=row.sequence,
        measure_key=row.measure_key,
        example=row.example,
        asks_household=row.asks_household,
    )


def view_of(row: SubsidyScheme, now: datetime) -> SchemeView:
    """A scheme with its standing at `now`."""
    scheme = scheme_of(row)
    draft = SchemeDraft(
        name=row.name, type=scheme.type, terms=scheme.terms, starts_at=row.starts_at,
        ends_at=row.ends_at, budget_fen=row.budget_fen, name_en=row.name_en, measure=row.measure,
        sequence=row.sequence, source=row.source, example=row.example,
        asks_household=row.asks_household,
    )  # fmt: skip
    return SchemeView(
        scheme, draft, row.budget_fen, row.reserved_fen, row.used_fen, phase_of(scheme, now),
        row.region_code,
    )  # fmt: skip


def phase_of(scheme: Scheme, now: datetime) -> Phase:
    """Where it stands at `now`."""
    if scheme.state is SchemeState.DRAFT:
        return Phase.DRAFT
    if scheme.state is SchemeState.ENDED or now >= scheme.ends_at:
        return Phase.ENDED
    if scheme.state is SchemeState.PAUSED:
        return Phase.PAUSED
    if now < scheme.starts_at:
        return Phase.COMING
    return Phase.OPEN if scheme.left_fen > 0 else Phase.SPENT


def line_to_json(line: AidLine) -> dict[str, Any]:
    """A line as a claim keeps it."""
    plain = asdict(line)
    plain["seller_region"] = line.seller_region.digits if line.seller_region else None
    return plain


def line_from_json(stored: Mapping[str, Any]) -> AidLine:
    """A line as `line_to_json` wrote it."""
    seller = stored.get("seller_region")
    region = RegionCode(seller) if seller is not None else None
    return AidLine(**{**stored, "seller_region": region})


def step_to_json(step: Step) -> dict[str, Any]:
    """A step as a claim keeps it."""
    return {"code": step.code, "amount_fen": step.amount_fen, "params": dict(step.params)}


def step_from_json(stored: Mapping[str, Any]) -> Step:
    """A step as `step_to_json` wrote it."""
    return Step(stored["code"], stored["amount_fen"], stored["params"])
