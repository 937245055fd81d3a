"""What must hold of all subsidies at any time; empty lists when it does."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, case, func, select, union_all
from sqlalchemy.orm import Session

from market.subsidies import mapping
from market.subsidies.models import (
    SubsidyBatch,
    SubsidyClaim,
    SubsidyHousehold,
    SubsidyLoan,
    SubsidyScheme,
    SubsidyVoucher,
)
from market.subsidies.types import STANDING_CLAIMS

_S, _V, _C, _L = SubsidyScheme, SubsidyVoucher, SubsidyClaim, SubsidyLoan
Given = Mapping[tuple[str, str], tuple[int, bool]]


def breaches(session: Session) -> list[str]:
    """Budgets, household limits and payments equal what they count."""
    return [*_budgets(session), *_households(session), *_batches(session)]


def voucher_breaches(session: Session, given: Given) -> list[str]:
    """`given`: per (order, scheme) the subsidy on the order and whether the order stands.

    What stands on orders that stand is what was used of the voucher, to the fen.
    """
    rows = session.execute(select(_V.order_id, _V.scheme_id, _V.amount_fen, _V.state))
    taken = {(order, scheme): (int(fen), state) for order, scheme, fen, state in rows}
    found = []
    for order, scheme in sorted(taken.keys() | given.keys()):
        on_order, stands = given.get((order, scheme), (0, False))
        fen, state = taken.get((order, scheme), (0, "none"))
        if fen != on_order or (stands and state != "used"):
            found.append(
                f"order {order}: {on_order} fen by scheme {scheme}, voucher {state} of {fen} fen"
            )
    return found


def borne(session: Session) -> dict[str, int]:
    """What each region's schemes bear of sold orders, less what came back."""
    rows = session.execute(
        select(_S.region_code, func.sum(_V.amount_fen - _V.returned_fen))
        .join(_V, _V.scheme_id == _S.id)
        .where(_V.state == "used")
        .group_by(_S.region_code)
    )
    return {region: int(fen) for region, fen in rows if fen}


def _budgets(session: Session) -> list[str]:
    held, spent = _sums(session, _reserved()), _sums(session, _used())
    found = []
    for row in session.scalars(select(_S).order_by(_S.id)):
        counted = held.get(row.id, 0), spent.get(row.id, 0)
        if (row.reserved_fen, row.used_fen) != counted:
            found.append(
                f"scheme {row.code}: {row.reserved_fen} reserved and {row.used_fen} used, "
                f"vouchers and claims say {counted[0]} and {counted[1]}"
            )
        if row.reserved_fen + row.used_fen > row.budget_fen:
            found.append(f"scheme {row.code}: more than its budget")
    return found


def _sums(session: Session, query: Select[Any]) -> dict[str, int]:
    return {key: int(fen) for key, fen in session.execute(query)}


def _reserved() -> Select[Any]:
    """By scheme: vouchers and claims that wait, and what loans may still claim."""
    quarters = (
        select(_C.loan_id, func.sum(_C.amount_fen).label("fen"))
        .where(_C.state == "paid", _C.loan_id.is_not(None))
        .group_by(_C.loan_id)
        .subquery()
    )
    waiting = _C.state.in_(("filed", "asked", "approved"))
    parts = union_all(
        select(_V.scheme_id, _V.amount_fen.label("fen")).where(_V.state == "reserved"),
        select(_C.scheme_id, func.coalesce(_C.amount_fen, _C.asked_fen)).where(
            waiting, _C.loan_id.is_(None)
        ),
        select(_L.scheme_id, _L.total_fen - func.coalesce(quarters.c.fen, 0))
        .outerjoin(quarters, quarters.c.loan_id == _L.id)
        .where(_L.state.in_(("filed", "asked", "approved"))),
    ).subquery()
    return select(parts.c.scheme_id, func.sum(parts.c.fen)).group_by(parts.c.scheme_id)


def _used() -> Select[Any]:
    """By scheme: used vouchers less what came back, and paid claims."""
    parts = union_all(
        select(_V.scheme_id, (_V.amount_fen - _V.returned_fen).label("fen")).where(
            _V.state == "used"
        ),
        select(_C.scheme_id, _C.amount_fen).where(_C.state == "paid"),
    ).subquery()
    return select(parts.c.scheme_id, func.sum(parts.c.fen)).group_by(parts.c.scheme_id)


def _households(session: Session) -> list[str]:
    """Counters equal the vouchers, claims and loans of their window, within the limits."""
    key, who, window = "key", "who", "window"
    returned = case((_V.returned_fen == _V.amount_fen, 0), else_=1)
    parts = union_all(
        select(_S.measure_key.label(key), _V.counted_as.label(who), _V.window_no.label(window),
               returned.label("uses"), (_V.amount_fen - _V.returned_fen).label("fen"))
        .join(_S, _S.id == _V.scheme_id).where(_V.state != "released"),
        select(_C.measure_key, _C.counted_as, _C.window_no, 1,
               func.coalesce(_C.amount_fen, _C.asked_fen))
        .where(_C.state.in_(STANDING_CLAIMS), _C.loan_id.is_(None)),
        select(_S.measure_key, _L.counted_as, _L.window_no, 1, _L.total_fen)
        .join(_S, _S.id == _L.scheme_id).where(_L.state.in_(("filed", "asked", "approved"))),
    ).subquery()  # fmt: skip
    counted = (
        select(parts.c.key, parts.c.who, parts.c.window,
               func.sum(parts.c.uses).label("uses"), func.sum(parts.c.fen).label("fen"))
        .group_by(parts.c.key, parts.c.who, parts.c.window).subquery()
    )  # fmt: skip
    house = SubsidyHousehold
    uses, fen = func.coalesce(counted.c.uses, 0), func.coalesce(counted.c.fen, 0)
    rows = session.execute(
        select(house.measure_key, house.household_id, house.uses, uses, house.taken_fen, fen,
               house.joined_uses, house.joined_fen)
        .outerjoin(
            counted,
            (counted.c.key == house.measure_key)
            & (counted.c.who == house.household_id)
            & (counted.c.window == house.window_no),
        )
    ).all()  # fmt: skip
    most = _most_of_measures(session)
    found = []
    for measure, household, had, times, taken, sum_, before, brought in rows:
        if (had, taken) != (times, sum_):
            found.append(
                f"household {household}, {measure}: counted {had} times and {taken} fen, "
                f"had {times} times and {sum_} fen"
            )
        uses_cap, fen_cap = most[measure]
        if _over(had, uses_cap, before) or _over(taken, fen_cap, brought):
            found.append(f"household {household}, {measure}: more than its limit")
    return found


def _over(had: int, cap: int | None, joined: int) -> bool:
    """More than its limit, and more than its accounts had when they were put together."""
    return cap is not None and had > max(cap, joined)


def _most_of_measures(session: Session) -> dict[str, tuple[int | None, int | None]]:
    """The widest limits among the schemes of each measure; None when one has none."""
    found: dict[str, list[tuple[int | None, int | None]]] = {}
    for key, stored in session.execute(select(_S.measure_key, _S.terms)):
        terms = mapping.terms_from_json(stored)
        found.setdefault(key, []).append((terms.household_uses, terms.household_cap_fen))
    return {key: (_widest([r[0] for r in rows]), _widest([r[1] for r in rows]))
            for key, rows in found.items()}  # fmt: skip


def _widest(limits: list[int | None]) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return max(known) if len(known) == len(limits) else None


def _batches(session: Session) -> list[str]:
    rows = session.execute(
        select(SubsidyBatch.reference, SubsidyBatch.total_fen, func.sum(_C.amount_fen))
        .outerjoin(_C, _C.batch_id == SubsidyBatch.id)
        .group_by(SubsidyBatch.id, SubsidyBatch.reference, SubsidyBatch.total_fen)
        .having(func.coalesce(func.sum(_C.amount_fen), 0) != SubsidyBatch.total_fen)
    )
    return [f"payment {ref}: {total} fen, its claims {fen}" for ref, total, fen in rows]
