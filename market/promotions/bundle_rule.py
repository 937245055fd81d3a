"""What a promotion may ask of the bundles of a cart. Frozen, plain.

Lines that came into a cart as one bundle are a group. A promotion may ask that the cart holds a
group made from one of some bundles (or any), and that there are goods of some kind or product in
it; it may be about the lines of such groups alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

MOST_SAID = 5  # names in one sentence


@dataclass(frozen=True, slots=True)
class Named:
    """Something a rule names, with its names for the explanation."""

    id: str
    name: str = ""
    name_en: str = ""

    @property
    def name_zh(self) -> str:
        return self.name


@dataclass(frozen=True)  # no slots: what is worked out of one is kept on it
class BundleRule:
    """Which groups count: of one of `bundles` (none: of any), that hold goods of one of `kinds`
    or one of `products` (none of either: whatever they hold). `only`: their lines alone."""

    bundles: tuple[Named, ...] = ()
    kinds: tuple[Named, ...] = ()
    products: tuple[Named, ...] = ()
    only: bool = False

    @cached_property
    def bundle_ids(self) -> frozenset[str]:
        """Of which bundles a group may be made; none: of any."""
        return frozenset(one.id for one in self.bundles)

    @cached_property
    def said(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """What it asks for by name, (Chinese, English) each, for the sentence of a failure."""
        return {
            "bundles": [[x.name, x.name_en] for x in self.bundles[:MOST_SAID]],
            "holds": [[x.name, x.name_en] for x in (*self.kinds, *self.products)[:MOST_SAID]],
        }
