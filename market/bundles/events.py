"""Facts about bundles."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class BundleSubmitted(Event):
    """A supplier's version waits for its reviewers: officials of `region_code`, or (when it is
    "") the operator."""

    review_id: str
    name_zh: str
    region_code: str
    submitted_at: str


@dataclass(frozen=True)
class BundleDecided(Event):
    """A version was published, questioned or refused, or taken off with the supplier's role."""

    review_id: str
    bundle_id: str
    seller_id: str
    name_zh: str
    decision: str  # "approved", "asked", "refused"
    reason: str
    decided_at: str


@dataclass(frozen=True)
class OptionLost(Event):
    """A product that a live bundle names is off sale; `seller_id` is its author ("": operator)."""

    bundle_id: str
    seller_id: str
    slot: str
    product_id: str
    name_zh: str
    product_zh: str


@dataclass(frozen=True)
class SlotEmptied(Event):
    """Nothing is on sale for a slot of a live bundle that names no product; `seller_id` is the
    bundle's author ("": operator)."""

    bundle_id: str
    seller_id: str
    slot: str
    kind_code: str
    name_zh: str
    slot_zh: str
