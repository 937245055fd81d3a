"""`make bench`: measure, print a table, write build/bench.jsonl.

CASES=, ENGINES= and SIZES= (comma separated) limit a run. `ratio` is the processor time of a
bare Flask view on the same gunicorn divided by that of the case, measured by turns. The case
`routing` runs in the service, among 1,000 and 100,000 crews that live equally densely (its
`listings` counts them), and its ratio is the median time of its one SQL statement divided by
its own. The cases `search_…` run in the service on each search engine
(`tests/bench/searching.py`). The case `promotions` is the discount engine alone
(`tests/bench/promoting.py`), `price_cart` the whole price of a cart under as many
(`tests/bench/pricing.py`); their `ratio` is 0.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import cases, configuring, pricing, promoting, searching, server, services
from tests.bench.data import BUILD, CREWS, Library, postmaster
from tests.bench.measure import measure
from tests.postgres import temporary_server

ALL_CASES = (*cases.STOREFRONT, *cases.BUYING, "routing", "promotions", pricing.CASE,
             *configuring.CASES, *searching.CASES)  # fmt: skip
ALONE = {"routing", "promotions", pricing.CASE, *configuring.CASES}  # not pages of a site
ENGINES = ("sqlite", "postgresql", "whoosh", "tantivy")
DATABASES = ("sqlite", "postgresql")
SIZES = (1_000, 10_000, 100_000)
LIMIT_SECONDS = 25 * 60  # after which nothing is begun; the longest case takes minutes
OUTPUT = BUILD.parent / "bench.jsonl"
COLUMNS = (
    "case", "engine", "listings", "rps", "p50_ms", "p99_ms", "cpu_ms", "ratio", "queries",
    "rss_mib",
)  # fmt: skip


@dataclass
class Report:
    """What was measured so far; every row is written at once."""

    began: float = field(default_factory=time.monotonic)
    failed: bool = False

    def start(self) -> None:
        """A new file and the heading."""
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        OUTPUT.write_text("")
        print(" ".join(f"{name:>11}" for name in COLUMNS), flush=True)

    def add(self, row: dict[str, Any]) -> None:
        """One measurement."""
        ordered = {name: row[name] for name in COLUMNS}
        with OUTPUT.open("a") as file:
            file.write(json.dumps(ordered) + "\n")
        print(" ".join(f"{row[name]:>11}" for name in COLUMNS), flush=True)

    def note(self, text: str) -> None:
        """Something for the end of the table."""
        print(f"  {text}", flush=True)

    def fail(self, text: str) -> None:
        """A case that could not be measured; the run goes on and ends with an error."""
        self.failed = True
        self.note(f"failed: {text}")

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """What fails here is told and costs the others nothing."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (whatever it is, the other figures count)
            self.fail(f"{what}: {type(error).__name__}: {error}")

    def is_late(self) -> bool:
        """Whether no further case may begin."""
        return time.monotonic() - self.began > LIMIT_SECONDS


def chosen(name: str, known: tuple[Any, ...]) -> list[Any]:
    """The values of an environment variable, all without it. Exits on an unknown one."""
    text = os.environ.get(name, "")
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    strange = set(wanted) - {str(value) for value in known}
    if strange:
        sys.exit(f"{name}: unknown {', '.join(sorted(strange))}; known: {known}")
    return [value for value in known if not wanted or str(value) in wanted]


def main() -> int:
    """The whole run."""
    wanted, engines = chosen("CASES", ALL_CASES), chosen("ENGINES", ENGINES)
    sizes = chosen("SIZES", SIZES)
    report = Report()
    report.start()
    BUILD.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = stack.enter_context(temporary_server()) if "postgresql" in engines else None
        library = Library(url)
        bare = stack.enter_context(server.bare(BUILD / "bare.log"))
        for size in sizes:
            for engine in _databases(engines):
                with report.guarded(f"{engine} with {size} listings"):
                    _engine_at(report, library, bare, engine, size, wanted)
        if "routing" in wanted:
            for engine in _databases(engines):
                with report.guarded(f"routing on {engine}"):
                    _routing(report, library, engine, sizes)
        if "promotions" in wanted:
            with report.guarded("promotions"):
                _promotions(report)
        for size in sizes:
            for engine in _databases(engines):
                with report.guarded(f"{pricing.CASE} on {engine} with {size} listings"):
                    _pricing(report, library, engine, size, wanted)
                with report.guarded(f"configuring on {engine} with {size} listings"):
                    _configuring(report, library, engine, size, wanted)
        for size in sizes:  # last: what takes longest, and is left out when the time is over
            for engine in _search_engines(engines):
                with report.guarded(f"search on {engine} with {size} listings"):
                    _searching(report, library, engine, size, wanted)
    print(f"{time.monotonic() - report.began:.0f} s; {OUTPUT}")
    return 1 if report.failed else 0


def _databases(engines: list[str]) -> list[str]:
    return [engine for engine in engines if engine in DATABASES]


def _search_engines(engines: list[str]) -> list[str]:
    """SQLite stands for both engines that go with it, unless one of them is named."""
    named = [engine for engine in ("whoosh", "tantivy") if engine in engines]
    beside = ["whoosh", "tantivy"] if "sqlite" in engines and not named else named
    return [*beside, *(["postgresql"] if "postgresql" in engines else [])]


def _searching(report: Report, library: Library, engine: str, size: int, wanted: list[str]) -> None:
    names = [name for name in wanted if name in searching.CASES]
    if not names or report.is_late():
        _left_out(report, engine, size, names)
        return
    data = library.catalogue("postgresql" if engine == "postgresql" else "sqlite", size)
    found = searching.searching(data, engine, library.now)
    for row in searching.rows(found, engine, size):
        if row["case"] in names:
            report.add({**row, "rss_mib": round(_own_peak_mib(), 1)})
    report.note(f"{engine}: {found.documents} products of {size} listings")


def _engine_at(
    report: Report, library: Library, bare: server.Server, engine: str, size: int,
    wanted: list[str],
) -> None:  # fmt: skip
    names = [name for name in wanted if name not in ALONE and name not in searching.CASES]
    if not names or report.is_late():
        _left_out(report, engine, size, names)
        return
    data = library.catalogue(engine, size)
    prepared = cases.Prepared(data)
    made = {name: cases.make(name, prepared) for name in names}
    prepared.close()
    root = postmaster(library.server) if engine == "postgresql" and library.server else None
    rows: list[dict[str, Any]] = []
    with server.site(data, root) as site:
        peak = 0.0
        for name in names:
            if report.is_late():
                _left_out(report, engine, size, [name])
                continue
            try:
                figures = measure(site, bare, made[name]).figures()
            except RuntimeError as error:
                report.fail(f"{name} on {engine} with {size} listings: {error}")
                continue
            if name in cases.STOREFRONT or not peak:
                peak = round(site.peak_mib(), 1)
            rows.append({"case": name, "engine": engine, "listings": size, **figures})
    for row in rows:
        report.add({**row, "rss_mib": peak})
    if engine == "sqlite" and "search" in names:
        found = services.searching(data, library.now)
        report.note(
            f"search in the service, Whoosh, {size} listings: "
            f"p50 {found.p50:.1f} ms, p99 {found.p99:.1f} ms"
        )


def _left_out(report: Report, engine: str, size: int, names: list[str]) -> None:
    if names:
        report.note(f"left out, the time is over: {engine} {size} {', '.join(names)}")


def _routing(report: Report, library: Library, engine: str, sizes: list[int]) -> None:
    cost: list[float] = []
    for crews in [number for number in CREWS if number in sizes] or CREWS:
        if report.is_late():
            _left_out(report, engine, crews, ["routing"])
            return
        ours, plain = services.routing(library.crews(engine, crews))
        report.add({
            "case": "routing", "engine": engine, "listings": crews,
            "rps": round(1000 * len(ours.took) / sum(ours.took), 1),
            "p50_ms": round(ours.p50, 2), "p99_ms": round(ours.p99, 2),
            "cpu_ms": round(ours.cpu_ms, 3), "ratio": round(plain.p50 / ours.p50, 3),
            "queries": services.STATEMENTS, "rss_mib": round(_own_peak_mib(), 1),
        })  # fmt: skip
        report.note(
            f"routing on {engine}: {ours.p50 / plain.p50:.2f} times its SQL at p50, "
            f"{ours.p99 / plain.p99:.2f} at p99 (SQL {plain.p50:.2f} and {plain.p99:.2f} ms)"
        )
        cost.append(ours.p50)
    if len(cost) > 1:
        report.note(f"routing on {engine}: p50 grows {cost[-1] / cost[0]:.2f} times")


def _promotions(report: Report) -> None:
    ours, applied = promoting.promoting()
    report.add({
        "case": "promotions", "engine": "none", "listings": promoting.LINES,
        "rps": round(1000 * len(ours.took) / sum(ours.took), 1),
        "p50_ms": round(ours.p50, 2), "p99_ms": round(ours.p99, 2),
        "cpu_ms": round(ours.cpu_ms, 3), "ratio": 0, "queries": 0,
        "rss_mib": round(_own_peak_mib(), 1),
    })  # fmt: skip
    report.note(f"promotions: {applied} of {promoting.PROMOTIONS} applied; "
                f"fastest {ours.took[0]:.2f} ms")  # fmt: skip


def _pricing(report: Report, library: Library, engine: str, size: int, wanted: list[str]) -> None:
    names = [name for name in wanted if name == pricing.CASE]
    if not names or report.is_late():
        _left_out(report, engine, size, names)
        return
    ours, statements, applied = pricing.pricing(library.catalogue(engine, size))
    report.add({
        "case": pricing.CASE, "engine": engine, "listings": size,
        "rps": round(1000 * len(ours.took) / sum(ours.took), 1),
        "p50_ms": round(ours.p50, 2), "p99_ms": round(ours.p99, 2),
        "cpu_ms": round(ours.cpu_ms, 3), "ratio": 0, "queries": statements,
        "rss_mib": round(_own_peak_mib(), 1),
    })  # fmt: skip
    report.note(f"{pricing.CASE}: {applied} of {promoting.PROMOTIONS} promotions applied; "
                f"fastest {ours.took[0]:.2f} ms")  # fmt: skip


def _configuring(
    report: Report, library: Library, engine: str, size: int, wanted: list[str]
) -> None:
    names = [name for name in wanted if name in configuring.CASES]
    if not names or report.is_late():
        _left_out(report, engine, size, names)
        return
    for name, ours in configuring.configuring(library.catalogue(engine, size)).items():
        if name in names:
            report.add({
                "case": name, "engine": engine, "listings": size,
                "rps": round(1000 * len(ours.took) / sum(ours.took), 1),
                "p50_ms": round(ours.p50, 2), "p99_ms": round(ours.p99, 2),
                "cpu_ms": round(ours.cpu_ms, 3), "ratio": 0, "queries": 0,
                "rss_mib": round(_own_peak_mib(), 1),
            })  # fmt: skip


def _own_peak_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
