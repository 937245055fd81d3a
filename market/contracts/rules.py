"""Pure rules of contracts: percentages, amounts, planned days, delivery windows, sliding."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from market.contracts.errors import (
    DatesOutOfOrder,
    DayIsOver,
    DepositTooLarge,
    NoDayBeforeMilestone,
    PercentSum,
    RetentionTooLarge,
)
from market.contracts.milestones import Template, caps
from market.contracts.types import Step, StepKind
from market.kernel.i18n import Named
from market.kernel.money import Fen
from market.orders.types import DeliveryWindow

BEFORE_WORK = (StepKind.SIGNING, StepKind.DEPOSIT)
WINDOW_DAYS = 7  # how many days wide a delivery window is
BEFORE_START = 14  # days until work starts when the household named no day
LATE_DAYS = 7  # goods whose promised day is over come within so many days


class HasKind(Protocol):
    """A milestone: of a template, a version or a running contract."""

    @property
    def kind(self) -> StepKind: ...


class Dated(HasKind, Protocol):
    """A milestone with its day."""

    @property
    def planned_on(self) -> date: ...


def last_work(steps: Sequence[HasKind]) -> int:
    """The position of the last milestone of work: with it the job is done."""
    return max(i for i, step in enumerate(steps) if step.kind is not StepKind.RETENTION)


def arrival(steps: Sequence[HasKind]) -> int:
    """The position of the milestone that goods come for unless said otherwise."""
    return next(
        (i for i, step in enumerate(steps) if step.kind is StepKind.ARRIVAL), last_work(steps)
    )


def check_percents(steps: Sequence[Step]) -> None:
    """Raises PercentSum, DepositTooLarge, RetentionTooLarge."""
    deposit_cap, retention_cap = caps()
    for i, step in enumerate(steps):
        if step.kind in BEFORE_WORK and step.pct > deposit_cap:
            raise DepositTooLarge(pct=step.pct, field=f"steps-{i}-pct")
        if step.kind is StepKind.RETENTION and step.pct > retention_cap:
            raise RetentionTooLarge(pct=step.pct, field=f"steps-{i}-pct")
    total = sum(step.pct for step in steps)
    if total != 100:
        raise PercentSum(sum=total, field=f"steps-{last_work(steps)}-pct")


def check_days(steps: Sequence[Step], goods: Mapping[str, int], today: date) -> None:
    """Raises DayIsOver, DatesOutOfOrder, NoDayBeforeMilestone; signing is whenever it is."""
    before: date | None = None
    needed = {*goods.values()}
    for i, step in enumerate(steps):
        here: dict[str, Any] = {
            "name": Named(step.name_zh, step.name_en), "field": f"steps-{i}-planned_on"
        }  # fmt: skip
        if step.kind in BEFORE_WORK:
            continue
        if step.planned_on < today:
            raise DayIsOver(day=step.planned_on.isoformat(), **here)
        if before is not None and step.planned_on < before:
            raise DatesOutOfOrder(day=before.isoformat(), **here)
        if i in needed and window(steps, i).end < today:
            least = today + timedelta(days=1)
            raise NoDayBeforeMilestone(day=least.isoformat(), **here)
        before = step.planned_on


def amounts(total: Fen, steps: Sequence[Step]) -> list[Fen]:
    """What each milestone is worth of the labour, rounded down; the rest falls on the last work,
    so that neither deposit nor retention is ever above its percentage."""
    found = [total * step.pct // 100 for step in steps]
    found[last_work(steps)] += total - sum(found)
    return found


def planned(template: Template, *, today: date, start: date, days: int) -> tuple[Step, ...]:
    """The milestones of a template with their days: work begins on `start` and takes `days`."""
    done = start + timedelta(days=max(1, days) - 1)
    found = []
    for step in template.steps:
        if step.kind in BEFORE_WORK:
            day = today
        elif step.kind is StepKind.RETENTION:
            day = done + timedelta(days=step.days_after)
        else:
            day = start + timedelta(days=(max(1, days) - 1) * step.at // 100)
        found.append(
            Step(step.name_zh, step.name_en, step.pct, step.kind, step.gate_zh, step.gate_en, day)
        )
    return tuple(found)


def goods_by_step(template: Template, kinds: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """For which milestone each listing comes, by its (kind, group): the first one that names
    either, the kind before the group; all others for the arrival of materials."""
    usual = arrival(template.steps)
    found = {}
    for listing_id, wanted in kinds.items():
        found[listing_id] = next(
            (
                i
                for name in wanted
                for i, step in enumerate(template.steps)
                if name and name in step.goods
            ),
            usual,
        )
    return found


def window(steps: Sequence[Dated], position: int) -> DeliveryWindow:
    """When goods for a milestone should come; it ends before the milestone's day.

    For the arrival of materials the days before it; for later work they are there when the
    milestone before is reached, so that work can go on.
    """
    step = steps[position]
    end = step.planned_on - timedelta(days=1)
    if step.kind is not StepKind.ARRIVAL and position > 0:
        before = steps[position - 1]
        if before.kind not in BEFORE_WORK:
            end = min(end, before.planned_on)
    return DeliveryWindow(end - timedelta(days=WINDOW_DAYS - 1), end)


def slid(days: Sequence[date], position: int, new_on: date) -> list[date]:
    """The days of all milestones when one is moved: all later ones move by as much."""
    by = new_on - days[position]
    return [day + by if i >= position else day for i, day in enumerate(days)]
