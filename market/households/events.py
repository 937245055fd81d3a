"""Facts about households; uses are counted together from these on."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class HouseholdJoined(Event):
    """An account stated a household: what it used counts there. `others` belong to it already."""

    household_id: str
    account_id: str
    others: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class MemberSeparated(Event):
    """An account never was of the household: what it used itself is its own again. `others`
    belong to it still."""

    household_id: str
    account_id: str
    at: datetime
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberObjected(Event):
    """Somebody says that an account does not belong to the household."""

    household_id: str
    objection_id: str
    town: str
    last4: str
    at: datetime


@dataclass(frozen=True)
class MemberDecided(Event):
    """An office confirmed an account, separated it or let it move out."""

    member_id: str
    account_id: str
    verdict: str
    last4: str
    reason: str
    objectors: tuple[str, ...]
    at: datetime
