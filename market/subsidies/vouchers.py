"""The subsidy of an order: reserved at checkout, used when sold, released or given back.

Safe to repeat. Everything scarce is taken by a conditional UPDATE whose row count is checked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.households import service as households
from market.subsidies import funds, limits, mapping, rules
from market.subsidies.errors import SchemeNotFound
from market.subsidies.models import SubsidyScheme, SubsidyVoucher, SubsidyWaiver
from market.subsidies.types import BEARER, Grant

_V = SubsidyVoucher


def reserve(
    session: Session, grants: Sequence[Grant], order_id: str, household_id: str, now: datetime
) -> None:
    """Take budgets and household limits for an order; all or nothing.

    Raises SubsidySpent or one of its kinds; the caller's transaction must then roll back.
    """
    # Budgets in one order of locking for everybody; then the household's limits in the order in
    # which the price was worked out, for schemes that share a measure count on one row.
    ordered = sorted(grants, key=lambda grant: grant.scheme_id)
    taken = [(funds.reserve(session, x.scheme_id, x.amount_fen, now), x) for x in ordered]
    for row, grant in sorted(taken, key=_turn):
        place = _take(session, row, household_id, grant.amount_fen, now)
        session.add(
            _V(
                scheme_id=row.id, order_id=order_id, household_id=household_id,
                counted_as=place.counted_as, window_no=place.window_no,
                amount_fen=grant.amount_fen, state="reserved", reserved_at=now,
            )
        )  # fmt: skip
        session.flush()


def settle(session: Session, order_id: str, now: datetime) -> None:
    """The order is sold: what was reserved is spent."""
    for row in _of_order(session, order_id, "reserved"):
        if _move(session, row, "used", used_at=now) is not None:
            funds.use(session, row.scheme_id, row.amount_fen)


def release(session: Session, order_id: str, now: datetime) -> None:
    """The order was given up before it was sold: budget and limits come back."""
    for row in _of_order(session, order_id, "reserved"):
        place = _move(session, row, "released", released_at=now)
        if place is not None:
            funds.release(session, row.scheme_id, row.amount_fen)
            _give_back(session, row.scheme_id, place, row.amount_fen, 1)


def retake(session: Session, order_id: str, now: datetime) -> None:
    """A payment came after its order expired: take again what `release` gave back.

    Whether the scheme runs is judged at the instant the order was made; budget and limits are
    those of now. Raises what `reserve` raises; the caller's savepoint must then roll back.
    """
    rows = _of_order(session, order_id, "released")
    if rows:
        households.hold(session, rows[0].household_id)
    taken = [
        (funds.reserve(session, row.scheme_id, row.amount_fen, row.reserved_at), row)
        for row in rows
        if _move(session, row, "reserved", released_at=None) is not None
    ]
    for scheme, row in sorted(taken, key=_turn):
        place = _take(session, scheme, row.household_id, row.amount_fen, now, asking=False)
        session.execute(update(_V).where(_V.id == row.id).values(**place._asdict()))


def give_back(session: Session, order_id: str, borne: Mapping[str, int]) -> None:
    """Goods of a sold order came back: the scheme's part returns to its budget.

    `borne` is what each bearer of the refund bore (positive); others than schemes are passed
    over. With everything returned the household's use comes back too.
    """
    parts = {_code_of(bearer): fen for bearer, fen in borne.items() if is_scheme(bearer) and fen}
    if not parts:
        return
    query = (
        select(_V, SubsidyScheme.code)
        .join(SubsidyScheme, SubsidyScheme.id == _V.scheme_id)
        .where(_V.order_id == order_id, _V.state == "used")
        .order_by(_V.scheme_id)
    )
    for row, code in session.execute(query).all():
        fen = parts.get(code, 0)
        if fen and _return(session, row, fen):
            funds.refund(session, row.scheme_id, fen)
            session.refresh(row)
            place = limits.Place(row.counted_as, row.window_no)
            whole = row.returned_fen == row.amount_fen
            _give_back(session, row.scheme_id, place, fen, 1 if whole else 0)


def is_scheme(bearer: str) -> bool:
    """Whether a scheme bears an adjustment."""
    return bearer.startswith(f"{BEARER}:")


def waive(session: Session, scheme_id: str, household_id: str, now: datetime) -> None:
    """Keep a scheme for a later purchase. Raises SchemeNotFound."""
    if session.get(SubsidyScheme, scheme_id) is None:
        raise SchemeNotFound
    row = {"scheme_id": scheme_id, "household_id": household_id, "waived_at": now}
    insert_new(session, SubsidyWaiver, [row], returning="scheme_id")


def unwaive(session: Session, scheme_id: str, household_id: str) -> None:
    """Use it again from the next price on."""
    session.execute(
        delete(SubsidyWaiver).where(
            SubsidyWaiver.scheme_id == scheme_id, SubsidyWaiver.household_id == household_id
        )
    )


def _turn(taken: tuple[SubsidyScheme, object]) -> tuple[bool, int, int, str]:
    return rules.turn(mapping.scheme_of(taken[0]))


def _code_of(bearer: str) -> str:
    return bearer.rpartition(":")[2]


def _take(
    session: Session, row: SubsidyScheme, household_id: str, amount_fen: int, now: datetime,
    *, asking: bool = True,
) -> limits.Place:  # fmt: skip
    terms = mapping.terms_from_json(row.terms)
    return limits.take(session, row, terms, household_id, amount_fen, now, asking=asking)


def _give_back(
    session: Session, scheme_id: str, place: limits.Place, fen: int, uses: int
) -> None:  # fmt: skip
    key = session.scalars(
        select(SubsidyScheme.measure_key).where(SubsidyScheme.id == scheme_id)
    ).one()
    limits.give_back(session, key, place, fen, uses)


def _of_order(session: Session, order_id: str, state: str) -> Sequence[SubsidyVoucher]:
    query = select(_V).where(_V.order_id == order_id, _V.state == state).order_by(_V.scheme_id)
    return session.scalars(query).all()


def _move(
    session: Session, row: SubsidyVoucher, state: str, **stamp: datetime | None
) -> limits.Place | None:  # fmt: skip
    """From the state it was read in to another, exactly once; returns where it counts, as it is
    now: its account may have joined a household since the row was read. None: moved before."""
    moved = session.execute(
        update(_V)
        .where(_V.id == row.id, _V.state == row.state)
        .values(state=state, **stamp)
        .returning(_V.counted_as, _V.window_no)
    ).first()
    return None if moved is None else limits.Place(moved.counted_as, moved.window_no)


def _return(session: Session, row: SubsidyVoucher, fen: int) -> bool:
    moved = session.execute(
        update(_V)
        .where(_V.id == row.id, _V.returned_fen + fen <= _V.amount_fen)
        .values(returned_fen=_V.returned_fen + fen)
        .execution_options(synchronize_session=False)
    )
    return moved.rowcount == 1  # type: ignore[attr-defined]
