"""`make test`: see that the machine has what the tests need, then run them on both databases.

python -m tests.run            everything
python -m tests.run races      the long races only (RACE_TRIALS trials each)
python -m tests.run fuzz       many more made-up calls, words and turns of events
python -m tests.run faults     many more injected faults (FAULT_TRIALS of each)
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "postgresql": lambda: (
        any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None
    ),
    "postgresql-contrib": lambda: (
        any(Path("/usr/share/postgresql").glob("*/extension/pg_trgm*"))
        or shutil.which("initdb") is not None
    ),
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts").rglob("NotoSansCJK*")),
    "redis-server": lambda: shutil.which("redis-server") is not None,
}


def ensure_packages() -> None:
    """Install missing Debian packages when we may; name them and stop when we may not."""
    missing = [name for name, present in PACKAGES.items() if not present()]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The tests need these Debian packages: {' '.join(missing)}")
    print(f"installing {' '.join(missing)}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", *missing]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def pytest(title: str, *arguments: str, **environment: str) -> bool:
    """One run of pytest; True when all passed."""
    print(f"\n=== {title}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, check=False,
    )  # fmt: skip
    print(f"=== {title}: {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode == 0


def everything() -> bool:
    """Units, services and pages on both engines, then the journeys in a browser."""
    ok = pytest(
        "SQLite", "-n", "2", "--ignore=tests/journeys", "--ignore=tests/grown",
        TEST_ENGINE="sqlite",
    )  # fmt: skip
    with postgres.temporary_server() as url:
        on_postgresql = {"TEST_ENGINE": "postgresql", "TEST_POSTGRES_URL": url}
        ok &= pytest(
            "PostgreSQL", "-n", "2", "--ignore=tests/journeys", "--ignore=tests/architecture",
            "--ignore=tests/seed", "--ignore=tests/faults",
            **on_postgresql,
        )  # fmt: skip
    return ok & journeys()


def journeys() -> bool:
    """The journeys in a real browser: desks and households side by side, each on a real site of
    their own with the demonstration world, and then the pages that they saw."""
    print("\n=== Browser journeys", flush=True)
    began = time.monotonic()
    files = sorted(path.name for path in (ROOT / "tests/journeys").glob("test_*.py"))
    pages = [name for name in files if name.startswith("test_zz")]
    desks = [name for name in files if name.startswith("test_desks")]
    others = [name for name in files if name not in {*pages, *desks}]
    parts = ([*desks, *pages, "-k", "not first_view"], [*others, *pages])
    with ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in parts]
        runs = [
            subprocess.Popen(
                [sys.executable, "-m", "pytest", *part], cwd=ROOT / "tests/journeys",
                env={**os.environ, "TEST_ENGINE": "sqlite"}, stdout=log, stderr=log,
            )
            for part, log in zip(parts, logs, strict=True)
        ]  # fmt: skip
        ends = [run.wait() for run in runs]
        for log in logs:
            log.seek(0)
            print(log.read(), flush=True)
    print(f"=== Browser journeys: {time.monotonic() - began:.0f} s", flush=True)
    return not any(ends)


def races() -> bool:
    """The races alone, with as many trials as RACE_TRIALS says."""
    ok = pytest("Races on SQLite", "tests/races", TEST_ENGINE="sqlite")
    with postgres.temporary_server() as url:
        environment = {"TEST_ENGINE": "postgresql", "TEST_POSTGRES_URL": url}
        return ok & pytest("Races on PostgreSQL", "tests/races", **environment)


def fuzz() -> bool:
    """Calls made out of the API's document, whatever may be typed, and the property machines."""
    many = {"FUZZ_EXAMPLES": "500", "FULL": "1", "TEST_ENGINE": "sqlite", **os.environ}
    files = [*ROOT.glob("tests/*/test_fuzz.py"), *ROOT.glob("tests/*/test_*machine.py")]
    return pytest("Fuzz", *(str(path) for path in sorted(files)), "-n", "2", **many)


def faults() -> bool:
    """Each fault many times over: none may lose, sell or show what it must not."""
    many = {"FAULT_TRIALS": "300" if os.environ.get("FULL") else "30", **os.environ}
    return pytest("Faults", "tests/faults", TEST_ENGINE="sqlite", **many)


if __name__ == "__main__":
    ensure_packages()
    named = {"races": races, "journeys": journeys, "fuzz": fuzz, "faults": faults}
    chosen = named.get(" ".join(sys.argv[1:]), everything)
    sys.exit(0 if chosen() else 1)
