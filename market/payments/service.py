"""The verbs of payments. None of them calls the gateway: that happens between transactions."""

from market.payments.inbox import close as close_event
from market.payments.inbox import close_by_hand as close_event_by_hand
from market.payments.inbox import due as due_events
from market.payments.inbox import postpone as postpone_event
from market.payments.inbox import store as store_event
from market.payments.inbox import take as take_event
from market.payments.mismatches import flag_transfer, take_mismatch
from market.payments.offline import (
    announce_transfer,
    confirm_portion,
    confirm_transfer,
    reduce_portion,
    settle_if_complete,
)
from market.payments.refunding import (
    refund_paid_by_hand,
    refund_refused,
    refund_to_send,
    refund_unknown,
    request_refund,
)
from market.payments.reports import apply as apply_report
from market.payments.starting import (
    give_up,
    order_closed,
    record_refused,
    record_started,
    record_unknown,
    start,
)

__all__ = [
    "announce_transfer",
    "apply_report",
    "close_event",
    "close_event_by_hand",
    "confirm_portion",
    "confirm_transfer",
    "due_events",
    "flag_transfer",
    "give_up",
    "order_closed",
    "postpone_event",
    "record_refused",
    "record_started",
    "record_unknown",
    "reduce_portion",
    "refund_paid_by_hand",
    "refund_refused",
    "refund_to_send",
    "refund_unknown",
    "request_refund",
    "settle_if_complete",
    "start",
    "store_event",
    "take_event",
    "take_mismatch",
]
