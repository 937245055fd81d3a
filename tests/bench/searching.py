"""Search below the pages: the service against each engine's own interface, builds, changes.

`search_service` is what the search page asks for: the query understood, its facets (kind, star,
seller, stock, delivery), the first 20, nothing cached. `search_raw` asks the engine for the
same kinds and words and three facets (kind, star, seller) over all that match, the first 20 by
its own ranking, through its own interface and nothing else: no gate, no place, no prices.
The two ask by turns, and each goes first every other time: who goes second finds the pages of
the query in the processor's cache.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from market.app import create_app
from market.catalogue.events import ListingChanged
from market.catalogue.models import Listing
from market.db.session import database, reading, unit_of_work
from market.kernel.events import publish
from market.search import evaluation, jobs
from market.search import service as search
from market.search.types import TextRequest
from market.seed.people import TIANSHENGQIAO
from market.sellers import queries as sellers
from tests.bench.data import DataSet
from tests.bench.services import Timing, timed, together

CASES = ("search_service", "search_raw", "search_build", "search_change")
RUNS = 3
MOST_SECONDS = 60  # a slow engine is asked fewer times, but twice at least
TOP = 20
CHANGES = 5
PUBLIC = Path(__file__).parents[1] / "search" / "data" / "queries_public.csv"


@dataclass(frozen=True)
class Searching:
    """What was measured on one engine. `change` is from the commit to the first answer."""

    service: Timing
    raw: Timing
    documents: int
    per_second: float
    change: Timing


@contextmanager
def _opened(data: DataSet, engine: str) -> Iterator[Any]:
    directory = data.directory / f"search-{engine}"
    settings = replace(data.settings(), search_engine=engine, data_dir=directory, testing=True)
    app = create_app(settings)
    try:
        with app.app_context():
            yield app.extensions["market.text_index"]
    finally:
        database().dispose()


def searching(data: DataSet, engine: str, now: datetime) -> Searching:
    """Build, then ask by turns, then change a price."""
    with _opened(data, engine) as index:
        jobs.keep_tokens()
        began = time.perf_counter()
        documents = jobs.rebuild(index)
        took = time.perf_counter() - began
        service, raw = _asked(index, engine, now)
        change = together([_change(index, turn, now) for turn in range(CHANGES)])
    return Searching(service, raw, documents, documents / took, change)


def _asked(index: Any, engine: str, now: datetime) -> tuple[Timing, Timing]:
    queries = [row.query for row in evaluation.read(PUBLIC)]
    with reading() as session:
        reach = frozenset(sellers.sellers_delivering_to(session, TIANSHENGQIAO))
        choice = search.SearchChoice(size=TOP, reach=reach)
        listening = _Listening(index)
        for query in queries:
            search.find(session, listening, query, choice, now=now)
        requests = [request for request in listening.asked if request.facets]
        ask = RAW[engine](index)
        ours: list[Timing] = []
        plain: list[Timing] = []
        began = time.monotonic()
        for run in range(RUNS + 1):  # the first warms the engine's own caches of files
            if run > 1 and time.monotonic() - began > MOST_SECONDS:
                break
            for turn, (query, request) in enumerate(zip(queries, requests, strict=True), run):
                works = [
                    (ours, lambda q=query: search.find(session, index, q, choice, now=now)),
                    (plain, lambda r=request: ask(r)),
                ]
                for measured, work in works[:: 1 if turn % 2 else -1]:
                    took = timed(work)
                    if run:
                        measured.append(took)
    return together(ours), together(plain)


class _Listening:
    """An index, and what it was asked."""

    def __init__(self, index: Any) -> None:
        self.index, self.asked = index, []  # type: ignore[var-annotated]
        self.name: str = index.name

    def search(self, request: TextRequest) -> Any:
        self.asked.append(request)
        return self.index.search(request)


def _change(index: Any, turn: int, now: datetime) -> Timing:
    """From a price changed in the database to search showing it, by the worker's own job."""
    with unit_of_work() as session:
        listing = session.query(Listing).filter_by(shown=True).order_by(Listing.id).first()
        assert listing is not None
        cheap, key, kind = turn + 1, listing.id, listing.kind_code
        session.execute(update(Listing).where(Listing.id == key).values(unit_price_milli_fen=cheap))
        publish(session, ListingChanged(key))
    request = TextRequest(
        kinds={kind: 1.0}, at=int(now.timestamp()), limit=1, sort="price", facets=False
    )

    def carried() -> None:
        jobs.drain(index)
        assert index.search(request).listing_ids == (key,)

    return timed(carried)


# --- the engines' own interfaces --------------------------------------------------------


def _whoosh(index: Any) -> Callable[[TextRequest], Any]:
    from whoosh import index as files
    from whoosh import query, sorting

    searcher = files.open_dir(str(index.builds.current())).searcher()

    def ask(request: TextRequest) -> Any:
        said = (*request.words, *request.fallback)
        field, terms = ("kind", request.kinds) if request.kinds else ("words", said)
        asked = query.Or([query.Term(field, term) for term in terms])
        if request.kinds:
            asked = query.AndMaybe(
                asked, query.Or([query.Term("words", word) for word in request.words])
            )
        facets = sorting.Facets().add_field("kind").add_field("star")
        facets.add_field("sellers", allow_overlap=True)
        found = searcher.search(asked, limit=request.limit, groupedby=facets)
        counted = [{k: len(v) for k, v in found.groups(name).items()} for name in
                   ("kind", "star", "sellers")]  # fmt: skip
        return [hit["id"] for hit in found], counted

    return ask


def _tantivy(index: Any) -> Callable[[TextRequest], Any]:
    import tantivy
    from tantivy import Occur, Query

    opened = tantivy.Index.open(str(index.builds.current()))
    searcher, schema = opened.searcher(), opened.schema
    facets = {name: {"terms": {"field": name, "size": 4_000}} for name in
              ("kind", "star", "sellers")}  # fmt: skip

    def ask(request: TextRequest) -> Any:
        def term(field: str, value: str) -> Any:
            return Query.term_query(schema, field, value, "basic")

        said = (*request.words, *request.fallback)
        words = [(Occur.Should, term("words", word)) for word in said]
        asked = Query.boolean_query(words)
        if request.kinds:
            kinds = Query.boolean_query([(Occur.Should, term("kind", k)) for k in request.kinds])
            asked = Query.boolean_query([(Occur.Must, kinds), *words])
        found = searcher.search(asked, limit=request.limit)
        ids = [searcher.doc(place).get_first("id") for _, place in found.hits]
        return ids, searcher.aggregate(asked, facets)

    return ask


_SQL = """
WITH hit AS MATERIALIZED (
    SELECT id, kind, star, seller_set, ts_rank(words, CAST(%(words)s AS tsquery)) AS score
    FROM {table} WHERE {condition}
)
SELECT 'kind' AS facet, kind AS value, count(*) AS n FROM hit GROUP BY kind
UNION ALL SELECT 'star', CAST(star AS text), count(*) FROM hit GROUP BY star
UNION ALL SELECT 'seller', CAST(s AS text), count(*) FROM hit, unnest(seller_set) AS s GROUP BY s
UNION ALL SELECT 'hit', id, 0 FROM (SELECT id FROM hit ORDER BY score DESC LIMIT %(limit)s) top
"""


def _postgres(index: Any) -> Callable[[TextRequest], Any]:
    from market.adapters.postgres_index import TABLE
    from market.adapters.postgres_question import quoted

    by_kind = _SQL.format(table=TABLE, condition="kind = ANY(CAST(%(kinds)s AS text[]))")
    by_words = _SQL.format(table=TABLE, condition="words @@ CAST(%(words)s AS tsquery)")

    def ask(request: TextRequest) -> Any:
        said = " | ".join(quoted(word) for word in (*request.words, *request.fallback))
        values: dict[str, Any] = {"words": said, "limit": request.limit}
        if request.kinds:
            values["kinds"] = list(request.kinds)
        with index.readers.connect() as connection:
            statement = by_kind if request.kinds else by_words
            return connection.exec_driver_sql(statement, values).all()

    return ask


RAW: dict[str, Callable[[Any], Callable[[TextRequest], Any]]] = {
    "whoosh": _whoosh,
    "tantivy": _tantivy,
    "postgresql": _postgres,
}


def rows(found: Searching, engine: str, size: int) -> list[dict[str, Any]]:
    """The lines of the report. `ratio` is the raw median divided by the case's own; of
    `search_build`, `rps` counts products per second."""
    lines = []
    for case, timing in (
        ("search_service", found.service), ("search_raw", found.raw),
        ("search_change", found.change),
    ):  # fmt: skip
        lines.append({
            "case": case, "engine": engine, "listings": size,
            "rps": round(1000 * len(timing.took) / sum(timing.took), 1),
            "p50_ms": round(statistics.median(timing.took), 2), "p99_ms": round(timing.p99, 2),
            "cpu_ms": round(timing.cpu_ms, 3),
            "ratio": round(statistics.median(found.raw.took) / statistics.median(timing.took), 3),
            "queries": 0,
        })  # fmt: skip
    took = 1000 * found.documents / found.per_second
    lines.append({
        "case": "search_build", "engine": engine, "listings": size,
        "rps": round(found.per_second, 1), "p50_ms": round(took, 1), "p99_ms": round(took, 1),
        "cpu_ms": 0.0, "ratio": 0.0, "queries": 0,
    })  # fmt: skip
    return lines
