"""A household fetches its goods at a pick-up point: what goes there, its place, what is kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.types import AddressView
from market.catalogue.types import ListingView
from market.checkout.errors import NobodyTakesCash, PointGone
from market.checkout.types import Quote, SellerBlock, Submission
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.orders.pickup_types import PickupThen
from market.orders.types import PayMethod
from market.pickups import queries as points
from market.pickups import service as pickups
from market.pickups.errors import DayFull, GoodsUnfit
from market.pickups.types import Goods, PickupChoice, Piece, PointOffer, PointView, Share

HOME = "home"
_SIDES = ("length_mm", "width_mm", "height_mm")


def find_point(
    session: Session, point_id: str, town: RegionCode, now: datetime
) -> PointView | None:
    """A point of the township that takes goods."""
    known = points.open_points(session, town, now)
    return next((point for point in known if point.id == point_id), None)


def chosen_point(
    session: Session, submission: Submission, address: AddressView, now: datetime
) -> PointView | None:
    """The point that was chosen, None for home. Raises PointGone, NobodyTakesCash."""
    if submission.pickup is None:
        return None
    point = find_point(session, submission.pickup.point_id, address.region, now)
    if point is None:
        raise PointGone(field="pickup")
    if submission.payment_method == PayMethod.ON_DELIVERY:
        raise NobodyTakesCash(field="payment_method")
    return point


def offers(
    session: Session, quoted: Quote, towns: Iterable[RegionCode], now: datetime
) -> tuple[PointOffer, ...]:
    """What the points of the townships offer for a cart."""
    goods, days = _goods(quoted.seller_blocks), _lead_days(quoted.seller_blocks)
    return points.offers(session, dict.fromkeys(towns), goods, days, now)


def refusal(
    session: Session, quoted: Quote, choice: PickupChoice | None, point: PointView | None,
    now: datetime,
) -> DomainError | None:  # fmt: skip
    """Why a choice cannot be had any more, None when it can or when nothing was chosen."""
    if choice is None:
        return None
    if point is None:
        return PointGone()
    known = offers(session, quoted, [point.region], now)
    offer = next((one for one in known if one.point.id == point.id), None)
    if offer is None:
        return PointGone()
    if offer.unfit is not None:
        return GoodsUnfit()
    if all(one.day != choice.day for one in offer.days):
        return DayFull(point=point.name_zh, day=choice.day.isoformat())
    return None


def picked(asked: str, addresses: Sequence[AddressView], offered: Sequence[PointOffer]) -> str:
    """What stands chosen: what was asked for, else the first day of the point where the household
    of the first address usually fetches, else home."""
    values = {f"{one.point.id}@{day.day}" for one in offered for day in one.days}
    if asked == HOME or asked in values:
        return asked
    usual = addresses[0].pickup_point_id if addresses else None
    days = next((one.days for one in offered if one.point.id == usual), ())
    return f"{usual}@{days[0].day}" if days else HOME


def take_place(
    session: Session, order_id: str, quoted: Quote, submission: Submission,
    point: PointView | None, town: str, now: datetime,
) -> PickupThen | None:  # fmt: skip
    """Take the place of an order at its point; what the order keeps of it, None for home.

    Goods of a village purchase that go to another drop point take none. Raises GoodsUnfit,
    DayNotOffered, DayFull (of pickups).
    """
    if point is None or submission.pickup is None:
        return None
    dropped = [block for block in quoted.seller_blocks if _goes_to(block, point)]
    if not dropped:
        return None
    pickups.take(
        session, order_id, point, submission.pickup.day, _goods(dropped),
        [Share(block.seller_id, block.dropped_g) for block in dropped],
        lead_days=_lead_days(dropped), now=now,
    )  # fmt: skip
    return PickupThen(
        point_id=point.id,
        name_zh=point.name_zh,
        name_en=point.name_en,
        town=town,
        where=point.where,
        hours=point.hours,
        agent_name=point.agent_name,
        agent_phone=point.agent_phone,
        day=submission.pickup.day,
    )


def _goes_to(block: SellerBlock, point: PointView) -> bool:
    elsewhere = bool(block.drop_point) and block.drop_point_id != point.id
    return bool(block.buyable) and not elsewhere


def _goods(blocks: Sequence[SellerBlock]) -> Goods:
    lines = [line for block in blocks for line in block.buyable if line.listing]
    return Goods(
        weight_g=sum(block.dropped_g for block in blocks),
        pieces=tuple(_piece(line.listing) for line in lines if line.listing),
    )


def _lead_days(blocks: Sequence[SellerBlock]) -> int:
    return max((block.lead_days for block in blocks), default=0)


def _piece(listing: ListingView) -> Piece:
    """A pack: its longest side as far as its maker gave one."""
    sides = [listing.attributes.get(name) for name in _SIDES]
    known = [float(side) for side in sides if isinstance(side, int | float)]
    return Piece(
        listing.product_name, listing.product_name_en, listing.weight_g,
        int(max(known)) if known else None,
    )  # fmt: skip
