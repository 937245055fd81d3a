"""Builds the demonstration world in a directory of its own: python -m tests.seed.build DIR."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from market.app import create_app
from market.config import Settings
from market.db import migrating
from market.db.session import database
from market.kernel.clock import FixedClock
from market.seed import world

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def main(directory: Path) -> None:
    """Migrate, build, and write down how much work it was."""
    settings = Settings(secret_key="w" * 40, data_dir=directory, testing=True)
    app = create_app(settings, clock=FixedClock(START))
    began = time.process_time()
    with app.app_context():
        migrating.upgrade(database())
    world.build(app)
    database().dispose()
    seconds = time.process_time() - began
    (directory / "built.json").write_text(json.dumps({"cpu_seconds": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
