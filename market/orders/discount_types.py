"""Discounts of orders: who bears them, and how they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# In the order in which pages name them: the seller itself, then those who make up for it.
KINDS = ("seller", "maker", "platform", "region")


@dataclass(frozen=True)
class AdjustmentToCopy:
    """A discount (negative) on a line as the promotion engine allotted it."""

    promotion_id: str
    label: str
    bearer: str  # seller, platform, region:<code>, maker:<seller id>, subsidy:<code>:<scheme>
    amount_fen: int
    label_en: str = ""

    @property
    def is_subsidy(self) -> bool:
        return self.bearer.startswith("subsidy:")


@dataclass(frozen=True)
class AdjustmentView:
    """A frozen discount of a line."""

    promotion_id: str
    label: str
    bearer: str
    amount_fen: int
    label_en: str = ""

    @property
    def is_subsidy(self) -> bool:
        return self.bearer.startswith("subsidy:")

    @property
    def name_zh(self) -> str:
        return self.label

    @property
    def name_en(self) -> str:
        return self.label_en


@dataclass(frozen=True)
class Borne:
    """What one bearer gives of an order, or of a part of it: positive fen.

    `kind` is one of `KINDS`; a region and a maker have their names.
    """

    kind: str
    fen: int
    name_zh: str = ""
    name_en: str = ""


def given_by(adjustments: Iterable[AdjustmentView]) -> dict[str, int]:
    """What each bearer gives, without subsidies, in the order of `KINDS` and then by name."""
    found: dict[str, int] = {}
    for one in adjustments:
        if not one.is_subsidy:
            found[one.bearer] = found.get(one.bearer, 0) - one.amount_fen
    return dict(sorted(found.items(), key=lambda item: (KINDS.index(_kind(item[0])), item[0])))


def borne(given: Mapping[str, int], names: Mapping[str, tuple[str, str]]) -> tuple[Borne, ...]:
    """The bearers with their names, Chinese and English, by bearer."""
    return tuple(
        Borne(_kind(bearer), fen, *names.get(bearer, ("", ""))) for bearer, fen in given.items()
    )


def _kind(bearer: str) -> str:
    return bearer.partition(":")[0]
