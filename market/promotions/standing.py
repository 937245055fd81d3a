"""Promotions a cart looks at, as the engine wants them.

What was announced of a promotion never changes once it was scheduled (`service.py` edits drafts
only), so a process keeps it by id and instant of scheduling. Whether it runs, its budget and how
much of it is left are read every time, in writing transactions too.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    func,
    inspect,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from market.db.plain import read
from market.households import queries as households
from market.kernel.region_code import RegionCode
from market.promotions import mapping
from market.promotions.models import (
    CouponCode,
    Promotion,
    PromotionCaps,
    PromotionHousehold,
    PromotionRegion,
)
from market.promotions.types import Caps, Had, PromotionSpec, PromotionState, Running

_MOST = 2_000  # of 3 KB each
_Key = tuple[str, Any]  # id, instant of scheduling as the driver gives it


class _Counters(NamedTuple):
    """What moves while a promotion stands."""

    state: str
    budget_fen: int | None
    reserved_fen: int
    spent_fen: int
    max_uses: int | None
    uses: int

    def put_into(self, spec: PromotionSpec) -> PromotionSpec:
        """A promotion as it stands now."""
        budget = self.budget_fen
        return replace(
            spec,
            state=PromotionState(self.state),
            budget_fen=budget,
            budget_left_fen=None if budget is None else budget - self.reserved_fen - self.spent_fen,
            uses_left=None if self.max_uses is None else self.max_uses - self.uses,
        )


_kept: dict[_Key, tuple[Any, PromotionSpec]] = {}  # with its `_Counters`


def promotions_for(
    session: Session,
    seller_ids: Collection[str],
    region: RegionCode | None,
    codes: Sequence[str],
    household_id: str | None,
    now: datetime,
) -> Running:
    """Promotions a cart should look at with what is known of them: 1 statement, 2 with codes,
    one more when a promotion is met for the first time.

    Automatic ones that run now (also with a spent budget, so that the cart can say so): of
    the sellers in the cart everywhere, of platform and regions where they hold. Promotions
    by code only for the codes given, in whatever state they are.
    """
    given: dict[str, list[CouponCode]] = {}
    if codes:
        for code in session.scalars(select(CouponCode).where(CouponCode.code.in_(set(codes)))):
            given.setdefault(code.promotion_id, []).append(code)
    values: dict[str, object] = {
        "now": now, "sellers": list(set(seller_ids)), "given": list(given),
        "household_id": household_id,
    }  # fmt: skip
    if region is not None:
        values["prefixes"] = list(region.prefixes)
    rows = read(session, _live(region is not None, bool(given)), values)
    specs = _specs(session, rows)
    specs.sort(key=attrgetter("id"))  # cheaper here than with whole rows in the database
    if given:
        specs = [mapping.with_codes(spec, given.get(spec.id, ())) for spec in specs]
    limits = [Caps(row.line_bp, row.order_bp) for row in rows[:1] if row.line_bp is not None]
    return Running(tuple(specs), _had(rows, household_id), limits[0] if limits else Caps())


def _had(rows: Sequence[Any], household_id: str | None) -> Had:
    """What the household had, out of rows of `_live`."""
    if household_id is None:
        return Had()
    used = [row for row in rows if row.used]
    return Had(
        {row[0]: row.used for row in used},
        {row[0]: row.used_at for row in used if row.used_at is not None},
        bool(rows and rows[0].stated),
    )


def _specs(session: Session, rows: Sequence[Any]) -> list[PromotionSpec]:
    """The promotions of rows of `_live`."""
    keys = [row[:2] for row in rows]
    known = [_kept.get(key) for key in keys]
    announced: dict[str, PromotionSpec] = {}
    if None in known:
        unknown = [key[0] for key, one in zip(keys, known, strict=True) if one is None]
        announced = _announced(session, unknown)
        if len(_kept) + len(announced) > _MOST:
            _kept.clear()
    found = []
    for key, one, row in zip(keys, known, rows, strict=True):
        before, spec = one or (None, announced[key[0]])
        counters = row[2:_COUNTED]
        if before != counters:
            spec = _Counters._make(counters).put_into(spec)
            _kept[key] = counters, spec
        found.append(spec)
    return found


def _announced(session: Session, ids: Collection[str]) -> dict[str, PromotionSpec]:
    """Promotions as they were announced, by id."""
    found = {}
    for row in read(session, _WHOLE, {"ids": list(ids)}):
        *values, prefixes = row
        promotion = Promotion(**dict(zip(_NAMES, values, strict=True)))
        found[promotion.id] = mapping.spec_of(promotion, prefixes.split(",") if prefixes else ())
    return found


_COLUMNS = tuple(
    column for column in inspect(Promotion).columns
    if column.key not in ("created_by", "created_at", "scheduled_at", "stopped_at", "exhausted_at")
)  # fmt: skip
_NAMES = tuple(column.key for column in _COLUMNS)
_PREFIXES = (
    select(func.aggregate_strings(PromotionRegion.prefix, ","))
    .where(PromotionRegion.promotion_id == Promotion.id)
    .scalar_subquery()
)
_WHOLE = select(*_COLUMNS, _PREFIXES).where(Promotion.id.in_(bindparam("ids", expanding=True)))
_COUNTED = 2 + len(_Counters._fields)
_CAPS = (PromotionCaps.line_bp, PromotionCaps.order_bp)


@cache
def _live(at_place: bool, by_code: bool) -> Select[*tuple[Any, ...]]:
    """The statement of `promotions_for`: composing it costs more than running it."""
    here: BindParameter[Any] | None = None
    if at_place:
        here = bindparam("prefixes", expanding=True)
    at = bindparam("now", type_=Promotion.starts_at.type)
    found = and_(
        Promotion.state == "live",
        Promotion.starts_at <= at,
        Promotion.ends_at > at,
        Promotion.needs_code.is_(False),
        or_(
            Promotion.seller_id.in_(bindparam("sellers", expanding=True)),
            and_(Promotion.seller_id.is_(None), holds_in(here)),
        ),
    )
    if by_code:
        given = Promotion.id.in_(bindparam("given", expanding=True))
        found = or_(found, and_(given, Promotion.state != "draft"))
    counter, who = PromotionHousehold, bindparam("household_id", type_=String(20))
    mine = and_(
        counter.promotion_id == Promotion.id, counter.household_id == households.counted_as(who)
    )
    most = [select(c).limit(1).scalar_subquery().label(c.name) for c in _CAPS]
    scheduled = type_coerce(Promotion.scheduled_at, NullType)  # only compared
    counters = [getattr(Promotion, name) for name in _Counters._fields]
    had = counter.uses.label("used"), counter.used_at, households.stated(who).label("stated")
    columns = Promotion.id, scheduled, *counters, *had, *most
    return select(*columns).select_from(Promotion).outerjoin(counter, mine).where(found)


def holds_in(prefixes: Sequence[str] | BindParameter[Any] | None) -> ColumnElement[bool]:
    """Whether a promotion holds everywhere, or at the place of these prefixes."""
    listed = select(PromotionRegion.id).where(PromotionRegion.promotion_id == Promotion.id)
    if prefixes is None:
        return ~listed.exists()
    here = listed.where(PromotionRegion.prefix.in_(prefixes))
    return or_(~listed.exists(), here.exists())
