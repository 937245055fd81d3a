"""How far goods went. Frozen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CountyReach:
    """People and packs of a batch in one county."""

    code: str
    buyers: int
    packs: int


@dataclass(frozen=True)
class BatchReach:
    """How far a batch went."""

    buyers: int
    packs: int
    counties: tuple[CountyReach, ...]
