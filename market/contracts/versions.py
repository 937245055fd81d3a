"""Drafting a contract at the award, and its next versions before both have signed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.audit.service import record
from market.contracts import access, content, journal, rules
from market.contracts.errors import ContractChanged, NotPossibleInState
from market.contracts.milestones import Template, template_for, templates
from market.contracts.models import Contract, ContractVersion
from market.contracts.types import ContractState, DraftEdit, Party, Step
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import Event
from market.kernel.ids import new_code
from market.matching.events import RequestAwarded
from market.renovations import queries as renovations
from market.renovations import service as requests
from market.renovations.types import QuoteView, RequestPlan, RequestView

MOST_WORDS = 1_000


def on_request_awarded(session: Session, event: Event) -> None:
    """Reaction: an award of a request with a plan makes the first version of its contract."""
    assert isinstance(event, RequestAwarded)
    request = requests.hold(session, event.request_id)
    if request.plan is None or request.region is None:
        return
    quote = renovations.get_quote(session, event.request_id, event.quote_id)
    draft(session, request, request.plan, quote, event.household_id)


def draft(
    session: Session,
    request: RequestView,
    plan: RequestPlan,
    awarded: QuoteView,
    household_id: str,
) -> str:
    """The first version, from the plan and the awarded quote; returns the contract's id."""
    now = request.awarded_at
    assert request.region is not None
    assert now is not None
    row = Contract(
        number=f"HT{shanghai_date(now):%Y%m%d}-{new_code(6)}",
        request_id=request.id,
        quote_id=awarded.id,
        household_id=household_id,
        provider_id=awarded.provider_id,
        region=request.region.digits,
        origin=plan.origin,
        created_at=now,
    )
    session.add(row)
    session.flush()
    goods = content.materials(session, plan, request.region, household_id, "", now)
    template = template_for(request.project_type)
    start = _start(request, goods, shanghai_date(now))
    steps = rules.planned(template, today=shanghai_date(now), start=start, days=awarded.days)
    kinds = {line.listing_id: (line.kind_code, line.group_code) for line in plan.lines}
    written = {
        "plan": content.plan_of(plan),
        "region": request.region.digits,
        "template": template.key,
        "labour": content.labour_of(awarded),
        "materials": goods,
        "goods": rules.goods_by_step(template, kinds),
        "steps": content.steps_json(steps),
        "words": "",
    }
    _write(session, row, written, "", now)
    journal.note(session, row, "drafted", now)
    journal.tell(session, row, "drafted", None, now)
    record(
        session, SYSTEM, "contract.draft", "contract", row.id, now=now, region=row.region,
        after={"version": 1},
    )  # fmt: skip
    return row.id


def _start(request: RequestView, goods: dict[str, Any], today: date) -> date:
    """When work begins: as the household wished, but not before its goods can be there."""
    leads = [line["lead_days"] for seller in goods["sellers"] for line in seller["lines"]]
    ready = today + timedelta(days=max(leads, default=0) + rules.WINDOW_DAYS)
    wished = request.starts_on or today + timedelta(days=rules.BEFORE_START)
    return max(wished, ready)


def edit(session: Session, actor: Actor, contract_id: str, wanted: DraftEdit, now: datetime) -> int:
    """Make the next version of a draft, with goods at today's price; returns its number.

    Earlier signatures count no more. Raises ContractNotFound, NotPossibleInState,
    ContractChanged, PercentSum, DepositTooLarge, RetentionTooLarge, DayIsOver,
    DatesOutOfOrder, NoDayBeforeMilestone.
    """
    row, party = access.own(session, actor, contract_id)
    if row.state != ContractState.DRAFT:
        raise NotPossibleInState()
    if row.version != wanted.seen_version:
        raise ContractChanged(version=row.version)
    old = current(session, row).content
    before = content.steps_of(old)
    if len(wanted.steps) != len(before):
        raise ContractChanged(version=row.version)
    steps = tuple(
        replace(step, pct=new.pct, planned_on=new.planned_on)
        for step, new in zip(before, wanted.steps, strict=True)
    )
    goods = _goods(old["goods"], wanted.goods, steps)
    rules.check_percents(steps)
    rules.check_days(steps, goods, shanghai_date(now))
    return next_version(
        session, row, party, actor,
        {"steps": content.steps_json(steps), "goods": goods, "words": wanted.words[:MOST_WORDS]},
        now,
    )  # fmt: skip


def use_template(
    session: Session, actor: Actor, contract_id: str, key: str, seen_version: int, now: datetime
) -> int:
    """Begin the milestones anew from a template; returns the number of the version.

    Raises ContractNotFound, NotPossibleInState, ContractChanged.
    """
    row, party = access.own(session, actor, contract_id)
    template = templates().get(key)
    if row.state != ContractState.DRAFT or template is None:
        raise NotPossibleInState()
    if row.version != seen_version:
        raise ContractChanged(version=row.version)
    request = _request(session, row)
    old = current(session, row).content
    start = _start(request, old["materials"], shanghai_date(now))
    steps = rules.planned(
        template, today=shanghai_date(now), start=start, days=old["labour"]["days"]
    )
    return next_version(
        session, row, party, actor,
        {
            "template": key, "steps": content.steps_json(steps),
            "goods": _usual_goods(request, template),
        },
        now,
    )  # fmt: skip


def next_version(
    session: Session,
    row: Contract,
    party: Party,
    actor: Actor,
    changes: dict[str, Any],
    now: datetime,
) -> int:
    """Write the next version of a draft that the caller holds. Raises ContractChanged."""
    request = _request(session, row)
    assert request.plan is not None
    assert request.region is not None
    old = current(session, row).content
    goods = content.materials(session, request.plan, request.region, row.household_id, row.id, now)
    seen = row.version
    moved: Any = session.execute(
        update(Contract)
        .where(
            Contract.id == row.id,
            Contract.state == ContractState.DRAFT,
            Contract.version == seen,
        )
        .values(version=seen + 1)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:
        session.refresh(row)
        raise ContractChanged(version=row.version)
    session.refresh(row)
    _write(session, row, {**old, "materials": goods, **changes}, party, now)
    journal.note(
        session, row, "changed", now, party=party, actor=actor,
        params={"version": str(row.version)},
    )  # fmt: skip
    journal.tell(session, row, "changed", party.other, now, {"version": str(row.version)})
    record(
        session, actor, "contract.change", "contract", row.id, now=now, region=row.region,
        before={"version": seen}, after={"version": row.version},
    )  # fmt: skip
    return row.version


def current(session: Session, row: Contract, version: int | None = None) -> ContractVersion:
    """A version of a contract, the newest unless said otherwise."""
    return session.scalars(
        select(ContractVersion).where(
            ContractVersion.contract_id == row.id,
            ContractVersion.version == (version or row.version),
        )
    ).one()


def _write(
    session: Session, row: Contract, written: dict[str, Any], made_by: str, now: datetime
) -> None:
    session.add(
        ContractVersion(
            contract_id=row.id,
            version=row.version,
            content=written,
            digest=content.digest_of(written),
            made_by=made_by,
            made_at=now,
        )
    )
    session.flush()


def _request(session: Session, row: Contract) -> RequestView:
    request = renovations.find_request(session, row.request_id)
    assert request is not None
    return request


def _usual_goods(request: RequestView, template: Template) -> dict[str, int]:
    assert request.plan is not None
    kinds = {line.listing_id: (line.kind_code, line.group_code) for line in request.plan.lines}
    return rules.goods_by_step(template, kinds)


def _goods(
    old: dict[str, int], wanted: "dict[str, int] | Any", steps: tuple[Step, ...]
) -> dict[str, int]:
    """Each listing's milestone: as wished where that is one of work, else as before."""
    last = rules.last_work(steps)
    found = {}
    for listing_id, position in old.items():
        wish = wanted.get(listing_id, position)
        fits = 0 <= wish <= last and steps[wish].kind not in rules.BEFORE_WORK
        found[listing_id] = wish if fits else position
    return found
