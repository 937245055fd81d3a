"""Project types and work items, from `data/`. Pure: the data never changes while running."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from market.renovations.types import ProjectType, WorkItem

_DATA = Path(__file__).parent / "data"
# From three storeys on many places ask for a qualified contractor; a suggestion, editable.
STOREYS_FOR_CONTRACTOR = 3


@cache
def project_types() -> dict[str, ProjectType]:
    """All project types by key, in the order of the wizard."""
    return {
        row["key"]: ProjectType(
            **{**row, "trades": tuple(row["trades"]), "items": tuple(row["items"])}
        )
        for row in _rows("project_types.json")
    }


@cache
def work_items() -> dict[str, WorkItem]:
    """All named lines of quotes by key."""
    return {row["key"]: WorkItem(**row) for row in _rows("work_items.json")}


def expected_items(project_type: str, *, has_plan: bool = False) -> tuple[WorkItem, ...]:
    """The lines a complete quote for this type has; materials only when no plan brings them."""
    kind = project_types().get(project_type)
    items = [work_items()[key] for key in kind.items] if kind else []
    return tuple(item for item in items if not (has_plan and item.kind == "material"))


def derive_trades(project_type: str, facts: dict[str, Any]) -> tuple[str, ...]:
    """The trades a project needs, before the household edits them."""
    kind = project_types().get(project_type)
    trades = list(kind.trades) if kind else []
    floors = facts.get("floors")
    if isinstance(floors, int) and floors >= STOREYS_FOR_CONTRACTOR:
        trades.append("company")
    return tuple(dict.fromkeys(trades))


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return rows
