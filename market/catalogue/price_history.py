"""Prices as they were, so that a struck-out price is a true one.

A price may be shown struck out only when it is the lowest that was asked in the 30 days
before the reduction; a price raised for a day and lowered again gains nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue.models import Listing, ListingPrice
from market.kernel.ids import new_id

WINDOW = timedelta(days=30)


def note_price(session: Session, listing: Listing, before_fen: int | None, now: datetime) -> None:
    """The listing's price has been set; `before_fen` is the one it had, None for a new listing.

    On a true reduction the listing carries the lowest earlier price for 30 days.
    """
    if before_fen == listing.price_fen:
        return
    asked = () if before_fen is None else _asked(session, listing.id, now)
    session.add(set_price(listing, before_fen, asked, now))
    session.flush()


def set_price(
    listing: Listing, before_fen: int | None, asked: Iterable[int], now: datetime
) -> ListingPrice:
    """Mark a true reduction on the listing; returns the row of its history. `asked` are the
    prices in force in the 30 days before `now`."""
    lowest = None if before_fen is None else min(before_fen, *asked, 2**62)
    reduced = lowest is not None and listing.price_fen < lowest
    listing.was_fen = lowest if reduced else None
    listing.was_until = now + WINDOW if reduced else None
    return ListingPrice(
        id=new_id(), listing_id=listing.id, price_fen=listing.price_fen, from_at=now
    )


def asked_of(session: Session, listing_ids: Collection[str], now: datetime) -> dict[str, list[int]]:
    """By listing the prices in force in the 30 days before `now`, in one statement."""
    price, start = ListingPrice, now - WINDOW
    rows = session.execute(
        select(price.listing_id, price.from_at, price.price_fen)
        .where(price.listing_id.in_(listing_ids), price.from_at <= now)
        .order_by(price.listing_id, price.from_at, price.id)
    )
    found: dict[str, list[int]] = defaultdict(list)
    for listing_id, from_at, fen in rows:
        if from_at <= start:  # only the last of these was still in force
            found[listing_id].clear()
        found[listing_id].append(fen)
    return found


def history(session: Session, listing_id: str, now: datetime) -> list[tuple[datetime, int]]:
    """(since, price) of the last 30 days, oldest first, with the one in force at their start."""
    start = now - WINDOW
    price = ListingPrice
    recent = session.execute(
        select(price.from_at, price.price_fen)
        .where(price.listing_id == listing_id, price.from_at > start, price.from_at <= now)
        .order_by(price.from_at, price.id)
    ).all()
    first = session.execute(
        select(price.from_at, price.price_fen)
        .where(price.listing_id == listing_id, price.from_at <= start)
        .order_by(price.from_at.desc(), price.id.desc())
        .limit(1)
    ).all()
    return [(row.from_at, row.price_fen) for row in (*first, *recent)]


def _asked(session: Session, listing_id: str, now: datetime) -> list[int]:
    """Every price in force in the 30 days before `now`."""
    return [fen for _, fen in history(session, listing_id, now)]
