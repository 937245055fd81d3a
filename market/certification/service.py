"""The verbs of certification. Split by who acts; callers use this one door."""

from market.certification.bodies import add_body, save_body
from market.certification.entry import amend, enter
from market.certification.kinds import use_source
from market.certification.review import (
    approve,
    ask,
    cancel,
    recheck,
    refuse,
    reinstate,
    revoke,
    suspend,
)
from market.certification.surveillance import plan_surveillance, record_surveillance
from market.certification.sweep import sweep_due

__all__ = [
    "add_body",
    "amend",
    "approve",
    "ask",
    "cancel",
    "enter",
    "plan_surveillance",
    "recheck",
    "record_surveillance",
    "refuse",
    "reinstate",
    "revoke",
    "save_body",
    "suspend",
    "sweep_due",
    "use_source",
]
