"""Keeping the index true: what waits, what the index must be told, and the words kept for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.events import GoodsChanged, KindChanged, ListingChanged
from market.search.documents import VERSION, Tokens, document, tokens
from market.search.models import IndexTask, IndexTokens
from market.search.types import IndexDocument

BATCH = 500
LISTINGS_READ = PRODUCTS_READ = 5_000
KEPT = 0.9


def on_listing_changed(session: Session, event: ListingChanged) -> None:
    """Queue the listing's product."""
    session.add(IndexTask(subject_kind="listing", subject_id=event.listing_id))


def on_goods_changed(session: Session, event: GoodsChanged) -> None:
    """Queue products and listings, all in one statement."""
    tasks = [{"subject_kind": "product", "subject_id": key} for key in event.product_ids]
    tasks += [{"subject_kind": "listing", "subject_id": key} for key in event.listing_ids]
    if tasks:
        session.connection().execute(insert(IndexTask), tasks)


def on_kind_changed(session: Session, event: KindChanged) -> None:
    """Queue a rebuild: a kind's names stand in every document of it."""
    session.add(IndexTask(subject_kind="kind", subject_id=event.kind_code))
    session.execute(delete(IndexTokens).where(IndexTokens.kind_code == event.kind_code))


def waiting(session: Session) -> int:
    """Tasks not yet carried into the index."""
    return session.scalar(select(func.count(IndexTask.id))) or 0


def is_short(session: Session, indexed: int) -> bool:
    """Whether an index of so many products has lost a tenth or more of what it should hold,
    with nothing on its way."""
    if waiting(session):
        return False
    return indexed < KEPT * catalogue.count_for_index(session)


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
    tokens: Mapping[str, Tokens]


def next_batch(session: Session) -> Batch | None:
    """What to carry into the index next; None when it is up to date."""
    tasks = session.scalars(select(IndexTask).order_by(IndexTask.id).limit(BATCH)).all()
    if not tasks:
        return None
    listings = {task.subject_id for task in tasks if task.subject_kind == "listing"}
    wanted = {task.subject_id for task in tasks if task.subject_kind == "product"}
    wanted |= catalogue.products_of_listings(session, listings)
    products = catalogue.products_by_ids(session, wanted)
    fresh = _cut(session, {product.product_id for product in products})
    return Batch(
        tuple(task.id for task in tasks),
        tuple(document(product, fresh[product.product_id]) for product in products),
        tuple(wanted - {product.product_id for product in products}),
        any(task.subject_kind == "kind" for task in tasks),
        fresh,
    )


def forget(session: Session, batch: Batch) -> None:
    """The batch is in the index; its words are kept for the next build."""
    keep_tokens(session, batch.tokens)
    session.execute(delete(IndexTask).where(IndexTask.id.in_(batch.task_ids)))


def keep_tokens(session: Session, fresh: Mapping[str, Tokens]) -> None:
    """Store the words of products in place of older ones."""
    if not fresh:
        return
    session.execute(delete(IndexTokens).where(IndexTokens.product_id.in_(fresh)))
    session.execute(
        insert(IndexTokens),
        [
            {
                "product_id": product_id, "kind_code": said.kind_code, "version": VERSION,
                "words": " ".join(said.words), "name_words": " ".join(said.name_words),
            }
            for product_id, said in fresh.items()
        ],
    )  # fmt: skip


def missing_tokens(session: Session, after: str) -> tuple[Mapping[str, Tokens], str]:
    """Words of the next products that have none stored, and where to go on; "" at the end."""
    ids = catalogue.ids_for_index(session, after, PRODUCTS_READ)
    if not ids:
        return {}, ""
    there = session.scalars(_kept(IndexTokens.product_id, first=ids[0], last=ids[-1]))
    return _cut(session, set(ids).difference(there)), ids[-1]


def all_documents(session: Session) -> Iterator[IndexDocument]:
    """Every product with a shown listing, for a rebuild."""
    after = ""
    while products := catalogue.products_for_index(session, after, LISTINGS_READ):
        said = _stored(session, [product.product_id for product in products])
        for product in products:
            yield document(product, said[product.product_id])
        after = products[-1].product_id


def _stored(session: Session, ids: Sequence[str]) -> dict[str, Tokens]:
    """Words of products in the order of their ids, those kept read by the span of the ids,
    which is quicker."""
    kept = _kept(
        IndexTokens.product_id, IndexTokens.kind_code, IndexTokens.words, IndexTokens.name_words,
        first=ids[0], last=ids[-1],
    )  # fmt: skip
    said = {
        key: Tokens(kind, tuple(words.split(" ")), tuple(name_words.split(" ")))
        for key, kind, words, name_words in session.connection().execute(kept)
    }
    return said | _cut(session, set(ids).difference(said))


def _kept(*columns: Any, first: str, last: str) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(
        IndexTokens.product_id.between(first, last), IndexTokens.version == VERSION
    )


def _cut(session: Session, ids: Collection[str]) -> dict[str, Tokens]:
    if not ids:
        return {}
    return {text.product_id: tokens(text) for text in catalogue.texts_for_index(session, ids)}
