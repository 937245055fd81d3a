"""One SQL statement that answers a request: hits, their number and every facet."""

from collections.abc import Collection, Iterable
from typing import Any

from market.search.types import REACH_POINTS, Clause, TextRequest, scoring

_SEARCH = """
WITH base AS MATERIALIZED (
    SELECT d.id, d.kind, d.star, d.price, d.listings, d.sellers, d.prices, d.stocks,
           d.seller_set, d.stocked_set, {points} AS points
    FROM {table} d
    WHERE d.opens <= :at AND d.closes > :at AND {condition}
), offered AS MATERIALIZED (
    SELECT b.id, b.kind, b.star, b.points, {offer} FROM base b {join}
)
SELECT 'total' AS facet, '' AS value, count(*) AS n, '' AS listing, CAST(0 AS bigint) AS place
FROM offered WHERE {star_ok} AND {kind_ok}
{facets}
{firsts}
UNION ALL
SELECT 'hit', id, 0, listing, place FROM (
    SELECT id, listing, row_number() OVER (ORDER BY {order}) AS place
    FROM offered WHERE {star_ok} AND {kind_ok} ORDER BY place LIMIT :limit
) top
ORDER BY place
"""
_FACETS = """
UNION ALL SELECT 'kind', kind, count(*), '', 0 FROM offered WHERE {star_ok} GROUP BY kind
UNION ALL SELECT 'star', CAST(star AS text), count(*), '', 0 FROM offered WHERE {kind_ok}
          GROUP BY star
UNION ALL SELECT 'seller', s, count(*), '', 0
          FROM base, unnest({set}) AS s WHERE {star_ok} AND {kind_ok} AND {among} GROUP BY s
UNION ALL SELECT 'stock', '', count(*), '', 0 FROM base
          WHERE {star_ok} AND {kind_ok} AND {stocked}
UNION ALL SELECT 'reach', '', count(*), '', 0 FROM base
          WHERE {star_ok} AND {kind_ok} AND {reached}
"""
_FIRSTS = """
UNION ALL SELECT 'first', kind, 0, id || ' ' || listing, 0 FROM (
    SELECT DISTINCT ON (kind) kind, id, listing FROM offered
    WHERE {star_ok} AND kind = ANY(:beside) ORDER BY kind, {order}
) firsts
"""
_CHEAPEST = """CROSS JOIN LATERAL (
    SELECT u.price, u.listing
    FROM unnest(b.prices, b.listings, b.sellers, b.stocks) AS u(price, listing, seller, stock)
    WHERE {condition} LIMIT 1
) o"""


def ask(table: str, request: TextRequest) -> tuple[str, dict[str, Any]]:
    """The statement and its values; every word is a value, never part of the statement."""
    values: dict[str, Any] = {"at": request.at, "limit": request.limit}
    star_ok = _among("star", sorted(request.stars), "stars", values)
    kind_ok = _among("kind", sorted(request.only_kinds), "only_kinds", values)
    allowed = request.allowed_sellers
    filtered = []
    if allowed is not None:
        filtered.append(_among("u.seller", sorted(allowed), "allowed", values, empty="false"))
    if request.in_stock_only:
        filtered.append("u.stock")
    set_ = "stocked_set" if request.in_stock_only else "seller_set"
    facets = ""
    if request.facets:
        facets = _FACETS.format(
            star_ok=star_ok, kind_ok=kind_ok, set=set_,
            among=_among("s", sorted(request.reach), "reach", values, empty="false")
            if request.reached_only else "true",
            stocked=_overlaps("stocked_set", allowed, "allowed", values),
            reached=_overlaps(set_, _both(request), "both", values),
        )  # fmt: skip
    order = "price, id" if request.sort == "price" else "points DESC, price, id"
    firsts = ""
    if request.beside:
        values["beside"] = list(request.beside)
        firsts = _FIRSTS.format(star_ok=star_ok, order=order)
    statement = _SEARCH.format(
        table=table,
        points=_points(request, values),
        condition=_condition(request, values),
        offer="o.price, o.listing" if filtered else "b.price, b.listings[1] AS listing",
        join=_CHEAPEST.format(condition=" AND ".join(filtered)) if filtered else "",
        star_ok=star_ok,
        kind_ok=kind_ok,
        facets=facets,
        firsts=firsts,
        order=order,
    )
    return statement, values


def _both(request: TextRequest) -> frozenset[str]:
    return request.sellers & request.reach if request.sellers else request.reach


def _among(
    column: str, chosen: list[Any], name: str, values: dict[str, Any], empty: str = "true"
) -> str:
    if not chosen:
        return empty
    values[name] = chosen
    return f"{column} = ANY(:{name})"


def _overlaps(
    column: str, sellers: frozenset[str] | None, name: str, values: dict[str, Any]
) -> str:
    """Whether any (None: whatever) of these sellers is in a column of sellers."""
    if sellers is None:
        return f"cardinality({column}) > 0"
    inside = _among("x", sorted(sellers), name, values, empty="false")
    return f"EXISTS (SELECT FROM unnest({column}) AS x WHERE {inside})"


def _condition(request: TextRequest, values: dict[str, Any]) -> str:
    conditions = []
    if request.kinds:
        conditions.append("d.kind = ANY(:kinds)")
        values["kinds"] = sorted(request.kinds)
    else:
        conditions.append("d.words @@ CAST(:words AS tsquery)")
    if request.certified_only:
        conditions.append("d.certified")
    everywhere = "cardinality(d.places) = 0"
    if request.places:
        values["places"] = sorted(request.places)
        everywhere = f"({everywhere} OR d.places && CAST(:places AS text[]))"
    conditions.append(everywhere)
    return " AND ".join(conditions)


def _points(request: TextRequest, values: dict[str, Any]) -> str:
    """The sum of what matches. Words are only looked at where any of them is there."""
    clauses = scoring(request)
    kinds = [clause for clause in clauses if clause.field == "kind"]
    words = [c for c in clauses if c.field != "kind" and plain(c.term)]
    values["words"] = _tsquery(clause.term for clause in words)
    parts = ["0"]
    if kinds and request.sort == "relevance":
        parts.append(f"CASE d.kind {_whens(kinds, values)} ELSE 0 END")
    if words and request.sort == "relevance":
        added = []
        for i, clause in enumerate(words):
            values[f"w{i}"] = quoted(clause.term)
            test = f"d.{clause.field} @@ CAST(:w{i} AS tsquery)"
            added.append(f"CASE WHEN {test} THEN {clause.points} ELSE 0 END")
        any_word = "d.words @@ CAST(:words AS tsquery)"
        parts.append(f"CASE WHEN {any_word} THEN {' + '.join(added)} ELSE 0 END")
    if request.reach and request.sort == "relevance":
        here = _overlaps("d.stocked_set", request.reach, "reach", values)
        parts.append(f"CASE WHEN {here} THEN {REACH_POINTS} ELSE 0 END")
    return " + ".join(parts)


def _whens(kinds: Collection[Clause], values: dict[str, Any]) -> str:
    whens = []
    for i, clause in enumerate(kinds):
        values[f"k{i}"] = clause.term
        whens.append(f"WHEN :k{i} THEN {clause.points}")
    return " ".join(whens)


def plain(word: str) -> bool:
    """Whether a word can stand in a text vector at all."""
    return bool(word.strip(" \0"))


def quoted(word: str) -> str:
    """A word in quotes, so that nothing in it is an operator."""
    return "'" + word.replace("\0", "").replace("\\", "\\\\").replace("'", "''") + "'"


def _tsquery(words: Iterable[str]) -> str:
    return " | ".join(quoted(word) for word in dict.fromkeys(words))
