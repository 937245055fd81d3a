"""Pure sums of an order: paid shares and what a cancellation gives back, to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.kernel.money import allocate


def share_of(total: int, whole: int, before: int, count: int) -> int:
    """The part of `total` that falls on `count` of `whole` pieces, after `before` of them.

    Steps of any size add up to exactly `total` when all pieces are gone.
    """
    if whole <= 0:
        return 0
    return total * (before + count) // whole - total * before // whole


@dataclass(frozen=True)
class LineMoney:
    """The money of a frozen line."""

    line_id: str
    quantity: int
    weight_g: int
    amount_fen: int
    seller_discount_fen: int
    platform_discount_fen: int
    cancelled: int


@dataclass(frozen=True)
class GivenBack:
    """One negative line: `line_id` None is freight."""

    line_id: str | None
    quantity: int
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int

    @property
    def paid_fen(self) -> int:
        return (
            self.goods_fen
            + self.freight_fen
            - self.seller_discount_fen
            - self.platform_discount_fen
        )


def cancellation(
    lines: Sequence[LineMoney], freight_fen: int, counts: dict[str, int]
) -> list[GivenBack]:
    """What cancelling `counts` packs of the lines gives back: paid shares, and freight by weight.

    All amounts are positive. Cancelling everything, in any steps, gives back everything.
    """
    back = [_line_share(line, counts[line.line_id]) for line in lines if counts.get(line.line_id)]
    weights = _weights(lines)
    whole = sum(weights[line.line_id] * line.quantity for line in lines)
    before = sum(weights[line.line_id] * line.cancelled for line in lines)
    now = sum(weights[line.line_id] * counts.get(line.line_id, 0) for line in lines)
    freight = share_of(freight_fen, whole, before, now)
    if freight:
        back.append(GivenBack(None, 0, 0, freight, 0, 0))
    return back


def _line_share(line: LineMoney, count: int) -> GivenBack:
    def part(total: int) -> int:
        return share_of(total, line.quantity, line.cancelled, count)

    paid = part(line.amount_fen - line.seller_discount_fen - line.platform_discount_fen)
    platform = part(line.platform_discount_fen)
    seller = part(line.seller_discount_fen)
    # Goods follow from what was paid, so that the paid share is exact whatever the rounding.
    return GivenBack(line.line_id, count, paid + platform + seller, 0, seller, platform)


def _weights(lines: Sequence[LineMoney]) -> dict[str, int]:
    weighed = any(line.weight_g for line in lines)
    return {line.line_id: line.weight_g if weighed else 1 for line in lines}


def capped(back: Sequence[GivenBack], most_fen: int) -> list[GivenBack]:
    """`back` cut down so that what is paid back is at most `most_fen`.

    Needed when a goodwill refund was given before: nobody gets back more than was paid.
    """
    wanted = sum(part.paid_fen for part in back)
    if wanted <= most_fen:
        return list(back)
    kept = allocate(max(0, most_fen), [part.paid_fen for part in back]) if back else []
    return [_reduced(part, part.paid_fen - paid) for part, paid in zip(back, kept, strict=True)]


def _reduced(part: GivenBack, by_fen: int) -> GivenBack:
    freight = min(part.freight_fen, by_fen)
    return GivenBack(
        part.line_id,
        part.quantity,
        part.goods_fen - (by_fen - freight),
        part.freight_fen - freight,
        part.seller_discount_fen,
        part.platform_discount_fen,
    )
