"""How much of each listing was sold lately, kept on the listing: lists sort by it."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.catalogue.models import Listing


def set_sales(session: Session, packs: Mapping[str, int]) -> int:
    """Write the packs sold of every listing, 0 for those not named; returns how many changed.

    Kept pages show it when they are made anew: a revision is not moved by it."""
    known = {
        row.id: row.sold
        for row in session.execute(select(Listing.id, Listing.sold).where(Listing.sold > 0))
    }
    changed = [
        {"id": key, "sold": max(0, packs.get(key, 0))}
        for key in sorted({*known, *packs})
        if known.get(key, 0) != max(0, packs.get(key, 0))
    ]
    if changed:
        session.execute(update(Listing), changed)
    return len(changed)
