"""The embedded text index: Whoosh in a directory, one writer, readers that notice changes.

Whoosh keeps the words and survives a kill in the middle of a write; what is counted and
ordered is taken from `whoosh_columns`, so that no hit is walked in Python.
"""

import heapq
import os
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import index, query

from market.adapters import whoosh_files
from market.adapters.index_files import Builds, sizes
from market.adapters.whoosh_build import build, codec, row
from market.adapters.whoosh_columns import Columns, positions, union
from market.search.types import (
    REACH_POINTS,
    IndexDocument,
    IndexUnusable,
    TextHits,
    TextRequest,
    most_sellers,
    scoring,
)

whoosh_files.install()
VERSION = "3"
PROCESSES = min(4, os.cpu_count() or 1)
Ranked = tuple[int, int, str, "Segment", int]  # points downwards, price, id, where


@dataclass(frozen=True, eq=False)
class Segment:
    """A part of the index: its reader, its columns and what was taken out of it."""

    reader: Any
    columns: Columns
    deleted: int


@dataclass(frozen=True)
class Opened:
    """One state of the index."""

    name: str
    handle: Any
    generation: int
    files: dict[str, int]
    segments: tuple[Segment, ...]


class WhooshIndex:
    """A `TextIndex` in a directory of this machine."""

    name = "whoosh"

    def __init__(self, directory: Path, processes: int = PROCESSES) -> None:
        self.builds = Builds(directory, f"v{VERSION}")
        self.root = directory
        self.processes = processes
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    def search(self, request: TextRequest) -> TextHits:
        with self._reading() as opened:
            try:
                return _hits(opened.segments, request)
            finally:
                for segment in opened.segments:
                    whoosh_files.give_back(segment.reader)

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        gone = [*removed, *(document.id for document in documents)]
        try:
            with self.builds.writing(), self._writer() as writer:
                if gone:
                    writer.delete_by_query(query.Or([query.Term("id", key) for key in gone]))
                for document in documents:
                    writer.add_document(**row(document))
        except (index.IndexError, OSError, ValueError) as error:
            raise IndexUnusable(str(error)) from error

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        handle = index.open_dir(str(self.builds.current()))
        try:
            with handle.writer(timeout=15, codec=codec()) as writer:
                yield writer
        finally:
            handle.close()

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        with self.builds.writing(), self.builds.fresh() as directory:
            return build(directory, documents, self.processes)

    def count(self) -> int:
        with self._reading() as opened:
            return sum(s.columns.size - s.deleted.bit_count() for s in opened.segments)

    def check(self) -> None:
        self.builds.check()
        self.count()

    @contextmanager
    def _reading(self) -> Iterator[Opened]:
        """The newest state; anything broken means: rebuild."""
        try:
            with self._lock:
                opened = self._opened = self._newest(self._opened)
            yield opened
        except IndexUnusable:
            self._opened = None
            raise
        except Exception as error:
            self._opened = None
            self.builds.doubt(error)
            raise IndexUnusable(f"{type(error).__name__}: {error}") from error

    def _newest(self, known: Opened | None) -> Opened:
        directory = self.builds.current()
        same = known is not None and known.name == directory.name
        handle = known.handle if known and same else index.open_dir(str(directory))
        generation = handle.latest_generation()
        if known and same and known.generation == generation:
            if sizes(directory, known.files) != known.files:
                raise IndexUnusable("a file of the index was cut short")
            return known
        reader = handle.reader()
        kept = {s.reader.segment().segment_id(): s.columns for s in known.segments} if known else {}
        leaves = reader.leaf_readers() if reader.doc_count_all() else ()  # empty: no segment
        segments = tuple(_segment(leaf, kept) for leaf, _ in leaves)
        names = [name for name in os.listdir(directory) if name.endswith((".seg", ".toc"))]
        return Opened(
            directory.name, handle, reader.generation(), sizes(directory, names), segments
        )


def _segment(reader: Any, kept: dict[str, Columns]) -> Segment:
    """A reader with its columns, read now when the segment is new."""
    part = reader.segment()
    columns = kept.get(part.segment_id())
    if columns is None:
        columns = Columns(reader)
        whoosh_files.give_back(reader)  # that went through every stored field
    deleted = union(1 << number for number in part.deleted_docs())
    return Segment(reader, columns, deleted)


def _hits(segments: Sequence[Segment], request: TextRequest) -> TextHits:
    total = in_stock = reached = 0
    kinds: Counter[str] = Counter()
    stars: Counter[int] = Counter()
    sellers: Counter[str] = Counter()
    ranked: list[Ranked] = []
    for segment in segments:
        found = _Asked(segment, request)
        total += found.hits.bit_count()
        if request.facets:
            kinds.update(found.kind_counts())
            stars.update(found.star_counts())
            sellers.update(found.seller_counts())
            in_stock += found.in_stock()
            reached += found.reached()
        ranked += found.best()
    best = heapq.nsmallest(request.limit, ranked, key=lambda one: one[:3])
    return TextHits(
        tuple(one[2] for one in best),
        tuple(_listing(one[3], one[4], request) for one in best),
        total,
        {kind: count for kind, count in kinds.items() if count},
        {star: count for star, count in stars.items() if count},
        most_sellers({seller: count for seller, count in sellers.items() if count}),
        in_stock,
        reached,
    )


def _listing(segment: Segment, number: int, request: TextRequest) -> str:
    """The cheapest offer that satisfies the filters."""
    allowed = request.allowed_sellers
    for listing, seller, _price, in_stock in segment.reader.stored_fields(number)["offers"]:
        if (allowed is None or seller in allowed) and (in_stock or not request.in_stock_only):
            return str(listing)
    return ""


class _Asked:
    """One request to one segment, as sets of bits."""

    def __init__(self, segment: Segment, request: TextRequest) -> None:
        self.segment, self.request = segment, request
        self.columns = columns = segment.columns
        self.clauses = sorted(
            ((c.points, c.field, columns.term(segment.reader, c.field, c.term))
             for c in scoring(request)),
            key=lambda clause: -clause[0],
        )  # fmt: skip
        selecting = "kind" if request.kinds else "words"
        self.base = union(bits for _, field, bits in self.clauses if field == selecting)
        self.base &= columns.visible(request.at) & ~segment.deleted
        self.base &= ~columns.elsewhere(request.places)
        if request.certified_only:
            self.base &= columns.certified
        self.kind_ok = self._chosen(columns.kinds, request.only_kinds)
        self.star_ok = self._chosen(columns.stars, request.stars)
        self.offer_ok = columns.offered(request.allowed_sellers, in_stock=request.in_stock_only)
        self.picked = self.base & self.kind_ok & self.star_ok
        self.hits = self.picked & self.offer_ok

    def _chosen(self, table: dict[Any, int], chosen: frozenset[Any]) -> int:
        if not chosen:
            return self.columns.all
        return union(table.get(value, 0) for value in chosen)

    def kind_counts(self) -> dict[str, int]:
        bits = self.base & self.star_ok & self.offer_ok
        return {kind: (bits & one).bit_count() for kind, one in self.columns.kinds.items()}

    def star_counts(self) -> dict[int, int]:
        bits = self.base & self.kind_ok & self.offer_ok
        return {star: (bits & one).bit_count() for star, one in self.columns.stars.items()}

    def seller_counts(self) -> dict[str, int]:
        among = self.request.reach if self.request.reached_only else None
        stocked = self.request.in_stock_only
        return dict(self.columns.seller_counts(self.picked, among, in_stock=stocked))

    def in_stock(self) -> int:
        offered = self.columns.offered(self.request.allowed_sellers, in_stock=True)
        return (self.picked & offered).bit_count()

    def reached(self) -> int:
        request = self.request
        sellers = request.sellers & request.reach if request.sellers else request.reach
        offered = self.columns.offered(sellers, in_stock=request.in_stock_only)
        return (self.picked & offered).bit_count()

    def best(self) -> Iterator[Ranked]:
        """The first of this segment: at least `limit` of them where there are so many."""
        price, ids = self.columns.price_for(self.request), self.columns.ids
        groups = [(0, self.hits)] if self.request.sort != "relevance" else self._grouped()
        left = self.request.limit
        for points, bits in groups:
            rows = ((-points, price(n), ids[n], self.segment, n) for n in positions(bits))
            yield from heapq.nsmallest(left, rows, key=lambda one: one[:3])
            left -= bits.bit_count()
            if left <= 0:
                break

    def _grouped(self) -> list[tuple[int, int]]:
        """(points, products with exactly these points): each clause splits every group, and
        groups that can no longer reach the first `limit` are dropped."""
        clauses = [(points, bits & self.hits) for points, _, bits in self.clauses]
        if self.request.reach:
            reached = self.columns.offered(self.request.reach, in_stock=True)
            clauses.append((REACH_POINTS, reached & self.hits))
        clauses = [clause for clause in clauses if clause[1]]
        left = sum(points for points, _ in clauses)
        groups = {0: self.hits} if self.hits else {}
        for points, bits in clauses:
            left -= points
            split: dict[int, int] = {}
            for score, group in groups.items():
                inside = group & bits
                if inside:
                    split[score + points] = split.get(score + points, 0) | inside
                if inside != group:
                    split[score] = split.get(score, 0) | (group ^ inside)
            groups = self._worth(split, left)
        return sorted(groups.items(), reverse=True)

    def _worth(self, groups: dict[int, int], left: int) -> dict[int, int]:
        """Without those that fall behind the first `limit` whatever still comes."""
        kept: dict[int, int] = {}
        counted, least = 0, None
        for score in sorted(groups, reverse=True):
            if least is not None and score + left < least:
                break
            kept[score] = groups[score]
            counted += groups[score].bit_count()
            if least is None and counted >= self.request.limit:
                least = score
        return kept


__all__ = ["WhooshIndex"]
