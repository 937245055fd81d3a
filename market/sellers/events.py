"""Facts about sellers."""

from dataclasses import dataclass

from market.kernel.events import Event
from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class SellerSubmitted(Event):
    """An application, or the answer to a question about it, waits for review."""

    seller_id: str
    name: str
    region: RegionCode


@dataclass(frozen=True)
class SellerClarificationAsked(Event):
    """The reviewer needs something explained."""

    seller_id: str
    question: str


@dataclass(frozen=True)
class SellerApproved(Event):
    """The seller may sell from now on."""

    seller_id: str
    name: str
    region: RegionCode


@dataclass(frozen=True)
class SellerRefused(Event):
    """The application ended without approval."""

    seller_id: str
    reason: str


@dataclass(frozen=True)
class SellerSuspended(Event):
    """The seller's listings must leave the market."""

    seller_id: str
    reason: str


@dataclass(frozen=True)
class SellerReinstated(Event):
    """The seller may sell again."""

    seller_id: str
