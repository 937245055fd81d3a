"""The verbs of adoption databases: propose, review twice, ask, leave, come back."""

from market.adoptions.gate import on_goods_changed, settle
from market.adoptions.outside import decide_difference, hear
from market.adoptions.proposing import (
    EVIDENCE,
    answer,
    ask_back,
    propose,
    propose_for,
    withdraw,
)
from market.adoptions.reviewing import ask, pass_first, pass_second, readmit, refuse, remove
from market.adoptions.usage import (
    USAGE_EVIDENCE,
    approve_usage,
    end_usage,
    record_usage,
    refuse_usage,
)

__all__ = [
    "EVIDENCE",
    "USAGE_EVIDENCE",
    "answer",
    "approve_usage",
    "ask",
    "ask_back",
    "decide_difference",
    "end_usage",
    "hear",
    "on_goods_changed",
    "pass_first",
    "pass_second",
    "propose",
    "propose_for",
    "readmit",
    "record_usage",
    "refuse",
    "refuse_usage",
    "remove",
    "settle",
    "withdraw",
]
