"""Reads of what places prefer."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.db.backlog import backlog
from market.db.region_filter import governed_by
from market.kernel.actor import Actor
from market.kernel.backlog import Backlog
from market.kernel.clock import shanghai_date
from market.kernel.paging import PAGE_SIZE, Page, offset
from market.kernel.region_code import RegionCode
from market.picks.models import CountyPurchase, LocalPick
from market.picks.types import NOTHING, Favoured, Pick, PickRow
from market.regions import queries as regions

MOST_FAVOURED = 500  # products of all kinds that one page looks at
LISTS = ("standing", "lost", "over")


def favoured(
    session: Session, region: RegionCode | None, now: datetime, kind_code: str | None = None
) -> Favoured:
    """What is preferred at a place, in one kind or in all; whether it may be sold there now is
    for whoever shows it. Two statements, none without a place."""
    if region is None:
        return NOTHING
    return Favoured(_picks_at(session, region, now, kind_code), _bought(session, region, kind_code))


def _picks_at(
    session: Session, region: RegionCode, now: datetime, kind_code: str | None
) -> dict[str, Pick]:
    statement = (
        select(LocalPick)
        .where(LocalPick.region_code.in_(region.prefixes), *_standing(now))
        .order_by(func.length(LocalPick.region_code).desc(), LocalPick.place, LocalPick.id)
        .limit(MOST_FAVOURED)
    )
    if kind_code is not None:
        statement = statement.where(LocalPick.kind_code == kind_code)
    found: dict[str, Pick] = {}
    for row in session.scalars(statement):
        found.setdefault(row.product_id, pick_of(row))
    return found


def _bought(session: Session, region: RegionCode, kind_code: str | None) -> dict[str, int]:
    county = region.county
    if county is None:
        return {}
    statement = (
        select(CountyPurchase.product_id, CountyPurchase.households)
        .where(CountyPurchase.county_code == county.digits)
        .order_by(CountyPurchase.households.desc(), CountyPurchase.product_id)
        .limit(MOST_FAVOURED)
    )
    if kind_code is not None:
        statement = statement.where(CountyPurchase.kind_code == kind_code)
    return {row.product_id: row.households for row in session.execute(statement)}


def list_picks(
    session: Session, actor: Actor, shown: str, now: datetime, number: int = 1
) -> Page[PickRow]:
    """The picks of the actor's subtree: those that stand, those of them that nobody may sell,
    or those that are over."""
    where = [governed_by(actor, LocalPick.region_code), *_listed(shown, now)]
    total = session.scalar(select(func.count()).select_from(LocalPick).where(*where)) or 0
    order = (LocalPick.region_code, LocalPick.kind_code, LocalPick.place, LocalPick.id)
    newest = (LocalPick.picked_at.desc(), LocalPick.id.desc())
    rows = session.scalars(
        select(LocalPick).where(*where).order_by(*(newest if shown == "over" else order))
        .limit(PAGE_SIZE).offset(offset(number))
    ).all()  # fmt: skip
    return Page(_rows(session, rows, now), total, max(1, number))


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many there are on each of the lists."""
    mine = governed_by(actor, LocalPick.region_code)
    return {
        shown: session.scalar(
            select(func.count()).select_from(LocalPick).where(mine, *_listed(shown, now))
        ) or 0
        for shown in LISTS
    }  # fmt: skip


def lost_waiting(session: Session, actor: Actor, before: datetime, now: datetime) -> Backlog:
    """Recommended goods of the actor's subtree that nobody may sell; late since `before`."""
    where = [governed_by(actor, LocalPick.region_code), *_listed("lost", now)]
    return backlog(session, LocalPick.lost_at, before, *where)


def pick_of(row: LocalPick) -> Pick:
    """A row as a value."""
    return Pick(
        row.product_id, row.kind_code, row.region_code, row.office, row.reason, row.until_on
    )


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (LocalPick.ended_at.is_(None), LocalPick.until_on >= shanghai_date(now))


def _listed(shown: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if shown == "over":
        return (LocalPick.ended_at.is_not(None) | (LocalPick.until_on < shanghai_date(now)),)
    lost = (LocalPick.lost_at.is_not(None),) if shown == "lost" else ()
    return (*_standing(now), *lost)


def _rows(session: Session, rows: Iterable[LocalPick], now: datetime) -> list[PickRow]:
    picked = list(rows)
    names = catalogue.product_names(session, {row.product_id for row in picked})
    places = regions.paths(session, {row.region_code for row in picked})
    today = shanghai_date(now)
    found = []
    for row in picked:
        zh, en, model = names.get(row.product_id, ("", "", ""))
        found.append(
            PickRow(
                pick_of(row),
                row.id,
                places.get(row.region_code),
                zh,
                en,
                model,
                row.picked_at,
                row.lost_at,
                row.ended_at,
                row.until_on < today,
            )
        )
    return found
