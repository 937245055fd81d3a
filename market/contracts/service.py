"""The verbs of contracts: ask, draft, sign, deliver, run, end."""

from market.contracts.asking import ask, plan_page
from market.contracts.delivering import bind_order, on_order_placed, put_into_cart
from market.contracts.ending import cancel, decide, release_undecided
from market.contracts.personal import on_account_deleted
from market.contracts.running import accept, answer, ask_rework, propose, report
from market.contracts.signing import sign
from market.contracts.versions import edit, on_request_awarded, use_template

__all__ = [
    "accept",
    "answer",
    "ask",
    "ask_rework",
    "bind_order",
    "cancel",
    "decide",
    "edit",
    "on_account_deleted",
    "on_order_placed",
    "on_request_awarded",
    "plan_page",
    "propose",
    "put_into_cart",
    "release_undecided",
    "report",
    "sign",
    "use_template",
]
