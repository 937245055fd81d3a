"""Double entry in fen. Debit is positive, credit negative; every posting adds up to zero.

Accounts:
  gateway_clearing         money the payment gateway holds for us
  bank_clearing            money on the bank account
  cod_clearing             cash in the hands of sellers
  customer_receivable      what households owe for goods sold (negative: paid, not yet sold)
  platform_promotion_cost  discounts that the platform bears
  region_promotion_cost:<code>  discounts that a region bears and owes us
  commission_income        what the platform keeps of sales (credit)
  region_subsidy_cost:<code>  subsidies that a region's schemes bear and owe us
  payment_differences      what households paid too little and we let pass
  customer_refunds         what is owed back to households (credit) until it is sent
  seller_payable:<id>      what is owed to a seller (credit); a maker's share of a discount on
                           others' sales makes it smaller
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.kernel.ids import new_id
from market.payments.errors import EventReused, UnbalancedPosting
from market.payments.models import LedgerEntry, LedgerTransaction
from market.payments.types import CURRENCY, AccountBalance, Method

RECEIVABLE = "customer_receivable"
GATEWAY = "gateway_clearing"
BANK = "bank_clearing"
CASH = "cod_clearing"
PROMOTIONS = "platform_promotion_cost"
REFUNDS = "customer_refunds"
DIFFERENCES = "payment_differences"
COMMISSIONS = "commission_income"
PAYABLE = "seller_payable:"
REGION_PROMOTIONS = "region_promotion_cost:"
REGION_SUBSIDIES = "region_subsidy_cost:"


@dataclass(frozen=True)
class Share:
    """A seller's part of a sale: the household's payment and what others add to it.

    `borne` splits `platform_fen` by who bears it: platform, region:<code>, maker:<seller id>,
    subsidy:<region code>:<scheme code>; empty, the platform bears all. `commission_fen` is what
    the platform keeps of the claim.
    """

    seller_id: str
    paid_fen: int
    platform_fen: int
    borne: Mapping[str, int] = field(default_factory=dict)
    commission_fen: int = 0

    def costs(self) -> dict[str, int]:
        """The accounts that bear `platform_fen`."""
        entries: dict[str, int] = {}
        for bearer, fen in self.borne.items():
            account = _account_of(bearer)
            entries[account] = entries.get(account, 0) + fen
        rest = self.platform_fen - sum(entries.values())
        entries[PROMOTIONS] = entries.get(PROMOTIONS, 0) + rest
        return entries


def _account_of(bearer: str) -> str:
    who, _, key = bearer.partition(":")
    accounts = {
        "region": REGION_PROMOTIONS + key,
        "maker": PAYABLE + key,
        "subsidy": REGION_SUBSIDIES + key.partition(":")[0],
    }
    return accounts.get(who, PROMOTIONS)


def _added(*parts: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for account, fen in part.items():
            total[account] = total.get(account, 0) + fen
    return total


def _negative(part: Mapping[str, int]) -> dict[str, int]:
    return {account: -fen for account, fen in part.items()}


def clearing(method: Method) -> str:
    """Where money of a method first arrives."""
    if method is Method.TRANSFER:
        return BANK
    return CASH if method is Method.ON_DELIVERY else GATEWAY


def post(
    session: Session,
    event_key: str,
    entries: Mapping[str, int],
    *,
    memo: str,
    now: datetime,
    order_id: str | None = None,
) -> bool:
    """Post once per `event_key`; a repetition changes nothing and returns False.

    Raises UnbalancedPosting when the entries do not add up to zero, and EventReused when
    the key was posted with other entries.
    """
    rows = {account: fen for account, fen in entries.items() if fen}
    if sum(rows.values()) != 0:
        raise UnbalancedPosting(f"{event_key}: {rows}")
    if not rows:
        return False
    transaction = {
        "id": new_id(), "event_key": event_key, "order_id": order_id, "memo": memo,
        "posted_at": now,
    }  # fmt: skip
    if not insert_new(session, LedgerTransaction, [transaction]):
        _assert_same(session, event_key, rows)
        return False
    session.execute(
        insert(LedgerEntry),
        [
            {"transaction_id": transaction["id"], "account": account, "amount_fen": fen,
             "currency": CURRENCY}
            for account, fen in sorted(rows.items())
        ],
    )  # fmt: skip
    return True


def _assert_same(session: Session, event_key: str, rows: Mapping[str, int]) -> None:
    found = session.execute(
        select(LedgerEntry.account, LedgerEntry.amount_fen)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerTransaction.event_key == event_key)
    )
    posted = {row.account: row.amount_fen for row in found}
    if posted != dict(rows):
        raise EventReused(event_key)


def receipt(method: Method, amount_fen: int) -> dict[str, int]:
    """Money came in."""
    return {clearing(method): amount_fen, RECEIVABLE: -amount_fen}


def sale(shares: list[Share]) -> dict[str, int]:
    """Goods were sold: the household owes its part, the platform its promotions, we the sellers."""
    entries = {RECEIVABLE: sum(share.paid_fen for share in shares)}
    owed = [{PAYABLE + x.seller_id: -x.paid_fen - x.platform_fen} for x in shares]
    kept = [_commission(share) for share in shares]
    return _added(entries, *(share.costs() for share in shares), *owed, *kept)


def cash_kept(shares: list[Share]) -> dict[str, int]:
    """The sellers keep the cash they collected, as part of what is owed to them."""
    entries = {CASH: -sum(share.paid_fen for share in shares)}
    for share in shares:
        account = PAYABLE + share.seller_id
        entries[account] = entries.get(account, 0) + share.paid_fen
    return entries


def take_back(share: Share) -> dict[str, int]:
    """A sale is undone in part: the seller's claim shrinks, the household is owed money."""
    return _added(_claim_back(share), {REFUNDS: -share.paid_fen})


def give_back(amount_fen: int) -> dict[str, int]:
    """Money that became no sale is owed back."""
    return {RECEIVABLE: amount_fen, REFUNDS: -amount_fen}


def difference(missing_fen: int) -> dict[str, int]:
    """A household paid too little; we bear what is missing."""
    return {DIFFERENCES: missing_fen, RECEIVABLE: -missing_fen}


def difference_back(fen: int) -> dict[str, int]:
    """Goods whose price we had borne in part came back: that part is not owed to anyone."""
    return {REFUNDS: fen, DIFFERENCES: -fen}


def reduce(share: Share) -> dict[str, int]:
    """A sale shrinks before it is paid: nobody is owed money, the household owes less."""
    return _added(_claim_back(share), {RECEIVABLE: -share.paid_fen})


def discount_at_till(share: Share) -> dict[str, int]:
    """A shop gave a discount at its till: those who bear it owe it to the shop."""
    return _added(share.costs(), {PAYABLE + share.seller_id: -share.platform_fen})


def _claim_back(share: Share) -> dict[str, int]:
    claim = {PAYABLE + share.seller_id: share.paid_fen + share.platform_fen}
    return _added(claim, _negative(share.costs()), _negative(_commission(share)))


def _commission(share: Share) -> dict[str, int]:
    """The platform keeps a part of what it would owe a seller."""
    fen = share.commission_fen
    return {PAYABLE + share.seller_id: fen, COMMISSIONS: -fen} if fen else {}


def refund_sent(method: Method, amount_fen: int, seller_id: str | None) -> dict[str, int]:
    """What was owed back has left. Cash was given back by the seller who had kept it."""
    if method is Method.ON_DELIVERY and seller_id is not None:
        return {REFUNDS: amount_fen, PAYABLE + seller_id: -amount_fen}
    return {REFUNDS: amount_fen, clearing(method): -amount_fen}


def trial_balance(session: Session) -> list[AccountBalance]:
    """Every account with its sum; all sums together are zero."""
    rows = session.execute(
        select(LedgerEntry.account, func.sum(LedgerEntry.amount_fen))
        .group_by(LedgerEntry.account)
        .order_by(LedgerEntry.account)
    )
    return [AccountBalance(account, int(fen)) for account, fen in rows]


def balance(session: Session, account: str) -> int:
    """The sum of one account."""
    total = session.scalar(
        select(func.sum(LedgerEntry.amount_fen)).where(LedgerEntry.account == account)
    )
    return int(total or 0)


def unbalanced(session: Session) -> list[str]:
    """Event keys whose entries do not add up to zero in one currency; empty when all is well."""
    rows = session.execute(
        select(LedgerTransaction.event_key)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id, isouter=True)
        .group_by(LedgerTransaction.event_key)
        .having(
            (func.coalesce(func.sum(LedgerEntry.amount_fen), 1) != 0)
            | (func.count(func.distinct(LedgerEntry.currency)) != 1)
        )
    )
    return [key for (key,) in rows]
