"""What changes by itself: recommended goods that nobody may sell, and what counties buy."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.region_code import RegionCode
from market.orders import service as orders
from market.picks.events import PickLost
from market.picks.models import CountyPurchase, LocalPick
from market.picks.types import DAYS, LEAST_HOUSEHOLDS

_AT_ONCE = 500


def check_picks(session: Session, now: datetime) -> int:
    """Officials learn once of each standing pick that nobody may sell any more; what is sold
    again is forgotten. Returns how many picks changed."""
    rows = session.scalars(
        select(LocalPick)
        .where(LocalPick.ended_at.is_(None), LocalPick.until_on >= shanghai_date(now))
        .order_by(LocalPick.id)
    ).all()
    changed = 0
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        open_ones = catalogue.buyable_products(session, {row.product_id for row in some}, now)
        moved = [row for row in some if (row.lost_at is None) != (row.product_id in open_ones)]
        names = catalogue.product_names(session, {row.product_id for row in moved})
        for row in moved:
            changed += _mark(session, row, names[row.product_id][0], now)
    return changed


def _mark(session: Session, row: LocalPick, name: str, now: datetime) -> int:
    lost = row.lost_at is None
    marked = session.execute(
        update(LocalPick)
        .where(
            LocalPick.id == row.id,
            LocalPick.lost_at.is_(None) if lost else LocalPick.lost_at.is_not(None),
        )
        .values(lost_at=now if lost else None)
        .execution_options(synchronize_session=False)
    )
    session.expire(row)
    if lost and marked.rowcount == 1:  # type: ignore[attr-defined]
        region = RegionCode(row.region_code)
        publish(session, PickLost(row.id, region, row.picked_by, name, now.isoformat()))
    return int(marked.rowcount)  # type: ignore[attr-defined]


def count_purchases(session: Session, now: datetime, least: int = LEAST_HOUSEHOLDS) -> int:
    """Write down how many households of each county bought each product in the last 180 days,
    where these are `least` or more; returns how many counts changed."""
    counted = orders.households_by_county(
        session, now - timedelta(days=DAYS), now, max(least, LEAST_HOUSEHOLDS)
    )
    known = {
        (row.county_code, row.product_id): (row.kind_code, row.households)
        for row in session.execute(select(CountyPurchase.__table__))
    }
    about = catalogue.products_about(session, {product for _county, product in counted})
    wanted = {
        pair: (about[pair[1]].kind_code, households)
        for pair, households in counted.items() if pair[1] in about
    }  # fmt: skip
    stale = sorted(pair for pair, values in known.items() if wanted.get(pair) != values)
    fresh = sorted(pair for pair, values in wanted.items() if known.get(pair) != values)
    for county, product in stale:
        session.execute(
            delete(CountyPurchase).where(
                CountyPurchase.county_code == county, CountyPurchase.product_id == product
            )
        )
    if fresh:
        session.execute(
            insert(CountyPurchase),
            [
                {"county_code": pair[0], "product_id": pair[1], "kind_code": wanted[pair][0],
                 "households": wanted[pair][1]}
                for pair in fresh
            ],
        )  # fmt: skip
    return len({*stale, *fresh})
