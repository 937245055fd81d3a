"""How the tests are run; what they ask for is in `tests.fixtures`."""

import gc
import importlib
import os
from datetime import UTC, datetime

import pytest

ENGINE = os.environ.get("TEST_ENGINE", "sqlite")
START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def pytest_configure(config: pytest.Config) -> None:
    """Load the application, unless this process only hands tests out to others: they would wait
    for it seconds long."""
    if not config.getoption("numprocesses", None):
        gc.disable()
        config.pluginmanager.register(importlib.import_module("tests.fixtures"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database says the same on every engine: it runs on SQLite only."""
    if ENGINE == "sqlite":
        return
    idle = [item for item in items if "server_url" not in getattr(item, "fixturenames", ())]
    if idle:
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in set(idle)]


def pytest_collection_finish() -> None:
    """Modules and tests are there to stay: they are not searched for garbage while they become
    more, nor ever again, which would take a twenty-fifth of a run."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
