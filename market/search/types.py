"""What is put into a text index and what comes out; every engine speaks these."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

NO_STAR = 0  # certified without stars
NOT_CERTIFIED = -1


@dataclass(frozen=True)
class IndexDocument:
    """One listing as the index knows it. Times are epoch seconds, prices milli-fen per unit."""

    id: str
    product_id: str
    kind_code: str
    words: tuple[str, ...]
    name_words: tuple[str, ...]
    star: int = NO_STAR
    certified: bool = False
    unit_price: int = 0
    seller_ids: tuple[str, ...] = ()
    opens_at: int = 0
    closes_at: int = 2**40


@dataclass(frozen=True)
class TextRequest:
    """A question to an index.

    With `kinds` only documents of these kinds match and `words` rank them; without, the
    words themselves select (`fallback` words count less). `at` hides what the gate hides
    at that instant. `reach` keeps the offers of these sellers alone; `stars`, `only_kinds` and
    `sellers` are the choices made in facets.
    """

    words: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    kinds: Mapping[str, float] = field(default_factory=dict)
    stars: frozenset[int] = frozenset()
    only_kinds: frozenset[str] = frozenset()
    sellers: frozenset[str] = frozenset()
    reach: frozenset[str] | None = None
    certified_only: bool = False
    at: int = 0
    limit: int = 24
    sort: str = "relevance"  # or "price"


@dataclass(frozen=True)
class TextHits:
    """Products best first (at most `limit`), how many there are, and counts per facet value.

    A product sold by several is one hit, shown by its best listing (`listing_ids`).

    A facet's counts ignore the choice made in that same facet, so that the other choices
    keep their numbers.
    """

    ids: tuple[str, ...] = ()
    listing_ids: tuple[str, ...] = ()
    total: int = 0
    kind_counts: Mapping[str, int] = field(default_factory=dict)
    star_counts: Mapping[int, int] = field(default_factory=dict)
    seller_counts: Mapping[str, int] = field(default_factory=dict)


class TextIndex(Protocol):
    """A rebuildable cache of what can be found; never an authority on what may be sold."""

    def search(self, request: TextRequest) -> TextHits:
        """The best documents. Raises IndexUnusable when the index is damaged or missing."""
        ...

    def update(self, documents: Sequence[IndexDocument], removed: Collection[str]) -> None:
        """Put or replace documents and take others out."""
        ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        """Build anew beside the old index and swap; returns the number of documents."""
        ...

    def count(self) -> int:
        """Documents in the index."""
        ...


class IndexUnusable(Exception):
    """The index is missing, damaged or of another version; rebuild it."""
