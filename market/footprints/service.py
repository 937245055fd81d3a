"""The verbs of carbon footprints, split by who acts; enter here."""

from market.footprints.declaring import (
    REPORTS,
    add_line,
    attach_report,
    discard,
    edit,
    recompute,
    remove_line,
    start,
    submit,
    withdraw,
)
from market.footprints.factors import add_factor, load_factors, supersede_factor
from market.footprints.review import EVIDENCE, refuse, revoke, verify

__all__ = [
    "EVIDENCE",
    "REPORTS",
    "add_factor",
    "add_line",
    "attach_report",
    "discard",
    "edit",
    "load_factors",
    "recompute",
    "refuse",
    "remove_line",
    "revoke",
    "start",
    "submit",
    "supersede_factor",
    "verify",
    "withdraw",
]
