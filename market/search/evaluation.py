"""How well search finds the right kind, on a file of judged queries."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Judged:
    """A query and the kinds that answer it."""

    qid: str
    query: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Scores:
    """Shares over all queries, and the queries that missed the first five."""

    queries: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    missed: tuple[str, ...]


def read(path: Path) -> Iterator[Judged]:
    """Rows of a CSV with qid, query, expected_kind, also_acceptable_kinds (joined by "|")."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            also = (row.get("also_acceptable_kinds") or "").split("|")
            kinds = frozenset(
                kind.strip() for kind in (row["expected_kind"], *also) if kind.strip()
            )
            yield Judged(row["qid"], row["query"], kinds)


def evaluate(judged: Sequence[Judged], kinds_of: Callable[[str], Sequence[str]]) -> Scores:
    """`kinds_of(query)` gives the kinds of the first ten results, best first."""
    first = five = 0
    reciprocal = 0.0
    missed: list[str] = []
    for row in judged:
        ranks = [i for i, kind in enumerate(kinds_of(row.query)[:10], 1) if kind in row.kinds]
        rank = ranks[0] if ranks else None
        first += rank == 1
        five += rank is not None and rank <= 5
        reciprocal += 1 / rank if rank else 0.0
        if rank is None or rank > 5:
            missed.append(row.qid)
    count = max(1, len(judged))
    return Scores(
        len(judged),
        round(first / count, 4),
        round(five / count, 4),
        round(reciprocal / count, 4),
        tuple(missed),
    )
