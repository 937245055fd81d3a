"""What happened to subsidies. Handlers run in the same transaction and cannot refuse."""

from dataclasses import dataclass
from datetime import datetime

from market.kernel.events import Event


@dataclass(frozen=True)
class ClaimFiled(Event):
    """A claim or an application waits for the officials of `region_code`; `amount_fen` asked."""

    subject_id: str
    code: str
    scheme_name: str
    scheme_name_en: str
    region_code: str
    amount_fen: int
    is_loan: bool
    at: datetime


@dataclass(frozen=True)
class ClaimMoved(Event):
    """`state` is asked, approved, refused or paid; `account_id` filed it."""

    subject_id: str
    code: str
    account_id: str
    scheme_name: str
    scheme_name_en: str
    state: str
    amount_fen: int
    words: str
    of_seller: bool
    is_loan: bool
    key: str
    at: datetime
