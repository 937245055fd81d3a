"""Facts about trace codes."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class ScanAlarmRaised(Event):
    """A code looks copied; the officials of the places and the maker look at it."""

    alarm_id: str
    code: str
    product_name: str
    batch_no: str
    batch_id: str
    maker_id: str
    counties: tuple[str, ...]


@dataclass(frozen=True)
class ScanAlarmDecided(Event):
    """An official found out what it was."""

    alarm_id: str
    product_name: str
    batch_id: str
    maker_id: str
    counterfeit: bool
    note: str


@dataclass(frozen=True)
class BatchRecalled(Event):
    """The maker or an official has something to say to who got the batch."""

    recall_id: str
    batch_id: str
    product_name: str
    batch_no: str
    words: str
    buyers: tuple[str, ...]
