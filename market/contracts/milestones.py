"""The milestone templates, from `data/`. Pure: the data never changes while running."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from market.contracts.types import StepKind

_DATA = Path(__file__).parent / "data" / "milestone_templates.json"


@dataclass(frozen=True)
class TemplateStep:
    """One milestone of a template; `at` is percent of the days of work, `goods` kinds or groups."""

    name_zh: str
    name_en: str
    pct: int
    kind: StepKind
    gate_zh: str
    gate_en: str
    at: int = 0
    days_after: int = 0
    goods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """A proposal of milestones; its percentages are an example, see `note_zh`."""

    key: str
    name_zh: str
    name_en: str
    projects: tuple[str, ...]
    steps: tuple[TemplateStep, ...]


@cache
def _whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return found


@cache
def templates() -> dict[str, Template]:
    """All templates by key."""
    return {
        row["key"]: Template(
            row["key"], row["name_zh"], row["name_en"], tuple(row["projects"]),
            tuple(_step(step) for step in row["steps"]),
        )
        for row in _whole()["templates"]
    }  # fmt: skip


def _step(row: dict[str, Any]) -> TemplateStep:
    values = {**row, "kind": StepKind(row["kind"]), "goods": tuple(row.get("goods", ()))}
    return TemplateStep(**values)


def template_for(project_type: str) -> Template:
    """The template that names a project type; for all others the small one."""
    every = templates()
    return next((t for t in every.values() if project_type in t.projects), every["small"])


def caps() -> tuple[int, int]:
    """The most percent of (deposit, retention)."""
    rules = _whole()["rules"]
    return int(rules["deposit_cap_pct"]), int(rules["retention_cap_pct"])
