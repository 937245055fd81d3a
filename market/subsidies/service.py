"""The verbs of subsidies, split by what they are about."""

from market.subsidies.carrying import on_joined, on_separated
from market.subsidies.claims import (
    answer_claim,
    approve_claim,
    ask_claim,
    file_claim,
    refuse_claim,
    withdraw_claim,
)
from market.subsidies.loans import (
    answer_loan,
    apply_loan,
    claim_quarter,
    decide_loan,
    plan,
    withdraw_loan,
)
from market.subsidies.payouts import pay_claims
from market.subsidies.schemes import (
    ask_household,
    change_budget,
    create_scheme,
    end_scheme,
    pause_scheme,
    publish_scheme,
    update_scheme,
)
from market.subsidies.vouchers import (
    give_back,
    is_scheme,
    release,
    reserve,
    retake,
    settle,
    unwaive,
    waive,
)

__all__ = [
    "answer_claim",
    "answer_loan",
    "apply_loan",
    "approve_claim",
    "ask_claim",
    "ask_household",
    "change_budget",
    "claim_quarter",
    "create_scheme",
    "decide_loan",
    "end_scheme",
    "file_claim",
    "give_back",
    "is_scheme",
    "on_joined",
    "on_separated",
    "pause_scheme",
    "pay_claims",
    "plan",
    "publish_scheme",
    "refuse_claim",
    "release",
    "reserve",
    "retake",
    "settle",
    "unwaive",
    "update_scheme",
    "waive",
    "withdraw_claim",
    "withdraw_loan",
]
