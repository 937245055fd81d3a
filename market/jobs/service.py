"""Beginning and ending a run. A job runs once per period, however many workers there are."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.jobs.models import JobRun
from market.jobs.types import JobView

LEASE = timedelta(minutes=5)  # a run that was killed is taken up again after this


def ensure(session: Session, name: str, now: datetime) -> None:
    """The row of a job that never ran, due at once."""
    if session.get(JobRun, name) is not None:
        return
    try:
        with session.begin_nested():
            session.add(JobRun(name=name, next_due_at=now, result=0, runs=0, failures=0, error=""))
            session.flush()
    except IntegrityError:
        return  # another worker was faster


def begin(session: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Take the run that is due; False when it is not due or somebody else has it."""
    ensure(session, name, now)
    taken = session.execute(
        update(JobRun)
        .where(
            JobRun.name == name,
            JobRun.next_due_at <= now,
            or_(JobRun.leased_until.is_(None), JobRun.leased_until <= now),
        )
        .values(
            leased_until=now + LEASE,
            started_at=now,
            next_due_at=now + every,
            runs=JobRun.runs + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def finish(session: Session, name: str, now: datetime, *, result: int, error: str = "") -> None:
    """Write down how the run went."""
    values: dict[str, object] = {
        "leased_until": None,
        "finished_at": now,
        "result": result,
        "error": error[:500],
    }
    if error:
        values["failures"] = JobRun.failures + 1
    else:
        values["ok_at"] = now
    session.execute(
        update(JobRun)
        .where(JobRun.name == name)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def due(session: Session, names: list[str], now: datetime) -> list[str]:
    """Which of the jobs are due and free, in their given order."""
    waiting = set(
        session.scalars(
            select(JobRun.name).where(
                or_(JobRun.next_due_at > now, JobRun.leased_until > now),
            )
        )
    )
    return [name for name in names if name not in waiting]


def list_jobs(session: Session) -> list[JobView]:
    """All jobs by name."""
    return [
        JobView(
            name=row.name,
            next_due_at=row.next_due_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            ok_at=row.ok_at,
            result=row.result,
            runs=row.runs,
            failures=row.failures,
            error=row.error,
        )
        for row in session.scalars(
            select(JobRun).order_by(JobRun.name).execution_options(populate_existing=True)
        )
    ]
