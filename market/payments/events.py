"""What happened to payments. Handlers run in the same transaction and cannot refuse."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class PaymentReturned(Event):
    """Money came that the order did not need (any more): all of it goes back."""

    payment_id: str
    order_id: str
    account_id: str
    amount_fen: int
    at: datetime
