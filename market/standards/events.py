"""What happened in the library of standards."""

from dataclasses import dataclass
from datetime import date

from market.kernel.events import Event


@dataclass(frozen=True)
class EditionEnded(Event):
    """An edition that a maker's goods cite is superseded, or withdrawn when `by` is empty."""

    ending_id: str
    code: str
    by: str
    from_on: date
    maker_id: str
    products: tuple[tuple[str, str], ...]  # (id, Chinese name) of those that cite it


@dataclass(frozen=True)
class EditionToRead(Event):
    """A mandatory edition was entered whose text these makers must acknowledge."""

    edition_id: str
    code: str
    title: str
    effective_on: date
    maker_ids: tuple[str, ...]
