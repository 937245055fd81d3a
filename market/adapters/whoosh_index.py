"""The embedded text index: Whoosh in a directory, one writer, readers that notice changes.

A build writes into a new directory and then points `current` at it, so that readers never
see half an index. Facet counts are taken from arrays kept per index generation, not from
stored documents.
"""

import shutil
import threading
from array import array
from collections.abc import Collection, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any

from whoosh import fields, index, query, scoring

from market.adapters import whoosh_files
from market.kernel.ids import new_id
from market.search.types import IndexDocument, IndexUnusable, TextHits, TextRequest

whoosh_files.install()
VERSION = "2"
_WORDS = fields.KEYWORD(scorable=True, lowercase=False)
SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    product=fields.STORED,
    kind=fields.ID(stored=True),
    star=fields.ID(stored=True),
    certified=fields.ID,
    sellers=fields.KEYWORD(stored=True),
    words=_WORDS,
    names=fields.KEYWORD(scorable=True, field_boost=2.0),
    price=fields.STORED,
    opens=fields.STORED,
    closes=fields.STORED,
)


@dataclass(frozen=True)
class _Columns:
    """Per document number: what filters, counts and sorts need. Kept small: equal texts are
    one object, numbers stand in arrays."""

    generation: Any
    ids: list[str]
    products: list[str]
    kinds: list[str]
    stars: list[int]
    sellers: list[frozenset[str]]
    prices: "array[int]"
    opens: "array[int]"
    closes: "array[int]"


class WhooshIndex:
    """A `TextIndex` in a directory of this machine."""

    def __init__(self, directory: Path) -> None:
        self.root = directory
        self._lock = threading.Lock()
        self._opened: tuple[str, Any] | None = None
        self._searcher: Any = None
        self._columns: _Columns | None = None

    def search(self, request: TextRequest) -> TextHits:
        with self._reading() as (searcher, columns):
            scores = self._scores(searcher, _question(request))
            return _hits(scores, columns, request)

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        try:
            writer = self._open().writer(timeout=15)
            for document_id in removed:
                writer.delete_by_term("id", document_id)
            for document in documents:
                writer.update_document(**_row(document))
            writer.commit()
        except (index.EmptyIndexError, OSError) as error:
            raise IndexUnusable(str(error)) from error

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        name = f"v{VERSION}-{new_id()}"
        fresh = self.root / name
        fresh.mkdir(parents=True)
        made = index.create_in(str(fresh), SCHEMA)
        writer = made.writer(limitmb=256)
        total = 0
        for document in documents:
            writer.add_document(**_row(document))
            total += 1
        writer.commit(optimize=True)
        made.close()
        pointer = self.root / f".{name}"
        pointer.write_text(name)
        pointer.replace(self.root / "current")
        self._sweep(keep=name)
        return total

    def count(self) -> int:
        with self._reading() as (searcher, _columns):
            return int(searcher.doc_count())

    def _sweep(self, keep: str) -> None:
        """Remove older builds, but leave the last one to readers that still have it open."""
        builds = sorted(p for p in self.root.glob("v*-*") if p.is_dir() and p.name != keep)
        for old in builds[:-1]:
            shutil.rmtree(old, ignore_errors=True)

    def _open(self) -> Any:
        try:
            name = (self.root / "current").read_text().strip()
            if not name.startswith(f"v{VERSION}-"):
                raise IndexUnusable(f"the index is of another version: {name}")
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, index.open_dir(str(self.root / name)))
                self._searcher = None
            return self._opened[1]
        except (OSError, index.IndexError) as error:
            raise IndexUnusable(str(error)) from error

    @contextmanager
    def _reading(self) -> Any:
        """The newest searcher and its columns; anything broken means: rebuild."""
        try:
            with self._lock:
                opened = self._open()
                # Not `refresh()`: it reuses segment readers that miss later deletions.
                if self._searcher is None or not self._searcher.up_to_date():
                    self._searcher = opened.searcher(weighting=scoring.BM25F())
                if self._columns is None or self._columns.generation is not self._searcher:
                    self._columns = _read_columns(self._searcher)
                searcher, columns = self._searcher, self._columns
            yield searcher, columns
        except IndexUnusable:
            raise
        except Exception as error:
            self._opened = self._searcher = self._columns = None
            raise IndexUnusable(f"{type(error).__name__}: {error}") from error

    @staticmethod
    def _scores(searcher: Any, asked: Any) -> dict[int, float]:
        found: dict[int, float] = {}
        for sub, offset in searcher.leaf_searchers():
            matcher = asked.matcher(sub, searcher.context())
            while matcher.is_active():
                found[offset + matcher.id()] = matcher.score()
                matcher.next()
        return found


def _read_columns(searcher: Any) -> _Columns:
    size = searcher.reader().doc_count_all()
    columns = _Columns(
        searcher, [""] * size, [""] * size, [""] * size, [0] * size, [frozenset()] * size,
        array("q", bytes(8 * size)), array("q", bytes(8 * size)), array("q", bytes(8 * size)),
    )  # fmt: skip
    sellers: dict[str, frozenset[str]] = {}
    for number, row in searcher.reader().iter_docs():
        columns.ids[number] = row["id"]
        columns.products[number] = intern(row["product"])
        columns.kinds[number] = intern(row["kind"])
        columns.stars[number] = int(row["star"])
        named = row["sellers"]
        columns.sellers[number] = sellers.setdefault(named, frozenset(named.split()))
        columns.prices[number] = row["price"]
        columns.opens[number] = row["opens"]
        columns.closes[number] = row["closes"]
    return columns


def _row(document: IndexDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "product": document.product_id,
        "kind": document.kind_code,
        "star": str(document.star),
        "certified": "1" if document.certified else "0",
        "sellers": " ".join(document.seller_ids),
        "words": " ".join(document.words),
        "names": " ".join(document.name_words),
        "price": document.unit_price,
        "opens": document.opens_at,
        "closes": document.closes_at,
    }


def _question(request: TextRequest) -> Any:
    texts = [query.Term("words", word) for word in request.words]
    texts += [query.Term("names", word, boost=1.6) for word in request.words]
    texts += [query.Term("words", word, boost=0.4) for word in request.fallback]
    if not request.kinds:
        asked: Any = query.Or(texts) if texts else query.NullQuery
    else:
        kinds = [
            query.ConstantScoreQuery(query.Term("kind", kind), score=40.0 * weight)
            for kind, weight in request.kinds.items()
        ]
        base = query.Or(kinds) if len(kinds) > 1 else kinds[0]
        asked = query.AndMaybe(base, query.Or(texts)) if texts else base
    if request.certified_only:
        asked = query.And([asked, query.ConstantScoreQuery(query.Term("certified", "1"), 0.0)])
    return asked


def _hits(scores: dict[int, float], columns: _Columns, request: TextRequest) -> TextHits:
    by_kind: dict[str, set[str]] = {}
    by_star: dict[int, set[str]] = {}
    by_seller: dict[str, set[str]] = {}
    best: dict[str, tuple[tuple[float, int, str], str]] = {}
    for number, score in scores.items():
        if not columns.opens[number] <= request.at < columns.closes[number]:
            continue
        sellers = columns.sellers[number]
        if request.reach is not None and not sellers & request.reach:
            continue
        kind, star, product = columns.kinds[number], columns.stars[number], columns.products[number]
        star_ok = not request.stars or star in request.stars
        kind_ok = not request.only_kinds or kind in request.only_kinds
        seller_ok = not request.sellers or not request.sellers.isdisjoint(sellers)
        if star_ok and kind_ok:
            for seller in sellers:
                by_seller.setdefault(seller, set()).add(product)
        if not seller_ok:
            continue
        if star_ok:
            by_kind.setdefault(kind, set()).add(product)
        if kind_ok:
            by_star.setdefault(star, set()).add(product)
        if star_ok and kind_ok:
            price = columns.prices[number]
            leading = float(price) if request.sort == "price" else -score
            key = (leading, price, columns.ids[number])
            if product not in best or key < best[product][0]:
                best[product] = (key, columns.ids[number])
    ranked = sorted(best.items(), key=lambda item: item[1][0])[: request.limit]
    return TextHits(
        tuple(product for product, _ in ranked),
        tuple(found[1] for _, found in ranked),
        len(best),
        {kind: len(found) for kind, found in by_kind.items()},
        {star: len(found) for star, found in by_star.items()},
        {seller: len(found) for seller, found in by_seller.items()},
    )
