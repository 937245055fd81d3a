"""Writing Whoosh segments, alone or in several processes.

A child process reads pickled batches of rows from its standard input and answers with the
segment it wrote: `python -m market.adapters.whoosh_build DIRECTORY`.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whoosh import fields, formats, index
from whoosh.codec.whoosh3 import W3Codec
from whoosh.writing import SegmentWriter

from market.search.types import IndexDocument, cheapest_first

BATCH = 500
ALONE = 2_000  # below this a second process costs more than it brings
POOL_MB = 512  # what a writer gathers before it sorts on disk; 2 kB a product


class Words(fields.KEYWORD):
    """Words that were cut before, and are there or not; Whoosh's own way takes thrice as long."""

    def __init__(self) -> None:
        super().__init__(lowercase=False, scorable=False)
        self.format = formats.Existence()

    def index(self, value: str, **_: Any) -> list[tuple[bytes, int, float, bytes]]:
        """(word, how often, weight, nothing more) of each."""
        return [(word.encode(), 1, 1.0, b"") for word in dict.fromkeys(value.split())]


def codec() -> W3Codec:
    """Whoosh's own without lengths of fields: nothing is scored by them, and it would look for
    their file at every posting."""
    made = W3Codec(compression=0)
    made.length_stats = False
    return made


_WORDS = Words()
SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    kind=fields.ID,
    star=fields.ID,
    sellers=_WORDS,
    words=_WORDS,
    names=_WORDS,
    facts=fields.STORED,
    offers=fields.STORED,
)


def row(document: IndexDocument) -> dict[str, Any]:
    """A product as Whoosh takes it."""
    offers = cheapest_first(document.offers)
    return {
        "id": document.id,
        "kind": document.kind_code,
        "star": str(document.star),
        "sellers": " ".join(dict.fromkeys(offer.seller_id for offer in offers)),
        "words": " ".join(document.words),
        "names": " ".join(document.name_words),
        "facts": (
            document.kind_code, document.star, document.certified,
            document.opens_at, document.closes_at, document.places,
        ),
        "offers": tuple(map(tuple, offers)),
    }  # fmt: skip


def build(directory: Path, documents: Iterable[IndexDocument], processes: int) -> int:
    """Fill a new index; returns the number of products."""
    made = index.create_in(str(directory), SCHEMA)
    rows = (row(document) for document in documents)
    first = list(islice(rows, ALONE))
    if processes < 2 or len(first) < ALONE:
        total = _write_alone(made, chain(first, rows))
    else:
        total = _write_together(made, directory, chain(first, rows), processes)
    made.close()
    return total


def _write_alone(made: Any, rows: Iterable[dict[str, Any]]) -> int:
    writer = made.writer(limitmb=POOL_MB, codec=codec())
    total = 0
    for one in rows:
        writer.add_document(**one)
        total += 1
    writer.commit()
    return total


def _write_together(
    made: Any, directory: Path, rows: Iterable[dict[str, Any]], processes: int
) -> int:
    """Each child writes one segment; the table of contents is written here at the end."""
    writer = SegmentWriter(made, timeout=15)
    children = [_child(directory) for _ in range(processes)]
    try:
        total = 0
        for turn, batch in enumerate(_batches(rows)):
            pipe = children[turn % processes].stdin
            assert pipe is not None
            pickle.dump(batch, pipe, pickle.HIGHEST_PROTOCOL)
            total += len(batch)
        for child in children:
            assert child.stdin is not None
            child.stdin.close()
        segments = [_answer(child) for child in children]
    except BaseException:
        for child in children:
            child.kill()
        writer.cancel()
        raise
    finally:
        for child in children:
            child.wait()
            assert child.stdout is not None
            child.stdout.close()
    writer._close_segment()
    writer._commit_toc([segment for segment in segments if segment is not None])
    writer._finish()
    return total


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _child(directory: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "market.adapters.whoosh_build", str(directory)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(  # noqa: S603 (our own program)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )


def _answer(child: "subprocess.Popen[bytes]") -> Any:
    assert child.stdout is not None
    segment = pickle.load(child.stdout)  # noqa: S301 (from our own child)
    if child.wait(60) != 0:
        raise OSError("a process that writes the index failed")
    return segment


def main(directory: str) -> None:
    """One child: rows in, a segment out."""
    writer = SegmentWriter(index.open_dir(directory), _lk=False, limitmb=POOL_MB, codec=codec())
    written = False
    while True:
        try:
            batch = pickle.load(sys.stdin.buffer)  # noqa: S301 (from our own parent)
        except EOFError:
            break
        for one in batch:
            writer.add_document(**one)
            written = True
    segment = writer._finalize_segment() if written else None
    pickle.dump(segment, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
