"""Servers under measurement, and what their processes used up."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.data import ROOT, SECRET, DataSet
from tests.postgres import free_port

WORKERS, THREADS = 2, 4
START_SECONDS = 180  # a machine busy with other work
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """One reading of a process tree."""

    cpu_seconds: float
    at: float


@dataclass
class Server:
    """A running gunicorn, and the database server behind it if there is one."""

    port: int
    master: int
    database: int | None = None

    def usage(self) -> Usage:
        """Processor time of exactly these processes and their children so far."""
        roots = [self.master] + ([self.database] if self.database else [])
        return Usage(sum(map(_tree_seconds, roots)), time.monotonic())

    def workers(self) -> list[int]:
        """The worker processes."""
        return _children(self.master)

    def peak_mib(self) -> float:
        """The most memory one worker ever held."""
        return max(_peak_kib(pid) for pid in self.workers()) / 1024


@contextmanager
def site(data: DataSet, database: int | None) -> Iterator[Server]:
    """The real site on a data set, set up as `make run` sets it up."""
    metrics = data.directory / "metrics"
    metrics.mkdir(exist_ok=True)
    told = {
        "MARKET_ENV": "development",
        "DATA_DIR": str(data.directory),
        "DATABASE_URL": data.url,
        "SECRET_KEY": SECRET,
        "DEV_MESSAGES": "0",
        "COUNT_STATEMENTS": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    with _gunicorn("wsgi:app", data.directory / "site.log", "/healthz", told) as server:
        server.database = database
        yield server


@contextmanager
def bare(log: Path) -> Iterator[Server]:
    """A bare Flask view on the same gunicorn."""
    with _gunicorn("tests.bench.bare:app", log, "/", {}) as server:
        yield server


@contextmanager
def _gunicorn(target: str, log: Path, ready: str, told: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = {**passed, "WEB_WORKERS": str(WORKERS), "WEB_THREADS": str(THREADS), **told}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "market" / "gunicorn_conf.py"),
             "-b", f"127.0.0.1:{port}", target],
            cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=out,
        )  # fmt: skip
        try:
            server = Server(port, process.pid)
            _wait(server, process, ready, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(35)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server, process: "subprocess.Popen[bytes]", path: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended: {log.read_text()[-3000:]}")
        if len(server.workers()) == WORKERS and _answers(server.port, path):
            return
        time.sleep(0.2)
    raise RuntimeError(f"gunicorn did not start: {log.read_text()[-3000:]}")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name; empty when it ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _tree_seconds(pid: int) -> float:
    """User and system time of a process, its ended and its living children."""
    fields = _stat(pid)
    if not fields:
        return 0.0
    own = sum(int(value) for value in fields[11:15]) / _TICKS
    return own + sum(_tree_seconds(child) for child in _children(pid))


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
