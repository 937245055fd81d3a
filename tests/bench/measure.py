"""Interleaved rounds of a case and the bare view, and what comes of them."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.data import ROOT
from tests.bench.server import Server

ROUNDS = 5
CONNECTIONS = 16
CASE_SECONDS, BARE_SECONDS = 2.0, 0.6
WARM_SECONDS = 1.0
MOST = 100_000


@dataclass(frozen=True)
class Case:
    """What the visitors do; `turns` counts on between rounds so that nothing repeats."""

    name: str
    flow: str
    job: dict[str, Any]
    connections: int = CONNECTIONS


@dataclass
class Window:
    """One stretch of load: what visitors saw and what the server used."""

    seconds: float
    took: list[float]
    statements: int
    cpu_seconds: float

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds * 1000 / max(1, len(self.took))


@dataclass
class Outcome:
    """All rounds of a case."""

    case: str
    windows: list[Window] = field(default_factory=list)
    bare: list[Window] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Medians of the rounds; the quantiles are over all requests."""
        took = sorted(ms for window in self.windows for ms in window.took)
        ratios = [
            bare.cpu_ms / window.cpu_ms
            for bare, window in zip(self.bare, self.windows, strict=True)
            if window.cpu_ms
        ]
        requests = len(took)
        return {
            "rps": round(statistics.median(len(w.took) / w.seconds for w in self.windows), 1),
            "p50_ms": round(quantile(took, 0.5), 2),
            "p99_ms": round(quantile(took, 0.99), 2),
            "cpu_ms": round(statistics.median(w.cpu_ms for w in self.windows), 3),
            "ratio": round(statistics.median(ratios), 3),
            "queries": round(sum(w.statements for w in self.windows) / requests, 1),
        }


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def load(
    server: Server, flow: str, job: dict[str, Any], connections: int, seconds: float, turn: int
) -> Window:
    """Let visitors run for some seconds. Raises RuntimeError when a request failed."""
    told = {
        **job, "flow": flow, "port": server.port, "connections": connections,
        "seconds": seconds, "turn": turn, "most": MOST,
    }  # fmt: skip
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert client.stdin is not None
    assert client.stdout is not None
    try:
        client.stdin.write(json.dumps(told) + "\n")
        client.stdin.flush()
        if client.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{flow}: the visitors could not prepare")
        before = server.usage()
        client.stdin.write("go\n")
        client.stdin.flush()
        outcome = json.loads(client.stdout.readline())
        after = server.usage()
    finally:
        client.stdin.close()
        client.stdout.close()
        client.wait(60)
    if outcome["errors"] or not outcome["took"]:
        raise RuntimeError(f"{flow}: {len(outcome['errors'])} failed: {outcome['errors'][:1]}")
    used = after.cpu_seconds - before.cpu_seconds
    return Window(outcome["seconds"], outcome["took"], outcome["statements"], used)


def measure(site: Server, bare: Server, case: Case, *, rounds: int = ROUNDS) -> Outcome:
    """Warm up, then bare and case by turns."""
    turn = 0
    turn += _turns(load(site, case.flow, case.job, case.connections, WARM_SECONDS, turn), case)
    outcome = Outcome(case.name)
    for _ in range(rounds):
        plain = {"paths": ["/"]}
        outcome.bare.append(load(bare, "get", plain, CONNECTIONS, BARE_SECONDS, 0))
        window = load(site, case.flow, case.job, case.connections, CASE_SECONDS, turn)
        turn += _turns(window, case)
        outcome.windows.append(window)
    return outcome


def _turns(window: Window, case: Case) -> int:
    """More turns than any connection took in this window."""
    return 2 * len(window.took) // case.connections + 1
