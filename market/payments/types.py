"""What other packages see of payments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.kernel.i18n import N_

CURRENCY = "cny"


class Method(StrEnum):
    """How money comes in."""

    CARD = "card"
    ALIPAY = "alipay"
    WECHAT = "wechat_pay"
    TRANSFER = "bank_transfer"
    ON_DELIVERY = "cash_on_delivery"

    @property
    def is_online(self) -> bool:
        return self in ONLINE

    @property
    def label(self) -> str:
        return METHOD_LABELS[self]


ONLINE = frozenset({Method.CARD, Method.ALIPAY, Method.WECHAT})
METHOD_LABELS = {
    Method.ALIPAY: N_("支付宝"),
    Method.WECHAT: N_("微信支付"),
    Method.CARD: N_("银行卡"),
    Method.TRANSFER: N_("银行转账"),
    Method.ON_DELIVERY: N_("货到付款"),
}


class PaymentState(StrEnum):
    """Where a payment stands. Only `succeeded` is final: late money is still money."""

    STARTING = "starting"  # written down, the provider not yet asked
    UNKNOWN = "unknown"  # asked, no answer; will be asked again with the same key
    OPEN = "open"  # waiting for the customer, or for the money
    SUCCEEDED = "succeeded"
    EXPIRED = "expired"
    FAILED = "failed"
    RETURNED = "returned"  # money came that did not fit, and all of it goes back


LIVE = (PaymentState.STARTING, PaymentState.UNKNOWN, PaymentState.OPEN)


class Resolution(StrEnum):
    """What a person decided about money that does not fit."""

    ACCEPT = "accept"  # it pays the order; the difference is given back, or borne by us
    REFUND = "refund"  # all of it goes back the way it came
    BY_HAND = "by_hand"  # dealt with outside these books, in another currency or order


class RefundState(StrEnum):
    """Where a refund stands."""

    REQUESTED = "requested"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class InboxState(StrEnum):
    """What became of a notification."""

    STORED = "stored"
    WAITING = "waiting"  # about a payment we do not know (yet)
    DONE = "done"
    IGNORED = "ignored"
    FLAGGED = "flagged"  # a person has to look


@dataclass(frozen=True)
class PaymentView:
    """One payment of an order."""

    id: str
    order_id: str
    order_code: str
    account_id: str
    method: Method
    state: PaymentState
    amount_fen: int
    received_fen: int
    refunded_fen: int
    redirect_url: str | None
    reference: str | None
    problem: str
    flagged: bool
    created_at: datetime
    expires_at: datetime
    succeeded_at: datetime | None
    slip_reference: str
    slip_file_id: str | None
    slip_at: datetime | None
    language: str
    idempotency_key: str

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True)
class Portion:
    """What one seller is to collect in cash."""

    seller_id: str
    seller_order_id: str
    due_fen: int


@dataclass(frozen=True)
class PortionView:
    """What one seller is to receive of a payment made outside the gateway."""

    id: str
    payment_id: str
    order_code: str
    seller_id: str
    seller_order_id: str
    due_fen: int
    received_fen: int | None
    confirmed_at: datetime | None


@dataclass(frozen=True)
class RefundView:
    """Money on its way back."""

    id: str
    payment_id: str
    order_code: str
    method: Method
    seller_id: str | None
    amount_fen: int
    reason: str
    state: RefundState
    problem: str
    created_at: datetime
    succeeded_at: datetime | None


@dataclass(frozen=True)
class InboxRow:
    """A notification as it was stored."""

    id: str
    event_id: str
    type: str
    state: InboxState
    note: str
    attempts: int
    received_at: datetime


@dataclass(frozen=True)
class Mismatch:
    """Money that came but does not fit its payment, and what can be done about it."""

    payment: PaymentView
    amount_fen: int
    currency: str
    choices: tuple[Resolution, ...]
    resolution: Resolution | None = None
    note: str = ""
    resolved_at: datetime | None = None

    @property
    def difference_fen(self) -> int:
        """More (positive) or less than was due."""
        return self.amount_fen - self.payment.amount_fen


ACCOUNT_LABELS = {
    "customer_receivable": N_("买家应付"),
    "gateway_clearing": N_("支付服务里的钱"),
    "bank_clearing": N_("银行账户里的钱"),
    "cod_clearing": N_("商家手里的现金"),
    "platform_promotion_cost": N_("平台承担的优惠"),
    "region_promotion_cost": N_("地区承担的优惠：%(name)s"),
    "region_subsidy_cost": N_("地区承担的补贴：%(name)s"),
    "customer_refunds": N_("要退给买家的钱"),
    "payment_differences": N_("少收的差额，平台承担"),
    "seller_payable": N_("要付给商家：%(name)s"),
}


@dataclass(frozen=True)
class AccountBalance:
    """An account of the ledger and the sum of its entries (debit positive)."""

    account: str
    balance_fen: int

    @property
    def seller_id(self) -> str:
        """Whose account it is; empty for the platform's own."""
        return self.account.partition(":")[2]

    @property
    def label(self) -> str:
        """Its name for people, with a place for the seller's."""
        return ACCOUNT_LABELS.get(self.account.partition(":")[0], self.account)


class Change(StrEnum):
    """What a report changed."""

    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    NOTHING = "nothing"
    UNKNOWN = "unknown"
    MISMATCH = "mismatch"


@dataclass(frozen=True)
class Applied:
    """The effect of a report on a payment."""

    change: Change
    payment: PaymentView | None = None
    note: str = ""
