"""Making previews and applying them, outside of any request when the file is large.

A preview and its application read the file with the same parser and plan with the same
function. Applying plans anew and goes on only when the plan's fingerprint is that of the
preview; what is to be written is worked out before the one short transaction that writes it,
which begins by looking whether the goods are still as they were found. Else nothing is changed
and the preview is made anew for the seller to read again.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.audit import service as audit
from market.catalogue import errors as catalogue
from market.catalogue.service import Edits, write_edits
from market.db.session import reading, snapshot, unit_of_work
from market.exchange import applying, planning, service
from market.exchange.cells import read_row
from market.exchange.errors import FileProblem
from market.exchange.models import SheetImport, SheetLine
from market.exchange.planning import Plan
from market.exchange.queries import body_of
from market.exchange.sheets import read_rows
from market.exchange.types import INLINE_BYTES, Problem, Row, State
from market.exchange.world import read_world
from market.kernel.errors import DomainError
from market.kernel.i18n import N_

log = structlog.get_logger()
Now = Callable[[], datetime]
LEASE = timedelta(minutes=15)
_STEP = 500
_ATTEMPTS = 3  # to find a moment in which nothing else of the seller's goods changes
_WAITING = (State.QUEUED.value, State.ASKED.value)


@dataclass(frozen=True)
class _Task:
    id: str
    seller_id: str
    account_id: str
    state: State
    plan_digest: str
    content: bytes


class _Moved(Exception):
    """The goods are not as the preview found them."""

    def __init__(self, problem: Problem | None = None) -> None:
        super().__init__()
        self.problem = problem


def work(now: Now) -> int:
    """Do everything that waits; returns how many imports were worked on."""
    done = 0
    while (import_id := _next(now())) is not None:
        if not work_on(import_id, now):
            break
        done += 1
    return done


def work_if_small(import_id: str, now: Now) -> None:
    """Do it at once when it is a matter of a moment; the job does the others."""
    with reading() as session:
        size = session.scalar(select(SheetImport.rows_total).where(SheetImport.id == import_id))
        content = session.scalar(select(SheetImport.content).where(SheetImport.id == import_id))
    if content is not None and len(content) <= INLINE_BYTES and (size or 0) <= _STEP:
        work_on(import_id, now)


def work_on(import_id: str, now: Now) -> bool:
    """Make the preview of one import or apply it; False when somebody else has it."""
    task = _claim(import_id, now())
    if task is None:
        return False
    try:
        rows = _read(task)
        if task.state is State.ASKED:
            _apply(task, rows, now())
        else:
            _preview(task, rows, now())
    except FileProblem as problem:
        _end(task.id, State.BROKEN, now(), problem=Problem("", problem.message, problem.params))
    except _Moved as moved:
        _preview(task, rows, now(), moved=True, problem=moved.problem)
    except Exception:
        log.exception("an import failed", sheet_import=import_id)
        _end(
            task.id,
            State.BROKEN,
            now(),
            problem=Problem("", N_("出错了，什么都没有改。请再传一次；还不行就联系我们")),
        )
    return True


def _next(now: datetime) -> str | None:
    free = or_(SheetImport.leased_until.is_(None), SheetImport.leased_until <= now)
    with reading() as session:
        return session.scalar(
            select(SheetImport.id)
            .where(SheetImport.state.in_(_WAITING), free)
            .order_by(SheetImport.created_at, SheetImport.id)
            .limit(1)
        )


def _claim(import_id: str, now: datetime) -> _Task | None:
    free = or_(SheetImport.leased_until.is_(None), SheetImport.leased_until <= now)
    with unit_of_work() as session:
        taken = session.execute(
            update(SheetImport)
            .where(SheetImport.id == import_id, SheetImport.state.in_(_WAITING), free)
            .values(leased_until=now + LEASE, rows_done=0)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        row = session.get_one(SheetImport, import_id)
        return _Task(
            row.id, row.seller_id, row.account_id, State(row.state), row.plan_digest,
            row.content or b"",
        )  # fmt: skip


def _read(task: _Task) -> list[Row]:
    """All rows of the file; how far it is can be seen meanwhile. Raises a FileProblem."""
    rows: list[Row] = []
    for raw in read_rows(task.content):
        rows.append(read_row(raw))
        if len(rows) % (_STEP * 4) == 0:
            _progress(task.id, len(rows), len(rows))
    _progress(task.id, 0, len(rows))
    return rows


def _progress(import_id: str, done: int, total: int) -> None:
    with unit_of_work() as session:
        session.execute(
            update(SheetImport)
            .where(SheetImport.id == import_id)
            .values(rows_done=done, rows_total=total)
            .execution_options(synchronize_session=False)
        )


def _preview(
    task: _Task, rows: list[Row], now: datetime, *, moved: bool = False,
    problem: Problem | None = None,
) -> None:  # fmt: skip
    with snapshot() as session:
        world = read_world(session, task.seller_id, rows, now)
    plan = planning.plan(_watched(task.id, rows), world)
    with unit_of_work() as session:
        _keep(session, task.id, plan)
    _end(task.id, State.READY, now, plan=plan, moved=moved, problem=problem)


def _watched(import_id: str, rows: list[Row]) -> Iterator[Row]:
    """The same rows; how many have been compared can be seen meanwhile."""
    for number, row in enumerate(rows):
        if number and number % _STEP == 0:
            _progress(import_id, number, len(rows))
        yield row


def _keep(session: Session, import_id: str, plan: Plan) -> None:
    session.execute(delete(SheetLine).where(SheetLine.import_id == import_id))
    lines = [
        {"import_id": import_id, "position": n, "is_wrong": bool(line.problems),
         "body": body_of(line)}
        for n, line in enumerate(plan.lines)
    ]  # fmt: skip
    for start in range(0, len(lines), 1_000):
        session.execute(insert(SheetLine), lines[start : start + 1_000])


def _apply(task: _Task, rows: list[Row], now: datetime) -> None:
    """Change the goods as the preview showed, or raise _Moved and change nothing."""
    for attempt in range(_ATTEMPTS):
        try:
            plan, edits = _decided(task, rows, now)
            _write(task, plan, edits, now)
        except applying.RowRefused as refused:
            raise _Moved(
                Problem(str(refused.row), refused.error.message, _plain(refused.error))
            ) from None
        except catalogue.GoodsMoved:
            # Perhaps only what the sheet does not speak of: the plan tells.
            if attempt + 1 == _ATTEMPTS:
                raise _Moved() from None
        else:
            return


def _decided(task: _Task, rows: list[Row], now: datetime) -> tuple[Plan, Edits]:
    """What is to be written, worked out while others go on writing."""
    with snapshot() as session:
        actor = accounts.load_actor(session, task.account_id)
        world = read_world(session, task.seller_id, rows, now)
        plan = planning.plan(rows, world)
        if plan.digest != task.plan_digest or plan.counts.wrong_rows:
            raise _Moved()
        return plan, applying.prepare(session, actor, task.seller_id, plan, now)


def _write(task: _Task, plan: Plan, edits: Edits, now: datetime) -> None:
    """The one transaction. Raises GoodsMoved."""
    with unit_of_work() as session:
        actor = accounts.load_actor(session, task.account_id)
        if not actor.is_member_of_seller(task.seller_id):
            raise catalogue.GoodsMoved
        write_edits(session, edits)
        row = session.get_one(SheetImport, task.id)
        audit.record(
            session, actor, "sheet.apply", "sheet_import", task.id, now=now,
            after={"file": row.file_digest, **asdict(plan.counts)},
        )  # fmt: skip
        row.state, row.content, row.leased_until = State.APPLIED.value, None, None
        row.ended_at, row.rows_done = now, row.rows_total


def _plain(error: DomainError) -> dict[str, str]:
    return {key: str(value) for key, value in error.params.items()}


def _end(
    import_id: str, state: State, now: datetime, *, plan: Plan | None = None,
    moved: bool = False, problem: Problem | None = None,
) -> None:  # fmt: skip
    with unit_of_work() as session:
        row = session.get_one(SheetImport, import_id)
        row.state, row.leased_until, row.moved = state.value, None, moved
        row.problem = {"message": problem.message, "params": dict(problem.params),
                       "row": problem.column} if problem else None  # fmt: skip
        row.rows_done = row.rows_total
        if plan is not None:
            row.counts, row.plan_digest = asdict(plan.counts), plan.digest
        if state is State.BROKEN:
            row.content, row.ended_at = None, now


def forget_old(now: Now) -> int:
    """Drop what is long over."""
    with unit_of_work() as session:
        return service.forget_old(session, now())
