"""What happened to contracts. `to` are the accounts that are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class ContractMoved(Event):
    """Something one party did that the other should know.

    `what` is "drafted", "changed", "signed", "running", "reported", "accepted", "rework",
    "move_asked", "move_agreed", "move_refused", "cancelled", "finished" or "undecided" (time ran
    out over goods).
    """

    contract_id: str
    number: str
    what: str
    to: tuple[str, ...]
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
