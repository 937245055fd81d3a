"""Reads of imports for their seller."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.exchange.models import SheetImport, SheetLine
from market.exchange.service import own
from market.exchange.types import Change, Counts, ImportView, Line, Problem, State
from market.kernel.actor import Actor
from market.kernel.paging import Page, offset

LINES = 50
_NAMES = {f.name for f in fields(Counts)}


def get_import(session: Session, actor: Actor, import_id: str) -> ImportView:
    """One import. Raises ImportNotFound for anyone else's."""
    return view_of(own(session, actor, import_id))


def list_imports(session: Session, seller_id: str, most: int = 20) -> list[ImportView]:
    """The seller's last imports, newest first."""
    rows = session.scalars(
        select(SheetImport)
        .where(SheetImport.seller_id == seller_id)
        .order_by(SheetImport.created_at.desc(), SheetImport.id.desc())
        .limit(most)
    )
    return [view_of(row) for row in rows]


def lines_of(session: Session, import_id: str, number: int, *, wrong: bool) -> Page[Line]:
    """A page of the preview: the rows that are wrong, or those that change something."""
    where = SheetLine.import_id == import_id, SheetLine.is_wrong.is_(wrong)
    total = session.scalar(select(func.count()).select_from(SheetLine).where(*where)) or 0
    bodies = session.scalars(
        select(SheetLine.body)
        .where(*where)
        .order_by(SheetLine.position)
        .limit(LINES)
        .offset(offset(number, LINES))
    )
    return Page([line_of(body) for body in bodies], total, max(1, number), LINES)


def view_of(row: SheetImport) -> ImportView:
    """The view of a row."""
    problem = row.problem
    return ImportView(
        id=row.id,
        filename=row.filename,
        state=State(row.state),
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        counts=Counts(**{k: v for k, v in row.counts.items() if k in _NAMES}),
        problem=Problem("", problem["message"], problem["params"]) if problem else None,
        moved=row.moved,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def body_of(line: Line) -> dict[str, Any]:
    """What is stored of a line."""
    return {
        **asdict(line),
        "changes": [[c.column, c.before, c.after] for c in line.changes],
        "problems": [[p.column, p.message, dict(p.params)] for p in line.problems],
    }


def line_of(body: Mapping[str, Any]) -> Line:
    """The line that was stored."""
    rows: Sequence[Any] = body["problems"]
    return Line(
        body["number"], body["name"], body["makes"], body["for_review"],
        tuple(Change(*change) for change in body["changes"]),
        tuple(Problem(*row) for row in rows),
    )  # fmt: skip
