"""The shared text index: a table of PostgreSQL that several machines read.

The table is a cache like any index: a rebuild fills a new one and swaps names, so it is
kept out of the migrations. Words arrive cut and folded; the database only compares them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from market.adapters import postgres_question as question
from market.search.types import (
    IndexBusy,
    IndexDocument,
    IndexUnusable,
    TextHits,
    TextRequest,
    cheapest_first,
    most_sellers,
)

VERSION = 3
TABLE = f"search_documents_v{VERSION}"
WAIT_MS = 20_000  # for another writer
LOCK = 7_340_002  # an advisory lock of the database: one writer at a time
_COLUMNS = (
    "id", "kind", "star", "certified", "opens", "closes", "price", "words", "names",
    "listings", "sellers", "prices", "stocks", "seller_set", "stocked_set",
    "places",
)  # fmt: skip

_CREATE = """
CREATE TABLE {table} (
    id text COLLATE "C" NOT NULL, kind text NOT NULL, star smallint NOT NULL,
    certified boolean NOT NULL, opens bigint NOT NULL, closes bigint NOT NULL,
    price bigint NOT NULL, words tsvector NOT NULL, names tsvector NOT NULL,
    listings text[] NOT NULL, sellers text[] NOT NULL, prices bigint[] NOT NULL,
    stocks boolean[] NOT NULL, seller_set text[] NOT NULL, stocked_set text[] NOT NULL,
    places text[] NOT NULL
)
"""
_PUT = f"""
INSERT INTO {TABLE} ({", ".join(_COLUMNS)}) VALUES (
    :id, :kind, :star, :certified, :opens, :closes, :price, CAST(:words AS tsvector),
    CAST(:names AS tsvector), CAST(:listings AS text[]), CAST(:sellers AS text[]),
    CAST(:prices AS bigint[]), CAST(:stocks AS boolean[]), CAST(:seller_set AS text[]),
    CAST(:stocked_set AS text[]), CAST(:places AS text[]))
"""  # noqa: S608 (constants)


class PostgresIndex:
    """A `TextIndex` in the site's own PostgreSQL database."""

    name = "postgresql"

    def __init__(self, engine: Engine, wait_ms: int = WAIT_MS) -> None:
        self.engine, self.wait_ms = engine, wait_ms

    def search(self, request: TextRequest) -> TextHits:
        statement, values = question.ask(TABLE, request)
        with self._connected() as connection:
            rows = connection.execute(text(statement), values).all()
        hits = [row for row in rows if row.facet == "hit"]
        counted = {row.facet: row.n for row in rows if row.facet in ("total", "stock", "reach")}
        return TextHits(
            tuple(row.value for row in hits),
            tuple(row.listing for row in hits),
            counted.get("total", 0),
            {row.value: row.n for row in rows if row.facet == "kind"},
            {int(row.value): row.n for row in rows if row.facet == "star"},
            most_sellers({row.value: row.n for row in rows if row.facet == "seller"}),
            counted.get("stock", 0),
            counted.get("reach", 0),
            _firsts(rows) if request.beside else None,
        )

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        gone = sorted({*removed, *(document.id for document in documents)})
        with self._connected() as connection, connection.begin():
            _lock(connection, self.wait_ms)
            connection.execute(
                text(f"DELETE FROM {TABLE} WHERE id = ANY(:ids)"),  # noqa: S608 (a constant)
                {"ids": gone},
            )
            if documents:
                connection.execute(text(_PUT), [_row(document) for document in documents])

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        building = f"{TABLE}_building"
        with self.engine.begin() as connection:
            _lock(connection, self.wait_ms)
            connection.execute(text(f"DROP TABLE IF EXISTS {building}"))
            connection.execute(text(_CREATE.format(table=building)))
            total = _copy(connection, building, documents)
            _swap(connection, building)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ANALYZE {TABLE}"))
        return total

    def count(self) -> int:
        with self._connected() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {TABLE}")).scalar_one())  # noqa: S608 (a constant)

    def check(self) -> None:
        self.count()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except ProgrammingError as error:
            raise IndexUnusable(str(error.orig)) from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") in ("XX001", "XX002", "58P01"):  # damaged
                raise IndexUnusable(str(error.orig)) from error
            raise


def _firsts(rows: Iterable[Any]) -> dict[str, tuple[str, str]]:
    pairs = {row.value: row.listing.partition(" ") for row in rows if row.facet == "first"}
    return {kind: (product, listing) for kind, (product, _, listing) in pairs.items()}


def _lock(connection: Connection, wait_ms: int) -> None:
    """Be the one writer until the transaction ends. Raises IndexBusy when another one stays."""
    connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_ms)}"))
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "55P03":
            raise IndexBusy("another connection writes the index") from error
        raise


def _copy(connection: Connection, table: str, documents: Iterable[IndexDocument]) -> int:
    """Stream the products into the table; returns how many."""
    total = 0
    raw: Any = connection.connection.driver_connection
    statement = f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for document in documents:
            copy.write_row([*_row(document).values()])
            total += 1
    return total


def _swap(connection: Connection, building: str) -> None:
    connection.execute(text(f"CREATE UNIQUE INDEX ON {building} (id)"))
    connection.execute(text(f"CREATE INDEX ON {building} USING gin (words)"))
    connection.execute(text(f"CREATE INDEX ON {building} (kind)"))
    connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))
    connection.execute(text(f"ALTER TABLE {building} RENAME TO {TABLE}"))


def _row(document: IndexDocument) -> dict[str, Any]:
    """A product in the order of the columns, its offers cheapest first."""
    offers = cheapest_first(document.offers)
    return {
        "id": document.id,
        "kind": document.kind_code,
        "star": document.star,
        "certified": document.certified,
        "opens": document.opens_at,
        "closes": document.closes_at,
        "price": offers[0].price if offers else 2**62,
        "words": _tsvector(document.words),
        "names": _tsvector(document.name_words),
        "listings": [offer.listing_id for offer in offers],
        "sellers": [offer.seller_id for offer in offers],
        "prices": [offer.price for offer in offers],
        "stocks": [offer.in_stock for offer in offers],
        "seller_set": list(dict.fromkeys(offer.seller_id for offer in offers)),
        "stocked_set": list(dict.fromkeys(o.seller_id for o in offers if o.in_stock)),
        "places": list(document.places),
    }


def _tsvector(words: Iterable[str]) -> str:
    return " ".join(question.quoted(word) for word in words if question.plain(word))


__all__ = ["PostgresIndex"]
