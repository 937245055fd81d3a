"""The verbs of certification. Split by who acts; callers use this one door."""

from market.certification.anomalies import report_duplicate, tell_products
from market.certification.bodies import add_body, save_body
from market.certification.entry import amend, enter
from market.certification.kinds import use_source
from market.certification.registry import adopt, apply_sync, compare, discard_sync
from market.certification.resolving import resolve_anomaly
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
    "adopt",
    "amend",
    "apply_sync",
    "approve",
    "ask",
    "cancel",
    "compare",
    "discard_sync",
    "enter",
    "plan_surveillance",
    "recheck",
    "record_surveillance",
    "refuse",
    "reinstate",
    "report_duplicate",
    "resolve_anomaly",
    "revoke",
    "save_body",
    "suspend",
    "sweep_due",
    "tell_products",
    "use_source",
]
