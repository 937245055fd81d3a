"""`make test`: see that the machine has what the tests need, then run them on both databases.

python -m tests.run            everything
python -m tests.run journeys   the journeys in a browser only, each in every way
python -m tests.run races      the long races only (RACE_TRIALS trials each)
python -m tests.run fuzz       many more made-up calls, words and turns of events
python -m tests.run faults     many more injected faults (FAULT_TRIALS of each)

The last line is a summary of all runs, in pytest's own form.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from tests import postgres

ROOT = Path(__file__).parent.parent
AFTERWARDS = ("test_desks_registry.py", "test_desks_trace_codes.py")  # when households have bought
OUTCOMES = ("failed", "passed", "skipped", "error")  # in pytest's order
BROWSERS = ("chromium-headless-shell", "chromium")  # the first is lighter by a third
JUNK = ("tests/api/test_fuzz.py", "tests/authorisation/test_bad_input.py")
UNUSED = ("-p", "no:schemathesis")  # its part of pytest is not light, and junk alone needs it
MEMORY = Path("/dev/shm")
PLENTY = 6 << 30  # bytes
PACKAGES = {
    "chromium-headless-shell": lambda: any(map(shutil.which, BROWSERS)),
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
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if missing and not may_install:
        sys.exit(f"The tests need these Debian packages: {' '.join(missing)}")
    if missing and (trouble := install(missing)):
        sys.exit(trouble)
    if may_install and shutil.which(BROWSERS[0]) is None:
        print(install(BROWSERS[:1], patience=180))  # the other one does as well, only slower


def install(packages: Sequence[str], patience: int | None = None) -> str:
    """Install Debian packages within so many seconds; what went wrong, empty when nothing did."""
    print(f"installing {' '.join(packages)}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", *packages]):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False,
                timeout=patience,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"{' '.join(command)} took too long"
        if done.returncode:
            return f"{' '.join(command)} failed:\n{done.stderr[-2000:]}"
    return ""


class Runs:
    """The runs of pytest so far, and what became of their tests."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.counts: Counter[str] = Counter()

    def run(self, title: str, *arguments: str, **environment: str) -> None:
        """One run of pytest, shown as it goes."""
        print(f"\n=== {title}", flush=True)
        with tempfile.TemporaryDirectory() as directory:
            report = Path(directory) / "report.xml"
            status = start(report, *arguments, **environment).wait()
            self.add(report, status)

    def add(self, report: Path, status: int) -> None:
        """Count the results of a run that ended with this status."""
        found: Counter[str] = Counter()
        if report.exists():
            suite = next(ElementTree.parse(report).getroot().iter("testsuite"))
            numbers = {name: int(suite.attrib[name]) for name in ("failures", "errors", "skipped")}
            found["failed"], found["error"] = numbers["failures"], numbers["errors"]
            found["skipped"] = numbers["skipped"]
            found["passed"] = int(suite.attrib["tests"]) - found.total()
        if status and not found["failed"] and not found["error"]:
            found["error"] += 1  # it broke off, or nothing was collected
        self.counts += found

    def end(self) -> int:
        """Print the summary; 0 when all tests passed, otherwise 1."""
        parts = [f"{self.counts[name]} {name}" for name in OUTCOMES if self.counts[name]]
        seconds = time.monotonic() - self.began
        line = f" {', '.join(parts)} in {seconds:.2f}s ({timedelta(seconds=int(seconds))}) "
        print(f"\n{line:=^80}", flush=True)
        return int(self.counts["passed"] == 0 or bool(self.counts["failed"] + self.counts["error"]))


def start(
    report: Path, *arguments: str, cwd: Path = ROOT, log: IO[str] | None = None, **environment: str
) -> subprocess.Popen[bytes]:
    """Begin one run of pytest that writes its results to `report`. Modules of tests are kept
    compiled: to put their assertions in takes longer than all else about collecting them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments],
        cwd=cwd, env={**kept, **environment}, stdout=log, stderr=log,
    )  # fmt: skip


@contextmanager
def scratch() -> Iterator[str]:
    """Where databases and sites are made: in memory where there is plenty of it, because every
    commit waits for the disk elsewhere."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    usable = os.access(MEMORY, os.W_OK) and min(free, shutil.disk_usage(MEMORY).free) > PLENTY
    with tempfile.TemporaryDirectory(dir=MEMORY if usable else None) as name:
        os.chmod(name, 0o711)  # PostgreSQL's own account passes through
        yield name


def everything(runs: Runs) -> None:
    """Units, services and pages on both engines, then the journeys in a browser, whose world is
    built meanwhile. Junk goes to the stricter engine alone; `make fuzz` gives it to both."""
    with built_world() as world:
        with tempfile.TemporaryDirectory() as templates:
            both_engines(runs, templates)
        journeys(runs, world.result())


def both_engines(runs: Runs, templates: str) -> None:
    """The tests that need no browser; the second engine finds the templates compiled."""
    with scratch() as directory:
        runs.run(
            "SQLite", "-n", "2", *UNUSED, "--ignore=tests/journeys", "--ignore=tests/grown",
            *(f"--ignore={path}" for path in JUNK),
            TEST_ENGINE="sqlite", TMPDIR=directory, TEST_TEMPLATES=templates,
        )  # fmt: skip
    with postgres.temporary_server(durable=False) as url:
        runs.run(
            "PostgreSQL", "-n", "2", "--ignore=tests/journeys", "--ignore=tests/architecture",
            "--ignore=tests/seed", "--ignore=tests/faults",
            "--ignore=tests/authorisation/test_matrix.py",  # who may, before any statement
            TEST_ENGINE="postgresql", TEST_POSTGRES_URL=url, TEST_TEMPLATES=templates,
        )  # fmt: skip


def journeys(runs: Runs, world: Path, **environment: str) -> None:
    """The journeys in a real browser: desks and households side by side, each on a real site with
    a copy of one demonstration world, and then the pages that they saw, each kind once."""
    print("\n=== Browser journeys", flush=True)
    files = sorted(path.name for path in (ROOT / "tests/journeys").glob("test_*.py"))
    pages = [name for name in files if name.startswith("test_zz")]
    desks = [name for name in files if name.startswith("test_desks") and name not in AFTERWARDS]
    others = [name for name in files if name not in {*pages, *desks, *AFTERWARDS}]
    parts = ([*desks, *pages, "-k", "not first_view"], [*others, *AFTERWARDS, *pages])
    with scratch() as name, ExitStack() as stack:
        directory = Path(name)
        (judged := directory / "judged").mkdir()
        logs = [stack.enter_context((directory / f"{n}.log").open("w+")) for n in range(len(parts))]
        started = [
            start(
                directory / f"{n}.xml", *part, *UNUSED, cwd=ROOT / "tests/journeys", log=logs[n],
                TEST_ENGINE="sqlite", JOURNEYS_WORLD=str(world), TMPDIR=name,
                JOURNEYS_JUDGED=str(judged), **environment,
            )
            for n, part in enumerate(parts)
        ]  # fmt: skip
        for n, part in enumerate(started):
            status = part.wait()
            logs[n].seek(0)
            print(logs[n].read(), flush=True)
            runs.add(directory / f"{n}.xml", status)


def every_journey(runs: Runs) -> None:
    """The journeys on both screens, in both languages, and without scripts."""
    with built_world() as world:
        journeys(runs, world.result(), EVERY_WAY="1")


@contextmanager
def built_world() -> Iterator[Future[Path]]:
    """A demonstration world that is being built beside what else is done."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as builder:
        yield builder.submit(build_world, Path(name))


def build_world(directory: Path) -> Path:
    """The demonstration world as `make seed` builds it."""
    quiet = {"DATABASE_URL", "REDIS_URL", "STRIPE_KEY", "SECRET_KEY", "HOUSEHOLD_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in quiet}
    for command in (["db", "upgrade"], ["seed", "--demo"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env={**env, "DATA_DIR": str(directory)}, check=True,
        )  # fmt: skip
    return directory


def races(runs: Runs) -> None:
    """The races alone, with as many trials as RACE_TRIALS says."""
    runs.run("Races on SQLite", "tests/races", TEST_ENGINE="sqlite")
    with postgres.temporary_server() as url:
        environment = {"TEST_ENGINE": "postgresql", "TEST_POSTGRES_URL": url}
        runs.run("Races on PostgreSQL", "tests/races", **environment)


def fuzz(runs: Runs) -> None:
    """Calls made out of the API's document, whatever may be typed, and the property machines."""
    many = {"FUZZ_EXAMPLES": "500", "FULL": "1", "TEST_ENGINE": "sqlite", **os.environ}
    files = [*ROOT.glob("tests/*/test_fuzz.py"), *ROOT.glob("tests/*/test_*machine.py")]
    files.append(ROOT / "tests/authorisation/test_bad_input.py")
    runs.run("Fuzz", *(str(path) for path in sorted(files)), "-n", "2", **many)


def faults(runs: Runs) -> None:
    """Each fault many times over: none may lose, sell or show what it must not."""
    many = {"FAULT_TRIALS": "300" if os.environ.get("FULL") else "30", **os.environ}
    runs.run("Faults", "tests/faults", TEST_ENGINE="sqlite", **many)


def main() -> int:
    """Run what the command line names."""
    ensure_packages()
    runs = Runs()
    named = {"races": races, "journeys": every_journey, "fuzz": fuzz, "faults": faults}
    named.get(" ".join(sys.argv[1:]), everything)(runs)
    return runs.end()


if __name__ == "__main__":
    sys.exit(main())
