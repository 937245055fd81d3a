"""Codes for shops: a household has one open code of a promotion, redeemed by the shop's staff
exactly once; then it may ask for the next, as often as the promotion allows.

A till without a connection takes the code down and sends it later. What it sends is settled
honestly: the first to arrive is redeemed, a second one is refused and kept with its reason.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.clock import SHANGHAI
from market.kernel.errors import DomainError
from market.kernel.events import publish
from market.kernel.ids import new_code
from market.kernel.money import Fen
from market.promotions import budget, eligibility, mapping, queries
from market.promotions.conditions import Failure
from market.promotions.engine import evaluate
from market.promotions.errors import NotAtThisTill, NotOffline, VoucherUnknown, VoucherUsed
from market.promotions.events import RedeemedAtTill
from market.promotions.models import Promotion, Redemption, TillEntry, Voucher
from market.promotions.types import (
    AtTill,
    Channel,
    Evaluation,
    PricedLine,
    PromotionSpec,
    TillRow,
    VoucherView,
)
from market.promotions.types import Redemption as Use
from market.sellers.errors import SellerNotFound

GRACE = timedelta(days=3)  # how long after the sale a queued code is judged by its own instant
ANSWER_LOST = timedelta(minutes=3)  # a till writes minutes, and waits half of one for an answer
SAME_USE = "same_use"
_TILL = "till"


def issue(session: Session, promotion_id: str, household_id: str, now: datetime) -> VoucherView:
    """The household's open code for a promotion; without one, a new one while it may use the
    promotion once more. Raises NotOffline, NotForHousehold."""
    row = queries.row_of(session, promotion_id)
    running = row.state == "live" and row.starts_at <= now < row.ends_at
    spec = _spec(session, row)
    if spec.conditions.channel is Channel.ONLINE or not running:
        raise NotOffline
    found = find(session, promotion_id, household_id)
    if found is not None and found.redeemed_at is None:
        return found
    eligibility.require(session, spec, household_id, now, Channel.OFFLINE)
    try:
        with session.begin_nested():
            session.add(
                Voucher(
                    promotion_id=promotion_id, household_id=household_id, code=new_code(10),
                    issued_at=now,
                )
            )  # fmt: skip
            session.flush()
    except IntegrityError:
        pass  # another window was faster
    found = find(session, promotion_id, household_id)
    assert found is not None
    return found


def find(session: Session, promotion_id: str, household_id: str | None) -> VoucherView | None:
    """The household's code for a promotion: the open one, else the last it used."""
    row = session.scalar(
        select(Voucher)
        .where(Voucher.promotion_id == promotion_id, Voucher.household_id == household_id)
        .order_by(Voucher.redeemed_at.is_not(None), Voucher.redeemed_at.desc(), Voucher.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return VoucherView(
        row.id, row.promotion_id, row.code, row.issued_at, row.redeemed_at, row.off_fen
    )


def look(
    session: Session, actor: Actor, seller_id: str, code: str, goods_fen: Fen, now: datetime
) -> AtTill:
    """What a code would give at this shop for goods of an amount. Raises VoucherUnknown."""
    voucher, row = _voucher(session, actor, seller_id, code)
    result = _evaluate(session, voucher, row, seller_id, goods_fen, now)
    verdict = next(iter(result.verdicts), None)
    if verdict is not None and verdict.reason_code:
        failure = eligibility.told(Failure(verdict.reason_code, verdict.reason_params))
        verdict = verdict._replace(reason_code=failure.code, reason_params=failure.params)
    return AtTill(
        voucher.id, row.id, row.name, row.name_en, mapping.draft_of(row, ()).benefit,
        result.discount_fen, verdict, voucher.redeemed_at,
    )  # fmt: skip


def redeem(
    session: Session, actor: Actor, seller_id: str, code: str, goods_fen: Fen, *,
    now: datetime, taken_at: datetime | None = None,
) -> Fen:  # fmt: skip
    """Give the discount at the till, once; returns it.

    `taken_at` is when a till without connection took the code down; within the grace the
    rules are judged at that instant. Raises VoucherUnknown, VoucherUsed, NotAtThisTill, and
    BudgetExhausted with its kinds: then nothing was redeemed.
    """
    voucher, row = _voucher(session, actor, seller_id, code)
    at = taken_at if taken_at is not None and now - GRACE <= taken_at <= now else now
    result = _evaluate(session, voucher, row, seller_id, goods_fen, at)
    off = result.discount_fen
    taken = session.execute(
        update(Voucher)
        .where(Voucher.id == voucher.id, Voucher.redeemed_at.is_(None))
        .values(
            redeemed_at=now, redeemed_by=actor.account_id, seller_id=seller_id,
            goods_fen=goods_fen, off_fen=off,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(voucher)
        used = voucher.redeemed_at or now
        raise VoucherUsed(at=f"{used.astimezone(SHANGHAI):%m-%d %H:%M}")
    if not off:
        raise NotAtThisTill
    budget.reserve(session, [Use(row.id, off)], voucher.id, voucher.household_id, at)
    session.execute(
        update(Redemption).where(Redemption.order_id == voucher.id).values(channel="offline")
    )
    budget.settle(session, voucher.id, now)
    borne: dict[str, Fen] = {}
    for item in result.adjustments:
        if item.bearer != "seller":
            borne[item.bearer] = borne.get(item.bearer, 0) - item.amount_fen
    publish(session, RedeemedAtTill(voucher.id, row.id, seller_id, off, borne, now))
    return off


def take_queued(
    session: Session, actor: Actor, seller_id: str, entry: TillRow, key: str, now: datetime
) -> TillRow:
    """Settle one entry of a till's queue; the same key again gives the same answer."""
    _require_member(actor, seller_id)
    known = session.scalar(
        select(TillEntry).where(TillEntry.seller_id == seller_id, TillEntry.key == key)
    )
    if known is not None:
        return _row(known)
    try:
        with session.begin_nested():
            off = redeem(
                session, actor, seller_id, entry.code, entry.goods_fen, now=now,
                taken_at=entry.taken_at,
            )  # fmt: skip
        outcome = "redeemed"
    except VoucherUsed as refusal:
        before = _same_use(session, seller_id, entry)
        outcome, off = (refusal.code, 0) if before is None else (SAME_USE, before)
    except DomainError as refusal:
        outcome, off = refusal.code, 0
    row = TillEntry(
        seller_id=seller_id, key=key, code=entry.code[:32], goods_fen=entry.goods_fen,
        taken_at=entry.taken_at, sent_at=now, sent_by=actor.account_id, outcome=outcome[:40],
        off_fen=off,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _row(row)


def _same_use(session: Session, seller_id: str, entry: TillRow) -> Fen | None:
    """What the shop gave when it redeemed this very sale and the answer got lost on the way."""
    at = entry.taken_at
    return session.scalar(
        select(Voucher.off_fen).where(
            Voucher.code == plain(entry.code),
            Voucher.seller_id == seller_id,
            Voucher.goods_fen == entry.goods_fen,
            Voucher.redeemed_at.between(at - ANSWER_LOST, at + ANSWER_LOST),
        )
    )


def queued(session: Session, seller_id: str, limit: int = 30) -> list[TillRow]:
    """The last entries of a shop's queue."""
    query = (
        select(TillEntry)
        .where(TillEntry.seller_id == seller_id)
        .order_by(TillEntry.sent_at.desc(), TillEntry.id.desc())
        .limit(limit)
    )
    return [_row(row) for row in session.scalars(query)]


def _row(row: TillEntry) -> TillRow:
    return TillRow(row.code, row.goods_fen, row.taken_at, row.outcome, row.off_fen)


def _require_member(actor: Actor, seller_id: str) -> None:
    if not actor.is_member_of_seller(seller_id):
        raise SellerNotFound()


def _voucher(
    session: Session, actor: Actor, seller_id: str, code: str
) -> tuple[Voucher, Promotion]:
    _require_member(actor, seller_id)
    voucher = session.scalar(select(Voucher).where(Voucher.code == plain(code)))
    if voucher is None:
        raise VoucherUnknown(field="code")
    row = queries.row_of(session, voucher.promotion_id)
    if row.seller_id is not None and row.seller_id != seller_id:
        raise VoucherUnknown(field="code")
    return voucher, row


def plain(code: str) -> str:
    """A code as stored, out of what was typed or scanned."""
    return "".join(char for char in code.upper() if char.isalnum())[:16]


def _evaluate(
    session: Session, voucher: Voucher, row: Promotion, seller_id: str, goods_fen: Fen,
    at: datetime,
) -> Evaluation:  # fmt: skip
    """The same engine as everywhere; the till says how much of the goods it is about. The place
    is that of the household, as when its code was made."""
    spec = _for_till(_spec(session, row), voucher)
    line = PricedLine(_TILL, "", "", "", seller_id, 1, goods_fen, goods_fen, maker_id=seller_id)
    situation = eligibility.situation_of(session, spec, voucher.household_id, at, Channel.OFFLINE)
    return evaluate([line], situation, [spec])


def _spec(session: Session, row: Promotion) -> PromotionSpec:
    return mapping.spec_of(row, queries.prefixes_of(session, [row.id]).get(row.id, ()))


def _for_till(spec: PromotionSpec, voucher: Voucher) -> PromotionSpec:
    """Which goods count is for the shop's staff to see; the rest is judged as ever."""
    conditions = replace(
        spec.conditions, kind_codes=frozenset(), product_ids=frozenset(), min_star=0,
        certified_only=False, min_quantity=0,
    )  # fmt: skip
    return replace(spec, conditions=conditions, codes=frozenset({voucher.code}), needs_code=False)
