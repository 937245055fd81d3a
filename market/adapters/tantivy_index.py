"""The fast text index of one machine: tantivy in a directory. An optional dependency.

Products are kept in the order of their price, so that equal scores come cheapest first.
"""

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from market.adapters.index_files import Builds, sizes
from market.search.types import (
    REACH_POINTS,
    IndexDocument,
    IndexUnusable,
    Offer,
    TextHits,
    TextRequest,
    cheapest_first,
    most_sellers,
    scoring,
)

VERSION = "3"
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
    made.add_text_field("offers", stored=True, tokenizer_name="raw", index_option="basic")
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
    return tantivy.Document(
        id=document.id,
        kind=document.kind_code,
        star=str(document.star),
        sellers=list(dict.fromkeys(offer.seller_id for offer in offers)),
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
        offers=json.dumps(offers),
    )


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


def _base(request: TextRequest, *, scored: bool) -> list[tuple[Occur, Query]]:
    """What every question of a request shares: the words or kinds, and the gate."""
    parts = [
        (Occur.Must, _between("opens", None, request.at)),
        (Occur.Must, _between("closes", request.at + 1, None)),
    ]
    parts.append((Occur.MustNot, _elsewhere(request.places)))
    clauses = scoring(request)
    chosen = "kind" if request.kinds else "words"
    selecting = [(Occur.Should, _term(c.field, c.term, c.points)) for c in clauses
                 if c.field == chosen]  # fmt: skip
    parts.append((Occur.Must, Query.boolean_query(selecting) if selecting else Query.empty_query()))
    if scored:
        parts += [
            (Occur.Should, _term(c.field, c.term, c.points)) for c in clauses if c.field != chosen
        ]
        if request.reach:
            parts.append((Occur.Should, _any("stocked", request.reach, REACH_POINTS)))
    if request.certified_only:
        parts.append((Occur.Must, _term("certified", True)))
    return parts


def _elsewhere(places: frozenset[str]) -> Query:
    """What only visitors of other places may find."""
    local = _term("local", True)
    if not places:
        return local
    return Query.boolean_query([(Occur.Must, local), (Occur.MustNot, _any("places", places))])


class _Asked:
    """One request to one searcher."""

    def __init__(self, searcher: Any, request: TextRequest) -> None:
        self.searcher, self.request = searcher, request
        self.plain = _base(request, scored=False)
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
            return found["kind"], found["star"], found[field], found["in_stock"].get("true", 0)
        sellers = self._counts(field, self.kinds, self.stars, among)
        if self.request.reached_only:
            sellers = {s: n for s, n in sellers.items() if s in self.request.reach}
        return (
            self._counts("kind", self.stars, self.offers),
            self._counts("star", self.kinds, self.offers),
            sellers,
            self._in_stock(),
        )

    def _in_stock(self) -> int:
        offered = self._offered(self.request.allowed_sellers, in_stock=True)
        return self._size(self.kinds, self.stars, offered)

    def reached(self) -> int:
        request = self.request
        sellers = request.sellers & request.reach if request.sellers else request.reach
        if not sellers:
            return 0
        return self._size(
            self.kinds, self.stars, self._offered(sellers, in_stock=request.in_stock_only)
        )

    def best(self) -> tuple[int, list[tuple[str, str]]]:
        """(how many, the first `limit` with their best offers)."""
        request = self.request
        by_price = request.sort != "relevance"
        query = Query.boolean_query(
            [*_base(request, scored=not by_price), *self.kinds, *self.stars, *self.offers]
        )
        wanted = request.limit + MARGIN
        if self.offers:
            wanted = max(wanted, FILTERED)
        how: dict[str, Any] = {}
        if by_price:
            how = {"order_by_field": "price", "order": tantivy.Order.Asc}
        found = self.searcher.search(query, limit=wanted, count=True, **how)
        scores = [0 if by_price else -round(score) for score, _ in found.hits]
        places = [place for _, place in found.hits]
        ranked = self._ranked(scores, places)
        return int(found.count), ranked

    def _ranked(self, scores: list[int], places: list[Any]) -> list[tuple[str, str]]:
        limit = self.request.limit
        if not places:
            return []
        if self.offers:
            rows = []
            for score, place in zip(scores, places, strict=True):
                key, offer = self._offer(place)
                rows.append((score, offer.price, key, offer.listing_id))
            return [(row[2], row[3]) for row in sorted(rows)[:limit]]
        prices = self.searcher.fast_field_values("price", places)
        order = sorted(range(len(places)), key=lambda i: (scores[i], prices[i]))
        last = order[min(limit, len(order)) - 1]
        edge = (scores[last], prices[last])
        tied = [i for i in order if (scores[i], prices[i]) <= edge]
        named = sorted((scores[i], prices[i], *self._shown(places[i])) for i in tied)
        return [(row[2], row[3]) for row in named[:limit]]

    def _shown(self, place: Any) -> tuple[str, str]:
        """A product and the cheapest of its offers, whose id stands first in their JSON."""
        document = self.searcher.doc(place)
        _, _, rest = document.get_first("offers").partition('"')
        return document.get_first("id"), rest.partition('"')[0]

    def _offer(self, place: Any) -> tuple[str, Offer]:
        """A product and the cheapest of its offers that satisfies the filters."""
        document = self.searcher.doc(place)
        allowed = self.request.allowed_sellers
        for row in json.loads(document.get_first("offers")):
            offer = Offer(*row)
            if (allowed is None or offer.seller_id in allowed) and (
                offer.in_stock or not self.request.in_stock_only
            ):
                return document.get_first("id"), offer
        return document.get_first("id"), Offer("", "", 2**62)


def _hits(searcher: Any, request: TextRequest) -> TextHits:
    asked = _Asked(searcher, request)
    total, ranked = asked.best()
    ids, listings = tuple(row[0] for row in ranked), tuple(row[1] for row in ranked)
    if not request.facets:
        return TextHits(ids, listings, total)
    kinds, stars, sellers, in_stock = asked.tables()
    return TextHits(
        ids, listings, total, kinds, {int(star): count for star, count in stars.items()},
        most_sellers(sellers), in_stock, asked.reached(),
    )  # fmt: skip


__all__ = ["TantivyIndex"]
