"""Finding what answers a query, and keeping the index true.

A query is first understood as kinds of goods. The best kinds lead; when others are close,
two of their products stand from the fourth place on, so that a wrong first guess costs the
buyer nothing. The index only proposes: pages re-read every listing behind its gate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from market.catalogue import materials as catalogue_materials
from market.catalogue import queries as catalogue
from market.catalogue.events import KindChanged, ListingChanged, ProductChanged
from market.search.documents import document
from market.search.language import bigrams, words
from market.search.models import IndexTask
from market.search.types import IndexDocument, TextHits, TextIndex, TextRequest
from market.search.understanding import Understanding, understand
from market.search.vocabulary import Vocabulary, cached

LEADING_SHARE = 0.75
OTHER_SHARE = 0.25
OTHERS_SHOWN = 2
OTHERS_FROM = 3
BATCH = 500
Value = TypeVar("Value")


@dataclass(frozen=True)
class SearchChoice:
    """What a visitor chose beside the words."""

    kinds: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    sellers: frozenset[str] = frozenset()
    reach: frozenset[str] | None = None
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
    understanding: Understanding
    kind_codes: tuple[str, ...] = field(default=())


def vocabulary(session: Session) -> Vocabulary:
    """The vocabulary of today's kinds."""
    kinds = tuple((kind.code, kind.name_zh) for kind in catalogue.list_kinds(session))
    materials = tuple(
        (material.name, material.kind_code) for material in catalogue_materials.materials().values()
    )
    return cached(kinds, materials)


def find(
    session: Session, index: TextIndex, text: str, choice: SearchChoice, *, now: datetime
) -> Found:
    """One page of results. Raises IndexUnusable when the index must be rebuilt."""
    understanding = understand(text, vocabulary(session))
    leading, others = _split(understanding.kinds)
    request = TextRequest(
        words=tuple(dict.fromkeys((*words(text), *understanding.terms))),
        fallback=() if leading else tuple(bigrams(text)),
        kinds=leading,
        stars=choice.stars,
        only_kinds=choice.kinds,
        sellers=choice.sellers,
        reach=choice.reach,
        at=int(now.timestamp()),
        limit=choice.number * choice.size,
        sort=choice.sort,
    )
    main = index.search(request)
    beside = index.search(replace(request, kinds=others)) if others else TextHits()
    return _page(main, beside, choice, understanding)


def meant_kinds(session: Session, text: str) -> tuple[str, ...]:
    """The kinds a query means, best first, without asking the index."""
    kinds = understand(text, vocabulary(session)).kinds
    return tuple(kind for kind, score in kinds if score >= OTHER_SHARE * kinds[0][1])[:6]


def _split(kinds: Sequence[tuple[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """(kinds that lead, kinds that stand beside them), by share of the best score."""
    if not kinds:
        return {}, {}
    best = kinds[0][1]
    leading = {kind: score / best for kind, score in kinds if score >= LEADING_SHARE * best}
    beside = {
        kind: score / best
        for kind, score in kinds
        if OTHER_SHARE * best <= score < LEADING_SHARE * best
    }
    return leading, beside


def _page(
    main: TextHits, beside: TextHits, choice: SearchChoice, understanding: Understanding
) -> Found:
    pairs = _merged(main, beside, choice.sort)
    start = (choice.number - 1) * choice.size
    shown = pairs[start : start + choice.size]
    return Found(
        tuple(product for product, _ in shown),
        tuple(listing for _, listing in shown),
        main.total + beside.total,
        {**beside.kind_counts, **main.kind_counts},
        _added(main.star_counts, beside.star_counts),
        _added(main.seller_counts, beside.seller_counts),
        understanding,
        tuple(kind for kind, _ in understanding.kinds[:6]),
    )


def _merged(main: TextHits, beside: TextHits, sort: str) -> list[tuple[str, str]]:
    first = list(zip(main.ids, main.listing_ids, strict=True))
    other = list(zip(beside.ids, beside.listing_ids, strict=True))
    if sort != "relevance":
        return first + other
    return first[:OTHERS_FROM] + other[:OTHERS_SHOWN] + first[OTHERS_FROM:] + other[OTHERS_SHOWN:]


def _added(one: Mapping[Value, int], two: Mapping[Value, int]) -> dict[Value, int]:
    return {value: one.get(value, 0) + two.get(value, 0) for value in set(one) | set(two)}


def on_listing_changed(session: Session, event: ListingChanged) -> None:
    """Queue one listing."""
    session.add(IndexTask(subject_kind="listing", subject_id=event.listing_id))


def on_product_changed(session: Session, event: ProductChanged) -> None:
    """Queue all listings of a product."""
    session.add(IndexTask(subject_kind="product", subject_id=event.product_id))


def on_kind_changed(session: Session, event: KindChanged) -> None:
    """Queue a rebuild: a kind's names stand in every document of it."""
    session.add(IndexTask(subject_kind="kind", subject_id=event.kind_code))


def waiting(session: Session) -> int:
    """Tasks not yet carried into the index."""
    return session.scalar(select(func.count(IndexTask.id))) or 0


def pending(session: Session) -> frozenset[tuple[str, str]]:
    """(kind of thing, its id) of every change not yet carried into the index."""
    rows = session.execute(select(IndexTask.subject_kind, IndexTask.subject_id).distinct())
    return frozenset((kind, subject) for kind, subject in rows)


@dataclass(frozen=True)
class Batch:
    """Tasks taken together, and what the index must do for them."""

    task_ids: tuple[str, ...]
    documents: tuple[IndexDocument, ...]
    removed: tuple[str, ...]
    rebuild: bool


def next_batch(session: Session) -> Batch | None:
    """What to carry into the index next; None when it is up to date."""
    tasks = session.scalars(select(IndexTask).order_by(IndexTask.id).limit(BATCH)).all()
    if not tasks:
        return None
    listings = {task.subject_id for task in tasks if task.subject_kind == "listing"}
    products = {task.subject_id for task in tasks if task.subject_kind == "product"}
    sources = catalogue.documents_by_ids(session, listings, products)
    terms = vocabulary(session)
    found = {source.listing_id for source in sources}
    shown = tuple(document(source, terms) for source in sources if source.shown)
    hidden = {source.listing_id for source in sources if not source.shown}
    return Batch(
        tuple(task.id for task in tasks),
        shown,
        tuple(hidden | (listings - found)),
        any(task.subject_kind == "kind" for task in tasks),
    )


def forget(session: Session, batch: Batch) -> None:
    """The batch is in the index."""
    session.execute(delete(IndexTask).where(IndexTask.id.in_(batch.task_ids)))


def all_documents(session: Session) -> Iterator[IndexDocument]:
    """Every shown listing, for a rebuild."""
    terms = vocabulary(session)
    after = ""
    while sources := catalogue.documents_for_index(session, after, BATCH):
        for source in sources:
            yield document(source, terms)
        after = sources[-1].listing_id
