"""Which batches an order's lines may be sent from, and what is wrong with some."""

from dataclasses import dataclass
from datetime import datetime

from market.batches.types import BatchChoice, HoldView


@dataclass(frozen=True)
class BatchOptions:
    """The batches a line may be sent from, newest first; empty when one is still to be made."""

    choices: tuple[BatchChoice, ...]
    held: tuple[HoldView, ...] = ()  # the product's batches that may not go out


@dataclass(frozen=True)
class Trouble:
    """What an ordered product's spot checks say: off the market since, batches held."""

    held_since: datetime | None
    holds: tuple[HoldView, ...]
