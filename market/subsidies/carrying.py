"""What an account had of measures goes to the household it joins, and comes back when it never was
of it.

In the transaction of the joining, which holds every account that could count a use meanwhile. Uses
of a window that is over count nowhere any more and stay where they are. Of two windows that run
the one that began later goes on: no use counts for less than its years.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.households import service as households
from market.households.events import HouseholdJoined, MemberSeparated
from market.households.types import Use
from market.kernel.events import Event
from market.subsidies import mapping
from market.subsidies.models import (
    SubsidyClaim,
    SubsidyHousehold,
    SubsidyLoan,
    SubsidyScheme,
    SubsidyVoucher,
)
from market.subsidies.types import STANDING_CLAIMS
from market.subsidies.years import years_before

_H, _S, _V, _C, _L = SubsidyHousehold, SubsidyScheme, SubsidyVoucher, SubsidyClaim, SubsidyLoan
_STANDING_LOANS = ("filed", "asked", "approved")
_SHOWN = 20


@dataclass
class _Part:
    """What an account has in one window of a measure: rows by table, uses and their amount."""

    uses: int = 0
    fen: int = 0
    rows: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))


def on_joined(session: Session, event: Event) -> None:
    """Reaction: what the account had counts as the household's."""
    assert isinstance(event, HouseholdJoined)
    _carry(session, event.account_id, event.account_id, event.household_id, event.at)


def on_separated(session: Session, event: Event) -> None:
    """Reaction: what the account had itself counts as its own again."""
    assert isinstance(event, MemberSeparated)
    _carry(session, event.account_id, event.household_id, event.account_id, event.at)


def _carry(session: Session, account_id: str, source: str, target: str, now: datetime) -> None:
    parts = _parts(session, account_id, source)
    if not parts:
        return
    keys = {key for key, _window in parts}
    years = _years(session, keys)
    for key in sorted(keys):
        counter = _counter(session, key, source)
        if counter is None or _is_over(counter, years[key], now):
            continue
        part = parts.get((key, counter.window_no))
        if part is not None:
            window = _put(session, counter, target, part, years[key], now)
            _mark(session, part.rows, target, window)


def _parts(session: Session, account_id: str, source: str) -> dict[tuple[str, int], _Part]:
    """By measure and window: what the account has under a counter, its rows held."""
    found: dict[tuple[str, int], _Part] = {}
    for table, query in _queries(account_id, source):
        for row in session.execute(query.with_for_update(of=table)):
            part = found.setdefault((row.key, row.window_no), _Part())
            part.rows[table].append(row.id)
            uses, fen = _counts(table, row)
            part.uses += uses
            part.fen += fen
    return found


def _queries(account_id: str, source: str) -> Sequence[tuple[Any, Any]]:
    key = _S.measure_key.label("key")
    vouchers = (
        select(_V.id, key, _V.window_no, _V.state, _V.amount_fen, _V.returned_fen)
        .join(_S, _S.id == _V.scheme_id)
        .where(_V.counted_as == source, _V.household_id == account_id)
        .order_by(_V.order_id, _V.scheme_id)
    )
    claims = (
        select(_C.id, _C.measure_key.label("key"), _C.window_no, _C.state, _C.loan_id,
               _C.amount_fen, _C.asked_fen)
        .where(_C.counted_as == source, _C.beneficiary_id == account_id)
        .order_by(_C.id)
    )  # fmt: skip
    loans = (
        select(_L.id, key, _L.window_no, _L.state, _L.total_fen)
        .join(_S, _S.id == _L.scheme_id)
        .where(_L.counted_as == source, _L.household_id == account_id)
        .order_by(_L.id)
    )
    return (_V, vouchers), (_C, claims), (_L, loans)


def _counts(table: Any, row: Any) -> tuple[int, int]:
    """How many uses a row stands for and how much, as the invariants count them."""
    if table is _V:
        fen = row.amount_fen - row.returned_fen
        return (int(fen > 0), fen) if row.state != "released" else (0, 0)
    if table is _C:
        if row.loan_id is not None or row.state not in STANDING_CLAIMS:
            return 0, 0  # a loan counts for its quarters
        return 1, row.asked_fen if row.amount_fen is None else row.amount_fen
    return (1, row.total_fen) if row.state in _STANDING_LOANS else (0, 0)


def _years(session: Session, keys: set[str]) -> Mapping[str, int]:
    """For each measure the most years that one of its schemes counts a use for; 0 is for good."""
    found: dict[str, list[int]] = {}
    query = select(_S.measure_key, _S.terms).where(_S.measure_key.in_(keys))
    for key, terms in session.execute(query):
        found.setdefault(key, []).append(mapping.terms_from_json(terms).years)
    return {key: 0 if 0 in years else max(years) for key, years in found.items()}


def _is_over(counter: SubsidyHousehold, years: int, now: datetime) -> bool:
    return bool(years) and counter.since <= years_before(now, years)


def _counter(session: Session, key: str, who: str) -> SubsidyHousehold | None:
    return session.get(_H, (key, who), with_for_update=True, populate_existing=True)


def _put(
    session: Session, counter: SubsidyHousehold, target: str, part: _Part, years: int,
    now: datetime,
) -> int:  # fmt: skip
    """Move what counts from one counter to the other; returns the window it is in now."""
    first = {
        "measure_key": counter.measure_key, "household_id": target, "since": counter.since,
        "window_no": 0, "uses": 0, "taken_fen": 0, "joined_uses": 0, "joined_fen": 0,
    }  # fmt: skip
    insert_new(session, _H, [first], returning="household_id")
    home = _counter(session, counter.measure_key, target)
    assert home is not None
    if part.uses and (home.uses == 0 or _is_over(home, years, now)):
        home.window_no, home.since = home.window_no + 1, counter.since
        home.uses = home.taken_fen = 0
    counter.uses -= part.uses
    counter.taken_fen -= part.fen
    if part.uses:
        home.uses += part.uses
        home.taken_fen += part.fen
        home.since = max(home.since, counter.since)
        home.joined_uses, home.joined_fen = home.uses, home.taken_fen
    session.flush()
    return home.window_no


def _mark(session: Session, rows: Mapping[Any, list[str]], target: str, window: int) -> None:
    for table, ids in rows.items():
        values: dict[str, Any] = {"counted_as": target, "window_no": window}
        if table is _C:
            values["single"] = False
        session.execute(
            update(table)
            .where(table.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session="fetch")
        )


def uses_of(session: Session, counted_as: str) -> list[Use]:
    """The last vouchers, claims and loans under a counter."""
    found: list[Use] = []
    names = _S.name, _S.name_en
    for query in (
        select(*names, _V.reserved_at, _V.amount_fen - _V.returned_fen, _V.household_id)
        .join(_S, _S.id == _V.scheme_id)
        .where(_V.counted_as == counted_as, _V.state != "released")
        .order_by(_V.id.desc()),
        select(*names, _C.filed_at, _C.asked_fen, _C.beneficiary_id)
        .join(_S, _S.id == _C.scheme_id)
        .where(_C.counted_as == counted_as, _C.state.in_(STANDING_CLAIMS), _C.loan_id.is_(None))
        .order_by(_C.id.desc()),
        select(*names, _L.filed_at, _L.total_fen, _L.household_id)
        .join(_S, _S.id == _L.scheme_id)
        .where(_L.counted_as == counted_as, _L.state.in_(_STANDING_LOANS))
        .order_by(_L.id.desc()),
    ):
        found += [Use(*row) for row in session.execute(query.limit(_SHOWN))]
    return found


households.contribute_uses("subsidies", uses_of)
