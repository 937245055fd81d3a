"""Finding what answers a query, and keeping the index true.

A query is first understood as kinds of goods. The best kind leads; when others are close,
the first product of each stands among the first five, so that a wrong first guess costs the
buyer nothing. The index only proposes: pages re-read every listing behind its gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from market.catalogue import materials as catalogue_materials
from market.catalogue import queries as catalogue
from market.search.language import bigrams, fold, words_of_folded
from market.search.specs import specs
from market.search.suggestions import marked, nearest_kinds, words_to_mark
from market.search.suggestions import suggest as suggest_words
from market.search.types import MOST_RANKED, TextHits, TextIndex, TextRequest
from market.search.understanding import Understanding, understand
from market.search.upkeep import (
    all_documents,
    forget,
    is_short,
    keep_tokens,
    missing_tokens,
    next_batch,
    on_goods_changed,
    on_kind_changed,
    on_listing_changed,
    pending,
    waiting,
)
from market.search.vocabulary import Vocabulary, cached

OTHER_SHARE = 0.2
OTHERS_SHOWN = 3
OTHERS_FROM = 2
CLOSE_SHARE = 0.9  # a kind this close to the first stands second at once
WORDS_ASKED = 24
UNITS = frozenset(("mm", "cm", "m", "kg", "kw", "w", "l", "ml"))  # alone they tell nothing
WHOOSH_MOST = 20_000  # products; at 33,600 it takes 44 ms where tantivy takes 6


@dataclass(frozen=True)
class SearchChoice:
    """What a visitor chose beside the words. `reach`: who delivers to his place, None when it
    is not known; `delivers` shows their products alone. `places`: that place and the regions
    around it, whose local lists count."""

    kinds: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    sellers: frozenset[str] = frozenset()
    in_stock: bool = False
    delivers: bool = False
    reach: frozenset[str] | None = None
    places: frozenset[str] = frozenset()
    sort: str = "relevance"
    number: int = 1
    size: int = 24


@dataclass(frozen=True)
class Found:
    """Products in the order of the page, and how the query was read."""

    product_ids: tuple[str, ...]
    listing_ids: tuple[str, ...]
    total: int
    kind_counts: Mapping[str, int]
    star_counts: Mapping[int, int]
    seller_counts: Mapping[str, int]
    in_stock_count: int
    reached_count: int | None
    understanding: Understanding
    kind_codes: tuple[str, ...] = field(default=())


def vocabulary(session: Session) -> Vocabulary:
    """The vocabulary of today's kinds."""
    return cached(catalogue.kind_names(session), _materials())


@cache
def _materials() -> tuple[tuple[str, str], ...]:
    found = catalogue_materials.materials().values()
    return tuple((material.name, material.kind_code) for material in found)


def find(
    session: Session, index: TextIndex, text: str, choice: SearchChoice, *, now: datetime
) -> Found:
    """One page of results. Raises IndexUnusable when the index must be rebuilt."""
    return answer(index, text, understand(text, vocabulary(session)), choice, now=now)


def answer(
    index: TextIndex, text: str, understanding: Understanding, choice: SearchChoice, *,
    now: datetime,
) -> Found:  # fmt: skip
    """One page of results for a query already understood."""
    kinds = _meant(understanding.kinds)
    spread = choice.sort == "relevance" and not choice.kinds
    words = asked_words(text, understanding)
    request = TextRequest(
        words=words if kinds else _telling(words),
        fallback=understanding.others[:WORDS_ASKED] if kinds else _pairs(text),
        kinds=kinds,
        beside=_next_kinds(kinds) if spread else (),
        stars=choice.stars,
        only_kinds=choice.kinds,
        sellers=choice.sellers,
        in_stock_only=choice.in_stock,
        reach=choice.reach or frozenset(),
        reached_only=choice.delivers and choice.reach is not None,
        places=choice.places,
        at=int(now.timestamp()),
        limit=min(choice.number * choice.size, MOST_RANKED),
        sort=choice.sort,
    )
    hits = index.search(request)
    pairs = list(zip(hits.ids, hits.listing_ids, strict=True))
    if request.beside:
        pairs = _spread(index, request, hits, pairs)
    start = (choice.number - 1) * choice.size
    return _found(hits, pairs[start : start + choice.size], choice, understanding)


def asked_words(text: str, understanding: Understanding | None = None) -> tuple[str, ...]:
    """The words of a query that rank what it finds: sizes, words, what was understood."""
    terms = understanding.terms if understanding else ()
    folded = fold(text)
    said = (word for word in words_of_folded(folded) if word not in UNITS)
    asked = dict.fromkeys((*specs(folded), *said, *terms))
    return tuple(word.replace(" ", "") for word in asked if word.strip())[:WORDS_ASKED]


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that may choose goods where no kind is meant: the 1 of 挖掘机 1台 is in half of
    all names. A Chinese character counts by itself when there is nothing else."""
    whole = tuple(word for word in words if len(word) > 1)
    return whole or tuple(word for word in words if not word.isascii())


def _pairs(text: str) -> tuple[str, ...]:
    return tuple(bigrams(text))[:WORDS_ASKED]


def _next_kinds(kinds: Mapping[str, float]) -> tuple[str, ...]:
    """The kinds after the best one whose first product is shown near the top."""
    return tuple(sorted(kinds, key=lambda kind: (-kinds[kind], kind))[1 : 1 + OTHERS_SHOWN])


def _spread(
    index: TextIndex, request: TextRequest, hits: TextHits, pairs: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The first product of the next kinds moved up among the first five; none moves down."""
    firsts = hits.firsts
    if firsts is None:
        firsts = _asked_singly(index, request)
    from_ = 1 if request.kinds[request.beside[0]] >= CLOSE_SHARE else OTHERS_FROM
    moved = [firsts[kind] for kind in request.beside if kind in firsts]
    moved = [pair for pair in moved if pair not in pairs[:from_]]
    rest = [pair for pair in pairs if pair not in moved]
    return (rest[:from_] + moved + rest[from_:])[: request.limit]


def _asked_singly(index: TextIndex, request: TextRequest) -> dict[str, tuple[str, str]]:
    found = {}
    for kind in request.beside:
        alone = replace(request, kinds={kind: 1.0}, beside=(), limit=1, facets=False)
        first = index.search(alone)
        if first.ids:
            found[kind] = (first.ids[0], first.listing_ids[0])
    return found


def meant_kinds(session: Session, text: str) -> tuple[str, ...]:
    """The kinds a query means, best first, without asking the index."""
    return tuple(_meant(understand(text, vocabulary(session)).kinds))[:6]


def outgrown(index: TextIndex, products: int | None) -> bool:
    """Whether the embedded engine holds more than it is meant for; see docs/operations.md."""
    return index.name == "whoosh" and (products or 0) > WHOOSH_MOST


def suggest(session: Session, text: str) -> tuple[str, ...]:
    """Words a buyer may be about to type."""
    return suggest_words(text, vocabulary(session))


def nearest(session: Session, text: str) -> tuple[str, ...]:
    """The kinds nearest to a query for which nothing was found."""
    return nearest_kinds(text, vocabulary(session))


def _meant(kinds: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Kinds with their share of the best score, those near enough to it."""
    if not kinds:
        return {}
    best = kinds[0][1]
    return {kind: score / best for kind, score in kinds if score >= OTHER_SHARE * best}


def _found(
    hits: TextHits, shown: Sequence[tuple[str, str]], choice: SearchChoice,
    understanding: Understanding,
) -> Found:  # fmt: skip
    return Found(
        tuple(product for product, _ in shown),
        tuple(listing for _, listing in shown),
        hits.total,
        hits.kind_counts,
        hits.star_counts,
        hits.seller_counts,
        hits.in_stock_count,
        hits.reached_count if choice.reach is not None else None,
        understanding,
        tuple(kind for kind, _ in understanding.kinds[:6]),
    )


__all__ = [
    "Found",
    "SearchChoice",
    "all_documents",
    "answer",
    "asked_words",
    "find",
    "forget",
    "is_short",
    "keep_tokens",
    "marked",
    "meant_kinds",
    "missing_tokens",
    "nearest",
    "next_batch",
    "on_goods_changed",
    "on_kind_changed",
    "on_listing_changed",
    "outgrown",
    "pending",
    "suggest",
    "vocabulary",
    "waiting",
    "words_to_mark",
]
