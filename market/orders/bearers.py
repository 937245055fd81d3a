"""Who bears the discounts of a seller's part, read from what was frozen at the sale."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.orders import models as m
from market.orders.loading import Loaded, share_of_part
from market.orders.rules import FreightMoney
from market.orders.types import SellerShare

SELLER = "seller"


_OFF_LINES = (
    select(
        m.OrderLine.seller_order_id, m.LineAdjustment.bearer,
        func.sum(-m.LineAdjustment.amount_fen),
    )
    .join(m.LineAdjustment, m.LineAdjustment.order_line_id == m.OrderLine.id)
    .where(m.OrderLine.seller_order_id.in_(bindparam("ids", expanding=True)))
    .group_by(m.OrderLine.seller_order_id, m.LineAdjustment.bearer)
)  # fmt: skip
_OFF_FREIGHT = (
    select(
        m.FreightAdjustment.seller_order_id, m.FreightAdjustment.bearer,
        func.sum(-m.FreightAdjustment.amount_fen),
    )
    .where(m.FreightAdjustment.seller_order_id.in_(bindparam("ids", expanding=True)))
    .group_by(m.FreightAdjustment.seller_order_id, m.FreightAdjustment.bearer)
)  # fmt: skip


class Bearers:
    """Sums per bearer of one part's discounts; two statements."""

    def __init__(self, session: Session, seller_order_id: str) -> None:
        line, adjustment, freight = m.OrderLine, m.LineAdjustment, m.FreightAdjustment
        self._lines: dict[str, dict[str, int]] = {}
        rows = session.execute(
            select(line.id, adjustment.bearer, func.sum(-adjustment.amount_fen))
            .join(adjustment, adjustment.order_line_id == line.id)
            .where(line.seller_order_id == seller_order_id)
            .group_by(line.id, adjustment.bearer)
        )
        for line_id, bearer, fen in rows:
            self._lines.setdefault(line_id, {})[bearer] = int(fen)
        found = session.execute(
            select(freight.bearer, func.sum(-freight.amount_fen))
            .where(freight.seller_order_id == seller_order_id)
            .group_by(freight.bearer)
        )
        self._freight = {bearer: int(fen) for bearer, fen in found}

    def of_line(self, line_id: str) -> dict[str, int]:
        """What others than the seller bear of a line's discounts."""
        return _others(self._lines.get(line_id, {}))

    def freight(self, freight_fen: int) -> FreightMoney:
        """The freight with its discounts."""
        others = _others(self._freight)
        by_seller = self._freight.get(SELLER, 0)
        return FreightMoney(freight_fen, by_seller, sum(others.values()), others)


def shares_of(session: Session, loaded: Loaded) -> tuple[SellerShare, ...]:
    """How the sellers' parts of a price are made up; two statements when others bear some."""
    borne = _borne(session, [part.id for part in loaded.parts if part.platform_discount_fen])
    return tuple(
        share_of_part(
            part, sum(line.commission_fen for line in loaded.lines[part.id]), borne.get(part.id)
        )
        for part in loaded.parts
    )


def _borne(session: Session, part_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """What each of the others bears of whole parts."""
    found: dict[str, dict[str, int]] = {}
    if not part_ids:
        return found
    for statement in (_OFF_LINES, _OFF_FREIGHT):
        for part_id, bearer, fen in session.execute(statement, {"ids": part_ids}):
            if bearer != SELLER:
                split = found.setdefault(part_id, {})
                split[bearer] = split.get(bearer, 0) + int(fen)
    return found


def _others(split: dict[str, int]) -> dict[str, int]:
    return {bearer: fen for bearer, fen in split.items() if bearer != SELLER}
