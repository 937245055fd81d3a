"""The verbs of pick lists: recommend, take down; what changes by itself is in `upkeep`."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import queries as catalogue
from market.kernel.actor import Actor
from market.kernel.clock import end_of_day, shanghai_date
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.picks import access
from market.picks.errors import (
    NotOnSaleThere,
    PickedAlready,
    PickElsewhere,
    PickEndWrong,
    PickNotFound,
    PickReasonMissing,
    PickRegionNotYours,
    PicksFull,
)
from market.picks.models import LocalPick
from market.picks.types import LONGEST_REASON, MOST, PickDraft
from market.picks.upkeep import check_picks, count_purchases
from market.regions import queries as regions

__all__ = ["check_picks", "count_purchases", "end", "recommend"]
LONGEST = timedelta(days=366)


def recommend(
    session: Session, actor: Actor, product_id: str, draft: PickDraft, *, now: datetime
) -> str:
    """Put a product on a region's pick list through a day; returns the pick's id.

    Somebody must be able to sell it now and deliver it anywhere in the region. Raises
    PickRegionNotYours, PickReasonMissing, PickEndWrong, NotOnSaleThere, PickedAlready, PicksFull.
    """
    if not access.may_pick(actor, draft.region):
        raise PickRegionNotYours(field="region")
    reason = " ".join(draft.reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise PickReasonMissing(field="reason", most=LONGEST_REASON)
    today = shanghai_date(now)
    if not today <= draft.until_on <= today + LONGEST:
        raise PickEndWrong(field="until_on")
    sold = catalogue.listings_of_products(session, [product_id], draft.region, now)
    if not sold:
        raise NotOnSaleThere(place=regions.label(session, draft.region))
    row = LocalPick(
        id=new_id(), region_code=draft.region.digits, product_id=product_id,
        kind_code=sold[0].kind_code, reason=reason, until_on=draft.until_on, picked_at=now,
        picked_by=actor.account_id or "", office=actor.display_name,
    )  # fmt: skip
    _make_room(session, row, now)
    _place(session, row)
    after = {"product": sold[0].product_name, "reason": reason, "until": draft.until_on.isoformat()}
    _note(session, actor, "add", row, after, now)
    return row.id


def _make_room(session: Session, row: LocalPick, now: datetime) -> None:
    """Picks past their last day leave the region's list."""
    past = session.scalars(
        select(LocalPick).where(
            LocalPick.region_code == row.region_code, LocalPick.ended_at.is_(None),
            LocalPick.until_on < shanghai_date(now),
        )
    )  # fmt: skip
    for one in past:
        one.ended_at = end_of_day(one.until_on)
    session.flush()


def _place(session: Session, row: LocalPick) -> None:
    """Take the first free place. Whoever is beaten to it by another official tries the next."""
    for _attempt in range(MOST):
        standing = session.execute(
            select(LocalPick.place, LocalPick.kind_code, LocalPick.product_id).where(
                LocalPick.region_code == row.region_code, LocalPick.ended_at.is_(None)
            )
        ).all()
        if any(one.product_id == row.product_id for one in standing):
            raise PickedAlready
        taken = {one.place for one in standing if one.kind_code == row.kind_code}
        free = [place for place in range(1, MOST + 1) if place not in taken]
        if not free:
            break
        row.place = free[0]
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            continue
        return
    raise PicksFull(most=MOST)


def end(session: Session, actor: Actor, pick_id: str, *, now: datetime) -> None:
    """Take a product off the list; operators may, too. Raises PickNotFound, PickElsewhere."""
    row = session.get(LocalPick, pick_id, populate_existing=True)
    if row is None:
        raise PickNotFound
    if not actor.governs(RegionCode(row.region_code)):
        raise PickElsewhere
    ended = session.execute(
        update(LocalPick)
        .where(LocalPick.id == pick_id, LocalPick.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise PickNotFound
    session.refresh(row)
    names = catalogue.product_names(session, [row.product_id])
    before = {"product": names[row.product_id][0], "reason": row.reason}
    _note(session, actor, "end", row, {}, now, before)


def _note(
    session: Session, actor: Actor, verb: str, row: LocalPick, after: dict[str, str],
    now: datetime, before: dict[str, str] | None = None,
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"local_pick.{verb}", "local_pick", row.id, now=now, before=before,
        after=after, region=RegionCode(row.region_code),
    )  # fmt: skip
