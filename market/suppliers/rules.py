"""Points, grades, and what makes an application complete. Pure; the figures are data (示例)."""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from market.suppliers.errors import (
    NoteMissing,
    NothingClaimed,
    PointsMissing,
    PointsTooMany,
    ProofMissing,
    TooFewPoints,
)
from market.suppliers.types import Criterion, Entry, Mark

_DATA = Path(__file__).parent / "data" / "criteria.json"


@lru_cache(maxsize=1)
def _document() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def criteria() -> dict[str, Criterion]:
    """Every criterion by key, in order."""
    rows = _document()["criteria"]
    return {
        row["key"]: Criterion(**{**row, "steps": tuple((n, p) for n, p in row["steps"])})
        for row in rows
    }


def grades() -> list[tuple[str, int]]:
    """(grade, points from which on), best first."""
    return [(grade, least) for grade, least in _document()["grades"]]


def source() -> Mapping[str, str]:
    """Where the criteria come from, in both languages."""
    return {"name_zh": _document()["source_zh"], "name_en": _document()["source_en"]}


def usual_points(criterion: Criterion, count: int) -> int:
    """The points of a count by the steps; never fewer for more."""
    return max((points for least, points in criterion.steps if count >= least), default=0)


def grade_of(points: int) -> str:
    """The grade by the thresholds; "" below the lowest."""
    return next((grade for grade, least in grades() if points >= least), "")


def check_entries(entries: Sequence[Entry], proved: Collection[str]) -> None:
    """Raises NothingClaimed, or ProofMissing for a count that no document stands behind."""
    if not any(entry.count > 0 for entry in entries):
        raise NothingClaimed(field=f"count_{next(iter(criteria()))}")
    for entry in entries:
        if entry.count > 0 and entry.key not in proved:
            raise ProofMissing(field=f"file_{entry.key}")


def check_marks(marks: Mapping[str, Mark], counts: Mapping[str, int]) -> tuple[int, str]:
    """(points, grade) of a grading.

    Raises PointsMissing, PointsTooMany, NoteMissing beside their field, TooFewPoints.
    """
    for key, criterion in criteria().items():
        mark = marks.get(key)
        if mark is None or mark.points < 0:
            raise PointsMissing(field=f"points_{key}")
        if mark.points > criterion.most:
            raise PointsTooMany(field=f"points_{key}", most=criterion.most)
        usual = usual_points(criterion, counts.get(key, 0))
        if mark.points != usual and not mark.note.strip():
            raise NoteMissing(field=f"note_{key}", usual=usual)
    total = sum(marks[key].points for key in criteria())
    grade = grade_of(total)
    if not grade:
        raise TooFewPoints(points=total, least=grades()[-1][1])
    return total, grade
