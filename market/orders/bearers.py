"""Who bears the discounts of a seller's part, read from what was frozen at the sale."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.orders import models as m
from market.orders.rules import FreightMoney

SELLER = "seller"


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

    def whole(self) -> dict[str, int]:
        """What each of the others bears of the whole part."""
        total: dict[str, int] = {}
        for split in (*self._lines.values(), self._freight):
            for bearer, fen in _others(split).items():
                total[bearer] = total.get(bearer, 0) + fen
        return total


def _others(split: dict[str, int]) -> dict[str, int]:
    return {bearer: fen for bearer, fen in split.items() if bearer != SELLER}
