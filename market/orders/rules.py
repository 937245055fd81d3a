"""Pure sums of an order: paid shares and what a cancellation gives back, to the fen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
    borne: Mapping[str, int] = field(default_factory=dict)
    commission_fen: int = 0


@dataclass(frozen=True)
class GivenBack:
    """One negative line: `line_id` None is freight."""

    line_id: str | None
    quantity: int
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int
    borne: Mapping[str, int] = field(default_factory=dict)
    commission_fen: int = 0

    @property
    def paid_fen(self) -> int:
        return (
            self.goods_fen
            + self.freight_fen
            - self.seller_discount_fen
            - self.platform_discount_fen
        )


@dataclass(frozen=True)
class FreightMoney:
    """The freight of a part, and what its discounts took off it."""

    freight_fen: int
    seller_discount_fen: int = 0
    platform_discount_fen: int = 0
    borne: Mapping[str, int] = field(default_factory=dict)


def cancellation(
    lines: Sequence[LineMoney], freight: FreightMoney, counts: dict[str, int]
) -> list[GivenBack]:
    """What cancelling `counts` packs of the lines gives back: paid shares, and freight by weight.

    All amounts are positive. Cancelling everything, in any steps, gives back everything.
    """
    back = [_line_share(line, counts[line.line_id]) for line in lines if counts.get(line.line_id)]
    weights = _weights(lines)
    whole = sum(weights[line.line_id] * line.quantity for line in lines)
    before = sum(weights[line.line_id] * line.cancelled for line in lines)
    now = sum(weights[line.line_id] * counts.get(line.line_id, 0) for line in lines)
    found = _freight_share(freight, whole, before, now)
    return [*back, found] if found.freight_fen else back


def _freight_share(freight: FreightMoney, whole: int, before: int, now: int) -> GivenBack:
    def part(total: int) -> int:
        return share_of(total, whole, before, now)

    off_seller, off_platform = freight.seller_discount_fen, freight.platform_discount_fen
    paid = part(freight.freight_fen - off_seller - off_platform)
    seller, platform = part(off_seller), part(off_platform)
    borne = split_borne(freight.borne, part)
    return GivenBack(None, 0, 0, paid + seller + platform, seller, platform, borne)


def split_borne(borne: Mapping[str, int], part: Callable[[int], int]) -> dict[str, int]:
    """`part` of the sum of `borne`, split over its bearers.

    Worked out on running sums, so that the parts add up to `part` of the whole at every step
    and to each bearer's whole amount in the end.
    """
    found: dict[str, int] = {}
    running = given = 0
    for bearer in sorted(borne):
        running += borne[bearer]
        found[bearer] = part(running) - given
        given = part(running)
    return {bearer: fen for bearer, fen in found.items() if fen}


def _line_share(line: LineMoney, count: int) -> GivenBack:
    def part(total: int) -> int:
        return share_of(total, line.quantity, line.cancelled, count)

    paid = part(line.amount_fen - line.seller_discount_fen - line.platform_discount_fen)
    platform = part(line.platform_discount_fen)
    seller = part(line.seller_discount_fen)
    # Goods follow from what was paid, so that the paid share is exact whatever the rounding.
    goods = paid + platform + seller
    borne = split_borne(line.borne, part)
    fee = part(line.commission_fen)
    return GivenBack(line.line_id, count, goods, 0, seller, platform, borne, fee)


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
        part.borne,
        part.commission_fen,
    )
