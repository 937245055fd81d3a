"""Keeping the index up to date; run by the worker and by commands."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from market.db.session import reading, unit_of_work
from market.search import service
from market.search.types import IndexBusy, IndexUnusable, TextIndex

log = structlog.get_logger()


def drain(index: TextIndex, *, batches: int = 20) -> int:
    """Carry waiting changes into the index; returns how many tasks were done.

    The index is written while no transaction is open. Done twice, a batch changes nothing;
    while another writer is at work, the changes wait.
    """
    done = 0
    for _ in range(batches):
        with reading() as session:
            batch = service.next_batch(session)
        if batch is None:
            break
        try:
            if batch.rebuild:
                rebuild(index)
            else:
                index.update(batch.documents, batch.removed)
        except IndexBusy as error:
            log.warning("search_index_busy", error=str(error))
            break
        except IndexUnusable as error:
            log.error("search_index_unusable", error=str(error))
            rebuild(index)
        with unit_of_work() as session:
            service.forget(session, batch)
        done += len(batch.task_ids)
    return done


def rebuild(index: TextIndex) -> int:
    """Build the index anew from the database; returns the number of products."""
    keep_tokens()
    with _uncollected(), reading() as session:
        return index.rebuild(service.all_documents(session))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing of a build refers to itself, and looking for what does takes a quarter of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_tokens() -> int:
    """Cut the words of products that have none stored; returns of how many."""
    made, after = 0, ""
    while True:
        with reading() as session:
            fresh, after = service.missing_tokens(session, after)
        if fresh:
            with unit_of_work() as session:
                service.keep_tokens(session, fresh)
            made += len(fresh)
        if not after:
            return made


def heal(index: TextIndex) -> bool:
    """Rebuild when the index cannot be used or has lost much of what the database sells;
    returns whether it was needed."""
    try:
        index.check()
        with reading() as session:
            lost = service.is_short(session, index.count())
    except IndexUnusable as error:
        log.error("search_index_unusable", error=str(error))
        rebuild(index)
        return True
    if lost:
        log.error("search_index_short")
        rebuild(index)
    return lost
