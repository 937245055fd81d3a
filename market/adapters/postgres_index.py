"""The shared text index: a table of PostgreSQL that several machines read.

The table is a cache like any index: a rebuild fills a new one and swaps names, so it is
kept out of the migrations. Words arrive cut and folded; the database only compares them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from market.search.types import IndexDocument, IndexUnusable, TextHits, TextRequest

VERSION = 2
TABLE = f"search_documents_v{VERSION}"
BATCH = 1000

_CREATE = """
CREATE TABLE {table} (
    id text PRIMARY KEY, product_id text NOT NULL, kind text NOT NULL, star smallint NOT NULL,
    certified boolean NOT NULL, seller text NOT NULL, price bigint NOT NULL,
    opens bigint NOT NULL, closes bigint NOT NULL, words tsvector NOT NULL, names tsvector NOT NULL
)
"""
_PUT = """
INSERT INTO {table}
    (id, product_id, kind, star, certified, seller, price, opens, closes, words, names)
VALUES (:id, :product_id, :kind, :star, :certified, :seller, :price, :opens, :closes,
        array_to_tsvector(CAST(:words AS text[])), array_to_tsvector(CAST(:names AS text[])))
ON CONFLICT (id) DO UPDATE SET product_id = excluded.product_id, kind = excluded.kind,
    star = excluded.star, certified = excluded.certified, seller = excluded.seller,
    price = excluded.price, opens = excluded.opens, closes = excluded.closes,
    words = excluded.words, names = excluded.names
"""
_SEARCH = """
WITH hit AS MATERIALIZED (
    SELECT d.id, d.product_id, d.kind, d.star, d.seller, d.price,
           {kind_score} + 8 * ts_rank(d.words, q.query) + 13 * ts_rank(d.names, q.query)
             + 3 * ts_rank(d.words, q.fallback) AS score
    FROM {table} d, (SELECT CAST(:query AS tsquery) AS query,
                            CAST(:fallback AS tsquery) AS fallback) q
    WHERE d.opens <= :at AND d.closes > :at AND {condition}
), chosen AS (
    SELECT DISTINCT ON (product_id) product_id, id, price, score FROM hit
    WHERE {star_ok} AND {kind_ok} AND {seller_ok} ORDER BY product_id, {order}, id
)
SELECT 'kind' AS facet, kind AS value, count(DISTINCT product_id) AS n, '' AS listing, 0 AS place
FROM hit WHERE {star_ok} AND {seller_ok} GROUP BY kind
UNION ALL
SELECT 'star', CAST(star AS text), count(DISTINCT product_id), '', 0
FROM hit WHERE {kind_ok} AND {seller_ok} GROUP BY star
UNION ALL
SELECT 'seller', seller, count(DISTINCT product_id), '', 0
FROM hit WHERE {star_ok} AND {kind_ok} GROUP BY seller
UNION ALL
SELECT 'total', '', count(*), '', 0 FROM chosen
UNION ALL
SELECT 'hit', product_id, 0, id, place FROM (
    SELECT product_id, id, row_number() OVER (ORDER BY {order}, id) AS place
    FROM chosen ORDER BY place LIMIT :limit
) top
ORDER BY place
"""


class PostgresIndex:
    """A `TextIndex` in the site's own PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def search(self, request: TextRequest) -> TextHits:
        with self._connected() as connection:
            rows = connection.execute(text(_statement(request)), _values(request)).all()
        hits = [row for row in rows if row.facet == "hit"]
        return TextHits(
            tuple(row.value for row in hits),
            tuple(row.listing for row in hits),
            sum(row.n for row in rows if row.facet == "total"),
            {row.value: row.n for row in rows if row.facet == "kind"},
            {int(row.value): row.n for row in rows if row.facet == "star"},
            {row.value: row.n for row in rows if row.facet == "seller"},
        )

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        with self._connected() as connection, connection.begin():
            if removed:
                connection.execute(
                    text(f"DELETE FROM {TABLE} WHERE id = ANY(:ids)"),  # noqa: S608 (a constant)
                    {"ids": list(removed)},
                )
            if documents:
                connection.execute(
                    text(_PUT.format(table=TABLE)), [_row(document) for document in documents]
                )

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        total = 0
        building = f"{TABLE}_building"
        with self.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE IF EXISTS {building}"))
            connection.execute(text(_CREATE.format(table=building)))
            batch: list[dict[str, Any]] = []
            for document in documents:
                batch.append(_row(document))
                total += 1
                if len(batch) == BATCH:
                    connection.execute(text(_PUT.format(table=building)), batch)
                    batch = []
            if batch:
                connection.execute(text(_PUT.format(table=building)), batch)
            _swap(connection, building)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ANALYZE {TABLE}"))
        return total

    def count(self) -> int:
        with self._connected() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {TABLE}")).scalar_one())  # noqa: S608 (a constant)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except ProgrammingError as error:
            raise IndexUnusable(str(error.orig)) from error


def _swap(connection: Connection, building: str) -> None:
    for column, method in (("words", "gin"), ("kind", "btree")):
        connection.execute(text(f"CREATE INDEX ON {building} USING {method} ({column})"))
    connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))
    connection.execute(text(f"ALTER TABLE {building} RENAME TO {TABLE}"))


def _row(document: IndexDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "product_id": document.product_id,
        "kind": document.kind_code,
        "star": document.star,
        "certified": document.certified,
        "seller": document.seller_ids[0] if document.seller_ids else "",
        "price": document.unit_price,
        "opens": document.opens_at,
        "closes": document.closes_at,
        "words": sorted(set(document.words)),
        "names": sorted(set(document.name_words)),
    }


def _statement(request: TextRequest) -> str:
    conditions = []
    if request.kinds:
        conditions.append("d.kind = ANY(:kinds)")
    else:
        conditions.append("(d.words @@ q.query OR d.words @@ q.fallback)")
    if request.certified_only:
        conditions.append("d.certified")
    if request.reach is not None:
        conditions.append("d.seller = ANY(CAST(:reach AS text[]))")
    weights = "CASE d.kind " + " ".join(
        f"WHEN :kind{i} THEN CAST(:weight{i} AS float8)" for i in range(len(request.kinds))
    )
    return _SEARCH.format(
        table=TABLE,
        condition=" AND ".join(conditions),
        kind_score=f"40 * {weights} ELSE 0 END" if request.kinds else "0",
        star_ok="star = ANY(:stars)" if request.stars else "true",
        kind_ok="kind = ANY(:only_kinds)" if request.only_kinds else "true",
        seller_ok="seller = ANY(:sellers)" if request.sellers else "true",
        order="price" if request.sort == "price" else "score DESC, price",
    )


def _values(request: TextRequest) -> dict[str, Any]:
    values: dict[str, Any] = {
        "query": _tsquery(request.words),
        "fallback": _tsquery(request.fallback),
        "at": request.at,
        "limit": request.limit,
    }
    if request.kinds:
        values["kinds"] = list(request.kinds)
        for i, (kind, weight) in enumerate(request.kinds.items()):
            values[f"kind{i}"], values[f"weight{i}"] = kind, weight
    if request.stars:
        values["stars"] = sorted(request.stars)
    if request.only_kinds:
        values["only_kinds"] = sorted(request.only_kinds)
    if request.sellers:
        values["sellers"] = sorted(request.sellers)
    if request.reach is not None:
        values["reach"] = sorted(request.reach)
    return values


def _tsquery(words: Iterable[str]) -> str:
    """Any of the words; each quoted, so that nothing in it is an operator."""
    quoted = [
        "'" + w.replace("\\", "\\\\").replace("'", "''") + "'" for w in words if w.strip(" \0")
    ]
    return " | ".join(quoted)


__all__ = ["PostgresIndex"]
