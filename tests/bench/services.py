"""Measurements below the pages: routing among many crews, searching the embedded index."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from typing import Any

from market.app import create_app
from market.db.session import database, reading
from market.kernel.region_code import RegionCode
from market.matching.service import route
from market.providers import routes, trades
from market.search import service as search
from tests.bench.cases import QUERIES
from tests.bench.crews import towns
from tests.bench.data import DataSet
from tests.bench.measure import quantile

REQUESTS = 600
SEARCHES = 80
NEEDED = 3
STATEMENTS = 2  # the crews, the distances


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one thing done many times, in order of size; processor time of each."""

    took: list[float]
    cpu_ms: float

    @property
    def p50(self) -> float:
        return quantile(self.took, 0.5)

    @property
    def p99(self) -> float:
        return quantile(self.took, 0.99)


def timed(call: Callable[[], Any]) -> Timing:
    """One call."""
    began, start = time.process_time(), time.perf_counter()
    call()
    took = (time.perf_counter() - start) * 1000
    return Timing([took], (time.process_time() - began) * 1000)


def together(parts: list[Timing]) -> Timing:
    """Many calls as one measurement."""
    took = sorted(ms for part in parts for ms in part.took)
    return Timing(took, sum(part.cpu_ms for part in parts) / len(parts))


def routing(data: DataSet, requests: int = REQUESTS) -> tuple[Timing, Timing]:
    """(choosing the crews of a request, its one statement on the driver), by turns."""
    create_app(data.settings())
    with reading() as session:
        source = random.Random(5)
        places, known = towns(session, data.size), sorted(trades.trades())
        asked = [
            (RegionCode(source.choice(places)), tuple(sorted(source.sample(known, NEEDED))))
            for _ in range(requests)
        ]
        cursor = session.connection().connection.cursor()

        def walk(region: RegionCode, needed: tuple[str, ...]) -> None:
            statement = routes._shortlist(len(region.prefixes), len(needed), False)
            compiled = _compiled(session.get_bind().dialect, statement)
            values = routes._values(region, needed, routes.BRANCH_LIMIT)
            values["shortlist"] = routes.SHORTLIST
            order = compiled.positiontup
            cursor.execute(str(compiled), [values[n] for n in order] if order else values)
            cursor.fetchall()

        def choose(region: RegionCode, needed: tuple[str, ...]) -> None:
            route(session, "bench", region, needed)

        for region, needed in asked[:50]:  # caches of the database and of statements
            walk(region, needed)
            choose(region, needed)
        done: list[Timing] = []
        for region, needed in asked:
            done.append(timed(lambda at=(region, needed): walk(*at)))
            done.append(timed(lambda at=(region, needed): choose(*at)))
    database().dispose()
    return together(done[1::2]), together(done[::2])


_texts: dict[tuple[str, int], Any] = {}


def _compiled(dialect: Any, statement: Any) -> Any:
    key = dialect.name, id(statement)
    if key not in _texts:
        _texts[key] = statement.compile(dialect=dialect)
    return _texts[key]


def searching(data: DataSet, now: datetime) -> Timing:
    """One page of results with its facets, as the search page asks for it."""
    app = create_app(data.settings())
    index = app.extensions["market.text_index"]
    with reading() as session, app.app_context():

        def find(text: str) -> None:
            search.find(session, index, text, search.SearchChoice(), now=now)

        for text in QUERIES:
            find(text)
        texts = islice(cycle(QUERIES), SEARCHES)
        timing = together([timed(lambda text=text: find(text)) for text in texts])
    database().dispose()
    return timing
