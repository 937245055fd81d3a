"""One SQL statement that answers a request: hits, their number and every facet.

Products are read once. A second look at what was read counts them, a third counts their
sellers, a fourth puts them in order. Words, kinds and sellers are values, so that the text of
the statement depends on little and is prepared.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from market.search.types import (
    FALLBACK_POINTS,
    KIND_POINTS,
    MOST_SELLERS,
    NAME_SHARE,
    REACH_POINTS,
    TextRequest,
    word_points,
)

OFFERED, STOCKED, REACHED = 1, 2, 4  # flags of counted products
LOOKED_AT = 4  # sellers of a product that are looked at one by one; few products have more
_RANK_UNIT = 1.64493406685  # what `ts_rank` divides a match by; see `_ranks`
# Weights of the labels D, C, B, A, at most 1: a word of a product's name carries A.
_LABELS, _ALL_ALIKE = f"{{{1 / (1 + NAME_SHARE)},0,0,1}}", "{1,0,0,1}"
_TROUBLE = re.compile(r"['\\\0 ]")

_SEARCH = """
WITH base AS MATERIALIZED (
    SELECT d.id, {kind} AS kind, d.star, {offer}, d.seller_set, d.stocked,
           {points} AS points{places}
    FROM {table} d {join}
    WHERE d.opens <= %(at)s AND d.closes > %(at)s AND {condition}
)
SELECT 'count' AS facet, CAST(kind AS text), '' AS id, '' AS listing, CAST(star AS bigint) AS a,
       CAST(flags AS bigint) AS b, count(*) AS n
FROM (SELECT kind, star, {flags} AS flags FROM base) flagged GROUP BY kind, star, flags
{sellers}
{firsts}
UNION ALL (
    SELECT 'hit', '', id, listing, {ranked} AS ranked, price, 0 FROM base
    WHERE {offered} AND {star_ok} AND {kind_ok} ORDER BY {order} LIMIT %(limit)s
)
UNION ALL (
    SELECT 'state', '', '', '', CAST(tableoid AS bigint), number, 0 FROM {numbers}
    ORDER BY number DESC LIMIT 1
)
"""
_SELLERS = """
UNION ALL (
    SELECT 'seller', '', '', '', seller, 0, count(*)
    FROM (SELECT unnest({set}) AS seller FROM base WHERE {star_ok} AND {kind_ok}) sold
    WHERE {among} GROUP BY seller ORDER BY count(*) DESC FETCH FIRST {most} ROWS WITH TIES
)
"""
_FIRSTS = """
UNION ALL SELECT 'first', CAST(wanted.kind AS text), best.id, best.listing, 0, 0, 0
FROM unnest(CAST(%(beside)s AS {kinds})) AS wanted(kind) CROSS JOIN LATERAL (
    SELECT id, listing, {ranked} AS ranked FROM base
    WHERE base.kind = wanted.kind AND {offered} AND {star_ok} ORDER BY {order} LIMIT 1
) best
"""
_CHEAPEST = """LEFT JOIN LATERAL (
    SELECT u.price, u.listing
    FROM unnest(d.prices, d.listings, d.sellers, d.stocks) AS u(price, listing, seller, stock)
    WHERE {condition} LIMIT 1
) o ON true"""

Bits = Callable[[frozenset[str]], bytes]
Rank = tuple[str, str, float]  # weights, words, and all their points in the unit of `ts_rank`


@dataclass(frozen=True)
class Shape:
    """What the text of a statement depends on."""

    kinds: int  # none: products are found by words
    ranks: tuple[str, ...]  # weights of labels, for each group of words that weigh the same
    by_points: bool
    certified: bool
    places: bool
    stars: bool
    only_kinds: bool
    in_stock: bool
    reached_only: bool
    reach: bool  # whether anybody delivers
    sellers: bool  # whether any are chosen
    both: bool  # whether any of the chosen delivers
    facets: bool
    beside: bool

    @property
    def allowed(self) -> str | None:
        """The set of sellers whose offers count, None for everybody's."""
        if self.reached_only:
            return self.wanted
        return "sellers" if self.sellers else None

    @property
    def wanted(self) -> str:
        """The set of those who deliver and were chosen, if any were."""
        return "both" if self.sellers else "reach"

    def has(self, sellers: str) -> bool:
        """Whether there are any in such a set."""
        return bool(getattr(self, sellers))


def ask(
    table: str, numbers: str, request: TextRequest, bits: Bits
) -> tuple[str, Mapping[str, Any]]:
    """The statement with the driver's placeholders, and its values.

    `bits` gives a set of sellers as bits, one for each number of a seller.
    """
    by_points = request.sort == "relevance"
    ranks = _ranks(request) if by_points else []
    both = request.sellers & request.reach if request.sellers else frozenset()
    shape = Shape(
        kinds=len(request.kinds), ranks=tuple(labels for labels, _, _ in ranks),
        by_points=by_points, certified=request.certified_only, places=bool(request.places),
        stars=bool(request.stars), only_kinds=bool(request.only_kinds),
        in_stock=request.in_stock_only, reached_only=request.reached_only,
        reach=bool(request.reach), sellers=bool(request.sellers), both=bool(both),
        facets=request.facets, beside=bool(request.beside),
    )  # fmt: skip
    values: dict[str, Any] = {"at": request.at, "limit": request.limit}
    if request.kinds:
        for i, (kind, share) in enumerate(request.kinds.items()):
            values[f"kind{i}"], values[f"share{i}"] = kind, round(KIND_POINTS * share)
    else:
        values["words"] = _any_of((*request.words, *request.fallback))
    for i, (_, words, unit) in enumerate(ranks):
        values[f"rank{i}"], values[f"unit{i}"] = words, unit
    if request.reach:
        values["reach"] = bits(request.reach)
    if request.sellers:
        values["sellers"], values["both"] = bits(request.sellers), bits(both)
    values["places"], values["stars"] = texts(request.places), array(request.stars)
    values["only_kinds"] = _kinds(request, request.only_kinds)
    values["beside"] = _kinds(request, request.beside)
    return _text(table, numbers, shape), values


@lru_cache(maxsize=256)
def _text(table: str, numbers: str, shape: Shape) -> str:
    offers = _offer_filters(shape)
    places = "".join(
        f", {_first_of(sellers)} AS {sellers}_at"
        for sellers in ("reach", "sellers", "both")
        if shape.has(sellers)
    )
    parts = {
        "table": table,
        "numbers": numbers,
        "kind": _kind(shape),
        "kinds": "smallint[]" if shape.kinds else "text[]",
        "offer": "o.price, o.listing" if offers else "d.price, d.listings[1] AS listing",
        "join": _CHEAPEST.format(condition=" AND ".join(offers)) if offers else "",
        "condition": _condition(shape),
        "points": _points(shape),
        "places": places,
        "ranked": _ranked(shape),
        "offered": "listing IS NOT NULL" if offers else "true",
        "star_ok": "star = ANY(CAST(%(stars)s AS smallint[]))" if shape.stars else "true",
        "order": "ranked DESC, price, id" if shape.by_points else "price, id",
    }
    parts["kind_ok"] = "true"
    if shape.only_kinds:
        parts["kind_ok"] = "kind = ANY(CAST(%(only_kinds)s AS {kinds}))".format(**parts)
    parts["flags"] = _flags(shape, parts["offered"])
    parts["sellers"] = _sellers(shape, parts) if shape.facets else ""
    parts["firsts"] = _FIRSTS.format(**parts) if shape.beside else ""
    return " ".join(_SEARCH.format(**parts).split())


def _offer_filters(shape: Shape) -> list[str]:
    filters = []
    if shape.allowed:
        filters.append(_is_one_of("u.seller", shape.allowed) if shape.has(shape.allowed)
                       else "false")  # fmt: skip
    if shape.in_stock:
        filters.append("u.stock")
    return filters


def _condition(shape: Shape) -> str:
    conditions = ["d.words @@ CAST(%(words)s AS tsquery)"]
    if shape.kinds:  # one by one, so that a plan for any of them is as good as one for these
        kinds = ", ".join(f"CAST(%(kind{i})s AS text)" for i in range(shape.kinds))
        conditions = [f"d.kind IN ({kinds})"]
    if shape.certified:
        conditions.append("d.certified")
    everywhere = "NOT d.is_local"
    if shape.places:
        everywhere = f"({everywhere} OR d.places && CAST(%(places)s AS text[]))"
    return " AND ".join([*conditions, everywhere])


def _kind(shape: Shape) -> str:
    """What stands for a product's kind: its place among the kinds asked for, which costs less to
    carry and to group by than its code."""
    if not shape.kinds:
        return "d.kind"
    whens = (f"WHEN CAST(%(kind{i})s AS text) THEN {i}" for i in range(1, shape.kinds))
    number = f"CASE d.kind {' '.join(whens)} ELSE 0 END" if shape.kinds > 1 else "0"
    return f"CAST({number} AS smallint)"


def _kinds(request: TextRequest, kinds: Collection[str]) -> str:
    """Some kinds, as they stand in the statement."""
    if not request.kinds:
        return texts(kinds)
    return array(i for i, kind in enumerate(request.kinds) if kind in kinds)


def kind_of(request: TextRequest, said: str) -> str:
    """The code of a kind that an answer tells of."""
    return list(request.kinds)[int(said)] if request.kinds else said


# --- points -----------------------------------------------------------------------------


def _points(shape: Shape) -> str:
    """What kind and words add; the place is added by `_ranked`. Most products match none of the
    words that are ranked together, and to say so takes a quarter of ranking."""
    parts = [
        f"CASE WHEN d.words @@ CAST(%(rank{i})s AS tsquery) THEN CAST(%(unit{i})s *"
        f" ts_rank('{labels}', d.words, CAST(%(rank{i})s AS tsquery)) AS int) ELSE 0 END"
        for i, labels in enumerate(shape.ranks)
    ]
    if shape.kinds > 1 and shape.by_points:
        kinds = range(shape.kinds)
        whens = (f"WHEN CAST(%(kind{i})s AS text) THEN CAST(%(share{i})s AS int)" for i in kinds)
        parts.append(f"CASE d.kind {' '.join(whens)} END")
    return " + ".join(parts) or "0"


def _ranks(request: TextRequest) -> list[Rank]:
    """The words of the question in groups that weigh the same; other names of its goods.

    For words that stand at one position each, `ts_rank` is the sum of the weights of those
    that match, divided by `_RANK_UNIT` and by the number of words asked. Single precision is
    exact enough to be rounded to whole points.
    """
    groups: dict[float, set[str]] = {}
    for word in filter(plain, request.words):
        groups.setdefault(word_points(word) * (1 + NAME_SHARE), set()).add(word)
    others = set(filter(plain, request.fallback)).difference(request.words)
    ranks = [_rank(_LABELS, words, points) for points, words in groups.items()]
    return [*ranks, _rank(_ALL_ALIKE, others, FALLBACK_POINTS)] if others else ranks


def _rank(labels: str, words: set[str], points: float) -> Rank:
    """For every product `ts_rank` sorts the words, the last one first: those that come in
    descending order of their bytes are compared once instead of n log n times."""
    ordered = sorted(words, key=str.encode, reverse=True)
    return labels, " | ".join(map(quoted, ordered)), _RANK_UNIT * len(words) * points


def _ranked(shape: Shape) -> str:
    if not (shape.reach and shape.by_points):
        return "points"
    return f"points + CASE WHEN reach_at BETWEEN 1 AND stocked THEN {REACH_POINTS} ELSE 0 END"


# --- sellers ----------------------------------------------------------------------------


def _is_one_of(column: str, sellers: str) -> str:
    return f"get_bit(CAST(%({sellers})s AS bytea), {column}) = 1"


def _first_of(sellers: str) -> str:
    """Which of a product's sellers is the first of these, 0 for none. Those with stock stand
    first."""
    whens = [
        f"WHEN {_is_one_of(f'd.seller_set[{i}]', sellers)} THEN {i}"
        for i in range(1, LOOKED_AT + 1)
    ]
    return f"""CASE {" ".join(whens)} WHEN cardinality(d.seller_set) > {LOOKED_AT} THEN (
        SELECT coalesce(min(i), 0) FROM unnest(d.seller_set) WITH ORDINALITY AS u(seller, i)
        WHERE {_is_one_of("u.seller", sellers)}) ELSE 0 END"""  # noqa: S608 (values are parameters)


def _flags(shape: Shape, offered: str) -> str:
    stocked = "stocked > 0"
    if shape.allowed:
        stocked = f"{_at(shape, shape.allowed)} BETWEEN 1 AND stocked"
    reached = f"{_at(shape, shape.wanted)} " + (
        "BETWEEN 1 AND stocked" if shape.in_stock else "> 0"
    )
    tests = ((offered, OFFERED), (stocked, STOCKED), (reached, REACHED))
    return " + ".join(f"CASE WHEN {test} THEN {flag} ELSE 0 END" for test, flag in tests)


def _at(shape: Shape, sellers: str) -> str:
    return f"{sellers}_at" if shape.has(sellers) else "0"


def _sellers(shape: Shape, parts: dict[str, str]) -> str:
    among = "true"
    if shape.reached_only:
        among = _is_one_of("seller", "reach") if shape.reach else "false"
    return _SELLERS.format(
        set="seller_set[1:stocked]" if shape.in_stock else "seller_set",
        among=among, most=MOST_SELLERS, **parts,
    )  # fmt: skip


# --- values -----------------------------------------------------------------------------


def plain(word: str) -> bool:
    """Whether a word can stand in a text vector at all."""
    return bool(word.strip(" \0"))


def quoted(word: str) -> str:
    """A word in quotes, so that nothing in it is an operator."""
    return "'" + word.replace("\0", "").replace("\\", "\\\\").replace("'", "''") + "'"


def vector(words: Collection[str], names: Collection[str]) -> str:
    """The words of a product, each at one position; those of its name carry the label A."""
    if _TROUBLE.search("".join(words)):
        marked = dict.fromkeys(f"{quoted(w)}:1{'A' * (w in names)}" for w in words if plain(w))
        return " ".join(marked)
    named = set(names)
    others = "':1 '".join(word for word in words if word and word not in named)
    first = "':1A '".join(word for word in words if word and word in named)
    return " ".join(
        part for part in (first and f"'{first}':1A", others and f"'{others}':1") if part
    )


def _any_of(words: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(quoted(word) for word in words if plain(word)))


def texts(values: Iterable[str]) -> str:
    """An array of texts, as PostgreSQL reads it."""
    return array('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)


def array(values: Iterable[object]) -> str:
    """An array of things that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"
