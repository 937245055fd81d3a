"""The fast text index of one machine: tantivy in a directory. An optional dependency.

Products are kept in the order of their price, so that equal scores come cheapest first.
"""

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from market.adapters.index_files import Builds, sizes
from market.search.types import (
    KIND_POINTS,
    REACH_POINTS,
    Clause,
    IndexDocument,
    IndexUnusable,
    Offer,
    TextHits,
    TextRequest,
    cheapest_first,
    most_sellers,
    scoring,
)

VERSION = "4"
HEAP = 64_000_000
MARGIN = 200  # fetched beyond the limit, so that equal scores of several segments sort by price
FILTERED = 2_000  # under a filter of offers, prices are exact among this many
SELLERS = 4_000
FEW = 100  # terms that are asked for one by one


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    for name in ("kind", "star"):
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("sellers", "stocked"):
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("words", "names"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    made.add_text_field("places", tokenizer_name="raw", index_option="basic")
    made.add_boolean_field("local", indexed=True)
    made.add_boolean_field("certified", indexed=True)
    made.add_boolean_field("in_stock", indexed=True, fast=True)
    for name in ("price", "opens", "closes"):
        made.add_integer_field(name, indexed=True, fast=True)
    made.add_bytes_field("offers", stored=True, indexed=False)  # as a text each would be a term
    return made.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class Opened:
    """One build, opened."""

    name: str
    index: Any
    state: bytes
    files: dict[str, int]


class TantivyIndex:
    """A `TextIndex` in a directory of this machine."""

    name = "tantivy"

    def __init__(self, directory: Path) -> None:
        self.builds = Builds(directory, f"t{VERSION}")
        self.root = directory
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    def search(self, request: TextRequest) -> TextHits:
        with self._reading() as searcher:
            return _hits(searcher, request)

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        try:
            with self.builds.writing():
                index = tantivy.Index.open(str(self.builds.current()))
                writer = index.writer(heap_size=HEAP, num_threads=1)
                for key in (*removed, *(document.id for document in documents)):
                    writer.delete_documents_by_term("id", key)
                for document in documents:
                    writer.add_document(_document(document))
                writer.commit()
                writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise IndexUnusable(str(error)) from error

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        total = 0
        with self.builds.writing(), self.builds.fresh() as directory:
            index = tantivy.Index(SCHEMA, str(directory), sort_by_field="price")
            writer = index.writer(heap_size=4 * HEAP, num_threads=1)
            for document in documents:
                writer.add_document(_document(document))
                total += 1
            writer.commit()
            writer.wait_merging_threads()
        return total

    def count(self) -> int:
        with self._reading() as searcher:
            return int(searcher.num_docs)

    def check(self) -> None:
        self.builds.check()
        self.count()

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """The newest state; anything broken means: rebuild."""
        try:
            with self._lock:
                opened = self._opened = self._newest(self._opened)
            yield opened.index.searcher()
        except IndexUnusable:
            self._opened = None
            raise
        except BaseException as error:
            self._opened = None
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise  # an interrupt, not the library giving up on what it read
            self.builds.doubt(error if isinstance(error, Exception) else ValueError(str(error)))
            raise IndexUnusable(f"{type(error).__name__}: {error}") from error

    def _newest(self, known: Opened | None) -> Opened:
        directory = self.builds.current()
        state = (directory / "meta.json").read_bytes()
        if known and known.name == directory.name and known.state == state:
            if sizes(directory, known.files) != known.files:
                raise IndexUnusable("a file of the index was cut short")
            return known
        files = sizes(directory, _segment_files(directory, state))
        if known and known.name == directory.name:
            index = known.index
            index.reload()
        else:
            index = tantivy.Index.open(str(directory))
            index.config_reader(reload_policy="manual")
            index.reload()
        return Opened(directory.name, index, state, files)


def _segment_files(directory: Path, state: bytes) -> list[str]:
    parts = {part["segment_id"].replace("-", "") for part in json.loads(state)["segments"]}
    return [p.name for p in directory.iterdir() if p.name.partition(".")[0] in parts]


def _document(document: IndexDocument) -> tantivy.Document:
    offers = cheapest_first(document.offers)
    stocked = [offer.seller_id for offer in offers if offer.in_stock]
    made = tantivy.Document(
        id=document.id,
        kind=document.kind_code,
        star=str(document.star),
        sellers=list({offer.seller_id: 0 for offer in offers}),
        stocked=list(dict.fromkeys(stocked)),
        words=" ".join(document.words),
        names=" ".join(document.name_words),
        places=list(document.places),
        local=bool(document.places),
        certified=document.certified,
        in_stock=bool(stocked),
        price=offers[0].price if offers else 2**62,
        opens=document.opens_at,
        closes=document.closes_at,
    )
    made.add_bytes("offers", _packed(offers))
    return made


def _packed(offers: Iterable[Offer]) -> bytes:
    """Offers as they are stored: a line each. No id holds a space; JSON takes three times as
    long."""
    return "\n".join([f"{key} {by} {price} {+there}" for key, by, price, there in offers]).encode()


def _unpacked(stored: bytes) -> Iterator[Offer]:
    for line in stored.decode().splitlines():
        key, by, price, there = line.split(" ")
        yield Offer(key, by, int(price), there == "1")


# --- questions --------------------------------------------------------------------------


def _term(field: str, value: Any, points: float = 0.0) -> Query:
    return Query.const_score_query(Query.term_query(SCHEMA, field, value, "basic"), points)


def _any(field: str, values: Collection[str], points: float = 0.0) -> Query:
    """A set of terms walks the whole dictionary of the field, whatever its size; few terms cost
    a third of that one by one, many more than it."""
    if len(values) > FEW:
        many = Query.term_set_query(SCHEMA, field, sorted(values))
        return Query.const_score_query(many, points)
    terms = [(Occur.Should, Query.term_query(SCHEMA, field, value, "basic")) for value in values]
    return Query.const_score_query(Query.boolean_query(terms), points)


def _between(field: str, lower: int | None, upper: int | None) -> Query:
    kind = tantivy.FieldType.Integer
    return Query.const_score_query(Query.range_query(SCHEMA, field, kind, lower, upper), 0.0)


def _gate(request: TextRequest) -> list[tuple[Occur, Query]]:
    """What every question of a request shares besides what it is about."""
    parts = [
        (Occur.Must, _between("opens", None, request.at)),
        (Occur.Must, _between("closes", request.at + 1, None)),
        (Occur.MustNot, _elsewhere(request.places)),
    ]
    if request.certified_only:
        parts.append((Occur.Must, _term("certified", True)))
    return parts


def _points(clauses: Iterable[Clause]) -> list[tuple[Occur, Query]]:
    return [(Occur.Should, _term(one.field, one.term, one.points)) for one in clauses]


def _elsewhere(places: frozenset[str]) -> Query:
    """What only visitors of other places may find."""
    local = _term("local", True)
    if not places:
        return local
    return Query.boolean_query([(Occur.Must, local), (Occur.MustNot, _any("places", places))])


class _Asked:
    """One request to one searcher.

    `there`: the only sellers of what is found, once they are counted. Among 355 who deliver to
    a place few may be, and where all of them deliver there, nobody has to be asked for.
    """

    def __init__(self, searcher: Any, request: TextRequest) -> None:
        self.searcher, self.request = searcher, request
        self.there: frozenset[str] | None = None
        self.gate, self.clauses = _gate(request), scoring(request)
        self.by = "kind" if request.kinds else "words"  # what selects; all else ranks
        selecting = _points(one for one in self.clauses if one.field == self.by)
        what = Query.boolean_query(selecting) if selecting else Query.empty_query()
        self.plain = [*self.gate, (Occur.Must, what)]
        self.kinds = self._filter("kind", request.only_kinds)
        self.stars = self._filter("star", {str(star) for star in request.stars})
        self.offers = self._offered(request.allowed_sellers, in_stock=request.in_stock_only)

    @staticmethod
    def _filter(field: str, chosen: Collection[str]) -> list[tuple[Occur, Query]]:
        return [(Occur.Must, _any(field, chosen))] if chosen else []

    @staticmethod
    def _offered(
        sellers: frozenset[str] | None, *, in_stock: bool
    ) -> list[tuple[Occur, Query]]:  # fmt: skip
        if sellers is not None:
            if not sellers:
                return [(Occur.Must, Query.empty_query())]
            return [(Occur.Must, _any("stocked" if in_stock else "sellers", sellers))]
        return [(Occur.Must, _term("in_stock", True))] if in_stock else []

    def _counts(self, field: str, *filters: list[tuple[Occur, Query]]) -> dict[str, int]:
        return self._tables([field], *filters)[field]

    def _tables(
        self, fields: Sequence[str], *filters: list[tuple[Occur, Query]]
    ) -> dict[str, dict[str, int]]:
        query = Query.boolean_query([*self.plain, *(part for one in filters for part in one)])
        asked = {field: {"terms": {"field": field, "size": SELLERS}} for field in fields}
        answer = self.searcher.aggregate(query, asked)
        return {
            field: {
                row.get("key_as_string", row["key"]): row["doc_count"]
                for row in answer[field]["buckets"]
            }
            for field in fields
        }

    def _size(self, *filters: list[tuple[Occur, Query]]) -> int:
        query = Query.boolean_query([*self.plain, *(part for one in filters for part in one)])
        return int(self.searcher.search(query, limit=1, count=True).count)

    def tables(self) -> tuple[dict[str, int], dict[str, int], dict[str, int], int]:
        """Counts per kind, star and seller, and in stock; one question when nothing is chosen."""
        field = "stocked" if self.request.in_stock_only else "sellers"
        among = None
        if self.request.reached_only:
            among = self._offered(self.request.reach, in_stock=self.request.in_stock_only)
        else:
            among = self._offered(None, in_stock=self.request.in_stock_only)
        if not (self.kinds or self.stars or self.offers):
            found = self._tables(["kind", "star", field, "in_stock"])
            self._met(found[field])
            return found["kind"], found["star"], found[field], found["in_stock"].get("true", 0)
        sellers = self._counts(field, self.kinds, self.stars, among)
        self._met(sellers)
        if self.request.reached_only:
            sellers = {s: n for s, n in sellers.items() if s in self.request.reach}
        return (
            self._counts("kind", self.stars, self.offers),
            self._counts("star", self.kinds, self.offers),
            sellers,
            self._in_stock(),
        )

    def _met(self, sellers: Collection[str]) -> None:
        if len(sellers) < SELLERS:
            self.there = frozenset(sellers)

    def _in_stock(self) -> int:
        offered = self._offered(self.request.allowed_sellers, in_stock=True)
        return self._size(self.kinds, self.stars, offered)

    def reached(self, total: int) -> int:
        """How many there would be of those who deliver to the place; `total` are found as it is."""
        request = self.request
        sellers: frozenset[str] | None
        sellers = request.sellers & request.reach if request.sellers else request.reach
        if self.there is not None:
            everybody = self.there <= sellers and not request.reached_only
            sellers = None if everybody else sellers & self.there
        if sellers is None and not self.offers:
            return total
        if sellers is not None and not sellers:
            return 0
        return self._size(
            self.kinds, self.stars, self._offered(sellers, in_stock=request.in_stock_only)
        )

    def best(self) -> tuple[int, list[tuple[str, str]]]:
        """(how many, the first `limit` with their best offers)."""
        return self._top(self.plain, self.request.limit)

    def firsts(self) -> dict[str, tuple[str, str]]:
        """The first product of each of the kinds that are wanted besides."""
        found = {}
        for kind in self.request.beside:
            only = [*self.gate, (Occur.Must, _term("kind", kind, KIND_POINTS))]
            if first := self._top(only, 1)[1]:
                found[kind] = first[0]
        return found

    @cached_property
    def ranking(self) -> list[tuple[Occur, Query]]:
        """What adds points to what is found anyway. Sellers are counted before, if at all."""
        if self.request.sort != "relevance":
            return []
        parts = _points(one for one in self.clauses if one.field != self.by)
        reach, there = self.request.reach, self.there
        if there is not None and there <= reach:
            parts.append((Occur.Should, _term("in_stock", True, REACH_POINTS)))
        elif reach := reach if there is None else reach & there:
            parts.append((Occur.Should, _any("stocked", reach, REACH_POINTS)))
        return parts

    def _top(
        self, what: list[tuple[Occur, Query]], limit: int
    ) -> tuple[int, list[tuple[str, str]]]:
        query = Query.boolean_query([*what, *self.ranking, *self.kinds, *self.stars, *self.offers])
        wanted = limit + MARGIN
        if self.offers:
            wanted = max(wanted, FILTERED)
        by_price = self.request.sort != "relevance"
        how: dict[str, Any] = {}
        if by_price:
            how = {"order_by_field": "price", "order": tantivy.Order.Asc}
        found = self.searcher.search(query, limit=wanted, count=True, **how)
        # Sums of whole numbers, so that equal is equal.
        scores = [0.0 if by_price else -score for score, _ in found.hits]
        places = [place for _, place in found.hits]
        return int(found.count), self._ranked(scores, places, limit)

    def _ranked(self, scores: list[float], places: list[Any], limit: int) -> list[tuple[str, str]]:
        if not places:
            return []
        if self.offers:
            rows = []
            for score, place in zip(scores, places, strict=True):
                key, offer = self._offer(place)
                rows.append((score, offer.price, key, offer.listing_id))
            return [(row[2], row[3]) for row in sorted(rows)[:limit]]
        prices = self.searcher.fast_field_values("price", places)
        order = sorted(zip(scores, prices, range(len(places)), strict=True))
        edge = order[min(limit, len(order)) - 1][:2]
        tied = takewhile(lambda row: row[:2] <= edge, order)
        named = sorted((score, price, *self._shown(places[i])) for score, price, i in tied)
        return [(row[2], row[3]) for row in named[:limit]]

    def _shown(self, place: Any) -> tuple[str, str]:
        """A product and the cheapest of its offers, which stands first."""
        document = self.searcher.doc(place)
        return document.get_first("id"), document.get_first("offers").partition(b" ")[0].decode()

    def _offer(self, place: Any) -> tuple[str, Offer]:
        """A product and the cheapest of its offers that satisfies the filters."""
        document = self.searcher.doc(place)
        allowed = self.request.allowed_sellers
        for offer in _unpacked(document.get_first("offers")):
            if (allowed is None or offer.seller_id in allowed) and (
                offer.in_stock or not self.request.in_stock_only
            ):
                return document.get_first("id"), offer
        return document.get_first("id"), Offer("", "", 2**62)


def _hits(searcher: Any, request: TextRequest) -> TextHits:
    asked = _Asked(searcher, request)
    counted = asked.tables() if request.facets else None
    total, ranked = asked.best()
    ids, listings = tuple(row[0] for row in ranked), tuple(row[1] for row in ranked)
    firsts = asked.firsts() if request.beside else None
    if counted is None:
        return TextHits(ids, listings, total, firsts=firsts)
    kinds, stars, sellers, in_stock = counted
    return TextHits(
        ids, listings, total, kinds, {int(star): count for star, count in stars.items()},
        most_sellers(sellers), in_stock, asked.reached(total), firsts,
    )  # fmt: skip


__all__ = ["TantivyIndex"]
