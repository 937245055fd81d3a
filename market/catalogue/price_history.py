"""Prices as they were, so that a struck-out price is a true one.

A price may be shown struck out only when it is the lowest that was asked in the 30 days
before the reduction; a price raised for a day and lowered again gains nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue.models import Listing, ListingPrice

WINDOW = timedelta(days=30)


def note_price(session: Session, listing: Listing, before_fen: int | None, now: datetime) -> None:
    """The listing's price has been set; `before_fen` is the one it had, None for a new listing.

    On a true reduction the listing carries the lowest earlier price for 30 days.
    """
    if before_fen == listing.price_fen:
        return
    lowest = None if before_fen is None else min(before_fen, *_asked(session, listing.id, now))
    session.add(ListingPrice(listing_id=listing.id, price_fen=listing.price_fen, from_at=now))
    reduced = lowest is not None and listing.price_fen < lowest
    listing.was_fen = lowest if reduced else None
    listing.was_until = now + WINDOW if reduced else None
    session.flush()


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
    """Every price in force in the 30 days before `now`; one at least."""
    found = [fen for _, fen in history(session, listing_id, now)]
    return found or [2**62]
