"""The demonstration world, built twice and side by side, once for all workers of the run."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from market.db.session import Database
from tests.architecture.source import ROOT

WORLDS = ("one", "two")


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Two directories, each with the world that the same clock makes."""
    base = tmp_path_factory.getbasetemp()
    base = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "worlds"
    base.mkdir(exist_ok=True)
    paths = tuple(base / name for name in WORLDS)
    with (base / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build([path for path in paths if not (path / "built.json").exists()])
    return paths


def _build(paths: list[Path]) -> None:
    builders = []
    for path in paths:
        path.mkdir()
        command = [sys.executable, "-m", "tests.seed.build", str(path)]
        builders.append(subprocess.Popen(command, cwd=ROOT))
    for builder in builders:
        assert builder.wait(400) == 0


@pytest.fixture(scope="session")
def world_database(worlds: tuple[Path, ...]) -> Iterator[Database]:
    """The first world's rows, to be read."""
    database = Database(f"sqlite:///{worlds[0] / 'market.db'}")
    yield database
    database.dispose()


@pytest.fixture
def world(world_database: Database, shared_app):
    """A reading session on the world, with the application around it for forms and words."""
    with shared_app.test_request_context("/"), world_database.reading() as session:
        yield session
