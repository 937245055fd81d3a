"""One SQL statement that answers a request: hits, their number and every facet.

Products are read once. A second look at what was read counts them, a third counts their
sellers, a fourth puts them in order. Words, kinds and sellers are values, so that the text of
the statement depends on little and is prepared.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from market.search.types import (
    FALLBACK_SHARE,
    KIND_POINTS,
    MOST_SELLERS,
    NAME_SHARE,
    REACH_POINTS,
    TextRequest,
    word_points,
)

OFFERED, STOCKED, REACHED = 1, 2, 4  # flags of counted products
LOOKED_AT = 4  # sellers of a product that are looked at one by one; few products have more
_RANK_UNIT = 1.64493406685  # what `ts_rank` divides a match by; see `_rank`
_TROUBLE = re.compile(r"['\\\0 ]")

_SEARCH = """
WITH base AS MATERIALIZED (
    SELECT d.id, d.kind, d.star, {offer}, d.seller_set, d.stocked, {points} AS points{places}
    FROM {table} d {join}
    WHERE d.opens <= %(at)s AND d.closes > %(at)s AND {condition}
)
SELECT 'count' AS facet, kind, '' AS id, '' AS listing, CAST(star AS bigint) AS a,
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
UNION ALL SELECT 'first', wanted.kind, best.id, best.listing, 0, 0, 0
FROM unnest(CAST(%(beside)s AS text[])) AS wanted(kind) CROSS JOIN LATERAL (
    SELECT id, listing, {ranked} AS ranked FROM base
    WHERE base.kind = wanted.kind AND {offered} AND {star_ok} ORDER BY {order} LIMIT 1
) best
"""
_CHEAPEST = """LEFT JOIN LATERAL (
    SELECT u.price, u.listing
    FROM unnest(d.prices, d.listings, d.sellers, d.stocks) AS u(price, listing, seller, stock)
    WHERE {condition} LIMIT 1
) o ON true"""

Bits = Callable[[Collection[str]], bytes]


class Question:
    """The statement of a request, with the driver's placeholders, and its values.

    `bits` gives a set of sellers as bits, one for each number of a seller.
    """

    def __init__(self, table: str, numbers: str, request: TextRequest, bits: Bits) -> None:
        self.request, self._bits = request, bits
        self._places: dict[frozenset[str], str] = {}
        self.values: dict[str, Any] = {"at": request.at, "limit": request.limit}
        by_points = request.sort == "relevance"
        offers = self._offer_filters()
        parts = {
            "table": table,
            "numbers": numbers,
            "offer": "o.price, o.listing" if offers else "d.price, d.listings[1] AS listing",
            "join": _CHEAPEST.format(condition=" AND ".join(offers)) if offers else "",
            "condition": self._condition(),
            "points": self._points() if by_points else "0",
            "ranked": self._ranked() if by_points else "0",
            "offered": "listing IS NOT NULL" if offers else "true",
            "star_ok": self._among("star", request.stars, "smallint[]", "stars"),
            "kind_ok": self._among("kind", request.only_kinds, "text[]", "only_kinds"),
            "order": "ranked DESC, price, id" if by_points else "price, id",
        }
        parts["flags"] = self._flags(parts["offered"])
        parts["sellers"] = self._sellers(parts) if request.facets else ""
        parts["firsts"] = _FIRSTS.format(**parts) if request.beside else ""
        if request.beside:
            self.values["beside"] = list(request.beside)
        parts["places"] = "".join(
            f", {self._first_of(sellers, name)} AS {name}" for sellers, name in self._places.items()
        )
        self.statement = _SEARCH.format(**parts)

    def _among(self, column: str, chosen: Collection[Any], type_: str, name: str) -> str:
        if not chosen:
            return "true"
        self.values[name] = sorted(chosen)
        return f"{column} = ANY(CAST(%({name})s AS {type_}))"

    def _offer_filters(self) -> list[str]:
        filters = []
        allowed = self.request.allowed_sellers
        if allowed is not None:
            filters.append(self._is_one_of("u.seller", allowed, "allowed"))
        if self.request.in_stock_only:
            filters.append("u.stock")
        return filters

    def _condition(self) -> str:
        request = self.request
        if request.kinds:
            conditions = ["d.kind = ANY(CAST(%(kinds)s AS text[]))"]
            self.values["kinds"] = list(request.kinds)
        else:
            conditions = ["d.words @@ CAST(%(words)s AS tsquery)"]
            self.values["words"] = _any_of((*request.words, *request.fallback))
        if request.certified_only:
            conditions.append("d.certified")
        everywhere = "d.places = '{}'"
        if request.places:
            self.values["places"] = sorted(request.places)
            everywhere = f"({everywhere} OR d.places && CAST(%(places)s AS text[]))"
        return " AND ".join([*conditions, everywhere])

    # --- points -------------------------------------------------------------------------

    def _points(self) -> str:
        """What kind and words add; the place is added by `_ranked`."""
        request, parts = self.request, []
        if len(request.kinds) > 1:
            shares = request.kinds.values()
            self.values["shares"] = [round(KIND_POINTS * share) for share in shares]
            place = "array_position(CAST(%(kinds)s AS text[]), d.kind)"
            parts.append(f"(CAST(%(shares)s AS int[]))[{place}]")
        classes: dict[int, list[str]] = {}
        for word in dict.fromkeys(request.words):
            classes.setdefault(word_points(word), []).append(word)
        for points, words in sorted(classes.items()):
            parts.append(self._rank(words, points, round(points * NAME_SHARE)))
        classes = {}
        for word in dict.fromkeys(request.fallback):
            if word not in request.words:
                points = round(word_points(word) * FALLBACK_SHARE)
                classes.setdefault(points, []).append(word)
        for points, words in sorted(classes.items()):
            parts.append(self._rank(words, points, 0))
        return " + ".join(part for part in parts if part) or "0"

    def _rank(self, words: Collection[str], points: int, more: int) -> str:
        """So many points for each of these words, `more` for one of the name, in one look.

        For words that stand at one position each, `ts_rank` is the sum of the weights of those
        that match, divided by `_RANK_UNIT` and by the number of words asked. The weights of its
        labels are at most 1. Single precision is exact enough to be rounded to whole points.
        """
        asked = list(dict.fromkeys(quoted(word) for word in words if plain(word)))
        if not asked:
            return ""
        i = sum(name.startswith("rank") for name in self.values)
        self.values[f"rank{i}"] = " | ".join(asked)
        self.values[f"labels{i}"] = [points / (points + more), 0.0, 0.0, 1.0]
        self.values[f"unit{i}"] = _RANK_UNIT * len(asked) * (points + more)
        rank = f"ts_rank(CAST(%(labels{i})s AS real[]), d.words, CAST(%(rank{i})s AS tsquery))"
        return f"CAST(CAST(%(unit{i})s AS float8) * {rank} AS int)"

    def _ranked(self) -> str:
        if not self.request.reach:
            return "points"
        place = self._place(self.request.reach)
        return f"points + CASE WHEN {place} BETWEEN 1 AND stocked THEN {REACH_POINTS} ELSE 0 END"

    # --- sellers ------------------------------------------------------------------------

    def _place(self, sellers: frozenset[str]) -> str:
        """The column that says which of a product's sellers is the first of these, 0 for none.
        Those with stock stand first."""
        if not sellers:
            return "0"
        return self._places.setdefault(sellers, f"place{len(self._places)}")

    def _first_of(self, sellers: frozenset[str], name: str) -> str:
        def is_one(column: str) -> str:
            return self._is_one_of(column, sellers, name)

        whens = [f"WHEN {is_one(f'd.seller_set[{i}]')} THEN {i}" for i in range(1, LOOKED_AT + 1)]
        return f"""CASE {" ".join(whens)} WHEN cardinality(d.seller_set) > {LOOKED_AT} THEN (
            SELECT coalesce(min(i), 0) FROM unnest(d.seller_set) WITH ORDINALITY AS u(seller, i)
            WHERE {is_one("u.seller")}) ELSE 0 END"""  # noqa: S608 (values are parameters)

    def _is_one_of(self, column: str, sellers: frozenset[str], name: str) -> str:
        if not sellers:
            return "false"
        self.values[name] = self._bits(sellers)
        return f"get_bit(CAST(%({name})s AS bytea), {column}) = 1"

    def _flags(self, offered: str) -> str:
        request, allowed = self.request, self.request.allowed_sellers
        stocked = "stocked > 0"
        if allowed is not None:
            stocked = f"{self._place(allowed)} BETWEEN 1 AND stocked"
        both = request.sellers & request.reach if request.sellers else request.reach
        reached = f"{self._place(both)} " + (
            "BETWEEN 1 AND stocked" if request.in_stock_only else "> 0"
        )
        tests = ((offered, OFFERED), (stocked, STOCKED), (reached, REACHED))
        return " + ".join(f"CASE WHEN {test} THEN {flag} ELSE 0 END" for test, flag in tests)

    def _sellers(self, parts: dict[str, str]) -> str:
        among = "true"
        if self.request.reached_only:
            among = self._is_one_of("seller", self.request.reach, "among")
        return _SELLERS.format(
            set="seller_set[1:stocked]" if self.request.in_stock_only else "seller_set",
            among=among, most=MOST_SELLERS, **parts,
        )  # fmt: skip


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
