"""How long a cart may keep packs of one listing in all, whatever is done with it meanwhile.

A turn begins with the first packs of a listing that are kept for a cart and has an end that
nothing moves; a rest of the same length comes after it. The row outlives the packs, so that to
take them out and put them in again begins nothing anew. Who keeps packs holds the cart, so turns
of one holder are never written side by side.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, case, delete, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.catalogue.models import CartHold, CartTurn
from market.db.inserting import upsert
from market.db.types import UtcDateTime

MOST = timedelta(minutes=30)


def begin(
    session: Session, holder: str, listing_ids: Collection[str], now: datetime, most: timedelta
) -> Mapping[str, datetime]:
    """When what is kept of each listing ends at the latest. A turn begins where none runs and
    none rests; an end that is not after `now` is that of one that rests. One statement."""
    rows = [
        {"holder": holder, "listing_id": key, "ends_at": now + most, "again_at": now + 2 * most}
        for key in sorted(set(listing_ids))
    ]
    insert = upsert(session, CartTurn).values(rows)
    is_past = CartTurn.again_at <= bindparam("begun", type_=UtcDateTime)
    statement = insert.on_conflict_do_update(
        index_elements=[CartTurn.holder, CartTurn.listing_id],
        set_={
            "ends_at": case((is_past, insert.excluded.ends_at), else_=CartTurn.ends_at),
            "again_at": case((is_past, insert.excluded.again_at), else_=CartTurn.again_at),
        },
    ).returning(CartTurn.listing_id, CartTurn.ends_at)
    return {row.listing_id: row.ends_at for row in session.execute(statement, {"begun": now})}


def bounded(until: datetime | InstrumentedAttribute[datetime]) -> ColumnElement[datetime]:
    """How long holds may stand: until an instant, or the end of their turn before it."""
    end = (
        select(CartTurn.ends_at)
        .where(CartTurn.holder == CartHold.holder, CartTurn.listing_id == CartHold.listing_id)
        .correlate(CartHold)
        .scalar_subquery()
    )
    wanted = literal(until, UtcDateTime) if isinstance(until, datetime) else until
    return case((end < wanted, end), else_=wanted)


def move(session: Session, holder: str, to: str) -> None:
    """A cart goes into another: of two turns of one listing the one that ends first goes on, with
    the longer rest."""
    rows = [
        {"holder": to, "listing_id": key, "ends_at": ends_at, "again_at": again_at}
        for key, ends_at, again_at in session.execute(
            select(CartTurn.listing_id, CartTurn.ends_at, CartTurn.again_at)
            .where(CartTurn.holder == holder)
            .order_by(CartTurn.listing_id)
        )
    ]
    if not rows:
        return
    insert = upsert(session, CartTurn).values(rows)
    first = CartTurn.ends_at < insert.excluded.ends_at
    last = CartTurn.again_at > insert.excluded.again_at
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[CartTurn.holder, CartTurn.listing_id],
            set_={
                "ends_at": case((first, CartTurn.ends_at), else_=insert.excluded.ends_at),
                "again_at": case((last, CartTurn.again_at), else_=insert.excluded.again_at),
            },
        )
    )
    forget(session, holder)


def forget(session: Session, holder: str) -> None:
    """Whose it was has left for good."""
    _delete(session, CartTurn.holder == holder)


def forget_past(session: Session, now: datetime) -> None:
    """Drop turns whose rest is over. Nothing waits for it."""
    _delete(session, CartTurn.again_at <= now)


def _delete(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(delete(CartTurn).where(which).execution_options(synchronize_session=False))
