"""What is listed at an instant, and what an entry must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from market.adoptions.errors import EndsTooLate, EndsTooSoon, StartsTooLate
from market.adoptions.types import EntryState, Use, Uses
from market.kernel.clock import end_of_day, shanghai_date

SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
ENDED = "ends_on"  # the cause of an exit on the entry's own last day


@dataclass(frozen=True)
class Gate:
    """A product's gate as an entry keeps it; `cause` says what shuts it now, empty when open."""

    blocked: bool = True
    opens_at: datetime = SINCE
    closes_at: datetime = UNTIL
    cause: str = ""


def is_open(gate: Gate, ends_on: date, now: datetime) -> bool:
    """Whether an entry with this gate and last day counts at an instant."""
    return (
        not gate.blocked and gate.opens_at <= now < gate.closes_at and shanghai_date(now) <= ends_on
    )


def state_at(stored: str, gate: Gate, ends_on: date, now: datetime) -> EntryState:
    """What is listed has exited from the moment its gate shut or its last day was over, recorded
    or not."""
    state = EntryState(stored)
    if state is EntryState.LISTED and not is_open(gate, ends_on, now):
        return EntryState.EXITED
    return state


def exit_of(gate: Gate, ends_on: date, now: datetime) -> tuple[str, datetime]:
    """(cause, instant) of an exit that is recorded now."""
    over = end_of_day(ends_on)
    if not gate.blocked and over <= min(now, gate.closes_at):
        return ENDED, over
    if not gate.blocked and gate.closes_at <= now:
        return gate.cause or "shut", gate.closes_at
    return gate.cause or "shut", now


def check_days(ends_on: date, valid_to: date, today: date, starts_on: date | None = None) -> None:
    """Raises EndsTooSoon, EndsTooLate, StartsTooLate."""
    if ends_on <= today:
        raise EndsTooSoon(field="ends_on")
    if ends_on > valid_to:
        raise EndsTooLate(field="ends_on", day=valid_to.isoformat())
    if starts_on is not None and starts_on > ends_on:
        raise StartsTooLate(field="starts_on")


def uses_of(items: Sequence[Use]) -> Uses:
    """Newest first, with a total for each unit."""
    totals: dict[str, Decimal] = {}
    for one in items:
        totals[one.unit] = totals.get(one.unit, Decimal(0)) + one.quantity
    ordered = sorted(items, key=lambda one: (-one.year, one.name_zh, one.unit))
    return Uses(tuple(ordered), dict(sorted(totals.items())))
