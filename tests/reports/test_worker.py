"""`flask worker` runs the jobs on either queue and ends when told."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from market.adapters.jobs import JOBS
from market.db.migrating import upgrade
from market.db.session import Database, reading, use
from market.jobs import service as book
from tests.architecture.source import ROOT
from tests.redis_server import redis_server

PATIENCE = 40.0


@contextmanager
def no_server(_directory):
    yield ""


@pytest.fixture
def fresh(tmp_path):
    """A migrated database file; the one in use before comes back afterwards."""
    from market.db import session as db  # noqa: PLC0415

    before = db._current
    database = Database(f"sqlite:///{tmp_path / 'market.db'}")
    upgrade(database)
    use(database)
    yield tmp_path
    database.dispose()
    if before is not None:
        use(before)


def finished():
    with reading() as session:
        return {job.name for job in book.list_jobs(session) if job.ok_at}


@pytest.mark.parametrize("queue", [no_server, redis_server])
def test_the_worker_runs_every_job_and_ends_when_told(fresh, queue):
    with queue(fresh) as redis_url:
        env = {
            "PATH": os.environ["PATH"], "DATA_DIR": str(fresh), "REDIS_URL": redis_url,
        }  # fmt: skip
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + PATIENCE
            while finished() != set(JOBS) and time.monotonic() < deadline:
                assert worker.poll() is None, worker.stderr.read()
                time.sleep(0.2)
            assert finished() == set(JOBS)
        finally:
            worker.send_signal(signal.SIGTERM)
            _, said = worker.communicate(timeout=20)
    assert worker.returncode == 0, said
    assert (fresh / "jobs.db").exists() == (not redis_url)
