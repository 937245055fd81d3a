"""The shared text index: a table of PostgreSQL that several machines read.

The table is a cache like any index: a rebuild fills a new one and swaps names, so it is
kept out of the migrations. Words arrive cut and folded; the database only compares them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from market.adapters import postgres_sellers
from market.adapters.postgres_question import (
    OFFERED,
    REACHED,
    STOCKED,
    array,
    ask,
    kind_of,
    texts,
    vector,
)
from market.adapters.postgres_sellers import Sellers
from market.db.glance import rows_of_text
from market.search.types import (
    IndexBusy,
    IndexDocument,
    IndexUnusable,
    TextHits,
    TextRequest,
    cheapest_first,
    most_sellers,
)

VERSION = 4
TABLE, NUMBERS = f"search_documents_v{VERSION}", f"search_sellers_v{VERSION}"
WAIT_MS = 20_000  # for another writer
LOCK = 7_340_002  # an advisory lock of the database: one writer at a time
SORTED = 4_000  # products of a build that are put in the order of their kinds
_COLUMNS = (
    "opens", "closes", "price", "star", "stocked", "certified", "is_local", "kind", "id",
    "seller_set", "words", "listings", "sellers", "prices", "stocks", "places",
)  # fmt: skip

# What most questions read stands first, what is shorter before it. `listings` to `stocks` are
# the offers, cheapest first. Of the sellers, each once, the first `stocked` have stock. Sellers
# are numbers.
_CREATE = """
CREATE TABLE {table} (
    opens bigint NOT NULL, closes bigint NOT NULL, price bigint NOT NULL,
    star smallint NOT NULL, stocked smallint NOT NULL, certified boolean NOT NULL,
    is_local boolean NOT NULL, kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,
    seller_set integer[] NOT NULL, words tsvector NOT NULL, listings text[] NOT NULL,
    sellers integer[] NOT NULL, prices bigint[] NOT NULL, stocks boolean[] NOT NULL,
    places text[] NOT NULL
)
"""
_COPY = f"COPY {{table}} ({', '.join(_COLUMNS)}) FROM STDIN"


class PostgresIndex:
    """A `TextIndex` in the site's own PostgreSQL database."""

    name = "postgresql"

    def __init__(
        self, engine: Engine, readers: Engine | None = None, *, wait_ms: int = WAIT_MS
    ) -> None:
        """`readers`: connections for questions, when those outside of transactions are others."""
        self.engine, self.readers, self.wait_ms = engine, readers or engine, wait_ms
        self._known: Sellers | None = None

    def search(self, request: TextRequest) -> TextHits:
        while True:
            known = self._known
            if known is None:
                with self._connected() as connection:
                    known = self._known = postgres_sellers.load(connection, NUMBERS)
            with _unusable():
                rows = _rows(self.readers, *ask(TABLE, NUMBERS, request, known.bits))
            if rows is not None and _state(rows) == known.state:
                return _hits(rows, request, known.ids)
            self._known = None  # others changed the index

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        gone = sorted({*removed, *(document.id for document in documents)})
        with self._connected(self.engine) as connection, connection.begin():
            _lock(connection, self.wait_ms)
            connection.execute(
                text(f"DELETE FROM {TABLE} WHERE id = ANY(:ids)"),  # noqa: S608 (a constant)
                {"ids": gone},
            )
            known = postgres_sellers.load(connection, NUMBERS)
            _copy(connection, TABLE, documents, known)
            postgres_sellers.save(connection, NUMBERS, known)

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        building, known = f"{TABLE}_building", Sellers()
        with self.engine.begin() as connection:
            _lock(connection, self.wait_ms)
            connection.execute(text(f"DROP TABLE IF EXISTS {building}"))
            connection.execute(text(_CREATE.format(table=building)))
            total = _copy(connection, building, documents, known)
            _swap(connection, building, known)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ANALYZE {TABLE}"))
        return total

    def count(self) -> int:
        with self._connected() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {TABLE}")).scalar_one())  # noqa: S608 (a constant)

    def check(self) -> None:
        with self._connected() as connection:
            postgres_sellers.load(connection, NUMBERS)
        self.count()

    @contextmanager
    def _connected(self, engine: Engine | None = None) -> Iterator[Connection]:
        with _unusable(), (engine or self.readers).connect() as connection:
            yield connection


@contextmanager
def _unusable() -> Iterator[None]:
    """Raises IndexUnusable where the database says that there is no index, or a damaged one."""
    try:
        yield
    except ProgrammingError as error:
        raise IndexUnusable(str(error.orig)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") in ("XX001", "XX002", "58P01"):  # damaged
            raise IndexUnusable(str(error.orig)) from error
        raise


# --- questions --------------------------------------------------------------------------

Row = tuple[str, str, str, str, int, int, int]  # facet, kind, product, listing and three numbers


def _rows(engine: Engine, statement: str, values: Mapping[str, Any]) -> Sequence[Row] | None:
    """The answer; None when it knows a seller whose number is too high for this process."""
    try:
        rows: Sequence[Any] = rows_of_text(engine, statement, values)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "2202E":
            raise
        return None
    return rows


def _state(rows: Sequence[Row]) -> postgres_sellers.State | None:
    return next(((row[4], row[5]) for row in rows if row[0] == "state"), None)


def _hits(rows: Sequence[Row], request: TextRequest, sellers: Mapping[int, str]) -> TextHits:
    """Products are counted by kind, star and flags; who ignores which choice is decided here."""
    top, firsts, sold = [], {}, {}
    kinds: dict[str, int] = {}
    stars: dict[int, int] = {}
    total = in_stock = reached = 0
    for facet, said, product, listing, a, b, n in rows:
        if facet == "seller":
            sold[sellers[a]] = n
        elif facet == "hit":
            top.append((-a, b, product, listing))
        elif facet == "first":
            firsts[kind_of(request, said)] = product, listing
        elif facet == "count":
            kind = kind_of(request, said)
            star_ok = not request.stars or a in request.stars
            kind_ok = not request.only_kinds or kind in request.only_kinds
            if star_ok and b & OFFERED:
                kinds[kind] = kinds.get(kind, 0) + n
            if kind_ok and b & OFFERED:
                stars[a] = stars.get(a, 0) + n
            if star_ok and kind_ok:
                total += n if b & OFFERED else 0
                in_stock += n if b & STOCKED else 0
                reached += n if b & REACHED else 0
    top.sort()
    ids, listings = tuple(row[2] for row in top), tuple(row[3] for row in top)
    beside = firsts if request.beside else None
    if not request.facets:
        return TextHits(ids, listings, total, firsts=beside)
    return TextHits(
        ids, listings, total, kinds, stars, most_sellers(sold), in_stock, reached, beside
    )


# --- writing ----------------------------------------------------------------------------


def _lock(connection: Connection, wait_ms: int) -> None:
    """Be the one writer until the transaction ends. Raises IndexBusy when another one stays."""
    connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_ms)}"))
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "55P03":
            raise IndexBusy("another connection writes the index") from error
        raise


def _copy(
    connection: Connection, table: str, documents: Iterable[IndexDocument], known: Sellers
) -> int:
    """Stream the products into the table, those of one kind near each other, because they are
    read together; returns how many."""
    total = 0
    raw: Any = connection.connection.driver_connection
    rest = iter(documents)
    with raw.cursor() as cursor, cursor.copy(_COPY.format(table=table)) as copy:
        while some := [(d.kind_code, _line(d, known)) for d in islice(rest, SORTED)]:
            some.sort(key=itemgetter(0))
            copy.write("".join(line for _, line in some))
            total += len(some)
    return total


def _swap(connection: Connection, building: str, known: Sellers) -> None:
    """The new tables instead of the old ones. A question locks the documents first, so these
    are locked first here too; the tables of the version before last are of no more use."""
    numbers = f"{NUMBERS}_building"
    connection.execute(text(f"DROP TABLE IF EXISTS {numbers}"))
    connection.execute(text(postgres_sellers.CREATE.format(table=numbers)))
    postgres_sellers.save(connection, numbers, known)
    connection.execute(text(f"CREATE UNIQUE INDEX ON {building} (id)"))
    connection.execute(text(f"CREATE INDEX ON {building} USING gin (words)"))
    connection.execute(text(f"CREATE INDEX ON {building} (kind)"))
    connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}, {NUMBERS}"))
    connection.execute(text(f"DROP TABLE IF EXISTS search_documents_v{VERSION - 2}"))
    connection.execute(text(f"ALTER TABLE {building} RENAME TO {TABLE}"))
    connection.execute(text(f"ALTER TABLE {numbers} RENAME TO {NUMBERS}"))


def _line(document: IndexDocument, known: Sellers) -> str:
    """A product as a line of COPY, in the order of the columns."""
    offers = cheapest_first(document.offers)
    sellers = [known.number(offer.seller_id) for offer in offers]
    stocked = dict.fromkeys(n for n, o in zip(sellers, offers, strict=True) if o.in_stock)
    return "\t".join((
        str(document.opens_at),
        str(document.closes_at),
        str(offers[0].price if offers else 2**62),
        str(document.star),
        str(len(stocked)),
        "t" if document.certified else "f",
        "t" if document.places else "f",
        _escaped(document.kind_code),
        _escaped(document.id),
        array(stocked | dict.fromkeys(sellers)),
        _escaped(vector(document.words, document.name_words)),
        _escaped(texts(offer.listing_id for offer in offers)),
        array(sellers),
        array(offer.price for offer in offers),
        array("t" if offer.in_stock else "f" for offer in offers),
        _escaped(texts(document.places)),
    )) + "\n"  # fmt: skip


def _escaped(value: str) -> str:
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    return value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


__all__ = ["PostgresIndex"]
