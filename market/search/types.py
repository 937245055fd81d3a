"""What is put into a text index and what comes out; every engine speaks these."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol

from market.catalogue.types import IndexOffer

NO_STAR = 0  # certified without stars
NOT_CERTIFIED = -1
_BY_PRICE = itemgetter(2, 0)
MOST_SELLERS = 60
MOST_RANKED = 2_000


Offer = IndexOffer  # the catalogue's own, so that a build need not copy them


@dataclass(frozen=True)
class IndexDocument:
    """One product as the index knows it, with all its offers. Times are epoch seconds.

    No word holds a space. `name_words` are words too, and count more. `places` are the regions
    whose visitors alone may find it; empty: everybody.
    """

    id: str
    kind_code: str
    words: tuple[str, ...]
    name_words: tuple[str, ...]
    offers: tuple[Offer, ...]
    star: int = NO_STAR
    certified: bool = False
    opens_at: int = 0
    closes_at: int = 2**40
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextRequest:
    """A question to an index.

    With `kinds` only products of these kinds match and `words` rank them; without, the words
    themselves select; `fallback` words count less. `at` hides what the gate hides at that
    instant. `reach` are the sellers who deliver to the visitor's place: their products come
    first among equals, and `reached_only` shows no others. `places` are the visitor's place and
    the regions around it: without them nothing of a local list is found. Of the kinds `beside`
    the first product is wanted as well.
    """

    words: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    kinds: Mapping[str, float] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    stars: frozenset[int] = frozenset()
    only_kinds: frozenset[str] = frozenset()
    sellers: frozenset[str] = frozenset()
    certified_only: bool = False
    in_stock_only: bool = False
    reach: frozenset[str] = frozenset()
    reached_only: bool = False
    places: frozenset[str] = frozenset()
    at: int = 0
    limit: int = 24
    sort: str = "relevance"  # or "price"
    facets: bool = True

    @property
    def allowed_sellers(self) -> frozenset[str] | None:
        """Whose offers count; None: everybody's."""
        if self.reached_only:
            return self.sellers & self.reach if self.sellers else self.reach
        return self.sellers or None


@dataclass(frozen=True)
class TextHits:
    """Products best first (at most `limit`), how many there are, and counts per facet value.

    A product is shown by the cheapest of its offers that satisfy the filters together
    (`listing_ids`). A facet's counts ignore the choice made in that same facet, so that each
    says how many products would be found with it chosen alone. At most `MOST_SELLERS` sellers
    are counted, those with most products first. `firsts`: (product, listing) of the kinds
    `beside` that have one; None from an engine to which a further question costs little.
    """

    ids: tuple[str, ...] = ()
    listing_ids: tuple[str, ...] = ()
    total: int = 0
    kind_counts: Mapping[str, int] = field(default_factory=dict)
    star_counts: Mapping[int, int] = field(default_factory=dict)
    seller_counts: Mapping[str, int] = field(default_factory=dict)
    in_stock_count: int = 0
    reached_count: int = 0
    firsts: Mapping[str, tuple[str, str]] | None = None


class TextIndex(Protocol):
    """A rebuildable cache of what can be found; never an authority on what may be sold."""

    name: str

    def search(self, request: TextRequest) -> TextHits:
        """The best products. Raises IndexUnusable when the index is damaged or missing."""
        ...

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        """Put or replace products and take others out."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        """Build anew beside the old index and swap; returns the number of products."""
        ...

    def count(self) -> int:
        """Products in the index."""
        ...

    def check(self) -> None:
        """Raises IndexUnusable when the index is damaged, or a search found it so."""
        ...


class IndexUnusable(Exception):
    """The index is missing, damaged or of another version; rebuild it."""


class IndexBusy(Exception):
    """Another writer holds the index; try again later, nothing is lost."""


def cheapest_first(offers: Iterable[Offer]) -> list[Offer]:
    """Offers in the order of price, ties by their id; every engine keeps them so."""
    return sorted(offers, key=_BY_PRICE)


# --- ranking ----------------------------------------------------------------------------
# Whole numbers, the same on every engine, so that equal products are equal everywhere and
# the order can be explained: kind, then words, then what reaches the place, then price.

KIND_POINTS = 4_000
NAME_SHARE = 1.5  # more, for a word of the name
FALLBACK_POINTS = 80
REACH_POINTS = 45


def word_points(word: str) -> int:
    """What one matching word is worth: codes and sizes most, single characters least."""
    if word.isdecimal():
        return 100
    if any(letter.isascii() and letter.isalnum() for letter in word):
        return 300 if any(letter.isdigit() for letter in word) else 200
    return (0, 50, 150, 200)[min(len(word), 3)]


@dataclass(frozen=True)
class Clause:
    """One term that adds points: field is "words", "names" or "kind"."""

    field: str
    term: str
    points: int


def scoring(request: TextRequest) -> tuple[Clause, ...]:
    """Everything that can add points to a product, in no order."""
    clauses = [
        Clause("kind", kind, round(KIND_POINTS * share)) for kind, share in request.kinds.items()
    ]
    for word in dict.fromkeys(request.words):
        points = word_points(word)
        clauses.append(Clause("words", word, points))
        clauses.append(Clause("names", word, round(points * NAME_SHARE)))
    clauses += [
        Clause("words", word, FALLBACK_POINTS)
        for word in dict.fromkeys(request.fallback)
        if word not in request.words
    ]
    return tuple(clauses)


def most_sellers(counts: Mapping[str, int]) -> dict[str, int]:
    """The sellers with most products, ties by their id."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:MOST_SELLERS])
